//! The sandbox answers as the recorded GLPIs did, or says why a recording is not replayed.

mod replay;

use std::collections::BTreeSet;

use anyhow::Result;
use replay::compare::{Comparison, error_code};
use replay::demo;
use replay::forms::Learned;
use replay::ids::Ids;
use replay::not_replayed::NOT_REPLAYED;
use replay::probes;
use replay::recording::{Glpi, Recording, exchanges, index};
use replay::world::{Answer, World};

/// Replays one version in the order of its recording; every difference is a line.
fn replay(glpi: Glpi) -> Result<Vec<String>> {
    let recordings = exchanges(glpi)?;
    let learned = Learned::from(glpi, &recordings)?;
    let mut world = World::new(glpi)?;
    let mut ids = demo::counterparts(&mut world, &recordings)?;
    let mut found = Vec::new();
    for recording in &recordings {
        world.clock.advance_seconds(1);
        let answer = world.send(&recording.role, &ids.translate(&recording.request))?;
        let clocks = (recorded_now(recording), world.now());
        let closeness = recording.compare;
        let mut comparison = Comparison {
            learned: &learned,
            ids: &mut ids,
            clocks,
            closeness,
            found: Vec::new(),
        };
        comparison.run(recording, &answer);
        found.extend(
            comparison
                .found
                .into_iter()
                .map(|line| format!("{} {}: {line}", glpi.folder(), recording.name)),
        );
    }
    found.extend(probes::run(&mut world, &mut ids, &learned)?);
    Ok(found)
}

/// What the recorded GLPI's clock showed, in its own zone (winter: one hour ahead of UTC).
fn recorded_now(recording: &Recording) -> String {
    let date = recording
        .response
        .headers
        .get("Date")
        .map(String::as_str)
        .unwrap_or_default();
    let at = jiff::fmt::rfc2822::parse(date)
        .map(|at| at.timestamp())
        .unwrap_or_default();
    let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap_or(jiff::tz::TimeZone::UTC);
    tournee_sandbox::clock::local_text(at, &zone)
}

fn assert_nothing_differs(glpi: Glpi, found: &[String]) {
    assert!(
        found.is_empty(),
        "{} differences from GLPI {}:\n{}",
        found.len(),
        glpi.folder(),
        found.join("\n")
    );
}

/// How a recording differs from itself once `spoil` had its way with it.
fn against_itself(glpi: Glpi, spoil: impl Fn(&mut Recording)) -> Result<Vec<String>> {
    let recordings = exchanges(glpi)?;
    let learned = Learned::from(glpi, &recordings)?;
    let mut ids = Ids::default();
    let mut found = Vec::new();
    for recording in &recordings {
        let mut spoilt = recording.clone();
        // Its rows were trimmed after it was recorded.
        spoilt.response.rows = None;
        let original = Recording {
            response: spoilt.response.clone(),
            ..recording.clone()
        };
        spoil(&mut spoilt);
        let now = recorded_now(recording);
        let clocks = (now.clone(), now);
        let mut comparison = Comparison {
            learned: &learned,
            ids: &mut ids,
            clocks,
            closeness: recording.compare,
            found: Vec::new(),
        };
        comparison.run(&original, &Answer::recorded(&spoilt.response)?);
        found.extend(
            comparison
                .found
                .into_iter()
                .map(|line| format!("{}: {line}", recording.name)),
        );
    }
    Ok(found)
}

#[test]
fn every_recording_matches_itself() -> Result<()> {
    for glpi in Glpi::BOTH {
        assert_nothing_differs(glpi, &against_itself(glpi, |_| {})?);
    }
    Ok(())
}

#[test]
fn a_wrong_status_key_form_or_code_is_noticed() -> Result<()> {
    for glpi in Glpi::BOTH {
        let all = exchanges(glpi)?.len();
        let status = against_itself(glpi, |r| r.response.status += 1)?;
        assert_eq!(status.len(), all, "a wrong status is noticed everywhere");
        let objects = exchanges(glpi)?
            .iter()
            .filter(|r| r.response.body.is_object())
            .count();
        let extra = against_itself(glpi, |r| {
            if let Some(fields) = r.response.body.as_object_mut() {
                let key = fields.keys().next().cloned().unwrap_or_default();
                let value = fields.remove(&key);
                fields.insert(format!("{key}_"), value.unwrap_or_default());
            }
        })?;
        assert!(
            extra.len() >= objects,
            "a renamed key is noticed everywhere"
        );
        let numbers = against_itself(glpi, |r| {
            for key in ["status", "priority", "id"] {
                if let Some(value) = r.response.body.get_mut(key) {
                    *value = value.to_string().into();
                }
            }
        })?;
        assert!(numbers.len() > 20, "a number dressed as a text is noticed");
        let errors = exchanges(glpi)?
            .iter()
            .filter(|r| error_code(&r.response.body).is_some())
            .count();
        let codes = against_itself(glpi, |r| {
            if error_code(&r.response.body).is_some() {
                r.response.body[0] = "ERROR_OTHER".into();
            }
        })?;
        assert_eq!(
            codes.len(),
            errors,
            "a wrong error code is noticed everywhere"
        );
    }
    Ok(())
}

#[test]
fn glpi_9_2_answers_as_recorded() -> Result<()> {
    assert_nothing_differs(Glpi::V9_2, &replay(Glpi::V9_2)?);
    Ok(())
}

#[test]
fn glpi_10_answers_as_recorded() -> Result<()> {
    assert_nothing_differs(Glpi::V10_0, &replay(Glpi::V10_0)?);
    Ok(())
}

#[test]
fn what_is_not_replayed_is_listed_with_its_reason() -> Result<()> {
    for glpi in Glpi::BOTH {
        let names = index(glpi)?;
        let exchanges = exchanges(glpi)?.into_iter().map(|r| r.name);
        let replayed: BTreeSet<String> = exchanges.chain(probes::measured(glpi)?).collect();
        let mut left = 0;
        for name in &names {
            let reasons: Vec<_> = NOT_REPLAYED
                .iter()
                .filter(|n| n.covers(glpi, name))
                .collect();
            if let Some(not) = reasons.first() {
                left += 1;
                println!(
                    "GLPI {} not replayed: {name}: {}",
                    glpi.folder(),
                    not.reason
                );
            }
            let known = replayed.contains(name);
            assert!(
                known != (reasons.len() == 1) && reasons.len() < 2,
                "{name} must be either replayed or listed once"
            );
        }
        println!(
            "GLPI {}: {} replayed, {left} not",
            glpi.folder(),
            names.len() - left
        );
        for not in NOT_REPLAYED
            .iter()
            .filter(|n| n.glpi.is_none_or(|only| only == glpi))
        {
            let elsewhere = not.glpi.is_none()
                && Glpi::BOTH
                    .iter()
                    .any(|g| index(*g).is_ok_and(|i| i.iter().any(|n| not.covers(*g, n))));
            assert!(
                elsewhere || names.iter().any(|name| not.covers(glpi, name)),
                "{} was never recorded",
                not.name
            );
        }
    }
    Ok(())
}
