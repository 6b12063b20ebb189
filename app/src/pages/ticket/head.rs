//! Which ticket this is, and how it stands.

use leptos::prelude::*;
use tournee_core::domain::TicketType;
use tournee_core::ids::TicketKey;

use super::Open;
use crate::components::{Icon, Priority, SourceChip, StatusBadge, icons, status_name};
use crate::contexts::Tournee;
use crate::text::t;

/// The head of the page.
#[component]
pub fn Head(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let key = open.key();
    let title = open.part(|ticket| ticket.title.clone());
    let status = open.part(|ticket| ticket.status);
    let priority = open.part(|ticket| ticket.priority);
    let kind = open.part(|ticket| ticket.kind);
    view! {
        <div class="line ticket-nav">
            <a class="icon-btn back" href="/tickets" aria-label=t(|t| t.ticket_back)><Icon of=icons::BACK/></a>
            <span class="t-num">"#" {key.id.0}</span>
            {chip(&key)}
            <span class="push">{glpi_link(open)}</span>
        </div>
        <h1 tabindex="-1" data-test="ticket-title">{title}</h1>
        <div class="line small">
            <span data-test="ticket-status" data-status=move || status_name(status.get())>
                {move || view! { <StatusBadge status=status.get()/> }}
            </span>
            {move || view! { <Priority level=priority.get()/> }}
            <span class="tag">{move || match kind.get() {
                TicketType::Incident => t(|t| t.ticket_incident),
                TicketType::Request => t(|t| t.ticket_request),
            }}</span>
        </div>
    }
    .into_any()
}

fn chip(key: &TicketKey) -> AnyView {
    let look = Tournee::expect().with_untracked(|phone| {
        let mut sources = phone.meta().sources.iter();
        let found = sources.find(|s| s.source == key.source);
        found.map(|s| (s.name.clone(), s.color.clone()))
    });
    let (name, color) = look.unwrap_or_else(|| (key.source.to_string(), String::new()));
    view! { <SourceChip name color/> }.into_any()
}

fn glpi_link(open: Open) -> impl IntoView {
    let id = open.key().id;
    move || {
        let base = open.account.with(|a| a.as_ref().map(|a| a.web_url.clone()));
        base.filter(|base| !base.is_empty()).map(|base| {
            let base = base.trim_end_matches('/');
            let page = format!("{base}/front/ticket.form.php?id={id}");
            view! {
                <a
                    class="btn quiet small" href=page target="_blank" rel="noopener noreferrer"
                    aria-label=t(|t| t.ticket_in_glpi) data-test="in-glpi"
                >
                    "GLPI" <Icon of=icons::OUT/>
                </a>
            }
        })
    }
}
