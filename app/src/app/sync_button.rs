//! The sync state in the head: says how things stand; a tap syncs, and leads to what waits.

use leptos::prelude::*;

use crate::components::{tap, words};
use crate::contexts::Tournee;
use crate::platform::intl::{Form, instant};
use crate::platform::road::Road;
use crate::sync::SyncState;
use crate::text::{fill, number, plural, t};

/// The button in the head.
#[component]
pub fn SyncButton() -> impl IntoView {
    let tournee = Tournee::expect();
    let state = tournee.sync_state();
    let road = Road::expect();
    let tapped = tap(move || {
        if state.with_untracked(|state| *state == SyncState::SignedOut) {
            return road.go("/sign-in");
        }
        // What it says waits is in the queue.
        if state.with_untracked(leads_to_queue) {
            road.go("/queue");
        }
        tournee.sync_now(true);
    });
    // Not the minute of every exchange, only what changes for the technician.
    let told = Memo::new(move |_| state.with(announced));
    view! {
        <button type="button" class="sync" data-test="sync-state" title=words(move || state.with(hint).to_owned())
            data-state=words(move || state.with(name).to_owned()) on:click=tapped>
            {words(move || state.with(said))}
        </button>
        <span class="sr-only" role="status" aria-live="polite">{words(move || told.get())}</span>
    }
    .into_any()
}

fn leads_to_queue(state: &SyncState) -> bool {
    match state {
        SyncState::Pending { .. } | SyncState::NeedsYou { .. } => true,
        SyncState::Offline { pending } => *pending > 0,
        _ => false,
    }
}

fn hint(state: &SyncState) -> &'static str {
    match leads_to_queue(state) {
        true => t(|t| t.sync_tap_queue),
        false => t(|t| t.sync_tap),
    }
}

fn name(state: &SyncState) -> &'static str {
    match state {
        SyncState::Syncing { .. } => "syncing",
        SyncState::Synced { .. } => "synced",
        SyncState::Pending { .. } => "pending",
        SyncState::Offline { .. } => "offline",
        SyncState::NeedsYou { .. } => "needs-you",
        SyncState::SignedOut => "signed-out",
        SyncState::Failed(_) => "error",
    }
}

fn said(state: &SyncState) -> String {
    match state {
        SyncState::Synced { at } => {
            fill(t(|t| t.sync_synced), &[("time", &instant(*at, Form::Time))])
        }
        SyncState::Syncing {
            progress: Some(progress),
        } => fill(
            t(|t| t.sync_reading),
            &[
                ("done", &number(progress.done as usize)),
                ("total", &number(progress.total as usize)),
            ],
        ),
        other => announced(other),
    }
}

fn announced(state: &SyncState) -> String {
    match state {
        SyncState::Syncing { .. } => t(|t| t.sync_syncing).to_owned(),
        SyncState::Synced { .. } => t(|t| t.sync_done).to_owned(),
        SyncState::Pending { n } => plural(*n, |t| &t.sync_pending),
        SyncState::Offline { pending: 0 } => t(|t| t.sync_offline).to_owned(),
        SyncState::Offline { pending } => {
            format!(
                "{} · {}",
                t(|t| t.sync_offline),
                plural(*pending, |t| &t.sync_pending)
            )
        }
        SyncState::NeedsYou { n } => plural(*n, |t| &t.sync_needs_you),
        SyncState::SignedOut => t(|t| t.sync_signed_out).to_owned(),
        SyncState::Failed(_) => t(|t| t.sync_failed).to_owned(),
    }
}
