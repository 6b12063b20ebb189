//! The time that runs, in the head of every page: a tap leads to its ticket.

use leptos::prelude::*;

use crate::components::{Icon, icons, kept, length_words, part, ticket_number, use_now};
use crate::contexts::Tournee;
use crate::pages::tickets::address;
use crate::text::{fill, t};

/// The time that runs, if any does.
#[component]
pub fn TimerChip() -> impl IntoView {
    let tournee = Tournee::expect();
    let timer = kept(move || tournee.timer());
    part(move || {
        let timer = timer.get()?;
        let now = use_now();
        let number = ticket_number(timer.ticket.id);
        let (to, since) = (address(&timer.ticket), timer.clone());
        let length = move || length_words(since.elapsed(now.get()));
        let label = move || {
            let length = length_words(timer.elapsed(now.get()));
            fill(
                t(|t| t.timer_runs),
                &[("ticket", &number), ("length", &length)],
            )
        };
        let chip = view! {
            <a class="timer" href=to data-test="timer" aria-label=label>
                <Icon of=icons::TIMER/> <span>{length}</span>
            </a>
        };
        Some(chip.into_any())
    })
    .into_any()
}
