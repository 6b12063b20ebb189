//! A ticket of one GLPI takes the place of another's: once, with all that belongs to it, and that one closed.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use tournee_core::carry::{description, notes};
use tournee_core::changes::{AddFollowup, AttachTicketFile, CarryOver, ChangeBody};
use tournee_core::domain::{
    EntryKind, Status, Ticket, carried_from, carried_into, carried_into_line,
};
use tournee_core::ids::{ChangeId, TicketId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::phone::EditError;
use tournee_core::time::Instant;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::accounts::technician;
use tournee_sandbox::{Canned, Effect, Matcher};
use uuid::Uuid;

use crate::creation::{anywhere, create, is_delivered, local, titled};
use crate::files::{file, photo, put};
use crate::held::until_held;
use crate::support::handset::{followup, solution, status};
use crate::support::{Handset, House, SOURCES};

/// From one to the other, whichever is the older: the dialects differ on both sides.
pub const WAYS: [[&str; 2]; 2] = [["ancien", "nouveau"], ["nouveau", "ancien"]];
const CLOSED: i64 = 6;

/// An open ticket of his, with a note, one that the requester may not see, and a photo.
pub async fn old_ticket(phone: &mut Handset, source: &str) -> Result<TicketKey> {
    let old = phone.own_ticket(source, Status::Assigned)?;
    let (name, bytes) = (format!("photo-{source}.jpg"), photo(source));
    let photo = file(&name, &bytes);
    put(phone, &photo, 0, &bytes).await?;
    phone.ready.insert(photo.hash.clone());
    phone.edit(&old, followup("Vu avec le magasin."))?;
    phone.edit(&old, ChangeBody::Attach(photo))?;
    phone.edit(
        &old,
        ChangeBody::Followup(AddFollowup {
            content: "Le mot de passe est au coffre.".to_owned(),
            private: true,
        }),
    )?;
    phone.settle().await?;
    Ok(old)
}

fn when(at: Instant) -> String {
    format!("jour {}", at.0 / 86_400)
}

pub struct Carried {
    pub creation: ChangeId,
    pub beside: Vec<ChangeId>,
}

impl Carried {
    pub fn all(&self) -> Vec<ChangeId> {
        let mut all = vec![self.creation];
        all.extend(&self.beside);
        all
    }
}

/// What the page does.
pub fn carry(phone: &mut Handset, old: &TicketKey, to: &str, title: &str) -> Result<Carried> {
    let ticket = phone.base(old)?.clone();
    let files = ticket
        .timeline
        .iter()
        .flatten()
        .filter_map(|entry| match &entry.what {
            EntryKind::Document(document) => Some(AttachTicketFile::of(old, document)),
            _ => None,
        });
    let files = files.map(|file| ChangeBody::TicketFile(Box::new(file)));
    let notes = notes(&ticket, "Autre", when)
        .into_iter()
        .map(ChangeBody::Followup);
    let steps = CarryOver::all(&ticket, &anywhere(to), "Celui-ci");
    let steps = steps.map(|step| ChangeBody::Carry(Box::new(step)));
    let beside: Vec<(ChangeId, ChangeBody)> = notes
        .chain(files)
        .chain(steps)
        .map(|body| (ChangeId(Uuid::now_v7()), body))
        .collect();
    let text = description(&ticket, "Autre", when);
    let ChangeBody::Create(mut body) = create(phone, to, title, &text)? else {
        bail!("a creation")
    };
    body.carried = Some(old.clone());
    let creation = phone.convert(&anywhere(to), ChangeBody::Create(body), &beside)?;
    Ok(Carried {
        creation,
        beside: beside.into_iter().map(|(id, _)| id).collect(),
    })
}

/// Until one of these waits for him: what waits behind it settles no sooner.
pub async fn stuck(phone: &mut Handset, among: &[ChangeId]) -> Result<ChangeId> {
    for _ in 0..400 {
        phone.sync_whole().await?;
        let waits = |id: &&ChangeId| matches!(phone.state(**id), Ok(State::NeedsYou { .. }));
        if let Some(id) = among.iter().find(waits) {
            return Ok(*id);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    bail!("{:?}", phone.states())
}

async fn decided(phone: &mut Handset, creation: ChangeId) -> Result<bool> {
    for _ in 0..400 {
        phone.sync_whole().await?;
        match phone.state(creation)? {
            State::Delivered { .. } => return Ok(true),
            State::NeedsYou { .. } => return Ok(false),
            _ => tokio::time::sleep(Duration::from_millis(25)).await,
        }
    }
    bail!("{:?}", phone.states())
}

/// Reads a ticket that may have left his scope, as GLPI has it.
pub fn closed_with_a_link(house: &House, old: &TicketKey, new: &TicketKey) -> Result<()> {
    let world = house.glpi(&old.source.0).world();
    let id = i64::try_from(old.id.0)?;
    let ticket = world.ticket(id).context("the old one")?;
    assert_eq!(ticket.status, CLOSED, "{old}");
    let line = carried_into_line(new);
    let notes = world.followups(id);
    let links = notes.iter().filter(|note| note.content.contains(&line));
    assert_eq!(links.count(), 1, "{notes:?}");
    let number = format!("#{}", new.id);
    let solutions = world.solutions(id);
    let told = solutions.iter().filter(|one| one.content.contains(&number));
    assert_eq!(told.count(), 1, "{solutions:?}");
    Ok(())
}

pub fn whole(house: &House, old: &Ticket, new: &TicketKey) -> Result<()> {
    let world = house.glpi(&new.source.0).world();
    let id = i64::try_from(new.id.0)?;
    let notes = world.followups(id);
    let count = |words: &str| notes.iter().filter(|n| n.content.contains(words)).count();
    assert_eq!(count("Vu avec le magasin."), 1, "{notes:?}");
    assert_eq!(count("Le mot de passe"), 1, "{notes:?}");
    let secret = notes.iter().find(|n| n.content.contains("Le mot de passe"));
    assert!(secret.is_some_and(|note| note.is_private));
    let open = notes
        .iter()
        .find(|n| n.content.contains("Vu avec le magasin."));
    assert!(open.is_some_and(|note| !note.is_private));
    let documents = world.documents(id);
    let theirs = old.timeline.iter().flatten();
    let theirs = theirs.filter(|entry| matches!(entry.what, EntryKind::Document(_)));
    assert_eq!(documents.len(), theirs.count(), "{documents:?}");
    let bytes = photo(&old.key.source.0);
    assert_eq!(documents.iter().filter(|one| one.bytes == bytes).count(), 1);
    Ok(())
}

pub fn number(house: &House, source: &str, title: &str) -> Result<TicketKey> {
    let there = titled(house, source, title);
    assert_eq!(there.len(), 1, "{source}: {there:?}");
    Ok(TicketKey {
        id: TicketId(u64::try_from(there[0])?),
        ..anywhere(source)
    })
}

#[tokio::test]
async fn a_ticket_is_carried_over_with_all_that_belongs_to_it_and_closed() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for [from, to] in WAYS {
        let title = format!("Repris {from}");
        let old = old_ticket(&mut phone, from).await?;
        let before = phone.base(&old)?.clone();
        let made = carry(&mut phone, &old, to, &title)?;
        // Known here at once, and not twice.
        let mine = local(to, made.creation);
        assert_eq!(phone.phone.carried_into(&before), Some(mine));
        let again = carry(&mut phone, &old, to, &title).map(|_| ());
        let error = again.err().context("refused")?;
        assert_eq!(error.downcast_ref(), Some(&EditError::Carried));
        phone.settle().await?;
        for id in made.all() {
            assert!(is_delivered(&phone, id), "{:?}", phone.state(id)?);
        }
        let new = number(&house, to, &title)?;
        whole(&house, &before, &new)?;
        closed_with_a_link(&house, &old, &new)?;
        assert_eq!(carried_from(&phone.base(&new)?.content), Some(old.clone()));
        assert_eq!(carried_into(phone.base(&old)?), Some(new.clone()));
        assert_eq!(phone.phone.carried_into(&before), Some(new));
    }
    Ok(())
}

#[tokio::test]
async fn nothing_is_doubled_whatever_is_lost_on_the_way() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let page = || Effect::DoThenStatus(Canned::html(504, "<h1>Gateway Time-out</h1>"));
    for [from, to] in WAYS {
        let title = format!("Perdu {from}");
        let old = old_ticket(&mut phone, from).await?;
        let before = phone.base(&old)?.clone();
        let there = house.glpi(to).faults();
        let here = house.glpi(from).faults();
        let rules = [
            there.add(Matcher::on("POST", "Ticket").times(1), Effect::DoThenLose),
            there.add(Matcher::on("POST", "Followup").times(1), page()),
            there.add(Matcher::on("POST", "Document").times(1), Effect::DoThenLose),
        ];
        let notes = here.add(Matcher::on("POST", "Followup").times(1), page());
        let closing = here.add(Matcher::on("PUT", "Ticket").times(1), Effect::DoThenLose);
        let made = carry(&mut phone, &old, to, &title)?;
        phone.settle().await?;
        assert!(rules.iter().all(|rule| there.hits(*rule) == 1));
        assert_eq!((here.hits(notes), here.hits(closing)), (1, 1));
        for id in made.all() {
            assert!(is_delivered(&phone, id), "{:?}", phone.state(id)?);
        }
        let new = number(&house, to, &title)?;
        whole(&house, &before, &new)?;
        closed_with_a_link(&house, &old, &new)?;
    }
    Ok(())
}

#[tokio::test]
async fn two_phones_carry_a_ticket_over_once() -> Result<()> {
    let house = House::open().await?;
    let mut one = house.ready_phone().await?;
    let mut two = house.ready_phone().await?;
    for [from, to] in WAYS {
        let title = format!("Deux {from}");
        let old = old_ticket(&mut one, from).await?;
        two.sync_whole().await?;
        let first = carry(&mut one, &old, to, &title)?;
        let second = carry(&mut two, &old, to, &title)?;
        let (mine, theirs) = tokio::join!(
            decided(&mut one, first.creation),
            decided(&mut two, second.creation)
        );
        assert_ne!(mine?, theirs?);
        let (made, phone) = match is_delivered(&one, first.creation) {
            true => (&first, &mut one),
            false => (&second, &mut two),
        };
        phone.settle().await?;
        assert!(made.all().iter().all(|id| is_delivered(phone, *id)));
        let new = number(&house, to, &title)?;
        closed_with_a_link(&house, &old, &new)?;
        let (late, phone) = match is_delivered(&one, first.creation) {
            true => (&second, &mut two),
            false => (&first, &mut one),
        };
        let State::NeedsYou { problem } = phone.state(late.creation)? else {
            bail!("{:?}", phone.state(late.creation)?)
        };
        assert_eq!(problem.kind, ProblemKind::Carried);
        assert_eq!(problem.words, Some(format!("{to} #{}", new.id)));
        // All of it goes with it.
        phone.wish(late.creation, Wish::Withdraw);
        phone.settle().await?;
        for id in late.all() {
            let state = phone.state(id)?;
            assert!(matches!(state, State::Withdrawn { .. }), "{state:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn who_can_t_see_the_new_one_makes_no_second_while_the_old_one_has_no_note() -> Result<()> {
    for [from, to] in WAYS {
        let house = House::open().await?;
        let mut one = house.ready_phone().await?;
        let title = format!("Étroit {from}");
        let old = old_ticket(&mut one, from).await?;
        house.narrow(to, &technician(2))?;
        let mut two = house.phone()?;
        for source in SOURCES {
            two.sign_in(source, &technician(2)).await?;
        }
        two.sync_whole().await?;
        two.tickets.insert(old.to_string(), one.base(&old)?.clone());
        let no = Canned::json(400, r#"["ERROR_GLPI_ADD","Le plugin dit non"]"#);
        let faults = house.glpi(from).faults();
        let rule = faults.add(Matcher::on("POST", "Followup"), Effect::Status(no));
        let first = carry(&mut one, &old, to, &title)?;
        stuck(&mut one, &first.beside).await?;
        faults.remove(rule);
        let new = number(&house, to, &title)?;
        assert!(!two.has(&new), "{to}");
        let second = carry(&mut two, &old, to, &title)?;
        stuck(&mut two, &[second.creation]).await?;
        let State::NeedsYou { problem } = two.state(second.creation)? else {
            bail!("{:?}", two.state(second.creation)?)
        };
        assert_eq!(problem.kind, ProblemKind::Carried, "{to}");
        assert_eq!(problem.words, Some(format!("{to} #{}", new.id)));
        // Where that one is gone, and the old one is opened again, the place is free.
        let id = i64::try_from(new.id.0)?;
        house.glpi(to).world().purge_ticket(id);
        {
            let mut world = house.glpi(from).world();
            let user = world.user_id("glpi").context("a user")?;
            let opened = [("status", json!(Status::Assigned.to_glpi()))];
            world.edit_ticket(i64::try_from(old.id.0)?, user, &opened);
        }
        two.wish(second.creation, Wish::Retry);
        let made = decided(&mut two, second.creation).await?;
        assert!(made, "{to}: {:?}", two.state(second.creation)?);
        assert_ne!(number(&house, to, &title)?, new);
    }
    Ok(())
}

#[tokio::test]
async fn a_server_without_memory_finds_what_was_carried_over() -> Result<()> {
    let mut house = House::open().await?;
    let elsewhere = tempfile::tempdir()?;
    let mut phone = house.ready_phone().await?;
    let old = old_ticket(&mut phone, "ancien").await?;
    carry(&mut phone, &old, "nouveau", "Avant")?;
    phone.settle().await?;
    let new = number(&house, "nouveau", "Avant")?;
    house.stop().await?;
    house.config.data_dir = elsewhere.path().to_owned();
    house.start().await?;
    // Another phone, which holds the old ticket of before.
    let mut again = house.ready_phone().await?;
    let ticket = phone.base(&old)?.clone();
    assert_eq!(carried_into(&ticket), Some(new.clone()));
    again.tickets.insert(old.to_string(), ticket);
    let late = carry(&mut again, &old, "nouveau", "Avant")?;
    stuck(&mut again, &[late.creation]).await?;
    let State::NeedsYou { problem } = again.state(late.creation)? else {
        bail!("{:?}", again.state(late.creation)?)
    };
    assert_eq!(problem.kind, ProblemKind::Carried);
    number(&house, "nouveau", "Avant").map(drop)
}

#[tokio::test]
async fn a_refused_creation_leaves_the_old_ticket_alone() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let old = old_ticket(&mut phone, "ancien").await?;
    let faults = house.glpi("nouveau").faults();
    let no = Canned::json(400, r#"["ERROR_GLPI_ADD","Champ obligatoire"]"#);
    let rule = faults.add(Matcher::on("POST", "Ticket"), Effect::Status(no));
    let made = carry(&mut phone, &old, "nouveau", "Refusé")?;
    stuck(&mut phone, &[made.creation]).await?;
    let State::NeedsYou { problem } = phone.state(made.creation)? else {
        bail!("{:?}", phone.state(made.creation)?)
    };
    assert_eq!(problem.kind, ProblemKind::Refused);
    // All else waits behind it, also on the other ticket.
    let outbox = phone.phone.outbox();
    let creation = outbox.get(made.creation).context("kept")?;
    assert_eq!(outbox.held_up_by(creation).len(), made.beside.len());
    let untouched = |house: &House| -> Result<i64> {
        let world = house.glpi("ancien").world();
        let ticket = world.ticket(i64::try_from(old.id.0)?);
        Ok(ticket.context("there")?.status)
    };
    assert_ne!(untouched(&house)?, CLOSED);
    faults.remove(rule);
    phone.wish(made.creation, Wish::Retry);
    phone.settle().await?;
    for id in made.all() {
        assert!(is_delivered(&phone, id), "{:?}", phone.state(id)?);
    }
    closed_with_a_link(&house, &old, &number(&house, "nouveau", "Refusé")?)
}

#[tokio::test]
async fn what_the_other_phone_does_to_the_old_ticket_says_that_it_waits() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut second = house.ready_phone().await?;
    let old = old_ticket(&mut phone, "ancien").await?;
    second.sync_whole().await?;
    let faults = house.glpi("nouveau").faults();
    let no = Canned::json(400, r#"["ERROR_GLPI_ADD","Champ obligatoire"]"#);
    faults.add(Matcher::on("POST", "Ticket"), Effect::Status(no));
    let made = carry(&mut phone, &old, "nouveau", "Refusé")?;
    stuck(&mut phone, &[made.creation]).await?;
    // It would be written over by the step that solves the ticket, which waits for the new one.
    let moved = second.edit(&old, status(Status::Assigned, Status::Pending))?;
    until_held(&mut second, moved).await?;
    for step in &made.beside {
        assert!(!phone.phone.is_held_elsewhere(*step), "its own holds it");
    }
    phone.wish(made.creation, Wish::Withdraw);
    phone.settle().await?;
    second.settle().await?;
    assert!(is_delivered(&second, moved), "{:?}", second.state(moved)?);
    Ok(())
}

#[tokio::test]
async fn what_is_missing_there_keeps_the_old_ticket_open() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let old = old_ticket(&mut phone, "ancien").await?;
    let faults = house.glpi("nouveau").faults();
    let no = Canned::json(400, r#"["ERROR_GLPI_ADD","Type interdit"]"#);
    let rule = faults.add(Matcher::on("POST", "Document"), Effect::Status(no));
    let made = carry(&mut phone, &old, "nouveau", "Sans pièce")?;
    stuck(&mut phone, &made.beside).await?;
    for _ in 0..400 {
        phone.sync_whole().await?;
        if carried_into(phone.base(&old)?).is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let new = number(&house, "nouveau", "Sans pièce")?;
    // The link is there, so that nobody carries it over again; the rest waits.
    assert_eq!(carried_into(phone.base(&old)?), Some(new.clone()));
    assert_eq!(phone.base(&old)?.status, Status::Assigned);
    faults.remove(rule);
    let stuck: Vec<ChangeId> = made
        .beside
        .iter()
        .filter(|id| matches!(phone.state(**id), Ok(State::NeedsYou { .. })))
        .copied()
        .collect();
    assert!(!stuck.is_empty());
    for id in stuck {
        phone.wish(id, Wish::Retry);
    }
    phone.settle().await?;
    for id in made.all() {
        assert!(is_delivered(&phone, id), "{:?}", phone.state(id)?);
    }
    closed_with_a_link(&house, &old, &new)
}

#[tokio::test]
async fn one_that_was_solved_meanwhile_is_asked_about() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut other = house.ready_phone().await?;
    let old = old_ticket(&mut phone, "nouveau").await?;
    other.edit(&old, solution("Réglé."))?;
    other.settle().await?;
    let made = carry(&mut phone, &old, "ancien", "Trop tard")?;
    stuck(&mut phone, &[made.creation]).await?;
    let State::NeedsYou { problem } = phone.state(made.creation)? else {
        bail!("{:?}", phone.state(made.creation)?)
    };
    assert_eq!(problem.kind, ProblemKind::OldClosed);
    phone.wish(made.creation, Wish::Insist);
    phone.settle().await?;
    for id in made.all() {
        assert!(is_delivered(&phone, id), "{:?}", phone.state(id)?);
    }
    // The solution of before stays the one.
    let world = house.glpi("nouveau").world();
    let id = i64::try_from(old.id.0)?;
    assert_eq!(world.ticket(id).context("there")?.status, CLOSED);
    assert_eq!(world.solutions(id).len(), 1);
    Ok(())
}
