//! Labels read by the camera or in a picture: by the browser where it can, else by a program of our own that is loaded
//! when somebody scans.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamConstraints,
    MediaStreamTrack,
};

use super::pictures;

/// The longer side of what is looked at live: a label is held near.
const LIVE_SIDE: f64 = 960.0;
/// The longer side of a picture that is looked at once.
const STILL_SIDE: f64 = 1_600.0;

/// Why nothing can be scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanFailure {
    /// No camera, or it is at work elsewhere, or the page did not come by HTTPS.
    NoCamera,
    /// The person, or the browser for him, said no.
    Denied,
    /// The browser reads no labels, and the program that does could not be loaded.
    NoReader,
    /// This is no picture.
    NoPicture,
}

/// What reads labels.
pub enum Reader {
    /// The browser's `BarcodeDetector`.
    Browser(JsValue),
    /// Our own, as `boot.js` loads it.
    Own(Function),
}

impl Reader {
    /// The browser's, where it knows any kind of label; else our own.
    ///
    /// # Errors
    /// Neither is to be had: the second needs a network the first time.
    pub async fn get() -> Result<Self, ScanFailure> {
        if let Some(detector) = detector().await {
            return Ok(Self::Browser(detector));
        }
        own()
            .await
            .map(Self::Own)
            .map_err(|_| ScanFailure::NoReader)
    }

    /// What stands on a label that the camera sees. `hard` takes longer, and finds more.
    pub async fn look(&self, video: &HtmlVideoElement, hard: bool) -> Option<String> {
        if video.ready_state() < 2 || video.video_width() == 0 {
            return None;
        }
        let size = (video.video_width(), video.video_height());
        let (canvas, context) = pictures::canvas(size, LIVE_SIDE).ok()?;
        let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
        context
            .draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height)
            .ok()?;
        let read = self.read(&canvas, hard).await;
        pictures::release(&canvas);
        read.ok().flatten()
    }

    /// What stands on a label in a picture.
    ///
    /// # Errors
    /// This browser can't show it.
    pub async fn read_picture(&self, file: &Blob) -> Result<Option<String>, ScanFailure> {
        let image = pictures::decode(file).await;
        let image = image.map_err(|_| ScanFailure::NoPicture)?;
        let canvas = pictures::draw(&image, STILL_SIDE).map_err(|_| ScanFailure::NoPicture)?;
        let read = self.read(&canvas, true).await;
        pictures::release(&canvas);
        read.map_err(|_| ScanFailure::NoPicture)
    }

    async fn read(
        &self,
        canvas: &HtmlCanvasElement,
        hard: bool,
    ) -> Result<Option<String>, JsValue> {
        match self {
            Self::Browser(detector) => {
                let detect: Function = Reflect::get(detector, &"detect".into())?.dyn_into()?;
                let found: Promise = detect.call1(detector, canvas)?.dyn_into()?;
                let found: Array = JsFuture::from(found).await?.dyn_into()?;
                let text = Reflect::get(&found.get(0), &"rawValue".into()).ok();
                Ok(text.and_then(|text| text.as_string()))
            }
            Self::Own(decode) => {
                let (width, height) = (canvas.width(), canvas.height());
                let context = pictures::context(canvas)?;
                let sides = (f64::from(width), f64::from(height));
                let pixels = context.get_image_data(0.0, 0.0, sides.0, sides.1)?;
                let pixels = Reflect::get(&pixels, &"data".into())?;
                let arguments = Array::of4(&pixels, &width.into(), &height.into(), &hard.into());
                Ok(decode.apply(&JsValue::NULL, &arguments)?.as_string())
            }
        }
    }
}

/// The browser's detector. Some have the class and no kind of label that it knows.
async fn detector() -> Option<JsValue> {
    let window = web_sys::window()?;
    let class: Function = Reflect::get(&window, &"BarcodeDetector".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let supported: Function = Reflect::get(&class, &"getSupportedFormats".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let kinds: Promise = supported.call0(&class).ok()?.dyn_into().ok()?;
    let kinds: Array = JsFuture::from(kinds).await.ok()?.dyn_into().ok()?;
    let has = |kind: &str| kinds.includes(&kind.into(), 0);
    if !has("qr_code") || !has("code_128") {
        return None;
    }
    Reflect::construct(&class, &Array::new()).ok()
}

async fn own() -> Result<Function, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let load: Function = Reflect::get(&window, &"tourneeDecoder".into())?.dyn_into()?;
    let loaded: Promise = load.call0(&JsValue::NULL)?.dyn_into()?;
    JsFuture::from(loaded).await?;
    Reflect::get(&window, &"tourneeDecode".into())?.dyn_into()
}

/// A camera that is on, until this is dropped.
pub struct Camera(MediaStream);

impl Camera {
    /// The one at the back, shown in `video`.
    ///
    /// # Errors
    /// There is none, or it may not be used.
    pub async fn open(video: &HtmlVideoElement) -> Result<Self, ScanFailure> {
        let devices = web_sys::window().and_then(|window| window.navigator().media_devices().ok());
        let devices = devices
            .filter(|devices| !devices.is_undefined())
            .ok_or(ScanFailure::NoCamera)?;
        let wanted = js_sys::Object::new();
        let _ = Reflect::set(&wanted, &"facingMode".into(), &"environment".into());
        let _ = Reflect::set(&wanted, &"width".into(), &1280.into());
        let constraints = MediaStreamConstraints::new();
        constraints.set_video(&wanted);
        let asked = devices.get_user_media_with_constraints(&constraints);
        let asked = asked.map_err(|_| ScanFailure::NoCamera)?;
        let stream = JsFuture::from(asked).await.map_err(|error| {
            let name = Reflect::get(&error, &"name".into()).ok();
            match name.and_then(|name| name.as_string()).as_deref() {
                Some("NotAllowedError") => ScanFailure::Denied,
                _ => ScanFailure::NoCamera,
            }
        })?;
        let camera = Self(stream.dyn_into().map_err(|_| ScanFailure::NoCamera)?);
        video.set_src_object(Some(&camera.0));
        if let Ok(playing) = video.play() {
            // Refused where the page was left meanwhile.
            let _ = JsFuture::from(playing).await;
        }
        Ok(camera)
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        for track in self.0.get_tracks() {
            if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
                track.stop();
            }
        }
    }
}
