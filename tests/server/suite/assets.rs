//! Assets: those of his stores on the phone, found beyond it by label, on tickets once, and a ticket made for one.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use reqwest::StatusCode;
use tournee_core::changes::{ChangeBody, SetAsset};
use tournee_core::domain::{Asset, AssetKey, AssetKind, Label, LinkedAsset, Reference, Status};
use tournee_core::ids::{ChangeId, SourceId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{ApiError, AssetFile, ErrorCode, FindAssets, FoundAssets, ProblemKind};
use tournee_sandbox::{Canned, Effect, Matcher};
use uuid::Uuid;

use crate::creation::{anywhere, create, is_delivered, local, titled};
use crate::support::handset::{solution, status};
use crate::support::{Handset, House, SOURCES};

fn number(key: &TicketKey) -> i64 {
    i64::try_from(key.id.0).unwrap_or(-1)
}

fn lists<'a>(phone: &'a Handset, source: &str) -> Result<&'a Reference> {
    phone.references.get(source).context("no lists")
}

/// An asset of his stores that is on no ticket of this kind yet.
fn of_kind(phone: &Handset, source: &str, kind: AssetKind) -> Result<Asset> {
    let mut assets = lists(phone, source)?.assets.iter();
    let found = assets.find(|asset| asset.key.kind == kind);
    found
        .cloned()
        .with_context(|| format!("{source}: no {kind}"))
}

fn set(asset: &LinkedAsset, linked: bool) -> ChangeBody {
    ChangeBody::Asset(SetAsset {
        asset: asset.clone(),
        linked,
    })
}

/// How often an asset is on a ticket, by GLPI's own rows.
fn times(house: &House, source: &str, ticket: i64, key: AssetKey) -> usize {
    let assets = house.glpi(source).world().assets_of(ticket);
    let is_it = |(kind, id): &&(String, i64)| {
        kind == key.kind.itemtype() && u64::try_from(*id) == Ok(key.id)
    };
    assets.iter().filter(is_it).count()
}

async fn find(phone: &Handset, source: &str, label: &str) -> Result<FoundAssets> {
    let address = format!("{}/api/assets/{source}", phone.base);
    let label = label.to_owned();
    let request = phone.http.post(address).json(&FindAssets { label });
    let answer = request.send().await?;
    ensure!(
        answer.status() == StatusCode::OK,
        "{}",
        answer.text().await?
    );
    Ok(answer.json().await?)
}

async fn show(phone: &Handset, source: &str, key: &str) -> Result<reqwest::Response> {
    let address = format!("{}/api/assets/{source}/{key}", phone.base);
    Ok(phone.http.get(address).send().await?)
}

