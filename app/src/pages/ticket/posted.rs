//! The mails of the ticket's threads, between what GLPI tells: a new one is there as soon as the phone has it.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Entry, EntryKind, Mail, MailName};
use tournee_core::ids::ThreadKey;
use tournee_core::time::Instant;

use super::Open;
use crate::components::{Icon, icons, kept};
use crate::pages::mails;
use crate::platform::intl::{Form, instant};
use crate::text::t;

/// A mail of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    thread: ThreadKey,
    name: Option<MailName>,
    from: String,
    words: String,
    pub(super) at: Instant,
}

impl Posted {
    fn of(thread: &ThreadKey, mail: &Mail) -> Self {
        Self {
            thread: thread.clone(),
            name: mail.message_id.as_deref().and_then(MailName::of),
            from: mail.from.label().to_owned(),
            words: mail.snippet.clone(),
            at: mail.at,
        }
    }

    pub(super) fn view(&self) -> AnyView {
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

/// Those that no entry tells: what is said does not stand there twice.
pub fn untold<'a>(mails: &'a [Posted], entries: &[Entry]) -> Vec<&'a Posted> {
    let tells = |entry: &Entry| match &entry.what {
        EntryKind::Followup { content, .. } => MailName::told_in(content),
        _ => None,
    };
    let told: BTreeSet<MailName> = match mails.is_empty() {
        true => BTreeSet::new(),
        false => entries.iter().filter_map(tells).collect(),
    };
    let is_told = |mail: &&Posted| mail.name.as_ref().is_some_and(|name| told.contains(name));
    mails.iter().filter(|mail| !is_told(mail)).collect()
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

/// One for tests, without a name.
#[cfg(test)]
pub fn posted_at(at: i64) -> Posted {
    Posted {
        thread: ThreadKey {
            mailbox: tournee_core::ids::MailboxId("moi@x.example".to_owned()),
            id: "1".to_owned(),
        },
        name: None,
        from: String::new(),
        words: String::new(),
        at: Instant(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_an_entry_tells_does_not_stand_there_twice() {
        let named = |id: &str| Posted {
            name: MailName::of(id),
            ..posted_at(7)
        };
        let mails = [named("a&b@x.example"), named("2@x.example"), posted_at(9)];
        let note = MailName::of("a&b@x.example").unwrap().note("Paul", "Vu.");
        let entry = |content: String| Entry {
            id: 1,
            at: Instant(8),
            author: None,
            what: EntryKind::Followup {
                content,
                private: true,
            },
            change: None,
        };
        let linked = format!(
            "Courriel lié : « x »<br>{}",
            MailName::of("2@x.example").unwrap().line()
        );
        let entries = [
            entry(tournee_core::changes::text_to_html(&note)),
            entry(linked),
        ];
        let untold = untold(&mails, &entries);
        assert_eq!(untold, [&mails[1], &mails[2]]);
    }
}
