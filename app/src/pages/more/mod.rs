//! *Plus*: what waits, accounts, settings, this app, the way out.

mod about;
mod account;
mod choices;
mod devices;
mod leave;
mod leave_glpi;
mod mailbox;
mod mailboxes;
mod queue;
mod settings;

use leptos::prelude::*;
use tournee_core::wire::SourceState;

use self::about::About;
use self::account::AccountCard;
use self::devices::DevicesButton;
use self::leave::Leave;
pub use self::mailboxes::MAILBOXES;

use self::mailboxes::Mailboxes;
use self::queue::QueueLink;
use self::settings::Settings;
use crate::components::{Icon, icons, kept, part};
use crate::contexts::Tournee;
use crate::pages::dashboard::DASHBOARD;
use crate::pages::equipment::EQUIPMENT;
use crate::pages::rules::RULES;
use crate::text::t;

/// All but how far the server has read: that moves at each exchange, and the choices below must not be drawn anew under
/// somebody's finger.
fn still(state: &SourceState) -> SourceState {
    SourceState {
        tag: String::new(),
        refreshed_at: None,
        progress: None,
        ..state.clone()
    }
}

fn cards(sources: Vec<SourceState>) -> AnyView {
    let cards = sources
        .into_iter()
        .map(|state| view! { <AccountCard state/> }.into_any());
    cards.collect_view().into_any()
}

/// The page.
#[component]
pub fn MorePage() -> impl IntoView {
    let tournee = Tournee::expect();
    let sources = kept(move || {
        tournee.with(|phone| phone.meta().sources.iter().map(still).collect::<Vec<_>>())
    });
    let has_mails = kept(move || tournee.with(|phone| !phone.meta().mailboxes.is_empty()));
    let rules = move || {
        has_mails.get().then(|| {
            view! { <a class="btn" href=RULES data-test="rules-open"><Icon of=icons::MAKE/>{t(|t| t.rules_title)}</a> }
                .into_any()
        })
    };
    view! {
        <section class="page">
            <div class="stack">
                <h1>{t(|t| t.nav_more)}</h1>
                <QueueLink/>
                <a class="btn" href=DASHBOARD data-test="dashboard-open"><Icon of=icons::CHART/>{t(|t| t.dashboard_title)}</a>
                <a class="btn" href=EQUIPMENT data-test="equipment-open"><Icon of=icons::SCAN/>{t(|t| t.assets_title)}</a>
                <h2>{t(|t| t.more_accounts)}</h2>
                {part(move || Some(cards(sources.get())))}
                <a class="btn" href="/sign-in" data-test="other-glpi">{t(|t| t.more_other_glpi)}</a>
                <Mailboxes/>
                {part(rules)}
                <Settings/>
                <DevicesButton/>
                <About/>
                <Leave/>
            </div>
        </section>
    }
    .into_any()
}
