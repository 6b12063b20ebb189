//! Mails beyond what is held, in whichever labels: found by Google, read for whoever asked and not kept.

use std::collections::BTreeSet;

use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use tournee_core::domain::{Mail, Thread};
use tournee_core::ids::{MailboxId, ThreadKey, TicketKey};
use tournee_core::search::Query;
use tournee_core::search::dates::Date;
use tournee_core::search::query::{Fact, Narrowed};
use tournee_core::time::Instant;
use tournee_core::wire::{FoundThread, LookUp, LookedUpMails};

use super::client::Call;
use super::error::GmailError;
use super::gate::Haste;
use super::reader::{AT_ONCE, Conversation, Listed, Stub};
use super::sorting::{Labelled, plain};
use crate::app::Shared;
use crate::store::{TechnicianId, mail_links, mails};

/// Threads that one search tells of: each may cost a reading of 20 units, of 6,000 in a minute.
const MOST: usize = 10;
/// Mails that are listed for them; several are of one thread.
const LISTED: &str = "50";

impl Shared {
    /// Looks for mails in all of a mailbox but its spam and trash.
    ///
    /// # Errors
    /// The mailbox is not for him, or what Google says.
    pub async fn find_mails(
        &self,
        who: TechnicianId,
        id: &MailboxId,
        looked_up: &LookUp,
    ) -> Result<LookedUpMails, GmailError> {
        self.may_read(who, id).await?;
        let Some(asked) = asked(looked_up, self.clock.now()) else {
            return Ok(LookedUpMails::default());
        };
        let query = [
            ("q", asked.as_str()),
            ("maxResults", LISTED),
            ("fields", "messages(id,threadId),nextPageToken"),
        ];
        let listed: Listed = self
            .ask_for(id, &Call::get("messages", &query, 5, Haste::Now))
            .await?;
        let mut seen = BTreeSet::new();
        let mut newest = listed.messages;
        newest.retain(|stub| seen.insert(stub.thread_id.clone()));
        let more = newest.len() > MOST || listed.next_page_token.is_some();
        newest.truncate(MOST);
        let found = newest.iter().map(|stub| self.found(id, stub).boxed());
        let found: Vec<Option<FoundThread>> = futures::stream::iter(found.collect::<Vec<_>>())
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let threads = found.into_iter().flatten().collect();
        Ok(LookedUpMails { threads, more })
    }

    /// A thread by one of its mails; one that is held costs Google nothing. None where it is gone meanwhile.
    async fn found(&self, id: &MailboxId, stub: &Stub) -> Result<Option<FoundThread>, GmailError> {
        let held = self.store.read().await?.mail(id, &stub.id).await?;
        let mail = match held {
            Some(record) => mails::unpack(&record)?,
            None => match self.message(id, &stub.id, false, Haste::Now).await? {
                Some((message, _)) => message.mail(id, false),
                None => return Ok(None),
            },
        };
        Ok(Some(FoundThread {
            ticket: self
                .ticket_of_thread(id, &stub.thread_id, std::slice::from_ref(&mail))
                .await?,
            key: ThreadKey {
                mailbox: id.clone(),
                id: stub.thread_id.clone(),
            },
            subject: mail.subject.clone(),
            from: mail.from.label().to_owned(),
            at: mail.at,
            snippet: mail.snippet,
        }))
    }

    /// The ticket of a thread, also of one that is on no record: its mails say what they are called.
    async fn ticket_of_thread(
        &self,
        id: &MailboxId,
        thread: &str,
        mails: &[Mail],
    ) -> Result<Option<TicketKey>, GmailError> {
        let mut db = self.store.read().await?;
        let held = mail_links::ticket_of(&mut db, id, thread).await?;
        if held.is_some() {
            return Ok(held);
        }
        let names = mails.iter().flat_map(mails::names);
        Ok(mail_links::ticket_named(&mut db, names).await?)
    }

