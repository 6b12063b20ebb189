//! Other people: who works in a mailbox on Gmail's own page, and who writes.

use std::sync::Arc;

use tournee_core::domain::MailBox;
use tournee_core::ids::ThreadKey;
use tournee_sandbox::gmail::accounts::{self, LABELS};
use tournee_sandbox::gmail::mailbox::{Letter, Mailbox, Person};

use super::enclosed;
use super::google::Google;
use crate::counters::Count;
use crate::dice::Dice;
use crate::weather::Weather;

/// Each so many letters bring a file.
const EACH_WITH_A_FILE: u64 = 3;

/// What somebody does to a thread, drawn.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    /// Puts it into a box.
    Sort(MailBox),
    /// Takes it out of the inbox, or puts it back there.
    Archive,
    /// Reads it, or calls it unread.
    Read,
    /// Writes in it.
    Answer,
    /// Puts it into the bin, or takes it out.
    Bin,
    /// Deletes it for good.
    Delete,
    /// Deletes one of the three labels.
    DeleteLabel(usize),
}

/// Draws what somebody does.
pub fn draw(dice: &mut Dice, rough: f64) -> Deed {
    if dice.hit(rough) {
        return match dice.between(0, 5) {
            0..=2 => Deed::Bin,
            3..=4 => Deed::Delete,
            _ => Deed::DeleteLabel(usize::from(dice.hit(0.5))),
        };
    }
    match dice.between(0, 9) {
        0..=4 => Deed::Sort(*dice.pick(&MailBox::ALL).unwrap_or(&MailBox::Done)),
        5 => Deed::Archive,
        6 => Deed::Read,
        _ => Deed::Answer,
    }
}

impl Deed {
    /// Does it.
    pub fn make(self, google: &Google, thread: &ThreadKey, weather: &Weather) {
        weather.count(match self {
            Self::Sort(_) => Count::PersonSorted,
            Self::Archive => Count::PersonArchived,
            Self::Read => Count::PersonRead,
            Self::Answer => Count::PersonWrote,
            Self::Bin => Count::PersonBinned,
            Self::Delete => Count::PersonDeletedMail,
            Self::DeleteLabel(_) => Count::PersonDeletedLabel,
        });
        if let Self::Answer = self {
            return answer(google, thread);
        }
        let mut world = google.gmail.world();
        let Some(mailbox) = world.mailbox_mut(&thread.mailbox.0) else {
            return;
        };
        match self {
            Self::Sort(to) => sort(mailbox, &thread.id, to),
            Self::Archive => toggle(mailbox, &thread.id, "INBOX"),
            Self::Read => toggle(mailbox, &thread.id, "UNREAD"),
            Self::Bin => toggle(mailbox, &thread.id, "TRASH"),
            Self::Delete => {
                for mail in mails(mailbox, &thread.id) {
                    mailbox.delete(&mail);
                }
            }
            Self::DeleteLabel(at) => {
                let label = LABELS.get(at).and_then(|name| mailbox.label_id(name));
                if let Some(label) = label {
                    mailbox.delete_label(&label);
                }
            }
            Self::Answer => {}
        }
    }
}

/// His mails but for what we have laid down there.
fn mails(mailbox: &Mailbox, thread: &str) -> Vec<String> {
    let mails = mailbox.thread(thread).into_iter();
    let mails = mails.filter(|mail| !mail.labels.contains("DRAFT"));
    mails.map(|mail| mail.id.clone()).collect()
}

fn sort(mailbox: &mut Mailbox, thread: &str, to: MailBox) {
    let [in_progress, done, urgent] = LABELS.map(|name| {
        let id = mailbox.label_id(name);
        id.or_else(|| mailbox.create_label(name))
            .unwrap_or_default()
    });
    let three = [in_progress, done, urgent];
    let [in_progress, done, urgent] = three.clone();
    let add = match to {
        MailBox::Urgent => vec![urgent, in_progress],
        MailBox::InProgress => vec![in_progress],
        MailBox::Done => vec![done],
        MailBox::ToSort => vec!["INBOX".to_owned()],
    };
    let away = three.into_iter().filter(|label| !add.contains(label));
    let away: Vec<String> = away.collect();
    for mail in mails(mailbox, thread) {
        mailbox.modify(&mail, &add, &away);
    }
}

