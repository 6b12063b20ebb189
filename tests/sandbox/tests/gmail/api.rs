//! Every method once, held to the description; labels and their refusals.

use std::collections::BTreeSet;

use serde_json::json;
use tournee_sandbox::gmail::accounts;

use crate::{client::Client, discovery::Discovery};

#[tokio::test]
async fn every_method_answers_as_google_describes_it() {
    let client = Client::technician();
    let list = client.get("messages.list", "messages?maxResults=3").await;
    let (id, thread) = (
        list["messages"][0]["id"].clone(),
        list["messages"][0]["threadId"].clone(),
    );
    let (id, thread) = (id.as_str().unwrap(), thread.as_str().unwrap());
    let history = client.get("getProfile", "profile").await["historyId"].clone();
    let history = history.as_str().unwrap();
    client.get("messages.get", &format!("messages/{id}")).await;
    client.get("threads.list", "threads").await;
    client
        .get("threads.get", &format!("threads/{thread}?format=metadata"))
        .await;
    client.get("labels.list", "labels").await;
    client.get("labels.get", "labels/INBOX").await;
    let label = client
        .post("labels.create", "labels", json!({"name": "Essai"}))
        .await;
    let label = label["id"].as_str().unwrap().to_owned();
    let path = format!("labels/{label}");
    client
        .done(
            "labels.patch",
            "PATCH",
            &path,
            Some(json!({"name": "Essais"})),
        )
        .await;
    client
        .done(
            "labels.update",
            "PUT",
            &path,
            Some(json!({"name": "Essai"})),
        )
        .await;
    let add = json!({"addLabelIds": [label]});
    client
        .post(
            "messages.modify",
            &format!("messages/{id}/modify"),
            add.clone(),
        )
        .await;
    let many = json!({"ids": [id], "addLabelIds": ["STARRED"], "removeLabelIds": [label]});
    client
        .post("messages.batchModify", "messages/batchModify", many)
        .await;
    client
        .post("threads.modify", &format!("threads/{thread}/modify"), add)
        .await;
    client
        .post("messages.trash", &format!("messages/{id}/trash"), json!({}))
        .await;
    client
        .post(
            "messages.untrash",
            &format!("messages/{id}/untrash"),
            json!({}),
        )
        .await;
    client
        .post(
            "threads.trash",
            &format!("threads/{thread}/trash"),
            json!({}),
        )
        .await;
    client
        .post(
            "threads.untrash",
            &format!("threads/{thread}/untrash"),
            json!({}),
        )
        .await;
    client.done("labels.delete", "DELETE", &path, None).await;
    crate::sending::every_method(&client).await;
    let file = crate::mails::first_file(&client).await;
    client.get("messages.attachments.get", &file).await;
    client
        .done("messages.delete", "DELETE", &format!("messages/{id}"), None)
        .await;
    let past = client
        .get("history.list", &format!("history?startHistoryId={history}"))
        .await;
    assert!(past["history"].as_array().unwrap().len() > 8, "{past:#}");

    let asked: BTreeSet<String> = client
        .gmail
        .world()
        .log
        .entries()
        .filter_map(|entry| entry.call.map(str::to_owned))
        .collect();
    let described: BTreeSet<String> = Discovery::read().methods().into_iter().collect();
    assert_eq!(asked, described, "each described method is asked here");
}

#[tokio::test]
async fn the_three_labels_are_in_one_mailbox_and_not_in_the_other() {
    for (address, there) in [(accounts::TECHNICIAN, true), (accounts::SHARED, false)] {
        let client = Client::of(address);
        let labels = client.get("labels.list", "labels").await["labels"].to_string();
        for name in accounts::LABELS {
            assert_eq!(labels.contains(name), there, "{name} in {address}");
        }
    }
}

#[tokio::test]
async fn a_label_is_unique_whatever_the_case() {
    let client = Client::of(accounts::SHARED);
    let create = |name: &str| {
        let body = json!({"name": name, "labelListVisibility": "labelShow"});
        client.call("POST", "labels", Some(body))
    };
    assert_eq!(create("Tickets (Traités)").await.status, 200);
    let second = create("TICKETS (TRAITÉS)").await;
    assert_eq!(second.status, 409);
    let error = second.json()["error"].clone();
    assert_eq!(
        (&error["status"], &error["errors"][0]["reason"]),
        (&json!("ABORTED"), &json!("aborted"))
    );
    for name in ["", "inbox"] {
        assert_eq!(create(name).await.status, 400, "{name:?}");
    }
    let odd = json!({"name": "x", "color": {"textColor": "#123456", "backgroundColor": "#ffffff"}});
    assert_eq!(client.call("POST", "labels", Some(odd)).await.status, 400);
    let unknown = json!({"addLabelIds": ["Label_999"]});
    let id = client.get("messages.list", "messages").await["messages"][0]["id"].clone();
    let path = format!("messages/{}/modify", id.as_str().unwrap());
    assert_eq!(client.call("POST", &path, Some(unknown)).await.status, 400);
}

#[tokio::test]
async fn errors_have_googles_shape() {
    let client = Client::technician();
    let cases = [
        ("messages/19ffffffffffffff", 404, "NOT_FOUND", "notFound"),
        (
            "messages/pas-un-id",
            400,
            "INVALID_ARGUMENT",
            "invalidArgument",
        ),
        ("history?startHistoryId=3", 404, "NOT_FOUND", "notFound"),
        (
            "history?startHistoryId=x",
            400,
            "INVALID_ARGUMENT",
            "invalidArgument",
        ),
        ("nothing", 404, "NOT_FOUND", "notFound"),
        (
            "messages?pageToken=x",
            400,
            "INVALID_ARGUMENT",
            "invalidArgument",
        ),
        (
            "messages?labelIds=Label_77",
            400,
            "INVALID_ARGUMENT",
            "invalidArgument",
        ),
        (
            "profile?fields=a(b",
            400,
            "INVALID_ARGUMENT",
            "invalidArgument",
        ),
    ];
    for (path, status, word, reason) in cases {
        let answer = client.call("GET", path, None).await;
        let error = answer.json()["error"].clone();
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(error["code"], status, "{path}");
        assert_eq!(error["status"], word, "{path}");
        assert_eq!(error["errors"][0]["reason"], reason, "{path}");
        assert_eq!(error["errors"][0]["message"], error["message"], "{path}");
    }
    let stranger = client
        .ask(
            "GET",
            "/gmail/v1/users/me/profile",
            &[("authorization", "Bearer x")],
            vec![],
        )
        .await;
    assert_eq!(stranger.status, 401);
    assert!(
        stranger
            .header("www-authenticate")
            .contains("invalid_token")
    );
    let bearer = format!("Bearer {}", client.token);
    let other = format!("/gmail/v1/users/{}/profile", accounts::SHARED);
    let other = client
        .ask("GET", &other, &[("authorization", &bearer)], vec![])
        .await;
    assert_eq!(other.status, 403);
}
