//! The server's API: JSON, with a time-out, and every failure by its kind.

use std::time::Duration;

use gloo_net::http::{Request, RequestBuilder};
use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tournee_core::domain::{Account, AssetKey, History, Mail, Thread, Ticket};
use tournee_core::ids::{DeviceId, FileHash, MailboxId, RuleId, SourceId, ThreadKey, TicketKey};
use tournee_core::rules::Rule;
use tournee_core::wire::{
    ApiError, AssetFile, ChooseProfile, Connect, ConnectStart, Devices, ErrorCode, FileAt,
    FindAssets, FoundAssets, GmailInfo, LeftBehind, LookUp, LookedUp, LookedUpMails, RuleRecord,
    RuleTrial, Rules, ServiceTally, SessionInfo, SignIn, SwitchRule, SyncRequest, SyncResponse,
    WishFor,
};
use wasm_bindgen::JsValue;
use web_sys::AbortController;

use crate::platform::device::is_online;

/// Long enough for GLPI behind the server to be slow, short enough that a dead network shows.
const PATIENCE: Duration = Duration::from_secs(30);
/// A file of 20 MB on a slow network.
const PATIENCE_WITH_FILES: Duration = Duration::from_secs(300);

/// Why a call to the server brought nothing. Nothing is lost by any of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiFailure {
    /// The device has no network: nothing was sent.
    Offline,
    /// The server can't be reached.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The server says no, and why.
    Api(ApiError),
    /// The answer isn't the server's: a hotel's sign-in page, a proxy.
    Garbled,
    /// Another technician signed in while the phone still holds unsent changes of this one.
    OtherPerson {
        /// Whose changes they are.
        name: String,
        /// How many.
        pending: usize,
    },
}

impl ApiFailure {
    /// The server's error code, where it gave one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Api(error) => Some(error.code),
            _ => None,
        }
    }

    /// Nobody answered who knows anything: no network, or a proxy in the place of a server that is away.
    pub fn is_silence(&self) -> bool {
        self.is_network() || matches!(self, Self::Garbled)
    }

    /// Nobody answered: to the person at the phone it is the same as having no network.
    pub fn is_network(&self) -> bool {
        matches!(self, Self::Offline | Self::Unreachable | Self::TimedOut)
    }
}

/// `GET /api/session`.
pub async fn session() -> Result<SessionInfo, ApiFailure> {
    parse(&send(Request::get("/api/session"), None).await?)
}

/// `POST /api/session/{source}`.
pub async fn sign_in(source: &SourceId, body: &SignIn) -> Result<Account, ApiFailure> {
    let request = Request::post(&format!("/api/session/{source}"));
    parse(&send(request, Some(json(body))).await?)
}

/// `PUT /api/session/{source}/profile`.
pub async fn choose_profile(
    source: &SourceId,
    body: &ChooseProfile,
) -> Result<Account, ApiFailure> {
    let request = Request::put(&format!("/api/session/{source}/profile"));
    parse(&send(request, Some(json(body))).await?)
}

/// `DELETE /api/session/{source}`, or of the whole session.
pub async fn sign_out(source: Option<&SourceId>) -> Result<(), ApiFailure> {
    let path = match source {
        Some(source) => format!("/api/session/{source}"),
        None => "/api/session".to_owned(),
    };
    send(Request::delete(&path), None).await.map(|_| ())
}

/// `POST /api/sync`.
pub async fn sync(body: &SyncRequest) -> Result<SyncResponse, ApiFailure> {
    parse(&send(Request::post("/api/sync"), Some(json(body))).await?)
}

/// `POST /api/search/{source}`.
pub async fn look_up(source: &SourceId, body: &LookUp) -> Result<LookedUp, ApiFailure> {
    let request = Request::post(&format!("/api/search/{source}"));
    parse(&send(request, Some(json(body))).await?)
}

/// `POST /api/assets/{source}`.
pub async fn find_assets(source: &SourceId, body: &FindAssets) -> Result<FoundAssets, ApiFailure> {
    let request = Request::post(&format!("/api/assets/{source}"));
    parse(&send(request, Some(json(body))).await?)
}

/// `GET /api/assets/{source}/{kind}/{id}`.
pub async fn asset(source: &SourceId, key: AssetKey) -> Result<AssetFile, ApiFailure> {
    parse(&send(Request::get(&format!("/api/assets/{source}/{key}")), None).await?)
}

