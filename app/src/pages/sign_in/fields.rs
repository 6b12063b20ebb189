//! The fields of the two ways to sign in.

use leptos::prelude::*;

use super::form::Inputs;
use crate::text::t;

/// How a technician proves who he is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// Login and password.
    Password,
    /// Personal API token.
    Token,
}

/// Login and password, known to password managers.
#[component]
pub fn Password(
    /// The GLPI: password managers tell the forms apart by it.
    id: String,
    /// Who signed in here before.
    login: String,
    /// Where the form reads them.
    inputs: Inputs,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{t(|t| t.sign_in_login)}</span>
            <input name="login" id=format!("login-{id}") type="text" node_ref=inputs.login value=login
                autocomplete=format!("section-{id} username") autocapitalize="none" spellcheck="false"
                enterkeyhint="next"/>
        </label>
        <label class="field">
            <span>{t(|t| t.sign_in_password)}</span>
            <input name="password" id=format!("password-{id}") type="password" node_ref=inputs.password
                autocomplete=format!("section-{id} current-password") enterkeyhint="go"/>
        </label>
    }
    .into_any()
}

/// The personal token out of GLPI's preferences.
#[component]
pub fn Token(
    /// The GLPI.
    id: String,
    /// Where the form reads it.
    inputs: Inputs,
) -> impl IntoView {
    let hint = format!("token-hint-{id}");
    view! {
        <label class="field">
            <span>{t(|t| t.sign_in_token)}</span>
            <input name="token" id=format!("token-{id}") type="password" node_ref=inputs.token autocomplete="off"
                autocapitalize="none" spellcheck="false" enterkeyhint="go" aria-describedby=hint.clone()/>
            <span class="hint" id=hint>{t(|t| t.sign_in_token_hint)}</span>
        </label>
    }
    .into_any()
}
