//! What meets an error each time, while others are answered, is given up after a while: it waits for the technician. What was
//! never sent waits with the error, what may be there with its evidence and that nobody could look.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant as Moment;
use tournee_core::changes::ChangeBody;
use tournee_core::ids::{MailboxId, TicketId};
use tournee_core::time::Instant;
use tournee_core::wire::{Attempt, Evidence, ProblemKind, ReportState};

use super::chain::{Outcome, problem};
use super::evidence;
use super::known::unsettled;
use super::mail::needs;
use crate::app::{Server, Shared};
use crate::gmail::GmailError;
use crate::links::LinkError;
use crate::store::accounts::{self, AccountRow};
use crate::store::chains::{self, ChainKey, TicketChain};
use crate::store::changes::{self, Held, Phase};
use crate::store::creations;
use crate::store::{Connection, Stored, TechnicianId};

/// After so many more errors, each while others were answered: one that comes on the heels of an outage is none of its own.
const ALONE: u32 = 3;

/// A run over a chain's changes, of which some may have met errors for long.
pub(super) struct Run {
    began: Moment,
    nums: Vec<i64>,
    /// Those that have, while all that they need answers: what meets an error now does so by itself.
    due: Vec<Held>,
}

impl Run {
    /// Asks whether others are answered before what may fail is: to a GLPI that fails often nothing goes for a while.
    pub async fn begin(server: &Server, who: TechnicianId, rows: &[Held]) -> Stored<Self> {
        let due = rows.iter().filter(|row| server.is_due(row)).cloned();
        let (due, silent) = with_answers(server, who, due.collect()).await?;
        // That was more than theirs: what they meet is counted anew.
        let failing = &server.custody.failing;
        silent.iter().for_each(|row| failing.forget(row.num));
        Ok(Self {
            began: Moment::now(),
            nums: rows.iter().map(|row| row.num).collect(),
            due,
        })
    }

    /// Whether this one is given up where it meets an error.
    pub fn gives_up(&self, server: &Server, row: &Held) -> bool {
        let is_due = self.due.iter().any(|due| due.num == row.num);
        is_due && server.custody.failing.alone(row.num) + 1 >= ALONE
    }

    /// It ended with this in place of what all of them need.
    pub fn failed(&self, server: &Server, said: Option<String>) {
        for (num, said) in self.nums.iter().zip(said.iter().cycle()) {
            server.custody.failing.note(*num, said);
        }
    }

    /// Those that met an error in it again, while others are answered still, wait for him.
    pub async fn end(self, server: &Server, key: &ChainKey, outcome: Outcome) -> Stored<()> {
        let failing = &server.custody.failing;
        if !matches!(outcome, Outcome::Later { .. }) {
            failing.got_through(&self.nums, self.began);
        }
        let met = |row: &Held| failing.met_since(row.num, self.began);
        let due: Vec<Held> = self
            .due
            .into_iter()
            .filter(|row| met(row).is_some())
            .collect();
        let (mut due, _) = with_answers(server, key.technician, due).await?;
        due.retain(|row| failing.was_alone(row.num) >= ALONE);
        if due.is_empty() {
            return Ok(());
        }
        let mut tx = server.store.write().await?;
        let rows = chains::rows(&mut tx, key).await?;
        for row in rows.iter().filter(|row| row.phase != Phase::NeedsYou) {
            let said = met(row).filter(|_| due.iter().any(|due| due.num == row.num));
            if let Some(said) = said {
                tracing::warn!(on = %key.target, change = %row.change.id, said, "an error each time: given up");
                settle(&mut tx, row, said, server.clock.now()).await?;
                failing.forget(row.num);
            }
        }
        tx.commit().await
    }
}

impl Shared {
    /// Whether one has met errors for so long that he is told, unless it gets through now.
    fn is_due(&self, row: &Held) -> bool {
        let patience = self.config.custody.patience;
        self.custody.failing.is_due(row.num, patience)
    }
}

/// Those of which all that they need answers, and those of which their own GLPI or mailbox does not.
async fn with_answers(
    server: &Server,
    who: TechnicianId,
    rows: Vec<Held>,
) -> Stored<(Vec<Held>, Vec<Held>)> {
    if rows.is_empty() {
        return Ok((rows, Vec::new()));
    }
    let accounts = accounts::of_technician(&mut *server.store.read().await?, who).await?;
    let about = rows.iter().filter_map(|row| row.change.ticket());
    let about: BTreeSet<TicketId> = about.map(|ticket| ticket.id).collect();
    let mut asked: BTreeMap<String, bool> = BTreeMap::new();
    let (mut those, mut silent) = (Vec::new(), Vec::new());
    for row in rows {
        let (mut all, mut own) = (true, true);
        for place in Place::all_of(&row, &accounts) {
            let answers = match asked.get(&place.name()) {
                Some(answers) => *answers,
                None => place.answers(server, &about).await?,
            };
            asked.insert(place.name(), answers);
            all &= answers;
            own &= answers || !place.is_its_own(&row);
        }
        match (all, own) {
            (true, _) => those.push(row),
            (false, false) => silent.push(row),
            (false, true) => {}
        }
    }
    Ok((those, silent))
}

