//! Files handed to the person at the device.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

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
