//! Quotas, places, lost answers.

use std::time::Duration;

use serde_json::json;
use tournee_sandbox::{
    Canned, Effect, Matcher, Speed,
    gmail::{Options, accounts},
};

use crate::client::Client;

#[tokio::test]
async fn a_spent_quota_is_refused_until_a_minute_has_gone_by() {
    let options = Options {
        units_per_minute: 100,
        ..Options::default()
    };
    let client = Client::with(accounts::TECHNICIAN, options);
    let list = client.get("messages.list", "messages").await;
    let path = format!("messages/{}", list["messages"][0]["id"].as_str().unwrap());
    for _ in 0..4 {
        client.get("messages.get", &path).await;
    }
    let refused = client.call("GET", &path, None).await;
    let error = refused.json()["error"].clone();
    assert_eq!(
        (refused.status, &error["errors"][0]["reason"]),
        (403, &json!("rateLimitExceeded"))
    );
    assert_eq!(error["errors"][0]["domain"], "usageLimits");
    {
        let mut world = client.gmail.world();
        world.settings.quota_status = 429;
        world.settings.retry_after = Some(7);
    }
    let refused = client.call("GET", &path, None).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "7"));
    client.clock.advance_seconds(59);
    assert_eq!(client.call("GET", &path, None).await.status, 429);
    client.clock.advance_seconds(1);
    assert_eq!(client.call("GET", &path, None).await.status, 200);
    assert_eq!(
        client
            .gmail
            .world()
            .units_in_the_last_minute(accounts::TECHNICIAN),
        20
    );
}

#[tokio::test]
async fn the_sixth_at_once_is_refused() {
    let options = Options {
        speed: Speed::Fixed(Duration::from_millis(50)),
        mails: 4,
        ..Options::default()
    };
    let client = Client::with(accounts::TECHNICIAN, options);
    let answers =
        futures::future::join_all((0..7).map(|_| client.call("GET", "profile", None))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429]);
    assert_eq!(client.gmail.world().most_in_flight(accounts::TECHNICIAN), 5);
    assert_eq!(
        client.call("GET", "profile", None).await.status,
        200,
        "the places are free again"
    );
}

#[tokio::test]
async fn an_answer_can_be_lost_after_the_work() {
    let client = Client::technician();
    let rule = client.gmail.faults().add(
        Matcher::on("POST", "drafts/send").times(1),
        Effect::DoThenLose,
    );
    let raw = "VG86IGluZm9ybWF0aXF1ZUBnbHBpLmV4YW1wbGUNClN1YmplY3Q6IGENCg0KYQ";
    let draft = client
        .post("drafts.create", "drafts", json!({"message": {"raw": raw}}))
        .await;
    let lost = client
        .call("POST", "drafts/send", Some(json!({"id": draft["id"]})))
        .await;
    assert_eq!((lost.status, client.gmail.faults().hits(rule)), (502, 1));
    let path = format!("drafts/{}", draft["id"].as_str().unwrap());
    assert_eq!(
        client.call("GET", &path, None).await.status,
        404,
        "it has left all the same"
    );
}

#[tokio::test]
async fn a_write_can_be_answered_and_not_done() {
    let client = Client::technician();
    let faults = client.gmail.faults();
    faults.add(
        Matcher::on("POST", "/labels").times(1),
        Effect::OkWithoutEffect,
    );
    client
        .post("labels.create", "labels", json!({"name": "Fantôme"}))
        .await;
    let labels = client.get("labels.list", "labels").await;
    assert!(!labels.to_string().contains("Fantôme"));
    faults.add(
        Matcher::on("GET", "/labels"),
        Effect::Status(Canned::html(502, "<h1>Bad gateway</h1>")),
    );
    assert_eq!(client.call("GET", "labels", None).await.status, 502);
}
