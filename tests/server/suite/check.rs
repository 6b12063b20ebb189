//! `tournee check`.

use anyhow::Result;
use tournee::check::check;
use tournee::config::Tls;
use tournee::glpi::{Credentials, Secret};
use tournee_core::domain::{Position, Store};
use tournee_core::ids::SourceId;
use tournee_core::wire::{ErrorCode, SignInMethod};
use tournee_sandbox::accounts::{PASSWORD, SUPER_ADMIN, TECHNICIAN, api_token};
use tournee_sandbox::{Canned, Effect, Matcher, Version};

use crate::support::{House, SOURCES};

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
    // The stock technician may not read places.
    let closed = report.matches("may not read GLPI's places");
    assert_eq!(closed.count(), 2, "{report}");
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

#[tokio::test]
async fn a_certificate_is_tried_with_its_key_before_the_server_starts() -> Result<()> {
    let mut house = House::open().await?;
    let folder = house.config.data_dir.clone();
    let (made, other) = (self_signed()?, self_signed()?);
    let file = |name: &str, text: String| std::fs::write(folder.join(name), text);
    file("cert.pem", made.cert.pem())?;
    file("cert.key", made.signing_key.serialize_pem())?;
    file("other.key", other.signing_key.serialize_pem())?;
    file("empty.pem", String::new())?;
    for (cert, key, mark) in [
        ("cert.pem", "cert.key", '✓'),
        ("cert.pem", "other.key", '✗'),
        ("empty.pem", "cert.key", '✗'),
        ("cert.pem", "cert.pem", '✗'),
    ] {
        let [cert, key] = [cert, key].map(|name| folder.join(name));
        house.config.tls = Some(Tls {
            cert: cert.clone(),
            key,
        });
        let report = check(&house.config, None).await.to_string();
        let mut lines = report.lines();
        let line = lines.find(|line| line.contains(&cert.display().to_string()));
        assert!(line.is_some_and(|line| line.starts_with(mark)), "{report}");
    }
    Ok(())
}

fn self_signed() -> Result<rcgen::CertifiedKey<rcgen::KeyPair>> {
    Ok(rcgen::generate_simple_self_signed(
        ["localhost".to_owned()],
    )?)
}

#[tokio::test]
async fn a_token_in_the_configuration_names_versions_with_nobody_there() -> Result<()> {
    let mut house = House::open().await?;
    for (source, version) in [("ancien", Version::V9_2), ("nouveau", Version::V10_0)] {
        let token = Secret::new(api_token(version, TECHNICIAN));
        house
            .config
            .check_tokens
            .insert(SourceId::new(source), token);
    }
    let report = check(&house.config, None).await.to_string();
    assert!(
        report.contains("version: 9.2") && report.contains("version: 10.0"),
        "{report}"
    );
    house.config.check_tokens.clear();
    let report = check(&house.config, None).await.to_string();
    for source in SOURCES {
        let mut lines = report.lines();
        let line = lines.find(|line| line.starts_with(&format!("! {source} (")));
        let asks = |what: &str| line.is_some_and(|line| line.contains(what));
        assert!(
            asks("--login NAME") && asks("`check_user_token`"),
            "{report}"
        );
        assert!(!report.contains(&format!("✓ {source}")), "{report}");
    }
    Ok(())
}

#[tokio::test]
async fn an_address_that_glpi_does_not_admit_is_said_to_both() -> Result<()> {
    let house = House::open().await?;
    for (source, status) in [("ancien", 400), ("nouveau", 401)] {
        let words = r#"["ERROR_NOT_ALLOWED_IP","Il n'existe pas de client API actif (10.0.0.9)"]"#;
        let refusal = Effect::Status(Canned::json(status, words));
        house.glpi(source).faults().add(Matcher::any(), refusal);
        let method = SignInMethod::Password {
            login: TECHNICIAN.to_owned(),
            password: PASSWORD.to_owned(),
        };
        let refused = house.phone()?.try_sign_in(source, method).await?;
        let error = refused.err().unwrap();
        assert_eq!(error.code, ErrorCode::AddressNotAllowed, "{source}");
        assert!(error.detail.is_some_and(|words| words.contains("10.0.0.9")));
        assert!(house.app()?.shared().links.down().is_empty(), "it answers");
    }
    let report = check(&house.config, None).await.to_string();
    let told = report.matches("add this machine's address to the API client's range");
    assert_eq!(told.count(), 2, "{report}");
    Ok(())
}

#[tokio::test]
async fn who_may_read_places_is_told_which_of_them_have_no_coordinates() -> Result<()> {
    let house = House::with(|config| {
        config.stores = vec![Store {
            name: "magasin les arcs".to_owned(),
            position: Position::of_degrees(43.4636, 6.4792),
            ..Store::default()
        }];
    })
    .await?;
    let credentials = Credentials::Password {
        login: SUPER_ADMIN.to_owned(),
        password: Secret::new(PASSWORD),
    };
    let report = check(&house.config, Some(&credentials)).await.to_string();
    let missing = report.matches("places have no coordinates, in GLPI or in [[store]]: ");
    assert_eq!(missing.count(), 2, "{report}");
    assert!(
        report.contains("Entrepôt VIDAUBAN") && !report.contains("Les ARCS"),
        "{report}"
    );
    Ok(())
}
