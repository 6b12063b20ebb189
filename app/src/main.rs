//! The app: see [`tournee_app`].

fn main() {
    tournee_app::start();
}
