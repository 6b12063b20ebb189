//! The form of one GLPI.

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::wire::{SignInMethod, SourceInfo};

use super::fields::{Means, Password, Token};
use super::signed_in_as;
use crate::components::{SourceChip, part, sent, tap, whether, words};
use crate::entrance::Entrance;
use crate::sync::failure_words;
use crate::text::t;

/// The inputs, as they are on the screen.
#[derive(Clone, Copy, Default)]
pub struct Inputs {
    pub login: NodeRef<Input>,
    pub password: NodeRef<Input>,
    pub token: NodeRef<Input>,
}

impl Inputs {
    fn read(self, means: Means) -> Option<SignInMethod> {
        let value = |input: NodeRef<Input>| input.get_untracked().map(|input| input.value());
        let method = match means {
            Means::Password => SignInMethod::Password {
                login: value(self.login)?.trim().to_owned(),
                password: value(self.password)?,
            },
            Means::Token => SignInMethod::UserToken {
                token: value(self.token)?.trim().to_owned(),
            },
        };
        let complete = match &method {
            SignInMethod::Password { login, password } => !login.is_empty() && !password.is_empty(),
            SignInMethod::UserToken { token } => !token.is_empty(),
        };
        complete.then_some(method)
    }

    /// What was refused is typed again; the login stays.
    fn try_again(self, means: Means) {
        let refused = match means {
            Means::Password => self.password,
            Means::Token => self.token,
        };
        if let Some(input) = refused.get_untracked() {
            let _ = input.focus();
            input.select();
        }
    }
}

/// The form of one GLPI; once it has succeeded, a line that says who one is there.
#[component]
pub fn SourceForm(
    /// The GLPI.
    source: SourceInfo,
    /// Called when it has succeeded.
    signed_in: Callback<()>,
) -> impl IntoView {
    let entrance = Entrance::expect();
    let means = RwSignal::new(Means::Password);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let done = RwSignal::new(None::<SourceInfo>);
    let inputs = Inputs::default();
    let kept = StoredValue::new(source);
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        let Some(method) = inputs.read(means.get_untracked()) else {
            error.set(Some(t(|t| t.sign_in_incomplete).to_owned()));
            return;
        };
        busy.set(true);
        error.set(None);
        let id = kept.with_value(|source| source.id.clone());
        spawn_local(async move {
            let answer = entrance.ask(|keeper| keeper.sign_in(id, method)).await;
            busy.try_set(false);
            match answer {
                Ok(account) => {
                    let mut source = kept.get_value();
                    source.account = Some(account);
                    done.try_set(Some(source));
                    signed_in.run(());
                }
                Err(failure) => {
                    error.try_set(Some(failure_words(&failure)));
                    inputs.try_again(means.get_untracked());
                }
            }
        });
    };
    let state = State {
        means,
        busy,
        error,
        inputs,
    };
    part(move || {
        Some(match done.get() {
            Some(source) => signed_in_as(&source),
            None => form(entrance, kept.get_value(), state, submit),
        })
    })
    .into_any()
}

/// What a form is about, besides its GLPI.
#[derive(Clone, Copy)]
struct State {
    means: RwSignal<Means>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    inputs: Inputs,
}

fn form(
    entrance: Entrance,
    source: SourceInfo,
    state: State,
    submit: impl Fn() + 'static,
) -> AnyView {
    let State {
        means,
        busy,
        error,
        inputs,
    } = state;
    let id = source.id.0.clone();
    let known = source.account.as_ref().map(|account| account.login.clone());
    let login = known
        .or_else(|| entrance.ask(|keeper| keeper.login(&source.id)))
        .unwrap_or_default();
    let fields = {
        let id = id.clone();
        part(move || {
            let (id, login) = (id.clone(), login.clone());
            Some(match means.get() {
                Means::Password => view! { <Password id login inputs/> }.into_any(),
                Means::Token => view! { <Token id inputs/> }.into_any(),
            })
        })
    };
    let submit_words = move || {
        t(|t| match busy.get() {
            true => t.sign_in_busy,
            false => t.sign_in_submit,
        })
        .to_owned()
    };
    view! {
        <form class="card stack" data-test="sign-in" data-source=id aria-busy=words(move || busy.get().to_string()) on:submit=sent(submit) novalidate=true>
            <h2 class="line"><SourceChip name=source.name color=source.color/></h2>
            <div class="seg" role="group" aria-label=t(|t| t.sign_in_means)>
                {tab(means, Means::Password)}
                {tab(means, Means::Token)}
            </div>
            {fields}
            <p class="error" role="alert" data-test="sign-in-error" hidden=whether(move || error.with(Option::is_none))>{words(move || error.get().unwrap_or_default())}</p>
            <button type="submit" class="btn primary wide" disabled=whether(move || busy.get())>
                {words(submit_words)}
            </button>
        </form>
    }
    .into_any()
}

fn tab(means: RwSignal<Means>, of: Means) -> AnyView {
    let (name, label) = match of {
        Means::Password => ("by-password", t(|t| t.sign_in_by_password)),
        Means::Token => ("by-token", t(|t| t.sign_in_by_token)),
    };
    let chosen = move || (means.get() == of).to_string();
    view! {
        <button type="button" data-test=name aria-pressed=words(chosen) on:click=tap(move || means.set(of))>
            {label}
        </button>
    }
    .into_any()
}