#[tokio::test]
async fn the_assets_of_the_places_where_his_tickets_are_come_with_the_lists() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let rows = phone.rows(source, |_| true);
        let places: BTreeSet<String> = rows.into_iter().map(|row| row.location).collect();
        let assets = lists(&phone, source)?.assets.clone();
        let kinds: BTreeSet<AssetKind> = assets.iter().map(|asset| asset.key.kind).collect();
        assert_eq!(kinds.len(), AssetKind::ALL.len(), "{source}: {kinds:?}");
        assert!(lists(&phone, source)?.closed_assets.is_empty());
        for asset in &assets {
            assert!(places.contains(&asset.location), "{source}: {asset:?}");
            assert!(Label::of(&asset.inventory).is_of(asset));
        }
        // 9.2 answers digits alone as a number: the label on the machine still has its noughts.
        let handset = of_kind(&phone, source, AssetKind::Phone)?;
        let printed = format!("{:0>9}", handset.serial);
        assert_eq!(printed == handset.serial, source == "nouveau", "{printed}");
        assert!(Label::of(&printed).is_of(&handset), "{source}");
    }
    // Nothing moved: they are not read, nor told, again.
    for source in SOURCES {
        house.glpi(source).world().log.clear();
    }
    let again = phone.sync().await?;
    phone.sync_whole().await?;
    let told = |item: &tournee_core::wire::FeedItem| {
        matches!(item, tournee_core::wire::FeedItem::Reference { .. })
    };
    assert!(!again.items.iter().any(told));
    for source in SOURCES {
        let world = house.glpi(source).world();
        assert_eq!(world.log.count("GET", "search/Computer"), 0, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_ticket_says_what_it_is_about_and_by_what_name() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    for source in SOURCES {
        let row = phone
            .rows(source, |row| !row.assets.is_empty())
            .into_iter()
            .next();
        let row = row.context("a ticket with an asset")?;
        let ticket = phone.base(&row.key)?;
        let linked = house.glpi(source).world().assets_of(number(&row.key));
        assert_eq!(ticket.assets.len(), linked.len());
        for asset in &ticket.assets {
            assert!(asset.name.starts_with("PC-"), "{source}: {asset:?}");
            let of_it = phone.phone.tickets_of(&SourceId::new(source), asset.key);
            assert!(of_it.iter().any(|other| other.key == row.key));
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_asset_comes_and_goes_once_also_when_the_answer_is_lost() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let lost = [
        Effect::DoThenLose,
        Effect::DoThenStatus(Canned::html(504, "<h1>Gateway Time-out</h1>")),
        Effect::LoseBefore,
    ];
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let printer = of_kind(&phone, source, AssetKind::Printer)?.linked();
        for effect in &lost {
            for (verb, linked) in [("POST", true), ("DELETE", false)] {
                let faults = house.glpi(source).faults();
                let rule = Matcher::on(verb, "Item_Ticket").times(1);
                let rule = faults.add(rule, effect.clone());
                let made = phone.edit(&own, set(&printer, linked))?;
                phone.settle().await?;
                assert_eq!(house.glpi(source).faults().hits(rule), 1);
                assert!(is_delivered(&phone, made), "{:?}", phone.state(made)?);
                let there = times(&house, source, number(&own), printer.key);
                assert_eq!(there, usize::from(linked), "{source}: {effect:?}");
                let held = phone
                    .base(&own)?
                    .assets
                    .iter()
                    .any(|a| a.key == printer.key);
                assert_eq!(held, linked, "{source}: {effect:?}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_somebody_else_linked_is_linked_already_and_a_yes_without_effect_is_said() -> Result<()>
{
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let till = of_kind(&phone, source, AssetKind::Peripheral)?.linked();
        let row = [
            ("tickets_id", number(&own).into()),
            ("itemtype", till.key.kind.itemtype().into()),
            ("items_id", i64::try_from(till.key.id)?.into()),
        ];
        house.glpi(source).world().insert("Item_Ticket", &row);
        let made = phone.edit(&own, set(&till, true))?;
        phone.settle().await?;
        assert!(is_delivered(&phone, made), "{:?}", phone.state(made)?);
        assert_eq!(times(&house, source, number(&own), till.key), 1, "{source}");

        let switch = of_kind(&phone, source, AssetKind::NetworkEquipment)?.linked();
        let vain = Matcher::on("POST", "Item_Ticket").times(1);
        house
            .glpi(source)
            .faults()
            .add(vain, Effect::OkWithoutEffect);
        let made = phone.edit(&own, set(&switch, true))?;
        phone.settle().await?;
        let state = phone.state(made)?;
        assert!(
            matches!(&state, State::NeedsYou { problem } if problem.kind == ProblemKind::NoEffect),
            "{source}: {state:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_closed_ticket_takes_no_asset_and_he_is_told() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Solved)?;
        let closing = phone.edit(&own, status(Status::Solved, Status::Closed))?;
        phone.settle().await?;
        assert!(is_delivered(&phone, closing));
        let monitor = of_kind(&phone, source, AssetKind::Monitor)?.linked();
        let made = phone.edit(&own, set(&monitor, true))?;
        phone.settle().await?;
        let state = phone.state(made)?;
        assert!(
            matches!(&state, State::NeedsYou { problem } if problem.kind == ProblemKind::TicketClosed),
            "{source}: {state:?}"
        );
        assert_eq!(times(&house, source, number(&own), monitor.key), 0);
    }
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_his_own_solution_closed_takes_no_asset_and_he_is_told() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let asset = of_kind(&phone, source, AssetKind::Printer)?.linked();
        phone.edit(&own, solution("Fait"))?;
        let late = phone.edit(&own, set(&asset, true))?;
        phone.settle().await?;
        match (source, phone.state(late)?) {
            ("ancien", State::NeedsYou { problem }) => {
                assert_eq!(problem.kind, ProblemKind::TicketClosed);
            }
            ("nouveau", State::Delivered { .. }) => {}
            (_, state) => anyhow::bail!("{source}: {state:?}"),
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_ticket_made_for_an_asset_lands_with_it() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let title = format!("Imprimante muette ({source})");
        let printer = of_kind(&phone, source, AssetKind::Printer)?.linked();
        let body = create(&phone, source, &title, "Plus rien ne sort")?;
        let lost = Matcher::on("POST", "/Ticket").times(1);
        house.glpi(source).faults().add(lost, Effect::DoThenLose);
        let link = ChangeId(Uuid::now_v7());
        let beside = ChangeBody::Asset(SetAsset {
            asset: printer.clone(),
            linked: true,
        });
        let creation = phone.convert(&anywhere(source), body, &[(link, beside)])?;
        let shown = phone.phone.local_ticket(&local(source, creation));
        let shown = shown.context("it is shown")?;
        assert_eq!(shown.assets, std::slice::from_ref(&printer));
        let source_id = SourceId::new(source);
        let rows = phone.phone.tickets_of(&source_id, printer.key);
        assert!(rows.iter().any(|row| row.title == title), "{source}");
        phone.settle().await?;
        let there = titled(&house, source, &title);
        assert_eq!(there.len(), 1, "{source}");
        for id in [creation, link] {
            assert!(is_delivered(&phone, id), "{source}: {:?}", phone.state(id)?);
        }
        assert_eq!(times(&house, source, there[0], printer.key), 1, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_label_is_looked_up_beyond_the_phone_with_what_is_open_on_it() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let serial = "SNPC00007";
        let found = find(&phone, source, serial).await?;
        assert_eq!(found.assets[0].serial, serial, "{source}");
        let key = found.assets[0].key;
        let inventory = find(
            &phone,
            source,
            &format!("Inv. : {}", found.assets[0].inventory),
        )
        .await?;
        assert_eq!(inventory.assets[0].key, key, "{source}");
        let page = format!("http://glpi.example/front/computer.form.php?id={}", key.id);
        assert_eq!(find(&phone, source, &page).await?.assets.len(), 1);
        assert!(find(&phone, source, "RIEN-DE-TEL").await?.assets.is_empty());
        assert!(find(&phone, source, "d'une").await?.assets.is_empty());

        let own = phone.own_ticket(source, Status::Assigned)?;
        let linked = phone.edit(&own, set(&found.assets[0].linked(), true))?;
        phone.settle().await?;
        assert!(is_delivered(&phone, linked));
        let answer = show(&phone, source, &key.to_string()).await?;
        let file: AssetFile = answer.json().await?;
        assert_eq!(file.asset, found.assets[0], "{source}");
        assert!(
            file.tickets.iter().any(|ticket| ticket.key == own),
            "{source}"
        );
        assert!(
            file.tickets
                .iter()
                .all(|ticket| ticket.status.is_some_and(|s| s.is_open()))
        );

        for nowhere in ["Computer/999999", "Software/1"] {
            let answer = show(&phone, source, nowhere).await?;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{nowhere}");
            let error: ApiError = answer.json().await?;
            assert_eq!(error.code, ErrorCode::UnknownAsset);
        }
    }
    let stranger = house.phone()?;
    let answer = show(&stranger, "ancien", "Computer/1").await?;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    Ok(())
}
