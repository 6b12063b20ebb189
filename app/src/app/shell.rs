//! Head, page, bar.

use leptos::prelude::*;

use super::banners::Banners;
use super::nav::Nav;
use super::place::Screen;
use super::sync_button::SyncButton;
use super::timer_chip::TimerChip;
use crate::components::later;
use crate::text::t;

/// What surrounds every page of somebody who is signed in.
#[component]
pub fn Shell(
    /// Which one is inside.
    screen: Screen,
    /// It.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="app">
            <div class="above">
                <a class="skip" href="#main">{t(|t| t.app_skip)}</a>
                <header class="top">
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
