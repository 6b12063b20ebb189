//! What an answer of GLPI means.

use serde_json::Value;

use super::error::{GlpiError, WriteError};
use super::json;
use super::text;
use super::transport::HttpResponse;

/// Letters of a page that are shown to a technician.
const MOST_WORDS: usize = 600;

/// An answer that is not a refusal.
pub(crate) struct Answer {
    /// Its JSON.
    pub body: Value,
    /// The total of `Content-Range` (its end is not to be trusted).
    pub total: Option<u64>,
    /// GLPI's clock.
    pub date: Option<jiff::Timestamp>,
}

/// What a read's answer means.
pub(crate) fn answer(response: HttpResponse) -> Result<Answer, GlpiError> {
    let total = response
        .header("content-range")
        .and_then(|range| range.rsplit_once('/')?.1.parse().ok());
    let date = response
        .header("date")
        .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
        .map(|zoned| zoned.timestamp());
    let status = response.status;
    if matches!(status, 429 | 503) {
        return Err(GlpiError::Throttled {
            retry_after: retry_after(&response),
        });
    }
    let Some(body) = json::parse(&response.body) else {
        return Err(not_json(&response));
    };
    if (200..300).contains(&status) {
        return Ok(Answer { body, total, date });
    }
    Err(refusal(status, &body))
}

/// What a write's answer says of its outcome.
pub(crate) fn outcome(response: HttpResponse) -> Result<Answer, WriteError> {
    let status = response.status;
    let page = page_words(&response);
    match answer(response) {
        Ok(answer) => Ok(answer),
        // A proxy gives up on a GLPI that is still at work.
        Err(GlpiError::Throttled { .. }) if status == 503 => Err(WriteError::Unknown {
            what: "HTTP 503".to_owned(),
        }),
        Err(GlpiError::SessionExpired) => Err(WriteError::SessionExpired),
        Err(GlpiError::Rights { words }) => Err(WriteError::Rights { words }),
        Err(GlpiError::Throttled { retry_after }) => Err(WriteError::Throttled { retry_after }),
        Err(GlpiError::NotFound) if status == 400 => Err(WriteError::NotFound),
        // A GLPI that did the work has been seen to answer these all the same.
        Err(error) if status == 404 || !(300..500).contains(&status) => Err(WriteError::Unknown {
            what: error.to_string(),
        }),
        Err(GlpiError::Refused { code, words }) => Err(WriteError::Refused { code, words }),
        Err(error) => Err(WriteError::Refused {
            code: format!("HTTP {status}"),
            words: page.unwrap_or_else(|| error.to_string()),
        }),
    }
}

/// What a plugin says that refuses by a page of its own.
fn page_words(response: &HttpResponse) -> Option<String> {
    let is_page = response
        .header("content-type")
        .is_some_and(|of| of.starts_with("text/html"));
    if !is_page || !matches!(response.status, 400 | 422) {
        return None;
    }
    let words = text::words(&String::from_utf8_lossy(&response.body));
    let words: String = words.chars().take(MOST_WORDS).collect();
    (!words.trim().is_empty()).then_some(words)
}

/// Seconds, which may also come as a date.
pub(crate) fn retry_after(response: &HttpResponse) -> Option<u32> {
    let text = response.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let date = |text: &str| Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp());
    // By GLPI's own clock, where it says what that shows.
    let now = response.header("date").and_then(date);
    let seconds = date(text)?.as_second() - now.unwrap_or_else(jiff::Timestamp::now).as_second();
    Some(u32::try_from(seconds).unwrap_or(0))
}

fn not_json(response: &HttpResponse) -> GlpiError {
    let what = match response.header("location") {
        Some(elsewhere) => format!("it redirects to {elsewhere}"),
        None => format!(
            "{} bytes of {}",
            response.body.len(),
            response.header("content-type").unwrap_or("no type")
        ),
    };
    GlpiError::Unexpected {
        status: response.status,
        what,
    }
}

/// What `["CODE", "localised text"]` means. The text is for people only.
fn refusal(status: u16, body: &Value) -> GlpiError {
    let code = body.as_array().and_then(|parts| parts.first()?.as_str());
    let words = text::words(&json::as_text(&body[1]));
    let Some(code) = code else {
        return GlpiError::Unexpected {
            status,
            what: "an error without a code".to_owned(),
        };
    };
    match code {
        "ERROR_GLPI_LOGIN" if says_locked(&words) => GlpiError::AccountLocked { words },
        "ERROR_GLPI_LOGIN" => GlpiError::WrongPassword { words },
        "ERROR_GLPI_LOGIN_USER_TOKEN" => GlpiError::WrongToken { words },
        "ERROR_LOGIN_WITH_CREDENTIALS_DISABLED" => GlpiError::PasswordsOff { words },
        "ERROR_APP_TOKEN_PARAMETERS_MISSING" => GlpiError::AppTokenMissing { words },
        "ERROR_WRONG_APP_TOKEN_PARAMETER" => GlpiError::AppTokenWrong { words },
        "ERROR_NOT_ALLOWED_IP" => GlpiError::AddressNotAllowed { words },
        "ERROR_SESSION_TOKEN_INVALID" | "ERROR_SESSION_TOKEN_MISSING" => GlpiError::SessionExpired,
        "ERROR_RIGHT_MISSING" => GlpiError::Rights { words },
        "ERROR_ITEM_NOT_FOUND" => GlpiError::NotFound,
        // A PUT on what is not there has null for words; one on a closed ticket has "".
        "ERROR_GLPI_UPDATE" if body[1].is_null() => GlpiError::NotFound,
        _ if status >= 500 => GlpiError::Unexpected {
            status,
            what: code.to_owned(),
        },
        _ => GlpiError::Refused {
            code: code.to_owned(),
            words,
        },
    }
}

