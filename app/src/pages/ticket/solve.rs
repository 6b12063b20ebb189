//! Solving a ticket, with words.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{AddSolution, ChangeBody};
use tournee_core::domain::Named;

use super::{Draft, EmojiHint, Open};
use crate::components::{Icon, Sheet, Toasts, icons, kept, part, sent, typed};
use crate::sync::edit_words;
use crate::text::t;

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
    let (tournee, toasts) = (open.tournee, Toasts::expect());
    let draft = Draft::on(tournee, "solution", &open.key());
    let empty = kept(move || draft.text.with(|text| text.trim().is_empty()));
    let send = move || {
        let content = draft.text.get_untracked();
        let body = ChangeBody::Solution(AddSolution {
            content: content.clone(),
            solution_type: draft.extra.with_untracked(|kind| kind.parse().ok()),
        });
        spawn_local(async move {
            match tournee.edit(open.key().into(), body, None).await {
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
            <label class="field">
                <span>{t(|t| t.ticket_solution_text)}</span>
                <textarea
                    name="solution" dir="auto" rows="6" autofocus
                    prop:value=move || draft.text.get()
                    on:input=typed(move |value| draft.type_text(value))
                ></textarea>
            </label>
            <EmojiHint text=draft.text stores_emoji=open.stores_emoji()/>
            {kinds(open, draft)}
            <button type="submit" class="btn primary wide" data-test="send-solution" disabled=move || empty.get()>
                <Icon of=icons::DONE/> {t(|t| t.ticket_solve)}
            </button>
        </form>
    }
    .into_any()
}

/// The kinds of solution, where the technician may read them: a list that is read when it is asked for.
fn kinds(open: Open, draft: Draft) -> AnyView {
    let kinds = RwSignal::new(Vec::new());
    let source = open.key().source;
    spawn_local(async move {
        if let Some(reference) = open.tournee.reference(&source).await {
            kinds.try_set(reference.solution_types);
        }
    });
    let option = move |Named { id, name }: Named| {
        let selected = move || draft.extra.with(|kind| *kind == id.to_string());
        view! { <option value=id.to_string() selected=selected>{name}</option> }.into_any()
    };
    let select = move || {
        let options: Vec<AnyView> = kinds.get().into_iter().map(option).collect();
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
