//! What pages are made of: small, without knowledge of the phone.

mod empty;
mod hands;
mod html;
mod icon;
mod live;
mod priority;
mod sheet;
mod source_chip;
mod status_badge;
mod ticks;
mod toast;
mod when;

pub use empty::Empty;
pub use hands::{sent, switched, tap, typed};
pub use html::Html;
pub use icon::{Icon, icons};
pub use live::{part, whether, words};
pub use priority::{Priority, level_words};
pub use sheet::Sheet;
pub use source_chip::SourceChip;
pub use status_badge::{StatusBadge, status_name, status_words};
pub use ticks::{Standing, Ticks};
pub use toast::{ToastHost, Toasts};
pub use when::{When, use_now};
