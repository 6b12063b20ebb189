//! A hundred queued changes over fifty tickets, against the same hundred writes one after another.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tournee_core::changes::{AddFollowup, Change, ChangeBody, SetStatus};
use tournee_core::domain::Status;
use tournee_core::ids::TicketKey;
use tournee_sandbox::Speed;
use tournee_sandbox::accounts::{PASSWORD, TECHNICIAN};
use tournee_tests::phone::Phone;
use tournee_tests::stage::{Make, NEW, OLD, Stage};

use crate::held::all_in_his_hands;
use crate::report::Report;

const RUNS: usize = 3;
const TICKETS: usize = 50;
const AT_MOST: f64 = 0.5;
const SINCE_THE_START: Duration = Duration::from_secs(4);

/// The larger ratio of both dialects, each taken on a stage of its own.
pub async fn measure(report: &mut Report) -> Result<()> {
    let mut values = Vec::new();
    for _ in 0..RUNS {
        let mut worst: f64 = 0.0;
        for source in [OLD, NEW] {
            let stage = Make {
                tickets: 2 * TICKETS,
                speed: Speed::Recorded,
                ..Make::default()
            }
            .open()
            .await?;
            all_in_his_hands(&stage);
            let (ours, bare) = (ours(&stage, source).await?, bare(&stage, source).await?);
            println!("  {source}: {ours:?} through the server, {bare:?} one after another");
            worst = worst.max(ours.as_secs_f64() / bare.as_secs_f64());
        }
        values.push(worst);
    }
    report.add("push_100_ratio", values, AT_MOST);
    Ok(())
}

/// From the first byte sent until the phone knows of every delivery.
async fn ours(stage: &Stage, source: &str) -> Result<Duration> {
    let mut phone = Phone::new(&stage.origin())?;
    phone.sign_in(source, TECHNICIAN, PASSWORD).await?;
    phone.settle().await?;
    // What was made before a server's start is looked for in GLPI first; this is about an ordinary day's changes.
    tokio::time::sleep(SINCE_THE_START).await;
    let keys = phone.tickets_in(source, Status::Assigned);
    ensure!(keys.len() >= TICKETS, "{} tickets on the phone", keys.len());
    let mut changes: Vec<Change> = Vec::new();
    for key in &keys[..TICKETS] {
        for body in bodies(key) {
            changes.push(phone.change(key, body)?);
        }
    }
    let ids: Vec<_> = changes.iter().map(|change| change.id).collect();
    let start = Instant::now();
    let response = phone.exchange(changes, false).await?;
    ensure!(
        response.received.len() == ids.len(),
        "the server took {} changes",
        response.received.len()
    );
    phone.delivers(&ids).await?;
    Ok(start.elapsed())
}

fn bodies(key: &TicketKey) -> [ChangeBody; 2] {
    let content = format!("Relevé du ticket {}, prise contrôlée.", key.id);
    [
        ChangeBody::Followup(AddFollowup {
            content,
            private: false,
        }),
        ChangeBody::Status(SetStatus {
            from: Status::Assigned,
            to: Status::Planned,
        }),
    ]
}

/// The same writes by a plain client: no look before, no read-back, one at a time.
async fn bare(stage: &Stage, source: &str) -> Result<Duration> {
    let [old, new] = stage.glpi_urls();
    let base = if source == OLD { old } else { new };
    let http = reqwest::Client::builder().build()?;
    let session: Value = http
        .get(format!("{base}/apirest.php/initSession"))
        .basic_auth(TECHNICIAN, Some(PASSWORD))
        .header("Content-Type", "application/json")
        .send()
        .await?
        .json()
        .await?;
    let token = session["session_token"].as_str().context("a session")?;
    let ids: Vec<i64> = {
        let world = stage.glpi(source).world();
        let all = world.ticket_ids().into_iter();
        all.filter(|id| world.ticket(*id).is_some_and(|ticket| ticket.status == 2))
            .take(TICKETS)
            .collect()
    };
    ensure!(
        ids.len() == TICKETS,
        "{} tickets left for the bare client",
        ids.len()
    );
    let start = Instant::now();
    for id in ids {
        let (name, parent) = if source == OLD {
            ("TicketFollowup", json!({ "tickets_id": id }))
        } else {
            (
                "ITILFollowup",
                json!({ "itemtype": "Ticket", "items_id": id }),
            )
        };
        let mut input = parent;
        input["content"] = "Relevé du ticket, prise contrôlée.".into();
        let post = http.post(format!("{base}/apirest.php/{name}"));
        let put = http.put(format!("{base}/apirest.php/Ticket/{id}"));
        for (request, input) in [(post, input), (put, json!({ "status": 3 }))] {
            let answer = request
                .header("Session-Token", token)
                .json(&json!({ "input": input }))
                .send()
                .await?;
            ensure!(answer.status().is_success(), "{}", answer.text().await?);
            answer.bytes().await?;
        }
    }
    Ok(start.elapsed())
}
