//! A server on a simulated disk, killed in the middle of its work.

use std::sync::Arc;

use anyhow::Result;
use async_trait::async_trait;
use tokio::sync::Notify;
use tournee::App;
use tournee::chance::Chance;
use tournee::clock::SystemClock;
use tournee::config::Config;
use tournee::glpi::{HttpRequest, HttpResponse, SourceConfig, Transport, TransportError};
use tournee::links::Transports;
use tournee::store::memory::Disk;
use tournee::store::{Store, accounts, credentials};
use tournee::vault::Vault;
use tournee_core::wire::SignInMethod;

use crate::support::*;

/// A GLPI that never answers.
#[derive(Default)]
struct Silent {
    asked: Notify,
}

#[async_trait]
impl Transport for Silent {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.asked.notify_one();
        std::future::pending().await
    }
}

fn config(folder: &tempfile::TempDir) -> Result<Config> {
    let glpi = SourceConfig {
        id: source(),
        name: "Ancien".to_owned(),
        color: "#0b5d8a".to_owned(),
        url: "http://glpi.test/".parse()?,
        app_token: None,
        timezone: None,
    };
    Ok(Config::local(folder.path(), vec![glpi]))
}

/// A change that waits to be carried out, of a technician who is signed in.
async fn fill(disk: &Disk, config: &Config) -> Result<()> {
    let store = Store::on(disk.clone())?;
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    let account = accounts::put(&mut tx, who, &account("ancien", 7)).await?;
    let token = SignInMethod::UserToken {
        token: "secret".to_owned(),
    };
    credentials::put(&mut tx, &Vault::open(&config.key)?, account, &token).await?;
    take_in(&mut tx, who, &change(1, 10)).await?;
    tx.commit().await?;
    Ok(())
}

async fn start(config: &Config, disk: &Disk, glpi: &Arc<Silent>, seed: u64) -> Result<App> {
    let store = Store::on(disk.clone())?;
    let glpi: Arc<dyn Transport> = glpi.clone();
    let transports: Transports = [(source(), glpi)].into();
    let (clock, chance) = (Arc::new(SystemClock), Chance::seeded(seed));
    Ok(App::start_on(config.clone(), store, transports.into(), clock, chance).await?)
}

#[tokio::test]
async fn a_killed_server_lets_everything_go_and_the_next_one_takes_it_up() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (disk, config) = (Disk::new(1), config(&folder)?);
    fill(&disk, &config).await?;
    let glpi = Arc::new(Silent::default());
    let app = start(&config, &disk, &glpi, 1).await?;
    glpi.asked.notified().await;
    let shared = Arc::downgrade(app.shared());
    app.kill().await;
    assert!(shared.upgrade().is_none(), "something of that life goes on");

    let next = start(&config, &disk, &glpi, 2).await?;
    glpi.asked.notified().await;
    next.stop().await;
    Ok(())
}
