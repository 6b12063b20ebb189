//! What an account may choose: the profile to work with, the entities to look at.

use leptos::html::Select;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Account, EntityChoice, Named};
use tournee_core::time::Instant;

use crate::components::{Toasts, part, typed};
use crate::contexts::Tournee;
use crate::sync::failure_words;
use crate::text::{fill, t};

/// Which profile he works with.
pub fn profile(account: &Account) -> Option<AnyView> {
    if account.profiles.len() < 2 {
        let words = fill(t(|t| t.more_profile_is), &[("name", &account.profile.name)]);
        return Some(view! { <p class="small">{words}</p> }.into_any());
    }
    let now = account.profile.id;
    let options = account
        .profiles
        .iter()
        .map(|profile| option(profile.id, profile.name.clone(), now));
    let chosen = {
        let (account, chooser) = (account.clone(), Chooser::expect());
        // Another profile may not reach the entity chosen for this one.
        move |profile: u64, back: Back| chooser.choose(&account, profile, EntityChoice::All, back)
    };
    Some(select(
        ("profile", t(|t| t.more_profile)),
        now,
        options.collect_view().into_any(),
        chosen,
    ))
}

/// The entities that he may see, once they are known: those below the ones that his profile was given on too, which are in
/// the lists of that GLPI.
fn entities(
    tournee: Tournee,
    account: &Account,
    refreshed_at: Memo<Option<Instant>>,
) -> RwSignal<Option<Vec<Named>>> {
    let mut profiles = account.profiles.iter();
    let own = profiles.find(|profile| profile.id == account.profile.id);
    let own = own.map_or_else(Vec::new, |profile| profile.entities.clone());
    let source = account.source.clone();
    let entities = RwSignal::new(None);
    Effect::new(move |_| {
        // A read may have brought other lists.
        refreshed_at.track();
        let (source, own) = (source.clone(), own.clone());
        spawn_local(async move {
            let lists = tournee.reference(&source).await;
            let mut all = lists.map_or_else(Vec::new, |lists| lists.entities);
            all.sort_by(|a, b| a.name.cmp(&b.name));
            let found = Some(if all.is_empty() { own } else { all });
            // A list that is open under his finger is not drawn anew for nothing.
            if entities
                .try_get_untracked()
                .is_some_and(|known| known != found)
            {
                entities.try_set(found);
            }
        });
    });
    entities
}

/// Which entities he looks at, where there are several.
pub fn entity(account: Account, refreshed_at: Memo<Option<Instant>>) -> AnyView {
    let chooser = Chooser::expect();
    let entities = entities(chooser.tournee, &account, refreshed_at);
    let choice = move || {
        let entities = entities.get()?;
        (entities.len() > 1).then(|| among(&account, &entities, chooser))
    };
    part(choice).into_any()
}

fn among(account: &Account, entities: &[Named], chooser: Chooser) -> AnyView {
    let now = match account.entity {
        EntityChoice::All => ALL,
        EntityChoice::One { id } => id,
    };
    let all = Named {
        id: ALL,
        name: t(|t| t.more_all_entities).to_owned(),
    };
    let options = std::iter::once(&all)
        .chain(entities)
        .map(|entity| option(entity.id, entity.name.clone(), now));
    let options = options.collect_view().into_any();
    let chosen = {
        let account = account.clone();
        move |entity: u64, back: Back| {
            let entity = match entity {
                ALL => EntityChoice::All,
                id => EntityChoice::One { id },
            };
            chooser.choose(&account, account.profile.id, entity, back);
        }
    };
    select(("entity", t(|t| t.more_entity)), now, options, chosen)
}

/// No entity has this number; the root entity has 0.
const ALL: u64 = u64::MAX;

fn option(id: u64, name: String, now: u64) -> AnyView {
    view! { <option value=id.to_string() selected=id == now>{name}</option> }.into_any()
}

fn select(
    (name, label): (&'static str, &'static str),
    now: u64,
    options: AnyView,
    chosen: impl Fn(u64, Back) + 'static,
) -> AnyView {
    let node = NodeRef::new();
    let change = typed(move |value| {
        if let Ok(id) = value.parse() {
            chosen(id, Back { node, now });
        }
    });
    view! {
        <label class="field"><span>{label}</span><select name=name node_ref=node on:change=change>{options}</select></label>
    }
    .into_any()
}

/// A choice as it was: one that did not come about does not stay on screen.
#[derive(Clone, Copy)]
struct Back {
    node: NodeRef<Select>,
    now: u64,
}

impl Back {
    fn shows(self) {
        if let Some(select) = self.node.get_untracked() {
            select.set_value(&self.now.to_string());
        }
    }
}

/// The contexts, as they are found while the page is drawn: in an event there is nothing above to look in.
#[derive(Clone, Copy)]
struct Chooser {
    tournee: Tournee,
    toasts: Toasts,
}

impl Chooser {
    fn expect() -> Self {
        Self {
            tournee: Tournee::expect(),
            toasts: Toasts::expect(),
        }
    }

    fn choose(self, account: &Account, profile: u64, entity: EntityChoice, back: Back) {
        let source = account.source.clone();
        spawn_local(async move {
            match self.tournee.choose_profile(source, profile, entity).await {
                Ok(_) => self.toasts.done(t(|t| t.more_chosen)),
                Err(failure) => {
                    back.shows();
                    self.toasts.failed(failure_words(&failure));
                }
            }
        });
    }
}
