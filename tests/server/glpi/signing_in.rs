//! Finding a GLPI and signing in: each refusal is its own.

use anyhow::{Result, bail};
use jiff::tz::TimeZone;
use tournee::glpi::{Credentials, GlpiError, Secret, Session, Warning};
use tournee_core::wire::ErrorCode;
use tournee_sandbox::accounts::{
    LOCKED, PASSWORD, SELF_SERVICE, TECHNICIAN, TWO_PROFILES, api_token,
};
use tournee_sandbox::{Canned, Effect, Matcher, Options};

use crate::support::{House, both, client, password};

fn refused(result: Result<Session, GlpiError>) -> Result<ErrorCode> {
    match result {
        Ok(_) => bail!("signed in"),
        Err(error) => Ok(error.code()),
    }
}

#[tokio::test]
async fn the_version_the_zone_and_the_identity_are_found() -> Result<()> {
    for (options, version, dialect) in [
        (Options::glpi_9_2(), "9.2", "9.2"),
        (Options::glpi_10(), "10.0.17", "10.0"),
    ] {
        let house = House::new(options).await?;
        assert_eq!(house.client.detect().await?.version, None);
        let session = house.technician().await?;
        let detected = house.client.detect().await?;
        assert_eq!(detected.version.as_deref(), Some(version));
        assert_eq!(detected.dialect, Some(dialect));
        assert!(detected.known);
        assert_eq!(detected.zone.as_deref(), Some("Europe/Paris"));
        assert_eq!(
            detected.warnings,
            [Warning::PlainHttp, Warning::NoAppTokenWanted]
        );
        let identity = session.identity();
        assert_eq!(identity.login, TECHNICIAN);
        assert_eq!(identity.name, "Marcoux Patrick");
        assert_eq!(identity.profile.name, "Technician");
        assert!(identity.central);
        assert!(!identity.groups.is_empty());
        assert!(identity.groups.iter().all(|g| !g.name.starts_with('#')));
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_application_token_gives_the_version_away_before_anybody_signs_in() -> Result<()> {
    for (options, dialect) in [(Options::glpi_9_2(), "9.2"), (Options::glpi_10(), "10.0")] {
        let options = Options {
            app_token: Some("jeton".to_owned()),
            ..options
        };
        let right = House::with_token(options.clone(), Some("jeton")).await?;
        assert_eq!(right.client.detect().await?.dialect, Some(dialect));
        right.technician().await?;

        let wrong = House::with_token(options.clone(), Some("faux")).await?;
        let error = wrong.client.detect().await.err().map(|e| e.code());
        assert_eq!(error, Some(ErrorCode::AppTokenWrong));
        let code = refused(
            wrong
                .client
                .sign_in(&password(TECHNICIAN, PASSWORD), None)
                .await,
        )?;
        assert_eq!(code, ErrorCode::AppTokenWrong);

        let none = House::new(options).await?;
        let error = none.client.detect().await.err().map(|e| e.code());
        assert_eq!(error, Some(ErrorCode::AppTokenMissing));
    }
    Ok(())
}

#[tokio::test]
async fn each_refusal_of_a_sign_in_has_its_own_code() -> Result<()> {
    for options in both() {
        let version = options.version;
        let house = House::new(options).await?;
        let sign_in = async |credentials: Credentials| {
            refused(house.client.sign_in(&credentials, None).await)
        };
        assert_eq!(
            sign_in(password(TECHNICIAN, "faux")).await?,
            ErrorCode::WrongPassword
        );
        assert_eq!(
            sign_in(password("inconnu", "faux")).await?,
            ErrorCode::WrongPassword
        );
        assert_eq!(
            sign_in(password(LOCKED, PASSWORD)).await?,
            ErrorCode::AccountLocked
        );
        assert_eq!(
            sign_in(Credentials::UserToken(Secret::new("0".repeat(40)))).await?,
            ErrorCode::WrongToken
        );
        let token = Credentials::UserToken(Secret::new(api_token(version, TECHNICIAN)));
        let session = house.client.sign_in(&token, None).await?;
        assert_eq!(session.identity().login, TECHNICIAN);

        house.glpi.world().settings.login_with_credentials = false;
        assert_eq!(
            sign_in(password(TECHNICIAN, PASSWORD)).await?,
            ErrorCode::PasswordsOff
        );
        house.glpi.world().set_api_enabled(false);
        assert_eq!(sign_in(token).await?, ErrorCode::GlpiApiDisabled);
        let error = house.client.detect().await.err().map(|e| e.code());
        assert_eq!(error, Some(ErrorCode::GlpiApiDisabled));
    }
    Ok(())
}

#[tokio::test]
async fn what_is_not_a_glpi_is_said_to_be_none() -> Result<()> {
    let house = House::new(Options::glpi_10()).await?;
    let page = Canned::html(200, "<html><body>Bienvenue</body></html>");
    house
        .glpi
        .faults()
        .add(Matcher::any(), Effect::Status(page));
    let code = house.client.detect().await.err().map(|e| e.code());
    assert_eq!(code, Some(ErrorCode::GlpiUnexpected));

    // Nobody listens on a port that was just given back.
    let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let nobody = client(&format!("http://{free}"), None)?;
    let code = refused(nobody.sign_in(&password("a", "b"), None).await)?;
    assert_eq!(code, ErrorCode::GlpiUnreachable);
    Ok(())
}

#[tokio::test]
async fn a_profile_can_be_chosen_and_the_central_one_is_preferred() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.sign_in(TWO_PROFILES).await?;
        let first = session.identity().clone();
        assert_eq!(first.profiles.len(), 2);
        let other = first.profiles.iter().find(|p| p.id != first.profile.id);
        let other = other.map(|profile| profile.id).unwrap_or_default();
        let changed = house.client.choose_profile(&session, other).await?;
        assert_eq!(changed.identity().profile.id, other);
        let again = house
            .client
            .sign_in(&password(TWO_PROFILES, PASSWORD), Some(other))
            .await?;
        assert_eq!(again.identity().profile.id, other);
        assert_eq!(
            house.client.choose_profile(&session, 999).await.err(),
            Some(GlpiError::NotFound)
        );
        let requester = house.sign_in(SELF_SERVICE).await?;
        assert!(!requester.identity().central);
    }
    Ok(())
}

#[tokio::test]
async fn a_session_ends_when_it_is_signed_out() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        assert_eq!(house.glpi.world().session_count(), 1);
        house.client.sign_out(&session).await?;
        assert_eq!(house.glpi.world().session_count(), 0);
        house.client.sign_out(&session).await?;
        let error = house.client.reference(&session).await.err();
        assert_eq!(error, Some(GlpiError::SessionExpired));
    }
    Ok(())
}

#[tokio::test]
async fn dates_are_right_whatever_zone_a_glpi_counts_in() -> Result<()> {
    for options in both() {
        let house = House::new(Options {
            timezone: TimeZone::get("Asia/Kolkata")?,
            ..options
        })
        .await?;
        let session = house.technician().await?;
        let me = house.user(TECHNICIAN)?;
        let id = house.ticket_of(2, Some(me))?;
        house
            .glpi
            .world()
            .add_followup(id.cast_signed(), me, "maintenant", false);
        let ticket = house.ticket(&session, id).await?;
        let late = jiff::Timestamp::now().as_second() - ticket.modified_at.0;
        assert!((0..30).contains(&late), "{late}");
    }
    Ok(())
}
