//! What a technician can do to a ticket or a thread. One file a kind, each with the same rooms: what it carries, how it is
//! checked, how it shows on the base, what it leaves in the timeline, how it conflicts.

mod asset;
mod attach;
mod carry;
mod classify;
mod conflict;
mod create;
mod fact;
mod followup;
mod link;
mod mail_file;
mod reply;
mod seat;
mod shown;
mod solution;
mod status;
mod take;
mod target;
mod task;
mod task_fact;
mod ticket_file;
mod words;

use serde::{Deserialize, Serialize};

pub use asset::SetAsset;
pub use attach::{AttachFile, MAX_FILE_NAME_LETTERS};
pub use carry::{CarryOver, CarryStep};
pub use classify::Classify;
pub use conflict::{Conflict, ConflictValue, Field, Obstacle, Verdict};
pub use create::{CreateTicket, MAX_TITLE_LETTERS};
pub use fact::{Fact, SetFact};
pub use followup::AddFollowup;
pub use link::LinkMail;
pub use mail_file::AttachMailFile;
pub use reply::SendReply;
pub use seat::{Seat, SetSeat};
pub use shown::{Shown, ShownThread};
pub use solution::AddSolution;
pub use status::SetStatus;
pub use take::Take;
pub use target::Target;
pub use task::{AddTask, MOST_TIME, TaskTime};
pub use task_fact::{SetTask, TaskFact, TaskKey};
pub use ticket_file::AttachTicketFile;
pub use words::{REFERENCE, REFERENCE_ALPHABET, REFERENCE_LETTERS, plain_text, same_words};

use crate::domain::{Actor, EntryKind, Ticket};
use crate::ids::{ChangeId, DeviceId, ThreadKey, TicketId, TicketKey};
use crate::time::Instant;

/// The longest text a change may carry, in bytes: far above what a person types, far below what PHP refuses.
pub const MAX_TEXT_BYTES: usize = 500_000;

/// A change as the phone made it. It never alters: an edit is a new change that [`Change::replaces`] it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Its name for ever.
    pub id: ChangeId,
    /// The installation that made it: a change is known by device and id.
    pub device: DeviceId,
    /// Its place in that device's order; a phone's clock may jump, this does not.
    pub seq: u64,
    /// When it was made, by the phone's clock corrected by the server's.
    pub at: Instant,
    /// Who made it, as its GLPI knows him.
    pub author: Actor,
    /// On what.
    #[serde(flatten)]
    pub target: Target,
    /// What.
    pub body: ChangeBody,
    /// The change that this one takes the place of.
    pub replaces: Option<ChangeId>,
}

impl Change {
    /// The ticket that it is on, if it is on one.
    pub fn ticket(&self) -> Option<&TicketKey> {
        self.target.ticket()
    }

    /// The thread that it shows on: the one that it is on, that it links, or of which it makes a ticket.
    pub fn thread(&self) -> Option<&ThreadKey> {
        match &self.body {
            ChangeBody::Link(link) => Some(&link.thread),
            ChangeBody::Create(create) => Some(&create.origin.as_ref()?.thread),
            _ => self.target.thread(),
        }
    }

    /// Alters what is shown of its thread.
    pub fn show_on_thread<T: ShownThread>(&self, on: &mut T) {
        match &self.body {
            ChangeBody::Classify(classify) => classify.sort(on.boxes()),
            ChangeBody::Link(link) if link.linked => *on.ticket() = self.ticket().cloned(),
            ChangeBody::Link(_) if on.ticket().as_ref() == self.ticket() => *on.ticket() = None,
            _ => {}
        }
    }

    /// Whether it can be queued at all.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn validate(&self) -> Result<(), Invalid> {
        self.target.takes(&self.body)?;
        self.body.validate()
    }

    /// Its ticket has this number from here on.
    pub fn renumber(&mut self, id: TicketId) {
        if let Target::Ticket(key) = &mut self.target {
            key.id = id;
        }
    }

    /// The ticket that it names beside its own, which waits for that one, has this number from here on.
    pub fn renumber_carried(&mut self, id: TicketId) {
        if let ChangeBody::Carry(carry) = &mut self.body {
            carry.to.id = id;
        }
    }
}

