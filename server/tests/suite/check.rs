//! `tournee check`.

use anyhow::Result;
use tournee::check::check;
use tournee::glpi::{Credentials, Secret};
use tournee_sandbox::accounts::{PASSWORD, TECHNICIAN};

use crate::support::House;

#[tokio::test]
async fn it_names_version_dialect_and_zone_of_each_glpi() -> Result<()> {
    let house = House::open().await?;
    let credentials = Credentials::Password {
        login: TECHNICIAN.to_owned(),
        password: Secret::new(PASSWORD),
    };
    let report = check(&house.config, Some(&credentials)).await.to_string();
    let line = |source: &str| {
        let mut lines = report.lines();
        lines
            .find(|line| line.starts_with(&format!("✓ {source} ")))
            .map(str::to_owned)
    };
    let old = line("ancien").unwrap();
    assert!(
        old.contains("version: 9.2") && old.contains("dialect: 9.2"),
        "{old}"
    );
    let new = line("nouveau").unwrap();
    assert!(
        new.contains("version: 10.0") && new.contains("dialect: 10.0"),
        "{new}"
    );
    assert!(new.contains("Europe/Paris"), "{new}");
    assert!(!report.contains(PASSWORD));
    Ok(())
}

#[tokio::test]
async fn it_says_what_an_administrator_can_do() -> Result<()> {
    let mut house = House::open().await?;
    house.old.world().set_api_enabled(false);
    house.kill_glpi("nouveau").await;
    let report = check(&house.config, None).await;
    assert!(!report.is_fine());
    let text = report.to_string();
    assert!(
        text.contains("✗ ancien") && text.contains("switch on the REST API"),
        "{text}"
    );
    assert!(
        text.contains("✗ nouveau") && text.contains("firewall"),
        "{text}"
    );
    assert!(text.contains("✗ the app's files are missing"), "{text}");
    Ok(())
}
