//! Pictures within a mail's text. Those that came along are shown as soon as they are on the phone; those that lie
//! elsewhere only once somebody has asked for them: to fetch one tells its sender that the mail was read.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Attachment, Mail};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::message::Unfolded;
use crate::platform::files;

/// More would hold up the phone for a picture that nobody asked for.
const LARGEST: u64 = 5_000_000;

/// Fills in the pictures of a text that is drawn.
pub fn show_pictures(unfolded: Unfolded, node: NodeRef<Div>, remote: RwSignal<bool>) {
    let addresses = StoredValue::new(Vec::<String>::new());
    Effect::new(move |_| {
        let Some(body) = node.get() else { return };
        let pictures = unfolded
            .mail
            .with_untracked(|mail| mail.as_ref().map(inline));
        let (mail, pictures) = pictures.unwrap_or_default();
        for picture in pictures {
            let (body, mail) = (Element::from(body.clone()), mail.clone());
            spawn_local(async move {
                if let Some(address) = fetch(unfolded, &mail, &picture).await {
                    let kept = addresses.try_update_value(|all| all.push(address.clone()));
                    match kept {
                        Some(()) => fill_in(&body, &picture, &address),
                        None => files::forget_address(&address),
                    }
                }
            });
        }
    });
    Effect::new(move |_| {
        if let (Some(body), true) = (node.get(), remote.get()) {
            for image in images(&body, "img[data-remote]") {
                if let Some(address) = image.get_attribute("data-remote") {
                    let _ = image.set_attribute("referrerpolicy", "no-referrer");
                    let _ = image.set_attribute("src", &address);
                }
            }
        }
    });
    on_cleanup(move || {
        let given = addresses
            .try_update_value(std::mem::take)
            .unwrap_or_default();
        for address in given {
            files::forget_address(&address);
        }
    });
}

fn inline(mail: &Mail) -> (String, Vec<Attachment>) {
    let pictures = mail.attachments.iter();
    let pictures = pictures.filter(|file| file.cid.is_some() && file.size <= LARGEST);
    (mail.id.clone(), pictures.cloned().collect())
}

/// Without a network, a picture that was never fetched is its description.
async fn fetch(unfolded: Unfolded, mail: &str, picture: &Attachment) -> Option<String> {
    let open = unfolded.open;
    let bytes = open.tournee.file(&open.key(), mail, &picture.part).await;
    files::address_of(&picture.mime, &bytes.ok()?).ok()
}

fn fill_in(body: &Element, picture: &Attachment, address: &str) {
    for image in images(body, "img[data-cid]") {
        if image.get_attribute("data-cid") == picture.cid {
            let _ = image.set_attribute("src", address);
        }
    }
}

fn images(body: &Element, selector: &str) -> Vec<Element> {
    let found = body.query_selector_all(selector);
    let found = found.into_iter();
    found
        .flat_map(|all| (0..all.length()).filter_map(move |at| all.item(at)))
        .filter_map(|node| node.dyn_into().ok())
        .collect()
}
