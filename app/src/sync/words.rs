//! Failures in words.

use tournee_core::changes::Invalid;
use tournee_core::phone::EditError;
use tournee_core::wire::{ApiError, ErrorCode};

use super::ApiFailure;
use crate::contexts::EditFailure;
use crate::storage::StorageProblem;
use crate::text::{fill, plural, t};

/// A failed call, with GLPI's words and the request's id where there are any.
pub fn failure_words(failure: &ApiFailure) -> String {
    match failure {
        ApiFailure::Offline => t(|t| t.error_offline).to_owned(),
        ApiFailure::Unreachable => t(|t| t.error_unreachable).to_owned(),
        ApiFailure::TimedOut => t(|t| t.error_timed_out).to_owned(),
        ApiFailure::Garbled => t(|t| t.error_garbled).to_owned(),
        ApiFailure::Api(error) => api_words(error),
        ApiFailure::OtherPerson { name, pending } => fill(
            &plural(*pending, |t| &t.error_other_person),
            &[("name", name)],
        ),
    }
}

fn api_words(error: &ApiError) -> String {
    let mut words = code_words(error.code).to_owned();
    if let Some(seconds) = error.retry_after {
        words.push(' ');
        words.push_str(&plural(seconds as usize, |t| &t.error_retry_after));
    }
    if let Some(detail) = &error.detail {
        words.push(' ');
        words.push_str(&fill(t(|t| t.error_detail), &[("detail", detail)]));
    }
    if !error.request_id.is_empty() {
        words.push(' ');
        words.push_str(&fill(t(|t| t.error_request), &[("id", &error.request_id)]));
    }
    words
}

fn code_words(code: ErrorCode) -> &'static str {
    t(|t| match code {
        ErrorCode::NotSignedIn => t.error_not_signed_in,
        ErrorCode::WrongPassword => t.error_wrong_password,
        ErrorCode::WrongToken => t.error_wrong_token,
        ErrorCode::DeviceRevoked => t.error_device_revoked,
        ErrorCode::UnknownDevice => t.error_unknown_device,
        ErrorCode::AccountLocked => t.error_account_locked,
        ErrorCode::NoProfile => t.error_no_profile,
        ErrorCode::PasswordsOff => t.error_passwords_off,
        ErrorCode::TooManyAttempts => t.error_too_many_attempts,
        ErrorCode::GlpiUnreachable => t.error_glpi_unreachable,
        ErrorCode::GlpiApiDisabled => t.error_glpi_api_disabled,
        ErrorCode::AppTokenMissing => t.error_app_token_missing,
        ErrorCode::AppTokenWrong => t.error_app_token_wrong,
        ErrorCode::AddressNotAllowed => t.error_address_not_allowed,
        ErrorCode::GlpiUnexpected => t.error_glpi_unexpected,
        ErrorCode::UnknownSource => t.error_unknown_source,
        ErrorCode::UnknownTicket => t.error_unknown_ticket,
        ErrorCode::UnknownAsset => t.error_unknown_asset,
        ErrorCode::UnknownRule => t.error_unknown_rule,
        ErrorCode::RuleUntried => t.error_rule_untried,
        ErrorCode::UnknownMailbox => t.error_unknown_mailbox,
        ErrorCode::UnknownDocument => t.error_unknown_document,
        ErrorCode::MailboxReconnect => t.error_mailbox_reconnect,
        ErrorCode::GmailUnreachable => t.error_gmail_unreachable,
        ErrorCode::BadRequest => t.error_bad_request,
        ErrorCode::TooLarge => t.error_too_large,
        ErrorCode::NoRoom => t.error_no_room,
        ErrorCode::ProtocolMismatch => t.error_protocol_mismatch,
        ErrorCode::WrongOrigin => t.error_wrong_origin,
        ErrorCode::Internal => t.error_internal,
        ErrorCode::Unknown => t.error_unknown,
    })
}

/// A change that was not made.
pub fn edit_words(failure: &EditFailure) -> String {
    let words = match failure {
        EditFailure::Edit(EditError::Invalid(Invalid::Empty)) => t(|t| t.edit_empty),
        EditFailure::Edit(EditError::Invalid(Invalid::TooLong)) => t(|t| t.edit_too_long),
        EditFailure::Edit(EditError::Invalid(Invalid::IllegalMove)) => t(|t| t.edit_illegal_move),
        EditFailure::Edit(EditError::Invalid(Invalid::SameAsBefore)) => t(|t| t.edit_same),
        EditFailure::Edit(EditError::Invalid(Invalid::NobodyThere)) => t(|t| t.edit_nobody_there),
        EditFailure::Edit(EditError::Invalid(Invalid::FileName)) => t(|t| t.edit_file_name),
        EditFailure::Edit(EditError::Invalid(Invalid::EmptyFile)) => t(|t| t.edit_file_empty),
        EditFailure::Edit(EditError::Invalid(Invalid::NoAddress)) => t(|t| t.edit_no_address),
        EditFailure::Edit(EditError::Invalid(Invalid::NoTitle)) => t(|t| t.edit_no_title),
        EditFailure::Edit(EditError::Invalid(Invalid::TitleTooLong)) => {
            t(|t| t.edit_title_too_long)
        }
        EditFailure::Edit(EditError::Invalid(Invalid::NoAsset)) => t(|t| t.edit_no_asset),
        EditFailure::Edit(EditError::Invalid(Invalid::NoName)) => t(|t| t.edit_no_name),
        EditFailure::Edit(EditError::Invalid(Invalid::WrongTarget)) => t(|t| t.queue_invalid),
        EditFailure::Edit(EditError::Invalid(Invalid::NoSuchTime)) => t(|t| t.task_no_such_time),
        EditFailure::Edit(EditError::Invalid(Invalid::NoSuchPlan)) => t(|t| t.task_no_such_plan),
        EditFailure::Edit(EditError::NoTicket) => t(|t| t.edit_no_ticket),
        EditFailure::Edit(EditError::Carried) => t(|t| t.carry_has),
        EditFailure::Edit(EditError::NoAccount) => t(|t| t.edit_no_account),
        EditFailure::Storage(problem) => return storage_words(problem),
    };
    words.to_owned()
}

/// A storage that can't.
pub fn storage_words(problem: &StorageProblem) -> String {
    match problem {
        StorageProblem::Full => t(|t| t.storage_full).to_owned(),
        StorageProblem::Newer => t(|t| t.storage_newer).to_owned(),
        StorageProblem::Blocked => t(|t| t.storage_blocked).to_owned(),
        StorageProblem::Lost(_) => t(|t| t.storage_lost).to_owned(),
        StorageProblem::Unavailable(_) => t(|t| t.storage_unavailable).to_owned(),
        StorageProblem::Unreadable(detail) => {
            fill(t(|t| t.storage_unreadable), &[("detail", detail)])
        }
        StorageProblem::Failed(detail) => fill(t(|t| t.storage_failed), &[("detail", detail)]),
    }
}
