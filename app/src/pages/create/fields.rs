//! The fields of the form.

use leptos::prelude::*;
use tournee_core::domain::{Named, Reference};
use tournee_core::ids::SourceId;

use super::because::because;
use super::favourites::List;
use super::filling::Filling;
use super::form::{Assign, Fault, Form, Picked};
use super::from_mail::About;
use super::picker::{Picking, Star, picker};
use super::suggest::{Offer, Usage, best, named};
use crate::components::{
    Icon, Priority, asset_kind_words, asset_name, icons, kept, level_words, part, tap, typed,
};
use crate::text::{fill, t};

/// In which GLPI, where there is a choice.
pub fn glpi(filling: Filling) -> Option<AnyView> {
    let glpis = filling.glpis();
    // A creation that is made again stays where it was: what was done to it since waits there.
    if glpis.len() < 2 || filling.replaces.is_some() {
        return None;
    }
    let one = move |(source, name): (SourceId, String)| {
        let (shown, chosen) = (source.clone(), source);
        let pressed = move || (filling.source.get().as_ref() == Some(&shown)).to_string();
        let choose = move || {
            let chosen = chosen.clone();
            filling.move_to(chosen);
        };
        view! { <button type="button" aria-pressed=pressed on:click=tap(choose)>{name}</button> }
            .into_any()
    };
    let buttons: Vec<AnyView> = glpis.into_iter().map(one).collect();
    Some(
        view! {
            <div class="field">
                <div class="seg" role="group" aria-label=t(|t| t.tickets_glpi) data-test="create-glpi">{buttons}</div>
                {why_line(filling, About::Source)}
            </div>
        }
        .into_any(),
    )
}

/// What it is about; the cross takes that away.
pub fn asset(filling: Filling) -> AnyView {
    let asset = kept(move || filling.form.with(|form| form.asset.clone()));
    part(move || {
        asset.get().filter(|_| filling.replaces.is_none()).map(|asset| {
            let name = asset_name(&asset);
            let drop = move || filling.update(|form| form.asset = None);
            let label = fill(t(|t| t.asset_unlink), &[("name", &name)]);
            view! {
                <p class="line" data-test="create-asset">
                    <Icon of=icons::SCAN/> <span>{asset_kind_words(asset.key.kind)} " " <strong>{name}</strong></span>
                    <button type="button" class="icon-btn push" aria-label=label on:click=tap(drop)><Icon of=icons::CLOSE/></button>
                </p>
            }
            .into_any()
        })
    })
    .into_any()
}

/// Who asked, where, what about.
pub fn people_and_places(filling: Filling) -> AnyView {
    view! {
        {requester(filling)}
        {location(filling)}
        {category(filling)}
    }
    .into_any()
}

fn requester(filling: Filling) -> AnyView {
    let choose = move |offer: &Offer| {
        let lists = filling.lists.get_untracked();
        let Some(lists) = lists else { return };
        let person = lists.people.iter().find(|person| person.id.0 == offer.id);
        if let Some(person) = person {
            filling.usage.with_untracked(|usage| {
                let usual = usage.usual_store(&person.name);
                filling.update(|form| form.choose_requester(person, &lists, usual));
            });
        }
    };
    picker(Picking {
        name: "requester",
        label: t(|t| t.tickets_column_requester),
        words: shown(filling, |form| &form.requester),
        offers: Box::new(move || {
            let store = filling.form.with(|form| form.location.words.clone());
            offered(
                filling,
                |form| &form.requester,
                |lists, usage| people(lists, usage, &store),
            )
        }),
        fault: Box::new(move || filling.fault(Fault::Requester)),
        because: why(filling, About::Requester),
        type_words: Box::new(move |words| {
            filling.update(|form| form.requester = Picked::typed(words));
        }),
        choose: Box::new(choose),
        star: None,
    })
}

fn location(filling: Filling) -> AnyView {
    let set = move |picked: Picked| {
        filling.update(|form| {
            form.location_follows = picked.words.is_empty();
            form.location = picked;
        });
    };
    picker(Picking {
        name: "location",
        label: t(|t| t.tickets_column_location),
        words: shown(filling, |form| &form.location),
        offers: Box::new(move || {
            offered(
                filling,
                |form| &form.location,
                |lists, usage| {
                    let all = named(&lists.locations, |name| usage.location(name));
                    filling.favourites(List::Locations).first(all)
                },
            )
        }),
        fault: Box::new(move || filling.fault(Fault::Location)),
        because: why(filling, About::Location),
        type_words: Box::new(move |words| set(Picked::typed(words))),
        choose: Box::new(move |offer| set(Picked::of(offer.id, &offer.name))),
        star: Some(star(filling, List::Locations, |form| &form.location)),
    })
}

