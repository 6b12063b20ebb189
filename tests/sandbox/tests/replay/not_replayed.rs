//! What was recorded and is not replayed, each with its reason.

use super::recording::Glpi;

/// One recorded exchange, or all those whose name (without the number) starts with `name` where it ends with `*`.
pub struct NotReplayed {
    /// `None`: in both.
    pub glpi: Option<Glpi>,
    pub name: &'static str,
    pub reason: &'static str,
}

const fn both(name: &'static str, reason: &'static str) -> NotReplayed {
    NotReplayed {
        glpi: None,
        name,
        reason,
    }
}

pub const NOT_REPLAYED: &[NotReplayed] = &[
    both(
        "listSearchOptions-Ticket-raw",
        "raw=1 is meant for GLPI's own plugins; the product never asks for it",
    ),
    both(
        "search-rawdata",
        "rawdata=1 echoes SQL and session tokens; the product never asks for it",
    ),
    both(
        "search-giveItems",
        "giveItems=1 renders cells as GLPI's own HTML; the product never asks for it",
    ),
    both(
        "massive-actions",
        "the product never asks for massive actions: bulk writes are plain PUTs",
    ),
    both(
        "latency",
        "speeds of one machine, not answers; the sandbox's recorded speed is taken from GLPI.md and measured by the benches",
    ),
    both(
        "super-reads-and-search-quirks#debug-headers",
        "the headers of GLPI's debug mode; production is not in it",
    ),
    both(
        "more-quirks#4 parallel PUT name",
        "which of four simultaneous writes wins is chance",
    ),
    both(
        "more-quirks#/api/ alias",
        "the product only uses apirest.php",
    ),
    both(
        "delta-and-tombstones#id equals (field 2)",
        "five counts whose questions were not recorded",
    ),
    both(
        "delta-and-tombstones#purged: Log rows left",
        "the product reads the log of a ticket under that ticket, which is gone",
    ),
];

impl NotReplayed {
    pub fn covers(&self, glpi: Glpi, name: &str) -> bool {
        let bare = name.get(4..).unwrap_or(name);
        let named = match self.name.strip_suffix('*') {
            Some(stem) => bare.starts_with(stem),
            None => bare == self.name,
        };
        named && self.glpi.is_none_or(|only| only == glpi)
    }
}
