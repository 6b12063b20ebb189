//! Backups made while the server runs, what a restored one brings back, and databases that are refused.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sqlx::{ConnectOptions as _, Connection as _};
use tournee::App;
use tournee::backup::{BackupError, backup};
use tournee_core::domain::Status;
use tournee_core::ids::ChangeId;
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};

use crate::carrying::stuck;
use crate::creation::{anywhere, create, is_delivered, local, titled};
use crate::support::handset::{followup, status};
use crate::support::{Handset, House, SOURCES, wait_until};

fn work(phone: &mut Handset, words: &str) -> Result<Vec<(ChangeId, String)>> {
    let mut made = Vec::new();
    for source in SOURCES {
        let account = phone.account(source)?;
        let own = phone.rows(source, |row| row.is_mine(&account) && row.status.is_open());
        for (index, row) in own.iter().take(12).enumerate() {
            let text = format!("{words} {source} {index}.");
            made.push((phone.edit(&row.key, followup(&text))?, text));
        }
    }
    Ok(made)
}

fn times(house: &House, source: &str, text: &str) -> usize {
    let world = house.glpi(source).world();
    let tickets = world.ticket_ids();
    let notes = tickets.into_iter().flat_map(|id| world.followups(id));
    notes.filter(|note| note.content.contains(text)).count()
}

#[tokio::test]
async fn a_backup_made_while_changes_flow_restores_and_nothing_happens_twice() -> Result<()> {
    let mut house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let file = house.config.data_dir.join("nightly.sqlite");
    let mut made = work(&mut phone, "Pendant la sauvegarde")?;
    let request = phone.phone.request(false);
    phone.send(&request).await?;
    let copied = backup(&house.config.data_dir, &file).await?;
    assert_eq!(copied.changes, i64::try_from(made.len())?);
    let mode = std::fs::metadata(&file)?.permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    phone.settle().await?;
    made.extend(work(&mut phone, "Après la sauvegarde")?);
    let own = phone.own_ticket("nouveau", Status::Planned)?;
    let moved = phone.edit(&own, status(Status::Planned, Status::Pending))?;
    phone.settle().await?;
    // Carried out, and the phone never hears of it.
    let own = phone.own_ticket("ancien", Status::Planned)?;
    let text = "Sans réponse.".to_owned();
    made.push((phone.edit(&own, followup(&text))?, text.clone()));
    phone.send(&phone.phone.request(false)).await?;
    wait_until(|| async { Ok(times(&house, "ancien", &text) == 1) }).await?;

    house.stop().await?;
    house.restore(&file)?;
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    let known = phone.phone.meta().epoch.clone();
    let answer = phone.sync().await?;
    assert_ne!(Some(answer.epoch), known, "the phone is told to start over");
    phone.settle().await?;
    for (id, text) in made {
        let state = phone.state(id)?;
        assert!(matches!(state, State::Delivered { .. }), "{text} {state:?}");
        let there: usize = SOURCES.iter().map(|s| times(&house, s, &text)).sum();
        assert_eq!(there, 1, "{text}");
    }
    assert!(matches!(phone.state(moved)?, State::Delivered { .. }));
    Ok(())
}

