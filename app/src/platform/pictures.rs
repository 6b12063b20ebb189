//! Pictures made small, and files read.

use js_sys::{Date, Promise, Uint8Array};
use tournee_core::ids::FileHash;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, Url};

use super::device::document;

/// The longer side of a photo that is sent: a label can still be read in it.
const LONG_SIDE: f64 = 2_000.0;
/// The longer side of its small picture in the timeline.
const SMALL_SIDE: f64 = 360.0;
const QUALITY: f64 = 0.85;
/// A larger drawing without loss is a photo.
const LARGEST_PNG: f64 = 1_500_000.0;

const JPEG: &str = "image/jpeg";
const PNG: &str = "image/png";

/// A picture, ready to be sent.
pub struct Picture {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What they are.
    pub mime: &'static str,
    /// The same, small.
    pub small: Vec<u8>,
}

/// Draws a picture anew, at most [`LONG_SIDE`] long: upright, and without what the camera wrote into it beside the
/// picture, such as where it was taken.
///
/// # Errors
/// This browser can't show it, or is short of memory.
pub async fn shrink(file: &Blob) -> Result<Picture, JsValue> {
    let image = decode(file).await?;
    let canvas = draw(&image, LONG_SIDE)?;
    let small = encode(&scaled(&canvas, SMALL_SIDE)?, JPEG).await?;
    let mut mime = if file.type_() == PNG { PNG } else { JPEG };
    let mut blob = encode(&canvas, mime).await?;
    if mime == PNG && blob.size() > LARGEST_PNG {
        (mime, blob) = (JPEG, encode(&canvas, JPEG).await?);
    }
    let picture = Picture {
        bytes: read(&blob).await?,
        mime,
        small: read(&small).await?,
    };
    release(&canvas);
    Ok(picture)
}

/// A drawing as it is, and small.
///
/// # Errors
/// This browser is short of memory.
pub async fn drawn(canvas: &HtmlCanvasElement) -> Result<Picture, JsValue> {
    let small = encode(&scaled(canvas, SMALL_SIDE)?, JPEG).await?;
    let picture = Picture {
        bytes: read(&encode(canvas, PNG).await?).await?,
        mime: PNG,
        small: read(&small).await?,
    };
    release(canvas);
    Ok(picture)
}

/// The small picture alone.
///
/// # Errors
/// This browser can't show it.
pub async fn small(file: &Blob) -> Result<Vec<u8>, JsValue> {
    let canvas = draw(&decode(file).await?, SMALL_SIDE)?;
    let small = read(&encode(&canvas, JPEG).await?).await;
    release(&canvas);
    small
}

/// All bytes of a file.
///
/// # Errors
/// It can't be read: it has gone meanwhile, or is not on the device at all.
pub async fn read(file: &Blob) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(file.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The SHA-256 of bytes.
///
/// # Errors
/// The browser gives no cryptography: the page did not come by HTTPS.
pub async fn hash(bytes: &[u8]) -> Result<FileHash, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let data = Uint8Array::from(bytes);
    let subtle = window.crypto()?.subtle();
    let digest = subtle.digest_with_str_and_buffer_source("SHA-256", &data)?;
    let digest = Uint8Array::new(&JsFuture::from(digest).await?).to_vec();
    let digest: [u8; 32] = digest.try_into().map_err(|_| JsValue::NULL)?;
    Ok(FileHash::of(&digest))
}

/// What a photo of now is called.
pub fn photo_name() -> String {
    format!("photo-{}", stamp())
}

/// Now, as names of files have it.
pub fn stamp() -> String {
    let now = Date::new_0();
    format!(
        "{}-{:02}-{:02}-{:02}{:02}{:02}",
        now.get_full_year(),
        now.get_month() + 1,
        now.get_date(),
        now.get_hours(),
        now.get_minutes(),
        now.get_seconds()
    )
}

pub(super) async fn decode(file: &Blob) -> Result<HtmlImageElement, JsValue> {
    let address = Url::create_object_url_with_blob(file)?;
    let image = HtmlImageElement::new()?;
    image.set_src(&address);
    let decoded = JsFuture::from(image.decode()).await;
    Url::revoke_object_url(&address)?;
    decoded.map(|_| image)
}

/// The browser turns it upright by itself.
pub(super) fn draw(image: &HtmlImageElement, longest: f64) -> Result<HtmlCanvasElement, JsValue> {
    let size = (image.natural_width(), image.natural_height());
    let (canvas, context) = canvas(size, longest)?;
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height)?;
    Ok(canvas)
}

fn scaled(of: &HtmlCanvasElement, longest: f64) -> Result<HtmlCanvasElement, JsValue> {
    let (canvas, context) = canvas((of.width(), of.height()), longest)?;
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    context.draw_image_with_html_canvas_element_and_dw_and_dh(of, 0.0, 0.0, width, height)?;
    Ok(canvas)
}

/// White, where what is drawn on it is not everywhere.
pub(super) fn canvas(
    (width, height): (u32, u32),
    longest: f64,
) -> Result<(HtmlCanvasElement, CanvasRenderingContext2d), JsValue> {
    let document = document().ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    let factor = (longest / f64::from(width.max(height).max(1))).min(1.0);
    let side = |length: u32| (f64::from(length) * factor).round().max(1.0) as u32;
    canvas.set_width(side(width));
    canvas.set_height(side(height));
    let context = context(&canvas)?;
    context.set_fill_style_str("#fff");
    context.fill_rect(
        0.0,
        0.0,
        f64::from(canvas.width()),
        f64::from(canvas.height()),
    );
    Ok((canvas, context))
}

pub(super) fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    Ok(context.dyn_into()?)
}

async fn encode(canvas: &HtmlCanvasElement, mime: &str) -> Result<Blob, JsValue> {
    let promise = Promise::new(&mut |done, failed| {
        let asked = canvas.to_blob_with_type_and_encoder_options(&done, mime, &QUALITY.into());
        if let Err(error) = asked {
            let _ = failed.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(promise).await?.dyn_into()
}

/// Safari keeps what a canvas holds until it is told to let go.
pub(super) fn release(canvas: &HtmlCanvasElement) {
    canvas.set_width(0);
    canvas.set_height(0);
}
