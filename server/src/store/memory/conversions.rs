//! The tables `mail_names` and `ticket_mails`.

use async_trait::async_trait;
use tournee_core::ids::{ThreadKey, TicketKey};

use super::View;
use crate::store::Stored;
use crate::store::conversions::Conversions;

#[async_trait]
impl Conversions for View {
    async fn put_mail_name(&mut self, name: &str, thread: &ThreadKey) -> Stored<()> {
        self.alter(|tables| {
            tables.must_have(&thread.mailbox)?;
            tables.mail_names.insert((name.to_owned(), thread.clone()));
            Ok(())
        })
    }

    async fn threads_named(&mut self, name: &str) -> Stored<Vec<ThreadKey>> {
        let rows = self.tables()?.mail_names.iter();
        let named = rows.filter(|(of, _)| of == name);
        Ok(named.map(|(_, thread)| thread.clone()).collect())
    }

    async fn put_ticket_mail(&mut self, name: &str, ticket: &TicketKey) -> Stored<bool> {
        self.alter(|tables| {
            let row = (name.to_owned(), ticket.clone());
            Ok(tables.ticket_mails.insert(row).is_none())
        })
    }

    async fn tickets_named(&mut self, name: &str) -> Stored<Vec<TicketKey>> {
        let rows = self.tables()?.ticket_mails.iter();
        let named = rows.filter(|(of, _)| of == name);
        Ok(named.map(|(_, ticket)| ticket.clone()).collect())
    }

    async fn delete_ticket_mails(&mut self, ticket: &TicketKey) -> Stored<Vec<String>> {
        self.alter(|tables| {
            let (gone, stay): (Vec<_>, Vec<_>) = tables
                .ticket_mails
                .iter()
                .cloned()
                .partition(|(_, of)| of == ticket);
            tables.ticket_mails = stay.into_iter().collect();
            Ok(gone.into_iter().map(|(name, _)| name).collect())
        })
    }
}
