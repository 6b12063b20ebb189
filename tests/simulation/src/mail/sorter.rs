//! What a technician does with mails: puts threads into boxes, and answers.

use tournee_core::changes::{ChangeBody, SendReply};
use tournee_core::domain::{MailBox, Thread};
use tournee_core::ids::{ChangeId, ThreadKey};
use tournee_core::outbox::Queued;

use crate::hand::{Failed, Hand};

impl Hand {
    /// Does something with his mails, now and then.
    pub(crate) fn care_for_mails(&mut self) {
        if self.world.google.is_none() {
            return;
        }
        for _ in 0..self.dice.between(0, 2) {
            let Some(key) = self.some_thread() else {
                return;
            };
            match self.dice.between(0, 9) {
                0..=3 => self.sort_thread(&key),
                4..=5 => self.answer_thread(&key),
                6..=7 => self.convert_thread(&key),
                _ => self.link_thread(&key),
            }
        }
    }

    fn some_thread(&mut self) -> Option<ThreadKey> {
        let rows = self.phone.threads().iter();
        let keys: Vec<ThreadKey> = rows.map(|row| row.key.clone()).collect();
        self.dice.pick(&keys).cloned()
    }

    fn sort_thread(&mut self, key: &ThreadKey) {
        let Some(to) = self.dice.pick(&MailBox::ALL).copied() else {
            return;
        };
        if let Some(classify) = self.phone.classify(key, to) {
            // Where it is already is no move.
            let _ = self.edit_on(
                key.clone().into(),
                ChangeBody::Classify(classify),
                None,
                None,
            );
        }
    }

    fn answer_thread(&mut self, key: &ThreadKey) {
        let Some(thread) = self.pocket.thread(key) else {
            return;
        };
        if let Some((body, token)) = self.answer_to(&thread) {
            // What went wrong is in the trace.
            let _ = self.edit_on(key.clone().into(), body, Some(token), None);
        }
    }

    fn answer_to(&mut self, thread: &Thread) -> Option<(ChangeBody, String)> {
        let answered = SendReply::answered(thread)?;
        let all = self.dice.hit(0.3);
        let (to, cc) = SendReply::readers(answered, &thread.key.mailbox, all);
        let (text, token) = self.words();
        let reply = SendReply {
            answers: answered.id.clone(),
            to,
            cc,
            text,
        };
        Some((ChangeBody::Reply(Box::new(reply)), token))
    }

    /// Another text in place of an answer that has not left.
    pub(crate) fn reword(&mut self, old: &Queued, reply: &SendReply) -> Result<ChangeId, Failed> {
        let (text, token) = self.words();
        let reply = SendReply {
            text,
            ..reply.clone()
        };
        let body = ChangeBody::Reply(Box::new(reply));
        let target = old.change.target.clone();
        self.edit_on(target, body, Some(token), Some(old.change.id))
    }
}
