//! Rules, what each did, and the mails that they have not looked at yet.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tournee_core::ids::{ChangeId, MailboxId, RuleId, TicketKey};
use tournee_core::rules::{Rule, WhyNot};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::RuleMail;

use super::mails::MailRecord;
use super::{Connection, Stored, TechnicianId};

/// So long a deed is kept.
const KEPT: Seconds = Seconds(180 * 86_400);
/// The last so many deeds of a rule are told.
const TOLD: u32 = 200;

/// A rule and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    /// Its place: the first that is for a mail has it.
    pub num: i64,
    /// Whose.
    pub owner: TechnicianId,
    /// It.
    pub rule: Rule,
    /// Since when it is on.
    pub on_since: Option<Instant>,
    /// It was tried as it is.
    pub tried: bool,
}

/// A rule as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRecord {
    /// Which.
    pub id: RuleId,
    /// Its place.
    pub num: i64,
    /// Whose.
    pub owner: TechnicianId,
    /// The mailbox that it looks at.
    pub mailbox: MailboxId,
    /// The rule, JSON.
    pub body: String,
    /// Since when it is on.
    pub on_since: Option<Instant>,
    /// It was tried as it is.
    pub tried: bool,
}

impl RuleRecord {
    fn of(row: &RuleRow) -> Stored<Self> {
        Ok(Self {
            id: row.rule.id,
            num: row.num,
            owner: row.owner,
            mailbox: row.rule.mailbox.clone(),
            body: serde_json::to_string(&row.rule)?,
            on_since: row.on_since,
            tried: row.tried,
        })
    }

    fn parse(self) -> Stored<RuleRow> {
        Ok(RuleRow {
            num: self.num,
            owner: self.owner,
            rule: serde_json::from_str(&self.body)?,
            on_since: self.on_since,
            tried: self.tried,
        })
    }
}

/// A deed as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeedRecord {
    /// Whose.
    pub rule: RuleId,
    /// The mailbox of the mail.
    pub mailbox: MailboxId,
    /// The mail's id there.
    pub mail: String,
    /// When.
    pub at: Instant,
    /// The ticket that it reopened.
    pub reopens: Option<String>,
    /// What, JSON.
    pub body: String,
}

/// What a rule did with a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The mail, as a list shows it.
    pub mail: RuleMail,
    /// What.
    pub what: What,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Changes were taken into custody, the first being what it is about: how they stand is asked there.
    Changes {
        /// Their names.
        ids: Vec<ChangeId>,
        /// The ticket that is reopened; none: one is made.
        reopens: Option<TicketKey>,
    },
    /// It answers a closed ticket, and was left as it is.
    Linked {
        /// Which.
        ticket: TicketKey,
    },
    /// Nothing.
    Left {
        /// Why.
        why: WhyNot,
    },
}

/// A mail that came, and that no rule has looked at yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    /// Its mailbox.
    pub mailbox: MailboxId,
    /// Its id there.
    pub mail: String,
    /// When it came.
    pub at: Instant,
    /// How often it was put among those that came while it was one of them already: a look of before does not end it.
    pub turn: u32,
}

