//! The protocol between phone and server, as JSON over HTTPS. Versioned by [`PROTOCOL`].

mod assets;
mod dashboard;
mod devices;
mod error;
mod files;
mod gmail;
mod report;
mod rules;
mod search;
mod session;
mod sync;

pub use assets::{AssetFile, FindAssets, FoundAssets};
pub use dashboard::ServiceTally;
pub use devices::{DeviceInfo, Devices, LeftBehind};
pub use error::{ApiError, ErrorCode};
pub use files::{FileAt, PIECE_BYTES};
pub use gmail::{Connect, ConnectOutcome, ConnectStart, GmailInfo};
pub use report::{
    Against, Attempt, ChangeReport, Evidence, Notice, Problem, ProblemKind, ReportState, Wish,
    WishFor,
};
pub use rules::{
    Becomes, Deed, Pause, RuleDeed, RuleInfo, RuleMail, RuleRecord, RuleState, RuleTrial, Rules,
    SwitchRule, Tried,
};
pub use search::{FoundThread, FoundTicket, LookUp, LookedUp, LookedUpMails};
pub use session::{ChooseProfile, SessionInfo, SignIn, SignInMethod, SourceInfo};
pub use sync::{FeedItem, Progress, SourceRead, SourceState, SourceTag, SyncRequest, SyncResponse};

/// The version of the protocol that these types speak.
pub const PROTOCOL: u16 = 1;
