//! A rule is tried before it is switched on, is altered, and pauses with a credential.

use anyhow::Result;
use tournee_core::ids::MailboxId;
use tournee_core::wire::{Becomes, Deed, Pause, RuleState};
use tournee_sandbox::accounts::{PASSWORD, TECHNICIAN};
use tournee_sandbox::gmail::accounts;

use super::*;
use crate::gmail::converting::{COLLEAGUE, letter, mine, settled};
use crate::support::SOURCES;

#[tokio::test]
async fn it_is_tried_on_past_mails_before_it_is_switched_on_and_nothing_is_made() -> Result<()> {
    let post = Post::open().await?;
    post.gmail.world().deliver(&letter("Imprimante en panne"));
    let absent = letter("Panne d’absence").header("Auto-Submitted", "auto-replied");
    post.gmail.world().deliver(&absent);
    let phone = mine(&post).await?;
    for source in SOURCES {
        let mut own = rule(source, "panne");
        own.when.domain = Some("@Magasin.example".to_owned());
        assert_eq!(put(&phone, &own).await?, 204);
        assert_eq!(put(&phone, &own).await?, 204, "sent twice");
        assert_eq!(switch(&phone, &own, true).await?, 409, "untried");
        let trial = attempt(&phone, &own).await?;
        assert!(trial.looked_at > 2, "{trial:?}");
        let tried = |subject: &str| {
            let mut found = trial.found.iter();
            found.find(|tried| tried.mail.subject == subject).cloned()
        };
        let printer = tried("Imprimante en panne").context("it is for it")?;
        let Becomes::Ticket { create, .. } = printer.becomes else {
            bail!("{printer:?}")
        };
        assert_eq!(create.title, "Imprimante en panne");
        assert!(create.category.is_some(), "{create:?}");
        let absent = tried("Panne d’absence").context("it is for it")?;
        assert!(matches!(absent.becomes, Becomes::Nothing { .. }));
        assert_eq!(switch(&phone, &own, true).await?, 204);
        // Altered, it is another one.
        own.when.words.push("casse".to_owned());
        assert_eq!(put(&phone, &own).await?, 204);
        assert_eq!(state(&phone, &own).await?, RuleState::Off);
        assert_eq!(switch(&phone, &own, true).await?, 409);
        a_while().await;
        assert!(titled(&post.house, source, "Imprimante en panne").is_empty());
        assert!(record(&phone, &own).await?.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn a_rule_is_its_owners_and_needs_his_mailbox_and_his_account() -> Result<()> {
    let post = Post::open().await?;
    let (phone, other) = (mine(&post).await?, settled(&post, COLLEAGUE, true).await?);
    let own = rule("nouveau", "panne");
    assert_eq!(put(&phone, &own).await?, 204);
    assert_eq!(put(&other, &own).await?, 404, "neither mailbox nor rule");
    let mut theirs = own.clone();
    theirs.mailbox = MailboxId::of(accounts::SHARED);
    assert_eq!(put(&other, &theirs).await?, 404, "another's rule");
    assert_eq!(switch(&other, &own, true).await?, 404);
    let path = format!("/api/rules/{}/record", own.id);
    assert_eq!(other.get(&path).await?.status(), 404);
    let mut nowhere = rule("ailleurs", "panne");
    assert_eq!(put(&phone, &nowhere).await?, 404);
    nowhere = rule("nouveau", " ?! ");
    assert_eq!(put(&phone, &nowhere).await?, 400, "no word");
    // On the service's mailbox everybody sees it, and one may alter it.
    theirs.id = rule("nouveau", "x").id;
    assert_eq!(put(&other, &theirs).await?, 204);
    let seen: Rules = phone.get("/api/rules").await?.json().await?;
    let mine: Vec<bool> = seen.rules.iter().map(|info| info.mine).collect();
    assert_eq!(mine, [true, false]);
    let gone = send(&phone, "DELETE", &own.id.to_string(), ().into()).await?;
    assert_eq!(gone, 204);
    assert_eq!(switch(&phone, &own, true).await?, 404);
    Ok(())
}

#[tokio::test]
async fn it_pauses_with_glpis_credential_and_makes_up_for_it() -> Result<()> {
    let post = Post::open().await?;
    let phone = mine(&post).await?;
    for source in SOURCES {
        let own = rule(source, &format!("refus {source}"));
        started(&phone, &own).await?;
        {
            let mut world = post.house.glpi(source).world();
            let user = world.user_id(TECHNICIAN).context("him")?;
            world.set_password(user, "changed");
            world.expire_all_sessions();
        }
        // The first finds out, the second waits.
        let subjects = ["Un", "Deux"].map(|count| format!("{count} refus {source}"));
        post.gmail.world().deliver(&letter(&subjects[0]));
        let paused = |state| {
            matches!(
                state,
                RuleState::Paused {
                    why: Pause::Glpi,
                    ..
                }
            )
        };
        stands(&phone, &own, paused).await?;
        post.gmail.world().deliver(&letter(&subjects[1]));
        a_while().await;
        assert_eq!(deed(&phone, &own, &subjects[1]).await?, None);
        {
            let mut world = post.house.glpi(source).world();
            let user = world.user_id(TECHNICIAN).context("him")?;
            world.set_password(user, PASSWORD);
        }
        phone.handset.sign_in(source, TECHNICIAN).await?;
        for subject in &subjects {
            appears(&post, source, subject).await?;
            let made = done(&phone, &own, subject).await?;
            assert!(matches!(made, Deed::Made { .. }), "{made:?}");
            assert_eq!(titled(&post.house, source, subject).len(), 1);
        }
        stands(&phone, &own, |state| matches!(state, RuleState::On { .. })).await?;
    }
    Ok(())
}

#[tokio::test]
async fn it_pauses_with_the_mailbox_and_makes_up_for_it() -> Result<()> {
    let post = Post::open().await?;
    let phone = mine(&post).await?;
    let own = rule("nouveau", "coupure");
    started(&phone, &own).await?;
    post.gmail.world().revoke(accounts::TECHNICIAN);
    let paused = |state| {
        matches!(
            state,
            RuleState::Paused {
                why: Pause::Mailbox,
                ..
            }
        )
    };
    stands(&phone, &own, paused).await?;
    post.gmail.world().deliver(&letter("Coupure de gaz"));
    a_while().await;
    assert!(titled(&post.house, "nouveau", "Coupure de gaz").is_empty());
    let word = phone.connect(false, "accept", accounts::TECHNICIAN).await?;
    assert_eq!(word, "connected");
    appears(&post, "nouveau", "Coupure de gaz").await?;
    Ok(())
}

#[tokio::test]
async fn a_label_that_gmail_put_on_it_is_a_condition() -> Result<()> {
    let post = Post::open().await?;
    let phone = mine(&post).await?;
    let mut own = rule("nouveau", "étiquette");
    own.when.label = Some("fournisseurs".to_owned());
    started(&phone, &own).await?;
    {
        let mut world = post.gmail.world();
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("his")?;
        let label = match mailbox.label_id("Fournisseurs") {
            Some(label) => label,
            None => mailbox.create_label("Fournisseurs").context("a label")?,
        };
        world.deliver(&letter("Étiquette sans"));
        let arrived = world.deliver(&letter("Étiquette avec"));
        let mailbox = world.mailbox_mut(accounts::TECHNICIAN).context("his")?;
        mailbox.modify(&arrived[0].1, &[label], &[]);
    }
    appears(&post, "nouveau", "Étiquette avec").await?;
    a_while().await;
    assert!(titled(&post.house, "nouveau", "Étiquette sans").is_empty());
    assert_eq!(deed(&phone, &own, "Étiquette sans").await?, None);
    Ok(())
}
