//! Signing in and out.

use std::time::Duration;

use anyhow::Result;
use tournee_core::domain::{AccountState, EntityChoice, Status};
use tournee_core::outbox::State;
use tournee_core::wire::{ApiError, ChooseProfile, ErrorCode, SessionInfo, SignIn, SignInMethod};
use tournee_sandbox::accounts::{
    LOCKED, PASSWORD, SELF_SERVICE, TECHNICIAN, TWO_PROFILES, api_token,
};
use tournee_sandbox::world::rights;
use tournee_sandbox::{Canned, Effect, Matcher, Version};

use crate::support::handset::{Handset, followup};
use crate::support::{House, SOURCES, wait_until};

fn password(login: &str, password: &str) -> SignInMethod {
    SignInMethod::Password {
        login: login.to_owned(),
        password: password.to_owned(),
    }
}

async fn refusal(house: &House, source: &str, method: SignInMethod) -> Result<Option<ErrorCode>> {
    let answer = house.phone()?.try_sign_in(source, method).await?;
    Ok(answer.err().map(|error| {
        assert!(!error.request_id.is_empty());
        error.code
    }))
}

#[tokio::test]
async fn a_technician_signs_in_to_both_glpis_as_one_user() -> Result<()> {
    let house = House::open().await?;
    let phone = house.phone()?;
    for source in SOURCES {
        let account = phone.sign_in(source, TECHNICIAN).await?;
        assert_eq!(account.name, "Marcoux Patrick");
        assert_eq!(account.stores_emoji, source == "nouveau");
    }
    let address = format!("{}/api/session", phone.base);
    let info: SessionInfo = phone.http.get(address).send().await?.json().await?;
    assert!(info.signed_in);
    assert!(info.sources.iter().all(|source| source.account.is_some()));
    Ok(())
}

#[tokio::test]
async fn the_sessions_cookie_is_for_this_server_over_https_and_for_no_script() -> Result<()> {
    let house = House::with(|config| {
        let public = "https://tournee.example.org".parse();
        config.public_url = public.unwrap_or(config.public_url.clone());
    })
    .await?;
    let method = password(TECHNICIAN, PASSWORD);
    let answer = reqwest::Client::new()
        .post(format!("http://{}/api/session/nouveau", house.address))
        .json(&SignIn { method })
        .send()
        .await?;
    assert_eq!(answer.status(), 200);
    let cookie = answer.headers()["set-cookie"].to_str()?.to_owned();
    for guard in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(guard), "{guard}: {cookie}");
    }
    Ok(())
}

#[tokio::test]
async fn a_personal_token_signs_in_too() -> Result<()> {
    let house = House::open().await?;
    for (source, version) in [("ancien", Version::V9_2), ("nouveau", Version::V10_0)] {
        let token = api_token(version, TECHNICIAN);
        let method = SignInMethod::UserToken { token };
        assert_eq!(refusal(&house, source, method).await?, None);
        let token = "nonsense".to_owned();
        let method = SignInMethod::UserToken { token };
        assert_eq!(
            refusal(&house, source, method).await?,
            Some(ErrorCode::WrongToken)
        );
    }
    Ok(())
}

#[tokio::test]
async fn each_refusal_has_its_own_code() -> Result<()> {
    let house = House::open().await?;
    for source in SOURCES {
        let wrong = refusal(&house, source, password(TECHNICIAN, "wrong")).await?;
        assert_eq!(wrong, Some(ErrorCode::WrongPassword), "{source}");
        let locked = refusal(&house, source, password(LOCKED, PASSWORD)).await?;
        assert_eq!(locked, Some(ErrorCode::AccountLocked), "{source}");
        let user = refusal(&house, source, password(SELF_SERVICE, PASSWORD)).await?;
        assert_eq!(user, Some(ErrorCode::NoProfile), "{source}");
        house.glpi(source).world().settings.app_token = Some("jeton".to_owned());
        let no_token = refusal(&house, source, password(TECHNICIAN, PASSWORD)).await?;
        assert_eq!(no_token, Some(ErrorCode::AppTokenMissing), "{source}");
        house.glpi(source).world().settings.app_token = None;
        house.glpi(source).world().set_api_enabled(false);
        let disabled = refusal(&house, source, password(TECHNICIAN, PASSWORD)).await?;
        assert_eq!(disabled, Some(ErrorCode::GlpiApiDisabled), "{source}");
        let page = Canned::html(502, "<h1>Bad Gateway</h1>");
        house
            .glpi(source)
            .faults()
            .add(Matcher::any(), Effect::Status(page));
        let proxy = refusal(&house, source, password(TECHNICIAN, PASSWORD)).await?;
        assert_eq!(proxy, Some(ErrorCode::GlpiUnexpected), "{source}");
    }
    let nowhere = refusal(&house, "absent", password(TECHNICIAN, PASSWORD)).await?;
    assert_eq!(nowhere, Some(ErrorCode::UnknownSource));
    Ok(())
}

