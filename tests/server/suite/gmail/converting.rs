//! Mails that become tickets: once for a chain, whoever converts it, wherever it lies, whatever is lost on the way.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tournee::backup::backup;
use tournee_core::changes::ChangeBody;
use tournee_core::domain::{MailName, MailOrigin, Thread};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{Notice, ProblemKind};
use tournee_sandbox::gmail::mailbox::Person;
use tournee_sandbox::gmail::{Letter, accounts};
use tournee_sandbox::{Effect, Matcher};

use super::post::{Post, Reader};
use crate::creation::{anywhere, create, local, titled};
use crate::support::handset::followup;
use crate::support::{Handset, SOURCES, wait_until};

pub const COLLEAGUE: &str = "croumieux";

pub fn letter(subject: &str) -> Letter {
    let from = Person::new("Noémie Esmieu", "user01@magasin.example");
    let to = Person::new("", accounts::TECHNICIAN);
    let text = "Bonjour,\n\nElle fume.\n";
    Letter::new(from, to, subject, text, jiff::Timestamp::now())
}

/// Somebody signed in to both GLPIs, whose phone has his mails and tickets.
pub async fn settled(post: &Post, login: &str, shared: bool) -> Result<Reader> {
    let mut phone = post.phone_of(login).await?;
    phone.handset.sign_in("ancien", login).await?;
    let address = match shared {
        true => accounts::SHARED,
        false => accounts::TECHNICIAN,
    };
    phone.connect(shared, "accept", address).await?;
    phone.read().await?;
    phone.handset.sync_whole().await?;
    Ok(phone)
}

pub async fn mine(post: &Post) -> Result<Reader> {
    settled(post, tournee_sandbox::accounts::TECHNICIAN, false).await
}

pub fn named<'a>(phone: &'a Reader, subject: &str) -> Result<&'a Thread> {
    let mut threads = phone.threads.values();
    let found = threads.find(|thread| thread.subject() == subject);
    found.with_context(|| format!("{subject} is on the phone"))
}

/// The thread of that subject becomes a ticket of the same title.
pub fn convert(phone: &mut Reader, source: &str, subject: &str) -> Result<ChangeId> {
    let thread = named(phone, subject)?;
    let origin = MailOrigin::of(&thread.key, &thread.mails[0]);
    convert_as(&mut phone.handset, source, subject, origin)
}

fn convert_as(
    phone: &mut Handset,
    source: &str,
    title: &str,
    origin: MailOrigin,
) -> Result<ChangeId> {
    let ChangeBody::Create(mut body) = create(phone, source, title, "Elle fume.")? else {
        anyhow::bail!("a creation")
    };
    body.origin = Some(origin);
    phone.edit(&anywhere(source), ChangeBody::Create(body))
}

pub fn notices(phone: &Handset, change: ChangeId) -> Result<Vec<Notice>> {
    match phone.state(change)? {
        State::Delivered { notices, .. } => Ok(notices),
        other => anyhow::bail!("{other:?}"),
    }
}

pub fn key(source: &str, id: i64) -> TicketKey {
    TicketKey::new(source, id.cast_unsigned())
}

