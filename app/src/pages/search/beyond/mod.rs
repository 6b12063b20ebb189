//! What the GLPIs and the mailboxes hold beyond this phone: asked when the typing pauses, given up when it goes on.

mod found;

use futures::future::{AbortHandle, abortable};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::MailboxState;
use tournee_core::ids::MailboxId;
use tournee_core::wire::{LookedUp, LookedUpMails, SourceState};

use self::found::{mails, tickets};
use super::results::{Context, Shown};
use crate::components::{chip_of, each, kept, part, tap};
use crate::contexts::Tournee;
use crate::sync::{ApiFailure, failure_words};
use crate::text::{fill, t};

/// The next letter often comes at once.
const PAUSE_MS: u32 = 500;
/// Fewer letters mean too much.
const LETTERS: usize = 2;

/// Who is asked.
#[derive(Clone, Debug, PartialEq)]
enum Asked {
    /// A GLPI.
    Glpi(Box<SourceState>),
    /// A mailbox at Gmail.
    Mailbox(MailboxId),
}

impl Asked {
    /// What it is known by, among those that are asked.
    fn id(&self) -> &str {
        match self {
            Self::Glpi(source) => &source.source.0,
            Self::Mailbox(mailbox) => &mailbox.0,
        }
    }

    /// What the screen calls it.
    fn name(&self) -> &str {
        match self {
            Self::Glpi(source) => &source.name,
            Self::Mailbox(mailbox) => &mailbox.0,
        }
    }

    /// The results beside which its own are of use.
    fn is_beside(&self, shown: Shown) -> bool {
        match self {
            Self::Glpi(_) => shown != Shown::Mails,
            Self::Mailbox(_) => shown != Shown::Tickets,
        }
    }
}

/// What one of them says.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    /// Nothing yet.
    Asking,
    /// These tickets.
    Tickets(LookedUp),
    /// These threads.
    Mails(LookedUpMails),
    /// Why it says nothing.
    Failed(ApiFailure),
}

/// Who was asked, and what each says.
type Answers = Vec<(Asked, Answer)>;

/// What is found beyond the phone, for as long as the results are shown.
pub fn beyond(context: Context, words: RwSignal<String>) -> AnyView {
    let tournee = Tournee::expect();
    let answers = RwSignal::new(Answers::new());
    let under_way = StoredValue::new(None::<AbortHandle>);
    let give_up = move || {
        if let Some(handle) = under_way.try_update_value(Option::take).flatten() {
            handle.abort();
        }
    };
    let again = RwSignal::new(0);
    let asked =
        kept(move || words.with(|words| words.split_whitespace().collect::<Vec<_>>().join(" ")));
    Effect::new(move |_| {
        again.track();
        let online = tournee.online().get();
        let words = asked.get();
        give_up();
        answers.set(Answers::new());
        if !online || words.chars().count() < LETTERS {
            return;
        }
        let (asking, handle) = abortable(ask(tournee, words, answers));
        under_way.set_value(Some(handle));
        spawn_local(async move {
            // Given up: somebody asks anew.
            let _ = asking.await;
        });
    });
    on_cleanup(give_up);
    let ids = kept(move || {
        let shown = context.shown.get();
        answers.with(|answers| {
            let asked = answers.iter().map(|(asked, _)| asked);
            let beside = asked.filter(|asked| asked.is_beside(shown));
            beside
                .map(|asked| asked.id().to_owned())
                .collect::<Vec<_>>()
        })
    });
    let one = move |asked: &str| section(answers, asked.to_owned(), again, context);
    let offline = part(move || {
        (!tournee.online().get()).then(|| {
            view! { <p class="muted" data-test="search-offline">{t(|t| t.search_offline)}</p> }
                .into_any()
        })
    });
    view! {
        <section class="hits beyond" data-test="search-beyond">
            <h2>{t(|t| t.search_beyond)}</h2>
            {offline}
            {each(move || ids.get(), one)}
        </section>
    }
    .into_any()
}

/// Asks all at the same time; each answers when it can.
async fn ask(tournee: Tournee, words: String, answers: RwSignal<Answers>) {
    let all = tournee.with_untracked(|phone| {
        let sources = phone.meta().sources.iter().cloned();
        let sources = sources.map(|source| Asked::Glpi(Box::new(source)));
        let mailboxes = phone.meta().mailboxes.iter();
        let read = mailboxes.filter(|mailbox| mailbox.state == MailboxState::Active);
        sources
            .chain(read.map(|mailbox| Asked::Mailbox(mailbox.id.clone())))
            .collect::<Vec<_>>()
    });
    TimeoutFuture::new(PAUSE_MS).await;
    let asking = all.iter().map(|asked| (asked.clone(), Answer::Asking));
    answers.try_set(asking.collect());
    let each = all.into_iter().map(|asked| {
        let words = words.clone();
        async move {
            let answer = match &asked {
                Asked::Glpi(source) => tournee.look_up(source, &words).await.map(Answer::Tickets),
                Asked::Mailbox(mailbox) => tournee
                    .look_up_mails(mailbox, &words)
                    .await
                    .map(Answer::Mails),
            };
            let answer = answer.unwrap_or_else(Answer::Failed);
            answers.try_update(|answers| {
                let mut all = answers.iter_mut();
                if let Some((_, old)) = all.find(|(other, _)| *other == asked) {
                    *old = answer;
                }
            });
        }
    });
    futures::future::join_all(each).await;
}

fn section(
    answers: RwSignal<Answers>,
    id: String,
    again: RwSignal<u32>,
    context: Context,
) -> AnyView {
    let tournee = Tournee::expect();
    let asked = answers.with_untracked(|answers| {
        let mut all = answers.iter().map(|(asked, _)| asked);
        all.find(|asked| asked.id() == id).cloned()
    });
    let name = id.clone();
    let answer = kept(move || {
        answers.with(|answers| {
            let mut all = answers.iter();
            all.find(|(asked, _)| asked.id() == name).cloned()
        })
    });
    let body = part(move || {
        let (asked, answer) = answer.get()?;
        let query = context
            .results
            .with_untracked(|results| results.query.clone());
        Some(match answer {
            Answer::Asking => view! {
                <p class="muted">{fill(t(|t| t.search_asking), &[("name", asked.name())])}</p>
            }
            .into_any(),
            Answer::Failed(failure) => view! {
                <p class="error" role="alert" data-test="search-failed">{failure_words(&failure)}</p>
                <button type="button" class="btn" on:click=tap(move || again.update(|n| *n += 1))>{t(|t| t.search_retry)}</button>
            }
            .into_any(),
            Answer::Tickets(found) => tickets(tournee, asked.name(), found, &query),
            Answer::Mails(found) => mails(tournee, asked.name(), found, &query),
        })
    });
    let chip = match &asked {
        Some(Asked::Glpi(source)) => chip_of(&source.source),
        _ => view! { <span class="chip">{id.clone()}</span> }.into_any(),
    };
    view! {
        <div class="beyond-source" data-test="search-source" data-source=id aria-live="polite">
            {chip}
            {body}
        </div>
    }
    .into_any()
}