/// Carried out by a server that is forgotten since, and the phone never heard of it: he takes one back, and types the other
/// anew.
#[tokio::test]
async fn what_a_forgotten_server_carried_out_is_neither_taken_back_nor_made_anew() -> Result<()> {
    let mut house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let file = house.config.data_dir.join("nightly.sqlite");
    backup(&house.config.data_dir, &file).await?;
    let mut made = Vec::new();
    for source in SOURCES {
        let title = format!("Tiroir {source}");
        let ticket = create(&phone, source, &title, "Bloqué")?;
        let old = phone.edit(&anywhere(source), ticket)?;
        let text = format!("Vu sur place, {source}.");
        let note = phone.edit(&local(source, old), followup(&text))?;
        made.push((source, title, old, text, note));
    }
    phone.sync().await?;
    for (source, _, _, text, _) in &made {
        wait_until(|| async { Ok(times(&house, source, text) == 1) }).await?;
    }

    house.stop().await?;
    house.restore(&file)?;
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    let mut anew = Vec::new();
    for (source, title, old, _, note) in &made {
        assert_eq!(phone.state(*old)?, State::Server);
        let key = local(source, *old);
        let body = create(&phone, source, &format!("{title} anew"), "Bloqué")?;
        phone.wish(*note, Wish::Withdraw);
        anew.push(phone.replace(&key, body, Some(*old))?);
    }
    for new in anew {
        stuck(&mut phone, &[new]).await?;
        let State::NeedsYou { problem } = phone.state(new)? else {
            anyhow::bail!("{:?}", phone.state(new)?);
        };
        assert_eq!(problem.kind, ProblemKind::AlreadySent);
        phone.wish(new, Wish::Withdraw);
    }
    phone.settle().await?;
    for (source, title, old, text, note) in made {
        assert_eq!(titled(&house, source, &title).len(), 1);
        assert_eq!(titled(&house, source, &format!("{title} anew")).len(), 0);
        assert_eq!(times(&house, source, &text), 1);
        for id in [old, note] {
            assert!(is_delivered(&phone, id), "{source}: {:?}", phone.state(id)?);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_leaves_nothing_half_done() -> Result<()> {
    let house = House::open().await?;
    let file = house.config.data_dir.join("important");
    std::fs::write(&file, "something else")?;
    let refused = backup(&house.config.data_dir, &file).await;
    assert!(matches!(refused, Err(BackupError::Exists(_))));
    assert_eq!(std::fs::read_to_string(&file)?, "something else");
    let empty = tempfile::tempdir()?;
    let file = empty.path().join("backup");
    let refused = backup(empty.path(), &file).await;
    assert!(matches!(refused, Err(BackupError::NoDatabase(_))));
    assert!(!file.exists());
    let nowhere = house.config.data_dir.join("absent/backup");
    let refused = backup(&house.config.data_dir, &nowhere).await;
    assert!(matches!(refused, Err(BackupError::File { .. })));
    Ok(())
}

#[tokio::test]
async fn a_damaged_database_is_not_backed_up_as_if_it_were_whole() -> Result<()> {
    let (house, database) = stopped_house().await?;
    damage_the_middle(&database)?;
    let file = house.config.data_dir.join("backup");
    let refused = backup(&house.config.data_dir, &file).await;
    assert!(refused.is_err());
    assert!(!file.exists());
    Ok(())
}

/// A house whose server has worked and stopped.
async fn stopped_house() -> Result<(House, PathBuf)> {
    let mut house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    work(&mut phone, "Avant les dégâts")?;
    phone.settle().await?;
    house.stop().await?;
    let database = house.config.data_dir.join("tournee.sqlite");
    Ok((house, database))
}

/// Every page of a stretch in the middle, as a disk that lost some blocks.
fn damage_the_middle(database: &Path) -> Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).open(database)?;
    let middle = file.metadata()?.len() / 2 / 4096 * 4096;
    file.seek(SeekFrom::Start(middle))?;
    file.write_all(&[0xa5; 4 * 4096])?;
    Ok(())
}

/// Why it does not start; the file is as it was.
async fn refusal(house: &House, database: &Path) -> Result<String> {
    let before = std::fs::read(database)?;
    let key = house.config.clone();
    let why = App::start(key).await.err().context("it must not start")?;
    assert!(std::fs::read(database)? == before, "the file was touched");
    Ok(why.to_string())
}

#[tokio::test]
async fn a_damaged_database_is_refused_with_what_to_do() -> Result<()> {
    let (house, database) = stopped_house().await?;
    let whole = std::fs::read(&database)?;
    damage_the_middle(&database)?;
    let middle = refusal(&house, &database).await?;
    let mut head = whole.clone();
    head[..16].copy_from_slice(b"nothing of SQL..");
    std::fs::write(&database, &head)?;
    let head = refusal(&house, &database).await?;
    std::fs::write(&database, &whole[..whole.len() / 2])?;
    let half = refusal(&house, &database).await?;
    for why in [middle, head, half] {
        for part in [
            "is damaged",
            "Keep this file",
            "backup",
            "key file as it is",
        ] {
            assert!(why.contains(part), "{part}: {why}");
        }
        assert!(why.contains(&database.display().to_string()), "{why}");
    }
    std::fs::write(&database, &whole)?;
    App::start(house.config.clone()).await?.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_with_what_to_do() -> Result<()> {
    let (house, database) = stopped_house().await?;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&database);
    let mut connection = options.connect().await?;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9000, 'of tomorrow', 1, x'00', 0)",
    )
    .execute(&mut connection)
    .await?;
    connection.close().await?;
    let why = refusal(&house, &database).await?;
    assert!(
        why.contains("newer version") && why.contains("9000"),
        "{why}"
    );
    let mut magic = [0; 15];
    std::fs::File::open(&database)?.read_exact(&mut magic)?;
    assert_eq!(&magic, b"SQLite format 3");
    Ok(())
}
