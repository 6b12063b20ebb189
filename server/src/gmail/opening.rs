//! What is not kept: a mail's whole body, and the files that came with it, read when somebody opens them.

use serde::Deserialize;
use tournee_core::domain::Mail;
use tournee_core::ids::MailboxId;

use super::client::{Call, read};
use super::error::GmailError;
use super::gate::Haste;
use super::message::{Held, Message, base64};
use super::sorting::plain;
use crate::app::Shared;
use crate::store::TechnicianId;
use crate::store::mails;

/// A file, read.
pub struct Opened {
    /// Its name.
    pub name: String,
    /// Its media type, as the mail says it.
    pub mime: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Shared {
    /// A mail with its body, however long. One of the feed has it from now on.
    ///
    /// # Errors
    /// The mailbox is not for him, or what Google says.
    pub async fn open_mail(
        &self,
        who: TechnicianId,
        id: &MailboxId,
        mail: &str,
    ) -> Result<Mail, GmailError> {
        self.may_read(who, id).await?;
        let message = self.whole(id, mail, false).await?;
        let kept = message.mail(id, true);
        if kept.body.is_some() {
            let mut tx = self.store.write().await?;
            tx.mailbox(id).await?.ok_or(GmailError::NoMailbox)?;
            if let Some(known) = tx.mail(id, mail).await? {
                // Its labels may have moved since Google was asked: those are on record in their order.
                let row = mails::pack(&kept, &message.thread_id, &known.labels)?;
                tx.put_mail(id, &row).await?;
                mails::publish(&mut tx, id, &message.thread_id, self.clock.now()).await?;
            }
            tx.commit().await?;
        }
        Ok(message.opened(id))
    }

    /// A mail as Google has it, with its body.
    ///
    /// # Errors
    /// What Google says.
    pub async fn mail_of(&self, id: &MailboxId, mail: &str) -> Result<Mail, GmailError> {
        Ok(self.whole(id, mail, false).await?.opened(id))
    }

    /// A file that came with a mail.
    ///
    /// # Errors
    /// The mailbox is not for him, there is no such file, or what Google says.
    pub async fn open_file(
        &self,
        who: TechnicianId,
        id: &MailboxId,
        mail: &str,
        part: &str,
    ) -> Result<Opened, GmailError> {
        self.read_file(who, id, mail, part, false).await
    }

    /// The same, asked but once where Google does not answer: who asks has other things to do meanwhile.
    ///
    /// # Errors
    /// The same.
    pub async fn try_file(
        &self,
        who: TechnicianId,
        id: &MailboxId,
        mail: &str,
        part: &str,
    ) -> Result<Opened, GmailError> {
        self.read_file(who, id, mail, part, true).await
    }

    async fn read_file(
        &self,
        who: TechnicianId,
        id: &MailboxId,
        mail: &str,
        part: &str,
        is_once: bool,
    ) -> Result<Opened, GmailError> {
        #[derive(Deserialize)]
        struct Body {
            data: String,
        }
        self.may_read(who, id).await?;
        // Ids of attachments differ from answer to answer: the message is asked first.
        let message = self.whole(id, mail, is_once).await?;
        let file = message.file(part).ok_or(GmailError::NotFound)?;
        let bytes = match file.held {
            Held::Here(bytes) => bytes,
            Held::Elsewhere(token) => {
                let path = format!("messages/{mail}/attachments/{token}");
                let call = Call::get(&path, &[], 20, Haste::Now);
                let body: Body = self.ask_for(id, &Call { is_once, ..call }).await?;
                base64(&body.data).ok_or(GmailError::Unexpected { status: 200 })?
            }
        };
        Ok(Opened {
            name: file.name,
            mime: file.mime,
            bytes,
        })
    }

    pub(super) async fn may_read(
        &self,
        who: TechnicianId,
        id: &MailboxId,
    ) -> Result<(), GmailError> {
        let record = self.store.read().await?.mailbox(id).await?;
        let his = record.filter(|record| record.owner.is_none_or(|owner| owner == who));
        his.map(drop).ok_or(GmailError::NoMailbox)
    }

    async fn whole(
        &self,
        id: &MailboxId,
        mail: &str,
        is_once: bool,
    ) -> Result<Message, GmailError> {
        let path = format!("messages/{}", plain(mail)?);
        let call = Call::get(&path, &[], 20, Haste::Now);
        read(&self.ask(id, &Call { is_once, ..call }).await?)
    }
}
