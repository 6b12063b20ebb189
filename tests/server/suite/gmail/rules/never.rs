//! What no person wrote us becomes no ticket, whatever a rule says; and what there was before it was switched on.

use anyhow::Result;
use tournee_core::rules::WhyNot;
use tournee_core::wire::Deed;
use tournee_sandbox::gmail::Letter;
use tournee_sandbox::gmail::accounts;
use tournee_sandbox::gmail::mailbox::Person;

use super::*;
use crate::gmail::converting::{letter, mine};
use crate::support::SOURCES;

fn from(subject: &str, who: &str) -> Letter {
    let mut sent = letter(subject);
    sent.from = Person::new("", who);
    sent
}

/// Each with why nothing is made of it.
fn machines() -> Vec<(Letter, WhyNot)> {
    let subject = |what: &str| format!("Panne machine {what}");
    let headed = |what: &str, name: &str, value: &str| letter(&subject(what)).header(name, value);
    let glpi = |ticket| WhyNot::Glpi { ticket };
    let mut named = letter(&subject("nommée"));
    named.message_id = "GLPI-7754.1700000000.12@glpi.example".to_owned();
    let mut answering = letter(&subject("réponse à glpi"));
    answering.references = vec!["GLPI_ab12-Ticket-7754/new.1700@glpi.example".to_owned()];
    vec![
        (
            headed("absence", "Auto-Submitted", "auto-replied"),
            WhyNot::AutoReply,
        ),
        (headed("x", "X-Autoreply", "yes"), WhyNot::AutoReply),
        (
            headed("vieille", "Precedence", "auto_reply"),
            WhyNot::AutoReply,
        ),
        (headed("vide", "Return-Path", "<>"), WhyNot::Bounce),
        (
            from(&subject("retour"), "mailer-daemon@magasin.example"),
            WhyNot::Bounce,
        ),
        (headed("liste", "List-Id", "<x.y.example>"), WhyNot::Bulk),
        (headed("masse", "Precedence", "bulk"), WhyNot::Bulk),
        (letter("[GLPI #0007754] Panne machine"), glpi(Some(7754))),
        (
            letter("Re: [GLPI #0007755] Panne machine"),
            glpi(Some(7755)),
        ),
        (named, glpi(Some(7754))),
        (answering, glpi(Some(7754))),
        (from(&subject("à nous"), accounts::SHARED), WhyNot::Ours),
    ]
}

#[tokio::test]
async fn no_machines_mail_and_none_of_ours_becomes_a_ticket_and_the_record_says_why() -> Result<()>
{
    let post = Post::open().await?;
    let phone = mine(&post).await?;
    for source in SOURCES {
        let own = rule(source, "panne machine");
        started(&phone, &own).await?;
        let all = machines();
        for (sent, _) in &all {
            post.gmail.world().deliver(sent);
        }
        let person = letter(&format!("Panne machine à café {source}"));
        post.gmail.world().deliver(&person);
        appears(&post, source, &person.subject).await?;
        for (sent, why) in all {
            let expected = Deed::Left { why };
            assert_eq!(done(&phone, &own, &sent.subject).await?, expected);
            assert!(titled(&post.house, source, &sent.subject).is_empty());
        }
        assert_eq!(switch(&phone, &own, false).await?, 204);
        // They are there by now: the next rule is to hear of other ones.
        let ids: Vec<String> = {
            let world = post.gmail.world();
            let mailbox = world.mailbox(accounts::TECHNICIAN).into_iter();
            let messages = mailbox.flat_map(|mailbox| mailbox.messages());
            messages.map(|message| message.id.clone()).collect()
        };
        let mut world = post.gmail.world();
        if let Some(mailbox) = world.mailbox_mut(accounts::TECHNICIAN) {
            for id in ids {
                mailbox.delete(&id);
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_conversation_that_was_there_before_is_left_alone() -> Result<()> {
    let post = Post::open().await?;
    let before = letter("Panne d’hier");
    post.gmail.world().deliver(&before);
    let mut phone = mine(&post).await?;
    let own = rule("nouveau", "panne");
    started(&phone, &own).await?;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    post.gmail
        .world()
        .deliver(&letter("Re: Panne d’hier").answering(&before));
    let why = WhyNot::Answer;
    assert_eq!(
        done(&phone, &own, "Re: Panne d’hier").await?,
        Deed::Left { why }
    );
    phone.read().await?;
    assert_eq!(deed(&phone, &own, "Panne d’hier").await?, None);
    assert!(titled(&post.house, "nouveau", "Panne d’hier").is_empty());
    // Switched off, it looks at nothing.
    assert_eq!(switch(&phone, &own, false).await?, 204);
    post.gmail.world().deliver(&letter("Panne d’après"));
    a_while().await;
    assert_eq!(deed(&phone, &own, "Panne d’après").await?, None);
    assert!(titled(&post.house, "nouveau", "Panne d’après").is_empty());
    Ok(())
}
