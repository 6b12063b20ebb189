//! A device that its technician revoked: it hands over what it holds unsent, then clears itself. And what a revoked one
//! left, taken over by another.

use std::collections::BTreeSet;

use leptos::prelude::*;
use tournee_core::ids::{DeviceId, FileHash};
use tournee_core::wire::{ApiError, ErrorCode, SyncRequest, SyncResponse};

use super::exchange::Halt;
use super::{Session, Tournee};
use crate::platform::settings;
use crate::platform::tabs::News;
use crate::storage::StorageProblem;
use crate::sync::{ApiFailure, api};

impl Tournee {
    /// Hands over changes and files as long as the server takes any, then signs out and clears the phone.
    ///
    /// # Errors
    /// The call's, or the storage's: then it goes on at the next exchange.
    pub(super) async fn leave_revoked(
        &self,
        mut request: SyncRequest,
        mut response: SyncResponse,
        ready: &mut BTreeSet<FileHash>,
    ) -> Result<(), Halt> {
        loop {
            let received = response.received;
            self.change(&mut |phone| phone.handed_over(&received))
                .await?;
            let sent_a_file = self.send_a_file(ready).await?;
            let next = self.with_untracked(|phone| phone.request_with(false, ready));
            // What the server can't place yet is offered once more with what came behind it, and not for ever.
            let more = !next.changes.is_empty() && next.changes != request.changes;
            if !more && !sent_a_file {
                break;
            }
            request = next;
            response = api::sync(&request).await?;
        }
        api::sign_out(None).await?;
        self.empty().await?;
        settings::move_out();
        self.failure.set(Some(ApiFailure::Api(ApiError {
            code: ErrorCode::DeviceRevoked,
            detail: None,
            retry_after: None,
            request_id: String::new(),
        })));
        self.session.set(Session::SignedOut(None));
        self.held().tabs.tell(News::Session);
        Ok(())
    }

    /// Takes over what a revoked device left: it stands in this phone's queue from here on. Answers how many changes.
    ///
    /// # Errors
    /// The call's; or a storage's, whose banner says what.
    pub async fn take_over(&self, device: DeviceId) -> Result<usize, ApiFailure> {
        let left = api::left_behind(device).await?.changes;
        let count = left.len();
        let adopted: Result<(), StorageProblem> =
            self.change(&mut |phone| phone.adopt(left.clone())).await;
        adopted.map_err(|_| ApiFailure::Garbled)?;
        self.sync_now(false);
        Ok(count)
    }
}
