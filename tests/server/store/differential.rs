//! The same operations, drawn at random, on both stores: equal answers after each.

use std::fmt::Debug;

use anyhow::Result;
use tournee::chance::Chance;
use tournee::config::KeySource;
use tournee::glpi::LocalStamp;
use tournee::store::accounts::{self, Marks};
use tournee::store::chains::{self, TicketChain};
use tournee::store::changes::{self, Phase};
use tournee::store::feed::Reached;
use tournee::store::memory::Disk;
use tournee::store::snapshots::Extent;
use tournee::store::{
    AccountId, Connection, Store, StoreError, Stored, TechnicianId, Tx, creations, credentials,
    feed, lives, sessions, snapshots, technicians,
};
use tournee::vault::{Key, Vault};
use tournee_core::domain::AccountState;
use tournee_core::ids::{SourceId, TicketId, UserId};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{Against, FeedItem, ProblemKind, ReportState, SignInMethod};

use crate::draw::Draw;
use crate::support::*;

const STEPS: u32 = 400;
const SEEDS: u64 = 6;

fn said<T: Debug>(answer: T) -> String {
    format!("{answer:?}")
}

/// Carries one operation out, and says what came of it.
async fn act(db: &mut Connection, draw: &Draw, vault: &Vault) -> Result<String, StoreError> {
    let (who, now) = (draw.who(), draw.now);
    Ok(match draw.what {
        0..=9 => act_on_queue(db, draw).await?,
        10..=17 => act_on_feed(db, draw).await?,
        18 => said(technicians::create(db, &draw.chance(), now).await?),
        19 => {
            let account = account(&draw.source().0, draw.numbers[2] % 4);
            said(accounts::put(db, who, &account).await?)
        }
        20 => {
            let marks = Marks {
                read_until: Some(LocalStamp(format!("{}", now.0))),
                refreshed_at: Some(now),
                ..Marks::default()
            };
            said(accounts::set_marks(db, draw.account(), &marks).await?)
        }
        21 => said(accounts::set_state(db, draw.account(), AccountState::Unreachable).await?),
        22 => said(accounts::sign_out(db, draw.account()).await?),
        23 => {
            let token = SignInMethod::UserToken {
                token: "secret".to_owned(),
            };
            said(credentials::put(db, vault, draw.account(), &token).await?)
        }
        24 => said(credentials::expire(db, draw.account(), now + Seconds(200)).await?),
        25 => said(credentials::sweep(db, now).await?),
        26 => said(technicians::see_device(db, who, draw.change().device, "Android", now).await?),
        27 => act_on_sessions(db, draw).await?,
        28 => said(lives::begin(db, &draw.chance(), now).await?),
        _ => match draw.numbers[2] % 8 {
            0 => said(technicians::merge(db, &draw.chance(), who, draw.other()).await?),
            1 => said(db.delete_technician(who).await?),
            _ => said(technicians::new_epoch(db, &draw.chance(), who, now).await?),
        },
    })
}

async fn act_on_queue(db: &mut Connection, draw: &Draw) -> Stored<String> {
    let (who, now, change) = (draw.who(), draw.now, draw.change());
    Ok(match draw.what {
        0..=1 => said(changes::insert(db, who, &change, None, &ReportState::Queued, now).await?),
        2 => act_on_creations(db, draw).await?,
        3 => {
            let place = Some(draw.num());
            said(changes::insert(db, who, &change, place, &draw.report(), now).await?)
        }
        4 | 5 => match changes::find(db, who, change.id).await? {
            Some(held) => {
                changes::settle(db, &held, &draw.report(), now).await?;
                said(held)
            }
            None => said(changes::withdraw_unseen(db, who, change.id, now).await?),
        },
        6 => said(changes::set_phase(db, draw.num(), Phase::Intended).await?),
        7 => {
            let kind = ProblemKind::AlreadySent;
            let against = [Against {
                kind,
                theirs: None,
                looked_at: None,
            }];
            said(changes::set_against(db, draw.num(), &against).await?)
        }
        8 => said(changes::set_withdraw(db, draw.num()).await?),
        _ => said(changes::is_withdrawn_meanwhile(db, draw.num()).await?),
    })
}