#[tokio::test]
async fn where_glpi_takes_no_passwords_any_more_a_token_signs_in_and_what_waited_goes_on()
-> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for (source, version) in [("ancien", Version::V9_2), ("nouveau", Version::V10_0)] {
        let own = phone.own_ticket(source, Status::Assigned)?;
        {
            let mut world = house.glpi(source).world();
            world.settings.login_with_credentials = false;
            world.expire_all_sessions();
        }
        let id = phone.edit(&own, followup("En attendant un jeton."))?;
        phone.sync_until(source, AccountState::NeedsSignIn).await?;
        assert_eq!(phone.state(id)?, State::Server);
        let again = refusal(&house, source, password(TECHNICIAN, PASSWORD)).await?;
        assert_eq!(again, Some(ErrorCode::PasswordsOff), "{source}");
        let token = api_token(version, TECHNICIAN);
        let method = SignInMethod::UserToken { token };
        assert!(phone.try_sign_in(source, method).await?.is_ok());
        phone.settle().await?;
        assert!(matches!(phone.state(id)?, State::Delivered { .. }));
        assert_eq!(phone.account(source)?.state, AccountState::Active);
    }
    Ok(())
}

fn may_be_self_service(house: &House, source: &str) {
    let mut world = house.glpi(source).world();
    let user = world.user_id(TECHNICIAN).unwrap_or_default();
    let columns = [
        ("users_id", user.into()),
        ("profiles_id", rights::SELF_SERVICE.into()),
        ("entities_id", 0.into()),
        ("is_recursive", 1.into()),
    ];
    world.insert("Profile_User", &columns);
}

fn choose_self_service(
    phone: &Handset,
    source: &str,
) -> impl Future<Output = reqwest::Result<reqwest::Response>> + use<> {
    let choice = ChooseProfile {
        profile: rights::SELF_SERVICE.unsigned_abs(),
        entity: EntityChoice::All,
    };
    let address = format!("{}/api/session/{source}/profile", phone.base);
    phone.http.put(address).json(&choice).send()
}

#[tokio::test]
async fn a_profile_that_no_ticket_can_be_worked_on_with_is_not_taken_up() -> Result<()> {
    let house = House::open().await?;
    SOURCES
        .iter()
        .for_each(|source| may_be_self_service(&house, source));
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let before = phone.account(source)?;
        assert_eq!(before.profiles.len(), 2, "{before:?}");
        let answer = choose_self_service(&phone, source).await?;
        assert_eq!(answer.status(), 403);
        let error: ApiError = answer.json().await?;
        assert_eq!(error.code, ErrorCode::NoProfile);
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = phone.edit(&own, followup("Avec le profil d'avant."))?;
        phone.settle().await?;
        assert!(matches!(phone.state(id)?, State::Delivered { .. }));
        assert_eq!(phone.account(source)?.profile, before.profile);
    }
    Ok(())
}

#[tokio::test]
async fn what_is_carried_out_while_a_profile_is_chosen_goes_on_with_the_one_before() -> Result<()> {
    let house = House::open().await?;
    SOURCES
        .iter()
        .for_each(|source| may_be_self_service(&house, source));
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let note = phone.edit(&own, followup("Pendant qu'il choisit."))?;
        let faults = house.glpi(source).faults();
        let changing = Matcher::on("POST", "changeActiveProfile");
        let slow = Effect::Delay(Duration::from_secs(3));
        let rule = faults.add(changing, slow);
        let chosen = choose_self_service(&phone, source);
        let meanwhile = async {
            wait_until(|| async { Ok(faults.hits(rule) > 0) }).await?;
            phone.settle().await
        };
        let (chosen, settled) = tokio::join!(chosen, meanwhile);
        settled?;
        assert_eq!(chosen?.status(), 403, "{source}");
        faults.remove(rule);
        let state = phone.state(note)?;
        let is_delivered = matches!(state, State::Delivered { .. });
        assert!(is_delivered, "{source}: {state:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_refusal_of_the_old_password_takes_nothing_from_who_signed_in_anew_meanwhile()
-> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        {
            let mut world = house.glpi(source).world();
            let user = world.user_id(TECHNICIAN).unwrap_or_default();
            world.set_password(user, "changed");
            world.expire_all_sessions();
        }
        let faults = house.glpi(source).faults();
        let opening = Matcher::on("GET", "initSession").times(1);
        let rule = faults.add(opening, Effect::Delay(Duration::from_secs(2)));
        let note = phone.edit(&own, followup("Pendant qu'il se reconnecte."))?;
        phone.send(&phone.phone.request(false)).await?;
        wait_until(|| async { Ok(faults.hits(rule) == 1) }).await?;
        let anew = phone.try_sign_in(source, password(TECHNICIAN, "changed"));
        assert!(anew.await?.is_ok(), "{source}");
        phone.settle().await?;
        // The new one is kept, beyond this session.
        house.glpi(source).world().expire_all_sessions();
        let after = phone.edit(&own, followup("Une session plus tard."))?;
        phone.settle().await?;
        for id in [note, after] {
            let state = phone.state(id)?;
            let is_delivered = matches!(state, State::Delivered { .. });
            assert!(is_delivered, "{source}: {state:?}");
        }
        assert_eq!(phone.account(source)?.state, AccountState::Active);
    }
    Ok(())
}

