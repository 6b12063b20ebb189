//! Custody: changes that are the server's duty, on disk before they are acknowledged, and their executor.
//!
//! - [`intake`]: takes changes and wishes in. - `known`: what can be refused at once. - `executor`: which chains may run, and when again. - `runner`: runs them.
//! - `naming`: the ticket that a change is on, as that is named today.
//! - `lookout`: several tickets in one look.
//! - `company`: what goes with what in one run. - `plan`: what of a chain can run. - `sight`: the looks before and after.
//! - `chain`: one ticket's changes, from the look before to the report. - `step`: one change. - `judge`: what came of it.
//! - `chosen`: what it names of GLPI's lists, which may be gone.
//! - `mover`: who moved a field that two wanted.
//! - `mail`: the same of one thread's changes. - `reply`: an answer that leaves.
//! - `intent`: what is about to be written, on disk.
//! - `record`: that on disk. - `creation`: a ticket that is to be created. - `made`: what came of it. - `landing`: that on disk. `landed`: of
//!   which mails, lately.
//! - `files`: what is to be attached, before its change and with it.
//! - `brought`: a file that lies elsewhere, brought to its ticket: of a mail (`mail_file`), of another GLPI (`ticket_file`).
//! - `carry`: one that takes the place of another GLPI's, and the steps on that one.
//! - `since`: what is said in that one meanwhile.
//! - `conversion`: one that is to be made of a mail, which may be a ticket already.
//! - `overtaken`: mails that came while one waited on a phone.
//! - `recorded`: when that was, for reads that began before.
//! - `late`: how long a write may still land. - `evidence`: what is known where nothing came of it.
//! - `failing`: what meets an error each time. `giving_up`: that waits for him then.
//! - `second`: that GLPI's dates know no more than seconds. - `away`: changes on a ticket that is not there.
//! - `undone`: what came of it may have been put back since. - `before`: what a server did that this database forgot.

mod away;
pub(crate) mod before;
mod brought;
mod carry;
mod chain;
mod chosen;
mod company;
mod conversion;
mod creation;
mod evidence;
mod executor;
mod failing;
mod files;
mod giving_up;
pub mod intake;
mod intent;
mod judge;
mod kept;
mod known;
mod landed;
mod landing;
mod late;
mod lookout;
mod made;
mod mail;
mod mail_file;
mod mover;
mod naming;
mod overtaken;
mod plan;
mod record;
pub(crate) mod recorded;
mod reply;
mod retyped;
mod runner;
mod second;
mod sight;
mod since;
mod step;
mod ticket_file;
mod undone;
mod words;

pub(crate) use chain::CLOCKS_DIFFER;
pub use executor::Custody;
pub use files::Took;
pub use plan::held_back;
pub use runner::run;
