//! Settings of this device.

use leptos::prelude::*;

use crate::components::typed;
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
    let language_chosen = typed(move |value| {
        if let Some(chosen) = Language::from_tag(&value) {
            language.set(chosen);
            // The page is drawn anew; whoever works by keyboard goes on where he was.
            request_animation_frame(|| device::focus("select[name=language]"));
        }
    });
    let theme_chosen = typed(move |value| {
        if let Some(chosen) = Theme::from_name(&value) {
            theme.set(chosen);
        }
    });
    let languages = [(Language::Fr, "Français"), (Language::En, "English")].map(|(one, name)| {
        let now = language.get_untracked() == one;
        option(one.tag(), name, now)
    });
    let themes = [
        (Theme::Auto, t(|t| t.more_theme_auto)),
        (Theme::Light, t(|t| t.more_theme_light)),
        (Theme::Dark, t(|t| t.more_theme_dark)),
    ]
    .map(|(one, name)| {
        let now = theme.get_untracked() == one;
        option(one.name(), name, now)
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

fn option(value: &'static str, name: &'static str, now: bool) -> AnyView {
    view! { <option value=value selected=now>{name}</option> }.into_any()
}
