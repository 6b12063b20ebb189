//! Answering the thread, in the thumb's reach: works without a network, and what is being typed is kept.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{AddFollowup, ChangeBody, SendReply};
use tournee_core::domain::{Correspondent, Mail, Status};
use tournee_core::ids::TicketKey;

use super::Open;
use super::templates::{Facts, Template};
use crate::components::{
    Icon, Toasts, icons, kept, part, sent, switched, tap, ticket_number, typed,
};
use crate::pages::ticket::Draft;
use crate::sync::edit_words;
use crate::text::{fill, t};

/// What goes with a draft.
const ALL: &str = "all";
const MAIL_ALONE: &str = "mail-alone";

/// The buttons, or the form.
#[component]
pub fn ReplyBar(
    /// The thread.
    open: Open,
) -> impl IntoView {
    let draft = Draft::open(
        open.tournee,
        format!("reply:{}", open.key()),
        String::new(),
        String::new(),
    );
    let shown = RwSignal::new(false);
    // One that was begun goes on.
    let begun = kept(move || draft.text.with(|text| !text.is_empty()));
    Effect::new(move |_| {
        if begun.get() {
            shown.set(true);
        }
    });
    let writing = Writing::new(open, draft, shown);
    let is_possible = kept(move || writing.answered.with(Option::is_some));
    let view = move || {
        Some(match (is_possible.get(), shown.get()) {
            (false, _) => {
                view! { <p class="composer muted small">{t(|t| t.reply_none)}</p> }.into_any()
            }
            (true, false) => buttons(writing),
            (true, true) => form(writing),
        })
    };
    part(view).into_any()
}

/// An answer that is being written.
#[derive(Clone, Copy)]
struct Writing {
    open: Open,
    draft: Draft,
    shown: RwSignal<bool>,
    answered: Memo<Option<Mail>>,
    /// The thread's ticket.
    ticket: Memo<Option<TicketKey>>,
}

impl Writing {
    fn new(open: Open, draft: Draft, shown: RwSignal<bool>) -> Self {
        let row = open.tournee.shown_thread_row(open.key());
        Self {
            open,
            draft,
            shown,
            answered: kept(move || {
                open.thread
                    .with(|thread| SendReply::answered(thread).cloned())
            }),
            ticket: kept(move || row.with(|row| row.as_ref().and_then(|row| row.ticket.clone()))),
        }
    }

    fn readers(self, all: bool) -> (Vec<Correspondent>, Vec<Correspondent>) {
        let mailbox = self.open.key().mailbox;
        self.answered.with(|mail| {
            let mail = mail.as_ref();
            mail.map_or_else(Default::default, |mail| {
                SendReply::readers(mail, &mailbox, all)
            })
        })
    }

    fn has(self, what: &str) -> bool {
        self.draft
            .extra
            .with(|extra| extra.split(' ').any(|word| word == what))
    }

    fn choose(self, what: &str, is_so: bool) {
        let extra = self.draft.extra.get_untracked();
        let mut words: Vec<&str> = extra
            .split(' ')
            .filter(|word| !word.is_empty() && *word != what)
            .collect();
        if is_so {
            words.push(what);
        }
        self.draft.choose(words.join(" "));
    }

    /// The ticket that gets a followup too: a closed one takes none.
    fn noted_ticket(self) -> Option<TicketKey> {
        let key = self.ticket.get()?;
        let status = self
            .open
            .tournee
            .with(|phone| Some(phone.shown_row(&phone.resolve(&key))?.status));
        (status != Some(Status::Closed)).then_some(key)
    }
}

