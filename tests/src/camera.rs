//! A telephone's camera, and its files: what the browser's own dialog would give to the page.

use anyhow::Result;
use serde_json::json;

use crate::browser::Page;

const CAMERA: &str = include_str!("camera.js");

/// Hands files to the field behind a hook, as the browser does when somebody has chosen them.
const CHOOSE: &str = "const [hook, name, type, size, filled] = arguments;
  const file = name ? new File([new Uint8Array(size).fill(filled)], name, { type }) : window.photo;
  const given = new DataTransfer();
  given.items.add(file);
  const input = document.querySelector(`[data-test=${hook}]`);
  input.files = given.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));";

/// Has a photo at hand that lies on its side and says where it was taken; answers its size in bytes.
pub async fn has_a_photo(page: &Page, width: u32, height: u32, seed: u32) -> Result<u64> {
    let size = json!([width, height, 0.95, seed]);
    let size = size.as_array().cloned().unwrap_or_default();
    page.js_async(CAMERA, size).await
}

/// The browser's own dialog stays closed from now on.
pub async fn stays_closed(page: &Page) -> Result<()> {
    if let Some((tools, target)) = page.tools() {
        let closed = json!({ "enabled": true });
        tools
            .on_page(target, "Page.setInterceptFileChooserDialog", closed)
            .await?;
    }
    Ok(())
}

/// Opens the sheet, and taps what opens the camera. The browser's own dialog stays closed.
pub async fn opens_the_camera(page: &Page) -> Result<()> {
    stays_closed(page).await?;
    page.tap("[data-test=attach-open]").await?;
    page.sees("dialog[open] .file-choice").await?;
    page.stands_still().await?;
    page.tap("label:has([data-test=attach-photo])").await
}

/// The shutter: the photo that is at hand comes to the page.
pub async fn shoots(page: &Page) -> Result<()> {
    let nothing = vec![
        "attach-photo".into(),
        "".into(),
        "".into(),
        0.into(),
        0.into(),
    ];
    page.js_with(CHOOSE, nothing).await
}

/// Chooses a file of so many equal bytes.
pub async fn chooses_a_file(
    page: &Page,
    name: &str,
    mime: &str,
    size: u64,
    byte: u8,
) -> Result<()> {
    let hook = "attach-file";
    let chosen = vec![
        hook.into(),
        name.into(),
        mime.into(),
        size.into(),
        byte.into(),
    ];
    page.js_with(CHOOSE, chosen).await
}
