//! The `[gmail]` table of the file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_spanned::Spanned;
use tournee_core::domain::UrgentBox;
use tournee_core::ids::MailboxId;
use url::Url;

use super::ConfigError;
use super::file::{existing, web_url};
use super::place::Place;
use crate::glpi::Secret;
use crate::gmail::config::{
    Answers, DoneWhen, Endpoints, GmailConfig, LabelNames, ReplyToClosed, ServiceAccount, WebClient,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GmailFile {
    client_id: Option<Spanned<String>>,
    client_secret_file: Option<Spanned<PathBuf>>,
    service_account_file: Option<Spanned<PathBuf>>,
    shared: Option<Spanned<String>>,
    domain: Option<Spanned<String>>,
    label_urgent: Option<Spanned<String>>,
    label_in_progress: Option<Spanned<String>>,
    label_done: Option<Spanned<String>>,
    urgent_alone: Option<bool>,
    done_when: Option<DoneWhen>,
    reply_to_closed: Option<ReplyToClosed>,
    answers: Option<Answers>,
    authorize_url: Option<Spanned<String>>,
    token_url: Option<Spanned<String>>,
    revoke_url: Option<Spanned<String>>,
    api_url: Option<Spanned<String>>,
    units_per_minute: Option<Spanned<u32>>,
    every_seconds: Option<u64>,
}

pub(super) fn check(place: &Place<'_>, file: GmailFile) -> Result<GmailConfig, ConfigError> {
    let client = match (file.client_id, file.client_secret_file) {
        (Some(id), Some(path)) => Some(WebClient {
            id: id.into_inner(),
            secret: Secret::new(secret(place, &path)?.trim().to_owned()),
        }),
        (None, None) => None,
        (Some(lone), None) => return Err(together(place, lone.span())),
        (None, Some(lone)) => return Err(together(place, lone.span())),
    };
    let service_account = file
        .service_account_file
        .map(|path| service_account(place, &path))
        .transpose()?;
    if client.is_none() && service_account.is_none() {
        return Err(place.error(
            None,
            "[gmail]: neither `client_id` nor `service_account_file`: nothing could open a mailbox",
        ));
    }
    let shared = file
        .shared
        .map(|address| mailbox(place, &address))
        .transpose()?;
    let domain = file
        .domain
        .map(|domain| domain.into_inner().trim_start_matches('@').to_lowercase());
    let usual = LabelNames::default();
    let labels = LabelNames {
        urgent: label(place, file.label_urgent, usual.urgent)?,
        in_progress: label(place, file.label_in_progress, usual.in_progress)?,
        done: label(place, file.label_done, usual.done)?,
    };
    let endpoints = Endpoints {
        authorize: endpoint(
            place,
            file.authorize_url,
            "authorize_url",
            "https://accounts.google.com/o/oauth2/v2/auth",
        )?,
        token: endpoint(
            place,
            file.token_url,
            "token_url",
            "https://oauth2.googleapis.com/token",
        )?,
        revoke: endpoint(
            place,
            file.revoke_url,
            "revoke_url",
            "https://oauth2.googleapis.com/revoke",
        )?,
        api: endpoint(
            place,
            file.api_url,
            "api_url",
            "https://gmail.googleapis.com",
        )?,
    };
    let units = match file.units_per_minute {
        Some(units) if *units.get_ref() < 200 => {
            return Err(place.error(
                Some(units.span()),
                "units_per_minute: at least 200: one sent mail costs 100",
            ));
        }
        units => units.map_or(6_000, Spanned::into_inner),
    };
    Ok(GmailConfig {
        client,
        service_account,
        shared,
        domain,
        labels,
        urgent: match file.urgent_alone {
            Some(true) => UrgentBox::Alone,
            Some(false) | None => UrgentBox::Beside,
        },
        done_when: file.done_when.unwrap_or_default(),
        reply_to_closed: file.reply_to_closed.unwrap_or_default(),
        answers: file.answers.unwrap_or_default(),
        units_per_minute: units,
        every: Duration::from_secs(file.every_seconds.unwrap_or(30)),
        endpoints,
    })
}

fn together(place: &Place<'_>, span: std::ops::Range<usize>) -> ConfigError {
    place.error(
        Some(span),
        "client_id and client_secret_file only make sense together",
    )
}

fn secret(place: &Place<'_>, path: &Spanned<PathBuf>) -> Result<String, ConfigError> {
    let file = existing(place, path, Path::is_file, "no such file")?;
    let refuse = |error: std::io::Error| {
        place.error(
            Some(path.span()),
            format!("{} can't be read: {error}", file.display()),
        )
    };
    std::fs::read_to_string(&file).map_err(refuse)
}

#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: String,
}

fn service_account(
    place: &Place<'_>,
    path: &Spanned<PathBuf>,
) -> Result<ServiceAccount, ConfigError> {
    let refuse = |why: &str| place.error(Some(path.span()), format!("service_account_file: {why}"));
    let key: KeyFile = serde_json::from_str(&secret(place, path)?).map_err(|_| {
        refuse("not the key file of a service account, as Google hands it out (JSON)")
    })?;
    if !crate::gmail::is_key(&key.private_key) {
        return Err(refuse("its private_key is no RSA key in PKCS #8"));
    }
    Ok(ServiceAccount {
        email: key.client_email,
        key: Secret::new(key.private_key),
    })
}

fn mailbox(place: &Place<'_>, address: &Spanned<String>) -> Result<MailboxId, ConfigError> {
    let id = MailboxId::of(address.get_ref());
    match id.0.split_once('@') {
        Some((name, domain)) if !name.is_empty() && domain.contains('.') => Ok(id),
        _ => Err(place.error(
            Some(address.span()),
            "shared: must be the address of a mailbox",
        )),
    }
}

fn label(
    place: &Place<'_>,
    given: Option<Spanned<String>>,
    usual: String,
) -> Result<String, ConfigError> {
    match given {
        None => Ok(usual),
        Some(name) if name.get_ref().trim().is_empty() || name.get_ref().chars().count() > 225 => {
            Err(place.error(Some(name.span()), "a label's name has 1 to 225 letters"))
        }
        Some(name) => Ok(name.into_inner().trim().to_owned()),
    }
}

fn endpoint(
    place: &Place<'_>,
    given: Option<Spanned<String>>,
    key: &str,
    usual: &str,
) -> Result<Url, ConfigError> {
    match given {
        Some(given) => web_url(place, &given, key),
        None => Url::parse(usual).map_err(|error| place.error(None, format!("{key}: {error}"))),
    }
}