/// Where a change is carried out, or something is looked for.
enum Place<'a> {
    Glpi(&'a AccountRow),
    Mailbox(&'a MailboxId),
}

impl<'a> Place<'a> {
    fn all_of(row: &'a Held, accounts: &'a [AccountRow]) -> impl Iterator<Item = Self> {
        let with = move |account: &&AccountRow| account.signed_in && asks(row, account);
        let glpis = accounts.iter().filter(with).map(Self::Glpi);
        glpis.chain(mailbox_of(row).map(Self::Mailbox))
    }

    fn name(&self) -> String {
        match self {
            Self::Glpi(account) => format!("GLPI {}", account.account.source),
            Self::Mailbox(mailbox) => format!("mailbox {mailbox}"),
        }
    }

    /// Whether the change is on something that lies there.
    fn is_its_own(&self, row: &Held) -> bool {
        match self {
            Self::Glpi(account) => is_on(row, account),
            Self::Mailbox(_) => row.change.target.thread().is_some(),
        }
    }

    /// Where he has to sign in first nobody is asked.
    async fn answers(&self, server: &Server, about: &BTreeSet<TicketId>) -> Stored<bool> {
        let account = match self {
            Self::Glpi(account) => account,
            Self::Mailbox(mailbox) => {
                return match server.with_labels(mailbox).await {
                    Ok(_) => Ok(true),
                    Err(GmailError::Store(error)) => Err(error),
                    Err(_) => Ok(false),
                };
            }
        };
        let asked = server.on_session(account, |client, session| async move {
            client.answers(&session, about).await
        });
        match asked.await {
            Ok(()) | Err(LinkError::NeedsSignIn) => Ok(true),
            Err(LinkError::Store(error)) => Err(error),
            Err(LinkError::Glpi(_)) => Ok(false),
        }
    }
}

fn is_on(row: &Held, account: &AccountRow) -> bool {
    let on = row.change.ticket();
    on.is_some_and(|key| key.source == account.account.source)
}

/// Whether a change is carried out with this account, or something is looked for with it.
fn asks(row: &Held, account: &AccountRow) -> bool {
    let source = &account.account.source;
    is_on(row, account)
        || match &row.change.body {
            ChangeBody::TicketFile(file) => file.from.source == *source,
            ChangeBody::Carry(carry) => carry.to.source == *source,
            // Its mail may be a ticket anywhere.
            ChangeBody::Create(create) => {
                let carried = create.carried.as_ref();
                create.origin.is_some() || carried.is_some_and(|old| old.source == *source)
            }
            _ => false,
        }
}

fn mailbox_of(row: &Held) -> Option<&MailboxId> {
    match &row.change.body {
        ChangeBody::MailFile(file) => Some(&file.thread.mailbox),
        _ => row.change.target.thread().map(|thread| &thread.mailbox),
    }
}

async fn settle(db: &mut Connection, row: &Held, said: String, now: Instant) -> Stored<()> {
    let report = report(db, row, said, now).await?;
    changes::settle(db, row, &report, now).await?;
    let local = row.change.ticket().filter(|ticket| ticket.id.is_local());
    if let (ReportState::Withdrawn, Some(ticket)) = (report, local) {
        let (technician, ticket) = (row.technician, ticket.clone());
        let chain = TicketChain { technician, ticket };
        creations::take_back_rest(db, &chain, now).await?;
    }
    Ok(())
}

/// What it waits with. Once he was told that nobody can look, he gives it up as it is.
async fn report(
    db: &mut Connection,
    row: &Held,
    said: String,
    now: Instant,
) -> Stored<ReportState> {
    let is_told = row.withdraw && row.evidence.unread.is_some();
    if is_told || !may_be_there(row) {
        return Ok(match row.withdraw {
            true => ReportState::Withdrawn,
            false => needs(problem(ProblemKind::Unreadable, Some(said))),
        });
    }
    let evidence = Evidence {
        forgotten: row.of_before,
        unread: Some(Attempt { at: now, said }),
        ..row.evidence.clone()
    };
    changes::set_evidence(db, row.num, &evidence).await?;
    Ok(needs(unsettled(evidence)))
}

/// Whether it waits with an outcome that nobody could look for, and was begun here: that of a server of before goes by what is
/// known of that.
pub(super) fn was_begun(held: &Held) -> bool {
    let ReportState::NeedsYou { problem } = &held.report else {
        return false;
    };
    let evidence = problem.evidence.as_ref();
    evidence.is_some_and(|evidence| evidence.unread.is_some()) && !held.of_before
}

/// He has it tried again: it goes on from where it was begun, with a look.
pub(super) async fn goes_on(db: &mut Connection, held: &Held) -> Stored<()> {
    changes::set_phase(db, held.num, Phase::Intended).await?;
    changes::set_evidence(db, held.num, &evidence::looked_for_again(held)).await
}

fn may_be_there(row: &Held) -> bool {
    let may_be_sent = match row.change.body {
        // Nothing is sent before its draft is on disk, or how far the mailbox's history goes.
        ChangeBody::Reply(_) | ChangeBody::Classify(_) => row.draft.is_some(),
        _ => row.may_be_sent(),
    };
    may_be_sent || row.of_before
}
