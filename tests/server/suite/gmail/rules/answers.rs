//! An answer in the thread of a closed ticket: it reopens that, or not, by setting; never twice, never over and over.

use anyhow::{Context as _, Result};
use serde_json::json;
use tournee::gmail::config::ReplyToClosed;
use tournee_core::rules::WhyNot;
use tournee_core::wire::Deed;
use tournee_sandbox::gmail::Letter;
use tournee_sandbox::gmail::accounts;
use tournee_sandbox::gmail::mailbox::Person;

use super::*;
use crate::gmail::converting::{COLLEAGUE, key, letter, mine, settled};
use crate::support::SOURCES;

async fn opened(setting: ReplyToClosed) -> Result<Post> {
    Post::with(10, |google| {
        google.reply_to_closed = setting;
        Ok(())
    })
    .await
}

fn close(post: &Post, source: &str, id: i64) -> Result<()> {
    let mut world = post.house.glpi(source).world();
    let user = world.user_id(COLLEAGUE).context("a colleague")?;
    world.edit_ticket(id, user, &[("status", json!(6))]);
    Ok(())
}

fn status(post: &Post, source: &str, id: i64) -> Option<i64> {
    Some(post.house.glpi(source).world().ticket(id)?.status)
}

/// GLPI's clock knows seconds: what comes now is behind what was done before.
async fn later() {
    tokio::time::sleep(Duration::from_millis(1_100)).await;
}

fn answer(to: &Letter, count: usize) -> Letter {
    let mut answer = letter(&format!("Re: {}", to.subject)).answering(to);
    answer.text = Some(format!("Elle fume encore, {count}."));
    answer.message_id = format!("{count}.{}", to.message_id);
    answer
}

async fn reopens(post: &Post, source: &str, id: i64) -> Result<()> {
    for _ in 0..600 {
        if status(post, source, id) == Some(2) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("{source} #{id} stays {:?}", status(post, source, id))
}

async fn settled_deeds(phone: &Reader, rule: &Rule, count: usize) -> Result<()> {
    for _ in 0..600 {
        let deeds = record(phone, rule).await?;
        let moving = deeds.iter().any(|deed| deed.what == Deed::UnderWay);
        if deeds.len() == count && !moving {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("{:?}", record(phone, rule).await?)
}

#[tokio::test]
async fn it_reopens_the_ticket_unless_a_machine_wrote_it_and_not_over_and_over() -> Result<()> {
    let post = opened(ReplyToClosed::Reopen).await?;
    let phone = mine(&post).await?;
    for source in SOURCES {
        let own = rule(source, &format!("rechute {source}"));
        started(&phone, &own).await?;
        let first = letter(&format!("Rechute {source}"));
        post.gmail.world().deliver(&first);
        let id = appears(&post, source, &first.subject).await?;
        done(&phone, &own, &first.subject).await?;
        close(&post, source, id)?;
        later().await;
        let absent = answer(&first, 90).header("Auto-Submitted", "auto-replied");
        post.gmail.world().deliver(&absent);
        a_while().await;
        assert_eq!(status(&post, source, id), Some(6), "a machine");
        for count in 0..3 {
            post.gmail.world().deliver(&answer(&first, count));
            reopens(&post, source, id).await?;
            // Read back, before somebody closes it again.
            settled_deeds(&phone, &own, 3 + count).await?;
            close(&post, source, id)?;
            later().await;
        }
        // Somebody's machine that does not say that it is one.
        post.gmail.world().deliver(&answer(&first, 3));
        a_while().await;
        assert_eq!(status(&post, source, id), Some(6));
        let deeds = record(&phone, &own).await?;
        let what: Vec<Deed> = deeds.into_iter().map(|deed| deed.what).collect();
        let ticket = key(source, id);
        let reopened = Deed::Reopened {
            ticket: ticket.clone(),
        };
        let left = |why| Deed::Left { why };
        let expected = [
            left(WhyNot::TooOften),
            reopened.clone(),
            reopened.clone(),
            reopened,
            left(WhyNot::AutoReply),
            Deed::Made {
                ticket,
                joined: false,
            },
        ];
        assert_eq!(what, expected);
        assert_eq!(titled(&post.house, source, &first.subject), [id]);
    }
    Ok(())
}

#[tokio::test]
async fn in_two_mailboxes_it_reopens_once() -> Result<()> {
    let post = opened(ReplyToClosed::Reopen).await?;
    let phone = mine(&post).await?;
    let other = settled(&post, COLLEAGUE, true).await?;
    let own = rule("nouveau", "double");
    let mut shared = rule("nouveau", "double");
    shared.mailbox = MailboxId::of(accounts::SHARED);
    started(&phone, &own).await?;
    started(&other, &shared).await?;
    let both = |mut sent: Letter| {
        sent.cc.push(Person::new("", accounts::SHARED));
        sent
    };
    let first = both(letter("Double panne"));
    post.gmail.world().deliver(&first);
    let id = appears(&post, "nouveau", "Double panne").await?;
    done(&phone, &own, "Double panne").await?;
    done(&other, &shared, "Double panne").await?;
    close(&post, "nouveau", id)?;
    later().await;
    post.gmail.world().deliver(&both(answer(&first, 0)));
    let answers = [
        done(&phone, &own, "Re: Double panne").await?,
        done(&other, &shared, "Re: Double panne").await?,
    ];
    let reopened = |deed: &&Deed| matches!(deed, Deed::Reopened { .. });
    assert_eq!(answers.iter().filter(reopened).count(), 1, "{answers:?}");
    assert_eq!(status(&post, "nouveau", id), Some(2));
    Ok(())
}

#[tokio::test]
async fn by_another_setting_it_belongs_to_the_ticket_which_stays_closed() -> Result<()> {
    let post = opened(ReplyToClosed::Link).await?;
    let mut phone = mine(&post).await?;
    for source in SOURCES {
        let own = rule(source, &format!("suite {source}"));
        started(&phone, &own).await?;
        let first = letter(&format!("Suite {source}"));
        post.gmail.world().deliver(&first);
        let id = appears(&post, source, &first.subject).await?;
        done(&phone, &own, &first.subject).await?;
        close(&post, source, id)?;
        later().await;
        let sent = answer(&first, 0);
        post.gmail.world().deliver(&sent);
        let ticket = key(source, id);
        let linked = Deed::Linked {
            ticket: ticket.clone(),
        };
        assert_eq!(done(&phone, &own, &sent.subject).await?, linked);
        assert_eq!(status(&post, source, id), Some(6));
        for _ in 0..200 {
            phone.read().await?;
            let thread = crate::gmail::converting::named(&phone, &first.subject);
            if thread.is_ok_and(|thread| thread.mails.len() == 2) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let thread = crate::gmail::converting::named(&phone, &first.subject)?;
        assert_eq!((thread.mails.len(), &thread.ticket), (2, &Some(ticket)));
        assert_eq!(titled(&post.house, source, &first.subject), [id]);
    }
    Ok(())
}
