//! How often each fault struck and each exit was taken.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

macro_rules! counted {
    ($($name:ident = $words:literal,)*) => {
        /// Something that is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Count {
            $(#[doc = $words] $name,)*
        }

        impl Count {
            /// All of them.
            pub const ALL: &[Count] = &[$(Count::$name,)*];

            /// In words.
            pub fn words(self) -> &'static str {
                match self {
                    $(Count::$name => $words,)*
                }
            }
        }
    };
}

counted! {
    Edit = "phone: an edit",
    EditOfNew = "phone: an edit of a ticket that is not in GLPI yet",
    EditFact = "phone: a fact corrected",
    EditDescription = "phone: a description corrected",
    EditSeat = "phone: somebody put on a ticket, or taken off it",
    EditAsset = "phone: an asset linked, or parted",
    EditAttach = "phone: a file attached",
    EditFileOfNote = "phone: a file that goes with a note",
    FileBegun = "phone: a file begun to be handed over",
    FileResumed = "phone: a file gone on with where the server had it",
    FileKnown = "phone: a file that the server had already",
    EditCarry = "phone: a ticket carried over",
    EditTask = "phone: a task added",
    EditTaskFact = "phone: a task corrected, or ticked done",
    EditSort = "phone: a thread put into a box",
    EditReply = "phone: an answer to a mail",
    EditConvert = "phone: a ticket made of a mail",
    EditLink = "phone: a mail linked to a ticket, or parted",
    ConnectedAgain = "phone: a mailbox connected again",
    EditOfUnsent = "phone: a task corrected before it is in GLPI",
    EditByOldNumber = "phone: an edit by the number that a ticket had before it landed",
    StorageRefused = "phone: the storage refused an edit",
    StorageRefusedAnswer = "phone: the storage refused an answer",
    PhoneKilledBefore = "phone: killed before a batch was durable",
    PhoneKilledAfter = "phone: killed after a batch was durable",
    PhoneOffline = "phone: offline for a while",
    PhoneRestored = "phone: restored from its backup",
    PhoneCloned = "phone: a cloned profile at work",
    SecondTab = "phone: the same changes from a second tab",
    TwinId = "phone: another device's change id drawn again",
    WrongClock = "phone: a clock wrong by hours or days",
    SignedInAgain = "phone: signed in again",
    RequestLost = "network: a request lost",
    ResponseLost = "network: a response lost",
    RequestDuplicated = "network: a request delivered twice",
    RequestLate = "network: a request delivered after its sender gave up",
    GlpiRefusedConnection = "GLPI: connection refused",
    GlpiLostBefore = "GLPI: lost before it was done",
    GlpiLostAfter = "GLPI: done, and the answer lost",
    GlpiTimeOutAfter = "GLPI: done, and answered too late",
    GlpiLate = "GLPI: answered late",
    GlpiErrorInstead = "GLPI: 500 instead of the work",
    GlpiErrorAfter = "GLPI: 500 or 404 after the work",
    GlpiRefusal = "GLPI: 400 with HTML in it",
    GlpiExpired = "GLPI: all sessions expired",
    GlpiThrottled = "GLPI: 503 or 429 with Retry-After",
    GlpiNoEffect = "GLPI: 200 without effect",
    GlpiMaintenance = "GLPI: a maintenance page",
    GlpiNotice = "GLPI: PHP's words before the JSON",
    GlpiDown = "GLPI: down for a while",
    GlpiTicketBroken = "GLPI: a ticket that it answers with an error for minutes",
    GlpiClockBack = "GLPI: its clock jumped back",
    PasswordChanged = "GLPI: a password changed",
    GoogleRefusedConnection = "Google: connection refused",
    GoogleLostBefore = "Google: lost before it was done",
    GoogleLostAfter = "Google: done, and the answer lost",
    GoogleTimeOutAfter = "Google: done, and answered too late",
    GoogleLate = "Google: answered late",
    GoogleErrorInstead = "Google: 502 instead of the work",
    GoogleErrorAfter = "Google: 502 after the work",
    GoogleRefusal = "Google: 400",
    GoogleExpired = "Google: all access tokens expired",
    GoogleThrottled = "Google: 403, 429 or 503 for the quota",
    GoogleStale = "Google: 404 of a history that does not reach back",
    GoogleDown = "Google: down for a while",
    GoogleRevoked = "Google: an access taken away",
    PersonStatus = "people: a status",
    PersonAssigned = "people: an assignment",
    PersonUnassigned = "people: an assignment taken off",
    PersonFollowup = "people: a followup",
    PersonFact = "people: a fact corrected",
    PersonDescription = "people: a description corrected",
    PersonSeat = "people: somebody put on a ticket, or taken off it",
    PersonAsset = "people: an asset linked, or parted",
    PersonTask = "people: a task corrected",
    PersonTaskRemoved = "people: a task removed",
    PersonDocument = "people: a file attached",
    PersonTrashed = "people: a ticket trashed",
    PersonRestored = "people: a ticket taken out of the trash",
    PersonPurged = "people: a ticket purged",
    PersonPutBack = "people: put back what was done in his name",
    PersonInTheSecond = "people: an edit in the second of a read",
    PersonSorted = "people: a thread put into a box",
    PersonArchived = "people: a thread out of the inbox, or back",
    PersonRead = "people: a thread read, or called unread",
    PersonWrote = "people: a mail",
    PersonBinned = "people: a thread into the bin, or out of it",
    PersonDeletedMail = "people: a thread deleted",
    PersonDeletedLabel = "people: a label deleted",
    MailInTheSecond = "people: in the thread in the second of a look",
    CrashAtDisk = "server: killed at its disk",
    CrashBeforeUpstream = "server: killed before a request to GLPI",
    CrashAfterUpstream = "server: killed after a request to GLPI",
    CrashAnyTime = "server: killed at any time",
    ServerRestored = "server: restored from an older backup",
    DiskFull = "server: its disk full for a while",
    StoppedInOrder = "server: stopped in order",
    BreakerOpened = "exit: a circuit breaker open",
    Delivered = "exit: delivered",
    DeliveredAltered = "exit: delivered with a notice",
    FactDelivered = "exit: a correction delivered",
    DescriptionDelivered = "exit: a description corrected, delivered",
    SeatDelivered = "exit: who is on a ticket, delivered",
    AssetDelivered = "exit: an asset on a ticket or off it, delivered",
    FileDelivered = "exit: a file delivered",
    FileFoundAgain = "exit: a file delivered, and found again by its mark",
    FileTooLarge = "exit: a file too large",
    FileMissing = "exit: a file that the server has not",
    MailFileDelivered = "exit: a file of a mail delivered",
    RuledFile = "exit: a file of a mail, delivered by a rule",
    TicketFileDelivered = "exit: a document of an old ticket delivered",
    CarryDelivered = "exit: a step on an old ticket delivered",
    CarryStepped = "exit: a note or a solution that names the new ticket",
    SaidAlong = "exit: what was said in an old ticket, taken along",
    CarriedBefore = "exit: a ticket carried over already",
    OldClosed = "exit: the old ticket closed",
    TaskDelivered = "exit: a task delivered",
    TaskFactDelivered = "exit: a correction of a task delivered",
    ConversionDelivered = "exit: a mail is a ticket",
    ConversionTwin = "exit: a mail was a ticket already",
    ConvertedElsewhere = "exit: a mail is another GLPI's ticket",
    LinkDelivered = "exit: a link of a mail, or its end, delivered",
    RuleTicket = "exit: a ticket made by a rule",
    Entrusted = "exit: what the server made waits on a phone",
    MailTold = "exit: a mail told on its ticket",
    AnswerTold = "exit: an answer to a ticket's mail that its ticket names",
    Followed = "exit: mails that followed their ticket",
    SortDelivered = "exit: a thread in its box",
    ReplyDelivered = "exit: an answer to a mail left",
    ReplyFoundAgain = "exit: an answer to a mail left, and something on its thread was kept from the server",
    Conflict = "exit: a conflict",
    FactConflict = "exit: a conflict of corrections",
    TaskConflict = "exit: a conflict of corrections of a task",
    TaskGone = "exit: the task gone",
    SortConflict = "exit: a conflict of boxes",
    ThreadGone = "exit: the thread gone",
    Refused = "exit: refused",
    TicketClosed = "exit: the ticket closed",
    TicketTrashed = "exit: the ticket trashed",
    TicketGone = "exit: the ticket gone",
    NoEffect = "exit: no effect",
    Unsettled = "exit: unsettled",
    UnsettledUnread = "exit: unsettled, for it can't be looked for",
    Unreadable = "exit: an error each time",
    AlreadySent = "exit: what it replaces was sent already",
    Withdrawn = "exit: withdrawn",
    Replaced = "exit: replaced",
    Retried = "exit: retried by the technician",
    Insisted = "exit: insisted on by the technician",
    CreationDelivered = "exit: a ticket created",
    CreationFoundAgain = "exit: a ticket created, and found again by its mark",
    CreationRefused = "exit: a new ticket refused",
    CreationWithdrawn = "exit: a new ticket taken back",
    CreationReplaced = "exit: a new ticket replaced by another text",
    HeldByAnotherPhone = "exit: behind what waits on another phone of his",
    StartedOver = "exit: offered again to a server without memory",
}

/// The counts of one run, or of many.
#[derive(Default)]
pub struct Counters(Mutex<BTreeMap<Count, u64>>);

impl Counters {
    /// Counts one.
    pub fn add(&self, count: Count) {
        *self.all().entry(count).or_default() += 1;
    }

    /// Adds those of another run.
    pub fn merge(&self, other: &Counters) {
        let mut all = self.all();
        for (count, number) in other.all().iter() {
            *all.entry(*count).or_default() += number;
        }
    }

    /// How often.
    pub fn of(&self, count: Count) -> u64 {
        self.all().get(&count).copied().unwrap_or_default()
    }

    /// What never happened.
    pub fn never(&self) -> Vec<Count> {
        let missing = |count: &&Count| self.of(**count) == 0;
        Count::ALL.iter().filter(missing).copied().collect()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Count, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for count in Count::ALL {
            writeln!(f, "{:>9}  {}", self.of(*count), count.words())?;
        }
        Ok(())
    }
}
