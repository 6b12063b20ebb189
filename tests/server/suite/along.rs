//! What is said in an old ticket while another takes its place on a phone without network: it goes along, once.

use anyhow::{Context as _, Result};
use tournee_core::changes::{ChangeBody, plain_text};
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::accounts::SUPER_ADMIN;
use tournee_sandbox::{Canned, Effect, Matcher};

use crate::carrying::{WAYS, carry, closed_with_a_link, number, old_ticket, stuck, whole};
use crate::creation::is_delivered;
use crate::files::photo;
use crate::support::handset::solution;
use crate::support::{House, wait_until};

const OPEN: &str = "Le magasin rappelle à quatorze heures.";
const HIDDEN: &str = "La réserve ferme plus tôt.";

/// What a colleague writes on GLPI's page, and a photo that he adds.
fn colleague(house: &House, source: &str, ticket: u64) -> Result<()> {
    let mut world = house.glpi(source).world();
    let user = world.user_id(SUPER_ADMIN).context("a colleague")?;
    let ticket = i64::try_from(ticket)?;
    world.add_followup(ticket, user, OPEN, false);
    world.add_followup(ticket, user, HIDDEN, true);
    world.add_document(ticket, user, "facade.jpg", &photo("façade"));
    Ok(())
}

/// Whether each of these words stands in so many notes of a ticket, and how those are shown.
fn said(house: &House, source: &str, ticket: u64, words: &str) -> Result<Vec<bool>> {
    let notes = house.glpi(source).world().followups(i64::try_from(ticket)?);
    let notes = notes.into_iter();
    let its = notes.filter(|note| plain_text(&note.content).contains(words));
    Ok(its.map(|note| note.is_private).collect())
}

#[tokio::test]
async fn what_a_colleague_says_while_the_phone_is_offline_goes_along_once() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for [from, to] in WAYS {
        let title = format!("Entre-temps {from}");
        let old = old_ticket(&mut phone, from).await?;
        let before = phone.base(&old)?.clone();
        let there = house.glpi(to).faults();
        let lost = Effect::DoThenStatus(Canned::html(504, "<h1>Gateway Time-out</h1>"));
        // The last notes are the ones that go along.
        let nth = Matcher::on("POST", "Followup").nth(3).times(1);
        let lost = there.add(nth, lost);
        colleague(&house, from, old.id.0)?;
        let made = carry(&mut phone, &old, to, &title)?;
        phone.settle().await?;
        for id in made.all() {
            assert!(is_delivered(&phone, id), "{:?}", phone.state(id)?);
        }
        let new = number(&house, to, &title)?;
        closed_with_a_link(&house, &old, &new)?;
        wait_until(|| async {
            let documents = house.glpi(to).world().documents(i64::try_from(new.id.0)?);
            Ok(said(&house, to, new.id.0, HIDDEN)?.len() == 1 && documents.len() == 2)
        })
        .await?;
        assert_eq!(there.hits(lost), 1);
        assert_eq!(said(&house, to, new.id.0, OPEN)?, [false], "{from}");
        assert_eq!(said(&house, to, new.id.0, HIDDEN)?, [true], "{from}");
        assert!(said(&house, to, new.id.0, "repris dans")?.is_empty());
        let documents = house.glpi(to).world().documents(i64::try_from(new.id.0)?);
        let bytes = photo("façade");
        assert_eq!(documents.iter().filter(|one| one.bytes == bytes).count(), 1);
        // What the form took along is there once, too.
        let entries = before.timeline.iter().flatten().count();
        assert!(entries >= 3);
        assert_eq!(said(&house, to, new.id.0, "Vu avec le magasin.")?.len(), 1);
        assert_eq!(said(&house, to, new.id.0, "Le mot de passe")?, [true]);
    }
    Ok(())
}

#[tokio::test]
async fn the_solution_of_who_was_quicker_goes_along_where_he_insists() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut other = house.ready_phone().await?;
    for [from, to] in WAYS {
        let title = format!("Résolu avant {from}");
        let old = old_ticket(&mut phone, from).await?;
        other.sync_whole().await?;
        let solved = other.edit(&old, solution("Câble remplacé."))?;
        other.settle().await?;
        assert!(is_delivered(&other, solved));
        let made = carry(&mut phone, &old, to, &title)?;
        stuck(&mut phone, &[made.creation]).await?;
        let State::NeedsYou { problem } = phone.state(made.creation)? else {
            anyhow::bail!("{:?}", phone.state(made.creation)?)
        };
        assert_eq!(problem.kind, ProblemKind::OldClosed);
        phone.wish(made.creation, Wish::Insist);
        phone.settle().await?;
        let new = number(&house, to, &title)?;
        wait_until(|| async { Ok(said(&house, to, new.id.0, "Câble remplacé.")?.len() == 1) })
            .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_phone_that_does_not_say_what_it_took_takes_nothing_twice() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let [from, to] = WAYS[0];
    let old = old_ticket(&mut phone, from).await?;
    let before = phone.base(&old)?.clone();
    carry(&mut phone, &old, to, "Ancienne application")?;
    let mut request = phone.phone.request(false);
    for change in &mut request.changes {
        if let ChangeBody::Carry(carry) = &mut change.body {
            carry.told = None;
        }
    }
    phone.send(&request).await?;
    phone.settle().await?;
    let new = number(&house, to, "Ancienne application")?;
    whole(&house, &before, &new)?;
    closed_with_a_link(&house, &old, &new)
}
