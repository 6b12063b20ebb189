//! What the end-to-end suites and the benches share.
//!
//! # Layout
//! - [`stage`]: two simulated GLPIs and a Gmail, the real server as a process of its own, and the cable before it.
//! - [`wire`]: that cable: names every request that passes, can be pulled out.
//! - [`browser`]: Chromium (with DevTools) and WebKit, and what a person does with a page.
//! - [`app`]: the steps of a walk, in the words of the app.
//! - [`camera`]: a telephone's camera, and its files.
//! - [`google`]: a simulated Gmail beside the GLPIs.
//! - [`holdings`]: what a GLPI holds, compared before and after.
//! - [`label`]: a label as it is stuck on a machine, before a camera.
//! - [`looks`]: whether a page can be used by everybody: names, sizes, contrast, width.
//! - [`phone`]: the API without a screen.
//! - [`patience`], [`process`]: waiting for what must come; ending what was started.

pub mod app;
pub mod browser;
pub mod camera;
pub mod google;
pub mod holdings;
pub mod label;
pub mod looks;
pub mod patience;
pub mod phone;
pub mod process;
pub mod stage;
pub mod wire;
