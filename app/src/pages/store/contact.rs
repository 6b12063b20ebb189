//! How a store is reached: a tap each to call, to write, to drive there.

use leptos::prelude::*;
use tournee_core::domain::{Store, StoreId};

use crate::components::{Icon, icons, kept, part};
use crate::pages::round::Round;
use crate::text::{fill, t};

/// The buttons, the address; or who could say them.
pub fn contact(round: Round, id: StoreId) -> AnyView {
    let store = kept(move || round.places.with(|places| places.store(&id).cloned()));
    part(move || {
        let store = store.get()?;
        Some(match store.is_known() {
            true => known(&store),
            false => view! { <p class="hint" data-test="no-contact">{t(|t| t.store_unknown)}</p> }
                .into_any(),
        })
    })
    .into_any()
}

fn known(store: &Store) -> AnyView {
    let phone = store.phone.as_deref().map(|phone| call(phone, &store.name));
    let mail = store.mail.as_deref().map(|mail| write(mail, &store.name));
    let way = map_address(store).map(|href| {
        let label = fill(t(|t| t.store_way_to), &[("store", &store.name)]);
        view! {
            <a class="btn" href=href target="_blank" rel="noopener noreferrer" aria-label=label data-test="way">
                <Icon of=icons::ROUND/> {t(|t| t.store_way)}
            </a>
        }
    });
    view! {
        <div class="actions contact" data-test="contact">{phone}{mail}{way}</div>
        {store.address.clone().map(|address| view! { <p class="small muted" data-test="address">{address}</p> })}
    }
    .into_any()
}

/// A call.
pub fn call(phone: &str, who: &str) -> AnyView {
    let label = format!("{} {phone}", fill(t(|t| t.store_call_who), &[("who", who)]));
    view! {
        <a class="btn" href=format!("tel:{}", dialled(phone)) aria-label=label title=phone.to_owned() data-test="call">
            <Icon of=icons::PHONE/> {t(|t| t.store_call)}
        </a>
    }
    .into_any()
}

/// A mail.
pub fn write(mail: &str, who: &str) -> AnyView {
    let label = format!("{} {mail}", fill(t(|t| t.store_write_who), &[("who", who)]));
    view! {
        <a class="btn" href=format!("mailto:{mail}") aria-label=label title=mail.to_owned() data-test="write">
            <Icon of=icons::MAIL/> {t(|t| t.store_write)}
        </a>
    }
    .into_any()
}

/// What a phone dials: digits, and the plus of a country. "(0)" is said, not dialled, behind one.
fn dialled(phone: &str) -> String {
    let phone = match phone.trim_start().starts_with('+') {
        true => phone.replace("(0)", ""),
        false => phone.to_owned(),
    };
    phone
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect()
}

/// A map that every phone opens: by position, which is exact, or else by address.
fn map_address(store: &Store) -> Option<String> {
    let place = match (store.position, &store.address) {
        (Some(position), _) => {
            let (latitude, longitude) = position.degrees();
            format!("{latitude:.6}%2C{longitude:.6}")
        }
        (None, Some(address)) => encoded(address),
        (None, None) => return None,
    };
    Some(format!(
        "https://www.google.com/maps/dir/?api=1&destination={place}"
    ))
}

/// Text within an address.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                out.push(char::from(byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::Position;

    use super::*;

    #[test]
    fn what_is_dialled_has_no_words_in_it() {
        assert_eq!(dialled("04 94 47.40-01"), "0494474001");
        assert_eq!(dialled("+33 (0)4 94 47 40 01"), "+33494474001");
        assert_eq!(dialled("(0494) 474001"), "0494474001");
    }

    #[test]
    fn the_way_leads_to_the_position_or_else_to_the_address() {
        let mut store = Store {
            address: Some("12 rue de la République, 83460 Les Arcs".to_owned()),
            ..Store::default()
        };
        let way = map_address(&store).unwrap();
        assert!(way.ends_with("=12%20rue%20de%20la%20R%C3%A9publique%2C%2083460%20Les%20Arcs"));
        store.position = Position::of_degrees(43.4636, 6.4792);
        assert!(
            map_address(&store)
                .unwrap()
                .ends_with("=43.463600%2C6.479200")
        );
        assert_eq!(map_address(&Store::default()), None);
    }
}
