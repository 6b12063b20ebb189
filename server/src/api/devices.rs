//! `/api/devices`: a technician's phones, and what becomes of one that he lost.

use axum::extract::{Path, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use tournee_core::ids::DeviceId;
use tournee_core::wire::{ApiError, DeviceInfo, Devices, ErrorCode, LeftBehind};
use uuid::Uuid;

use super::errors::{Answer, Failure};
use super::who::Who;
use crate::app::Server;
use crate::store::technicians::{self, DeviceRecord};
use crate::store::{Connection, Stored, TechnicianId, changes};

/// His devices, the last used first.
#[utoipa::path(get, path = "/api/devices", tag = "devices",
    responses((status = 200, body = Devices), (status = 401, body = ApiError)))]
pub async fn list(State(server): State<Server>, who: Who) -> Answer<axum::Json<Devices>> {
    let mut db = server.store.read().await?;
    let devices = of_technician(&mut db, who.technician).await?;
    Ok(axum::Json(Devices { devices }))
}

/// Revokes a device: it is told nothing more, what it holds unsent waits for him, and it clears itself when it is next
/// in touch. Signing in on it again makes it one of his as before.
#[utoipa::path(delete, path = "/api/devices/{device}", tag = "devices",
    params(("device" = Uuid, Path)),
    responses((status = 204), (status = 401, body = ApiError),
        (status = 400, body = ApiError, description = "the device that asks: it signs out instead"),
        (status = 404, body = ApiError, description = "`unknown_device`")))]
pub async fn revoke(
    State(server): State<Server>,
    who: Who,
    Path(device): Path<Uuid>,
) -> Answer<StatusCode> {
    let device = DeviceId(device);
    if who.device == Some(device) {
        return Err(Failure::bad_request("this is the device that asks"));
    }
    let mut tx = server.store.write().await?;
    let now = server.clock.now();
    if !technicians::revoke_device(&mut tx, who.technician, device, now).await? {
        return Err(Failure::new(ErrorCode::UnknownDevice));
    }
    tx.commit().await?;
    tracing::info!(technician = who.technician.0, device = %device, "a device was revoked");
    Ok(StatusCode::NO_CONTENT)
}

/// What a revoked device left: changes of its that are neither in GLPI nor taken back.
#[utoipa::path(get, path = "/api/devices/{device}/changes", tag = "devices",
    params(("device" = Uuid, Path)),
    responses((status = 200, body = LeftBehind), (status = 401, body = ApiError),
        (status = 404, body = ApiError, description = "`unknown_device`: no such device, or it is not revoked")))]
pub async fn left_behind(
    State(server): State<Server>,
    who: Who,
    Path(device): Path<Uuid>,
) -> Answer<axum::Json<LeftBehind>> {
    let device = DeviceId(device);
    let mut db = server.store.read().await?;
    let known = db.device(who.technician, device).await?;
    if known.is_none_or(|known| known.revoked_at.is_none()) {
        return Err(Failure::new(ErrorCode::UnknownDevice));
    }
    let left = changes::unsettled_of(&mut db, who.technician, device).await?;
    let changes = left.into_iter().map(|held| held.change).collect();
    Ok(axum::Json(LeftBehind { changes }))
}

async fn of_technician(db: &mut Connection, who: TechnicianId) -> Stored<Vec<DeviceInfo>> {
    let mut records = db.devices(who).await?;
    records.sort_by_key(|record| std::cmp::Reverse(record.seen_at));
    let signed_in = db.session_devices(who).await?;
    let mut devices = Vec::new();
    for record in records {
        let DeviceRecord {
            device,
            name,
            seen_at,
            revoked_at,
        } = record;
        let waiting = match revoked_at {
            Some(_) => changes::unsettled_of(db, who, device).await?.len(),
            None => 0,
        };
        devices.push(DeviceInfo {
            device,
            name,
            seen_at,
            revoked_at,
            signed_out: !signed_in.contains(&device),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        });
    }
    Ok(devices)
}

/// In the order in which they are looked for: each of the later ones also calls itself by an earlier one's name.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
];

const BROWSERS: [(&str, &str); 8] = [
    ("EdgA/", "Edge"),
    ("Edg/", "Edge"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// What a person calls the device that a request came from: "Android · Chrome".
pub(super) fn device_name(headers: &HeaderMap) -> String {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let named = |names: &[(&str, &'static str)]| {
        let mut names = names.iter();
        names
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    let parts = [named(&SYSTEMS), named(&BROWSERS)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(agent: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, agent.parse().unwrap());
        device_name(&headers)
    }

    #[test]
    fn a_device_is_called_by_its_system_and_browser() {
        let pixel = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) \
            Chrome/140.0.0.0 Mobile Safari/537.36";
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 \
            (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
            Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
        assert_eq!(name(pixel), "Android · Chrome");
        assert_eq!(name(iphone), "iPhone · Safari");
        assert_eq!(name(edge), "Windows · Edge");
        assert_eq!(name("curl/8"), "");
        assert_eq!(device_name(&HeaderMap::new()), "");
    }
}
