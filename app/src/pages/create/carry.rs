//! A ticket of the old GLPI becomes one of the new: the form, filled in; or why it can't.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::LinkMail;
use tournee_core::ids::{SourceId, TicketId, TicketKey};
use tournee_core::time::Instant;

use super::CreatePage;
use super::along::refusal_words;
use super::carried::{CarriedFile, CarryStart};
use super::filling::{Filling, Start};
use super::refused::{Refused, link, refused};
use crate::components::{Icon, chip_of, icons, kept, part, switched, ticket_number, whether};
use crate::contexts::Tournee;
use crate::pages::tickets;
use crate::platform::intl::local_field;
use crate::text::{fill, plural, t};

/// Why there is no form.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    /// The phone does not have the ticket, or not all of it.
    Missing,
    /// Another ticket has its place.
    Carried(TicketKey),
    /// It is solved or closed, or there is no newer GLPI.
    Nowhere,
    /// The new GLPI's lists have not come yet.
    NoLists,
}

type Ready = Result<Arc<CarryStart>, Refusal>;

/// The page of a ticket that is to be carried over.
#[component]
pub fn CarryPage(
    /// Which.
    ticket: TicketKey,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let ready = RwSignal::new(None::<Ready>);
    let back = tickets::address(&ticket);
    spawn_local(async move {
        let found = look(tournee, &ticket).await;
        ready.try_set(Some(found));
    });
    // Storage answers within a frame or two: anything shown before would only flash.
    move || {
        ready.get().map(|ready| match ready {
            Ok(carry) => view! { <CreatePage start=Start::Carry(carry)/> }.into_any(),
            Err(refusal) => why(&refusal, back.clone()),
        })
    }
}

async fn look(tournee: Tournee, key: &TicketKey) -> Ready {
    let ticket = tournee.shown_once(key).await;
    let ticket = ticket.filter(|ticket| ticket.timeline.is_some());
    let ticket = ticket.ok_or(Refusal::Missing)?;
    let (carried, to) = tournee
        .with_untracked(|phone| (phone.carried_into(&ticket), phone.carries_to(&key.source)));
    if let Some(other) = carried {
        return Err(Refusal::Carried(other));
    }
    let to = to
        .filter(|_| ticket.status.is_open())
        .ok_or(Refusal::Nowhere)?;
    let lists = tournee.reference(&to).await.ok_or(Refusal::NoLists)?;
    let from = tournee.reference(&key.source).await;
    let account = tournee.with_untracked(|phone| phone.account(&to).cloned());
    let account = account.ok_or(Refusal::Nowhere)?;
    Ok(Arc::new(CarryStart {
        mails: mails_of(tournee, key).await,
        glpi: tournee.glpi_name(&key.source),
        to_glpi: tournee.glpi_name(&to),
        ticket,
        from: from.map(Arc::new),
        to,
        lists: Arc::new(lists),
        account,
        when: day_and_hour,
    }))
}

/// The links of its mails, as far as these can be named.
async fn mails_of(tournee: Tournee, key: &TicketKey) -> Vec<LinkMail> {
    let rows = tournee.with_untracked(|phone| phone.threads_of(key));
    let mut links = Vec::new();
    for row in rows {
        if let Some(thread) = tournee.base_thread(&row.key).await {
            links.push(LinkMail::of(&thread, true));
        }
    }
    links.retain(|link| !link.names.is_empty());
    links
}

/// As it is written in France, whatever the screen speaks: the text is for that GLPI's readers.
fn day_and_hour(at: Instant) -> String {
    let field = local_field(at);
    let (day, hour) = field.split_once('T').unwrap_or((&field, ""));
    let mut pieces: Vec<&str> = day.split('-').collect();
    pieces.reverse();
    format!("{} à {hour}", pieces.join("/"))
}

fn why(refusal: &Refusal, back: String) -> AnyView {
    let (title, hint) = match refusal {
        Refusal::Missing => (t(|t| t.ticket_missing), t(|t| t.ticket_missing_hint)),
        Refusal::Carried(_) => (t(|t| t.carry_has), t(|t| t.carry_has_hint)),
        Refusal::Nowhere => (t(|t| t.carry_nowhere), t(|t| t.carry_nowhere_hint)),
        Refusal::NoLists => (t(|t| t.carry_no_lists), t(|t| t.carry_no_lists_hint)),
    };
    let links = match refusal {
        Refusal::Carried(key) => vec![link(key, "carry-other", Some(t(|t| t.carry_open)))],
        _ => Vec::new(),
    };
    refused(Refused {
        hook: "carry-refused",
        heading: t(|t| t.carry_title),
        icon: icons::TICKETS,
        title: title.to_owned(),
        hint,
        links,
        back: (t(|t| t.carry_back), back),
    })
}

