//! Takes changes and wishes in: durable before anything is acknowledged.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use tournee_core::changes::{Change, ChangeBody, Target};
use tournee_core::ids::ChangeId;
use tournee_core::wire::{Against, ProblemKind, ReportState, SyncRequest, Wish, WishFor};

use super::before;
use super::chain::CLOCKS_DIFFER;
use super::evidence;
use super::giving_up;
use super::known::{Known, needs_you, refusal};
use super::naming::{landed_before, placed};
use crate::app::Shared;
use crate::mutation::Mutation;
use crate::store::chains::{ChainKey, TicketChain};
use crate::store::changes::{self, Held, Phase};
use crate::store::creations;
use crate::store::{Connection, Stored, TechnicianId, technicians};

/// How late a mutated server writes what it has acknowledged.
const LATER: Duration = Duration::from_millis(100);

impl Shared {
    /// Takes in what a phone says, in one write, and answers which changes are on disk.
    ///
    /// # Errors
    /// The database; then nothing was taken in.
    pub async fn take_in(
        self: &Arc<Self>,
        who: TechnicianId,
        request: &SyncRequest,
    ) -> Stored<Taken> {
        let mut taken = Taken {
            received: request.changes.iter().map(|change| change.id).collect(),
            moved: !request.changes.is_empty(),
        };
        if request.changes.is_empty() && request.wishes.is_empty() {
            return Ok(taken);
        }
        if self.mutated(Mutation::AcknowledgeBeforeDisk) {
            let (server, request) = (self.clone(), request.clone());
            let later = async move {
                tokio::time::sleep(LATER).await;
                // Whoever would hear of an error has had his answer.
                let _ = server.put_on_disk(who, &request, false).await;
            };
            self.custody.spawn(later);
            return Ok(taken);
        }
        let stored = self.put_on_disk(who, request, false).await;
        if let Err(error) = &stored {
            self.store.learn(error);
        }
        let stored = stored?;
        taken.moved |= stored.moved;
        taken.received.retain(|id| !stored.unplaced.contains(id));
        Ok(taken)
    }

    /// Takes in what a revoked device hands over: it waits for the technician, whoever made it. Whoever holds the device
    /// wishes for nothing. Answers what is on disk.
    ///
    /// # Errors
    /// The database; then nothing was taken in.
    pub async fn take_from_revoked(
        &self,
        who: TechnicianId,
        request: SyncRequest,
    ) -> Stored<Vec<ChangeId>> {
        let request = SyncRequest {
            wishes: Vec::new(),
            ..request
        };
        let ids = request.changes.iter().map(|change| change.id);
        let stored = self.put_on_disk(who, &request, true).await;
        if let Err(error) = &stored {
            self.store.learn(error);
        }
        let unplaced = stored?.unplaced;
        Ok(ids.filter(|id| !unplaced.contains(id)).collect())
    }

    /// Takes in what a rule does in its owner's name, in the write that says that it did. The chains are to be woken once
    /// that lasts.
    ///
    /// # Errors
    /// The database.
    pub(crate) async fn take_from_rule(
        &self,
        db: &mut Connection,
        who: TechnicianId,
        changes: &[Change],
    ) -> Stored<Vec<ChainKey>> {
        let known = Known::of(db, who, false).await?;
        let mut chains = Vec::new();
        for change in changes {
            let taken = self.take_change(db, who, &known, change).await?;
            chains.extend(taken.map(|target| ChainKey {
                technician: who,
                target,
            }));
        }
        technicians::advance(db, who).await?;
        Ok(chains)
    }

