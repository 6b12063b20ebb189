//! The form at work: kept with every letter, held against the lists of its GLPI.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{ChangeBody, CreateTicket, Invalid};
use tournee_core::domain::{Account, AssetKey, FileRules, Level, Reference, StoreId};
use tournee_core::ids::{ChangeId, SourceId};
use tournee_core::phone::Phone;

use super::carried::CarryStart;
use super::carry;
use super::favourites::{Favourites, List};
use super::form::{Fault, Form, Ground};
use super::from_mail::MailStart;
use super::joined::forms_joined;
use super::suggest::Usage;
use crate::components::{Toasts, kept, once_drawn};
use crate::contexts::Tournee;
use crate::pages::ticket::Draft;
use crate::pages::tickets::address;
use crate::pages::{equipment, mails};
use crate::platform::device::{after_drawing, focus};
use crate::platform::intl::{local_field, local_instant};
use crate::platform::road::Road;
use crate::text::t;

/// A GLPI that he may write in.
pub type Glpi = (SourceId, String);

/// The form, and what it needs. Copy it into closures freely.
#[derive(Clone, Copy)]
pub struct Filling {
    /// The phone.
    pub tournee: Tournee,
    /// Where it is said what was done.
    pub toasts: Toasts,
    /// The way to the ticket.
    pub road: Road,
    /// The creation that it takes the place of.
    pub replaces: Option<ChangeId>,
    /// What is filled in.
    pub form: Memo<Form>,
    /// Its texts, for what a GLPI can't keep.
    pub written: Signal<String>,
    /// In which GLPI.
    pub source: Memo<Option<SourceId>>,
    /// That one's lists, once storage has told them.
    pub lists: RwSignal<Option<Arc<Reference>>>,
    /// What is used most there.
    pub usage: Memo<Usage>,
    /// Moves with the favourites.
    favoured: RwSignal<()>,
    /// He asked for the ticket: what is missing is said from now on.
    pub tried: RwSignal<bool>,
    /// The mail that it becomes a ticket of, and what proposals are drawn from.
    pub mail: StoredValue<Option<Arc<MailStart>>>,
    /// The ticket of another GLPI whose place it takes.
    pub carry: RwSignal<Option<Arc<CarryStart>>>,
    draft: Draft,
}

/// What the form begins with.
pub enum Start {
    /// Nothing.
    Empty,
    /// A creation that it takes the place of.
    Again(ChangeId),
    /// The store that it is in.
    In(StoreId),
    /// The asset that it is for.
    For(SourceId, AssetKey),
    /// A mail.
    Mail(Arc<MailStart>),
    /// A ticket of another GLPI.
    Carry(Arc<CarryStart>),
}

impl Start {
    fn form(&self, tournee: Tournee, phone: &Phone) -> Option<Form> {
        match self {
            Self::Carry(carry) => Some(carry::form_of(tournee, carry)),
            Self::Empty => None,
            Self::Again(id) => form_of(phone, *id),
            Self::In(store) => Some(Form::in_store(&phone.store_name(store)?)),
            Self::For(source, key) => Some(form_for(source, *key)),
            Self::Mail(mail) => Some(mail.form.clone()),
        }
    }

    /// The name of its draft.
    fn draft(&self) -> String {
        match self {
            Self::Empty => "create".to_owned(),
            Self::Again(id) => format!("create:{id}"),
            Self::In(store) => format!("create:at:{store}"),
            Self::For(source, key) => format!("create:for:{source}:{key}"),
            Self::Mail(mail) => format!("create:{}", mail.thread()),
            Self::Carry(carry) => format!("create:from:{}", carry.ticket.key),
        }
    }
}

impl Filling {
    /// The form as it was left, or of what it begins with. Each has a draft of its own: none overwrites another that is
    /// half filled in.
    pub fn open(tournee: Tournee, start: Start) -> Self {
        let first = tournee.with_untracked(|phone| start.form(tournee, phone));
        let name = start.draft();
        let (replaces, mail, carry) = match start {
            Start::Empty | Start::In(_) | Start::For(..) => (None, None, None),
            Start::Again(id) => (Some(id), None, None),
            Start::Mail(mail) => (None, Some(mail), None),
            Start::Carry(carry) => (None, None, Some(carry)),
        };
        let first = first.map(|form| form.stored()).unwrap_or_default();
        let draft = Draft::joining(tournee, name, first, forms_joined);
        let form = kept(move || draft.text.with(|text| Form::read(text)));
        let source = kept(move || {
            let wanted = form.with(|form| form.source.clone());
            tournee.with(|phone| source_of(phone, wanted))
        });
        let usage = kept(move || match source.get() {
            Some(source) => tournee.with_untracked(|phone| Usage::of(phone, &source)),
            None => Usage::default(),
        });
        let filling = Self {
            tournee,
            toasts: Toasts::expect(),
            road: Road::expect(),
            replaces,
            form,
            written: Signal::derive(move || {
                form.with(|form| format!("{} {}", form.title, form.content))
            }),
            source,
            lists: RwSignal::new(None),
            usage,
            favoured: RwSignal::new(()),
            tried: RwSignal::new(false),
            mail: StoredValue::new(mail),
            carry: RwSignal::new(carry),
            draft,
        };
        filling.read_lists();
        filling.complete();
        carry::follow(filling);
        filling
    }

