//! What pages are made of.

mod back;
mod each;
mod empty;
mod fact;
mod hands;
mod html;
mod icon;
mod later;
mod live;
mod priority;
mod scroller;
mod sheet;
mod source_chip;
mod status_badge;
mod ticket_number;
mod ticks;
mod toast;
mod when;

pub use back::{back_to, provide_back};
pub use each::each;
pub use empty::Empty;
pub use fact::{fact_words, field_words, kind_words};
pub use hands::{Press, press, sent, switched, tap, typed};
pub use html::{Html, open_outside};
pub use icon::{Icon, icons};
pub use later::{later, provide_later};
pub use live::{kept, part, whether, words};
pub use priority::{Priority, level_words};
pub use scroller::{Room, Rows, Scroller, Table, use_room};
pub use sheet::Sheet;
pub use source_chip::{SourceChip, chip_of};
pub use status_badge::{StatusBadge, status_name, status_words};
pub use ticket_number::ticket_number;
pub use ticks::{Standing, Ticks};
pub use toast::{TicketToasts, ToastHost, Toasts};
pub use when::{When, use_now};
