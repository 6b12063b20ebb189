//! Rules: mails become tickets with nobody connected, once, and never out of what no person wrote.

mod answers;
mod desk;
mod never;
mod once;

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tournee_core::ids::{MailboxId, RuleId, SourceId};
use tournee_core::rules::{Conditions, Outcome, Rule};
use tournee_core::wire::{Deed, RuleDeed, RuleRecord, RuleState, RuleTrial, Rules};
use tournee_sandbox::gmail::accounts;
use uuid::Uuid;

use super::post::{Post, Reader};
use crate::creation::titled;

const PATIENCE: Duration = Duration::from_secs(60);

/// A rule of his own mailbox, for mails that say so.
pub fn rule(source: &str, words: &str) -> Rule {
    Rule {
        id: RuleId(Uuid::now_v7()),
        name: format!("{words} vers {source}"),
        mailbox: MailboxId::of(accounts::TECHNICIAN),
        when: Conditions {
            words: vec![words.to_owned()],
            ..Conditions::default()
        },
        then: Outcome {
            source: SourceId::new(source),
            entity: None,
            category: None,
            location: None,
            urgency: None,
            assignee: None,
        },
    }
}

async fn send(phone: &Reader, method: &str, path: &str, body: serde_json::Value) -> Result<u16> {
    let address = format!("{}/api/rules/{path}", phone.handset.base);
    let request = phone.handset.http.request(method.parse()?, address);
    Ok(request.json(&body).send().await?.status().as_u16())
}

pub async fn put(phone: &Reader, rule: &Rule) -> Result<u16> {
    send(
        phone,
        "PUT",
        &rule.id.to_string(),
        serde_json::to_value(rule)?,
    )
    .await
}

pub async fn attempt(phone: &Reader, rule: &Rule) -> Result<RuleTrial> {
    let address = format!("{}/api/rules/{}/try", phone.handset.base, rule.id);
    let answer = phone.handset.http.post(address).send().await?;
    Ok(answer.error_for_status()?.json().await?)
}

pub async fn switch(phone: &Reader, rule: &Rule, on: bool) -> Result<u16> {
    let path = format!("{}/state", rule.id);
    send(phone, "PUT", &path, serde_json::json!({"on": on})).await
}

/// Made, tried, and switched on.
pub async fn started(phone: &Reader, rule: &Rule) -> Result<()> {
    assert_eq!(put(phone, rule).await?, 204);
    attempt(phone, rule).await?;
    assert_eq!(switch(phone, rule, true).await?, 204);
    Ok(())
}

pub async fn state(phone: &Reader, rule: &Rule) -> Result<RuleState> {
    let rules: Rules = phone.get("/api/rules").await?.json().await?;
    let mut rules = rules.rules.into_iter();
    let found = rules.find(|info| info.rule.id == rule.id);
    Ok(found.context("his rule")?.state)
}

pub async fn record(phone: &Reader, rule: &Rule) -> Result<Vec<RuleDeed>> {
    let path = format!("/api/rules/{}/record", rule.id);
    let record: RuleRecord = phone.get(&path).await?.json().await?;
    Ok(record.deeds)
}

/// What a rule did with the mail of that subject.
pub async fn deed(phone: &Reader, rule: &Rule, subject: &str) -> Result<Option<Deed>> {
    let mut deeds = record(phone, rule).await?.into_iter();
    let found = deeds.find(|deed| deed.mail.subject == subject);
    Ok(found.map(|deed| deed.what))
}

/// Waits until something was done with it that is not under way any more.
pub async fn done(phone: &Reader, rule: &Rule, subject: &str) -> Result<Deed> {
    let give_up = tokio::time::Instant::now() + PATIENCE;
    while tokio::time::Instant::now() < give_up {
        match deed(phone, rule, subject).await? {
            None | Some(Deed::UnderWay) => tokio::time::sleep(Duration::from_millis(100)).await,
            Some(deed) => return Ok(deed),
        }
    }
    bail!(
        "nothing was done with {subject}: {:?}",
        record(phone, rule).await?
    )
}

/// Waits until there is a ticket of that title, asking nobody but GLPI itself.
pub async fn appears(post: &Post, source: &str, title: &str) -> Result<i64> {
    let give_up = tokio::time::Instant::now() + PATIENCE;
    while tokio::time::Instant::now() < give_up {
        if let Some(id) = titled(&post.house, source, title).first() {
            return Ok(*id);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("no ticket {title} in {source}")
}

/// Waits until it stands so.
pub async fn stands(phone: &Reader, rule: &Rule, fits: impl Fn(RuleState) -> bool) -> Result<()> {
    let give_up = tokio::time::Instant::now() + PATIENCE;
    while tokio::time::Instant::now() < give_up {
        if fits(state(phone, rule).await?) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("it stands at {:?}", state(phone, rule).await?)
}

/// So long that whatever was to happen has happened: mailboxes are read each second.
pub async fn a_while() {
    tokio::time::sleep(Duration::from_secs(3)).await;
}
