//! Head, page, bar.

use leptos::prelude::*;

use super::banners::Banners;
use super::nav::Nav;
use super::place::Screen;
use super::sync_button::SyncButton;
use super::timer_chip::TimerChip;
use crate::components::{kept, later};
use crate::contexts::Tournee;
use crate::text::t;

/// What surrounds every page of somebody who is signed in.
#[component]
pub fn Shell(
    /// Which one is inside.
    screen: Screen,
    /// It.
    children: Children,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let timed = kept(move || tournee.timer().is_some());
    view! {
        <div class="app">
            <div class="above">
                <a class="skip" href="#main">{t(|t| t.app_skip)}</a>
                <header class="top" class:is-timed=timed>
                    <span class="top-title">"Tournée"</span>
                    {later(|| view! { <TimerChip/><SyncButton/> }.into_any())}
                </header>
                <Banners/>
            </div>
            <main id="main" tabindex="-1">{children()}</main>
            <Nav screen/>
        </div>
    }
    .into_any()
}
