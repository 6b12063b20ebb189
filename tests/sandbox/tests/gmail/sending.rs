//! Drafts and what leaves: the replaced Message-ID, threads, delivery.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};
use tournee_sandbox::gmail::{Letter, Mailbox, accounts, mailbox::Person};

use crate::client::{Client, NOW};

const MARK: &str = "X-Tournee-Change";

fn letter(subject: &str) -> Letter {
    let from = Person::new("Marcoux Patrick", accounts::TECHNICIAN);
    let to = Person::new("Service informatique", accounts::SHARED);
    Letter::new(
        from,
        to,
        subject,
        "Je passe demain matin.",
        NOW.parse().unwrap(),
    )
    .header(MARK, "0192")
}

fn raw(letter: &Letter) -> String {
    URL_SAFE_NO_PAD.encode(letter.write())
}

/// Each method of this page once.
pub async fn every_method(client: &Client) {
    let raw = raw(&letter("Essai"));
    let draft = client
        .post("drafts.create", "drafts", json!({"message": {"raw": raw}}))
        .await;
    let id = draft["id"].as_str().unwrap();
    let path = format!("drafts/{id}");
    client.get("drafts.list", "drafts").await;
    client.get("drafts.get", &path).await;
    let again = json!({"message": {"raw": raw}});
    client
        .done("drafts.update", "PUT", &path, Some(again.clone()))
        .await;
    client
        .post("drafts.send", "drafts/send", json!({"id": id}))
        .await;
    let other = client.post("drafts.create", "drafts", again).await;
    let path = format!("drafts/{}", other["id"].as_str().unwrap());
    client.done("drafts.delete", "DELETE", &path, None).await;
    client
        .post("messages.send", "messages/send", json!({"raw": raw}))
        .await;
}

fn header<'a>(message: &'a Json, name: &str) -> &'a str {
    message["payload"]["headers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|header| header["name"].as_str().unwrap().eq_ignore_ascii_case(name))
        .map_or("", |header| header["value"].as_str().unwrap())
}

#[tokio::test]
async fn a_sent_mail_has_another_message_id_and_keeps_our_marker() {
    let client = Client::technician();
    let letter = letter("Passage demain");
    let draft = client
        .post(
            "drafts.create",
            "drafts",
            json!({"message": {"raw": raw(&letter)}}),
        )
        .await;
    let id = draft["id"].as_str().unwrap().to_owned();
    let drafted = draft["message"]["id"].clone();
    let sent = client
        .post("drafts.send", "drafts/send", json!({"id": id}))
        .await;
    assert_ne!(sent["id"], drafted);
    assert_eq!(sent["labelIds"], json!(["SENT"]));
    assert_eq!(
        client
            .call("GET", &format!("drafts/{id}"), None)
            .await
            .status,
        404
    );
    let again = client
        .call("POST", "drafts/send", Some(json!({"id": id})))
        .await;
    assert_eq!(again.status, 404, "a draft leaves once");

    let sent = client
        .get(
            "messages.get",
            &format!("messages/{}", sent["id"].as_str().unwrap()),
        )
        .await;
    assert_eq!(header(&sent, MARK), "0192");
    assert!(header(&sent, "Message-ID").ends_with("@mail.gmail.com>"));
    let ours = format!("messages?q=rfc822msgid:{}", letter.message_id);
    assert!(
        client
            .get("messages.list", &ours)
            .await
            .get("messages")
            .is_none()
    );

    // It lies in the other mailbox, under the new id.
    let world = client.gmail.world();
    let theirs = world.mailbox(accounts::SHARED).unwrap().messages()[0];
    assert_eq!(theirs.head.subject, "Passage demain");
    assert_eq!(
        format!("<{}>", theirs.head.message_id),
        header(&sent, "Message-ID")
    );
    assert!(theirs.labels.contains("INBOX") && theirs.labels.contains("UNREAD"));
}

/// A thread whose first mail somebody else has written.
fn strange_thread(mailbox: &Mailbox) -> (String, String, String) {
    let message = mailbox
        .messages()
        .into_iter()
        .find(|m| {
            !m.head.message_id.is_empty()
                && m.labels.contains("INBOX")
                && m.head.references.is_empty()
        })
        .unwrap();
    let head = &message.head;
    (
        message.thread_id.clone(),
        head.message_id.clone(),
        head.subject.clone(),
    )
}

#[tokio::test]
async fn an_answer_stays_in_the_thread_only_with_its_chain_and_its_subject() {
    let client = Client::technician();
    let (thread, message_id, subject) =
        strange_thread(client.gmail.world().mailbox(accounts::TECHNICIAN).unwrap());
    let send = async |letter: &Letter| {
        let body = json!({"raw": raw(letter), "threadId": thread});
        client.post("messages.send", "messages/send", body).await["threadId"].clone()
    };
    let mut answer = letter(&format!("Re: {subject}"));
    answer.references = vec![message_id.clone()];
    assert_eq!(send(&answer).await, json!(thread));
    let mut other_subject = letter("Autre chose");
    other_subject.references = vec![message_id];
    assert_ne!(send(&other_subject).await, json!(thread));
    assert_ne!(
        send(&letter(&format!("Re: {subject}"))).await,
        json!(thread)
    );

    let foreign = json!({"raw": raw(&answer), "threadId": "19ffffffffffffff"});
    assert_eq!(
        client
            .call("POST", "messages/send", Some(foreign))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn what_has_no_recipient_does_not_leave() {
    let client = Client::technician();
    let nobody = URL_SAFE_NO_PAD.encode("Subject: rien\r\n\r\nrien");
    let draft = client
        .post(
            "drafts.create",
            "drafts",
            json!({"message": {"raw": nobody}}),
        )
        .await;
    let refused = client
        .call("POST", "drafts/send", Some(json!({"id": draft["id"]})))
        .await;
    assert_eq!(
        (refused.status, refused.json()["error"]["message"].as_str()),
        (400, Some("Recipient address required"))
    );
    let there = format!("drafts/{}", draft["id"].as_str().unwrap());
    client.get("drafts.get", &there).await;
}

#[tokio::test]
async fn a_big_mail_can_be_uploaded() {
    let client = Client::technician();
    let letter = letter("Photos").file("a.bin", "application/octet-stream", &vec![7; 3_000_000]);
    let mut body = b"--sep\r\nContent-Type: application/json\r\n\r\n{\"message\":{}}\r\n--sep\r\nContent-Type: message/rfc822\r\n\r\n".to_vec();
    body.extend_from_slice(&letter.write());
    body.extend_from_slice(b"\r\n--sep--\r\n");
    let bearer = format!("Bearer {}", client.token);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "multipart/related; boundary=sep"),
    ];
    let path = "/upload/gmail/v1/users/me/drafts?uploadType=multipart";
    let answer = client.ask("POST", path, &headers, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let id = answer.json()["message"]["id"].as_str().unwrap().to_owned();
    let world = client.gmail.world();
    let kept = world
        .mailbox(accounts::TECHNICIAN)
        .unwrap()
        .message(&id)
        .unwrap();
    assert_eq!(kept.head.subject, "Photos");
    assert!(kept.head.size > 4_000_000 && kept.head.has_attachment);
}