fn buttons(writing: Writing) -> AnyView {
    let others = kept(move || !writing.readers(true).1.is_empty());
    let begin = move |all: bool| {
        writing.choose(ALL, all);
        writing.shown.set(true);
    };
    view! {
        <div class="composer reply-bar">
            <div class="line">
                <button type="button" class="btn grow" data-test="reply" on:click=tap(move || begin(false))>
                    <Icon of=icons::SEND/> {t(|t| t.reply_sender)}
                </button>
                <button
                    type="button" class="btn grow" data-test="reply-all" hidden=move || !others.get()
                    on:click=tap(move || begin(true))
                >
                    {t(|t| t.reply_all)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

fn form(writing: Writing) -> AnyView {
    let draft = writing.draft;
    let empty = kept(move || draft.text.with(|text| text.trim().is_empty()));
    let names = move || {
        let (to, cc) = writing.readers(writing.has(ALL));
        let names: Vec<&str> = to.iter().chain(&cc).map(Correspondent::label).collect();
        fill(t(|t| t.mail_to), &[("names", &names.join(", "))])
    };
    let noted = kept(move || writing.noted_ticket());
    let followup = move || {
        let key = noted.get()?;
        let words = fill(
            t(|t| t.reply_followup),
            &[("ticket", &ticket_number(key.id))],
        );
        Some(view! {
            <label class="switch">
                <input
                    type="checkbox" name="followup" prop:checked=move || !writing.has(MAIL_ALONE)
                    on:change=switched(move |on| writing.choose(MAIL_ALONE, !on))
                />
                {words}
            </label>
        }.into_any())
    };
    view! {
        <form class="composer" data-test="reply-form" on:submit=sent(move || send(writing))>
            <div class="line small">
                <span class="muted t-cut" data-test="reply-to">{names}</span>
                <button type="button" class="icon-btn push" aria-label=t(|t| t.ui_close) data-test="reply-close" on:click=tap(move || writing.shown.set(false))>
                    <Icon of=icons::CLOSE/>
                </button>
            </div>
            <textarea
                name="reply" dir="auto" enterkeyhint="enter" rows="5" autofocus
                placeholder=t(|t| t.reply_write) aria-label=t(|t| t.reply_write)
                prop:value=move || draft.text.get()
                on:input=typed(move |value| draft.type_text(value))
            ></textarea>
            <div class="line">
                {part(followup)}
                {part(move || templates(writing))}
                <button type="submit" class="btn primary push" data-test="send-reply" disabled=move || empty.get()>
                    <Icon of=icons::SEND/> {t(|t| t.ticket_send)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Ready words, with the ticket's facts filled in: put where the answer is typed, to be altered there.
fn templates(writing: Writing) -> Option<AnyView> {
    let key = writing.ticket.get()?;
    let facts = writing.open.tournee.with(|phone| Facts::of(phone, &key))?;
    let draft = writing.draft;
    let put = move |name: String| {
        if let Some(template) = Template::named(&name) {
            let words = template.words(&facts);
            let text = draft.text.get_untracked();
            draft.type_text(match text.trim().is_empty() {
                true => words,
                false => format!("{}\n\n{words}", text.trim_end()),
            });
        }
    };
    let options = Template::ALL.map(|template| {
        view! { <option value=template.name()>{template.label()}</option> }.into_any()
    });
    Some(view! {
        <select name="template" aria-label=t(|t| t.reply_template) prop:value="" on:change=typed(put)>
            <option value="">{t(|t| t.reply_template)}</option>
            {options.into_iter().collect_view()}
        </select>
    }.into_any())
}

/// One gesture, two changes, each with its own fate.
fn send(writing: Writing) {
    let (open, draft, toasts) = (writing.open, writing.draft, Toasts::expect());
    let text = draft.text.get_untracked();
    let Some(answers) = writing.answered.get_untracked().map(|mail| mail.id) else {
        return;
    };
    let (to, cc) = untrack(|| writing.readers(writing.has(ALL)));
    let ticket = untrack(|| writing.noted_ticket().filter(|_| !writing.has(MAIL_ALONE)));
    let note = note_of(&to, &cc, &text);
    let reply = SendReply {
        answers,
        to,
        cc,
        text: text.clone(),
    };
    spawn_local(async move {
        let body = ChangeBody::Reply(Box::new(reply));
        let made = open.tournee.edit(open.key().into(), body, None).await;
        let mut changes = match made {
            Ok(change) => vec![change],
            Err(failure) => return toasts.failed(edit_words(&failure)),
        };
        if let Some(key) = ticket {
            match open
                .tournee
                .edit(key.into(), ChangeBody::Followup(note), None)
                .await
            {
                Ok(change) => changes.push(change),
                // The mail is on its way; the words are in it.
                Err(failure) => toasts.failed(edit_words(&failure)),
            }
        }
        draft.sent(&text);
        writing.shown.try_set(false);
        toasts.made_all(t(|t| t.reply_made), changes);
    });
}

/// What the ticket is told of the mail: privately, since GLPI would send a public one to the requester again.
fn note_of(to: &[Correspondent], cc: &[Correspondent], text: &str) -> AddFollowup {
    let names: Vec<&str> = to
        .iter()
        .chain(cc)
        .map(|person| person.address.as_str())
        .collect();
    AddFollowup {
        content: fill(
            t(|t| t.reply_note),
            &[("names", &names.join(", ")), ("text", text.trim())],
        ),
        private: true,
    }
}
