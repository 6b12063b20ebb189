//! Tickets made by phones: created once, and what was done to them before they were there arrives on them.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tournee_core::changes::{ChangeBody, CreateTicket};
use tournee_core::domain::{Actor, Level, Named, Status, TicketType};
use tournee_core::ids::{ChangeId, TicketId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{Notice, ProblemKind, Wish};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::{Canned, Effect, Matcher};

use crate::carrying::stuck;
use crate::support::handset::{followup, status};
use crate::support::{Handset, House, SOURCES};

/// GLPI's number of *pending*.
const PENDING: i64 = 4;

pub fn create(phone: &Handset, source: &str, title: &str, content: &str) -> Result<ChangeBody> {
    let account = phone.account(source)?;
    Ok(ChangeBody::Create(Box::new(CreateTicket {
        title: title.to_owned(),
        content: content.to_owned(),
        kind: TicketType::Incident,
        urgency: Level::MEDIUM,
        impact: Level::MEDIUM,
        priority: Level::MEDIUM,
        entity: Named {
            id: 0,
            name: String::new(),
        },
        category: None,
        location: None,
        requester: Some(Actor::Email {
            address: "caisse@magasin.example".to_owned(),
        }),
        assignees: vec![Actor::User {
            id: account.user,
            name: account.name,
        }],
        groups: Vec::new(),
        due_at: None,
        origin: None,
        carried: None,
    })))
}

pub fn anywhere(source: &str) -> TicketKey {
    TicketKey::new(source, 0)
}

pub fn local(source: &str, creation: ChangeId) -> TicketKey {
    TicketKey {
        id: TicketId::local(creation),
        ..anywhere(source)
    }
}

/// Makes a ticket, a note on it and a move.
pub fn make(phone: &mut Handset, source: &str, title: &str) -> Result<[ChangeId; 3]> {
    let body = create(phone, source, title, "Tiroir <A4> forcé\nlundi")?;
    let creation = phone.edit(&anywhere(source), body)?;
    let key = local(source, creation);
    let note = phone.edit(&key, followup("Vu sur place."))?;
    let moved = phone.edit(&key, status(Status::Assigned, Status::Pending))?;
    Ok([creation, note, moved])
}

pub fn titled(house: &House, source: &str, title: &str) -> Vec<i64> {
    let world = house.glpi(source).world();
    let ids = world.ticket_ids().into_iter();
    ids.filter(|id| world.ticket(*id).is_some_and(|ticket| ticket.name == title))
        .collect()
}

pub fn is_delivered(phone: &Handset, id: ChangeId) -> bool {
    matches!(phone.state(id), Ok(State::Delivered { .. }))
}

/// One ticket of that title, with the note and the move on it; the phone names it by its real number.
fn is_there_once(
    house: &House,
    phone: &Handset,
    source: &str,
    title: &str,
    made: &[ChangeId],
) -> Result<()> {
    let there = titled(house, source, title);
    assert_eq!(there.len(), 1, "{source}: {there:?}");
    assert!(
        made.iter().all(|id| is_delivered(phone, *id)),
        "{:?}",
        phone.states()
    );
    let world = house.glpi(source).world();
    let ticket = world.ticket(there[0]).context("it is there")?;
    assert_eq!(ticket.status, PENDING);
    let notes = world.followups(there[0]);
    let count = notes
        .iter()
        .filter(|note| note.content.contains("Vu sur place."))
        .count();
    assert_eq!(count, 1, "{source}");
    let id = TicketId(u64::try_from(there[0])?);
    for change in made {
        let queued = phone.phone.outbox().get(*change).context("kept")?;
        assert_eq!(queued.change.ticket().map(|key| key.id), Some(id));
    }
    let key = TicketKey {
        id,
        ..anywhere(source)
    };
    let base = phone.base(&key)?;
    assert!(
        base.content.contains("forcé") && !base.content.contains("réf."),
        "{}",
        base.content
    );
    Ok(())
}

#[tokio::test]
async fn a_ticket_made_offline_lands_with_all_that_was_done_to_it() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let title = format!("Caisse 4 & 5 bloquées ({source})");
        let made = make(&mut phone, source, &title)?;
        phone.settle().await?;
        is_there_once(&house, &phone, source, &title, &made)?;
        // A page that was open under the old number.
        let late = phone.edit(&local(source, made[0]), followup("Plus tard."))?;
        phone.settle().await?;
        assert!(is_delivered(&phone, late));
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_does_not_double_a_ticket() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let lost = [
        Effect::DoThenLose,
        Effect::DoThenStatus(Canned::html(504, "<h1>Gateway Time-out</h1>")),
        Effect::DoThenStatus(Canned::json(404, r#"["ERROR_ITEM_NOT_FOUND",""]"#)),
    ];
    for (round, effect) in lost.into_iter().enumerate() {
        for source in SOURCES {
            let faults = house.glpi(source).faults();
            let rule = faults.add(Matcher::on("POST", "Ticket").times(1), effect.clone());
            let title = format!("Une seule fois {round} {source}");
            let made = make(&mut phone, source, &title)?;
            phone.settle().await?;
            assert_eq!(faults.hits(rule), 1);
            is_there_once(&house, &phone, source, &title, &made)?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn one_that_landed_in_the_trash_is_not_made_again() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        let rule = faults.add(Matcher::on("POST", "Ticket").times(1), Effect::DoThenLose);
        let title = format!("Jeté aussitôt {source}");
        let body = create(&phone, source, &title, "")?;
        let creation = phone.edit(&anywhere(source), body)?;
        let request = phone.phone.request(false);
        let answer = phone.send(&request).await?;
        phone.take_in(answer);
        crate::support::wait_until(|| async { Ok(titled(&house, source, &title).len() == 1) })
            .await?;
        let id = titled(&house, source, &title)[0];
        {
            let mut world = house.glpi(source).world();
            let somebody = world
                .user_id(tournee_sandbox::accounts::SUPER_ADMIN)
                .context("the super-admin")?;
            world.trash_ticket(id, somebody);
        }
        assert_eq!(faults.hits(rule), 1);
        // The look comes two seconds after the answer was lost.
        phone.settle().await?;
        assert!(is_delivered(&phone, creation), "{:?}", phone.states());
        assert_eq!(titled(&house, source, &title), [id]);
    }
    Ok(())
}

#[tokio::test]
async fn a_refused_creation_waits_with_its_dependants_and_all_go_together() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        let words = r#"["ERROR_GLPI_ADD","<p>Champ obligatoire : <b>catégorie</b></p>"]"#;
        faults.add(
            Matcher::on("POST", "Ticket").times(2),
            Effect::Status(Canned::json(400, words)),
        );
        let title = format!("Refusé d'abord {source}");
        let made = make(&mut phone, source, &title)?;
        let refused = |phone: &Handset| match phone.state(made[0]) {
            Ok(State::NeedsYou { problem }) => Some(problem),
            _ => None,
        };
        until_refused(&mut phone, refused).await?;
        let problem = refused(&phone).context("it waits")?;
        assert_eq!(problem.kind, ProblemKind::Refused);
        assert_eq!(
            problem.words.as_deref(),
            Some("Champ obligatoire : catégorie")
        );
        let creation = phone.phone.outbox().get(made[0]).context("kept")?;
        assert_eq!(phone.phone.outbox().held_up_by(creation).len(), 2);
        // Refused again, then taken back: nothing is left behind.
        phone.wish(made[0], Wish::Retry);
        until_refused(&mut phone, refused).await?;
        phone.wish(made[0], Wish::Withdraw);
        phone.settle().await?;
        for change in made {
            assert_eq!(kind_of(&phone.state(change)?), "withdrawn", "{source}");
        }
        assert!(titled(&house, source, &title).is_empty());
    }
    Ok(())
}

async fn until_refused<T>(
    phone: &mut Handset,
    refused: impl Fn(&Handset) -> Option<T>,
) -> Result<()> {
    for _ in 0..400 {
        phone.sync().await?;
        let asked = phone
            .phone
            .outbox()
            .iter()
            .any(|queued| queued.wish.is_some());
        if !asked && refused(phone).is_some() {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    anyhow::bail!("never refused: {:?}", phone.states())
}

fn kind_of(state: &State) -> &'static str {
    match state {
        State::Phone => "phone",
        State::Server => "server",
        State::Delivered { .. } => "delivered",
        State::NeedsYou { .. } => "needs you",
        State::Withdrawn { .. } => "withdrawn",
    }
}

#[tokio::test]
async fn what_names_a_local_number_late_or_again_arrives_on_the_real_ticket() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let title = format!("En retard {source}");
        let made = make(&mut phone, source, &title)?;
        // A request that was held up on the way says the same again, by the old number.
        let early = phone.phone.request(false);
        phone.settle().await?;
        let mut late = early.clone();
        let mut note = late.changes[1].clone();
        note.id = ChangeId(uuid::Uuid::now_v7());
        note.body = followup("Après coup.");
        late.changes.push(note.clone());
        let answer = phone.send(&late).await?;
        assert!(
            late.changes
                .iter()
                .all(|change| answer.received.contains(&change.id))
        );
        let id = titled(&house, source, &title)[0];
        crate::support::wait_until(|| async {
            let notes = house.glpi(source).world().followups(id);
            Ok(notes
                .iter()
                .filter(|note| note.content.contains("Après coup."))
                .count()
                == 1)
        })
        .await?;
        is_there_once(&house, &phone, source, &title, &made)?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_on_a_ticket_whose_creation_never_came_is_not_acknowledged() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let title = format!("Sans père {source}");
        let made = make(&mut phone, source, &title)?;
        let whole = phone.phone.request(false);
        let mut orphans = whole.clone();
        orphans.changes.retain(|change| change.id != made[0]);
        let answer = phone.send(&orphans).await?;
        assert!(answer.received.is_empty(), "{:?}", answer.received);
        phone.settle().await?;
        is_there_once(&house, &phone, source, &title, &made)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_restarts_in_between_creates_once() -> Result<()> {
    let mut house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut all = Vec::new();
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        faults.add(Matcher::on("POST", "Ticket").times(1), Effect::DoThenLose);
        let title = format!("Redémarrage {source}");
        all.push((source, title.clone(), make(&mut phone, source, &title)?));
    }
    let request = phone.phone.request(false);
    let answer = phone.send(&request).await?;
    phone.take_in(answer);
    house.stop().await?;
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    phone.settle().await?;
    for (source, title, made) in &all {
        is_there_once(&house, &phone, source, title, made)?;
    }
    Ok(())
}

#[tokio::test]
async fn what_a_glpi_can_not_keep_is_altered_and_said() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let body = create(&phone, "ancien", "Feu 🔥", "Papier <A4> dans C:\\new & co")?;
    let old = phone.edit(&anywhere("ancien"), body)?;
    let body = create(&phone, "nouveau", "Feu 🔥", "Papier <A4> dans C:\\new & co")?;
    let new = phone.edit(&anywhere("nouveau"), body)?;
    phone.settle().await?;
    let State::Delivered { notices, .. } = phone.state(old)? else {
        anyhow::bail!("{:?}", phone.state(old)?)
    };
    assert!(notices.contains(&Notice::EmojiSpelled) && notices.contains(&Notice::TextAltered));
    let State::Delivered { notices, .. } = phone.state(new)? else {
        anyhow::bail!("{:?}", phone.state(new)?)
    };
    assert_eq!(notices, []);
    let shown = |id: ChangeId| -> Result<String> {
        let queued = phone.phone.outbox().get(id).context("kept")?;
        let key = queued.change.ticket().context("on a ticket")?;
        Ok(phone.base(key)?.content.clone())
    };
    assert!(
        shown(new)?.contains("Papier &lt;A4&gt; dans C:\\new &amp; co"),
        "{}",
        shown(new)?
    );
    assert!(
        shown(old)?.contains("Papier &lt; A4&gt; dans C:\\ new &amp; co"),
        "{}",
        shown(old)?
    );
    Ok(())
}

