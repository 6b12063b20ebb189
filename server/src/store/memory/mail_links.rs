//! The table `mail_links`, and mails by their names.

use std::collections::BTreeSet;

use async_trait::async_trait;
use tournee_core::ids::{MailboxId, SourceId, TicketKey};

use super::View;
use crate::store::mail_links::{MailLink, MailLinks};
use crate::store::mails::Mails as _;
use crate::store::{Stored, TechnicianId};

#[async_trait]
impl MailLinks for View {
    async fn put_link(&mut self, link: &MailLink) -> Stored<()> {
        self.alter(|tables| {
            let key = (link.name.clone(), link.ticket.clone());
            tables.mail_links.insert(key, link.clone());
            Ok(())
        })
    }

    async fn doubt_all_links(&mut self) -> Stored<()> {
        self.alter(|tables| {
            for (key, link) in &tables.mail_links.clone() {
                let of_before = true;
                let link = MailLink {
                    of_before,
                    ..link.clone()
                };
                tables.mail_links.insert(key.clone(), link);
            }
            Ok(())
        })
    }

    async fn trust_links_of(&mut self, who: TechnicianId, source: &SourceId) -> Stored<()> {
        self.alter(|tables| {
            for (key, link) in &tables.mail_links.clone() {
                let is_known = tables.snapshots.contains_key(&(who, link.ticket.clone()));
                let is_due = link.of_before && !link.stirred && link.ticket.source == *source;
                if is_due && is_known {
                    let link = MailLink {
                        of_before: false,
                        ..link.clone()
                    };
                    tables.mail_links.insert(key.clone(), link);
                }
            }
            Ok(())
        })
    }

    async fn delete_link(&mut self, name: &str, ticket: &TicketKey) -> Stored<()> {
        self.alter(|tables| {
            tables.mail_links.remove(&(name.to_owned(), ticket.clone()));
            Ok(())
        })
    }

    async fn links_of_ticket(&mut self, ticket: &TicketKey) -> Stored<Vec<MailLink>> {
        let links = self.tables()?.mail_links.values();
        Ok(links
            .filter(|link| link.ticket == *ticket)
            .cloned()
            .collect())
    }

    async fn links_of_thread(&mut self, id: &MailboxId, thread: &str) -> Stored<Vec<MailLink>> {
        let mails = self.mails_of(id, thread).await?;
        let names: BTreeSet<String> = mails.into_iter().flat_map(|mail| mail.names).collect();
        let links = self.tables()?.mail_links.values();
        let mut named: Vec<_> = links
            .filter(|link| names.contains(&link.name))
            .cloned()
            .collect();
        named.sort_by(|a, b| {
            let order = |link: &MailLink| (link.since, link.ticket.clone(), link.name.clone());
            order(a).cmp(&order(b))
        });
        Ok(named)
    }

    async fn links_named(&mut self, name: &str) -> Stored<Vec<MailLink>> {
        let links = self.tables()?.mail_links.values();
        let mut named: Vec<_> = links.filter(|link| link.name == name).cloned().collect();
        named.sort_by(|a, b| (a.since, &a.ticket).cmp(&(b.since, &b.ticket)));
        Ok(named)
    }

    async fn stirred_links(&mut self) -> Stored<Vec<MailLink>> {
        let links = self.tables()?.mail_links.values();
        Ok(links.filter(|link| link.stirred).cloned().collect())
    }

    async fn threads_named(&mut self, name: &str) -> Stored<Vec<(MailboxId, String)>> {
        let mails = &self.tables()?.mails;
        let named = mails
            .iter()
            .filter(|(_, mail)| mail.names.iter().any(|own| own == name));
        let threads: BTreeSet<_> = named
            .map(|((id, _), mail)| (id.clone(), mail.thread.clone()))
            .collect();
        Ok(threads.into_iter().collect())
    }
}
