//! Text being typed: in storage with every letter, so that no killed tab loses it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::ids::TicketKey;

use crate::components::kept;
use crate::contexts::Tournee;
use crate::text::t;

/// What becomes of a text that was typed before storage had answered: the stored one, the one that typing began on, the
/// typed one.
pub type Join = fn(&str, &str, &str) -> String;

/// What is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kept {
    text: String,
    /// What goes with the text: whether it is private, the kind of solution.
    extra: String,
}

impl Kept {
    /// One line for what goes with the text, then the text.
    fn stored(&self) -> String {
        format!("{}\n{}", self.extra, self.text)
    }

    /// Reads back what [`Kept::stored`] wrote.
    fn of(stored: &str) -> Option<Self> {
        let (extra, text) = stored.split_once('\n')?;
        Some(Self {
            text: text.to_owned(),
            extra: extra.to_owned(),
        })
    }

    /// This one, stored before, with what was typed since `begun`.
    fn and_typed(self, begun: &Self, typed: Self, join: Join) -> Self {
        Self {
            text: match typed.text == begun.text {
                true => self.text,
                false => join(&self.text, &begun.text, &typed.text),
            },
            extra: match typed.extra == begun.extra {
                true => self.extra,
                false => typed.extra,
            },
        }
    }
}

/// The stored words, then those that were typed behind what stood there: none of the two is lost.
pub fn words_joined(stored: &str, begun: &str, typed: &str) -> String {
    match typed.strip_prefix(begun).filter(|_| !begun.is_empty()) {
        Some(typed) => format!("{stored}{typed}"),
        None if stored.is_empty() || typed.is_empty() => format!("{stored}{typed}"),
        None => format!("{stored}\n{typed}"),
    }
}

/// Outlives the page: the last letter is stored also when one leaves at once.
struct Keeper {
    tournee: Tournee,
    key: String,
    /// Under what it was kept before its ticket had a number.
    before: Option<String>,
    latest: RefCell<Kept>,
    /// Something is on its way to storage, or the first read has not ended: until then nobody knows what a write would
    /// overwrite.
    saving: Cell<bool>,
    again: Cell<bool>,
}

impl Keeper {
    /// What storage has under its name, or the one from before.
    async fn read(&self) -> Option<Kept> {
        let mut stored = self.tournee.draft(&self.key).await;
        if let Some(before) = self.before.as_ref().filter(|_| stored.is_none()) {
            stored = self.tournee.draft(before).await;
        }
        Kept::of(&stored?)
    }

    fn save(self: Rc<Self>) {
        if self.saving.replace(true) {
            self.again.set(true);
            return;
        }
        spawn_local(async move {
            loop {
                self.again.set(false);
                let kept = self.latest.borrow().clone();
                self.store(&kept).await;
                if !self.again.get() {
                    break;
                }
            }
            self.saving.set(false);
        });
    }

    async fn store(&self, kept: &Kept) {
        let stored = match kept.text.is_empty() {
            true => {
                self.tournee.clear_draft(&self.key).await;
                true
            }
            // A storage that fails says so in its banner; the text stays where it is typed.
            false => {
                let text = kept.stored();
                self.tournee.save_draft(&self.key, &text).await.is_ok()
            }
        };
        if let Some(before) = self.before.as_ref().filter(|_| stored) {
            self.tournee.clear_draft(before).await;
        }
    }
}

/// A text being typed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The text.
    pub text: RwSignal<String>,
    /// What goes with it.
    pub extra: RwSignal<String>,
    keeper: StoredValue<Rc<Keeper>, LocalStorage>,
}

impl Draft {
    /// The draft of that name, as storage has it; `text` and `extra` where it has none.
    pub fn open(tournee: Tournee, key: String, text: String, extra: String) -> Self {
        Self::open_as(tournee, key, None, (text, extra), words_joined)
    }

    /// The same of something else than words.
    pub fn joining(tournee: Tournee, key: String, text: String, join: Join) -> Self {
        Self::open_as(tournee, key, None, (text, String::new()), join)
    }

    /// The draft of a kind on a ticket; one that was begun before the ticket had a number goes on.
    pub fn on(tournee: Tournee, kind: &str, ticket: &TicketKey) -> Self {
        Self::from(tournee, kind, ticket, String::new())
    }

    /// The same, of a text that stands there already.
    pub fn from(tournee: Tournee, kind: &str, ticket: &TicketKey, text: String) -> Self {
        let local = tournee.with_untracked(|phone| phone.local_name(ticket));
        let before = local.map(|local| format!("{kind}:{local}"));
        let key = format!("{kind}:{ticket}");
        Self::open_as(tournee, key, before, (text, String::new()), words_joined)
    }

