//! What a server may have carried out that this database does not know: one of after the backup that it was put back to.

use tournee_core::changes::ChangeBody;
use tournee_core::domain::Ticket;
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::Evidence;

use super::chain::CLOCKS_DIFFER;
use super::company::is_by_state;
use crate::awake::LONG;
use crate::chance::Chance;
use crate::store::chains::{self, ChainKey, TicketChain};
use crate::store::changes::{self, Held, Phase};
use crate::store::snapshots::GLPIS_CLOCK_DIFFERS;
use crate::store::{Connection, Stored, TechnicianId, technicians};

/// A phone that was away for longer than that, with what it did then, is no phone any more.
const OFFERED_FOR: Seconds = Seconds::days(30);
/// Google remembers a mailbox's history for a week.
const HISTORY_REACHES: Seconds = Seconds::days(7);

/// Why a server may have gone on from this database that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// It is a backup: one has.
    Copy,
    /// Nobody was here for long: one may have, from where a copy was made that bears no mark.
    Away,
}

/// A server starts. Answers whether its database may lack something, after it has got ready for that.
pub(crate) async fn wake_up(
    db: &mut Connection,
    chance: &Chance,
    now: Instant,
) -> Stored<Option<Doubt>> {
    let was_away = db.last_seen().await?.is_some_and(|seen| now - seen > LONG);
    let doubt = match (db.take_mark_of_copy().await?, was_away) {
        (true, _) => Doubt::Copy,
        (false, true) => Doubt::Away,
        (false, false) => return Ok(None),
    };
    doubt_all(db, chance, doubt, now).await?;
    Ok(Some(doubt))
}

/// Nothing that waits here is taken for undone; of a backup all phones start over, else those that know more will.
pub(crate) async fn doubt_all(
    db: &mut Connection,
    chance: &Chance,
    doubt: Doubt,
    now: Instant,
) -> Stored<()> {
    remember_how_all_stood(db, now).await?;
    for who in db.technicians().await? {
        if doubt == Doubt::Copy {
            technicians::new_epoch(db, chance, who, now).await?;
        }
        for held in changes::open(db, who).await? {
            // What he was asked already he answers.
            let is_asked = doubt == Doubt::Away && held.report.is_unsettled();
            if !is_asked {
                doubt_by(db, &held, Ground::Now).await?;
            }
        }
    }
    Ok(())
}

/// What is open here, and threads that follow, go by how all stands now; what phones may still offer by how it stood at an earlier
/// restore, if there was one lately, whosever phone told of it.
async fn remember_how_all_stood(db: &mut Connection, now: Instant) -> Stored<()> {
    let mut restored = None;
    for who in db.technicians().await? {
        restored = restored.max(technicians::feed_state(db, who).await?.since);
    }
    let is_since = |ago: Seconds| restored.is_some_and(|at| at > now - ago);
    for mut mailbox in db.mailboxes().await? {
        mailbox.history_doubted.clone_from(&mailbox.history);
        if !is_since(HISTORY_REACHES) {
            mailbox.history_then.clone_from(&mailbox.history);
        }
        db.put_mailbox(&mailbox).await?;
    }
    if !is_since(OFFERED_FOR) {
        db.remember_how_all_stood().await?;
    }
    db.doubt_all_links().await
}

/// What one that is doubted goes by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ground {
    /// How its ticket, or its mailbox, is known now.
    Now,
    /// How it was known at the last restore.
    Then,
}

/// All of a technician's that is open here and was made until then.
pub(crate) async fn doubt_what_is_open(
    db: &mut Connection,
    who: TechnicianId,
    made_until: Instant,
) -> Stored<()> {
    for held in changes::open(db, who).await? {
        if held.change.at <= made_until {
            doubt(db, &held).await?;
        }
    }
    Ok(())
}

/// One that may be carried out already: with how its ticket, or its mailbox, stood as far as that is known. What was begun here
/// has that on record; but for a thread's move that did not get so far.
pub(super) async fn doubt(db: &mut Connection, held: &Held) -> Stored<()> {
    doubt_by(db, held, Ground::Then).await
}