#[tokio::test]
async fn a_glpi_that_is_down_is_unreachable() -> Result<()> {
    let mut house = House::open().await?;
    house.kill_glpi("ancien").await;
    let down = refusal(&house, "ancien", password(TECHNICIAN, PASSWORD)).await?;
    assert_eq!(down, Some(ErrorCode::GlpiUnreachable));
    Ok(())
}

#[tokio::test]
async fn too_many_failures_block_the_account_but_no_other() -> Result<()> {
    let house = House::open().await?;
    let mut codes = Vec::new();
    for _ in 0..7 {
        codes.push(refusal(&house, "ancien", password(TECHNICIAN, "guess")).await?);
    }
    assert_eq!(codes.first(), Some(&Some(ErrorCode::WrongPassword)));
    assert_eq!(codes.last(), Some(&Some(ErrorCode::TooManyAttempts)));
    let right = refusal(&house, "ancien", password(TECHNICIAN, PASSWORD)).await?;
    assert_eq!(right, Some(ErrorCode::TooManyAttempts));
    assert_eq!(
        refusal(&house, "ancien", password(TWO_PROFILES, PASSWORD)).await?,
        None
    );
    Ok(())
}

/// More than are let through.
const GUESSES: usize = 12;

#[tokio::test]
async fn guesses_side_by_side_are_let_through_like_guesses_in_a_row() -> Result<()> {
    let house = House::open().await?;
    let slow = Effect::Delay(Duration::from_millis(50));
    let faults = house.glpi("ancien").faults();
    let asked = faults.add(Matcher::on("GET", "initSession"), slow);
    let guess = || refusal(&house, "ancien", password(TECHNICIAN, "guess"));
    let codes = futures::future::try_join_all((0..GUESSES).map(|_| guess())).await?;
    let stopped = |code: &&Option<ErrorCode>| **code == Some(ErrorCode::TooManyAttempts);
    let stopped = codes.iter().filter(stopped).count();
    // Each address may fail more often than each account.
    assert!(stopped > GUESSES / 2, "{codes:?}");
    assert_eq!(faults.hits(asked), u64::try_from(GUESSES - stopped)?);
    Ok(())
}

#[tokio::test]
async fn whoever_leaves_before_the_answer_is_heard_to_the_end() -> Result<()> {
    let house = House::open().await?;
    let slow = Effect::Delay(Duration::from_millis(400));
    let faults = house.glpi("ancien").faults();
    let asked = faults.add(Matcher::on("GET", "initSession"), slow);
    for guesses in 1..=6 {
        let guess = refusal(&house, "ancien", password(TECHNICIAN, "guess"));
        tokio::select! {
            // What those who left had guessed was counted.
            answer = guess => {
                assert_eq!(answer?, Some(ErrorCode::TooManyAttempts));
                assert!(guesses > 1);
                return Ok(());
            }
            // It is under way there: he leaves.
            is_asked = wait_until(|| async { Ok(faults.hits(asked) == guesses) }) => is_asked?,
        }
    }
    anyhow::bail!("never stopped")
}

#[tokio::test]
async fn a_request_from_another_site_is_refused() -> Result<()> {
    let house = House::open().await?;
    let phone = house.phone()?;
    let answer = phone
        .http
        .delete(format!("{}/api/session", phone.base))
        .header("origin", "https://evil.example")
        .send()
        .await?;
    assert_eq!(answer.status(), 403);
    let error: ApiError = answer.json().await?;
    assert_eq!(error.code, ErrorCode::WrongOrigin);
    Ok(())
}

#[tokio::test]
async fn signing_out_ends_the_session_and_forgets_the_credential() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let gone = phone
        .http
        .delete(format!("{}/api/session", phone.base))
        .send()
        .await?;
    assert_eq!(gone.status(), 204);
    let refused = phone.try_send(&phone.phone.request(false)).await?;
    assert_eq!(refused.status(), 401);
    phone.sign_in("ancien", TECHNICIAN).await?;
    assert!(phone.sync().await.is_ok());
    Ok(())
}
