//! *Règles*: which mails become tickets with nobody there. They live at the server: all of it needs a network, and says so;
//! what is being typed is kept on the phone all the same.

mod card;
mod edit;
mod fields;
mod form;
mod record;
mod trial;
mod words;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::rules::Rule;
use tournee_core::wire::RuleInfo;

use self::card::card;
use self::edit::edit;
use self::record::record;
use self::trial::trial;
use crate::components::{Empty, Icon, back_to, icons, part, tap};
use crate::contexts::Tournee;
use crate::platform::device::{after_drawing, focus};
use crate::sync::{ApiFailure, api, failure_words};
use crate::text::t;

/// The page's address.
pub const RULES: &str = "/more/rules";

/// What the server said of the rules.
#[derive(Clone)]
enum Answer {
    Asking,
    Known(Vec<RuleInfo>),
    Failed(ApiFailure),
}

/// What of the page is shown.
#[derive(Clone)]
enum View {
    List,
    /// The form of a rule, or of a new one.
    Edit(Option<Rule>),
    /// What a rule would make of past mails.
    Trial(Rule),
    /// What it did.
    Record(RuleInfo),
}

/// What the page works with. Copy it into closures freely.
#[derive(Clone, Copy)]
struct Desk {
    tournee: Tournee,
    answer: RwSignal<Answer>,
    view: RwSignal<View>,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<String>>,
}

impl Desk {
    /// Asks the server for all rules.
    fn ask(self) {
        spawn_local(self.read());
    }

    async fn read(self) {
        let answer = match api::rules().await {
            Ok(rules) => Answer::Known(rules.rules),
            Err(failure) => Answer::Failed(failure),
        };
        let missed = match &answer {
            Answer::Failed(failure) => Some(failure.clone()),
            _ => None,
        };
        if let (None, Some(missed)) = (self.answer.try_set(answer), missed) {
            self.tournee.missed(&missed);
        }
    }

    /// Does something at the server, then goes on; a failure is said where one stands.
    fn then(
        self,
        work: impl Future<Output = Result<(), ApiFailure>> + 'static,
        next: impl FnOnce() + 'static,
    ) {
        self.busy.set(true);
        self.failed.set(None);
        spawn_local(async move {
            let done = work.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match done {
                Ok(()) => next(),
                Err(failure) => self.failed.set(Some(failure_words(&failure))),
            }
        });
    }

    fn show(self, view: View) {
        self.failed.set(None);
        self.view.set(view);
        // Who reads by ear is told where he is.
        after_drawing(|| focus("#rules-head"));
    }

    fn back(self) {
        self.ask();
        self.show(View::List);
    }
}

/// The page.
#[component]
pub fn RulesPage() -> impl IntoView {
    let tournee = Tournee::expect();
    let desk = Desk {
        tournee,
        answer: RwSignal::new(Answer::Asking),
        view: RwSignal::new(View::List),
        busy: RwSignal::new(false),
        failed: RwSignal::new(None),
    };
    let is_silent = move || {
        let silent = |answer: &Answer| matches!(answer, Answer::Failed(f) if f.is_silence());
        desk.answer.with(silent)
    };
    tournee.ask_until_answered(is_silent, move || desk.read());
    let offline = move || {
        let words = (!tournee.online().get()).then(|| t(|t| t.rules_offline))?;
        Some(
            view! { <p class="banner warn" role="status" data-test="rules-offline">{words}</p> }
                .into_any(),
        )
    };
    let failed = move || {
        let words = desk.failed.get()?;
        Some(
            view! { <p class="error" role="alert" data-test="rules-failed">{words}</p> }.into_any(),
        )
    };
    view! {
        <section class="page" data-test="rules">
            <div class="stack">
                {part(offline)}
                {part(failed)}
                {part(move || Some(shown(desk)))}
            </div>
        </section>
    }
    .into_any()
}

fn shown(desk: Desk) -> AnyView {
    match desk.view.get() {
        View::List => list(desk),
        View::Edit(rule) => edit(desk, rule),
        View::Trial(rule) => trial(desk, rule),
        View::Record(info) => record(desk, info),
    }
}

/// The head of what is not the list.
fn head(desk: Desk, title: String) -> AnyView {
    view! {
        <div class="line">
            <button type="button" class="icon-btn back" data-test="rules-back" aria-label=t(|t| t.rules_back) on:click=tap(move || desk.back())>
                <Icon of=icons::BACK/>
            </button>
            <h1 id="rules-head" tabindex="-1">{title}</h1>
        </div>
    }
    .into_any()
}

fn list(desk: Desk) -> AnyView {
    let cards = move || {
        Some(match desk.answer.get() {
            // The page says that there is no network.
            Answer::Asking if !desk.tournee.online().get() => return None,
            Answer::Asking => {
                view! { <p class="muted" role="status">{t(|t| t.rules_asking)}</p> }.into_any()
            }
            Answer::Failed(failure) => {
                let words = failure_words(&failure);
                view! { <p class="muted small" data-test="rules-unknown">{words}</p> }.into_any()
            }
            Answer::Known(rules) if rules.is_empty() => {
                view! { <Empty icon=icons::MAIL title=t(|t| t.rules_none)><p>{t(|t| t.rules_none_hint)}</p></Empty> }
                    .into_any()
            }
            Answer::Known(rules) => {
                let cards = rules.into_iter().map(|info| card(desk, info));
                view! { <ol class="plain stack">{cards.collect_view()}</ol> }.into_any()
            }
        })
    };
    view! {
        <div class="line">
            <a class="icon-btn back" href=back_to("/more") aria-label=t(|t| t.rules_leave)><Icon of=icons::BACK/></a>
            <h1 id="rules-head" tabindex="-1">{t(|t| t.rules_title)}</h1>
        </div>
        <p class="muted small">{t(|t| t.rules_hint)}</p>
        <button type="button" class="btn primary" data-test="rule-new" on:click=tap(move || desk.show(View::Edit(None)))>
            <Icon of=icons::PLUS/>{t(|t| t.rules_new)}
        </button>
        {part(cards)}
    }
    .into_any()
}