    /// Answers what could not be taken in, and whether there was news.
    async fn put_on_disk(
        &self,
        who: TechnicianId,
        request: &SyncRequest,
        revoked: bool,
    ) -> Stored<OnDisk> {
        let mut tx = self.store.write().await?;
        let known = Known::of(&mut tx, who, revoked).await?;
        let (mut touched, mut unplaced) = (Vec::new(), Vec::new());
        let mut waiting: Vec<&Target> = Vec::new();
        // One that was typed anew lies behind what was done to its ticket before: with no other known here, it comes first.
        let is_creation = |change: &&Change| change.body.creation().is_some();
        let (creations, rest): (Vec<_>, Vec<_>) = request.changes.iter().partition(is_creation);
        for change in creations.into_iter().chain(rest) {
            // What comes behind a change that stays at the phone stays there too: order is by ticket.
            let taken = match waiting.contains(&&change.target) {
                false => self.take_change(&mut tx, who, &known, change).await?,
                true => None,
            };
            match taken {
                Some(target) => touched.push(target),
                None => {
                    waiting.push(&change.target);
                    unplaced.push(change.id);
                }
            }
        }
        for wish in &request.wishes {
            let held = self.take_wish(&mut tx, who, wish.clone()).await?;
            touched.extend(held.map(|held| held.change.target));
        }
        // A wish that waits for an outcome is repeated until there is one: that moves nothing, and wakes nobody.
        if touched.is_empty() {
            tx.commit().await?;
            return Ok(OnDisk {
                unplaced,
                moved: false,
            });
        }
        // The answer's cursor lies behind this: a database restored from before it can't have given that cursor.
        technicians::advance(&mut tx, who).await?;
        tx.commit().await?;
        self.custody
            .wake_chains(touched.into_iter().map(|target| ChainKey {
                technician: who,
                target,
            }));
        Ok(OnDisk {
            unplaced,
            moved: true,
        })
    }

    async fn take_change(
        &self,
        db: &mut Connection,
        who: TechnicianId,
        his: &Known,
        change: &Change,
    ) -> Stored<Option<Target>> {
        let now = self.clock.now();
        let known = match self.mutated(Mutation::DedupByChangeIdAlone) {
            true => changes::find(db, who, change.id).await?.is_some(),
            false => changes::is_known(db, change.device, change.id).await?,
        };
        if known {
            let mut held = changes::find(db, who, change.id).await?;
            if let Some(old) = &held
                && old.change.target.is_local()
                && landed_before(db, old, change, now).await?
            {
                held = changes::find(db, who, change.id).await?;
            }
            if let Some(held) = &held {
                self.offered_again(db, held).await?;
            }
            let target = held.map(|held| held.change.target);
            return Ok(Some(target.unwrap_or_else(|| change.target.clone())));
        }
        let Some((placed, taken_back)) = placed(db, who, change).await? else {
            return Ok(None);
        };
        if self.mutated(Mutation::OldNumberForgotten) && matches!(placed, Cow::Owned(_)) {
            return Ok(None);
        }
        let came_with = change.ticket().map(|ticket| ticket.id);
        let change = placed.as_ref();
        let replaced = match change.replaces {
            Some(old) => self.replace(db, who, old, change).await?,
            None => Replaced::default(),
        };
        if let Some(file) = change.body.file()
            && !self.has_file(db, who, file).await?
            && !changes::was_withdrawn(db, who, change.id).await?
        {
            return Ok(None);
        }
        let withdrawn = changes::was_withdrawn(db, who, change.id).await?;
        let of_before = self.is_of_before(db, who, change).await?;
        let unlooked = withdrawn && !taken_back && of_before;
        let report = if taken_back || (withdrawn && !unlooked) {
            ReportState::Withdrawn
        } else if unlooked {
            ReportState::Queued
        } else if let Some(kind) = refusal(change, his)
            .or(self.refuses_file(change))
            .or(replaced.problem)
        {
            needs_you(kind)
        } else {
            ReportState::Queued
        };
        changes::insert_as(db, who, change, came_with, replaced.place, &report, now).await?;
        if of_before && let Some(held) = changes::find(db, who, change.id).await? {
            if matches!(held.phase, Phase::Queued | Phase::NeedsYou) {
                before::doubt(db, &held).await?;
            }
            if unlooked {
                changes::set_withdraw(db, held.num).await?;
            }
        }
        Ok(Some(change.target.clone()))
    }

    /// A phone that started over offers what this database knows: it may have lost the report. One that had no effect may
    /// have been tried again, with success, in a life of before a restore: it is looked for, and written where it is not.
    async fn offered_again(&self, db: &mut Connection, held: &Held) -> Stored<()> {
        let now = self.clock.now();
        let who = held.technician;
        let of_before = self.is_of_before(db, who, &held.change).await?;
        let without_effect = matches!(&held.report, ReportState::NeedsYou { problem }
            if problem.kind == ProblemKind::NoEffect);
        match held.phase {
            Phase::Queued | Phase::Intended => Ok(()),
            Phase::NeedsYou if of_before && without_effect => {
                if held.change.body.creation().is_some() {
                    // It begins anew: the number that GLPI gave it then is none.
                    db.set_change_draft(held.num, "").await?;
                }
                before::doubt_effect(db, held).await?;
                changes::settle(db, held, &ReportState::Queued, now).await
            }
            _ => changes::repeat_report(db, held, now).await,
        }
    }

