//! A simulated Gmail beside the GLPIs, as the server's configuration names it, and what arrives in it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::{Context, Result};
use reqwest::Url;
use tournee_core::domain::{MailBox, Thread};
use tournee_sandbox::Server;
use tournee_sandbox::gmail::mailbox::{Letter, Person};
use tournee_sandbox::gmail::{self, Gmail, accounts};

/// Gmail and Google's sign-in.
pub struct Google {
    /// What is in it.
    pub gmail: Gmail,
    server: Server,
}

impl Google {
    /// Starts it, with so many mails in both mailboxes of the demo, and units for each mailbox a minute.
    pub async fn open(mails: usize, units_per_minute: u32) -> Result<Self> {
        let gmail = Gmail::new(gmail::Options {
            mails,
            units_per_minute,
            ..gmail::Options::default()
        });
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = gmail::spawn(&gmail, anywhere).await?;
        Ok(Self { gmail, server })
    }

    /// Its part of the configuration; the client's secret goes to a file in `folder`.
    pub fn table(&self, folder: &Path) -> Result<String> {
        let secret = folder.join("gmail.secret");
        std::fs::write(&secret, accounts::CLIENT_SECRET)?;
        let google = self.server.base_url();
        let units = self.gmail.world().settings.units_per_minute;
        Ok(format!(
            "\n[gmail]\nunits_per_minute = {units}\nclient_id = \"{}\"\nclient_secret_file = \"{}\"\ndomain = \"{}\"\nshared = \"{}\"\nevery_seconds = 1\n\
             authorize_url = \"{google}/o/oauth2/v2/auth\"\ntoken_url = \"{google}/token\"\n\
             revoke_url = \"{google}/revoke\"\napi_url = \"{google}\"\n",
            accounts::CLIENT_ID,
            secret.display(),
            accounts::DOMAIN,
            accounts::SHARED,
        ))
    }

    /// A mail to the technician, from a store.
    pub fn letter(&self, subject: &str, text: &str) -> Letter {
        let from = Person::new("Garcin Magali", "mgarcin@glpi.example");
        let to = Person::new("Marcoux Patrick", accounts::TECHNICIAN);
        Letter::new(from, to, subject, text, self.gmail.world().now())
    }

    /// Delivers it; answers its thread in the technician's mailbox.
    pub fn delivers(&self, letter: &Letter) -> Result<String> {
        let mut world = self.gmail.world();
        let delivered = world.deliver(letter);
        let mine = delivered
            .into_iter()
            .find(|(address, _)| address == accounts::TECHNICIAN);
        let (_, id) = mine.context("it was not for him")?;
        let mailbox = world.mailbox(accounts::TECHNICIAN).context("his mailbox")?;
        let message = mailbox.message(&id).context("it has not arrived")?;
        Ok(message.thread_id.clone())
    }

    /// Gives labels to all mails of a thread and takes others away, by their names, as is done in Gmail's own page.
    pub fn labels(&self, thread: &str, add: &[&str], remove: &[&str]) -> Result<()> {
        let mut world = self.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN);
        let mailbox = mailbox.context("his mailbox")?;
        let ids = |names: &[&str]| -> Result<Vec<String>> {
            let ids = names.iter().map(|name| {
                let id = mailbox.label_id(name);
                id.with_context(|| format!("no label {name}"))
            });
            ids.collect()
        };
        let (add, remove) = (ids(add)?, ids(remove)?);
        let mails = mailbox.thread(thread).into_iter();
        let mails: Vec<String> = mails.map(|mail| mail.id.clone()).collect();
        for mail in mails {
            mailbox.modify(&mail, &add, &remove);
        }
        Ok(())
    }

    /// How many threads each of the four boxes of the technician's mailbox has.
    pub fn counts(&self) -> Result<[usize; MailBox::ALL.len()]> {
        let world = self.gmail.world();
        let mailbox = world.mailbox(accounts::TECHNICIAN).context("his mailbox")?;
        let [in_progress, done, urgent] = accounts::LABELS.map(|name| mailbox.label_id(name));
        let mut threads: std::collections::BTreeMap<&str, Vec<&String>> = Default::default();
        for message in mailbox.messages() {
            let hidden = |label: &String| matches!(label.as_str(), "TRASH" | "SPAM" | "DRAFT");
            if !message.labels.iter().any(hidden) {
                let labels = threads.entry(&message.thread_id).or_default();
                labels.extend(&message.labels);
            }
        }
        let mut counts = [0; MailBox::ALL.len()];
        for labels in threads.values() {
            let has = |wanted: &Option<String>| {
                wanted
                    .as_ref()
                    .is_some_and(|wanted| labels.contains(&wanted))
            };
            let inbox = labels.iter().any(|label| *label == "INBOX");
            for of in Thread::boxes_of(has(&urgent), has(&in_progress), has(&done), inbox) {
                counts[of as usize] += 1;
            }
        }
        Ok(counts)
    }
}

/// What a person does on Google's page, with the box of the right ticked or not. Answers where he is sent.
pub async fn decide(page: &Url, decision: &str, account: &str, ticked: bool) -> Result<Url> {
    let scope = format!("scope:{}", gmail::SCOPE);
    let mut fields = vec![("decision", decision), ("account", account)];
    fields.extend(ticked.then_some((scope.as_str(), "on")));
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let answer = client.post(page.clone()).form(&fields).send().await?;
    let location = answer.headers().get("location").context("sent back")?;
    Ok(location.to_str()?.parse()?)
}
