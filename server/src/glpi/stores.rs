//! Where stores are and how they are reached, out of GLPI's own rows, as far as the technician's profile may read them.

use serde_json::Value;
use tournee_core::domain::{Named, Position, Store};

use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::session::Session;

/// The list of places, and what is known of each that more than a name is known of.
pub struct Locations {
    /// All of them.
    pub named: Vec<Named>,
    /// Those with an address, a number or a position.
    pub stores: Vec<Store>,
}

impl Client {
    /// All places; `None` when his profile may not read them.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does.
    pub async fn locations(&self, session: &Session) -> Result<Option<Locations>, GlpiError> {
        let Some(rows) = self.dropdown(session, "Location").await? else {
            return Ok(None);
        };
        let named: Vec<Named> = rows
            .iter()
            .map(|row| super::reference::row_name(session, row))
            .collect();
        let stores = rows
            .iter()
            .zip(&named)
            .map(|(row, named)| store(session, row, named));
        let stores = stores.filter(Store::is_known).collect();
        Ok(Some(Locations { named, stores }))
    }
}

/// A row of `Location`. 9.2 has no columns for an address; neither version has one for a phone or a mail, so those are
/// looked for where administrators write them, in the comment.
fn store(session: &Session, row: &Value, named: &Named) -> Store {
    let text = |field| {
        let text = session.dialect().decode(&json::text(row, field));
        text.trim().to_owned()
    };
    let comment = text("comment");
    let town = [text("postcode"), text("town")].join(" ");
    let lines = [text("address"), town.trim().to_owned()];
    let address = lines
        .iter()
        .flat_map(|line| line.lines())
        .map(str::trim)
        .filter(|line| !line.is_empty());
    Store {
        name: named.name.clone(),
        address: filled(address.collect::<Vec<_>>().join(", ")),
        phone: phone_in(&comment),
        mail: mail_in(&comment),
        position: degrees(&text("latitude"))
            .zip(degrees(&text("longitude")))
            .and_then(|(latitude, longitude)| Position::of_degrees(latitude, longitude)),
    }
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// As people type it: "43.4636", "43,4636".
fn degrees(text: &str) -> Option<f64> {
    text.replace(',', ".").parse().ok()
}

/// The first run of at least nine digits, as it is written.
fn phone_in(text: &str) -> Option<String> {
    let is_part =
        |letter: char| letter.is_ascii_digit() || "+.()-/ \u{a0}\u{202f}".contains(letter);
    let runs = text
        .lines()
        .flat_map(|line| line.split(|letter| !is_part(letter)));
    let digits = |run: &&str| run.chars().filter(char::is_ascii_digit).count();
    let phone = runs
        .filter(|run| (9..=15).contains(&digits(run)))
        .map(|run| {
            let edges = |letter: char| !letter.is_ascii_digit() && letter != '+' && letter != '(';
            run.trim_matches(edges).to_owned()
        });
    phone.into_iter().next()
}

/// The first mail address.
fn mail_in(text: &str) -> Option<String> {
    let edges = |letter: char| !letter.is_alphanumeric();
    let mut words = text.split_whitespace().map(|word| word.trim_matches(edges));
    let is_address = |word: &str| {
        word.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !host.contains('@')
        })
    };
    words.find(|word| is_address(word)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_in_what_an_administrator_wrote() {
        let found = |text: &str| phone_in(text);
        assert_eq!(
            found("Tél. 04 94 47 40 01, demander Mme Garcin").as_deref(),
            Some("04 94 47 40 01")
        );
        assert_eq!(
            found("+33 (0)4.94.47.40.01").as_deref(),
            Some("+33 (0)4.94.47.40.01")
        );
        assert_eq!(found("Ouvert de 8 h à 20 h, 12 caisses"), None);
        assert_eq!(found("SIRET 12345678901234567890"), None);
        assert_eq!(found(""), None);
    }

    #[test]
    fn so_is_a_mail_address() {
        assert_eq!(
            mail_in("Écrire à <les-arcs@magasin.example>.").as_deref(),
            Some("les-arcs@magasin.example")
        );
        assert_eq!(mail_in("rendez-vous @ 8 h"), None);
    }

    #[test]
    fn degrees_are_read_as_people_type_them() {
        assert_eq!(degrees("43.4636"), Some(43.4636));
        assert_eq!(degrees("6,4792"), Some(6.4792));
        assert_eq!(degrees(""), None);
        assert_eq!(degrees("N 43°"), None);
    }
}