async fn doubt_by(db: &mut Connection, held: &Held, ground: Ground) -> Stored<()> {
    if held.may_be_forgotten() {
        // It goes by how it stood when that came out.
        return Ok(());
    }
    let body = &held.change.body;
    let is_begun = held.phase == Phase::Intended;
    if let (ChangeBody::Classify(_), Some(thread)) = (body, held.change.target.thread()) {
        if is_begun && held.draft.is_some() {
            return Ok(());
        }
        db.set_change_of_before(held.num, true).await?;
        let mailbox = db.mailbox(&thread.mailbox).await?;
        let history = mailbox.and_then(|mailbox| match ground {
            Ground::Now => mailbox.history,
            Ground::Then => mailbox.history_then,
        });
        return db
            .set_change_draft(held.num, &history.unwrap_or_default())
            .await;
    }
    if is_begun {
        return Ok(());
    }
    db.set_change_of_before(held.num, true).await?;
    let Some(ticket) = held.change.ticket().filter(|_| is_by_state(body)) else {
        return Ok(());
    };
    let stood = match ground {
        Ground::Now => {
            let known = db.snapshot(held.technician, ticket).await?;
            known.map(|known| known.modified)
        }
        Ground::Then => db.stood(held.technician, ticket).await?,
    };
    let evidence = Evidence {
        altered_at: stood,
        altered_by: None,
        beside: None,
        ..held.evidence.clone()
    };
    changes::set_evidence(db, held.num, &evidence).await
}

/// One that had no effect, as far as is known here, and is taken up again with nobody asked: whoever altered its ticket since it
/// was first begun may have put its effect back.
pub(super) async fn doubt_effect(db: &mut Connection, held: &Held) -> Stored<()> {
    doubt(db, held).await?;
    let evidence = Evidence {
        beside: None,
        ..held.evidence.clone()
    };
    match evidence.altered_at {
        Some(_) => changes::set_evidence(db, held.num, &evidence).await,
        None => Ok(()),
    }
}

/// Whether somebody may have altered its ticket since it was carried out, of what the ticket's state alone tells: not before it
/// was made, as far as clocks tell, and not as the ticket stood then, as far as that is known.
pub(super) fn is_altered(row: &Held, now: &Ticket, started: Instant) -> bool {
    is_altered_by(row, now.modified_at, started)
}

fn is_altered_by(row: &Held, modified: Instant, started: Instant) -> bool {
    let by_a_clock_ahead = row.change.at > started + CLOCKS_DIFFER;
    let since = by_a_clock_ahead || modified + GLPIS_CLOCK_DIFFERS >= row.change.at;
    is_by_state(&row.change.body) && since && row.evidence.altered_at != Some(modified)
}

/// What this server wrote on a ticket that nobody had altered says nothing of the changes behind it, here or still to come.
pub(super) async fn move_on(
    db: &mut Connection,
    chain: &TicketChain,
    from: Instant,
    to: Instant,
    started: Instant,
) -> Stored<()> {
    for row in chains::rows(db, &chain.key()).await? {
        if row.may_be_forgotten() && !is_altered_by(&row, from, started) {
            let evidence = Evidence {
                altered_at: Some(to),
                ..row.evidence.clone()
            };
            changes::set_evidence(db, row.num, &evidence).await?;
        }
    }
    if db.stood(chain.technician, &chain.ticket).await? == Some(from) {
        let at = to;
        db.put_stood(chain.technician, &chain.ticket, at).await?;
    }
    Ok(())
}

/// Its ticket was made here, just now: nobody can have done to it before what is to be done to it.
pub(super) async fn trust_all(
    db: &mut Connection,
    chain: &TicketChain,
    made: Option<Instant>,
) -> Stored<()> {
    let rows = chains::rows(db, &chain.key()).await?;
    for row in rows.iter().filter(|row| row.of_before) {
        db.set_change_of_before(row.num, false).await?;
    }
    if let Some(made) = made {
        db.put_stood(chain.technician, &chain.ticket, made).await?;
    }
    Ok(())
}

/// What the server did to a thread says nothing of the moves behind it that go by the same history.
pub(super) async fn move_on_in_mailbox(
    db: &mut Connection,
    chain: &ChainKey,
    from: &str,
    to: &str,
) -> Stored<()> {
    for row in chains::rows(db, chain).await? {
        if row.of_before && row.draft.as_deref() == Some(from) {
            db.set_change_draft(row.num, to).await?;
        }
    }
    Ok(())
}

/// Whether what it goes by has to be kept: whether he was asked since is not known here.
pub(super) fn keeps_its_ground(held: &Held) -> bool {
    held.of_before && held.phase == Phase::NeedsYou
}
