//! What goes wrong: each a clear message, nothing lost.

mod away;
mod clock;
mod gone;
mod quota;
mod session;
mod sign_in;
mod text;

use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::holdings::is_in_the_hands_of;
use tournee_tests::stage::Stage;

/// Some tickets in the technician's hands, *en cours (attribué)*.
pub fn mine<const N: usize>(stage: &Stage, source: &str) -> [i64; N] {
    let world = stage.glpi(source).world();
    let user = world.user_id(TECHNICIAN).expect("the demo technician");
    let ids = world.ticket_ids().into_iter();
    let some: Vec<i64> = ids
        .filter(|id| is_in_the_hands_of(&world, *id, user))
        .take(N)
        .collect();
    some.try_into().expect("enough tickets of his")
}