async fn act_on_creations(db: &mut Connection, draw: &Draw) -> Stored<String> {
    let (who, now) = (draw.who(), draw.now);
    let chain = TicketChain {
        technician: who,
        ticket: draw.local(),
    };
    Ok(match draw.numbers[2] % 6 {
        0..=2 => {
            let change = draw.creation_or_more();
            said(changes::insert(db, who, &change, None, &draw.report(), now).await?)
        }
        3 => said(creations::land(db, &chain, TicketId(draw.numbers[3] % 4)).await?),
        4 => said(creations::take_back_rest(db, &chain, now).await?),
        _ => said(creations::place(db, &chain).await?),
    })
}

async fn act_on_feed(db: &mut Connection, draw: &Draw) -> Stored<String> {
    let (who, now, ticket) = (draw.who(), draw.now, draw.ticket());
    Ok(match draw.what {
        10..=11 => said(snapshots::take(db, who, &ticket, Extent::Whole, now).await?),
        12 => said(snapshots::take(db, who, &ticket, Extent::Part, now).await?),
        13 => said(snapshots::let_go(db, who, &ticket.key, now).await?),
        14 if draw.numbers[0].is_multiple_of(4) => {
            said(snapshots::let_all_go(db, who, &draw.source(), now).await?)
        }
        14 => said(technicians::advance(db, who).await?),
        15 => {
            let reference = Box::new(reference(&draw.source().0, &format!("{}", now.0)));
            said(feed::publish(db, who, &FeedItem::Reference { reference }, now).await?)
        }
        16 => said(feed::drop_reference(db, who, &draw.source()).await?),
        _ => {
            let (after, bytes) = (draw.numbers[2] % 30, draw.numbers[3] % 3_000);
            let after = i64::try_from(after).unwrap_or(0);
            said(
                feed::page(
                    db,
                    who,
                    Reached::without_mails(after),
                    usize::try_from(bytes).unwrap_or(0),
                )
                .await?,
            )
        }
    })
}

async fn act_on_sessions(db: &mut Connection, draw: &Draw) -> Stored<String> {
    let (who, now) = (draw.who(), draw.now);
    Ok(match draw.numbers[1] % 8 {
        5 => {
            let token = draw.token().await?;
            said(sessions::bind(db, &token, draw.change().device).await?)
        }
        6 => said(technicians::revoke_device(db, who, draw.change().device, now).await?),
        0 => said(sessions::touch(db, &draw.token().await?, now).await?),
        1 => said(sessions::close(db, &draw.token().await?).await?),
        2 => said(sessions::sweep(db, now + Seconds::days(30) - Seconds(3_000)).await?),
        _ => {
            let opened = sessions::open(db, &draw.chance(), who, now).await?;
            said(opened.value())
        }
    })
}

