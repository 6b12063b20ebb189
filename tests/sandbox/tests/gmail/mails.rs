//! The mails of the demo data: the same for the same seed, of every shape.

use base64::{Engine, engine::general_purpose::URL_SAFE};
use serde_json::Value as Json;
use tournee_sandbox::gmail::{Options, accounts};

use crate::client::Client;

/// The path of some attachment.
pub async fn first_file(client: &Client) -> String {
    let list = client
        .get("messages.list", "messages?q=has:attachment")
        .await;
    for message in list["messages"].as_array().unwrap() {
        let id = message["id"].as_str().unwrap();
        let whole = client.get("messages.get", &format!("messages/{id}")).await;
        let mut files = Vec::new();
        parts(&whole["payload"], &mut |part| {
            files.extend(part["body"]["attachmentId"].as_str().map(str::to_owned))
        });
        if let Some(file) = files.first() {
            return format!("messages/{id}/attachments/{file}");
        }
    }
    panic!("no mail has a file");
}

fn parts(part: &Json, see: &mut impl FnMut(&Json)) {
    see(part);
    for child in part["parts"].as_array().into_iter().flatten() {
        parts(child, see);
    }
}

#[tokio::test]
async fn there_are_five_hundred_and_they_are_the_same_each_time() {
    let (one, two) = (Client::technician(), Client::technician());
    let mut total = 0;
    for address in [accounts::TECHNICIAN, accounts::SHARED] {
        let (one, two) = (one.gmail.world(), two.gmail.world());
        let (one, two) = (one.mailbox(address).unwrap(), two.mailbox(address).unwrap());
        let (one, two) = (one.messages(), two.messages());
        assert_eq!(one.len(), two.len());
        total += one.len();
        for (a, b) in one.iter().zip(&two) {
            assert_eq!((&a.id, &a.labels, &a.head), (&b.id, &b.labels, &b.head));
        }
    }
    assert_eq!(total, 500);
}

#[tokio::test]
async fn some_mails_lie_in_both_mailboxes() {
    let client = Client::technician();
    let world = client.gmail.world();
    let ids = |address: &str| -> Vec<String> {
        let messages = world.mailbox(address).unwrap().messages();
        messages
            .iter()
            .map(|m| m.head.message_id.clone())
            .filter(|id| !id.is_empty())
            .collect()
    };
    let theirs = ids(accounts::SHARED);
    let both = ids(accounts::TECHNICIAN)
        .iter()
        .filter(|id| theirs.contains(id))
        .count();
    assert!(both > 10, "{both}");
}

/// All messages of both mailboxes as `full` shows them.
async fn all_full() -> Vec<Json> {
    let mut all = Vec::new();
    for address in [accounts::TECHNICIAN, accounts::SHARED] {
        let options = Options {
            units_per_minute: 1_000_000,
            ..Options::default()
        };
        let client = Client::with(address, options);
        let ids: Vec<String> = {
            let world = client.gmail.world();
            let messages = world.mailbox(address).unwrap().messages();
            messages
                .iter()
                .filter(|m| m.head.size < 1_000_000)
                .map(|m| m.id.clone())
                .collect()
        };
        for id in ids {
            all.push(client.get("messages.get", &format!("messages/{id}")).await);
        }
    }
    all
}

#[tokio::test]
async fn every_shape_is_there_and_shown_as_described() {
    let all = all_full().await;
    let (mut kinds, mut names, mut headers, mut texts) =
        (String::new(), String::new(), String::new(), String::new());
    for message in &all {
        parts(&message["payload"], &mut |part| {
            kinds += part["mimeType"].as_str().unwrap();
            names = format!("{names}\n{}", part["filename"].as_str().unwrap());
            if let Some(data) = part["body"]["data"].as_str() {
                texts += &String::from_utf8(URL_SAFE.decode(data).unwrap()).unwrap_or_default();
            }
        });
        headers += &message["payload"]["headers"].to_string();
    }
    for kind in [
        "multipart/related",
        "message/rfc822",
        "text/calendar",
        "application/ms-tnef",
        "multipart/report",
        "text/html",
        "video/mp4",
    ] {
        // The big one is not opened here.
        assert!(kinds.contains(kind) || kind == "video/mp4", "{kind}");
    }
    for name in [
        "Relevé des températures du rayon frais – novembre 2026.pdf",
        "Inventaire dépôt.xls",
        "winmail.dat",
        "Facture n4471.eml",
    ] {
        assert!(names.contains(name), "{name}");
    }
    for header in [
        "[GLPI #00",
        "auto-replied",
        "Pièce reçue :Débit – réseau coupé",
        "List-Unsubscribe",
    ] {
        assert!(headers.contains(header), "{header}");
    }
    // Windows-1252 and its kin have become UTF-8.
    for text in [
        "Réglé : 12,50 € – cœur de gamme…",
        "Total : 100 €",
        "コンニチハ",
    ] {
        assert!(texts.contains(text), "{text}");
    }
}

#[tokio::test]
async fn twenty_megabytes_come_when_asked_for() {
    let client = Client::technician();
    let id = {
        let world = client.gmail.world();
        let messages = world.mailbox(accounts::TECHNICIAN).unwrap().messages();
        messages
            .iter()
            .find(|m| m.head.size > 20_000_000)
            .unwrap()
            .id
            .clone()
    };
    let whole = client.get("messages.get", &format!("messages/{id}")).await;
    assert!(whole.to_string().len() < 20_000);
    let again = client.get("messages.get", &format!("messages/{id}")).await;
    let file = |json: &Json| {
        let mut found = String::new();
        parts(&json["payload"], &mut |part| {
            if let Some(id) = part["body"]["attachmentId"].as_str() {
                found = id.to_owned();
            }
        });
        found
    };
    assert_ne!(
        file(&whole),
        file(&again),
        "nobody may keep an attachment's id"
    );
    let path = format!("messages/{id}/attachments/{}", file(&whole));
    let body = client.get("messages.attachments.get", &path).await;
    assert_eq!(body["size"], 20 * 1024 * 1024);
    assert_eq!(
        URL_SAFE
            .decode(body["data"].as_str().unwrap())
            .unwrap()
            .len(),
        20 * 1024 * 1024
    );
}

#[tokio::test]
async fn charsets_and_encoded_words_can_stay_as_they_were_written() {
    let client = Client::technician();
    {
        let mut world = client.gmail.world();
        world.settings.keep_charsets = true;
        world.settings.keep_encoded_words = true;
    }
    let found = client
        .get(
            "messages.list",
            "messages?q=%22cœur%20de%20gamme%22&includeSpamTrash=true",
        )
        .await;
    let path = format!("messages/{}", found["messages"][0]["id"].as_str().unwrap());
    let whole = client.get("messages.get", &path).await;
    let bytes = URL_SAFE
        .decode(whole["payload"]["body"]["data"].as_str().unwrap())
        .unwrap();
    assert!(
        String::from_utf8(bytes.clone()).is_err() && bytes.contains(&0x80),
        "Windows-1252's euro"
    );
}
