//! Each answer left once, in its thread; nothing else left, and nothing lies about.

use tournee_core::changes::ChangeBody;
use tournee_core::domain::MailBox;
use tournee_core::ids::ThreadKey;
use tournee_core::outbox::State;
use tournee_core::wire::ProblemKind;

use super::classify;
use crate::checker::Facts;
use crate::ledger::Made;
use crate::mail::chronicle::{By, Chronicle, Deed};
use crate::mail::moment::{MailIs, What};

const ONCE: &str = "every answer leaves exactly once";
const NOTHING_ELSE: &str = "nothing else changed in Gmail";
const NO_DRAFTS: &str = "no draft of ours lies about";
const DROPPED: &str = "nothing is dropped";

impl Facts<'_> {
    pub(super) fn sent(&self, chronicle: &Chronicle) {
        for made in &self.mailed {
            self.mail_was_asked_to_go(made);
            if let (ChangeBody::Reply(_), Some(word)) = (&made.change.body, &made.token) {
                self.left_once(made, word, chronicle);
                self.is_no_draft(made, word, chronicle);
            }
        }
        for deed in chronicle.deeds.iter().filter(|deed| deed.by == By::Ours) {
            if !self.is_mail_wanted(deed) {
                let (at, what) = (deed.at_ms, &deed.what);
                self.broke(
                    NOTHING_ELSE,
                    format!("{} at {at} ms: {what:?}", deed.thread),
                );
            }
        }
    }

    fn mail_was_asked_to_go(&self, made: &Made) {
        let standing = self.standing(made).map(|queued| &queued.state);
        if matches!(standing, Some(State::Withdrawn { .. })) && !made.taken_back {
            self.broke(DROPPED, format!("nobody took back {made}"));
        }
    }

    fn left_once(&self, made: &Made, word: &str, chronicle: &Chronicle) {
        let left = chronicle.sent(word);
        let times = left.len();
        let Some(thread) = made.thread() else {
            return;
        };
        let standing = self.standing(made).map(|queued| &queued.state);
        let lost = chronicle.lost_mail(thread);
        // Nobody could say whether it had left, and he had it tried again.
        let again = || times == 2 && lost && made.waited == Some(ProblemKind::Unsettled);
        let fits = match standing {
            Some(State::Delivered { .. }) => times == 1 || again(),
            // A server of before the withdrawal, or a phone of before it, knows nothing of it.
            Some(State::Withdrawn { .. }) => {
                times == 0 || (times == 1 && (lost || self.was_restored(made)))
            }
            Some(State::NeedsYou { problem }) => {
                let unseen = problem.kind == ProblemKind::Unsettled || lost;
                times == 0 || (times == 1 && unseen)
            }
            Some(State::Phone | State::Server) | None => times <= 1,
        };
        if !fits {
            self.broke(ONCE, format!("{times} times: {made}, {standing:?}"));
        }
        if let Some(astray) = left.iter().find(|deed| deed.thread != *thread) {
            self.broke(ONCE, format!("in {}: {made}", astray.thread));
        }
    }

    fn is_no_draft(&self, made: &Made, word: &str, chronicle: &Chronicle) {
        let standing = self.standing(made).map(|queued| &queued.state);
        let settled = matches!(
            standing,
            Some(State::Delivered { .. } | State::Withdrawn { .. })
        );
        let lies = |mail: &MailIs| mail.is_draft() && mail.word == word;
        let lies_about = || {
            let now = self.mails_now();
            let mut mails = now
                .threads()
                .values()
                .flat_map(|thread| thread.mails.values());
            mails.any(lies)
        };
        let kept = made
            .thread()
            .is_some_and(|thread| chronicle.was_kept(thread));
        if settled && !kept && !self.was_restored(made) && lies_about() {
            self.broke(NO_DRAFTS, format!("{made}, {standing:?}"));
        }
    }

    /// Whether somebody asked for what the server did, as far as that has no boxes.
    fn is_mail_wanted(&self, deed: &Deed) -> bool {
        match &deed.what {
            What::Boxes { .. } => true,
            What::Came(mail) => self.is_answer(mail, &deed.thread),
            What::Gone(mail) => mail.is_draft() && self.is_answer(mail, &deed.thread),
            What::Inbox(came) => *came && self.is_to_be_sorted(&deed.thread),
            What::Labels(_) => false,
        }
    }

    /// An answer of somebody's in this thread.
    fn is_answer(&self, mail: &MailIs, thread: &ThreadKey) -> bool {
        self.mailed.iter().any(|made| {
            let says = made.token.as_deref() == Some(mail.word.as_str());
            says && made.thread() == Some(thread)
        })
    }

    fn is_to_be_sorted(&self, thread: &ThreadKey) -> bool {
        self.mailed.iter().any(|made| {
            let back = classify(made).is_some_and(|one| one.to.contains(&MailBox::ToSort));
            back && made.thread() == Some(thread)
        })
    }
}