/// The kinds of change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeBody {
    /// Assign me.
    Take(Take),
    /// Move to another status.
    Status(SetStatus),
    /// Add a followup.
    Followup(AddFollowup),
    /// Solve, with words.
    Solution(AddSolution),
    /// Create the ticket.
    Create(Box<CreateTicket>),
    /// Correct one fact.
    Fact(Box<SetFact>),
    /// Put somebody on it, or take him off it.
    Seat(SetSeat),
    /// Link an asset, or part it.
    Asset(SetAsset),
    /// Attach a file.
    Attach(AttachFile),
    /// Attach a file of a mail.
    MailFile(Box<AttachMailFile>),
    /// Attach a document of another GLPI's ticket.
    TicketFile(Box<AttachTicketFile>),
    /// Close the ticket that another GLPI's takes the place of.
    Carry(Box<CarryOver>),
    /// Move a thread between the boxes.
    Classify(Classify),
    /// Link a thread to the ticket, or part them.
    Link(Box<LinkMail>),
    /// Answer a thread.
    Reply(Box<SendReply>),
    /// Add a task.
    Task(Box<AddTask>),
    /// Correct a task, or tick it done.
    TaskFact(Box<SetTask>),
}

/// What each kind of change knows of itself.
pub trait ChangeKind {
    /// Whether it can be queued at all.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    fn validate(&self) -> Result<(), Invalid>;
    /// Alters the facts of what is shown.
    fn show<S: Shown>(&self, on: &mut S);
    /// What it leaves in the timeline.
    fn entry(&self) -> Option<EntryKind>;
    /// The fields it writes: while it waits for the technician, later changes of these wait with it.
    fn fields(&self) -> &'static [Field];
    /// The change without which there is nothing that it could alter: it waits for that one, and goes with it.
    fn builds_on(&self) -> Option<ChangeId> {
        None
    }
    /// Whether it can be carried out on the ticket as GLPI has it now.
    fn check(&self, now: &Ticket) -> Verdict;
}

/// Why a change can't be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Nothing was typed.
    #[error("the text is empty")]
    Empty,
    /// More than [`MAX_TEXT_BYTES`].
    #[error("the text is longer than {MAX_TEXT_BYTES} bytes")]
    TooLong,
    /// A ticket without a title.
    #[error("the title is empty")]
    NoTitle,
    /// More than [`MAX_TITLE_LETTERS`].
    #[error("the title is longer than {MAX_TITLE_LETTERS} letters")]
    TitleTooLong,
    /// A fact as it was, or another fact than the one that was shown.
    #[error("nothing was altered")]
    SameAsBefore,
    /// Somebody who can't work on a ticket: GLPI knows no such user.
    #[error("only a user of GLPI can be assigned")]
    NobodyThere,
    /// No mail address.
    #[error("this is no mail address")]
    NoAddress,
    /// A mail without a `Message-ID`, or with one that can't be written down.
    #[error("the mail has no name that a ticket could keep")]
    NoName,
    /// A thread knows no status, a ticket no box.
    #[error("that can't be done to this")]
    WrongTarget,
    /// A task that takes less than nothing, or more than [`MOST_TIME`].
    #[error("a task takes no such time")]
    NoSuchTime,
    /// A task that is planned to end before it begins.
    #[error("a task cannot be planned so")]
    NoSuchPlan,
    /// No such move between statuses.
    #[error("a ticket cannot move between these statuses")]
    IllegalMove,
    /// A file without a name, or with one that GLPI would cut.
    #[error("a file needs a name of at most {MAX_FILE_NAME_LETTERS} letters")]
    FileName,
    /// An asset without a number.
    #[error("this is no asset of GLPI's")]
    NoAsset,
    /// A file with nothing in it.
    #[error("the file is empty")]
    EmptyFile,
}