    /// Alters the form and keeps it.
    pub fn update(self, alter: impl FnOnce(&mut Form)) {
        let mut form = self.form.get_untracked();
        alter(&mut form);
        self.draft.type_text(form.stored());
    }

    /// It became a ticket: nothing is being filled in any more.
    pub fn sent(self) {
        self.draft.sent(&self.draft.text.get_untracked());
    }

    /// Moves to another GLPI, where other things are proposed.
    pub fn move_to(self, source: SourceId) {
        let mail = self.mail.get_value();
        let proposal = mail.and_then(|mail| mail.proposal(&source));
        self.update(|form| form.move_with(source, proposal.as_ref()));
    }

    /// A mail whose first words alone are on the phone is read to its end, where there is a network.
    fn complete(self) {
        let Some(mail) = self.mail.get_value().filter(|mail| mail.letter.is_partial) else {
            return;
        };
        // A finger that came down on the way here, and went on, asks for nothing.
        once_drawn(move || {
            spawn_local(async move {
                let Some(whole) = mail.completed(self.tournee).await else {
                    return;
                };
                if self.form.try_get_untracked().is_some() {
                    self.update(|form| form.complete(&mail.letter, mail.thread(), &whole));
                }
            });
        });
    }

    /// Where the way back leads.
    pub fn back(self) -> String {
        let mail = self
            .mail
            .get_value()
            .map(|mail| mails::address(mail.thread()));
        let old = || {
            self.carry
                .with_untracked(|carry| Some(address(&carry.as_ref()?.ticket.key)))
        };
        mail.or_else(old).unwrap_or_else(|| "/tickets".to_owned())
    }

