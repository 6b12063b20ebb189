//! An answer that leaves by Gmail: never twice, never lost.
//!
//! Google has no idempotency key, and gives a mail another Message-ID than ours. So it is laid down as a draft with our
//! mark, the draft's id goes to disk, and the draft is sent by that id. Where an answer was lost: a draft that is one
//! still was not sent; one that is gone has left, and is looked for by its mark in its thread.

use tournee_core::changes::SendReply;
use tournee_core::domain::Mail;
use tournee_core::wire::{Evidence, ProblemKind, ReportState};

use super::chain::{CLOCKS_DIFFER, problem};
use super::evidence;
use super::failing::said_by_google;
use super::judge::delivered;
use super::known::unsettled;
use super::mail::{Came, Post, needs};
use super::step::UNKNOWN_AT_MOST;
use crate::gmail::GmailError;
use crate::gmail::drafts::Found;
use crate::gmail::letter;
use crate::mutation::Mutation;
use crate::store::changes::{self, Held, Phase};
use crate::store::{StoreError, mails};

/// What is known of an answer before anything is done.
enum Before {
    /// It has left: the message in Sent, where it was seen.
    Left(Option<String>),
    /// It is a draft.
    Draft(String),
    /// Nothing is there.
    Nothing,
    /// It was to be sent, is no draft any more, and is not seen in Sent.
    Lost,
}

impl Post<'_> {
    /// ## Control flow
    /// 1. What was begun is looked for: as a draft, then by its mark.
    /// 2. A draft is made where there is none; its id goes to disk.
    /// 3. The draft is sent, once. A refusal waits for him; an answer that was lost is looked up at the next run.
    pub(super) async fn reply(
        &mut self,
        row: &Held,
        reply: &SendReply,
    ) -> Result<Came, GmailError> {
        let draft = match self.look_for(row).await? {
            Before::Left(sent) => return self.left(sent).await,
            Before::Lost => return self.lost(row).await,
            Before::Draft(draft) if row.withdraw => {
                // It has not left, and will not: where it is not found any more, it is we who gave it up.
                self.keep(row, "").await?;
                self.server.delete_draft(&self.key.mailbox, &draft).await?;
                return Ok(Came::settled(ReportState::Withdrawn, None));
            }
            Before::Nothing if row.withdraw => {
                return Ok(Came::settled(ReportState::Withdrawn, None));
            }
            Before::Draft(draft) => draft,
            Before::Nothing => match self.lay_down(row, reply).await? {
                Ok(draft) => draft,
                Err(came) => return Ok(came),
            },
        };
        if row.draft.as_ref() != Some(&draft) {
            self.keep(row, &draft).await?;
        }
        tracing::info!(thread = %self.key, change = %row.change.id, "sending a mail");
        match self.server.send_draft(&self.key.mailbox, &draft).await {
            Ok(sent) => self.left(Some(sent)).await,
            Err(error @ (GmailError::Unreachable(_) | GmailError::Unexpected { .. })) => {
                self.untold(row, &error).await
            }
            // It left with an answer that was lost, or somebody deleted it: the next run looks.
            Err(GmailError::NotFound) => Ok(Came::Later),
            Err(error) => Err(error),
        }
    }

    async fn look_for(&self, row: &Held) -> Result<Before, GmailError> {
        if self.server.mutated(Mutation::SentBlind) {
            return Ok(Before::Nothing);
        }
        let before_this_life =
            row.of_before || row.change.at <= self.server.began_at() + CLOCKS_DIFFER;
        let begun = row.phase == Phase::Intended || !row.evidence.tries.is_empty();
        if let Some(draft) = &row.draft
            && self.server.is_draft(&self.key.mailbox, draft).await?
        {
            return Ok(Before::Draft(draft.clone()));
        }
        if row.draft.is_none() && !begun && !before_this_life {
            return Ok(Before::Nothing);
        }
        Ok(
            match self.server.find_marked(self.key, row.change.id).await? {
                Some(Found::Sent(message)) => Before::Left(Some(message)),
                Some(Found::Draft(message)) => {
                    let draft = self.server.draft_of(&self.key.mailbox, &message).await?;
                    draft.map_or(Before::Lost, Before::Draft)
                }
                // Where he has it tried again, this was the last look.
                None if row.draft.is_some() && row.phase != Phase::Queued => Before::Lost,
                None => Before::Nothing,
            },
        )
    }

    /// Makes the draft; or what came of it instead.
    async fn lay_down(
        &self,
        row: &Held,
        reply: &SendReply,
    ) -> Result<Result<String, Came>, GmailError> {
        let answered = self.answered(reply).await?;
        // Machines answer machines for ever.
        let raw = match answered.machine {
            Some(_) => None,
            None => {
                let (mailbox, now) = (&self.key.mailbox, self.server.clock.now());
                letter::answer(mailbox, reply, &answered, row.change.id, now)
            }
        };
        let Some(raw) = raw else {
            let report = needs(problem(ProblemKind::Invalid, None));
            return Ok(Err(Came::settled(report, None)));
        };
        match self.server.create_draft(self.key, &raw).await {
            Ok(draft) => Ok(Ok(draft)),
            Err(error @ (GmailError::Unreachable(_) | GmailError::Unexpected { .. })) => {
                self.untold(row, &error).await.map(Err)
            }
            Err(error) => Err(error),
        }
    }

    /// The mail that is answered: as it is held, or else as Google has it.
    async fn answered(&self, reply: &SendReply) -> Result<Mail, GmailError> {
        let held = {
            let mut db = self.server.store.read().await?;
            db.mail(&self.key.mailbox, &reply.answers).await?
        };
        match held {
            Some(record) => Ok(mails::unpack(&record)?),
            None => self.server.mail_of(&self.key.mailbox, &reply.answers).await,
        }
    }

    /// It is in Sent: read, so that the thread shows it before the report says so. What can't be read now, history brings.
    async fn left(&self, sent: Option<String>) -> Result<Came, GmailError> {
        if let Some(message) = sent
            && let Err(error) = self.server.take_in_message(&self.mailbox, &message).await
        {
            tracing::info!(thread = %self.key, %error, "a mail that has left could not be read back");
        }
        let report = delivered(self.server.clock.now(), Vec::new());
        Ok(Came::settled(report, None))
    }

    async fn untold(&self, row: &Held, error: &GmailError) -> Result<Came, GmailError> {
        if let Some(said) = said_by_google(error) {
            self.server.custody.failing.note(row.num, &said);
        }
        let evidence = evidence::tried(row, self.server.clock.now(), error.to_string());
        self.remember(row, &evidence).await?;
        Ok(Came::Later)
    }

    /// Nobody guesses: after some looks he is asked to look himself.
    async fn lost(&self, row: &Held) -> Result<Came, GmailError> {
        let mut evidence = evidence::looked(row, self.server.clock.now());
        if evidence.tries.is_empty() {
            evidence = evidence::tried(
                row,
                self.server.clock.now(),
                "a draft that is gone".to_owned(),
            );
        }
        if (evidence.looks as usize) < UNKNOWN_AT_MOST {
            self.remember(row, &evidence).await?;
            return Ok(Came::Later);
        }
        Ok(Came::settled(needs(unsettled(evidence)), None))
    }

    async fn remember(&self, row: &Held, evidence: &Evidence) -> Result<(), StoreError> {
        let mut tx = self.server.store.write().await?;
        changes::set_evidence(&mut tx, row.num, evidence).await?;
        tx.commit().await
    }
}
