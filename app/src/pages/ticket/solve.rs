//! Solving a ticket, with words: his own, or those that are offered.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{AddSolution, ChangeBody};
use tournee_core::domain::{Named, Reference};
use tournee_core::ids::ChangeId;
use tournee_core::time::Seconds;

use super::offers::{Offer, offers};
use super::{Draft, EmojiHint, Open};
use crate::components::{
    Icon, Sheet, Toasts, icons, kept, length_words, part, sent, switched, tap, typed,
};
use crate::contexts::{EditFailure, task_done};
use crate::sync::edit_words;
use crate::text::{fill, t};

/// The sheet with the solution's text and kind.
#[component]
pub fn SolveSheet(
    /// The ticket.
    open: Open,
    /// Whether the sheet is there.
    shown: RwSignal<bool>,
) -> impl IntoView {
    view! { <Sheet title=t(|t| t.ticket_solve) open=shown><Form open shown/></Sheet> }.into_any()
}

#[component]
fn Form(open: Open, shown: RwSignal<bool>) -> impl IntoView {
    let toasts = Toasts::expect();
    let draft = Draft::on(open.tournee, "solution", &open.key());
    let empty = kept(move || draft.text.with(|text| text.trim().is_empty()));
    let lists = lists(open);
    let timed = RwSignal::new(true);
    let send = move || {
        let content = draft.text.get_untracked();
        let body = ChangeBody::Solution(AddSolution {
            content: content.clone(),
            solution_type: draft.extra.with_untracked(|kind| kind.parse().ok()),
        });
        let timed = timed.get_untracked();
        spawn_local(async move {
            match solve(open, body, timed).await {
                Ok(change) => {
                    draft.sent(&content);
                    shown.set(false);
                    toasts.made(t(|t| t.ticket_solution_made), change);
                }
                Err(failure) => toasts.failed(edit_words(&failure)),
            }
        });
    };
    view! {
        <form class="stack" on:submit=sent(send)>
            {offered(open, draft, lists)}
            <label class="field">
                <span>{t(|t| t.ticket_solution_text)}</span>
                <textarea
                    name="solution" dir="auto" rows="6" autofocus
                    prop:value=move || draft.text.get()
                    on:input=typed(move |value| draft.type_text(value))
                ></textarea>
            </label>
            <EmojiHint text=draft.text stores_emoji=open.stores_emoji()/>
            {kinds(draft, lists)}
            {time_too(open, timed)}
            <button type="submit" class="btn primary wide" data-test="send-solution" disabled=move || empty.get()>
                <Icon of=icons::DONE/> {t(|t| t.ticket_solve)}
            </button>
        </form>
    }
    .into_any()
}

/// The time that runs is noted before the ticket is solved: GLPI takes no task once it is closed.
async fn solve(open: Open, body: ChangeBody, timed: bool) -> Result<ChangeId, EditFailure> {
    let tournee = open.tournee;
    if let Some(length) = running(open).filter(|_| timed) {
        let account = untrack(|| open.account());
        let task = task_done(t(|t| t.task_default), length, account);
        tournee.record_timer(open.key(), task).await?;
    }
    tournee.edit(open.key().into(), body, None).await
}

/// How long the time has run for this ticket, if it does.
fn running(open: Open) -> Option<Seconds> {
    let timer = untrack(|| open.tournee.timer()).filter(|timer| timer.ticket == open.key())?;
    let elapsed = timer.elapsed(open.tournee.now());
    Some(Seconds(elapsed.0.max(60)))
}

/// Whether the time that runs is noted along with the solution.
fn time_too(open: Open, timed: RwSignal<bool>) -> Option<AnyView> {
    let length = length_words(running(open)?);
    let words = fill(t(|t| t.timer_too), &[("length", &length)]);
    let note = view! {
        <label class="switch">
            <input
                type="checkbox" name="timed" prop:checked=move || timed.get()
                on:change=switched(move |on| timed.set(on))
            />
            {words}
        </label>
    };
    Some(note.into_any())
}

type Lists = RwSignal<Option<Reference>>;

/// That GLPI's lists, which are read when they are asked for.
fn lists(open: Open) -> Lists {
    let lists = RwSignal::new(None);
    let source = open.key().source;
    spawn_local(async move {
        lists.try_set(open.tournee.reference(&source).await);
    });
    lists
}

/// Words that are offered: a tap puts them where he types, behind what stands there.
fn offered(open: Open, draft: Draft, lists: Lists) -> AnyView {
    let source = open.key().source;
    let offered = kept(move || {
        let templates = lists.with(|lists| lists.as_ref().map(|l| l.solution_templates.clone()));
        let templates = templates.unwrap_or_default();
        open.tournee
            .with(|phone| offers(&templates, phone.outbox(), &source))
    });
    let choose = move |offer: &Offer| {
        let typed = draft.text.get_untracked();
        let text = match typed.trim_end() {
            "" => offer.content.clone(),
            before if before.ends_with(offer.content.trim_end()) => return,
            before => format!("{before}\n{}", offer.content),
        };
        draft.type_text(text);
        if let Some(kind) = offer.solution_type {
            draft.choose(kind.to_string());
        }
    };
    let one = move |offer: Offer| {
        let name = offer.name.clone();
        view! {
            <button type="button" class="btn small" data-test="solution-offer" on:click=tap(move || choose(&offer))>
                <span>{name}</span>
            </button>
        }
        .into_any()
    };
    let row = move || {
        let offered: Vec<AnyView> = offered.get().into_iter().map(one).collect();
        (!offered.is_empty()).then(|| {
            view! { <div class="offered" role="group" aria-label=t(|t| t.solution_offers)>{offered}</div> }
                .into_any()
        })
    };
    part(row).into_any()
}

/// The kinds of solution, where the technician may read them.
fn kinds(draft: Draft, lists: Lists) -> AnyView {
    let option = move |Named { id, name }: Named| {
        let selected = move || draft.extra.with(|kind| *kind == id.to_string());
        view! { <option value=id.to_string() selected=selected>{name}</option> }.into_any()
    };
    let select = move || {
        let kinds = lists.with(|lists| lists.as_ref().map(|lists| lists.solution_types.clone()));
        let options: Vec<AnyView> = kinds.unwrap_or_default().into_iter().map(option).collect();
        (!options.is_empty()).then(|| {
            view! {
                <label class="field">
                    <span>{t(|t| t.ticket_solution_type)}</span>
                    <select name="solution_type" on:change=typed(move |value| draft.choose(value))>
                        <option value="">{t(|t| t.ticket_solution_type_none)}</option>
                        {options}
                    </select>
                </label>
            }
            .into_any()
        })
    };
    part(select).into_any()
}
