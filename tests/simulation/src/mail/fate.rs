//! What becomes of one request to Google.

use std::time::Duration;

use tournee::glpi::HttpResponse;

use super::storm::Mails;
use crate::counters::Count;
use crate::dice::Dice;

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
    /// 5xx, and not done.
    ErrorInstead,
    /// 5xx, and done.
    ErrorAfter,
    /// 400, and not done.
    Refusal,
    /// The access token has expired.
    Expired,
    /// Ask again later.
    Throttled(u16),
    /// The history does not reach back so far.
    Stale,
}

impl Fate {
    /// Draws one.
    pub fn draw(mails: &Mails, dice: &mut Dice, writes: bool, of_history: bool) -> Self {
        if dice.hit(mails.refused) {
            return Self::RefusedConnection;
        }
        if dice.hit(mails.lost_before) {
            return Self::LostBefore;
        }
        if dice.hit(mails.lost_after) {
            return Self::LostAfter;
        }
        if dice.hit(mails.timed_out) {
            return Self::TimedOutAfter;
        }
        if dice.hit(mails.late) {
            return Self::Late(dice.seconds(1, 60));
        }
        if dice.hit(mails.error_instead) {
            return Self::ErrorInstead;
        }
        if dice.hit(mails.throttled) {
            return Self::Throttled(*dice.pick(&[403, 429, 503]).unwrap_or(&429));
        }
        if dice.hit(mails.expired) {
            return Self::Expired;
        }
        if of_history && dice.hit(mails.stale) {
            return Self::Stale;
        }
        if writes && dice.hit(mails.error_after) {
            return Self::ErrorAfter;
        }
        if writes && dice.hit(mails.refusal) {
            return Self::Refusal;
        }
        Self::Fine
    }

    /// What it is counted as.
    pub fn count(self) -> Option<Count> {
        Some(match self {
            Self::Fine => return None,
            Self::RefusedConnection => Count::GoogleRefusedConnection,
            Self::LostBefore => Count::GoogleLostBefore,
            Self::LostAfter => Count::GoogleLostAfter,
            Self::TimedOutAfter => Count::GoogleTimeOutAfter,
            Self::Late(_) => Count::GoogleLate,
            Self::ErrorInstead => Count::GoogleErrorInstead,
            Self::ErrorAfter => Count::GoogleErrorAfter,
            Self::Refusal => Count::GoogleRefusal,
            Self::Expired => Count::GoogleExpired,
            Self::Throttled(_) => Count::GoogleThrottled,
            Self::Stale => Count::GoogleStale,
        })
    }

    /// Whether the server does not know whether a write was done.
    pub fn hides(self) -> bool {
        matches!(
            self,
            Self::LostBefore
                | Self::LostAfter
                | Self::TimedOutAfter
                | Self::ErrorInstead
                | Self::ErrorAfter
        )
    }

    /// The answer that stands in place of Google's own.
    pub fn canned(self) -> HttpResponse {
        let (status, reason, words) = match self {
            Self::Throttled(403) => (403, "rateLimitExceeded", "Rate Limit Exceeded"),
            Self::Throttled(status) => (status, "rateLimitExceeded", "Too many requests"),
            Self::Refusal => (400, "failedPrecondition", "Precondition check failed."),
            _ => return page(502),
        };
        let error = serde_json::json!({
            "error": {"code": status, "message": words, "errors": [{"reason": reason, "message": words}]}
        });
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if status == 503 {
            headers.push(("retry-after".to_owned(), "5".to_owned()));
        }
        HttpResponse {
            status,
            headers,
            body: error.to_string().into_bytes(),
        }
    }
}

/// What a proxy says in Google's place.
fn page(status: u16) -> HttpResponse {
    HttpResponse {
        status,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: b"<h1>Bad gateway</h1>".to_vec(),
    }
}
