//! What GLPI or Google answers with an error each time: by which change, how often, and since when.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant as Moment;

use crate::glpi::{GlpiError, TransportError};
use crate::gmail::GmailError;
use crate::links::LinkError;

/// So often at least: one that is asked for rarely may have met an error each time by chance.
const TIMES: u32 = 5;
/// What nobody tried for so long begins anew.
const KEPT: Duration = Duration::from_hours(24);

/// The errors that changes met in a row, by the number of the change.
#[derive(Default)]
pub(super) struct Failing(Mutex<BTreeMap<i64, Failure>>);

struct Failure {
    since: Moment,
    last: Moment,
    times: u32,
    /// Of these, when others were answered before and after, and it was due.
    alone: u32,
    said: String,
}

impl Failing {
    /// An error came in place of what a change needs.
    pub fn note(&self, num: i64, said: &str) {
        let now = Moment::now();
        let mut all = self.all();
        all.retain(|_, failure| now - failure.last < KEPT);
        let failure = all.entry(num).or_insert_with(|| Failure {
            since: now,
            last: now,
            times: 0,
            alone: 0,
            said: String::new(),
        });
        failure.times += 1;
        failure.last = now;
        said.clone_into(&mut failure.said);
    }

    /// The same, where it came from a GLPI.
    pub fn met(&self, num: i64, error: &LinkError) {
        if let Some(said) = said_by_glpi(error) {
            self.note(num, &said);
        }
    }

    /// Whether one has met errors for so long, and often.
    pub fn is_due(&self, num: i64, patience: Duration) -> bool {
        let all = self.all();
        let failure = all.get(&num);
        failure.is_some_and(|it| it.times >= TIMES && it.since.elapsed() >= patience)
    }

    /// Others were answered when it met its last one. Answers how often that was so.
    pub fn was_alone(&self, num: i64) -> u32 {
        let mut all = self.all();
        let failure = all.get_mut(&num);
        failure.map_or(0, |failure| {
            failure.alone += 1;
            failure.alone
        })
    }

    /// How often others were answered when it met one.
    pub fn alone(&self, num: i64) -> u32 {
        self.all().get(&num).map_or(0, |failure| failure.alone)
    }

    /// What came since then in place of what it needs.
    pub fn met_since(&self, num: i64, began: Moment) -> Option<String> {
        let all = self.all();
        let failure = all.get(&num).filter(|failure| failure.last >= began)?;
        Some(failure.said.clone())
    }

    /// A run that began then got through: what met no error in it is counted anew.
    pub fn got_through(&self, nums: &[i64], began: Moment) {
        let mut all = self.all();
        all.retain(|num, failure| failure.last >= began || !nums.contains(num));
    }

    /// He is told.
    pub fn forget(&self, num: i64) {
        self.all().remove(&num);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<i64, Failure>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a GLPI said that may be there, and does not answer as its API does; none where nobody is there, or it says when to come
/// again. Whether it is this change, or all of that GLPI, is asked before he is told.
pub(super) fn said_by_glpi(error: &LinkError) -> Option<String> {
    let LinkError::Glpi(error) = error else {
        return None;
    };
    match error {
        GlpiError::Unexpected { .. }
        | GlpiError::Refused { .. }
        | GlpiError::Rights { .. }
        | GlpiError::NotFound
        | GlpiError::Unreachable(TransportError::Unknown(_))
        // A server's own word for a worker of its that died.
        | GlpiError::Throttled { retry_after: None } => {
            Some(error.detail().unwrap_or_else(|| error.to_string()))
        }
        _ => None,
    }
}

/// The same of Google.
pub(super) fn said_by_google(error: &GmailError) -> Option<String> {
    match error {
        GmailError::Unexpected { status } => Some(format!("HTTP {status}")),
        GmailError::Unreachable(TransportError::Unknown(what)) => Some(what.clone()),
        _ => None,
    }
}
