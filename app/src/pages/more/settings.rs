//! Settings of this device.

use leptos::prelude::*;

use crate::contexts::Tournee;
use crate::platform::device;
use crate::platform::settings::Theme;
use crate::text::{Language, t};

/// Language and theme.
#[component]
pub fn Settings() -> impl IntoView {
    let tournee = Tournee::expect();
    let language = tournee.language();
    let theme = tournee.theme();
    let language_chosen = move |event| {
        if let Some(chosen) = Language::from_tag(&event_target_value(&event)) {
            language.set(chosen);
            // The page is drawn anew; whoever works by keyboard goes on where he was.
            request_animation_frame(|| device::focus("select[name=language]"));
        }
    };
    let theme_chosen = move |event| {
        if let Some(chosen) = Theme::from_name(&event_target_value(&event)) {
            theme.set(chosen);
        }
    };
    let languages = [(Language::Fr, "Français"), (Language::En, "English")].map(|(one, name)| {
        let now = language.get_untracked() == one;
        view! { <option value=one.tag() lang=one.tag() selected=now>{name}</option> }
    });
    let themes = [
        (Theme::Auto, t(|t| t.more_theme_auto)),
        (Theme::Light, t(|t| t.more_theme_light)),
        (Theme::Dark, t(|t| t.more_theme_dark)),
    ]
    .map(|(one, name)| {
        let now = theme.get_untracked() == one;
        view! { <option value=one.name() selected=now>{name}</option> }
    });
    view! {
        <h2>{t(|t| t.more_settings)}</h2>
        <div class="card stack">
            <label class="field">
                <span>{t(|t| t.more_language)}</span>
                <select name="language" on:change=language_chosen>{languages.collect_view()}</select>
            </label>
            <label class="field">
                <span>{t(|t| t.more_theme)}</span>
                <select name="theme" on:change=theme_chosen>{themes.collect_view()}</select>
            </label>
        </div>
    }
    .into_any()
}