fn category(filling: Filling) -> AnyView {
    picker(Picking {
        name: "category",
        label: t(|t| t.tickets_column_category),
        words: shown(filling, |form| &form.category),
        offers: Box::new(move || {
            offered(
                filling,
                |form| &form.category,
                |lists, usage| {
                    let all = named(&lists.categories, |name| usage.category(name));
                    filling.favourites(List::Categories).first(all)
                },
            )
        }),
        fault: Box::new(move || filling.fault(Fault::Category)),
        because: why(filling, About::Category),
        type_words: Box::new(move |words| {
            filling.update(|form| form.category = Picked::typed(words));
        }),
        choose: Box::new(move |offer| {
            filling.update(|form| form.category = Picked::of(offer.id, &offer.name));
        }),
        star: Some(star(filling, List::Categories, |form| &form.category)),
    })
}

/// Why something is proposed, for as long as it stands as it was.
fn why(filling: Filling, about: About) -> Box<dyn Fn() -> Option<String> + Send + Sync> {
    Box::new(move || {
        filling.form.with(|form| match form.asked(about) {
            Some(name) => Some(fill(t(|t| t.carry_asked), &[("name", name)])),
            None => Some(because(form.why(about)?)),
        })
    })
}

/// The same, as a line under what it is about.
fn why_line(filling: Filling, about: About) -> AnyView {
    let words = kept(why(filling, about));
    view! { <p class="hint because" data-about=about.name()>{move || words.get()}</p> }.into_any()
}

/// The star of what is chosen in a field.
fn star(filling: Filling, list: List, field: fn(&Form) -> &Picked) -> Star {
    Star {
        is: Box::new(move || {
            let id = filling.form.with(|form| field(form).id)?;
            Some(filling.favourites(list).has(id))
        }),
        turn: Box::new(move || {
            let id = filling.form.with_untracked(|form| field(form).id);
            if let Some(id) = id {
                filling.turn_favourite(list, id);
            }
        }),
    }
}

fn shown(filling: Filling, field: fn(&Form) -> &Picked) -> Box<dyn Fn() -> String + Send + Sync> {
    Box::new(move || filling.form.with(|form| field(form).words.clone()))
}

/// What fits the words in a field; a field whose words were chosen offers what else there is.
fn offered(
    filling: Filling,
    field: fn(&Form) -> &Picked,
    all: impl Fn(&Reference, &Usage) -> Vec<(Offer, usize)>,
) -> Vec<Offer> {
    let words = filling.form.with(|form| match field(form).id {
        Some(_) => String::new(),
        None => field(form).words.clone(),
    });
    let Some(lists) = filling.lists.get() else {
        return Vec::new();
    };
    filling.usage.with(|usage| best(&words, all(&lists, usage)))
}

fn people(lists: &Reference, usage: &Usage, store: &str) -> Vec<(Offer, usize)> {
    let offers = lists.people.iter().map(|person| {
        let address = person.address.as_deref().unwrap_or_default();
        let offer = Offer::new(person.id.0, &person.name, address);
        (offer, usage.requester(&person.name, store))
    });
    offers.collect()
}

/// Type, urgency and impact, and the priority that comes of them.
pub fn choices(filling: Filling) -> AnyView {
    let kind = move |request: bool, words: &'static str| {
        let pressed = move || {
            filling
                .form
                .with(|form| form.is_request == request)
                .to_string()
        };
        let choose = move || filling.update(|form| form.is_request = request);
        view! { <button type="button" aria-pressed=pressed on:click=tap(choose)>{words}</button> }
            .into_any()
    };
    let priority = kept(move || filling.priority().number());
    view! {
        <div class="seg" role="group" aria-label=t(|t| t.create_kind)>
            {kind(false, t(|t| t.ticket_incident))}
            {kind(true, t(|t| t.ticket_request))}
        </div>
        {why_line(filling, About::Kind)}
        <div class="pair">
            {level("urgency", t(|t| t.ticket_urgency), filling, |form| form.urgency, |form, level| form.urgency = level)}
            {level("impact", t(|t| t.ticket_impact), filling, |form| form.impact, |form, level| form.impact = level)}
        </div>
        {why_line(filling, About::Urgency)}
        <p class="line" role="status" data-test="create-priority">
            {t(|t| t.tickets_column_priority)}
            {move || tournee_core::domain::Level::new(priority.get()).map(|level| view! { <Priority level/> }.into_any())}
        </p>
    }
    .into_any()
}

