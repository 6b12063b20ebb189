//! What the phones say when all is over.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use tournee_core::changes::ChangeBody;
use tournee_core::domain::Status;
use tournee_core::outbox::{Queued, State};
use tournee_core::wire::{ProblemKind, Wish};
use tournee_tests::app;
use tournee_tests::patience::until_true;
use tournee_tests::stage::Stage;

use super::errands::title;
use super::ground::{Ground, Key, login};
use super::phone::{Phone, Tapped, What, name};
use super::truth;

/// Waits until everything has come as far as it can: into GLPI but for true conflicts, and what waits behind them.
pub async fn settle(phones: &[Phone], stage: &Stage, ground: &Ground) -> Result<()> {
    let opened = phones.iter().map(|phone| phone.page.goto("/queue"));
    try_join_all(opened).await?;
    until_true("an end of all changes", async || {
        for phone in phones {
            let lost = truth::conflicts(stage, ground, phone.number)?;
            stands_as_it_should(phone, &app::outbox(&phone.page).await?, &lost)?;
        }
        each_dispute_waits_once(phones, stage, ground).await
    })
    .await
}

/// Whose technician was second, the first of his two phones' changes waits for him, and the other's behind it.
async fn each_dispute_waits_once(phones: &[Phone], stage: &Stage, ground: &Ground) -> Result<bool> {
    let mut men: BTreeMap<String, Vec<&Phone>> = BTreeMap::new();
    for phone in phones {
        men.entry(login(phone.number)).or_default().push(phone);
    }
    for of_one_man in men.into_values() {
        let lost = truth::conflicts(stage, ground, of_one_man[0].number)?;
        for key in lost {
            let mut waiting = 0;
            for phone in &of_one_man {
                let outbox = app::outbox(&phone.page).await?;
                let on_it = outbox
                    .iter()
                    .zip(&phone.tapped)
                    .filter(|(_, tapped)| tapped.ticket == key);
                waiting += on_it
                    .filter(|(queued, _)| matches!(queued.state, State::NeedsYou { .. }))
                    .count();
            }
            if waiting != 1 {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn stands_as_it_should(phone: &Phone, outbox: &[Queued], lost: &[Key]) -> Result<()> {
    let changes = outbox.iter().map(|queued| tapped(queued, phone, outbox));
    let changes: Vec<Tapped> = changes.collect();
    ensure!(
        changes == phone.tapped,
        "phone {} holds {changes:#?}, tapped were {:#?}",
        phone.number,
        phone.tapped
    );
    for (queued, tapped) in outbox.iter().zip(&phone.tapped) {
        let mistyped = matches!(tapped.what, What::Mistyped(_));
        let as_it_should = match &queued.state {
            State::Withdrawn { .. } => mistyped,
            _ if mistyped => false,
            State::Delivered { .. } => !lost.contains(&tapped.ticket),
            State::NeedsYou { problem } => {
                problem.kind == ProblemKind::Conflict && lost.contains(&tapped.ticket)
            }
            State::Server => lost.contains(&tapped.ticket),
            State::Phone => false,
        };
        ensure!(
            as_it_should,
            "phone {}, which lost {lost:?}: {queued:#?}",
            phone.number
        );
    }
    Ok(())
}

/// The queue, the list and every ticket in play say what GLPI says.
pub async fn show_what_glpi_has(
    phone: &Phone,
    stage: &Stage,
    ground: &Ground,
    all: &[Phone],
) -> Result<()> {
    let lost = truth::conflicts(stage, ground, phone.number)?;
    queue_is_right(phone, &lost).await?;
    holds_its_scope(phone, stage, ground, &lost).await?;
    let known = ground.tickets.iter().map(|(key, _)| *key);
    let made = all.iter().flat_map(Phone::made);
    for key in known.chain(made) {
        if truth::may_see(stage, phone.number, truth::real(stage, key)?)? {
            shows(phone, stage, key, all).await?;
        }
    }
    Ok(())
}

/// What the queue shows is what the phone holds.
async fn queue_is_right(phone: &Phone, lost: &[Key]) -> Result<()> {
    let outbox = app::outbox(&phone.page).await?;
    stands_as_it_should(phone, &outbox, lost)?;
    let waits = |queued: &&Queued| matches!(queued.state, State::NeedsYou { .. });
    let waiting = outbox.iter().filter(waits).count();
    app::queue_shows(&phone.page, "needs-you", waiting).await?;
    app::queue_shows(&phone.page, "server", lost.len() - waiting).await
}

/// What a change was when it was tapped.
fn tapped(queued: &Queued, phone: &Phone, outbox: &[Queued]) -> Tapped {
    let key = queued.change.ticket();
    let taken_back =
        matches!(queued.state, State::Withdrawn { .. }) || queued.wish == Some(Wish::Withdraw);
    let what = match &queued.change.body {
        ChangeBody::Take(_) => What::Take,
        ChangeBody::Status(status) => What::Move(status.from, status.to),
        ChangeBody::Followup(note) if taken_back => What::Mistyped(note.content.clone()),
        ChangeBody::Followup(note) if queued.change.replaces.is_some() => {
            What::Reworded(note.content.clone())
        }
        ChangeBody::Followup(note) => What::Note(note.content.clone()),
        ChangeBody::Solution(solution) => What::Solve(solution.content.clone()),
        ChangeBody::Create(create) => What::Create(create.title.clone()),
        ChangeBody::Attach(file) => What::Attach(file.hash.clone()),
        other => What::Note(format!("what this walk never does: {other:?}")),
    };
    // A ticket of his making has got another number since.
    let its_title = outbox.iter().find_map(|other| {
        let creation = other.change.body.creation()?;
        (other.change.ticket() == key).then_some(&creation.title)
    });
    let is_its = |(source, id): Key| match (title((source, id)), its_title) {
        (Some(title), Some(its)) => title == *its,
        (None, None) => {
            key.is_some_and(|key| source == key.source.0 && i64::try_from(key.id.0) == Ok(id))
        }
        _ => false,
    };
    let mut known = phone.tapped.iter().map(|tapped| tapped.ticket);
    let its = known.find(|ticket| is_its(*ticket));
    Tapped {
        ticket: its.unwrap_or(("a ticket that was never tapped on", 0)),
        what,
    }
}

/// His tickets and nobody's, and those on which a change of his waits.
async fn holds_its_scope(
    phone: &Phone,
    stage: &Stage,
    ground: &Ground,
    lost: &[Key],
) -> Result<()> {
    let mut expected = Vec::new();
    for (key, _) in &ground.tickets {
        if lost.contains(key) || truth::may_see(stage, phone.number, *key)? {
            expected.push(format!("{}:{}", key.0, key.1));
        }
    }
    let in_play: Vec<String> = ground
        .tickets
        .iter()
        .map(|(key, _)| format!("{}:{}", key.0, key.1))
        .collect();
    expected.sort();
    until_true(
        &format!(
            "{expected:?} and no other ticket in play on phone {}",
            phone.number
        ),
        async || {
            let mut held = app::held(&phone.page).await?;
            held.retain(|key| in_play.contains(key));
            held.sort();
            Ok(held == expected)
        },
    )
    .await
}

/// One ticket: its status, every note once, and its documents.
async fn shows(phone: &Phone, stage: &Stage, key: Key, all: &[Phone]) -> Result<()> {
    let (source, id) = truth::real(stage, key)?;
    app::opens(&phone.page, source, id).await?;
    let (number, notes, documents) = {
        let world = stage.glpi(source).world();
        let number = world.ticket(id).map_or(0, |ticket| ticket.status);
        (number, world.followups(id).len(), world.documents(id).len())
    };
    let in_glpi = u64::try_from(number).ok().and_then(Status::from_glpi);
    let status = waiting_move(phone, key)
        .await?
        .or(in_glpi)
        .context("a status")?;
    let shown = phone
        .page
        .shows("[data-test=ticket-status]", "data-status", name(status));
    shown
        .await
        .with_context(|| format!("{key:?} on phone {}", phone.number))?;
    let texts = all
        .iter()
        .flat_map(|phone| &phone.tapped)
        .filter(|tapped| tapped.ticket == key);
    let texts: Vec<&str> = texts
        .filter_map(|tapped| match &tapped.what {
            What::Note(text) | What::Reworded(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    until_true(
        &format!("{notes} notes and {documents} documents on {key:?}, among them {texts:?}"),
        async || {
            let entries = phone
                .page
                .texts("[data-test=entry][data-kind=followup]")
                .await?;
            let once =
                |text: &&str| entries.iter().filter(|entry| entry.contains(*text)).count() == 1;
            let files = "[data-test=entry][data-kind=document]";
            Ok(entries.len() == notes
                && texts.iter().all(once)
                && phone.page.count(files).await? == documents)
        },
    )
    .await
}

/// Where a change would move a ticket that waits at the server, behind one of his other phone: it shows until then.
async fn waiting_move(phone: &Phone, key: Key) -> Result<Option<Status>> {
    let outbox = app::outbox(&phone.page).await?;
    let mut on_it = outbox
        .iter()
        .zip(&phone.tapped)
        .filter(|(_, tapped)| tapped.ticket == key);
    Ok(
        on_it.find_map(|(queued, tapped)| match (&queued.state, &tapped.what) {
            (State::Server, What::Move(_, to)) => Some(*to),
            _ => None,
        }),
    )
}
