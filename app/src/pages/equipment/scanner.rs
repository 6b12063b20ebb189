//! A label by the camera, or in a picture where the camera can't be used.

use gloo_timers::future::TimeoutFuture;
use leptos::html::Video;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{File, HtmlVideoElement};

use crate::components::{Icon, chosen, icons, part, tap};
use crate::platform::labels::{Camera, Reader, ScanFailure};
use crate::text::{fill, t};

/// Between two looks: a phone has other work too.
const PAUSE_MS: u32 = 180;
/// Every so many looks, one that takes longer and finds more.
const HARD_EVERY: u32 = 3;

/// How the scanning is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Scan {
    Closed,
    Looking,
    Busy,
    Failed(ScanFailure),
    Nothing,
    Read(String),
}

/// The two buttons, and the camera's picture between them. What is read goes into `words`.
pub fn scanner(words: RwSignal<String>) -> AnyView {
    let scan = RwSignal::new(Scan::Closed);
    let is_open = Memo::new(move |_| scan.with(|scan| *scan == Scan::Looking));
    let toggle = move || {
        scan.set(if is_open.get_untracked() {
            Scan::Closed
        } else {
            Scan::Looking
        })
    };
    let picture = chosen(move |files| read_picture(files, scan, words));
    let label = move || match is_open.get() {
        true => t(|t| t.scan_stop),
        false => t(|t| t.scan_start),
    };
    view! {
        <div class="line">
            <button type="button" class="btn primary" data-test="scan" aria-pressed=move || is_open.get().to_string() on:click=tap(toggle)>
                <Icon of=icons::SCAN/> {label}
            </button>
            <label class="btn file-choice">
                <Icon of=icons::CAMERA/> {t(|t| t.scan_picture)}
                <input
                    type="file" class="sr-only" data-test="scan-picture" accept="image/*" capture="environment" on:change=picture
                />
            </label>
        </div>
        {part(move || is_open.get().then(|| view! { <Viewfinder scan words/> }.into_any()))}
        <p class="hint" role="status" data-test="scan-said">{move || said(&scan.get())}</p>
    }
    .into_any()
}

fn said(scan: &Scan) -> String {
    match scan {
        Scan::Closed => String::new(),
        Scan::Looking => t(|t| t.scan_looking).to_owned(),
        Scan::Busy => t(|t| t.scan_busy).to_owned(),
        Scan::Nothing => t(|t| t.scan_nothing).to_owned(),
        Scan::Read(text) => fill(t(|t| t.scan_read), &[("text", text)]),
        Scan::Failed(ScanFailure::NoCamera) => t(|t| t.scan_no_camera).to_owned(),
        Scan::Failed(ScanFailure::Denied) => t(|t| t.scan_denied).to_owned(),
        Scan::Failed(ScanFailure::NoReader) => t(|t| t.scan_no_reader).to_owned(),
        Scan::Failed(ScanFailure::NoPicture) => t(|t| t.scan_no_picture).to_owned(),
    }
}

/// What the camera sees. The camera goes off with it.
#[component]
fn Viewfinder(
    /// How the scanning is.
    scan: RwSignal<Scan>,
    /// Where what is read goes.
    words: RwSignal<String>,
) -> impl IntoView {
    let node = NodeRef::<Video>::new();
    Effect::new(move |_| {
        if let Some(video) = node.get() {
            spawn_local(async move {
                let ended = look(&video, scan).await;
                end(ended, scan, words);
            });
        }
    });
    view! { <video class="viewfinder" node_ref=node autoplay playsinline muted aria-label=t(|t| t.scan_view)></video> }
        .into_any()
}

/// Looks until something is read, or nobody looks any more.
async fn look(
    video: &HtmlVideoElement,
    scan: RwSignal<Scan>,
) -> Result<Option<String>, ScanFailure> {
    let is_wanted = || scan.try_with_untracked(|scan| *scan == Scan::Looking) == Some(true);
    let _camera = Camera::open(video).await?;
    let reader = Reader::get().await?;
    let mut looks = 0;
    while is_wanted() {
        looks += 1;
        let read = reader.look(video, looks % HARD_EVERY == 0).await;
        if read.is_some() {
            return Ok(read.filter(|_| is_wanted()));
        }
        TimeoutFuture::new(PAUSE_MS).await;
    }
    Ok(None)
}

fn end(ended: Result<Option<String>, ScanFailure>, scan: RwSignal<Scan>, words: RwSignal<String>) {
    match ended {
        Ok(Some(text)) => {
            scan.try_set(Scan::Read(text.clone()));
            words.try_set(text);
        }
        Ok(None) => {}
        Err(failure) => {
            scan.try_set(Scan::Failed(failure));
        }
    }
}

fn read_picture(files: Vec<File>, scan: RwSignal<Scan>, words: RwSignal<String>) {
    let Some(file) = files.into_iter().next() else {
        return;
    };
    scan.set(Scan::Busy);
    spawn_local(async move {
        let read = match Reader::get().await {
            Ok(reader) => reader.read_picture(&file).await,
            Err(failure) => Err(failure),
        };
        if read == Ok(None) {
            scan.try_set(Scan::Nothing);
            return;
        }
        end(read, scan, words);
    });
}
