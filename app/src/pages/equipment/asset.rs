//! One asset: its numbers, where it stands, what is open on it.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::domain::{AssetKey, StoreId, TicketRow};
use tournee_core::ids::SourceId;
use tournee_core::wire::{AssetFile, FoundTicket};

use super::{EQUIPMENT, memory};
use crate::components::{
    Empty, Icon, StatusBadge, asset_kind_words, asset_name, chip_of, icons, kept, part,
    ticket_number,
};
use crate::contexts::{HeldAsset, Tournee};
use crate::pages::search::Opened;
use crate::pages::{round, tickets};
use crate::sync::{ApiFailure, failure_words};
use crate::text::t;

/// What GLPI says of it now.
type Read = Option<Result<AssetFile, ApiFailure>>;

/// The page of one asset.
#[component]
pub fn AssetPage(
    /// Its GLPI.
    source: SourceId,
    /// Which.
    key: AssetKey,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let shelves = tournee.shelves();
    let read = RwSignal::new(Read::None);
    let asked = source.clone();
    let is_silent =
        move || read.with(|read| matches!(read, Some(Err(failure)) if failure.is_silence()));
    tournee.ask_until_answered(is_silent, move || {
        let source = asked.clone();
        async move {
            let answer = tournee.read_asset(&source, key).await;
            let failure = answer.as_ref().err().cloned();
            if let (None, Some(failure)) = (read.try_set(Some(answer)), failure) {
                tournee.missed(&failure);
            }
        }
    });
    let named = source.clone();
    let held = kept(move || {
        let fresh = read.with(|read| match read {
            Some(Ok(file)) => Some(HeldAsset {
                source: named.clone(),
                asset: file.asset.clone(),
            }),
            _ => None,
        });
        let kept = || shelves.with(|shelves| shelves.find(&named, key).cloned());
        let held = fresh.or_else(kept).or_else(|| memory::seen(&named, key));
        held.inspect(memory::see)
    });
    view! {
        <article class="stack" data-test="asset-page" data-key=format!("{source}/{key}")>
            <div class="line">
                <a class="icon-btn back" href=EQUIPMENT aria-label=t(|t| t.asset_back)><Icon of=icons::BACK/></a>
                <h1 tabindex="-1">{move || held.with(|held| name(held.as_ref(), key))}</h1>
            </div>
            <p class="line small">{asset_kind_words(key.kind)} {chip_of(&source)}</p>
            {part(move || Some(held.with(|held| facts(held.as_ref(), read))))}
            {open_here(tournee, source.clone(), key)}
            {part(move || open_there(tournee, read))}
        </article>
    }
    .into_any()
}

fn name(held: Option<&HeldAsset>, key: AssetKey) -> String {
    let name = held.map(|held| held.asset.name.clone()).unwrap_or_default();
    asset_name(&tournee_core::domain::LinkedAsset { key, name })
}

/// Its numbers and its place, and the way to a ticket for it; where nothing is known of it, why.
fn facts(held: Option<&HeldAsset>, read: RwSignal<Read>) -> AnyView {
    let Some(HeldAsset { source, asset }) = held else {
        let words = read.with(|read| match read {
            Some(Err(failure)) => failure_words(failure),
            _ => t(|t| t.asset_unknown).to_owned(),
        });
        return view! { <Empty icon=icons::SCAN title=t(|t| t.asset_unread)><p role="status">{words}</p></Empty> }
            .into_any();
    };
    let fact = |name: &'static str, value: &str| {
        let value = match value {
            "" => t(|t| t.fact_unset).to_owned(),
            value => value.to_owned(),
        };
        view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
    };
    let place = StoreId::of(&asset.location).map(|store| {
        view! {
            <a class="btn" href=round::address(&store) data-test="asset-store">
                <Icon of=icons::ROUND/> {asset.location.clone()}
            </a>
        }
        .into_any()
    });
    view! {
        <dl class="facts">
            {fact(t(|t| t.asset_serial), &asset.serial)}
            {fact(t(|t| t.asset_inventory), &asset.inventory)}
            {fact(t(|t| t.tickets_column_location), &asset.location)}
        </dl>
        <div class="stack">
            <a class="btn primary" href=tickets::create_for(source, asset.key) data-test="create-for">
                <Icon of=icons::PLUS/> {t(|t| t.asset_create)}
            </a>
            {place}
        </div>
    }
    .into_any()
}

/// The open tickets that the phone holds.
fn open_here(tournee: Tournee, source: SourceId, key: AssetKey) -> AnyView {
    let rows = kept(move || {
        let rows = tournee.with(|phone| phone.tickets_of(&source, key));
        let mut open: Vec<Arc<TicketRow>> = rows
            .into_iter()
            .filter(|row| row.status.is_open())
            .collect();
        open.sort_by_key(|row| std::cmp::Reverse(row.modified_at));
        open
    });
    let line = |row: &Arc<TicketRow>| {
        let chip = chip_of(&row.key.source);
        ticket_line(
            row.priority.number(),
            view! { <span class="t-num">{ticket_number(row.key.id)}</span> {chip} <StatusBadge status=row.status short=true/> }.into_any(),
            tickets::address(&row.key),
            row.title.clone(),
        )
    };
    let list = move || {
        let lines: Vec<AnyView> = rows.with(|rows| rows.iter().map(line).collect());
        let none = lines.is_empty().then(|| t(|t| t.asset_no_open));
        Some(
            view! { <p class="muted">{none}</p><ul class="plain store-tickets">{lines}</ul> }
                .into_any(),
        )
    };
    view! { <section data-test="asset-open"><h2>{t(|t| t.store_open)}</h2>{part(list)}</section> }
        .into_any()
}

/// Those that only GLPI has.
fn open_there(tournee: Tournee, read: RwSignal<Read>) -> Option<AnyView> {
    if !tournee.online().get() {
        return Some(view! { <p class="muted">{t(|t| t.asset_offline)}</p> }.into_any());
    }
    let found: Vec<FoundTicket> = read.with(|read| match read {
        Some(Ok(file)) => file.tickets.clone(),
        _ => Vec::new(),
    });
    let held = |ticket: &FoundTicket| {
        tournee.with_untracked(|phone| phone.rows().get(&ticket.key).is_some())
    };
    let line = |ticket: FoundTicket| {
        let status = ticket
            .status
            .map(|status| view! { <StatusBadge status short=true/> });
        let head = view! { <span class="t-num">{ticket_number(ticket.key.id)}</span> {status} };
        let level = ticket.priority.map_or(0, |level| level.number());
        ticket_line(
            level,
            head.into_any(),
            Opened::Unheld(ticket.key).address(),
            ticket.title,
        )
    };
    let lines: Vec<AnyView> = found
        .into_iter()
        .filter(|ticket| !held(ticket))
        .map(line)
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section data-test="asset-open-there">
                <h2>{t(|t| t.search_beyond)}</h2>
                <ul class="plain store-tickets">{lines}</ul>
            </section>
        }
        .into_any()
    })
}

fn ticket_line(level: u8, head: AnyView, href: String, title: String) -> AnyView {
    view! {
        <li class="s-row" data-p=level data-test="asset-ticket">
            <div class="t-line">{head}</div>
            <a class="t-title" href=href>{title}</a>
        </li>
    }
    .into_any()
}
