//! A mail that goes on in the thread of a ticket is told on it: once, by setting, and never what no person wrote.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use tournee::gmail::GmailConfig;
use tournee::gmail::config::Answers;
use tournee_core::domain::Status;
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::gmail::mailbox::Person;
use tournee_sandbox::gmail::{Letter, accounts};
use tournee_sandbox::{Canned, Effect, Matcher};

use super::converting::{COLLEAGUE, convert, letter, mine, named, settled};
use super::linking::{link, until};
use super::post::{Post, Reader};
use crate::carrying::{carry, number};
use crate::creation::{is_delivered, titled};
use crate::support::{SOURCES, wait_until};

const WORDS: &str = "Elle fume encore.";

/// What a ticket tells of mails: whether in private, and the words.
fn told(post: &Post, source: &str, id: i64) -> Vec<(bool, String)> {
    let notes = post.house.glpi(source).world().followups(id);
    let ours = notes
        .into_iter()
        .filter(|note| note.content.contains("Courriel de "));
    ours.map(|note| (note.is_private, note.content)).collect()
}

/// Waits until so many are told, and that no more come.
async fn tells(post: &Post, phone: &mut Reader, on: (&str, i64), count: usize) -> Result<()> {
    for _ in 0..300 {
        phone.read().await?;
        if told(post, on.0, on.1).len() == count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for _ in 0..5 {
        phone.read().await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    match told(post, on.0, on.1) {
        told if told.len() == count => Ok(()),
        told => bail!("{count} expected, not {told:?}"),
    }
}

/// Both clocks know seconds: what comes now is behind what was done before.
async fn later() {
    tokio::time::sleep(Duration::from_millis(1_100)).await;
}

async fn at_the_beginning_of_a_second() -> Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let left = 1_000 - u64::from(since.subsec_millis());
    tokio::time::sleep(Duration::from_millis(left)).await;
    Ok(())
}

fn answer(to: &Letter, count: usize) -> Letter {
    let mut answer = letter(&format!("Re: {}", to.subject)).answering(to);
    let quoted = "Le lundi 5 octobre 2026 à 09:00, Moi a écrit :\n> Avez-vous redémarré ?";
    answer.text = Some(format!("{WORDS}\n\n{quoted}\n"));
    answer.message_id = format!("{count}.{}", to.message_id);
    answer
}

/// A mail that has become a ticket, and that ticket's number.
async fn converted(post: &Post, phone: &mut Reader, source: &str, sent: &Letter) -> Result<i64> {
    post.gmail.world().deliver(sent);
    phone.read().await?;
    convert(phone, source, &sent.subject)?;
    phone.handset.settle().await?;
    let ids = titled(&post.house, source, &sent.subject);
    later().await;
    ids.first().copied().context("its ticket")
}

#[tokio::test]
async fn an_answer_is_told_once_whatever_is_lost_and_on_a_new_server_too() -> Result<()> {
    let mut post = Post::with(10, |_| Ok(())).await?;
    let mut phone = mine(&post).await?;
    let mut tickets = Vec::new();
    for source in SOURCES {
        let first = letter(&format!("Caisse {source}"));
        let id = converted(&post, &mut phone, source, &first).await?;
        // The mail that it was made of is no answer.
        tells(&post, &mut phone, (source, id), 0).await?;
        let lost = Matcher::on("POST", "Followup").times(1);
        post.house
            .glpi(source)
            .faults()
            .add(lost, Effect::DoThenLose);
        post.gmail.world().deliver(&answer(&first, 1));
        tells(&post, &mut phone, (source, id), 1).await?;
        let (private, words) = told(&post, source, id).swap_remove(0);
        assert!(private);
        assert!(
            words.contains("Noémie Esmieu (user01@magasin.example)"),
            "{words}"
        );
        assert!(
            words.contains(WORDS) && !words.contains("redémarré"),
            "{words}"
        );
        tickets.push((source, id));
    }
    // Nothing but GLPI and Gmail is left.
    post.house.stop().await?;
    let folder = tempfile::tempdir()?;
    post.house.config.data_dir = folder.path().to_owned();
    post.house.start().await?;
    let mut again = mine(&post).await?;
    for on in tickets {
        tells(&post, &mut again, on, 1).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_came_while_the_conversion_waited_on_a_phone_is_told_and_what_he_had_read_is_not()
-> Result<()> {
    let post = Post::with(10, |_| Ok(())).await?;
    let mut phone = mine(&post).await?;
    for source in SOURCES {
        let first = letter(&format!("Caisse hors ligne {source}"));
        post.gmail.world().deliver(&first);
        post.gmail.world().deliver(&answer(&first, 1));
        phone.read().await?;
        // Longer than a phone's clock may differ.
        tokio::time::sleep(Duration::from_millis(3_100)).await;
        convert(&mut phone, source, &first.subject)?;
        later().await;
        // The server reads it before the phone is heard.
        post.gmail.world().deliver(&answer(&first, 2));
        phone.read().await?;
        assert_eq!(named(&phone, &first.subject)?.mails.len(), 3);
        phone.handset.settle().await?;
        let ids = titled(&post.house, source, &first.subject);
        tells(&post, &mut phone, (source, ids[0]), 1).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_comes_in_the_second_in_which_it_became_a_ticket_is_told() -> Result<()> {
    let post = Post::with(10, |_| Ok(())).await?;
    let mut phone = mine(&post).await?;
    for source in SOURCES {
        let first = letter(&format!("Caisse aussitôt {source}"));
        post.gmail.world().deliver(&first);
        phone.read().await?;
        at_the_beginning_of_a_second().await?;
        convert(&mut phone, source, &first.subject)?;
        post.gmail.world().deliver(&answer(&first, 1));
        // The server reads it before the phone is heard.
        phone.read().await?;
        phone.handset.settle().await?;
        let ids = titled(&post.house, source, &first.subject);
        tells(&post, &mut phone, (source, ids[0]), 1).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_is_told_though_no_phone_is_connected() -> Result<()> {
    let mut post = Post::with(10, |_| Ok(())).await?;
    let mut phone = mine(&post).await?;
    let first = letter("Personne ne regarde");
    let id = converted(&post, &mut phone, SOURCES[1], &first).await?;
    post.house.stop().await?;
    post.gmail.world().deliver(&answer(&first, 1));
    post.house.start().await?;
    wait_until(|| async { Ok(told(&post, SOURCES[1], id).len() == 1) }).await
}

#[tokio::test]
async fn one_that_glpi_refuses_comes_to_the_phone_and_is_told_at_a_tap() -> Result<()> {
    let post = Post::with(10, |_| Ok(())).await?;
    let mut phone = mine(&post).await?;
    for source in SOURCES {
        let first = letter(&format!("Refus {source}"));
        let id = converted(&post, &mut phone, source, &first).await?;
        let refused = Canned::json(400, r#"["ERROR_GLPI_ADD","Pas le droit"]"#);
        let refusing = post
            .house
            .glpi(source)
            .faults()
            .add(Matcher::on("POST", "Followup"), Effect::Status(refused));
        post.gmail.world().deliver(&answer(&first, 1));
        let waiting = waits(&mut phone).await?;
        let queued = phone.handset.phone.outbox().get(waiting);
        let queued = queued.context("it is in his queue")?;
        let State::NeedsYou { problem } = &queued.state else {
            bail!("{:?}", queued.state);
        };
        assert_eq!(problem.kind, ProblemKind::Refused);
        assert_eq!(
            queued.change.ticket().map(|key| key.id.0),
            Some(id.unsigned_abs())
        );
        post.house.glpi(source).faults().remove(refusing);
        phone.handset.wish(waiting, Wish::Retry);
        phone.handset.settle().await?;
        assert!(matches!(
            phone.handset.state(waiting)?,
            State::Delivered { .. }
        ));
        tells(&post, &mut phone, (source, id), 1).await?;
    }
    Ok(())
}

/// Waits until something waits for him.
pub async fn waits(phone: &mut Reader) -> Result<ChangeId> {
    for _ in 0..300 {
        phone.read().await?;
        phone.handset.sync_whole().await?;
        let mut outbox = phone.handset.phone.outbox().iter();
        if let Some(queued) = outbox.find(|queued| queued.needs_you()) {
            return Ok(queued.change.id);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("nothing waits")
}

#[tokio::test]
async fn what_no_person_wrote_and_what_we_wrote_is_never_told() -> Result<()> {
    let post = Post::with(10, |_| Ok(())).await?;
    let mut phone = mine(&post).await?;
    let first = letter("Écho");
    let id = converted(&post, &mut phone, "nouveau", &first).await?;
    let absent = answer(&first, 1).header("Auto-Submitted", "auto-replied");
    let mut notice = answer(&first, 2);
    notice.subject = format!("[GLPI #{id:07}] Écho");
    let mut colleague = answer(&first, 3);
    colleague.from = Person::new("Informatique", accounts::SHARED);
    for sent in [absent, notice, colleague] {
        post.gmail.world().deliver(&sent);
    }
    tells(&post, &mut phone, ("nouveau", id), 0).await
}

#[tokio::test]
async fn in_two_mailboxes_it_is_told_once() -> Result<()> {
    let post = Post::with(10, |_| Ok(())).await?;
    let mut phone = mine(&post).await?;
    let mut other = settled(&post, COLLEAGUE, true).await?;
    let both = |mut sent: Letter| {
        sent.cc.push(Person::new("", accounts::SHARED));
        sent
    };
    let first = both(letter("Deux boîtes"));
    let id = converted(&post, &mut phone, "nouveau", &first).await?;
    other.read().await?;
    other.handset.sync_whole().await?;
    post.gmail.world().deliver(&both(answer(&first, 1)));
    other.read().await?;
    tells(&post, &mut phone, ("nouveau", id), 1).await
}

#[tokio::test]
async fn one_that_comes_to_another_mailbox_than_the_ticket_was_made_in_is_told() -> Result<()> {
    let post = Post::with(10, |_| Ok(())).await?;
    let mut phone = mine(&post).await?;
    let mut other = settled(&post, COLLEAGUE, true).await?;
    for source in SOURCES {
        let first = letter(&format!("Autre boîte {source}"));
        let id = converted(&post, &mut phone, source, &first).await?;
        let mut sent = answer(&first, 1);
        sent.to = vec![Person::new("", accounts::SHARED)];
        post.gmail.world().deliver(&sent);
        other.read().await?;
        tells(&post, &mut phone, (source, id), 1).await?;
    }
    Ok(())
}

#[tokio::test]
async fn who_can_t_see_the_ticket_keeps_nobody_from_telling() -> Result<()> {
    let post = Post::with(10, |_| Ok(())).await?;
    // The first who reads the service's mailbox.
    let mut blind = settled(&post, COLLEAGUE, true).await?;
    let mut phone = settled(&post, TECHNICIAN, true).await?;
    for source in SOURCES {
        let mut first = letter(&format!("Hors de vue {source}"));
        first.to = vec![Person::new("", accounts::SHARED)];
        let id = converted(&post, &mut phone, source, &first).await?;
        post.house.narrow(source, COLLEAGUE)?;
        blind.handset.sync_whole().await?;
        let mut sent = answer(&first, 1);
        sent.to = vec![Person::new("", accounts::SHARED)];
        post.gmail.world().deliver(&sent);
        tells(&post, &mut phone, (source, id), 1).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_setting_says_who_sees_it_and_a_closed_ticket_is_left_alone() -> Result<()> {
    for (answers, expected) in [(Answers::Public, Some(false)), (Answers::No, None)] {
        let set = |google: &mut GmailConfig| {
            google.answers = answers;
            Ok(())
        };
        let post = Post::with(10, set).await?;
        let mut phone = mine(&post).await?;
        let first = letter("Réglage");
        let id = converted(&post, &mut phone, "nouveau", &first).await?;
        post.gmail.world().deliver(&answer(&first, 1));
        let count = usize::from(expected.is_some());
        tells(&post, &mut phone, ("nouveau", id), count).await?;
        let private = told(&post, "nouveau", id)
            .first()
            .map(|(private, _)| *private);
        assert_eq!(private, expected);
        {
            let mut world = post.house.new.world();
            let user = world.user_id(COLLEAGUE).context("a colleague")?;
            world.edit_ticket(id, user, &[("status", json!(6))]);
        }
        later().await;
        post.gmail.world().deliver(&answer(&first, 2));
        tells(&post, &mut phone, ("nouveau", id), count).await?;
    }
    Ok(())
}

#[tokio::test]
async fn one_that_is_read_late_is_told_on_the_ticket_that_was_there_when_it_came() -> Result<()> {
    let post = Post::with(10, |_| Ok(())).await?;
    let mut phone = mine(&post).await?;
    let first = letter("Lue en retard");
    let id = converted(&post, &mut phone, "nouveau", &first).await?;
    let kept = post.gmail.faults().add(
        Matcher::on("GET", "history"),
        Effect::Status(Canned::json(503, "{}")),
    );
    post.gmail.world().deliver(&answer(&first, 1));
    later().await;
    // Whoever links it now has not seen the answer, and it is none to what he links.
    let thread = named(&phone, &first.subject)?.key.clone();
    let second = phone.handset.own_ticket("nouveau", Status::Assigned)?;
    link(&mut phone.handset, &thread, &second, true)?;
    phone.handset.settle().await?;
    until(&mut phone.handset, "linked", |phone| {
        let thread = phone.thread(&thread);
        thread.is_ok_and(|thread| thread.ticket.as_ref() == Some(&second))
    })
    .await?;
    assert!(told(&post, "nouveau", id).is_empty());
    post.gmail.faults().remove(kept);
    tells(&post, &mut phone, ("nouveau", id), 1).await?;
    let second = i64::try_from(second.id.0)?;
    assert!(told(&post, "nouveau", second).is_empty());
    Ok(())
}

#[tokio::test]
async fn one_that_is_told_in_an_old_ticket_meanwhile_goes_along_and_so_does_its_conversation()
-> Result<()> {
    let post = Post::with(10, |_| Ok(())).await?;
    let mut phone = mine(&post).await?;
    let first = letter("Reprise en route");
    let id = converted(&post, &mut phone, "ancien", &first).await?;
    let old = TicketKey::new("ancien", u64::try_from(id)?);
    phone.handset.sync_whole().await?;
    let known = phone.handset.base(&old)?.clone();
    post.gmail.world().deliver(&answer(&first, 1));
    tells(&post, &mut phone, ("ancien", id), 1).await?;
    // The phone that carries it over has heard nothing of it, nor of the mail.
    phone.handset.tickets.insert(old.to_string(), known);
    let title = "Reprise en route, suite";
    let made = carry(&mut phone.handset, &old, "nouveau", title)?;
    phone.handset.settle().await?;
    assert!(
        made.all()
            .iter()
            .all(|id| is_delivered(&phone.handset, *id))
    );
    let new = number(&post.house, "nouveau", title)?;
    tells(&post, &mut phone, ("nouveau", i64::try_from(new.id.0)?), 1).await?;
    let thread = named(&phone, &first.subject)?.key.clone();
    until(&mut phone.handset, "its conversation", |phone| {
        let thread = phone.thread(&thread);
        thread.is_ok_and(|thread| thread.ticket.as_ref() == Some(&new))
    })
    .await
}