macro_rules! each {
    ($body:expr, $kind:ident => $call:expr) => {
        match $body {
            ChangeBody::Take($kind) => $call,
            ChangeBody::Status($kind) => $call,
            ChangeBody::Followup($kind) => $call,
            ChangeBody::Solution($kind) => $call,
            ChangeBody::Create($kind) => $call,
            ChangeBody::Fact($kind) => $call,
            ChangeBody::Seat($kind) => $call,
            ChangeBody::Asset($kind) => $call,
            ChangeBody::Attach($kind) => $call,
            ChangeBody::MailFile($kind) => $call,
            ChangeBody::TicketFile($kind) => $call,
            ChangeBody::Carry($kind) => $call,
            ChangeBody::Classify($kind) => $call,
            ChangeBody::Link($kind) => $call,
            ChangeBody::Reply($kind) => $call,
            ChangeBody::Task($kind) => $call,
            ChangeBody::TaskFact($kind) => $call,
        }
    };
}

impl ChangeBody {
    /// The ticket that it creates, if it does.
    pub fn creation(&self) -> Option<&CreateTicket> {
        match self {
            Self::Create(create) => Some(create),
            _ => None,
        }
    }

    /// The file that it attaches, if it does.
    pub fn file(&self) -> Option<&AttachFile> {
        match self {
            Self::Attach(file) => Some(file),
            _ => None,
        }
    }

    /// The file of a mail that it attaches, if it does.
    pub fn mail_file(&self) -> Option<&AttachMailFile> {
        match self {
            Self::MailFile(file) => Some(file),
            _ => None,
        }
    }

    /// What tells the file that the server is to bring from elsewhere from every other, if it brings one.
    pub fn brought(&self) -> Option<String> {
        match self {
            Self::MailFile(file) => Some(file.identity()),
            Self::TicketFile(file) => Some(file.identity()),
            _ => None,
        }
    }

    /// The step on a ticket that another one takes the place of, if it is one.
    pub fn carry(&self) -> Option<&CarryOver> {
        match self {
            Self::Carry(carry) => Some(carry),
            _ => None,
        }
    }

    /// What GLPI takes on no closed ticket, however much one insists.
    pub fn needs_it_open(&self) -> bool {
        matches!(self, Self::Task(_) | Self::TaskFact(_) | Self::Asset(_))
    }

    /// What can't be insisted on where its ticket is closed: that is opened first.
    pub fn waits_for_reopening(&self) -> bool {
        self.needs_it_open() || matches!(self, Self::Solution(_) | Self::Fact(_))
    }

    /// Whether it is done to a thread; all else is done to a ticket.
    pub fn is_on_thread(&self) -> bool {
        matches!(self, Self::Classify(_) | Self::Reply(_))
    }
}

impl ChangeKind for ChangeBody {
    fn validate(&self) -> Result<(), Invalid> {
        each!(self, kind => kind.validate())
    }

    fn show<S: Shown>(&self, on: &mut S) {
        each!(self, kind => kind.show(on));
    }

    fn entry(&self) -> Option<EntryKind> {
        each!(self, kind => kind.entry())
    }

    fn fields(&self) -> &'static [Field] {
        each!(self, kind => kind.fields())
    }

    fn builds_on(&self) -> Option<ChangeId> {
        each!(self, kind => kind.builds_on())
    }

    fn check(&self, now: &Ticket) -> Verdict {
        each!(self, kind => kind.check(now))
    }
}

fn validate_text(text: &str) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        Err(Invalid::Empty)
    } else if text.len() > MAX_TEXT_BYTES {
        Err(Invalid::TooLong)
    } else {
        Ok(())
    }
}

/// Typed text as the HTML that the timeline shows.
pub fn text_to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for (index, line) in text.trim_end().lines().enumerate() {
        if index > 0 {
            html.push_str("<br>");
        }
        for letter in line.chars() {
            match letter {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                other => html.push(other),
            }
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_markup_is_shown_as_it_was_typed() {
        assert_eq!(
            text_to_html("<b>R&D</b>\nligne 2\n"),
            "&lt;b&gt;R&amp;D&lt;/b&gt;<br>ligne 2"
        );
    }

    #[test]
    fn text_is_bounded_and_not_empty() {
        assert_eq!(validate_text(" \n"), Err(Invalid::Empty));
        assert_eq!(
            validate_text(&"x".repeat(MAX_TEXT_BYTES + 1)),
            Err(Invalid::TooLong)
        );
        assert_eq!(validate_text(&"é".repeat(50_000)), Ok(()));
    }
}
