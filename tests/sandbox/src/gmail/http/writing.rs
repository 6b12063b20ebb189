//! The calls that alter a mailbox.

use serde_json::{Value as Json, json};

use super::{
    call::Call,
    reading::one,
    reply::Refusal,
    routes::Route,
    sending::{Written, send, send_draft},
};
use crate::gmail::{World, mailbox::Mailbox};

/// Carries out a writing call; `None` is an empty answer.
pub fn named(
    world: &mut World,
    call: &Call,
    address: &str,
    route: &Route<'_>,
) -> Result<Option<Json>, Refusal> {
    let id = route.ids.first().copied().unwrap_or_default();
    let now = world.now();
    match route.name {
        "messages.send" => return send(world, address, &Written::read(call, route)?).map(Some),
        "drafts.send" => return send_draft(world, call, address, route).map(Some),
        _ => {}
    }
    let mailbox = own(world, address)?;
    Ok(match route.name {
        "labels.create" => Some(mailbox.labels.create(&call.json()?)?.json()),
        "labels.patch" | "labels.update" => Some(mailbox.labels.patch(id, &call.json()?)?.json()),
        "labels.delete" => {
            mailbox.labels.delete(id)?;
            // Messages lose it too; history says nothing of it.
            mailbox.forget_label(id);
            None
        }
        "messages.modify" => Some(modify(mailbox, &[id.to_owned()], &call.json()?)?),
        "messages.batchModify" => {
            batch_modify(mailbox, &call.json()?)?;
            None
        }
        "messages.delete" => {
            let id = one(mailbox, id)?.id.clone();
            mailbox.delete(&id);
            None
        }
        "messages.trash" => Some(modify(mailbox, &[id.to_owned()], &bin(true))?),
        "messages.untrash" => Some(modify(mailbox, &[id.to_owned()], &bin(false))?),
        "threads.modify" => Some(modify_thread(mailbox, id, &call.json()?)?),
        "threads.trash" => Some(modify_thread(mailbox, id, &bin(true))?),
        "threads.untrash" => Some(modify_thread(mailbox, id, &bin(false))?),
        "drafts.create" => {
            let written = Written::read(call, route)?;
            let draft = mailbox.create_draft(written.raw, written.thread.as_deref(), now)?;
            Some(draft_json(mailbox, &draft)?)
        }
        "drafts.update" => {
            let written = Written::read(call, route)?;
            mailbox.update_draft(id, written.raw, written.thread.as_deref(), now)?;
            Some(draft_json(mailbox, id)?)
        }
        "drafts.delete" => {
            mailbox.delete_draft(id)?;
            None
        }
        _ => return Err(Refusal::no_method()),
    })
}

pub(super) fn own<'w>(world: &'w mut World, address: &str) -> Result<&'w mut Mailbox, Refusal> {
    world.mailbox_mut(address).ok_or_else(Refusal::credentials)
}

fn bin(into: bool) -> Json {
    let key = if into {
        "addLabelIds"
    } else {
        "removeLabelIds"
    };
    json!({key: ["TRASH"]})
}

fn names(json: &Json, key: &str) -> Result<Vec<String>, Refusal> {
    let wrong = || Refusal::invalid(format!("Invalid value at '{key}'"));
    match json.get(key) {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect(),
        Some(_) => Err(wrong()),
    }
}

/// What is to be added and taken, checked.
fn change(mailbox: &Mailbox, wish: &Json) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let (add, remove) = (names(wish, "addLabelIds")?, names(wish, "removeLabelIds")?);
    if add.is_empty() && remove.is_empty() {
        return Err(Refusal::invalid("No label add or removes specified"));
    }
    if add.len() > 100 || remove.len() > 100 {
        return Err(Refusal::invalid("Too many labels"));
    }
    if add.iter().any(|label| remove.contains(label)) {
        return Err(Refusal::invalid(
            "Cannot both add and remove the same label",
        ));
    }
    mailbox.check_labels(&add)?;
    mailbox.check_labels(&remove)?;
    Ok((add, remove))
}

fn modify(mailbox: &mut Mailbox, ids: &[String], wish: &Json) -> Result<Json, Refusal> {
    for id in ids {
        one(mailbox, id)?;
    }
    let (add, remove) = change(mailbox, wish)?;
    let mut last = json!({});
    for id in ids {
        mailbox.modify(id, &add, &remove);
        last = Mailbox::short_json(one(mailbox, id)?);
    }
    Ok(last)
}

fn batch_modify(mailbox: &mut Mailbox, wish: &Json) -> Result<(), Refusal> {
    let ids = names(wish, "ids")?;
    if ids.is_empty() || ids.len() > 1_000 {
        return Err(Refusal::invalid("Invalid number of ids"));
    }
    let (add, remove) = change(mailbox, wish)?;
    for id in &ids {
        // One that is gone is passed over.
        mailbox.modify(id, &add, &remove);
    }
    Ok(())
}

fn modify_thread(mailbox: &mut Mailbox, id: &str, wish: &Json) -> Result<Json, Refusal> {
    let ids: Vec<String> = mailbox.thread(id).iter().map(|m| m.id.clone()).collect();
    if ids.is_empty() {
        return Err(Refusal::not_found());
    }
    modify(mailbox, &ids, wish)?;
    let messages: Vec<Json> = mailbox
        .thread(id)
        .into_iter()
        .map(Mailbox::short_json)
        .collect();
    Ok(json!({"id": id, "messages": messages}))
}

fn draft_json(mailbox: &Mailbox, draft: &str) -> Result<Json, Refusal> {
    let message = one(mailbox, mailbox.draft(draft)?)?;
    Ok(json!({"id": draft, "message": Mailbox::short_json(message)}))
}
