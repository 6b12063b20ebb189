//! The `[[store]]` tables and the `[objectives]` of the file: what GLPI does not say, or not to a technician.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_spanned::Spanned;
use tournee_core::domain::{Goals, Position, Store};
use tournee_core::time::Seconds;

use super::ConfigError;
use super::place::Place;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoreFile {
    name: Spanned<String>,
    address: Option<String>,
    phone: Option<Spanned<String>>,
    mail: Option<Spanned<String>>,
    latitude: Option<Spanned<f64>>,
    longitude: Option<Spanned<f64>>,
}

/// Hours by priority.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectivesFile {
    very_low_hours: Option<Spanned<u32>>,
    low_hours: Option<Spanned<u32>>,
    medium_hours: Option<Spanned<u32>>,
    high_hours: Option<Spanned<u32>>,
    very_high_hours: Option<Spanned<u32>>,
    major_hours: Option<Spanned<u32>>,
}

pub(super) fn stores(place: &Place<'_>, files: Vec<StoreFile>) -> Result<Vec<Store>, ConfigError> {
    let mut stores = Vec::with_capacity(files.len());
    let mut known = BTreeSet::new();
    for file in files {
        let span = file.name.span();
        let store = store(place, file)?;
        let Some(id) = store.id() else {
            return Err(place.error(Some(span), "name: must be a store's name, as GLPI has it"));
        };
        if !known.insert(id) {
            let why = format!("name: \"{}\" names two stores", store.name);
            return Err(place.error(Some(span), why));
        }
        stores.push(store);
    }
    Ok(stores)
}

fn store(place: &Place<'_>, file: StoreFile) -> Result<Store, ConfigError> {
    let phone = file.phone.map(|phone| match is_phone(phone.get_ref()) {
        true => Ok(phone.into_inner()),
        false => Err(place.error(
            Some(phone.span()),
            "phone: must be a number as it is dialled, like \"04 94 47 40 01\"",
        )),
    });
    let mail = file.mail.map(|mail| match is_address(mail.get_ref()) {
        true => Ok(mail.into_inner()),
        false => Err(place.error(Some(mail.span()), "mail: must be a mail address")),
    });
    Ok(Store {
        name: file.name.into_inner(),
        address: file.address.filter(|address| !address.trim().is_empty()),
        phone: phone.transpose()?,
        mail: mail.transpose()?,
        position: position(place, file.latitude, file.longitude)?,
    })
}

fn position(
    place: &Place<'_>,
    latitude: Option<Spanned<f64>>,
    longitude: Option<Spanned<f64>>,
) -> Result<Option<Position>, ConfigError> {
    match (latitude, longitude) {
        (None, None) => Ok(None),
        (Some(latitude), Some(longitude)) => {
            let span = latitude.span();
            let position = Position::of_degrees(*latitude.get_ref(), *longitude.get_ref());
            position.map(Some).ok_or_else(|| {
                place.error(
                    Some(span),
                    "latitude, longitude: must be degrees, like 43.4636 and 6.4792",
                )
            })
        }
        (Some(lone), None) | (None, Some(lone)) => Err(place.error(
            Some(lone.span()),
            "latitude and longitude only make sense together",
        )),
    }
}

pub(super) fn goals(place: &Place<'_>, file: ObjectivesFile) -> Result<Goals, ConfigError> {
    let by_priority = [
        file.very_low_hours,
        file.low_hours,
        file.medium_hours,
        file.high_hours,
        file.very_high_hours,
        file.major_hours,
    ];
    let seconds = by_priority.map(|hours| match hours {
        Some(hours) if *hours.get_ref() == 0 => Err(place.error(
            Some(hours.span()),
            "objectives: at least one hour; leave the line out for none",
        )),
        hours => Ok(hours.map(|hours| Seconds(i64::from(hours.into_inner()) * 3_600))),
    });
    let goals = seconds.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Some(Goals(goals))
        .filter(|goals| !goals.is_empty())
        .unwrap_or_default())
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_part = |letter: char| letter.is_ascii_digit() || " +().-/".contains(letter);
    (3..=15).contains(&digits) && text.chars().all(is_part)
}

fn is_address(text: &str) -> bool {
    let odd = |letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | ',' | ';');
    let parts = text.split_once('@');
    parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) && !text.contains(odd)
}
