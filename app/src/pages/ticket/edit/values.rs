//! The sheets of the facts.

use leptos::prelude::*;
use tournee_core::changes::{CreateTicket, Fact, Field};
use tournee_core::domain::{Level, Named, TicketType};

use super::super::{Draft, EmojiHint};
use super::Sheeted;
use super::chooser::{Offers, chooser};
use crate::components::{Icon, Priority, icons, kept, kind_words, level_words, sent, tap, typed};
use crate::pages::create::suggest::{Offer, Usage, named};
use crate::platform::intl::{local_field, local_instant};
use crate::text::t;

/// The sheet of one fact.
pub fn value(sheeted: Sheeted, field: Field) -> AnyView {
    match field {
        Field::Title => title(sheeted),
        Field::Description => description(sheeted),
        Field::Kind => kind(sheeted),
        Field::Urgency => levels(sheeted, Fact::Urgency),
        Field::Impact => levels(sheeted, Fact::Impact),
        Field::Due => due(sheeted),
        Field::Category => dropdown(sheeted, Fact::Category),
        _ => dropdown(sheeted, Fact::Location),
    }
}

fn title(sheeted: Sheeted) -> AnyView {
    let open = sheeted.open;
    let first = open.ticket.with_untracked(|ticket| ticket.title.clone());
    let draft = Draft::from(open.tournee, "title", &open.key(), first);
    let words = draft.text;
    let wrong = kept(move || words.with(|words| CreateTicket::check_title(words).is_err()));
    let send = move || {
        if wrong.get_untracked() {
            return;
        }
        let typed = words.get_untracked();
        sheeted.correct_then(Fact::Title(typed.trim().to_owned()), move |lasts| {
            if lasts {
                draft.sent(&typed);
            }
        });
    };
    view! {
        <form class="stack" on:submit=sent(send)>
            <label class="field">
                <span>{t(|t| t.tickets_column_title)}</span>
                <input
                    type="text" name="title" dir="auto" autocomplete="off" autofocus
                    aria-invalid=move || wrong.get().to_string() aria-describedby="title-fault"
                    prop:value=move || words.get()
                    on:input=typed(move |value| draft.type_text(value))
                />
            </label>
            <p class="error" id="title-fault" hidden=move || !wrong.get()>{move || title_fault(&words.read())}</p>
            {save()}
        </form>
    }
    .into_any()
}

/// The description as text. What it looks like beyond lines goes where another is written: that is said.
fn description(sheeted: Sheeted) -> AnyView {
    let open = sheeted.open;
    let (first, formed) = open.ticket.with_untracked(|ticket| {
        let Fact::Description(text) = Fact::Description(String::new()).on(ticket) else {
            return (String::new(), false);
        };
        (text, has_form(&ticket.content))
    });
    let draft = Draft::from(open.tournee, "description", &open.key(), first);
    let words = draft.text;
    let wrong = kept(move || words.with(|words| words.trim().is_empty()));
    let send = move || {
        if wrong.get_untracked() {
            return;
        }
        let typed = words.get_untracked();
        sheeted.correct_then(Fact::Description(typed.clone()), move |lasts| {
            if lasts {
                draft.sent(&typed);
            }
        });
    };
    view! {
        <form class="stack" on:submit=sent(send)>
            <label class="field">
                <span>{t(|t| t.ticket_description)}</span>
                <textarea
                    name="description" dir="auto" rows="10" autofocus
                    aria-invalid=move || wrong.get().to_string() aria-describedby="description-fault"
                    prop:value=move || words.get()
                    on:input=typed(move |value| draft.type_text(value))
                ></textarea>
            </label>
            <p class="error" id="description-fault" hidden=move || !wrong.get()>{t(|t| t.description_empty)}</p>
            <EmojiHint text=draft.text stores_emoji=open.stores_emoji()/>
            {formed.then(|| view! { <p class="hint">{t(|t| t.description_form)}</p> }.into_any())}
            {save()}
        </form>
    }
    .into_any()
}

/// Whether a text has more form than lines.
fn has_form(html: &str) -> bool {
    let forms = [
        "<table",
        "<ul",
        "<ol",
        "<dl",
        "<h",
        "<b>",
        "<strong",
        "<i>",
        "<em",
        "<pre",
        "<code",
        "<a ",
        "<blockquote",
    ];
    forms.iter().any(|form| html.contains(form))
}

fn title_fault(words: &str) -> &'static str {
    match words.trim().is_empty() {
        true => t(|t| t.edit_no_title),
        false => t(|t| t.edit_title_too_long),
    }
}

fn save() -> AnyView {
    view! {
        <button type="submit" class="btn primary wide" data-test="fact-save">
            <Icon of=icons::DONE/> {t(|t| t.queue_save)}
        </button>
    }
    .into_any()
}