    fn open_as(
        tournee: Tournee,
        key: String,
        before: Option<String>,
        (text, extra): (String, String),
        join: Join,
    ) -> Self {
        let begun = Kept { text, extra };
        let keeper = Rc::new(Keeper {
            tournee,
            key,
            before,
            latest: RefCell::new(begun.clone()),
            saving: Cell::new(true),
            again: Cell::new(false),
        });
        let draft = Self {
            text: RwSignal::new(begun.text.clone()),
            extra: RwSignal::new(begun.extra.clone()),
            keeper: StoredValue::new_local(keeper.clone()),
        };
        spawn_local(async move {
            let stored = keeper.read().await;
            if let Some(stored) = stored {
                let typed = keeper.latest.borrow().clone();
                let both = stored.and_typed(&begun, typed, join);
                keeper.latest.replace(both.clone());
                draft.text.try_set(both.text);
                draft.extra.try_set(both.extra);
            }
            keeper.saving.set(false);
            if keeper.again.get() {
                keeper.save();
            }
        });
        draft
    }

    /// What is typed now.
    pub fn type_text(self, text: String) {
        self.text.set(text);
        self.keep();
    }

    /// What goes with it now.
    pub fn choose(self, extra: String) {
        self.extra.set(extra);
        self.keep();
    }

    /// It was sent: nothing is being typed any more, unless one went on typing.
    pub fn sent(self, text: &str) {
        if self.text.try_with_untracked(|now| now == text) == Some(true) {
            self.text.set(String::new());
        }
        let kept = self.keeper.try_get_value();
        if let Some(keeper) = kept {
            if keeper.latest.borrow().text == text {
                keeper.latest.borrow_mut().text.clear();
            }
            keeper.save();
        }
    }

    fn keep(self) {
        let keeper = self.keeper.get_value();
        if let Some(now) = self.now() {
            keeper.latest.replace(now);
        }
        keeper.save();
    }

    fn now(self) -> Option<Kept> {
        Some(Kept {
            text: self.text.try_get_untracked()?,
            extra: self.extra.try_get_untracked()?,
        })
    }
}

/// Says that this GLPI can't keep the emoji that were typed.
#[component]
pub fn EmojiHint(
    /// What is typed.
    #[prop(into)]
    text: Signal<String>,
    /// Whether the GLPI can keep them.
    stores_emoji: bool,
) -> impl IntoView {
    let shown = kept(move || !stores_emoji && text.with(|text| has_emoji(text)));
    view! { <p class="hint" role="status" data-test="emoji-hint">{move || shown.get().then(|| t(|t| t.ticket_emoji))}</p> }
        .into_any()
}

/// Characters of four bytes, which a MySQL of three makes `????` of.
fn has_emoji(text: &str) -> bool {
    text.chars().any(|letter| letter > '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_reads_back_whole_with_what_goes_with_it() {
        let kept = Kept {
            text: "ligne 1\nligne 2\n".into(),
            extra: "private".into(),
        };
        assert_eq!(Kept::of(&kept.stored()), Some(kept));
        assert_eq!(Kept::of("\nx").unwrap().extra, "");
        assert_eq!(Kept::of(""), None);
    }

    fn kept(text: &str, extra: &str) -> Kept {
        let (text, extra) = (text.to_owned(), extra.to_owned());
        Kept { text, extra }
    }

    #[test]
    fn what_is_typed_before_storage_answers_stands_behind_what_was_stored() {
        let stored = || kept("Vu sur place.", "private");
        let nothing = kept("", "");
        let joined = |begun: &Kept, typed| stored().and_typed(begun, typed, words_joined);
        assert_eq!(joined(&nothing, nothing.clone()), stored());
        assert_eq!(
            joined(&nothing, kept("x", "")),
            kept("Vu sur place.\nx", "private")
        );
        assert_eq!(
            joined(&nothing, kept("", "public")),
            kept("Vu sur place.", "public")
        );
        let title = kept("Imprimante", "");
        let left = kept("Imprimante HS", "");
        let more = kept("Imprimante !", "");
        let both = left.and_typed(&title, more, words_joined);
        assert_eq!(both, kept("Imprimante HS !", ""));
    }

    #[test]
    fn only_what_three_bytes_cannot_hold_is_an_emoji() {
        assert!(has_emoji("réglé 👍"));
        assert!(!has_emoji("réglé ✓ — 5 €"));
    }
}
