//! Mails that came into a thread after he gave it to a ticket on his phone, and before that reached the server: nobody had
//! read them then. They are looked at again, as the ticket's.

use std::collections::BTreeSet;

use tournee_core::changes::ChangeBody;
use tournee_core::domain::MailName;
use tournee_core::ids::TicketKey;
use tournee_core::time::Instant;

use super::chain::CLOCKS_DIFFER;
use crate::app::Shared;
use crate::gmail::config::Answers;
use crate::store::changes::Held;
use crate::store::mail_links::MailLink;
use crate::store::mails::MailRecord;
use crate::store::rules::NewMail;
use crate::store::{Stored, Tx, mails};

impl Shared {
    /// Puts them back among those that came; such as are read later only are the ticket's news too. Answers whether there
    /// are any; once the write is done, rules are to be rung.
    pub(super) async fn look_again(
        &self,
        tx: &mut Tx,
        row: &Held,
        ticket: &TicketKey,
        now: Instant,
    ) -> Stored<bool> {
        let google = self.mails.client();
        let names = given(&row.change.body);
        if names.is_empty() || google.is_none_or(|google| google.config.answers == Answers::No) {
            return Ok(false);
        }
        for link in tx.links_of_ticket(ticket).await? {
            let is_his = names.iter().any(|name| name.as_str() == link.name);
            if is_his && row.change.at < link.since {
                let since = row.change.at;
                tx.put_link(&MailLink { since, ..link }).await?;
            }
        }
        let mut threads = BTreeSet::new();
        for name in &names {
            threads.extend(tx.threads_named(name.as_str()).await?);
        }
        let mut any = false;
        for (mailbox, thread) in threads {
            for mail in tx.mails_of(&mailbox, &thread).await? {
                let known =
                    mail.at + CLOCKS_DIFFER < row.change.at || mails::is_hidden(&mail.labels);
                if known || is_one_of(&names, &mail)? {
                    continue;
                }
                let new = NewMail {
                    mailbox: mailbox.clone(),
                    mail: mail.id,
                    at: now,
                    turn: 0,
                };
                tx.put_new_mail(&new).await?;
                any = true;
            }
        }
        Ok(any)
    }
}

fn is_one_of(names: &[MailName], mail: &MailRecord) -> Stored<bool> {
    let own = mails::unpack(mail)?.message_id;
    let own = own.as_deref().and_then(MailName::of);
    Ok(own.is_some_and(|own| names.contains(&own)))
}

/// The names of the mails that a change gives to its ticket.
fn given(body: &ChangeBody) -> Vec<MailName> {
    match body {
        ChangeBody::Create(create) => {
            let origin = create.origin.iter();
            origin.flat_map(|origin| origin.names()).collect()
        }
        ChangeBody::Link(link) if link.linked => {
            let names = link.names.iter();
            names.filter_map(|name| MailName::of(name)).collect()
        }
        _ => Vec::new(),
    }
}