    /// A thread as Google has it, with all bodies, however long.
    ///
    /// # Errors
    /// The mailbox is not for him, there is no such thread, or what Google says.
    pub async fn open_thread(
        &self,
        who: TechnicianId,
        key: &ThreadKey,
    ) -> Result<Thread, GmailError> {
        self.may_read(who, &key.mailbox).await?;
        let path = format!("threads/{}", plain(&key.id)?);
        let read: Conversation = self
            .ask_for(&key.mailbox, &Call::get(&path, &[], 40, Haste::Now))
            .await?;
        let record = self.store.read().await?.mailbox(&key.mailbox).await?;
        let record = record.ok_or(GmailError::NoMailbox)?;
        let labelled = Labelled::of(&read.messages);
        let shown = read
            .messages
            .iter()
            .filter(|message| !mails::is_hidden(&message.label_ids));
        let mails: Vec<Mail> = shown.map(|message| message.opened(&key.mailbox)).collect();
        Ok(Thread {
            key: key.clone(),
            boxes: labelled.boxes(&record.labels),
            ticket: self.ticket_of_thread(&key.mailbox, &key.id, &mails).await?,
            mails,
        })
    }
}

/// What was typed, in the words of Gmail's search; none where it asks for a ticket's facts. Whatever Gmail would take
/// for an operator is a word here: who looks for `from:` in our search means something else by it.
fn asked(looked_up: &LookUp, now: Instant) -> Option<String> {
    let typed = &looked_up.words;
    let query = Query::of(typed);
    let mut asked: Vec<String> = match query.narrowed.is_empty() {
        true => typed.split_whitespace().filter_map(word).collect(),
        false => query.terms.clone(),
    };
    for narrowed in &query.narrowed {
        match narrowed {
            Narrowed::Fact(Fact::Requester, words) => {
                asked.extend(words.iter().map(|word| format!("from:{word}")));
            }
            // Seconds: a day alone begins at midnight somewhere in America.
            Narrowed::Dated(when) => {
                let day = when.seen_on(Date::at(now, looked_up.ahead));
                let (from, until) = day.bounds(looked_up.ahead);
                asked.push(format!("after:{} before:{}", from.0, until.0));
            }
            _ => return None,
        }
    }
    (!asked.is_empty()).then(|| asked.join(" "))
}

fn word(piece: &str) -> Option<String> {
    let is_plain = |c: &char| !matches!(c, '"' | '(' | ')' | '{' | '}' | ':' | '#');
    let letters: String = piece.chars().filter(is_plain).collect();
    let letters = letters.trim_matches(['-', '+']);
    let is_operator = ["OR", "AND", "AROUND"].contains(&letters);
    (!letters.is_empty()).then(|| match is_operator {
        true => letters.to_lowercase(),
        false => letters.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use tournee_core::time::Seconds;

    use super::*;

    #[test]
    fn words_are_asked_as_they_were_typed_and_no_operator_among_them() {
        let of = |typed: &str| LookUp {
            words: typed.to_owned(),
            ahead: Seconds(3_600),
        };
        let now = Instant(1_795_431_303);
        let q = |typed: &str| asked(&of(typed), now).unwrap_or_default();
        assert_eq!(q("caisse bloquée"), "caisse bloquée");
        assert_eq!(q("#7754  ancien"), "7754 ancien");
        assert_eq!(q("a OR -b \"c d\" {e}"), "a or b c d e");
        assert_eq!(q("http://srv:8080"), "http//srv8080");
        assert_eq!(q("noemie@x.example"), "noemie@x.example");
        assert_eq!(q("de:Noémie caisse"), "caisse from:noemie");
        for nothing in ["", " - ", "statut:ouvert caisse", "lieu:arcs"] {
            assert_eq!(asked(&of(nothing), now), None, "{nothing}");
        }
        let day = q("date:12/11/2026 caisse");
        assert_eq!(day, "caisse after:1794438000 before:1794524400");
    }
}