/// `GET /api/dashboard/{source}`.
pub async fn count(source: &SourceId) -> Result<ServiceTally, ApiFailure> {
    parse(&send(Request::get(&format!("/api/dashboard/{source}")), None).await?)
}

/// `GET /api/tickets/{source}/{id}`.
pub async fn ticket(key: &TicketKey) -> Result<Ticket, ApiFailure> {
    let path = format!("/api/tickets/{}/{}", key.source, key.id);
    parse(&send(Request::get(&path), None).await?)
}

/// `GET /api/devices`.
pub async fn devices() -> Result<Devices, ApiFailure> {
    parse(&send(Request::get("/api/devices"), None).await?)
}

/// `DELETE /api/devices/{device}`.
pub async fn revoke_device(device: DeviceId) -> Result<(), ApiFailure> {
    let request = Request::delete(&format!("/api/devices/{device}"));
    send(request, None).await.map(|_| ())
}

/// `GET /api/devices/{device}/changes`.
pub async fn left_behind(device: DeviceId) -> Result<LeftBehind, ApiFailure> {
    parse(
        &send(
            Request::get(&format!("/api/devices/{device}/changes")),
            None,
        )
        .await?,
    )
}

/// `GET /api/tickets/{source}/{id}/history`.
pub async fn history(key: &TicketKey) -> Result<History, ApiFailure> {
    let path = format!("/api/tickets/{}/{}/history", key.source, key.id);
    parse(&send(Request::get(&path), None).await?)
}

/// `GET /api/gmail`.
pub async fn gmail() -> Result<GmailInfo, ApiFailure> {
    parse(&send(Request::get("/api/gmail"), None).await?)
}

/// `POST /api/gmail/connect`: where the browser goes on.
pub async fn connect_mailbox(shared: bool) -> Result<ConnectStart, ApiFailure> {
    let request = Request::post("/api/gmail/connect");
    parse(&send(request, Some(json(&Connect { shared }))).await?)
}

/// `DELETE /api/gmail/{mailbox}`.
pub async fn disconnect_mailbox(mailbox: &MailboxId) -> Result<(), ApiFailure> {
    let request = Request::delete(&format!("/api/gmail/{}", piece(&mailbox.0)));
    send(request, None).await.map(|_| ())
}

/// `POST /api/gmail/{mailbox}/search`.
pub async fn look_up_mails(
    mailbox: &MailboxId,
    body: &LookUp,
) -> Result<LookedUpMails, ApiFailure> {
    let request = Request::post(&format!("/api/gmail/{}/search", piece(&mailbox.0)));
    parse(&send(request, Some(json(body))).await?)
}

/// `GET /api/gmail/{mailbox}/threads/{thread}`: with the bodies of all its mails.
pub async fn thread(key: &ThreadKey) -> Result<Thread, ApiFailure> {
    let (mailbox, id) = (piece(&key.mailbox.0), piece(&key.id));
    let request = Request::get(&format!("/api/gmail/{mailbox}/threads/{id}"));
    parse(&send(request, None).await?)
}

/// `GET /api/gmail/{mailbox}/mails/{mail}`: with its body, however long.
pub async fn mail(mailbox: &MailboxId, mail: &str) -> Result<Mail, ApiFailure> {
    parse(&send(Request::get(&of_mail(mailbox, mail)), None).await?)
}

/// `GET /api/gmail/{mailbox}/mails/{mail}/files/{part}`.
pub async fn file(mailbox: &MailboxId, mail: &str, part: &str) -> Result<Vec<u8>, ApiFailure> {
    let path = format!("{}/files/{}", of_mail(mailbox, mail), piece(part));
    send_patiently(Request::get(&path), None, PATIENCE_WITH_FILES).await
}

/// `GET /api/files/{hash}`: how far a file has come.
pub async fn file_at(hash: &FileHash) -> Result<FileAt, ApiFailure> {
    parse(&send(Request::get(&format!("/api/files/{hash}")), None).await?)
}

/// `PUT /api/files/{hash}`: a piece of a file.
pub async fn put_piece(
    hash: &FileHash,
    offset: u64,
    size: u64,
    piece: &[u8],
) -> Result<FileAt, ApiFailure> {
    let path = format!("/api/files/{hash}?offset={offset}&size={size}");
    let piece = Sent {
        mime: "application/octet-stream",
        body: Uint8Array::from(piece).into(),
    };
    parse(&send_patiently(Request::put(&path), Some(piece), PATIENCE_WITH_FILES).await?)
}

