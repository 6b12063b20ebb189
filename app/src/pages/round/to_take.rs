//! What to take along, to a store or on the whole round: lines of his own, kept on the phone.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::StoreId;
use tournee_core::round::{Book, Item, NoItem};

use super::Round;
use crate::components::{Icon, each, icons, kept, part, sent, switched, tap, typed};
use crate::pages::ticket::Draft;
use crate::platform::device::{after_drawing, focus};
use crate::text::{fill, plural, t};

type Place = StoredValue<Option<StoreId>>;

/// The list, and a field for another line.
#[component]
pub fn ToTake(
    /// What the page shows.
    round: Round,
    /// To which store; none for the whole round.
    store: Option<StoreId>,
) -> impl IntoView {
    let tournee = round.tournee;
    let title = t(|t| match store {
        Some(_) => t.to_take_store,
        None => t.to_take_round,
    });
    let place: Place = StoredValue::new(store);
    let items = kept(move || {
        let store = place.get_value();
        tournee.with(|phone| phone.book().to_take(store.as_ref()).to_vec())
    });
    let keys = move || items.with(|items| items.iter().map(|item| item.text.clone()).collect());
    view! {
        <section class="to-take" data-test="to-take">
            <h2>{title}</h2>
            <ul class="plain">{each(keys, move |text| line(round, place, items, text))}</ul>
            {field(round, place)}
        </section>
    }
    .into_any()
}

/// How much of a store's list is not in the car yet.
pub fn to_take_words(book: &Book, store: &StoreId) -> Option<String> {
    let items = book.to_take(Some(store)).iter();
    let missing = items.filter(|item| !item.packed).count();
    (missing > 0).then(|| plural(missing, |t| &t.to_take_missing))
}

fn line(round: Round, place: Place, items: Memo<Vec<Item>>, text: &str) -> AnyView {
    let tournee = round.tournee;
    let [wanted, packed, dropped] = [text, text, text].map(str::to_owned);
    let is_packed = kept(move || {
        items.with(|items| items.iter().any(|item| item.text == wanted && item.packed))
    });
    let pack = switched(move |on| {
        let text = packed.clone();
        tournee.write_book(move |book| book.pack(place.get_value().as_ref(), &text, on));
    });
    let drop = tap(move || {
        let text = dropped.clone();
        tournee.write_book(move |book| book.drop_item(place.get_value().as_ref(), &text));
        after_drawing(|| focus("[data-test=to-take] input[name=item]"));
    });
    let label = fill(t(|t| t.to_take_drop), &[("item", text)]);
    view! {
        <li class="line to-take-item" data-test="to-take-item">
            <label class="check grow">
                <input type="checkbox" prop:checked=move || is_packed.get() on:change=pack/>
                <span dir="auto">{text.to_owned()}</span>
            </label>
            <button type="button" class="icon-btn" data-test="to-take-drop" aria-label=label on:click=drop>
                <Icon of=icons::CLOSE/>
            </button>
        </li>
    }
    .into_any()
}

/// What is being typed is kept with every letter, as everywhere.
fn field(round: Round, place: Place) -> AnyView {
    let tournee = round.tournee;
    let name = place.with_value(|store| match store {
        Some(store) => format!("to-take:{store}"),
        None => "to-take".to_owned(),
    });
    let hint = format!("{}-fault", name.replace(':', "-"));
    let draft = Draft::open(tournee, name, String::new(), String::new());
    let fault = RwSignal::new(None::<NoItem>);
    let add = move || {
        let text = draft.text.get_untracked();
        spawn_local(async move {
            let wrong = std::cell::Cell::new(None);
            let write = |book: &mut Book| {
                let store = place.try_get_value().flatten();
                wrong.set(book.add_item(store.as_ref(), &text).err());
            };
            if tournee.written(&write).await.is_ok() {
                fault.try_set(wrong.get());
                if wrong.get().is_none() {
                    draft.sent(&text);
                }
            }
        });
    };
    let described = hint.clone();
    view! {
        <form class="line to-take-new" on:submit=sent(add)>
            <input
                type="text" name="item" class="grow" dir="auto" autocomplete="off" enterkeyhint="done"
                placeholder=t(|t| t.to_take_placeholder) aria-label=t(|t| t.to_take_placeholder)
                aria-invalid=move || fault.get().is_some().to_string() aria-describedby=described
                prop:value=move || draft.text.get()
                on:input=typed(move |value| { fault.set(None); draft.type_text(value); })
            />
            <button type="submit" class="btn" data-test="to-take-add">{t(|t| t.to_take_add)}</button>
        </form>
        <p class="error" id=hint role="alert">{part(move || fault.get().map(|fault| fault_words(fault).into_any()))}</p>
    }
    .into_any()
}

fn fault_words(fault: NoItem) -> &'static str {
    t(|t| match fault {
        NoItem::Empty => t.to_take_empty,
        NoItem::TooLong => t.to_take_too_long,
    })
}
