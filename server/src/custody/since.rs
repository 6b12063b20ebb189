//! What is said in an old ticket while another one takes its place: it goes along there before the old one is closed.

use tournee_core::carry;
use tournee_core::changes::{AttachTicketFile, CarryOver, Change, ChangeBody, Target};
use tournee_core::domain::{Entry, EntryKind, FileRules, MailName, Ticket};
use tournee_core::ids::TicketKey;

use super::carry::{New, new_ticket};
use super::chain::Chain;
use crate::made_here;
use crate::mutation::Mutation;
use crate::store::accounts::{self, AccountRow};
use crate::store::changes::{self, Held};
use crate::store::{StoreError, feed};

/// Where it goes.
struct Place {
    new: TicketKey,
    account: AccountRow,
    rules: FileRules,
}

impl Chain<'_> {
    /// Gives custody what a step on an old ticket is to take along, by names that are the entries' own: once, in however
    /// many steps and lives of the server it is seen.
    pub(super) async fn take_along(&self, row: &Held, now: &Ticket) -> Result<(), StoreError> {
        let carry = row.change.body.carry();
        let untold = self.server.mutated(Mutation::SinceUntold);
        let Some(carry) = carry.filter(|carry| carry.told.is_some() && !row.withdraw && !untold)
        else {
            return Ok(());
        };
        let Some(place) = self.place_of(row, carry).await? else {
            return Ok(());
        };
        let since = carry.since(now, &place.new).into_iter();
        let along: Vec<Change> = since
            .filter_map(|entry| self.along(row, entry, &place))
            .collect();
        if along.is_empty() {
            return Ok(());
        }
        let mut tx = self.server.store.write().await?;
        let mut fresh = Vec::new();
        for change in along {
            if !changes::is_known(&mut tx, change.device, change.id).await? {
                fresh.push(change);
            }
        }
        let chains = self
            .server
            .take_from_rule(&mut tx, row.technician, &fresh)
            .await?;
        tx.commit().await?;
        self.server.custody.wake_chains(chains);
        Ok(())
    }

    async fn place_of(&self, row: &Held, carry: &CarryOver) -> Result<Option<Place>, StoreError> {
        let who = row.technician;
        let mut db = self.server.store.read().await?;
        let New::There(new) = new_ticket(&mut db, who, carry).await? else {
            return Ok(None);
        };
        let account = accounts::at_source(&mut db, who, &new.source).await?;
        let lists = feed::reference(&mut db, who, &new.source).await?;
        let rules = lists.map(|lists| lists.files).unwrap_or_default();
        Ok(account.map(|account| Place {
            new,
            account,
            rules,
        }))
    }

    /// A document as a file, where that GLPI is known to take it; all else in words.
    fn along(&self, row: &Held, entry: &Entry, to: &Place) -> Option<Change> {
        let old = &self.key.ticket;
        let file = match &entry.what {
            EntryKind::Document(document) => Some(AttachTicketFile::of(old, document)),
            _ => None,
        };
        let file = file.filter(|file| to.rules.refuses(&file.name, 1).is_none());
        let body = match file {
            Some(file) => ChangeBody::TicketFile(Box::new(file)),
            None => {
                let zone = self.session.zone();
                let glpi = &self.client.config().name;
                let note = carry::note(entry, old, glpi, |at| zone.day_and_hour(at));
                ChangeBody::Followup(note?)
            }
        };
        let told = match &entry.what {
            EntryKind::Followup { content, .. } => MailName::told_in(content),
            _ => None,
        };
        // A mail that is told there has a name of its own, whoever tells it.
        let name = match told {
            Some(mail) => made_here::of_telling(&to.new, &mail),
            None => made_here::of_along(old, &to.new, &entry.name()),
        };
        let target = Target::Ticket(to.new.clone());
        // As old as the step: a server that has forgotten it looks for it before it is written again.
        let at = row.change.at;
        Some(made_here::change(
            name,
            0,
            &to.account.account,
            target,
            body,
            at,
        ))
    }
}
