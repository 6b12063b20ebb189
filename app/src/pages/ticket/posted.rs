//! The mails of the ticket's threads, between what GLPI tells: a new one is there as soon as the phone has it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Entry, Mail};
use tournee_core::ids::ThreadKey;
use tournee_core::time::Instant;

use super::Open;
use super::entry::entry_view;
use crate::components::{Icon, icons, kept};
use crate::pages::mails;
use crate::platform::intl::{Form, instant};
use crate::text::t;

/// A mail of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    thread: ThreadKey,
    from: String,
    words: String,
    at: Instant,
}

impl Posted {
    fn of(thread: &ThreadKey, mail: &Mail) -> Self {
        Self {
            thread: thread.clone(),
            from: mail.from.label().to_owned(),
            words: mail.snippet.clone(),
            at: mail.at,
        }
    }

    fn view(&self) -> AnyView {
        view! {
            <article class="entry" data-test="posted" data-kind="mail">
                <div class="entry-head">
                    <Icon of=icons::MAIL/>
                    <strong>{self.from.clone()}</strong>
                    <span>{t(|t| t.ticket_mail)}</span>
                    <span>{instant(self.at, Form::Full)}</span>
                </div>
                <a class="posted" dir="auto" href=mails::address(&self.thread)>{self.words.clone()}</a>
            </article>
        }
        .into_any()
    }
}

/// The mails of all threads of the ticket, oldest first.
pub fn posted(open: Open) -> ReadSignal<Vec<Posted>> {
    let key = open.key();
    let threads = kept(move || open.tournee.with(|phone| phone.threads_of(&key)));
    let mails = RwSignal::new(Vec::new());
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let threads = threads.get();
        let number = asked.get_value() + 1;
        asked.set_value(number);
        spawn_local(async move {
            let mut all = Vec::new();
            for row in threads {
                if let Some(thread) = open.tournee.base_thread(&row.key).await {
                    let mails = thread.mails.iter();
                    all.extend(mails.map(|mail| Posted::of(&thread.key, mail)));
                }
            }
            all.sort_by_key(|mail: &Posted| mail.at);
            // More may have come meanwhile, and been read faster; what was drawn and stays is left alone.
            let is_latest = asked.try_get_value() == Some(number);
            if is_latest && mails.try_with_untracked(|now| *now != all) == Some(true) {
                mails.set(all);
            }
        });
    });
    mails.read_only()
}

/// Both in time order; what GLPI tells stays in its own.
pub fn merged(open: Open, entries: &[Entry], mails: &[Posted]) -> Vec<AnyView> {
    let places = places(entries, mails);
    let mut before = 0;
    let mut views = Vec::with_capacity(entries.len() + mails.len());
    for (entry, place) in entries.iter().zip(&places) {
        views.extend(mails[before..*place].iter().map(Posted::view));
        before = *place;
        views.push(entry_view(open, entry));
    }
    views.extend(mails[before..].iter().map(Posted::view));
    views
}

/// How many mails stand before each entry.
fn places(entries: &[Entry], mails: &[Posted]) -> Vec<usize> {
    let mut before = 0;
    let place = |entry: &Entry| {
        before += mails[before..]
            .iter()
            .take_while(|mail| mail.at < entry.at)
            .count();
        before
    };
    entries.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tournee_core::domain::EntryKind;

    #[test]
    fn mails_stand_between_the_entries_and_move_none_of_them() {
        let entry = |at: i64| Entry {
            id: 1,
            at: Instant(at),
            author: None,
            what: EntryKind::Followup {
                content: String::new(),
                private: false,
            },
            change: None,
        };
        let mail = |at: i64| Posted {
            thread: ThreadKey::parse("moi@x.example:1").unwrap(),
            from: String::new(),
            words: String::new(),
            at: Instant(at),
        };
        let mails = [mail(5), mail(15), mail(40)];
        assert_eq!(
            places(&[entry(10), entry(30), entry(20)], &mails),
            [1, 2, 2]
        );
        assert_eq!(places(&[], &mails), [0_usize; 0]);
    }
}