#[tokio::test]
async fn a_thread_and_its_ticket_know_each_other_in_both_glpis() -> Result<()> {
    let post = Post::open().await?;
    for source in SOURCES {
        post.gmail
            .world()
            .deliver(&letter(&format!("Caisse {source}")));
    }
    let mut phone = mine(&post).await?;
    for source in SOURCES {
        let subject = format!("Caisse {source}");
        let origin = named(&phone, &subject)?;
        let root = origin.mails[0].message_id.clone().context("an id")?;
        let change = convert(&mut phone, source, &subject)?;
        let note = {
            let local = phone.handset.phone.made_of(&named(&phone, &subject)?.key);
            phone
                .handset
                .edit(&local.context("at once")?, followup("Vu."))?
        };
        phone.handset.settle().await?;
        assert_eq!(notices(&phone.handset, change)?, []);
        notices(&phone.handset, note)?;
        let ids = titled(&post.house, source, &subject);
        assert_eq!(ids.len(), 1);
        let content = post
            .house
            .glpi(source)
            .world()
            .ticket(ids[0])
            .context("there")?
            .content;
        let name = MailName::of(&root).context("a name")?;
        assert!(name.is_linked_in(&content), "{content}");
        phone.read().await?;
        assert_eq!(named(&phone, &subject)?.ticket, Some(key(source, ids[0])));
        let shown = &phone.handset.base(&key(source, ids[0]))?.content;
        assert!(
            shown.contains("Elle fume.") && name.is_linked_in(shown),
            "{shown}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn two_phones_make_one_ticket_of_one_thread() -> Result<()> {
    let post = Post::open().await?;
    post.gmail.world().deliver(&letter("Deux téléphones"));
    let (mut one, mut two) = (mine(&post).await?, mine(&post).await?);
    for source in SOURCES {
        let subject = format!("Deux téléphones {source}");
        post.gmail.world().deliver(&letter(&subject));
        one.read().await?;
        two.read().await?;
        let first = convert(&mut one, source, &subject)?;
        let second = convert(&mut two, source, &subject)?;
        let both = [&mut one, &mut two].map(|phone| phone.handset.settle());
        futures::future::try_join_all(both).await?;
        let ids = titled(&post.house, source, &subject);
        assert_eq!(ids.len(), 1, "{source}");
        let said = [
            notices(&one.handset, first)?,
            notices(&two.handset, second)?,
        ];
        let told = said
            .iter()
            .filter(|notices| notices.contains(&Notice::MailConverted));
        assert_eq!(told.count(), 1, "{said:?}");
        for (phone, change) in [(&one, first), (&two, second)] {
            let queued = phone.handset.phone.outbox().get(change).context("kept")?;
            assert_eq!(queued.change.ticket(), Some(&key(source, ids[0])));
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_typed_anew_while_its_mail_is_found_to_be_a_ticket_becomes_that_one() -> Result<()>
{
    let post = Post::open().await?;
    let (mut one, mut two) = (mine(&post).await?, mine(&post).await?);
    for source in SOURCES {
        let subject = format!("Tapé deux fois {source}");
        post.gmail.world().deliver(&letter(&subject));
        one.read().await?;
        two.read().await?;
        convert(&mut one, source, &subject)?;
        one.handset.settle().await?;
        let id = titled(&post.house, source, &subject)[0];
        let slow = post.house.glpi(source).faults().add(
            Matcher::on("GET", &format!("Ticket/{id}")),
            Effect::Delay(Duration::from_millis(1_500)),
        );
        let first = convert(&mut two, source, &subject)?;
        let phone = &mut two.handset;
        phone.sync().await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let queued = phone.phone.outbox().get(first).context("kept")?;
        let mut body = queued.change.body.clone();
        if let ChangeBody::Create(create) = &mut body {
            create.title = format!("{subject}, autrement");
        }
        let own = local(source, first);
        let again = phone.replace(&own, body, Some(first))?;
        let note = phone.edit(&own, followup("Vu sur place."))?;
        phone.sync().await?;
        post.house.glpi(source).faults().remove(slow);
        phone.settle().await?;
        assert!(matches!(phone.state(first)?, State::Withdrawn { .. }));
        assert_eq!(notices(phone, again)?, [Notice::MailConverted]);
        for change in [again, note] {
            let queued = phone.phone.outbox().get(change).context("kept")?;
            assert!(
                matches!(queued.state, State::Delivered { .. }),
                "{queued:?}"
            );
            assert_eq!(queued.change.ticket(), Some(&key(source, id)));
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_chain_that_reached_two_mailboxes_makes_one_ticket() -> Result<()> {
    let post = Post::open().await?;
    let mut first = letter("Partout");
    first.cc.push(Person::new("", accounts::SHARED));
    post.gmail.world().deliver(&first);
    let mut mine = mine(&post).await?;
    let mut shared = settled(&post, COLLEAGUE, true).await?;
    let change = convert(&mut mine, "nouveau", "Partout")?;
    mine.handset.settle().await?;
    notices(&mine.handset, change)?;
    let id = titled(&post.house, "nouveau", "Partout")[0];
    // The colleague had no network, and does not know yet.
    let late = convert(&mut shared, "nouveau", "Partout")?;
    shared.handset.settle().await?;
    assert_eq!(notices(&shared.handset, late)?, [Notice::MailConverted]);
    assert_eq!(titled(&post.house, "nouveau", "Partout"), [id]);
    shared.read().await?;
    assert_eq!(named(&shared, "Partout")?.ticket, Some(key("nouveau", id)));

    // In the other GLPI it would be a second one: he is asked.
    let elsewhere = convert(&mut shared, "ancien", "Partout")?;
    for _ in 0..200 {
        shared.handset.sync().await?;
        if matches!(shared.handset.state(elsewhere)?, State::NeedsYou { .. }) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let State::NeedsYou { problem } = shared.handset.state(elsewhere)? else {
        anyhow::bail!("{:?}", shared.handset.state(elsewhere)?)
    };
    assert_eq!(problem.kind, ProblemKind::MailConverted);
    assert_eq!(problem.words, Some(format!("nouveau #{id}")));
    assert!(titled(&post.house, "ancien", "Partout").is_empty());
    Ok(())
}

#[tokio::test]
async fn one_that_lands_while_another_is_still_looked_for_is_that_one() -> Result<()> {
    let post = Post::open().await?;
    let subject = |source: &str| format!("Pendant la recherche {source}");
    for source in SOURCES {
        let mut both = letter(&subject(source));
        both.cc.push(Person::new("", accounts::SHARED));
        post.gmail.world().deliver(&both);
    }
    let mut mine = mine(&post).await?;
    let mut shared = settled(&post, COLLEAGUE, true).await?;
    for source in SOURCES {
        let subject = subject(source);
        let faults = post.house.glpi(source).faults();
        let search = Matcher::on("GET", "search/Ticket").times(1);
        let late = convert(&mut shared, source, &subject)?;
        let request = shared.handset.phone.request(false);
        // GLPI found nothing, and is slow to say so.
        let rule = faults.add(search, Effect::Delay(std::time::Duration::from_secs(3)));
        shared.handset.send(&request).await?;
        wait_until(|| async { Ok(faults.hits(rule) == 1) }).await?;
        let first = convert(&mut mine, source, &subject)?;
        mine.handset.settle().await?;
        assert_eq!(notices(&mine.handset, first)?, []);
        shared.handset.settle().await?;
        let said = notices(&shared.handset, late)?;
        assert_eq!(said, [Notice::MailConverted], "{source}");
        assert_eq!(titled(&post.house, source, &subject).len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_server_without_memory_finds_the_link_in_glpi_and_gmail_alone() -> Result<()> {
    let mut post = Post::open().await?;
    for source in SOURCES {
        post.gmail
            .world()
            .deliver(&letter(&format!("Oubli {source}")));
    }
    let mut phone = mine(&post).await?;
    for source in SOURCES {
        convert(&mut phone, source, &format!("Oubli {source}"))?;
    }
    phone.handset.settle().await?;
    let elsewhere = tempfile::tempdir()?;
    post.house.stop().await?;
    post.house.config.data_dir = elsewhere.path().to_owned();
    post.house.start().await?;
    let mut again = mine(&post).await?;
    again.read().await?;
    for source in SOURCES {
        let subject = format!("Oubli {source}");
        let id = titled(&post.house, source, &subject)[0];
        assert_eq!(
            named(&again, &subject)?.ticket,
            Some(key(source, id)),
            "{source}"
        );
        let late = convert(&mut again, source, &subject)?;
        again.handset.settle().await?;
        assert_eq!(notices(&again.handset, late)?, [Notice::MailConverted]);
        assert_eq!(titled(&post.house, source, &subject), [id]);
    }
    Ok(())
}

#[tokio::test]
async fn a_server_put_back_to_its_backup_asks_the_other_glpi_too() -> Result<()> {
    let mut post = Post::open().await?;
    let [here, there] = SOURCES;
    let subject = "Avant la sauvegarde";
    post.gmail.world().deliver(&letter(subject));
    let (mut one, mut two) = (mine(&post).await?, mine(&post).await?);
    let file = post.house.config.data_dir.join("nightly.sqlite");
    backup(&post.house.config.data_dir, &file).await?;
    convert(&mut one, here, subject)?;
    one.handset.settle().await?;
    let ids = titled(&post.house, here, subject);
    assert_eq!(ids.len(), 1);
    // Out of everybody's sight, so that no reading brings the link back.
    {
        let mut world = post.house.glpi(here).world();
        let by = world.user_id(tournee_sandbox::accounts::TECHNICIAN);
        let by = by.context("he is known")?;
        let colleague = world.user_id(COLLEAGUE).context("so is he")?;
        world.unassign_all(ids[0], by);
        world.assign(ids[0], colleague, by);
    }
    post.house.stop().await?;
    post.house.restore(&file)?;
    post.house.start().await?;
    two.handset.base = format!("http://{}", post.house.address);
    // It starts over.
    two.handset.sync().await?;

    let faults = post.house.glpi(here).faults();
    faults.add(Matcher::any(), Effect::LoseBefore);
    let late = convert(&mut two, there, subject)?;
    two.handset.sync().await?;
    assert!(
        matches!(two.handset.state(late)?, State::Server),
        "one that is down is waited for"
    );
    faults.clear();
    two.handset.settle().await?;
    let State::NeedsYou { problem } = two.handset.state(late)? else {
        anyhow::bail!("{:?}", two.handset.state(late)?)
    };
    assert_eq!(problem.kind, ProblemKind::MailConverted);
    let words = problem.words.context("which one it is")?;
    assert!(words.ends_with(&format!("#{}", ids[0])), "{words}");
    assert!(titled(&post.house, there, subject).is_empty());

    // A mail that came since is nobody's ticket but this server's: no other GLPI is asked, nor waited for.
    // Gmail knows seconds.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let subject = "Depuis la sauvegarde";
    post.gmail.world().deliver(&letter(subject));
    two.read().await?;
    faults.add(Matcher::any(), Effect::LoseBefore);
    convert(&mut two, there, subject)?;
    two.handset.sync().await?;
    wait_until(|| async { Ok(titled(&post.house, there, subject).len() == 1) }).await
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_ticket_and_a_purged_one_frees_its_mail() -> Result<()> {
    let post = Post::open().await?;
    for source in SOURCES {
        post.gmail
            .world()
            .deliver(&letter(&format!("Perdu {source}")));
    }
    let mut phone = mine(&post).await?;
    for source in SOURCES {
        let subject = format!("Perdu {source}");
        let faults = post.house.glpi(source).faults();
        faults.add(Matcher::on("POST", "Ticket").times(1), Effect::DoThenLose);
        let change = convert(&mut phone, source, &subject)?;
        phone.handset.settle().await?;
        assert_eq!(notices(&phone.handset, change)?, []);
        let ids = titled(&post.house, source, &subject);
        assert_eq!(ids.len(), 1);
        post.house.glpi(source).world().purge_ticket(ids[0]);
        let again = convert(&mut phone, source, &subject)?;
        phone.handset.settle().await?;
        assert_eq!(notices(&phone.handset, again)?, [], "{source}");
        let queued = phone.handset.phone.outbox().get(again).context("kept")?;
        let made = titled(&post.house, source, &subject);
        assert_eq!(queued.change.ticket(), Some(&key(source, made[0])));
        assert_ne!(made, ids);
    }
    Ok(())
}