/// All that can be asked.
async fn everything(db: &mut Connection, vault: &Vault, now: Instant) -> Stored<Vec<String>> {
    let mut all = vec![
        said(chains::open(db, None).await?),
        said(db.credentials().await?),
    ];
    for number in 1..=6 {
        let who = TechnicianId(number);
        all.push(said(accounts::of_technician(db, who).await?));
        all.push(said(sessions::has_any(db, who, now).await?));
        all.push(kind(technicians::feed_state(db, who).await));
        all.push(said(
            feed::page(db, who, Reached::without_mails(0), 100_000).await?,
        ));
        all.push(said(
            feed::page(db, who, Reached::without_mails(3), 500).await?,
        ));
        all.push(said(chains::open(db, Some(who)).await?));
        all.push(said(db.life_end(who, 2).await?));
        for source in [source(), SourceId::new("nouveau")] {
            all.push(said(snapshots::of_source(db, who, &source).await?));
            all.push(said(chains::any_open(db, who, &source).await?));
            all.push(said(accounts::at_source(db, who, &source).await?));
            all.push(said(feed::reference(db, who, &source).await?));
            let user = UserId(number.unsigned_abs());
            all.push(said(accounts::of_glpi_user(db, &source, user).await?));
        }
        all.push(said(chains::held(db, who).await?));
        for number in 0..3 {
            let ticket = key(local(number).0);
            let chain = TicketChain {
                technician: who,
                ticket,
            };
            all.push(said(creations::place(db, &chain).await?));
            all.push(said(chains::rows(db, &chain.key()).await?));
        }
        for id in 0..4 {
            let chain = TicketChain {
                technician: who,
                ticket: key(id),
            };
            all.push(said(chains::rows(db, &chain.key()).await?));
            all.push(said(chains::closed_at_once(db, &chain).await?));
            all.push(said(feed::ticket(db, who, &chain.ticket).await?));
        }
        all.push(said(db.devices(who).await?));
        all.push(said(db.session_devices(who).await?));
        for number in 0..3 {
            let device = device(number);
            all.push(said(changes::unsettled_of(db, who, device).await?));
            all.push(said(
                technicians::knows_device(db, who, device, now - Seconds(800)).await?,
            ));
        }
        for number in 0..25 {
            all.push(said(changes::find(db, who, id(number)).await?));
            all.push(said(changes::was_withdrawn(db, who, id(number)).await?));
        }
        let opened = credentials::open(db, vault, AccountId(number)).await;
        all.push(kind(opened.map(|credential| credential.is_some())));
    }
    let tickets: Vec<TicketId> = (0..4).map(TicketId).collect();
    all.push(said(changes::marks(db, &source(), &tickets).await?));
    for ticket in 0..4 {
        all.push(said(changes::of_ticket(db, &key(ticket)).await?));
    }
    Ok(all)
}

/// An answer, or the kind of the error: its words are each store's own.
fn kind<T: Debug>(answer: Stored<T>) -> String {
    match answer {
        Ok(answer) => said(answer),
        Err(error) => {
            let name = said(&error);
            let end = name.find(|c: char| !c.is_alphanumeric());
            format!("error {}", &name[..end.unwrap_or(name.len())])
        }
    }
}

async fn both(stores: &[Store; 2]) -> Stored<[Tx; 2]> {
    Ok([stores[0].write().await?, stores[1].write().await?])
}

async fn run(seed: u64) -> Result<u32> {
    let folder = tempfile::tempdir()?;
    let stores = [sqlite(&folder).await?, Store::on(Disk::new(seed))?];
    let chance = Chance::seeded(seed);
    let key = Key::generate();
    let vaults = [(), ()].map(|()| Vault::open(&KeySource::Given(key.clone())));
    let [one, two] = vaults;
    let vaults = [one?, two?].map(|vault| vault.drawing_from(Chance::seeded(seed)));
    let mut writes = both(&stores).await?;
    let mut failures = 0;
    for step in 0..STEPS {
        let draw = Draw::new(&chance, step);
        let [a, b] = &mut writes;
        let answers = [
            kind(act(a, &draw, &vaults[0]).await),
            kind(act(b, &draw, &vaults[1]).await),
        ];
        assert_eq!(answers[0], answers[1], "seed {seed}, step {step}: {draw:?}");
        failures += u32::from(answers[0].starts_with("error"));
        if step % 10 == 9 {
            let [a, b] = &mut writes;
            let a = everything(a, &vaults[0], draw.now).await?;
            let b = everything(b, &vaults[1], draw.now).await?;
            assert_eq!(a, b, "seed {seed}, after step {step}");
            if !chance.number().is_multiple_of(3) {
                for write in writes {
                    write.commit().await?;
                }
            } else {
                drop(writes);
            }
            writes = both(&stores).await?;
        }
    }
    Ok(failures)
}

#[tokio::test]
async fn both_stores_answer_the_same() -> Result<()> {
    let mut failures = 0;
    for seed in 0..SEEDS {
        failures += run(seed).await?;
    }
    // Constraints were met, and most of it went well all the same.
    let all = STEPS * u32::try_from(SEEDS)?;
    assert!(
        failures > all / 50 && failures < all / 2,
        "{failures} of {all}"
    );
    Ok(())
}
