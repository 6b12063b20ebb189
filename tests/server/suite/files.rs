//! Files: handed over in pieces, attached once in each GLPI, and read from there.

use anyhow::{Context as _, Result};
use reqwest::StatusCode;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tournee::glpi::Mark;
use tournee_core::changes::{AttachFile, ChangeBody};
use tournee_core::domain::{Document, EntryKind, Status};
use tournee_core::ids::{ChangeId, FileHash, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{ApiError, ErrorCode, FileAt, Problem, ProblemKind, Wish};
use tournee_sandbox::accounts::technician;
use tournee_sandbox::world::DocumentView;
use tournee_sandbox::{Canned, Effect, Matcher};

use crate::creation::make;
use crate::support::handset::{followup, status};
use crate::support::{Handset, House, SOURCES};

const PIECE: usize = 40_000;

/// Bytes that no two tests share.
pub fn photo(name: &str) -> Vec<u8> {
    name.bytes().cycle().take(100_000).collect()
}

pub fn file(name: &str, bytes: &[u8]) -> AttachFile {
    AttachFile {
        name: name.to_owned(),
        mime: "image/jpeg".to_owned(),
        size: bytes.len() as u64,
        hash: FileHash::of(&Sha256::digest(bytes).into()),
        note: None,
    }
}

pub async fn put(phone: &Handset, file: &AttachFile, from: usize, piece: &[u8]) -> Result<FileAt> {
    let answer = try_put(phone, file, from, piece).await?;
    Ok(answer.error_for_status()?.json().await?)
}

async fn try_put(
    phone: &Handset,
    file: &AttachFile,
    from: usize,
    piece: &[u8],
) -> Result<reqwest::Response> {
    let address = format!(
        "{}/api/files/{}?offset={from}&size={}",
        phone.base, file.hash, file.size
    );
    Ok(phone.http.put(address).body(piece.to_vec()).send().await?)
}

async fn at(phone: &Handset, file: &AttachFile) -> Result<FileAt> {
    let address = format!("{}/api/files/{}", phone.base, file.hash);
    let answer = phone.http.get(address).send().await?;
    Ok(answer.error_for_status()?.json().await?)
}

/// Hands a file over from where the server has it.
async fn hand_over(phone: &mut Handset, file: &AttachFile, bytes: &[u8]) -> Result<()> {
    let mut there = at(phone, file).await?;
    while !there.whole {
        let from = usize::try_from(there.received)?;
        let piece = &bytes[from..bytes.len().min(from + PIECE)];
        there = put(phone, file, from, piece).await?;
    }
    phone.ready.insert(file.hash.clone());
    Ok(())
}

/// Attaches a file to a ticket.
async fn attach(phone: &mut Handset, key: &TicketKey, name: &str) -> Result<ChangeId> {
    let bytes = photo(name);
    let file = file(name, &bytes);
    hand_over(phone, &file, &bytes).await?;
    phone.edit(key, ChangeBody::Attach(file))
}

fn documents(house: &House, key: &TicketKey) -> Result<Vec<DocumentView>> {
    let id = i64::try_from(key.id.0)?;
    Ok(house.glpi(&key.source.0).world().documents(id))
}

fn problem(phone: &Handset, id: ChangeId) -> Result<Problem> {
    match phone.state(id)? {
        State::NeedsYou { problem } => Ok(problem),
        other => anyhow::bail!("{other:?}"),
    }
}

fn is_delivered(phone: &Handset, id: ChangeId) -> Result<bool> {
    Ok(matches!(phone.state(id)?, State::Delivered { .. }))
}

#[tokio::test]
async fn a_photo_is_attached_once_and_comes_back_as_his_own() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = attach(&mut phone, &own, "Écran cassé.JPG").await?;
        phone.settle().await?;
        assert!(is_delivered(&phone, id)?, "{:?}", phone.state(id)?);
        let documents = documents(&house, &own)?;
        let [document] = documents.as_slice() else {
            panic!("{source}: {} documents", documents.len());
        };
        assert_eq!(document.bytes, photo("Écran cassé.JPG"));
        let reference = Mark::new(id).reference();
        assert_eq!(
            document.filename,
            format!("Ecran-casse-{reference}.jpg"),
            "{source}"
        );
        let timeline = phone.base(&own)?.timeline.clone().unwrap_or_default();
        let entry = timeline.iter().find(|entry| entry.change == Some(id));
        let entry = entry.with_context(|| format!("{source}: his own entry"))?;
        let expected = Document {
            id: u64::try_from(document.id)?,
            name: "Ecran-casse.jpg".to_owned(),
            mime: "image/jpeg".to_owned(),
        };
        assert_eq!(entry.what, EntryKind::Document(expected));
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_does_not_double_a_photo() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let lost = [
        Effect::DoThenLose,
        Effect::DoThenStatus(Canned::html(504, "<h1>Gateway Time-out</h1>")),
        Effect::DoThenStatus(Canned::json(404, r#"["ERROR_ITEM_NOT_FOUND",""]"#)),
        Effect::LoseBefore,
    ];
    for (round, effect) in lost.into_iter().enumerate() {
        for source in SOURCES {
            let own = phone.own_ticket(source, Status::Assigned)?;
            let before = documents(&house, &own)?.len();
            let faults = house.glpi(source).faults();
            let rule = faults.add(Matcher::on("POST", "Document").times(1), effect.clone());
            let id = attach(&mut phone, &own, &format!("essai-{round}.jpg")).await?;
            phone.settle().await?;
            assert_eq!(faults.hits(rule), 1);
            assert!(is_delivered(&phone, id)?, "{source} {round}");
            assert_eq!(documents(&house, &own)?.len(), before + 1);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_success_without_effect_is_told() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let nothing = Matcher::on("POST", "Document").times(1);
        let faults = house.glpi(source).faults();
        faults.add(nothing, Effect::OkWithoutEffect);
        let id = attach(&mut phone, &own, "photo.jpg").await?;
        phone.settle().await?;
        assert_eq!(problem(&phone, id)?.kind, ProblemKind::NoEffect);
        phone.wish(id, Wish::Retry);
        phone.settle().await?;
        assert!(is_delivered(&phone, id)?, "{source}");
        assert_eq!(documents(&house, &own)?.len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn pieces_survive_a_restart_and_a_change_waits_for_the_last() -> Result<()> {
    let mut house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let bytes = photo("photo.jpg");
    let file = file("photo.jpg", &bytes);
    let first = put(&phone, &file, 0, &bytes[..PIECE]).await?;
    assert_eq!(first.received, PIECE as u64);
    // Said as if it were there: the server knows better, and keeps the order.
    phone.ready.insert(file.hash.clone());
    let photo = phone.edit(&own, ChangeBody::Attach(file.clone()))?;
    let note = phone.edit(&own, followup("Après la photo."))?;
    let response = phone.sync().await?;
    assert_eq!(response.received, []);
    assert_eq!(phone.state(note)?, State::Phone);

    house.stop().await?;
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    assert_eq!(at(&phone, &file).await?, first);
    hand_over(&mut phone, &file, &bytes).await?;
    phone.settle().await?;
    assert!(is_delivered(&phone, photo)? && is_delivered(&phone, note)?);
    assert_eq!(documents(&house, &own)?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_kind_of_file_that_glpi_refuses_waits_with_glpis_words() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = attach(&mut phone, &own, "outil.exe").await?;
        phone.settle().await?;
        let problem = problem(&phone, id)?;
        assert_eq!(problem.kind, ProblemKind::Refused);
        let words = problem.words.unwrap_or_default();
        assert!(words.contains("Type de fichier"), "{source}: {words}");
    }
    Ok(())
}

#[tokio::test]
async fn a_closed_ticket_gets_a_photo_only_where_he_insists_and_a_trashed_one_never() -> Result<()>
{
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let account = phone.account(source)?;
        let own = phone.rows(source, |row| {
            row.is_mine(&account) && row.status == Status::Assigned
        });
        let [closed, trashed] = [0, 1].map(|index| own[index].key.clone());
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).context("a colleague")?;
            let edit = [("status", json!(6))];
            world.edit_ticket(i64::try_from(closed.id.0)?, colleague, &edit);
            world.trash_ticket(i64::try_from(trashed.id.0)?, colleague);
        }
        let on_closed = attach(&mut phone, &closed, "sur-clos.jpg").await?;
        let on_trashed = attach(&mut phone, &trashed, "corbeille.jpg").await?;
        phone.settle().await?;
        assert_eq!(problem(&phone, on_closed)?.kind, ProblemKind::TicketClosed);
        let kind = problem(&phone, on_trashed)?.kind;
        assert_eq!(kind, ProblemKind::TicketTrashed);
        assert!(documents(&house, &closed)?.is_empty());
        assert!(documents(&house, &trashed)?.is_empty());
        phone.wish(on_closed, Wish::Insist);
        phone.settle().await?;
        assert!(is_delivered(&phone, on_closed)?, "{source}");
        assert_eq!(documents(&house, &closed)?.len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_its_change_says_so() -> Result<()> {
    let house = House::with(|config| config.custody.largest_file = 50_000).await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("ancien", Status::Assigned)?;
    assert_eq!(phone.references["ancien"].files.max_bytes, 50_000);
    let bytes = photo("film.mp4");
    let file = file("film.mp4", &bytes);
    let answer = try_put(&phone, &file, 0, &bytes[..PIECE]).await?;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let error: ApiError = answer.json().await?;
    assert_eq!(error.code, ErrorCode::TooLarge);
    phone.ready.insert(file.hash.clone());
    let id = phone.edit(&own, ChangeBody::Attach(file))?;
    phone.settle().await?;
    assert_eq!(problem(&phone, id)?.kind, ProblemKind::FileTooLarge);
    Ok(())
}

#[tokio::test]
async fn a_photo_of_a_ticket_that_was_made_on_the_phone_lands_on_it() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let [creation, ..] = make(&mut phone, source, "Caisse en panne")?;
        let queued = phone.phone.outbox().get(creation).context("ours")?;
        let local = queued.change.ticket().context("on a ticket")?.clone();
        let id = attach(&mut phone, &local, "photo.jpg").await?;
        phone.settle().await?;
        assert!(is_delivered(&phone, id)?, "{:?}", phone.state(id)?);
        let landed = phone.phone.resolve(&local);
        assert_eq!(documents(&house, &landed)?.len(), 1, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn two_photos_a_note_and_a_move_arrive_in_one_run() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        attach(&mut phone, &own, "avant.jpg").await?;
        phone.edit(&own, followup("Remplacé."))?;
        attach(&mut phone, &own, "après.jpg").await?;
        phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.settle().await?;
        let states = phone.states();
        let all = |state: &State| matches!(state, State::Delivered { .. });
        assert!(states.iter().all(all), "{source}: {states:?}");
        assert_eq!(documents(&house, &own)?.len(), 2);
    }
    Ok(())
}

#[tokio::test]
async fn a_document_is_read_with_his_own_rights() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        attach(&mut phone, &own, "photo.jpg").await?;
        phone.settle().await?;
        let document = documents(&house, &own)?[0].id;
        let get = async |phone: &Handset, source: &str, id: i64| {
            let address = format!("{}/api/documents/{source}/{id}", phone.base);
            phone.http.get(address).send().await
        };
        let answer = get(&phone, source, document).await?;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "image/jpeg");
        assert_eq!(answer.bytes().await?, photo("photo.jpg"));
        let missing = get(&phone, source, 99_999).await?;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
        let nowhere = get(&phone, "ailleurs", document).await?;
        assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
        let stranger = get(&house.phone()?, source, document).await?;
        assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    }
    Ok(())
}

#[tokio::test]
async fn a_file_without_a_session_or_with_a_crooked_name_is_refused() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    let file = file("photo.jpg", b"x");
    let stranger = try_put(&house.phone()?, &file, 0, b"x").await?;
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    for name in ["abc", "..%2F..%2Fetc"] {
        let address = format!("{}/api/files/{name}?offset=0&size=1", phone.base);
        let answer = phone.http.put(address).body("x").send().await?;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    }
    Ok(())
}

#[tokio::test]
async fn a_photo_of_a_note_waits_for_it_and_is_in_each_glpi_once() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let note = phone.edit(&own, followup("Le tiroir est tordu"))?;
        let bytes = photo(source);
        let below = AttachFile {
            note: Some(note),
            ..file("tiroir.jpg", &bytes)
        };
        hand_over(&mut phone, &below, &bytes).await?;
        let id = phone.edit(&own, ChangeBody::Attach(below))?;
        // The note's answer is lost: the photo waits until that is known.
        let lost = Matcher::on("POST", "Followup").times(1);
        house.glpi(source).faults().add(lost, Effect::DoThenLose);
        phone.settle().await?;
        assert!(is_delivered(&phone, note)? && is_delivered(&phone, id)?);
        assert_eq!(documents(&house, &own)?.len(), 1, "{source}");
        let key = i64::try_from(own.id.0)?;
        let notes = house.glpi(source).world().followups(key);
        let notes = notes.iter().filter(|note| note.content.contains("tordu"));
        assert_eq!(notes.count(), 1, "{source}");
        let shown = phone.phone.shown_ticket(phone.base(&own)?);
        let own: Vec<_> = shown
            .timeline
            .iter()
            .flatten()
            .filter_map(|e| e.change)
            .collect();
        let place = own.iter().position(|change| *change == note);
        let place = place.context("the note")?;
        assert_eq!(own.get(place + 1), Some(&id), "{source}");
    }
    Ok(())
}