/// GLPI has one code for all refused sign-ins; only its words tell a locked account from a wrong password.
fn says_locked(words: &str) -> bool {
    let words = words.to_lowercase();
    [
        "verrouill",
        "désactiv",
        "bloqué",
        "non autorisé",
        "pas le droit",
        "expir",
        "locked",
        "disabled",
        "deactivated",
        "not authorized",
        "right to connect",
        "suspended",
    ]
    .iter()
    .any(|sign| words.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> HttpResponse {
        HttpResponse {
            status,
            headers: vec![
                ("content-type".into(), "text/html".into()),
                ("content-range".into(), "0-15/3040".into()),
                ("date".into(), "Mon, 23 Nov 2026 10:55:22 GMT".into()),
            ],
            body: body.as_bytes().to_vec(),
        }
    }

    fn error(status: u16, body: &str) -> GlpiError {
        answer(response(status, body)).err().unwrap()
    }

    fn write_error(status: u16, body: &str) -> WriteError {
        outcome(response(status, body)).err().unwrap()
    }

    #[test]
    fn a_missing_right_is_not_an_expired_session_though_both_are_401_in_9_2() {
        assert!(matches!(
            error(
                401,
                r#"["ERROR_RIGHT_MISSING","Vous n'avez pas les droits"]"#
            ),
            GlpiError::Rights { .. }
        ));
        assert_eq!(
            error(
                401,
                r#"["ERROR_SESSION_TOKEN_INVALID","session_token semble incorrect"]"#
            ),
            GlpiError::SessionExpired
        );
    }

    #[test]
    fn each_refused_sign_in_has_its_own_error() {
        assert!(matches!(
            error(
                401,
                r#"["ERROR_GLPI_LOGIN","Identifiant ou mot de passe incorrect"]"#
            ),
            GlpiError::WrongPassword { .. }
        ));
        assert!(matches!(
            error(
                401,
                r#"["ERROR_GLPI_LOGIN","Utilisateur non autorisé à se connecter à GLPI"]"#
            ),
            GlpiError::AccountLocked { .. }
        ));
        // Without any profile.
        assert!(matches!(
            error(
                401,
                r#"["ERROR_GLPI_LOGIN","Vous n'avez pas le droit de vous connecter"]"#
            ),
            GlpiError::AccountLocked { .. }
        ));
        assert!(matches!(
            error(401, r#"["ERROR_GLPI_LOGIN",""]"#),
            GlpiError::WrongPassword { .. }
        ));
        assert!(matches!(
            error(
                401,
                r#"["ERROR_GLPI_LOGIN_USER_TOKEN","le paramètre user_token semble incorrect"]"#
            ),
            GlpiError::WrongToken { .. }
        ));
    }

    #[test]
    fn a_page_in_place_of_json_is_unexpected_and_its_words_stay_out() {
        let error = error(200, "<html>secret</html>");
        assert!(matches!(error, GlpiError::Unexpected { status: 200, .. }));
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn the_time_to_wait_comes_as_seconds_or_as_a_date() {
        let asks = |text: &str| {
            let mut response = response(503, "");
            response.headers.push(("retry-after".into(), text.into()));
            retry_after(&response)
        };
        assert_eq!(asks("120"), Some(120));
        assert_eq!(asks("Mon, 23 Nov 2026 10:57:22 GMT"), Some(120));
        assert_eq!(asks("Mon, 23 Nov 2026 10:50:00 GMT"), Some(0));
        assert_eq!(asks("demain"), None);
    }

    #[test]
    fn the_total_and_the_clock_are_read() {
        let answer = answer(response(206, "[]")).ok().unwrap();
        assert_eq!(answer.total, Some(3040));
        assert_eq!(answer.date.unwrap().as_second(), 1_795_431_322);
    }

    #[test]
    fn only_a_clear_refusal_is_known_to_have_written_nothing() {
        assert!(matches!(
            write_error(400, r#"["ERROR_GLPI_ADD",""]"#),
            WriteError::Refused { .. }
        ));
        for (status, body) in [
            (500, ""),
            (503, "<html>Service unavailable</html>"),
            (502, "<html>Bad gateway</html>"),
            (404, r#"["ERROR_ITEM_NOT_FOUND","Élément introuvable"]"#),
            (200, "<html>"),
        ] {
            assert!(
                matches!(write_error(status, body), WriteError::Unknown { .. }),
                "{status}"
            );
        }
    }
}