/// A rule of theirs may move a ticket where its maker sees nothing: what he does not find may be one of those that GLPI keeps
/// from him.
#[tokio::test]
async fn one_that_may_have_left_his_sight_is_not_made_again_unasked() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    for source in SOURCES {
        house.narrow(source, TECHNICIAN)?;
    }
    let mut phone = house.phone()?;
    for source in SOURCES {
        phone.sign_in(source, TECHNICIAN).await?;
    }
    phone.sync_whole().await?;
    for source in SOURCES {
        // From the very first on.
        for wish in [Wish::Retry, Wish::Withdraw] {
            let title = format!("Réponse perdue {wish:?}");
            let faults = house.glpi(source).faults();
            let lost = Matcher::on("POST", "Ticket").times(1);
            let rule = faults.add(lost, Effect::DoThenLose);
            let body = create(&phone, source, &title, "Perdu")?;
            let second = phone.edit(&anywhere(source), body)?;
            stuck(&mut phone, &[second]).await?;
            faults.remove(rule);
            let State::NeedsYou { problem } = phone.state(second)? else {
                anyhow::bail!("{:?}", phone.state(second)?);
            };
            assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
            assert_eq!(titled(&house, source, &title).len(), 1, "{source}");
            phone.wish(second, wish);
            phone.settle().await?;
            let times = if wish == Wish::Retry { 2 } else { 1 };
            assert_eq!(titled(&house, source, &title).len(), times, "{source}");
        }
        // Typed anew before he knew: that waits for his answer.
        let title = format!("Perdu puis retapé {source}");
        let faults = house.glpi(source).faults();
        let lost = Matcher::on("POST", "Ticket").times(1);
        let rule = faults.add(lost, Effect::DoThenLose);
        let old = phone.edit(&anywhere(source), create(&phone, source, &title, "Perdu")?)?;
        phone.sync().await?;
        crate::support::wait_until(|| async { Ok(faults.hits(rule) == 1) }).await?;
        faults.remove(rule);
        let anew = format!("{title} encore");
        let body = create(&phone, source, &anew, "Retapé")?;
        let new = phone.replace(&local(source, old), body, Some(old))?;
        stuck(&mut phone, &[old]).await?;
        for _ in 0..10 {
            phone.sync_whole().await?;
        }
        assert!(matches!(phone.state(old)?, State::NeedsYou { .. }));
        assert_eq!(titled(&house, source, &anew).len(), 0, "{source}");
        phone.wish(old, Wish::Withdraw);
        phone.settle().await?;
        assert!(is_delivered(&phone, new), "{:?}", phone.state(new)?);
        assert_eq!(titled(&house, source, &anew).len(), 1, "{source}");
        assert_eq!(titled(&house, source, &title).len(), 1, "{source}");
        let body = create(&phone, source, "Parti dès sa naissance", "Vu")?;
        let told = phone.edit(&anywhere(source), body)?;
        phone.settle().await?;
        assert!(is_delivered(&phone, told), "{:?}", phone.state(told)?);
    }
    Ok(())
}