    /// Withdraws the change that another one replaces.
    async fn replace(
        &self,
        db: &mut Connection,
        who: TechnicianId,
        old: ChangeId,
        new: &Change,
    ) -> Stored<Replaced> {
        let now = self.clock.now();
        let Some(held) = changes::find(db, who, old).await? else {
            changes::withdraw_unseen(db, who, old, now).await?;
            return Ok(Replaced::default());
        };
        let same_target = held.change.target == new.target;
        let mut replaced = Replaced {
            place: same_target.then_some(held.place),
            problem: None,
        };
        match held.phase {
            // Nobody could look yet whether it is there.
            Phase::NeedsYou if giving_up::was_begun(&held) => {
                changes::settle(db, &held, &ReportState::Queued, now).await?;
                changes::set_phase(db, held.num, Phase::Intended).await?;
                changes::set_withdraw(db, held.num).await?;
            }
            Phase::Queued | Phase::NeedsYou => {
                self.take_back(db, &held).await?;
            }
            // Being written: the executor decides, when the outcome is known.
            Phase::Intended => changes::set_withdraw(db, held.num).await?,
            Phase::Delivered => replaced.problem = Some(ProblemKind::AlreadySent),
            Phase::Withdrawn => {}
        }
        Ok(replaced)
    }

    /// Takes back what is not being written, and answers whether that is done. Of an answer that lies at Google as a draft,
    /// the draft goes first; what a forgotten server may have carried out is looked for.
    async fn take_back(&self, db: &mut Connection, held: &Held) -> Stored<bool> {
        let now = self.clock.now();
        let waits = lies_at_google(held) || before::keeps_its_ground(held);
        if !waits && !self.may_be_unlooked(db, held).await? {
            changes::settle(db, held, &ReportState::Withdrawn, now).await?;
            return Ok(true);
        }
        if waits {
            changes::settle(db, held, &ReportState::Queued, now).await?;
        }
        changes::set_withdraw(db, held.num).await?;
        Ok(false)
    }

    /// Whether a change that waits to be begun may be carried out already, by one of its tries or by a server that this one
    /// does not know: to be looked for before it is called taken back.
    pub(super) async fn may_be_unlooked(&self, db: &mut Connection, held: &Held) -> Stored<bool> {
        let is_queued = held.phase == Phase::Queued;
        // Without a draft's id on disk no answer has left.
        let is_answer = matches!(held.change.body, ChangeBody::Reply(_));
        let was_tried = held.may_be_sent() && !is_answer || held.of_before;
        Ok(
            is_queued
                && (was_tried || self.is_of_before(db, held.technician, &held.change).await?),
        )
    }

    /// Whether it was made before this life, and before his phones started over.
    async fn is_of_before(
        &self,
        db: &mut Connection,
        who: TechnicianId,
        change: &Change,
    ) -> Stored<bool> {
        if change.at > self.began_at() + CLOCKS_DIFFER {
            return Ok(false);
        }
        let since = technicians::feed_state(db, who).await?.since;
        Ok(since.is_some_and(|since| change.at <= since + CLOCKS_DIFFER))
    }