/// `GET /api/documents/{source}/{document}`.
pub async fn document(source: &SourceId, document: u64) -> Result<Vec<u8>, ApiFailure> {
    let path = format!("/api/documents/{}/{document}", piece(&source.0));
    send_patiently(Request::get(&path), None, PATIENCE_WITH_FILES).await
}

/// `GET /api/rules`.
pub async fn rules() -> Result<Rules, ApiFailure> {
    parse(&send(Request::get("/api/rules"), None).await?)
}

/// `PUT /api/rules/{rule}`.
pub async fn put_rule(rule: &Rule) -> Result<(), ApiFailure> {
    let request = Request::put(&format!("/api/rules/{}", rule.id));
    send(request, Some(json(rule))).await.map(|_| ())
}

/// `DELETE /api/rules/{rule}`.
pub async fn delete_rule(rule: RuleId) -> Result<(), ApiFailure> {
    let request = Request::delete(&format!("/api/rules/{rule}"));
    send(request, None).await.map(|_| ())
}

/// `POST /api/rules/{rule}/try`.
pub async fn try_rule(rule: RuleId) -> Result<RuleTrial, ApiFailure> {
    parse(&send(Request::post(&format!("/api/rules/{rule}/try")), None).await?)
}

/// `PUT /api/rules/{rule}/state`.
pub async fn switch_rule(rule: RuleId, on: bool) -> Result<(), ApiFailure> {
    let request = Request::put(&format!("/api/rules/{rule}/state"));
    let body = json(&SwitchRule { on });
    send(request, Some(body)).await.map(|_| ())
}

/// `GET /api/rules/{rule}/record`.
pub async fn rule_record(rule: RuleId) -> Result<RuleRecord, ApiFailure> {
    parse(&send(Request::get(&format!("/api/rules/{rule}/record")), None).await?)
}

/// `POST /api/rules/{rule}/wish`.
pub async fn wish_of_rule(rule: RuleId, wish: WishFor) -> Result<(), ApiFailure> {
    let request = Request::post(&format!("/api/rules/{rule}/wish"));
    send(request, Some(json(&wish))).await.map(|_| ())
}

fn of_mail(mailbox: &MailboxId, mail: &str) -> String {
    format!("/api/gmail/{}/mails/{}", piece(&mailbox.0), piece(mail))
}

/// A piece of an address.
fn piece(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}

fn json(body: &impl Serialize) -> String {
    // Wire types have string keys and no failing `Serialize`: an error here is unreachable.
    serde_json::to_string(body).unwrap_or_default()
}

// From bytes everywhere: each reader that serde_json is used with is a copy of all our types' parsers.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiFailure> {
    serde_json::from_slice(bytes).map_err(|_| ApiFailure::Garbled)
}

/// What goes with a request.
struct Sent {
    mime: &'static str,
    body: JsValue,
}

async fn send(request: RequestBuilder, body: Option<String>) -> Result<Vec<u8>, ApiFailure> {
    let body = body.map(|json| Sent {
        mime: "application/json",
        body: JsValue::from_str(&json),
    });
    send_patiently(request, body, PATIENCE).await
}

async fn send_patiently(
    request: RequestBuilder,
    body: Option<Sent>,
    patience: Duration,
) -> Result<Vec<u8>, ApiFailure> {
    if !is_online() {
        return Err(ApiFailure::Offline);
    }
    let controller = AbortController::new().map_err(|_| ApiFailure::Unreachable)?;
    let signal = controller.signal();
    let _given_up = GivenUp(controller.clone());
    let patience = Timeout::new(patience.as_millis() as u32, move || controller.abort());
    let request = request
        .header("accept", "application/json")
        .abort_signal(Some(&signal));
    let request = match body {
        Some(Sent { mime, body }) => request.header("content-type", mime).body(body),
        None => request.build(),
    };
    let request = request.map_err(|_| ApiFailure::Unreachable)?;
    let lost = || match signal.aborted() {
        true => ApiFailure::TimedOut,
        false => ApiFailure::Unreachable,
    };
    let response = request.send().await.map_err(|_| lost())?;
    let bytes = response.binary().await.map_err(|_| lost())?;
    drop(patience);
    if response.ok() {
        return Ok(bytes);
    }
    Err(parse(&bytes).map_or(ApiFailure::Garbled, ApiFailure::Api))
}

/// Ends a call that nobody waits for any more; of one that is over there is nothing to end.
struct GivenUp(AbortController);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.abort();
    }
}