    /// What the page is called.
    pub fn heading(self) -> &'static str {
        match self.carry.with_untracked(Option::is_some) {
            true => t(|t| t.carry_title),
            false => t(|t| t.create_title),
        }
    }

    /// What goes along from a ticket that is carried over, and what becomes of that.
    pub fn carried_along(self) -> Vec<ChangeBody> {
        let Some(carry) = self.carry.get_untracked() else {
            return Vec::new();
        };
        let rules = untrack(|| self.file_rules());
        self.form.with_untracked(|form| carry.beside(form, &rules))
    }

    /// All GLPIs that it may be made in.
    pub fn glpis(self) -> Vec<Glpi> {
        if let Some(carry) = self.carry.get_untracked() {
            return vec![(carry.to.clone(), carry.to_glpi.clone())];
        }
        self.tournee.with_untracked(|phone| {
            let sources = phone.meta().sources.iter();
            sources
                .map(|s| (s.source.clone(), s.name.clone()))
                .collect()
        })
    }

    /// His account there (reactive).
    pub fn account(self) -> Option<Account> {
        let source = self.source.get()?;
        self.tournee.with(|phone| phone.account(&source).cloned())
    }

    /// Whether that GLPI keeps emoji.
    pub fn stores_emoji(self) -> bool {
        self.account().is_none_or(|account| account.stores_emoji)
    }

    /// What the form comes to there (reactive).
    pub fn held<R>(self, ask: impl FnOnce(&Form, &Ground<'_>) -> R) -> Option<R> {
        let account = self.account()?;
        let lists = self.lists.get();
        let ground = Ground {
            account: &account,
            lists: lists.as_deref(),
            now: self.tournee.now(),
            instant: local_instant,
        };
        Some(self.form.with(|form| ask(form, &ground)))
    }

    /// His favourites in one of that GLPI's lists (reactive).
    pub fn favourites(self, list: List) -> Favourites {
        self.favoured.track();
        let source = self.source.get();
        source.map_or_else(Favourites::default, |source| Favourites::of(&source, list))
    }

    /// Makes a row of a list a favourite, or no more.
    pub fn turn_favourite(self, list: List, id: u64) {
        if let Some(source) = self.source.get_untracked() {
            Favourites::turn(&source, list, id);
            self.favoured.notify();
        }
    }

    /// The priority that GLPI will give.
    pub fn priority(self) -> Level {
        let lists = self.lists.get();
        self.form.with(|form| form.priority(lists.as_deref()))
    }

    /// What that GLPI takes as a file (reactive).
    pub fn file_rules(self) -> FileRules {
        let lists = self.lists.get();
        lists.map_or_else(FileRules::default, |lists| lists.files.clone())
    }

    /// What is wrong with the title.
    pub fn title_fault(self) -> Memo<Option<&'static str>> {
        kept(
            move || match self.form.with(|form| invalid_title(&form.title)) {
                Some(Invalid::TitleTooLong) => Some(t(|t| t.edit_title_too_long)),
                Some(_) if self.tried.get() => Some(t(|t| t.edit_no_title)),
                _ => None,
            },
        )
    }

    /// The words for a fault, once he asked for the ticket.
    pub fn fault(self, fault: Fault) -> Option<&'static str> {
        let there = self.tried.get() && self.faults().contains(&fault);
        there.then(|| match fault {
            Fault::Requester => t(|t| t.create_no_requester),
            Fault::Location => t(|t| t.create_no_location),
            Fault::Category => t(|t| t.create_no_category),
            Fault::Due => t(|t| t.create_no_due),
        })
    }

    fn faults(self) -> Vec<Fault> {
        self.held(Form::faults).unwrap_or_default()
    }

    /// Whether it can't become a ticket yet.
    pub fn is_faulty(self) -> bool {
        let title = self.form.with_untracked(|form| invalid_title(&form.title));
        title.is_some() || !untrack(|| self.faults()).is_empty()
    }

    /// Where to create what.
    pub fn ticket(self) -> Option<(SourceId, CreateTicket)> {
        let source = self.source.get_untracked()?;
        Some((source, untrack(|| self.held(Form::ticket))?))
    }

    /// The keyboard goes on at the first field that has a fault.
    pub fn focus_fault(self) {
        after_drawing(|| focus("#create [aria-invalid=true]"));
    }

    /// What the lists say of the asset that the page was opened for, where it was not known then; and a place that is in
    /// them, for an asset may stand where no ticket of his is.
    fn complete_asset(self, lists: Option<&Reference>) {
        let Some(lists) = lists else { return };
        let known = |form: &Form| {
            let key = form.asset.as_ref()?.key;
            lists.assets.iter().find(|asset| asset.key == key).cloned()
        };
        let mut form = self.form.get_untracked();
        if form.asset.is_none() || self.replaces.is_some() {
            return;
        }
        if let Some(asset) = known(&form) {
            form.take_asset(&asset);
        }
        form.fit_location(lists);
        if form != self.form.get_untracked() {
            self.draft.type_text(form.stored());
        }
    }

    fn read_lists(self) {
        Effect::new(move |_| {
            let Some(source) = self.source.get() else {
                return;
            };
            let ready = self.mail.get_value();
            if let Some(lists) = ready.and_then(|mail| mail.counsel.lists(&source)) {
                return self.lists.set(Some(lists));
            }
            spawn_local(async move {
                let lists = self.tournee.reference(&source).await;
                if self.source.try_get_untracked().flatten() == Some(source) {
                    self.complete_asset(lists.as_ref());
                    self.lists.try_set(lists.map(Arc::new));
                }
            });
        });
    }
}

fn invalid_title(title: &str) -> Option<Invalid> {
    CreateTicket::check_title(title).err()
}

/// The wanted one, if he has an account there; else where he created last; else the first.
fn source_of(phone: &Phone, wanted: Option<SourceId>) -> Option<SourceId> {
    let creations = phone
        .outbox()
        .iter()
        .filter(|q| q.change.body.creation().is_some());
    let last = creations.max_by_key(|queued| queued.change.seq);
    let last = last.and_then(|queued| Some(queued.change.ticket()?.source.clone()));
    let known = |source: &SourceId| phone.account(source).is_some();
    let first = || Some(phone.meta().sources.first()?.source.clone());
    wanted.filter(known).or(last.filter(known)).or_else(first)
}

/// The form of a ticket for an asset, with what is known of it at once.
fn form_for(source: &SourceId, key: AssetKey) -> Form {
    match equipment::seen(source, key) {
        Some(held) => Form::for_asset(source, &held.asset),
        None => Form::for_unknown(source, key),
    }
}

fn form_of(phone: &Phone, id: ChangeId) -> Option<Form> {
    let change = &phone.outbox().get(id)?.change;
    let create = change.body.creation()?;
    let source = &change.ticket()?.source;
    let me = phone.account(source)?.user;
    let due = create.due_at.map(local_field).unwrap_or_default();
    Some(Form::of(create, source, me, due))
}
