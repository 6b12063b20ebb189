//! Looking for tickets beyond what the phone holds, in both dialects, with the technician's own rights.

use anyhow::{Context as _, Result, ensure};
use reqwest::StatusCode;
use tournee_core::domain::{EntryKind, Ticket};
use tournee_core::ids::TicketKey;
use tournee_core::time::Seconds;
use tournee_core::wire::{ApiError, ErrorCode, LookUp, LookedUp};
use tournee_sandbox::accounts::technician;

use crate::support::{Handset, House, SOURCES};

async fn asked(phone: &Handset, source: &str, words: &str) -> Result<reqwest::Response> {
    let address = format!("{}/api/search/{source}", phone.base);
    let words = words.to_owned();
    Ok(phone
        .http
        .post(address)
        .json(&LookUp {
            words,
            ahead: Seconds(0),
        })
        .send()
        .await?)
}

pub async fn look_up(phone: &Handset, source: &str, words: &str) -> Result<LookedUp> {
    let answer = asked(phone, source, words).await?;
    ensure!(
        answer.status() == StatusCode::OK,
        "{}",
        answer.text().await?
    );
    Ok(answer.json().await?)
}

async fn ids(phone: &Handset, source: &str, words: &str) -> Result<Vec<u64>> {
    let found = look_up(phone, source, words).await?;
    Ok(found.tickets.iter().map(|ticket| ticket.key.id.0).collect())
}

async fn read(phone: &Handset, key: &TicketKey) -> Result<reqwest::Response> {
    let address = format!("{}/api/tickets/{}/{}", phone.base, key.source, key.id);
    Ok(phone.http.get(address).send().await?)
}

/// A ticket that the phone does not hold: closed, and somebody else's.
fn unheld(house: &House, phone: &Handset, source: &str) -> Result<i64> {
    let world = house.glpi(source).world();
    let ids = world.ticket_ids().into_iter();
    let mut unheld = ids.filter(|id| {
        let key = TicketKey::new(source, u64::try_from(*id).unwrap_or(0));
        let there = world.ticket(*id).is_some_and(|t| !t.is_deleted);
        there && !phone.has(&key)
    });
    unheld
        .next()
        .context("a ticket that the phone does not hold")
}

#[tokio::test]
async fn a_ticket_of_others_is_found_by_number_and_words_wherever_they_stand() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    for source in SOURCES {
        let id = unheld(&house, &phone, source)?;
        let number = u64::try_from(id)?;
        {
            let mut world = house.glpi(source).world();
            world.set("Ticket", id, "name", "Badgeuse zygomatique".into());
            world.set("Ticket", id, "content", "Écran fêlé près du quai".into());
            let colleague = world.user_id(&technician(2)).context("a colleague")?;
            world.add_followup(id, colleague, "Pièce commandée chez Quincampoix", false);
        }
        for words in [
            format!("#{id}"),
            format!("#{id} {source}"),
            "zygomatique".to_owned(),
            "ZYGOMA badge".to_owned(),
            "fele".to_owned(),
            "zygomatique quai".to_owned(),
            "quincampoix".to_owned(),
            "piece commandee quincampoix".to_owned(),
            "l'écran fêlé zygomatique".to_owned(),
            "zygomatique < 'quai'".to_owned(),
        ] {
            assert_eq!(
                ids(&phone, source, &words).await?,
                [number],
                "{source}: {words}"
            );
        }
        assert!(
            ids(&phone, source, &id.to_string())
                .await?
                .contains(&number)
        );
        for words in ["zygomatique absent", "introuvable", "", "'", "#999999999"] {
            assert_eq!(
                ids(&phone, source, words).await?,
                [0_u64; 0],
                "{source}: {words}"
            );
        }
        let found = look_up(&phone, source, "zygomatique").await?;
        let one = &found.tickets[0];
        assert_eq!(one.title, "Badgeuse zygomatique");
        assert!(one.status.is_some() && one.opened_at.is_some() && !found.more);
    }
    Ok(())
}

#[tokio::test]
async fn people_stores_and_statuses_narrow_what_is_found() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    for source in SOURCES {
        let solved = look_up(&phone, source, "statut:résolu").await?;
        assert!(!solved.tickets.is_empty());
        let all_solved = |found: &LookedUp| {
            let mut tickets = found.tickets.iter();
            tickets.all(|t| t.status == Some(tournee_core::domain::Status::Solved))
        };
        assert!(all_solved(&solved), "{source}");
        let store = solved.tickets.iter().find(|t| !t.location.is_empty());
        let store = store
            .context("a solved ticket of a store")?
            .location
            .clone();
        let word = store
            .split(' ')
            .next_back()
            .context("a word")?
            .to_lowercase();
        let there = look_up(&phone, source, &format!("statut:résolu lieu:{word}")).await?;
        assert!(!there.tickets.is_empty() && all_solved(&there), "{source}");
        let word_is_there = |t: &tournee_core::wire::FoundTicket| {
            tournee_core::fold::fold(&t.location).contains(&tournee_core::fold::fold(&word))
        };
        assert!(there.tickets.iter().all(word_is_there), "{source}");
        let open = look_up(&phone, source, "statut:ouvert").await?;
        assert!(open.tickets.len() == 50 && open.more, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_was_found_is_read_whole_and_stays_out_of_the_feed() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let id = unheld(&house, &phone, source)?;
        let colleague = house.glpi(source).world().user_id(&technician(2));
        let colleague = colleague.context("a colleague")?;
        house
            .glpi(source)
            .world()
            .add_followup(id, colleague, "Vu.", false);
        let key = TicketKey::new(source, u64::try_from(id)?);
        let ticket: Ticket = read(&phone, &key).await?.json().await?;
        assert_eq!(ticket.key, key);
        let timeline = ticket.timeline.context("a timeline")?;
        let said = |entry: &tournee_core::domain::Entry| matches!(&entry.what, EntryKind::Followup { content, .. } if content.contains("Vu."));
        assert!(timeline.iter().any(said), "{source}");
        phone.sync_whole().await?;
        assert!(!phone.has(&key), "{source}");
        let nowhere = read(&phone, &TicketKey::new(source, 999_999_999)).await?;
        assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
        let error: ApiError = nowhere.json().await?;
        assert_eq!(error.code, ErrorCode::UnknownTicket);
    }
    Ok(())
}

#[tokio::test]
async fn a_glpi_that_does_not_answer_says_so_and_the_other_answers() -> Result<()> {
    let mut house = House::open().await?;
    let phone = house.ready_phone().await?;
    house.kill_glpi("ancien").await;
    let failed = asked(&phone, "ancien", "caisse").await?;
    assert_eq!(failed.status(), StatusCode::BAD_GATEWAY);
    let error: ApiError = failed.json().await?;
    assert_eq!(error.code, ErrorCode::GlpiUnreachable);
    assert!(
        !look_up(&phone, "nouveau", "caisse")
            .await?
            .tickets
            .is_empty()
    );
    let nobody = house.phone()?;
    let refused = asked(&nobody, "nouveau", "caisse").await?;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let unknown = asked(&phone, "ailleurs", "caisse").await?;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn a_session_that_glpi_forgot_is_renewed_in_silence() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    for source in SOURCES {
        house.glpi(source).world().expire_all_sessions();
        assert!(
            !look_up(&phone, source, "statut:ouvert")
                .await?
                .tickets
                .is_empty()
        );
    }
    Ok(())
}
