//! Files handed to the person at the device.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, FilePropertyBag, HtmlAnchorElement, Url};

use super::device::document;

/// Offers a JSON text as a download.
///
/// # Errors
/// The browser's own.
pub fn save_json(name: &str, text: &str) -> Result<(), JsValue> {
    save(name, "application/json", text.as_bytes())
}

/// Offers bytes as a download.
///
/// # Errors
/// The browser's own.
pub fn save(name: &str, mime: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let address = address_of(mime, bytes)?;
    let document = document().ok_or(JsValue::NULL)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

/// An address for bytes, good in this page until it is given back.
///
/// # Errors
/// The browser's own.
pub fn address_of(mime: &str, bytes: &[u8]) -> Result<String, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    Url::create_object_url_with_blob(&blob)
}

/// Gives such an address back.
pub fn forget_address(address: &str) {
    // What is no address any more need not be given back.
    let _ = Url::revoke_object_url(address);
}

/// Bytes as an address that holds them.
pub fn inline(mime: &str, bytes: &[u8]) -> Option<String> {
    let letters: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let coded = web_sys::window()?.btoa(&letters).ok()?;
    Some(format!("data:{mime};base64,{coded}"))
}

/// Whether this browser hands such files to other apps.
pub fn can_share(name: &str, mime: &str) -> bool {
    let asked = || {
        let data = sharing(name, mime, b"x")?;
        navigator("canShare")?.call1(&own_navigator()?, &data)
    };
    asked().is_ok_and(|can| can.is_truthy())
}

/// Hands a file to another app that he chooses. Choosing none is no failure.
///
/// # Errors
/// The browser's own.
pub async fn share(name: &str, mime: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let data = sharing(name, mime, bytes)?;
    let promise: Promise = navigator("share")?
        .call1(&own_navigator()?, &data)?
        .dyn_into()?;
    match JsFuture::from(promise).await {
        Err(error) if Reflect::get(&error, &"name".into())? != "AbortError" => Err(error),
        _ => Ok(()),
    }
}

fn own_navigator() -> Result<JsValue, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    Ok(window.navigator().into())
}

/// A method that not every browser has.
fn navigator(method: &str) -> Result<Function, JsValue> {
    Reflect::get(&own_navigator()?, &method.into())?.dyn_into()
}

fn sharing(name: &str, mime: &str, bytes: &[u8]) -> Result<JsValue, JsValue> {
    let options = FilePropertyBag::new();
    options.set_type(mime);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let file = File::new_with_u8_array_sequence_and_options(&parts, name, &options)?;
    let data = Object::new();
    Reflect::set(&data, &"files".into(), &Array::of1(&file))?;
    Ok(data.into())
}
