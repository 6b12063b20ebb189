//! The front door, as a program of its own: see [`tournee_app::door`].

fn main() {
    tournee_app::door();
}
