//! What becomes of one request to a GLPI.

use std::time::Duration;

use tournee::glpi::{HttpRequest, HttpResponse};

use crate::chronicle::Snag;
use crate::counters::Count;
use crate::dice::Dice;
use crate::storm::Wire;

const MAINTENANCE: &str = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>GLPI est en \
    maintenance</h1><p>Merci de revenir plus tard.</p></body></html>";
const WORDS: &str =
    "<p>Le champ <b>Lieu</b> est obligatoire&nbsp;: r&egrave;gle m&eacute;tier 12</p>";

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Fine,
    /// It never left.
    RefusedConnection,
    /// It was lost on its way there.
    LostBefore,
    /// It was lost on its way back.
    LostAfter,
    /// It was done, and answered too late.
    TimedOutAfter,
    /// It was done, and answered late.
    Late(Duration),
    /// 500, and not done.
    ErrorInstead,
    /// 500 or 404, and done.
    ErrorAfter(u16),
    /// 400 with HTML in it.
    Refusal,
    /// The session has expired.
    Expired,
    /// Ask again later.
    Throttled(u16),
    /// 200, and not done.
    NoEffect,
    /// A page in place of the API.
    Maintenance,
    /// PHP's words before the JSON.
    Notice,
}

impl Fate {
    /// Draws one.
    pub fn draw(wire: &Wire, dice: &mut Dice, writes: bool, signs_in: bool) -> Self {
        if dice.hit(wire.refused) {
            return Self::RefusedConnection;
        }
        if dice.hit(wire.lost_before) {
            return Self::LostBefore;
        }
        if dice.hit(wire.lost_after) {
            return Self::LostAfter;
        }
        if dice.hit(wire.timed_out) {
            return Self::TimedOutAfter;
        }
        if dice.hit(wire.late) {
            return Self::Late(dice.seconds(1, 25));
        }
        if dice.hit(wire.error_instead) {
            return Self::ErrorInstead;
        }
        if dice.hit(wire.throttled) {
            return Self::Throttled(if dice.hit(0.5) { 503 } else { 429 });
        }
        if dice.hit(wire.maintenance) {
            return Self::Maintenance;
        }
        if dice.hit(wire.notice) {
            return Self::Notice;
        }
        if !signs_in && dice.hit(wire.expired) {
            return Self::Expired;
        }
        if writes {
            return Self::draw_for_a_write(wire, dice);
        }
        Self::Fine
    }

    fn draw_for_a_write(wire: &Wire, dice: &mut Dice) -> Self {
        if dice.hit(wire.stubborn) {
            return Self::LostBefore;
        }
        if dice.hit(wire.error_after) {
            return Self::ErrorAfter(if dice.hit(0.7) { 500 } else { 404 });
        }
        if dice.hit(wire.refusal) {
            return Self::Refusal;
        }
        if dice.hit(wire.no_effect) {
            return Self::NoEffect;
        }
        Self::Fine
    }

    /// What it is counted as.
    pub fn count(self) -> Option<Count> {
        Some(match self {
            Self::Fine => return None,
            Self::RefusedConnection => Count::GlpiRefusedConnection,
            Self::LostBefore => Count::GlpiLostBefore,
            Self::LostAfter => Count::GlpiLostAfter,
            Self::TimedOutAfter => Count::GlpiTimeOutAfter,
            Self::Late(_) => Count::GlpiLate,
            Self::ErrorInstead => Count::GlpiErrorInstead,
            Self::ErrorAfter(_) => Count::GlpiErrorAfter,
            Self::Refusal => Count::GlpiRefusal,
            Self::Expired => Count::GlpiExpired,
            Self::Throttled(_) => Count::GlpiThrottled,
            Self::NoEffect => Count::GlpiNoEffect,
            Self::Maintenance => Count::GlpiMaintenance,
            Self::Notice => Count::GlpiNotice,
        })
    }

    /// What it lets the server believe of a write.
    pub fn snag(self) -> Option<Snag> {
        match self {
            Self::Refusal => Some(Snag::Refused),
            Self::NoEffect => Some(Snag::NoEffect),
            Self::LostBefore
            | Self::LostAfter
            | Self::TimedOutAfter
            | Self::ErrorInstead
            | Self::ErrorAfter(_)
            | Self::Maintenance => Some(Snag::Unknown),
            Self::Fine
            | Self::RefusedConnection
            | Self::Late(_)
            | Self::Expired
            | Self::Throttled(_)
            | Self::Notice => None,
        }
    }

    /// The answer that stands in place of GLPI's own; `status` where the fate itself has none.
    pub fn canned(self, status: u16, request: &HttpRequest) -> HttpResponse {
        let (status, kind, body) = match self {
            Self::Throttled(status) => {
                (status, "text/html", "<h1>Trop de requêtes</h1>".to_owned())
            }
            Self::Maintenance => (200, "text/html", MAINTENANCE.to_owned()),
            Self::ErrorAfter(404) => {
                let body = r#"["ERROR_ITEM_NOT_FOUND","Élément introuvable"]"#;
                (404, "application/json", body.to_owned())
            }
            Self::Refusal => (400, "application/json", refusal(request)),
            _ => (status, "text/html", String::new()),
        };
        let mut headers = vec![("content-type".to_owned(), kind.to_owned())];
        if matches!(self, Self::Throttled(_)) {
            headers.push(("retry-after".to_owned(), "7".to_owned()));
        }
        HttpResponse {
            status,
            headers,
            body: body.into_bytes(),
        }
    }
}

/// A business rule says no, as each verb says it.
fn refusal(request: &HttpRequest) -> String {
    let id = crate::asked::row(request).unwrap_or_default();
    let body = match request.method {
        "PUT" => {
            serde_json::json!(["ERROR_GLPI_UPDATE", [{ id.to_string(): false, "message": WORDS }]])
        }
        "DELETE" => {
            serde_json::json!(["ERROR_GLPI_DELETE", [{ id.to_string(): false, "message": WORDS }]])
        }
        _ => serde_json::json!(["ERROR_GLPI_ADD", WORDS]),
    };
    body.to_string()
}