fn toggle(mailbox: &mut Mailbox, thread: &str, label: &str) {
    let label = [label.to_owned()];
    let all = mails(mailbox, thread);
    let has = |mail: &String| {
        let mail = mailbox.message(mail);
        mail.is_some_and(|mail| mail.labels.contains(&label[0]))
    };
    let has = all.iter().any(has);
    for mail in &all {
        match has {
            true => mailbox.modify(mail, &[], &label),
            false => mailbox.modify(mail, &label, &[]),
        };
    }
}

/// Somebody at a store writes to these addresses.
pub fn write(google: &Google, to: &[&str]) {
    let letter = letter(google, to, |number| format!("Caisse {number}"));
    google.gmail.world().deliver(&letter);
}

/// Somebody at a store goes on in a conversation, with whoever of us was in it.
fn answer(google: &Google, thread: &ThreadKey) {
    let (subject, chain, readers) = {
        let world = google.gmail.world();
        let Some(mailbox) = world.mailbox(&thread.mailbox.0) else {
            return;
        };
        let mails = mailbox.thread(&thread.id);
        let mut shown = mails.iter().filter(|mail| !mail.labels.contains("DRAFT"));
        let Some(last) = shown.next_back() else {
            return;
        };
        let first = mails.first().unwrap_or(last);
        let mut chain = last.head.references.clone();
        chain.push(last.head.message_id.clone());
        chain.dedup();
        let mut readers = Google::addresses();
        readers.retain(|one| first.head.to.contains(one.as_str()) || *one == thread.mailbox.0);
        (first.head.subject.clone(), chain, readers)
    };
    let readers: Vec<&str> = readers.iter().map(String::as_str).collect();
    let mut letter = letter(google, &readers, |_| format!("Re: {subject}"));
    letter.references = chain;
    google.gmail.world().deliver(&letter);
}

fn letter(google: &Google, to: &[&str], subject: impl Fn(u64) -> String) -> Letter {
    let number = google.next_letter();
    let writer = number % 3 + 1;
    let from = Person::new("Magasin", &format!("user{writer:02}@magasin.example"));
    let mut to = to.iter().map(|address| Person::new("", address));
    let first = to.next().unwrap_or_default();
    let text = format!("Ici bureau{number}, cela ne marche plus.\n");
    let now = google.gmail.world().now();
    let mut letter = Letter::new(from, first, &subject(number), &text, now);
    letter.cc = to.collect();
    match google.sends_files() && number.is_multiple_of(EACH_WITH_A_FILE) {
        true => letter.file(
            &enclosed::name(number),
            enclosed::MIME,
            &enclosed::bytes(number),
        ),
        false => letter,
    }
}

/// Works in the mailboxes, and writes, for as long as it storms.
pub async fn work(weather: Arc<Weather>, google: Arc<Google>) {
    let Some(mails) = weather.storm.mails.clone() else {
        return;
    };
    let mut dice = weather.dice("people at google");
    loop {
        tokio::time::sleep(dice.seconds(1, mails.every.max(2) * 2)).await;
        if !weather.storms() {
            continue;
        }
        if dice.hit(0.12) {
            weather.count(Count::PersonWrote);
            let mut to = Google::addresses();
            if dice.hit(0.5) {
                to.retain(|address| address != accounts::TECHNICIAN);
            }
            let some = usize::try_from(dice.between(1, 2)).unwrap_or(1);
            let to: Vec<&str> = to.iter().take(some).map(String::as_str).collect();
            google.person(|google| write(google, &to)).await;
            continue;
        }
        let threads: Vec<ThreadKey> = {
            let now = super::moment::Moment::of(&google.gmail.world());
            now.threads().keys().cloned().collect()
        };
        let Some(thread) = dice.pick(&threads).cloned() else {
            continue;
        };
        let deed = draw(&mut dice, mails.rough);
        google
            .person(|google| deed.make(google, &thread, &weather))
            .await;
    }
}
