//! Files: each came whole, once, to its ticket and in its owner's name; and no document lies about that is on no ticket.

use tournee::glpi::Mark;
use tournee_core::changes::{AttachFile, ChangeBody};
use tournee_core::ids::FileHash;
use tournee_core::wire::{Problem, ProblemKind};
use tournee_sandbox::World;

use super::mail::Link;
use super::{Facts, is_delivered};
use crate::chronicle::{Chronicle, Snag};
use crate::counters::Count;
use crate::files::document::hash;
use crate::files::{DocumentIs, LARGEST};
use crate::glpi::Side;
use crate::ledger::{Made, Ruled};
use crate::mail::enclosed;
use crate::moment::What;

const WHOLE: &str = "a file comes as it was attached";
const ONCE: &str = "every change is exactly once in GLPI";
const ONE_LINK: &str = "no document lies about";

impl Facts<'_> {
    pub(super) fn files(&self) {
        for made in &self.made {
            if let (Some(file), Some(side)) =
                (made.change.body.file(), self.side(&made.ticket().source))
            {
                self.came_whole(made, file, &side.chronicle());
            }
            if let Some(original) = self.original(made) {
                self.was_brought_once(made, &original);
            }
        }
        for side in self.sides {
            self.is_each_on_one_ticket(side);
        }
    }

    fn came_whole(&self, made: &Made, file: &AttachFile, chronicle: &Chronicle) {
        for place in Self::places(chronicle, made) {
            let What::Document { is, .. } = &chronicle.deeds[place].what else {
                continue;
            };
            let kind = |name: &str| name.rsplit('.').next().map(str::to_lowercase);
            let is_whole = is.hash == file.hash && kind(&is.name) == kind(&file.name);
            if !is_whole || Some(is.author) != self.user(made) {
                self.broke(WHOLE, format!("{made} became {is:?}"));
            }
        }
    }

    /// A file that lies elsewhere is on its ticket once, whoever brought it, with what is in it there.
    fn was_brought_once(&self, made: &Made, original: &FileHash) {
        let Some(side) = self.side(&made.ticket().source) else {
            return;
        };
        let chronicle = side.chronicle();
        let places = brought(&chronicle, made);
        let times = places.len();
        let standing = self.standing(made);
        let missing = times == 0 && is_delivered(standing);
        if missing || times > 1 {
            let what = format!("{times} times: {made}, {:?}", standing.map(|q| &q.state));
            self.broke(ONCE, what);
        }
        for place in places {
            let What::Document { is, .. } = &chronicle.deeds[place].what else {
                continue;
            };
            if *original != is.hash {
                self.broke(WHOLE, format!("{made} became {is:?}"));
            }
        }
    }

    /// What is in a file where it lies: on an old ticket, or in a mail.
    fn original(&self, made: &Made) -> Option<FileHash> {
        match &made.change.body {
            ChangeBody::TicketFile(file) => {
                let side = self.side(&file.from.source)?;
                let number = i64::try_from(file.document).ok()?;
                let world = side.glpi.world();
                world.file(number).map(hash)
            }
            ChangeBody::MailFile(file) => Some(enclosed::hash_of(&file.name)),
            _ => None,
        }
    }

    /// Whether a rule put this file of its mail on the ticket that it made of that, or that somebody linked it to meanwhile.
    pub(super) fn is_ruled_file(
        &self,
        side: &Side,
        ticket: i64,
        is: &DocumentIs,
        user: i64,
    ) -> bool {
        let own = |rule: &Ruled| rule.source == side.source && side.user(rule.technician) == user;
        let is_its = |link: &Link| {
            let linked = link.is_birth || link.linked;
            linked && link.ticket == ticket && self.sides[link.side].source == side.source
        };
        let ruled = self.rules.iter().any(own) && self.links.iter().any(is_its);
        let whole = ruled && is.hash == enclosed::hash_of(&is.name);
        if whole {
            self.weather.count(Count::RuledFile);
        }
        whole
    }

    /// A document that the server made is linked to its ticket, once. Where that was purged meanwhile, GLPI keeps it.
    fn is_each_on_one_ticket(&self, side: &Side) {
        let world = side.glpi.world();
        let Some(documents) = world.table("Document") else {
            return;
        };
        let ids: Vec<(i64, i64)> = documents
            .iter()
            .map(|row| (row.id(), row.int("tickets_id")))
            .collect();
        for (id, ticket) in ids {
            let links = links(&world, id);
            let came = |deed: &What| matches!(deed, What::Document { id: one, .. } if *one == id);
            let chronicle = side.chronicle();
            let first = chronicle.first(ticket);
            let told = chronicle.of_ticket(ticket).any(|deed| came(&deed.what))
                || first.is_some_and(|was| was.documents.contains_key(&id));
            let gone = world.ticket(ticket).is_none();
            if !gone && (links != [ticket] || !told) {
                let what = format!("{}: document {id} of #{ticket} on {links:?}", side.source);
                self.broke(ONE_LINK, what);
            }
        }
    }

    /// Whether a file waits for a true reason; none where it has no reasons of its own.
    pub(super) fn is_true_of_file(
        &self,
        made: &Made,
        file: &AttachFile,
        problem: &Problem,
        chronicle: &Chronicle,
    ) -> Option<bool> {
        let had = |snag| {
            let token = made.token.as_ref();
            token.is_some_and(|token| chronicle.births.had(token, snag))
        };
        let mut deeds = chronicle.of_ticket(made.number());
        let mut purged = || deeds.any(|deed| deed.what == What::Purged);
        match problem.kind {
            // What the server does not take it has not, either, when he has it tried again.
            ProblemKind::FileTooLarge | ProblemKind::FileMissing => Some(file.size > LARGEST),
            ProblemKind::Refused => Some(had(Snag::Refused)),
            ProblemKind::NoEffect => Some(had(Snag::NoEffect) || purged()),
            ProblemKind::Unsettled => {
                Some(had(Snag::Unknown) || self.is_unread(made, problem, chronicle))
            }
            _ => None,
        }
    }

    /// Whether a file that lies elsewhere waits for a true reason; none where it has no reasons of its own.
    pub(super) fn is_true_of_brought(&self, made: &Made, problem: &Problem) -> Option<bool> {
        match &made.change.body {
            ChangeBody::TicketFile(file) => {
                let side = self.side(&file.from.source)?;
                let chronicle = side.chronicle();
                let number = i64::try_from(file.from.id.0).unwrap_or_default();
                let left = |what: &What| matches!(what, What::Purged | What::Trashed);
                let unread = [ProblemKind::FileMissing, ProblemKind::Rights];
                let has_left = || chronicle.of_ticket(number).any(|deed| left(&deed.what));
                unread.contains(&problem.kind).then(has_left)
            }
            ChangeBody::MailFile(file) => {
                let chronicle = self.google?.chronicle();
                match problem.kind {
                    ProblemKind::ThreadGone => Some(chronicle.lost_mail(&file.thread)),
                    // Or GLPI says no.
                    ProblemKind::Refused if chronicle.was_refused(&file.thread) => Some(true),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The tickets that a document is on.
fn links(world: &World, document: i64) -> Vec<i64> {
    let links = world.rows_by("Document_Item", "documents_id", document);
    links.map(|row| row.int("items_id")).collect()
}

/// Whether a change puts a document like this one on its ticket.
pub(super) fn brings(made: &Made, is: &DocumentIs) -> bool {
    match (&made.change.body, &made.token) {
        (ChangeBody::Attach(_), Some(token)) => is.name.contains(token),
        (ChangeBody::TicketFile(_) | ChangeBody::MailFile(_), _) => is
            .name
            .to_uppercase()
            .contains(&Mark::of(&made.change).reference()),
        _ => false,
    }
}

/// Where a file that lies elsewhere came to its ticket, whoever brought it.
pub(super) fn brought(chronicle: &Chronicle, made: &Made) -> Vec<usize> {
    let deeds = chronicle.deeds.iter().enumerate();
    let came = deeds.filter(|(_, deed)| {
        let is_it = matches!(&deed.what, What::Document { is, .. } if brings(made, is));
        is_it && deed.ticket == made.number()
    });
    came.map(|(place, _)| place).collect()
}