/// Who sees all of it but the one that is his; and who sees all, while others make tickets and purge them.
#[tokio::test]
async fn what_is_not_found_is_made_again_where_glpi_keeps_nothing_from_its_maker() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        // In this order: what is kept from him may be any ticket of those seconds.
        for is_kept in [false, true] {
            let title = format!("Introuvable {is_kept}");
            let faults = house.glpi(source).faults();
            let effect = match is_kept {
                true => Effect::DoThenLose,
                false => Effect::LoseBefore,
            };
            let rule = faults.add(Matcher::on("POST", "Ticket").times(1), effect);
            let body = create(&phone, source, &title, "Perdu")?;
            let made = phone.edit(&anywhere(source), body)?;
            phone.send(&phone.phone.request(false)).await?;
            crate::support::wait_until(|| async {
                let born = titled(&house, source, &title).len();
                Ok(faults.hits(rule) == 1 && born == usize::from(is_kept))
            })
            .await?;
            others(&house, source, &title)?;
            if is_kept {
                stuck(&mut phone, &[made]).await?;
            } else {
                phone.settle().await?;
            }
            let state = phone.state(made)?;
            assert_eq!(!is_kept, is_delivered(&phone, made), "{source}: {state:?}");
            assert_eq!(titled(&house, source, &title).len(), 1, "{source}");
        }
    }
    Ok(())
}

/// A rule takes the ticket of this title out of everybody's sight; others make tickets, purge one, and bin one.
fn others(house: &House, source: &str, title: &str) -> Result<()> {
    let born = titled(house, source, title);
    let mut world = house.glpi(source).world();
    for id in born {
        anyhow::ensure!(world.set("Ticket", id, "entities_id", 9_999.into()));
    }
    let mut add = || {
        let now = world.now_text();
        let row = [
            ("entities_id", 0.into()),
            ("name", "D’un collègue".into()),
            ("date", now.as_str().into()),
            ("date_creation", now.as_str().into()),
            ("date_mod", now.as_str().into()),
            ("status", 1.into()),
        ];
        world.insert("Ticket", &row)
    };
    let [_, purged, binned] = [add(), add(), add()];
    world.purge_ticket(purged);
    world.trash_ticket(binned, 2);
    Ok(())
}
