//! A field that offers what fits the words typed in it: the ARIA pattern of an editable combobox.

use leptos::ev::{FocusEvent, KeyboardEvent, PointerEvent};
use leptos::prelude::*;

use super::suggest::Offer;
use crate::components::{Icon, icons, kept, part, tap, typed};
use crate::text::{fill, t};

/// What is done with a chosen offer.
type Choose = Box<dyn Fn(&Offer) + Send + Sync>;

/// What a picker is about.
pub struct Picking {
    /// The field's name; ids are made of it.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What it shows.
    pub words: Box<dyn Fn() -> String + Send + Sync>,
    /// What it offers, for what it shows.
    pub offers: Box<dyn Fn() -> Vec<Offer> + Send + Sync>,
    /// What is wrong with it.
    pub fault: Box<dyn Fn() -> Option<&'static str> + Send + Sync>,
    /// Why it shows what it shows, where that was proposed.
    pub because: Box<dyn Fn() -> Option<String> + Send + Sync>,
    /// Something was typed.
    pub type_words: Box<dyn Fn(String)>,
    /// Something was chosen.
    pub choose: Choose,
    /// The star of what it shows, where that can be a favourite.
    pub star: Option<Star>,
}

/// A star beside the field: what is chosen in it is a favourite, or not.
pub struct Star {
    /// Whether what is chosen is one; none where nothing is.
    pub is: Box<dyn Fn() -> Option<bool> + Send + Sync>,
    /// Makes it one, or no more.
    pub turn: Box<dyn Fn()>,
}

/// The list under the field.
#[derive(Clone, Copy)]
struct List {
    name: &'static str,
    shown: RwSignal<bool>,
    /// The one that Enter takes.
    active: RwSignal<Option<usize>>,
    offers: Memo<Vec<Offer>>,
    choose: StoredValue<Choose>,
}

impl List {
    fn take(self, offer: &Offer) {
        self.choose.with_value(|choose| choose(offer));
        self.close();
    }

    fn close(self) {
        self.shown.set(false);
        self.active.set(None);
    }

    fn is_open(self) -> bool {
        self.shown.get() && self.offers.with(|offers| !offers.is_empty())
    }

    fn option_id(self, index: usize) -> String {
        format!("{}-{index}", self.name)
    }

    /// Whether the key was ours.
    fn key(self, key: &str) -> bool {
        let count = self.offers.with_untracked(Vec::len);
        let active = self.active.get_untracked();
        let open = self.shown.get_untracked() && count > 0;
        match (key, active) {
            ("ArrowDown", _) if !open => self.shown.set(true),
            ("ArrowDown", None) => self.active.set(Some(0)),
            ("ArrowDown", Some(at)) => self.active.set(Some((at + 1).min(count.saturating_sub(1)))),
            ("ArrowUp", Some(at)) if open => self.active.set(at.checked_sub(1)),
            ("Enter", Some(at)) if open => {
                let offer = self.offers.with_untracked(|offers| offers.get(at).cloned());
                if let Some(offer) = offer {
                    self.take(&offer);
                }
            }
            ("Escape", _) if open => self.close(),
            _ => return false,
        }
        true
    }
}

/// The field with its list.
pub fn picker(of: Picking) -> AnyView {
    let (words, type_words) = (of.words, of.type_words);
    let list = List {
        name: of.name,
        shown: RwSignal::new(false),
        active: RwSignal::new(None),
        offers: kept(of.offers),
        choose: StoredValue::new(of.choose),
    };
    let key = move |event: KeyboardEvent| {
        if list.key(&event.key()) {
            event.prevent_default();
        }
    };
    let typing = move |value: String| {
        type_words(value);
        list.active.set(None);
        list.shown.set(true);
    };
    let (name, label) = (of.name, of.label);
    let (list_id, fault_id) = (format!("{name}-list"), format!("{name}-fault"));
    let (fault, because) = (kept(of.fault), kept(of.because));
    let because_id = format!("{name}-because");
    let described = format!("{fault_id} {because_id}");
    let words = StoredValue::new(words);
    let star = of.star.map(|star| star_view(name, star, words));
    let words = move || words.with_value(|words| words());
    view! {
        <div class="field pick">
            <label for=name>{label}</label>
            <div class="pick-line">
            <input
                id=name name=name type="text" dir="auto" autocomplete="off" autocapitalize="off" spellcheck="false"
                role="combobox" aria-autocomplete="list" aria-controls=list_id.clone()
                aria-expanded=move || list.is_open().to_string()
                aria-activedescendant=move || list.active.get().map(|at| list.option_id(at))
                aria-invalid=move || fault.get().is_some().to_string() aria-describedby=described
                prop:value=words
                on:input=typed(typing)
                on:keydown=key
                on:focus=move |_: FocusEvent| list.shown.set(true)
                on:blur=move |_: FocusEvent| list.close()
            />
            {star}
            </div>
            {move || list.is_open().then(|| offers_view(list, label))}
            <p class="hint because" id=because_id>{move || because.get()}</p>
            <p class="error" id=fault_id hidden=move || fault.get().is_none()>{move || fault.get()}</p>
        </div>
    }
    .into_any()
}

type Words = Box<dyn Fn() -> String + Send + Sync>;

fn star_view(name: &'static str, star: Star, words: StoredValue<Words>) -> AnyView {
    let (is, turn) = (kept(star.is), StoredValue::new_local(star.turn));
    let button = move || {
        let is = is.get()?;
        let label = words.with_value(|words| fill(t(|t| t.favourite_add), &[("name", &words())]));
        Some(view! {
            <button
                type="button" class="icon-btn star" data-test=format!("star-{name}") aria-label=label
                aria-pressed=is.to_string() on:click=tap(move || turn.with_value(|turn| turn()))
            >
                <Icon of=icons::STAR/>
            </button>
        }
        .into_any())
    };
    part(button).into_any()
}

fn offers_view(list: List, label: &'static str) -> AnyView {
    let one = move |(at, offer): (usize, &Offer)| {
        let taken = offer.clone();
        let detail = (!offer.detail.is_empty())
            .then(|| view! { <span class="muted small">{offer.detail.clone()}</span> }.into_any());
        view! {
            <li
                id=list.option_id(at) role="option" data-test="offer"
                aria-selected=move || (list.active.get() == Some(at)).to_string()
                on:click=tap(move || list.take(&taken))
            >
                <span>{offer.name.clone()}</span>
                {detail}
            </li>
        }
        .into_any()
    };
    let options = move || {
        list.offers
            .with(|offers| offers.iter().enumerate().map(one).collect::<Vec<_>>())
    };
    view! {
        // The field keeps the focus: it would close the list before the tap arrives.
        <ul
            id=format!("{}-list", list.name) class="offers" role="listbox" aria-label=label
            on:pointerdown=move |event: PointerEvent| event.prevent_default()
            on:mousedown=move |event| event.prevent_default()
        >
            {options}
        </ul>
    }
    .into_any()
}