fn level(
    name: &'static str,
    label: &'static str,
    filling: Filling,
    of: fn(&Form) -> u8,
    set: fn(&mut Form, u8),
) -> AnyView {
    let option = move |number: u8| {
        let selected = move || filling.form.with(|form| of(form) == number);
        view! { <option value=number.to_string() selected=selected>{level_words(number)}</option> }
            .into_any()
    };
    let options: Vec<AnyView> = (1..=5).rev().map(option).collect();
    let choose = move |value: String| {
        if let Ok(number) = value.parse() {
            filling.update(|form| set(form, number));
        }
    };
    select(name, label, options, choose)
}

/// To whom, until when, where it belongs.
pub fn details(filling: Filling) -> AnyView {
    view! {
        {move || assign(filling)}
        {due(filling)}
        {part(move || entity(filling))}
    }
    .into_any()
}

fn assign(filling: Filling) -> AnyView {
    let lists = filling.lists.get();
    let account = filling.account();
    let me = account.as_ref().map(|account| account.user.0);
    let option = move |value: Assign, words: String| {
        let key = assign_key(&value);
        let selected = move || filling.form.with(|form| form.assign == value);
        view! { <option value=key selected=selected>{words}</option> }.into_any()
    };
    let mut options = vec![
        option(Assign::Me, t(|t| t.create_me).to_owned()),
        option(Assign::Nobody, t(|t| t.create_nobody).to_owned()),
    ];
    if let Some(lists) = lists {
        let groups = lists.groups.iter();
        options.extend(groups.map(|group| option(Assign::Group(group.id), group.name.clone())));
        let others = lists
            .technicians
            .iter()
            .filter(|named| Some(named.id) != me);
        options.extend(others.map(|one| option(Assign::Technician(one.id), one.name.clone())));
    }
    let choose = move |value: String| filling.update(|form| form.assign = assign_of(&value));
    let creator = account.is_some_and(|account| account.assigns_creator);
    let hint = move || creator && filling.form.with(|form| form.assign == Assign::Nobody);
    view! {
        {select("assign", t(|t| t.create_assign), options, choose)}
        <p class="hint" role="status">{move || hint().then(|| t(|t| t.create_assigns_creator))}</p>
    }
    .into_any()
}

fn assign_key(assign: &Assign) -> String {
    match assign {
        Assign::Me => "me".to_owned(),
        Assign::Nobody => "nobody".to_owned(),
        Assign::Technician(id) => format!("technician {id}"),
        Assign::Group(id) => format!("group {id}"),
    }
}

fn assign_of(key: &str) -> Assign {
    let id = |id: &str| id.parse().ok();
    match key.split_once(' ') {
        Some(("technician", rest)) => id(rest).map_or(Assign::Me, Assign::Technician),
        Some(("group", rest)) => id(rest).map_or(Assign::Me, Assign::Group),
        _ if key == "nobody" => Assign::Nobody,
        _ => Assign::Me,
    }
}

fn due(filling: Filling) -> AnyView {
    let fault = kept(move || filling.fault(Fault::Due));
    view! {
        <div class="field">
            <label for="due">{t(|t| t.tickets_column_due)}</label>
            <input
                id="due" name="due" type="datetime-local" aria-describedby="due-fault"
                aria-invalid=move || fault.get().is_some().to_string()
                prop:value=move || filling.form.with(|form| form.due.clone())
                on:input=typed(move |value| filling.update(|form| form.due = value))
            />
            <p class="error" id="due-fault" hidden=move || fault.get().is_none()>{move || fault.get()}</p>
        </div>
    }
    .into_any()
}

fn entity(filling: Filling) -> Option<AnyView> {
    let entities = filling.lists.get()?.entities.clone();
    if entities.len() < 2 {
        return None;
    }
    let chosen = kept(move || filling.held(|form, ground| form.entity(ground).id));
    let option = move |Named { id, name }: Named| {
        let selected = move || chosen.get() == Some(id);
        view! { <option value=id.to_string() selected=selected>{name}</option> }.into_any()
    };
    let options: Vec<AnyView> = entities.into_iter().map(option).collect();
    let choose = move |value: String| filling.update(|form| form.entity = value.parse().ok());
    Some(select(
        "entity",
        t(|t| t.tickets_column_entity),
        options,
        choose,
    ))
}

fn select(
    name: &'static str,
    label: &'static str,
    options: Vec<AnyView>,
    choose: impl Fn(String) + 'static,
) -> AnyView {
    view! {
        <label class="field">
            <span>{label}</span>
            <select name=name on:change=typed(choose)>{options}</select>
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_chosen_is_read_back() {
        let all = [
            Assign::Me,
            Assign::Nobody,
            Assign::Technician(7),
            Assign::Group(2),
        ];
        for assign in all {
            assert_eq!(assign_of(&assign_key(&assign)), assign);
        }
        assert_eq!(assign_of("technician x"), Assign::Me);
    }
}
