//! Lists, searches, history, batches, partial answers.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use tournee_sandbox::gmail::{Letter, Options, accounts, mailbox::Person};

use crate::client::{Client, NOW};

fn mail(to: &str, subject: &str) -> Letter {
    let from = Person::new("Noémie Esmieu", "user01@magasin.example");
    Letter::new(
        from,
        Person::new("", to),
        subject,
        "Plus rien ne marche.",
        NOW.parse().unwrap(),
    )
}

async fn history_id(client: &Client) -> String {
    client.get("getProfile", "profile").await["historyId"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn an_empty_mailbox_has_no_keys_for_its_lists() {
    let client = Client::of(accounts::EMPTY);
    assert_eq!(
        client.get("messages.list", "messages").await,
        json!({"resultSizeEstimate": 0})
    );
    assert_eq!(
        client.get("threads.list", "threads").await,
        json!({"resultSizeEstimate": 0})
    );
    assert_eq!(
        client.get("drafts.list", "drafts").await,
        json!({"resultSizeEstimate": 0})
    );
    let id = history_id(&client).await;
    let past = client
        .get("history.list", &format!("history?startHistoryId={id}"))
        .await;
    assert_eq!(past, json!({"historyId": id}));
}

#[tokio::test]
async fn pages_hold_every_message_once_newest_first() {
    let client = Client::technician();
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = client
            .get(
                "messages.list",
                &format!("messages?maxResults=70&pageToken={token}"),
            )
            .await;
        seen.extend(
            page["messages"]
                .as_array()
                .unwrap()
                .iter()
                .map(|m| m["id"].as_str().unwrap().to_owned()),
        );
        match page["nextPageToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => break,
        }
    }
    let world = client.gmail.world();
    let messages = world.mailbox(accounts::TECHNICIAN).unwrap().messages();
    let all: Vec<_> = messages.iter().map(|message| message.id.clone()).collect();
    assert_eq!(seen, all);
    assert!(
        messages
            .windows(2)
            .all(|pair| pair[0].internal_date >= pair[1].internal_date)
    );
}

#[tokio::test]
async fn labels_and_words_choose() {
    let client = Client::technician();
    let id = client
        .gmail
        .world()
        .mailbox(accounts::TECHNICIAN)
        .unwrap()
        .label_id(accounts::LABELS[0])
        .unwrap();
    let chosen = client
        .get(
            "messages.list",
            &format!("messages?labelIds={id}&maxResults=500"),
        )
        .await;
    let both = client
        .get(
            "messages.list",
            &format!("messages?labelIds={id}&labelIds=INBOX&q=caisse"),
        )
        .await;
    let count = |json: &Json| json["messages"].as_array().map_or(0, Vec::len);
    assert!(count(&chosen) > count(&both) && count(&both) > 0);
    // As GMAIL.md warns: the search's operators don't know our names.
    let by_name = client
        .get(
            "messages.list",
            "messages?q=label:%22Tickets%20(En%20cours)%22",
        )
        .await;
    assert_eq!(count(&by_name), 0);
}

#[tokio::test]
async fn history_tells_what_moved_and_forgets() {
    let client = Client::technician();
    let start = history_id(&client).await;
    let arrived = client
        .gmail
        .world()
        .deliver(&mail(accounts::TECHNICIAN, "Nouvelle panne"));
    let id = arrived[0].1.clone();
    let path = format!("messages/{id}/modify");
    client
        .post(
            "messages.modify",
            &path,
            json!({"removeLabelIds": ["UNREAD"]}),
        )
        .await;
    client
        .post(
            "messages.modify",
            &path,
            json!({"removeLabelIds": ["UNREAD"]}),
        )
        .await;
    let past = client
        .get("history.list", &format!("history?startHistoryId={start}"))
        .await;
    let records = past["history"].as_array().unwrap();
    assert_eq!(
        records.len(),
        2,
        "the second change changed nothing: {past:#}"
    );
    assert_eq!(records[0]["messagesAdded"][0]["message"]["id"], json!(id));
    assert_eq!(
        records[1]["labelsRemoved"][0]["labelIds"],
        json!(["UNREAD"])
    );

    client
        .gmail
        .world()
        .mailbox_mut(accounts::TECHNICIAN)
        .unwrap()
        .delete(&id);
    assert_eq!(
        client
            .call("GET", &format!("messages/{id}"), None)
            .await
            .status,
        404
    );
    client.gmail.world().settings.empty_history_page = true;
    let first = client
        .get("history.list", &format!("history?startHistoryId={start}"))
        .await;
    assert!(first.get("history").is_none() && first["nextPageToken"].is_string());

    client
        .gmail
        .world()
        .mailbox_mut(accounts::TECHNICIAN)
        .unwrap()
        .expire_history();
    let path = format!("history?startHistoryId={start}");
    assert_eq!(client.call("GET", &path, None).await.status, 404);
    client.gmail.world().settings.history_always_stale = true;
    let fresh = history_id(&client).await;
    assert_eq!(
        client
            .call("GET", &format!("history?startHistoryId={fresh}"), None)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_history_id_may_be_beyond_64_bits() {
    let options = Options {
        history_base: 1 << 70,
        mails: 4,
        ..Options::default()
    };
    let client = Client::with(accounts::TECHNICIAN, options);
    let profile = client.call("GET", "profile", None).await.json();
    let start = profile["historyId"].as_str().unwrap().to_owned();
    assert!(start.parse::<u64>().is_err() && start.parse::<u128>().is_ok());
    client
        .gmail
        .world()
        .deliver(&mail(accounts::TECHNICIAN, "a"));
    let past = client
        .call("GET", &format!("history?startHistoryId={start}"), None)
        .await
        .json();
    assert_eq!(past["history"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_sent() {
    let client = Client::technician();
    let list = client
        .get(
            "messages.list",
            "messages?maxResults=1&fields=messages/id&prettyPrint=false",
        )
        .await;
    let id = list["messages"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(list, json!({"messages": [{"id": id}]}));
    let path = format!(
        "messages/{id}?format=metadata&metadataHeaders=Subject&metadataHeaders=from&fields=payload/headers"
    );
    let names: BTreeSet<String> = client.get("messages.get", &path).await["payload"]["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|header| header["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        BTreeSet::from(["From".to_owned(), "Subject".to_owned()])
    );
}

#[tokio::test]
async fn a_batch_answers_each_call_in_its_place() {
    let client = Client::technician();
    let list = client.get("messages.list", "messages?maxResults=2").await;
    let id = |at: usize| list["messages"][at]["id"].as_str().unwrap().to_owned();
    let part = |number: usize, path: &str| {
        format!(
            "--lot\r\nContent-Type: application/http\r\nContent-ID: <{number}>\r\n\r\nGET /gmail/v1/users/me/{path} HTTP/1.1\r\n\r\n\r\n"
        )
    };
    let body = [
        part(1, &format!("messages/{}?format=minimal", id(0))),
        part(2, "messages/19ffffffffffffff"),
        part(3, &format!("messages/{}?format=minimal", id(1))),
        "--lot--\r\n".to_owned(),
    ]
    .concat();
    let bearer = format!("Bearer {}", client.token);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "multipart/mixed; boundary=lot"),
    ];
    client.gmail.world().log.clear();
    let answer = client
        .ask("POST", "/batch/gmail/v1", &headers, body.into_bytes())
        .await;
    assert!(answer.header("content-type").starts_with("multipart/mixed"));
    let text = answer.text();
    let at = |what: &str| {
        text.find(what)
            .unwrap_or_else(|| panic!("no {what} in {text}"))
    };
    let own = |number: usize| format!("\"id\": \"{}\"", id(number));
    assert!(at("<response-1>") < at(&own(0)) && at(&own(0)) < at("<response-2>"));
    assert!(at("HTTP/1.1 404 Not Found") < at(&own(1)));
    assert_eq!(
        client.gmail.world().log.units(),
        60,
        "a batch costs what its calls cost"
    );

    let many: String = (0..101).map(|number| part(number, "profile")).collect();
    let refused = client
        .ask(
            "POST",
            "/batch/gmail/v1",
            &headers,
            format!("{many}--lot--").into_bytes(),
        )
        .await;
    assert_eq!(refused.status, 400);
}
