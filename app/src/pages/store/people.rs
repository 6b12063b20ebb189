//! Who works in a store, as the directories say.

use leptos::prelude::*;
use tournee_core::domain::{Person, StoreId};

use super::contact::{call, write};
use crate::components::{kept, part, tap};
use crate::pages::round::Round;
use crate::text::t;

/// So many are shown at once.
const SHOWN: usize = 6;

/// The people, each a tap away.
pub fn people(round: Round, store: StoreId) -> AnyView {
    let people = kept(move || round.places.with(|places| places.people(&store).to_vec()));
    let all = RwSignal::new(false);
    let more = move || (!all.get() && people.with(Vec::len) > SHOWN).then(|| all_button(all));
    part(move || {
        let most = if all.get() { usize::MAX } else { SHOWN };
        let lines = people.with(|people| people.iter().take(most).map(line).collect::<Vec<_>>());
        (!lines.is_empty()).then(|| {
            view! {
                <section class="section" data-test="store-people">
                    <h2>{t(|t| t.store_people)}</h2>
                    <ul class="plain people">{lines}</ul>
                    {more()}
                </section>
            }
            .into_any()
        })
    })
    .into_any()
}

/// Shows what is left out of a list.
pub fn all_button(all: RwSignal<bool>) -> AnyView {
    view! { <button type="button" class="btn wide" on:click=tap(move || all.set(true))>{t(|t| t.store_all)}</button> }
        .into_any()
}

fn line(person: &Person) -> AnyView {
    let phone = person
        .phone
        .as_deref()
        .map(|phone| call(phone, &person.name));
    let mail = person
        .address
        .as_deref()
        .map(|mail| write(mail, &person.name));
    view! {
        <li class="line" data-test="store-person">
            <span class="grow">{person.name.clone()}</span>
            {phone}
            {mail}
        </li>
    }
    .into_any()
}