/// Whose place it takes, and the way there; what becomes of that one.
pub fn made_of(filling: Filling) -> Option<AnyView> {
    let carry = filling.carry.get_untracked()?;
    let key = &carry.ticket.key;
    let words = fill(t(|t| t.carry_what), &[("glpi", &carry.to_glpi)]);
    let told = move || {
        let told = filling
            .carry
            .with(|carry| carry.as_ref().map(|carry| carry.told()));
        plural(told.unwrap_or_default(), |t| &t.carry_told)
    };
    Some(
        view! {
            <a class="btn quiet small made-of" href=tickets::address(key) data-test="create-from-ticket">
                <Icon of=icons::TICKETS/> <span class="t-cut">{ticket_number(key.id)} " " {carry.ticket.title.clone()}</span> {chip_of(&key.source)}
            </a>
            <p class="hint">{words} " " <span data-test="carry-told">{told}</span></p>
        }
        .into_any(),
    )
}

/// What is written in the old ticket while the form is filled in goes along too, and so do documents that come meanwhile.
pub fn follow(filling: Filling) {
    let tournee = filling.tournee;
    let key = filling
        .carry
        .with_untracked(|carry| Some(carry.as_ref()?.ticket.key.clone()));
    let Some(key) = key else {
        return;
    };
    let row = key.clone();
    let moved =
        kept(move || tournee.with(|phone| phone.rows().get(&row).map(|row| row.modified_at)));
    let again = move |_: &Option<Instant>, _: Option<&Option<Instant>>, _| {
        let key = key.clone();
        spawn_local(async move {
            // Where it is over meanwhile, or another ticket has its place, the server says so to what is asked of it.
            let Ok(carry) = look(tournee, &key).await else {
                return;
            };
            take_documents(filling, &carry);
            filling.carry.try_set(Some(carry));
        });
    };
    Effect::watch(move || moved.get(), again, false);
    // A draft may be of a day when there were fewer.
    if let Some(carry) = filling.carry.get_untracked() {
        take_documents(filling, &carry);
    }
}

fn take_documents(filling: Filling, carry: &CarryStart) {
    let form = filling.form.try_get_untracked();
    let came = form.map(|form| form.documents_since(&carry.ticket));
    let Some(came) = came.filter(|came| !came.is_empty()) else {
        return;
    };
    filling.update(|form| {
        if let Some(old) = &mut form.carried {
            old.files.extend(came);
        }
    });
}

/// The old ticket's documents, to be ticked.
pub fn files(filling: Filling) -> AnyView {
    let listed = kept(move || {
        filling.form.with(|form| {
            let files = form.carried.iter().flat_map(|carried| &carried.files);
            files.cloned().collect::<Vec<_>>()
        })
    });
    let ids =
        kept(move || listed.with(|all| all.iter().map(|f| f.file.document).collect::<Vec<_>>()));
    let view = move || {
        let rows: Vec<AnyView> = ids
            .get()
            .into_iter()
            .filter_map(|id| row(filling, listed, id))
            .collect();
        (!rows.is_empty()).then(|| {
            view! {
                <fieldset class="along" data-test="create-documents">
                    <legend class="small muted">{t(|t| t.carry_files)}</legend>
                    {rows}
                </fieldset>
            }
            .into_any()
        })
    };
    part(view).into_any()
}

fn row(filling: Filling, listed: Memo<Vec<CarriedFile>>, id: u64) -> Option<AnyView> {
    let of = move |all: &[CarriedFile]| all.iter().find(|file| file.file.document == id).cloned();
    let name = listed.with_untracked(|all| of(all))?.file.name;
    let rules = kept(move || filling.file_rules());
    let refusal = kept(move || {
        let file = listed.with(|all| of(all))?;
        rules.with(|rules| Some(refusal_words(file.refusal(rules)?, 1, rules)))
    });
    let goes = move || {
        let file = listed.with(|all| of(all));
        file.is_some_and(|file| rules.with(|rules| file.goes(rules)))
    };
    let never =
        whether(move || refusal.with(|words| words.as_ref().is_some_and(|(_, never)| *never)));
    let hint = move || refusal.get().map(|(words, _)| words);
    let described = format!("document-{id}");
    let choose = move |on| filling.update(|form| form.choose_carried(id, on));
    Some(
        view! {
            <label class="switch">
                <input
                    type="checkbox" name="along" aria-describedby=described.clone() disabled=never
                    prop:checked=goes on:change=switched(choose)
                />
                <span class="t-cut">{name}</span>
            </label>
            <p class="hint" id=described>{hint}</p>
        }
        .into_any(),
    )
}

/// The address of the form of a ticket that takes this one's place.
pub fn address(old: &TicketKey) -> String {
    format!("{FROM}{}/{}", old.source, old.id)
}

const FROM: &str = "/tickets/new/from/";

/// The ticket that is to be carried over, of an address.
pub fn opened(path: &str) -> Option<TicketKey> {
    let (source, id) = path
        .strip_prefix(FROM)?
        .trim_end_matches('/')
        .split_once('/')?;
    let id = id.parse().ok()?;
    (!source.is_empty()).then(|| TicketKey {
        source: SourceId::new(source),
        id: TicketId(id),
    })
}

/// The form, as it begins.
pub fn form_of(tournee: Tournee, carry: &CarryStart) -> super::form::Form {
    carry.form(tournee.now(), local_field)
}