/// One of a few: a button each, the current one pressed.
fn choice(sheeted: Sheeted, to: Fact, words: AnyView) -> AnyView {
    let is = sheeted
        .open
        .ticket
        .with_untracked(|ticket| to.on(ticket))
        .is_same(&to);
    view! {
        <button
            type="button" class="btn" data-test="fact-to" aria-pressed=is.to_string()
            // Not as the finger lifts: the click behind that would fall on what lies under the sheet.
            on:click=tap(move || sheeted.correct(to.clone()))
        >
            {words}
        </button>
    }
    .into_any()
}

fn kind(sheeted: Sheeted) -> AnyView {
    let one = |kind: TicketType| {
        let words = view! { <span>{kind_words(kind)}</span> }.into_any();
        choice(sheeted, Fact::Kind(kind), words)
    };
    view! { <div class="choices">{one(TicketType::Incident)}{one(TicketType::Request)}</div> }
        .into_any()
}

fn levels(sheeted: Sheeted, fact: fn(Level) -> Fact) -> AnyView {
    let one = move |level: Level| {
        let to = fact(level);
        // With the priority that GLPI will make of it.
        let becomes = {
            let to = to.clone();
            move || {
                sheeted.lists.track();
                let priority = sheeted.priority(&to);
                priority.map(|level| view! { <span class="push small"><span class="sr-only">{t(|t| t.tickets_column_priority)}</span><Priority level/></span> }.into_any())
            }
        };
        let words = view! { <span>{level_words(level.number())}</span>{becomes} }.into_any();
        choice(sheeted, to, words)
    };
    let all: Vec<AnyView> = (1..=5).rev().filter_map(Level::new).map(one).collect();
    view! { <div class="choices">{all}</div> }.into_any()
}

fn due(sheeted: Sheeted) -> AnyView {
    let (first, opened) = sheeted
        .open
        .ticket
        .with_untracked(|ticket| (ticket.due_at, ticket.opened_at));
    let words = RwSignal::new(first.map(local_field).unwrap_or_default());
    // GLPI takes no date from before the ticket, and says so in no error.
    let wanted = move || local_instant(&words.read()).filter(|due| *due > opened);
    let wrong = kept(move || wanted().is_none());
    let send = move || {
        if let Some(due) = untrack(wanted) {
            sheeted.correct(Fact::Due(Some(due)));
        }
    };
    let clear = first.is_some().then(|| {
        view! {
            <button type="button" class="btn wide" data-test="fact-clear" on:click=tap(move || sheeted.correct(Fact::Due(None)))>
                {t(|t| t.fact_clear)}
            </button>
        }
        .into_any()
    });
    view! {
        <form class="stack" on:submit=sent(send)>
            <label class="field">
                <span>{t(|t| t.tickets_column_due)}</span>
                <input
                    type="datetime-local" name="due" autofocus min=local_field(opened)
                    aria-invalid=move || wrong.get().to_string() aria-describedby="due-fault"
                    prop:value=move || words.get()
                    on:input=typed(move |value| words.set(value))
                />
            </label>
            <p class="error" id="due-fault" hidden=move || !wrong.get()>{t(|t| t.fact_no_due)}</p>
            {save()}
            {clear}
        </form>
    }
    .into_any()
}

/// A row of one of GLPI's dropdowns, what is used most first; or none.
fn dropdown(sheeted: Sheeted, fact: fn(Option<Named>) -> Fact) -> AnyView {
    let is_category = matches!(fact(None), Fact::Category(_));
    let source = sheeted.open.key().source;
    let tournee = sheeted.open.tournee;
    let usage = StoredValue::new(tournee.with_untracked(|phone| Usage::of(phone, &source)));
    let offers: Offers = Box::new(move |_| {
        let Some(lists) = sheeted.lists.get() else {
            return Vec::new();
        };
        let list = match is_category {
            true => &lists.categories,
            false => &lists.locations,
        };
        usage.with_value(|usage| {
            named(list, |name| match is_category {
                true => usage.category(name),
                false => usage.location(name),
            })
        })
    });
    let choose = move |offer: &Offer| {
        let (id, name) = (offer.id, offer.name.clone());
        sheeted.correct(fact(Some(Named { id, name })));
    };
    let set = !sheeted
        .open
        .ticket
        .with_untracked(|ticket| fact(None).on(ticket))
        .is_same(&fact(None));
    let clear = set.then(|| {
        view! {
            <button type="button" class="btn wide" data-test="fact-clear" on:click=tap(move || sheeted.correct(fact(None)))>
                {t(|t| t.fact_clear)}
            </button>
        }
        .into_any()
    });
    view! { <div class="stack">{chooser(t(|t| t.fact_search), offers, choose)}{clear}</div> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_form_and_lists_and_links_are() {
        assert!(!has_form("<p>un<br>deux</p><div>trois</div>"));
        assert!(has_form("<ul><li>un</li></ul>"));
        assert!(has_form("<p>voir <a href=\"https://x/\">ici</a></p>"));
    }
}