    async fn take_wish(
        &self,
        db: &mut Connection,
        who: TechnicianId,
        wish: WishFor,
    ) -> Stored<Option<Held>> {
        let now = self.clock.now();
        let Some(held) = changes::find(db, who, wish.change).await? else {
            if wish.wish == Wish::Withdraw {
                changes::withdraw_unseen(db, who, wish.change, now).await?;
            }
            return Ok(None);
        };
        match (wish.wish, held.phase) {
            (Wish::Withdraw, Phase::Queued | Phase::Intended) if held.withdraw => return Ok(None),
            (Wish::Withdraw, Phase::NeedsYou) if is_unasked(&held, &wish) => {
                changes::repeat_report(db, &held, now).await?;
                // Nothing moves: an app that knows no better says it again.
                return Ok(None);
            }
            (Wish::Withdraw, Phase::Queued | Phase::NeedsYou) => {
                if !self.take_back(db, &held).await? {
                    return Ok(Some(held));
                }
                let local = held.change.ticket().filter(|ticket| ticket.id.is_local());
                if let (Some(ticket), Some(_)) = (local, held.change.body.creation()) {
                    let (technician, ticket) = (who, ticket.clone());
                    let chain = TicketChain { technician, ticket };
                    creations::take_back_rest(db, &chain, now).await?;
                }
            }
            (Wish::Withdraw, Phase::Intended) => changes::set_withdraw(db, held.num).await?,
            (Wish::Retry | Wish::Insist, Phase::NeedsYou) => {
                let mut held = held;
                let is_answered = is_answered(&held, &wish);
                insist(db, &mut held, &wish).await?;
                if !is_answered {
                    // It was meant for what it waited with before.
                    changes::repeat_report(db, &held, now).await?;
                    return Ok(Some(held));
                }
                changes::settle(db, &held, &ReportState::Queued, now).await?;
                if giving_up::was_begun(&held) {
                    giving_up::goes_on(db, &held).await?;
                    return Ok(Some(held));
                }
                let moves = matches!(held.change.body, ChangeBody::Classify(_));
                let stays = moves && before::keeps_its_ground(&held);
                if held.draft.is_some() && !lies_at_google(&held) && !stays {
                    // What was moved until now he has seen.
                    db.set_change_draft(held.num, "").await?;
                }
                if !held.evidence.tries.is_empty() || held.evidence.unread.is_some() {
                    changes::set_evidence(db, held.num, &evidence::tried_again(&held)).await?;
                }
                return Ok(Some(held));
            }
            (Wish::Retry | Wish::Insist, Phase::Queued | Phase::Intended) => {
                let mut held = held;
                insist(db, &mut held, &wish).await?;
                changes::repeat_report(db, &held, now).await?;
                return Ok(Some(held));
            }
            // Under way already, or settled: the phone is told (again) where it stands.
            _ => changes::repeat_report(db, &held, now).await?,
        }
        Ok(Some(held))
    }
}

/// Whether he took back what has a question since, of an outcome that nobody knows: he is to see that first.
fn is_unasked(held: &Held, wish: &WishFor) -> bool {
    let told = told(held).filter(|told| told.kind == ProblemKind::Unsettled);
    told.is_some_and(|told| wish.shown.as_ref() != Some(&told))
}

/// Whether this is an answer to what the change waits with. An app that does not say what it was for, or does not know what
/// it was, has the last word.
fn is_answered(held: &Held, wish: &WishFor) -> bool {
    let Some(told) = told(held) else {
        return true;
    };
    let insists = wish.wish == Wish::Insist && wish.against.contains(&told);
    match &wish.shown {
        None => insists || wish.against.is_empty(),
        Some(shown) => insists || *shown == told || shown.kind == ProblemKind::Unknown,
    }
}

/// He insists against what he was shown; where his app does not say, against what it was told last.
async fn insist(db: &mut Connection, held: &mut Held, wish: &WishFor) -> Stored<()> {
    let mut against = wish.against.clone();
    if wish.wish == Wish::Insist && against.is_empty() {
        against.extend(wish.shown.clone().or_else(|| told(held)));
    }
    against.retain(|one| !held.against.contains(one));
    if against.is_empty() {
        return Ok(());
    }
    held.against.extend(against);
    changes::set_against(db, held.num, &held.against).await
}

fn told(held: &Held) -> Option<Against> {
    match &held.report {
        ReportState::NeedsYou { problem } => Some(problem.against()),
        _ => None,
    }
}

/// Whether it is an answer that was laid down as a draft.
fn lies_at_google(held: &Held) -> bool {
    held.draft.is_some() && matches!(held.change.body, ChangeBody::Reply(_))
}

/// What became of a phone's words.
pub struct Taken {
    /// Changes that are on disk.
    pub received: Vec<ChangeId>,
    /// Something is to be carried out, or reported, that was not before.
    pub moved: bool,
}

struct OnDisk {
    /// Changes on a ticket whose creation never came, or with a file that did not, and what comes behind them: the phone
    /// keeps them.
    unplaced: Vec<ChangeId>,
    moved: bool,
}

#[derive(Default)]
struct Replaced {
    place: Option<i64>,
    problem: Option<ProblemKind>,
}