/// The rows of `rules`, `rule_deeds` and `new_mails`.
#[async_trait]
pub trait Rules {
    /// Puts a rule in the place of what was there.
    async fn put_rule(&mut self, rule: &RuleRecord) -> Stored<()>;
    /// All, in their order.
    async fn rules(&mut self) -> Stored<Vec<RuleRecord>>;
    /// Deletes one, with its deeds.
    async fn delete_rule(&mut self, id: RuleId) -> Stored<()>;
    /// Gives one technician's to another.
    async fn give_rules(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()>;
    /// Adds a deed, in the place of what was there.
    async fn put_deed(&mut self, deed: &DeedRecord) -> Stored<()>;
    /// The last deeds of a rule, newest first.
    async fn deeds(&mut self, id: RuleId, most: u32) -> Stored<Vec<DeedRecord>>;
    /// How often a ticket was reopened since.
    async fn reopenings(&mut self, ticket: &str, since: Instant) -> Stored<u32>;
    /// Deletes deeds of before.
    async fn sweep_deeds(&mut self, before: Instant) -> Stored<()>;
    /// Notes a mail that came; one that waits already is to be looked at anew, whatever turn is named.
    async fn put_new_mail(&mut self, mail: &NewMail) -> Stored<()>;
    /// Those of a mailbox that came first, in order.
    async fn new_mails(&mut self, id: &MailboxId, most: u32) -> Stored<Vec<NewMail>>;
    /// Whether it still waits, and was not put there anew since.
    async fn is_new_mail(&mut self, mail: &NewMail) -> Stored<bool>;
    /// It was looked at. One that was put there anew since stays.
    async fn delete_new_mail(&mut self, mail: &NewMail) -> Stored<()>;
    /// The mails of a mailbox that came last, newest first.
    async fn newest_mails(&mut self, id: &MailboxId, most: u32) -> Stored<Vec<MailRecord>>;
}

/// All rules, in the order in which they are asked.
///
/// # Errors
/// The database, or a rule that can't be read.
pub async fn all(db: &mut Connection) -> Stored<Vec<RuleRow>> {
    let rows = db.rules().await?;
    rows.into_iter().map(RuleRecord::parse).collect()
}

/// One of a technician's.
///
/// # Errors
/// The database.
pub async fn own(db: &mut Connection, who: TechnicianId, id: RuleId) -> Stored<Option<RuleRow>> {
    let found = one(db, id).await?;
    Ok(found.filter(|row| row.owner == who))
}

/// One.
///
/// # Errors
/// The database.
pub async fn one(db: &mut Connection, id: RuleId) -> Stored<Option<RuleRow>> {
    let rows = all(db).await?;
    Ok(rows.into_iter().find(|row| row.rule.id == id))
}

/// The rules that look at a mailbox.
///
/// # Errors
/// The database.
pub async fn on_mailbox(db: &mut Connection, id: &MailboxId) -> Stored<Vec<RuleRow>> {
    let mut rows = all(db).await?;
    rows.retain(|row| row.on_since.is_some() && row.rule.mailbox == *id);
    Ok(rows)
}

/// Puts a rule in the place of what was there.
///
/// # Errors
/// The database.
pub async fn put(db: &mut Connection, row: &RuleRow) -> Stored<()> {
    db.put_rule(&RuleRecord::of(row)?).await
}

/// The place behind the last.
///
/// # Errors
/// The database.
pub async fn next_place(db: &mut Connection) -> Stored<i64> {
    let rows = db.rules().await?;
    Ok(rows.last().map_or(1, |row| row.num + 1))
}

/// Puts on record what was done with a mail: it is not looked at again.
///
/// # Errors
/// The database.
pub async fn record(
    db: &mut Connection,
    rule: RuleId,
    mail: &NewMail,
    done: &Done,
    now: Instant,
) -> Stored<()> {
    let reopens = match &done.what {
        What::Changes { reopens, .. } => reopens.as_ref().map(ToString::to_string),
        What::Linked { .. } | What::Left { .. } => None,
    };
    db.put_deed(&DeedRecord {
        rule,
        mailbox: mail.mailbox.clone(),
        mail: mail.mail.clone(),
        at: now,
        reopens,
        body: serde_json::to_string(done)?,
    })
    .await?;
    db.delete_new_mail(mail).await
}

/// What a rule did last, newest first.
///
/// # Errors
/// The database.
pub async fn done(db: &mut Connection, id: RuleId) -> Stored<Vec<(Instant, Done)>> {
    let deeds = db.deeds(id, TOLD).await?.into_iter();
    deeds
        .map(|deed| Ok((deed.at, serde_json::from_str(&deed.body)?)))
        .collect()
}

/// Forgets deeds of long ago.
///
/// # Errors
/// The database.
pub async fn sweep(db: &mut Connection, now: Instant) -> Stored<()> {
    db.sweep_deeds(now - KEPT).await
}

/// A mail that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    /// It.
    pub new: NewMail,
    /// Its thread.
    pub thread: String,
    /// A rule may be for it.
    pub for_rules: bool,
}

/// Of mails that are about to be stored, those that are new. To be asked before they are stored; behind that, see
/// [`concerns`].
///
/// # Errors
/// The database.
pub async fn came(db: &mut Connection, id: &MailboxId, mails: &[MailRecord]) -> Stored<Vec<Came>> {
    let rules = on_mailbox(db, id).await?;
    let since = rules.iter().filter_map(|row| row.on_since).min();
    let mut came = Vec::new();
    for mail in mails {
        if db.mail(id, &mail.id).await?.is_none() {
            came.push(Came {
                new: NewMail {
                    mailbox: id.clone(),
                    mail: mail.id.clone(),
                    at: mail.at,
                    turn: 0,
                },
                thread: mail.thread.clone(),
                for_rules: since.is_some_and(|since| mail.at >= since),
            });
        }
    }
    Ok(came)
}

/// Whether a mail that came, and is stored by now, has to be looked at: a rule may be for it, or it goes on in the thread of
/// a ticket, which `answers` says are told.
///
/// # Errors
/// The database.
pub async fn concerns(db: &mut Connection, came: &Came, answers: bool) -> Stored<bool> {
    if came.for_rules || !answers {
        return Ok(came.for_rules);
    }
    let links = db.links_of_thread(&came.new.mailbox, &came.thread).await?;
    Ok(links.iter().any(|link| link.since <= came.new.at))
}
