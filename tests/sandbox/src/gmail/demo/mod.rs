//! The demo data: what the stores write to a technician and to the service, the same for the same seed.

mod broken;
mod craft;
mod machines;
mod shapes;
mod topics;

use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{
    accounts,
    mailbox::{Letter, Person, Raw},
    options::Options,
    world::World,
};
use crate::world::requester;

const DAY: i64 = 86_400;
/// How far back the oldest mail lies.
const REACH: i64 = 400 * DAY;
/// How many mails a thread has, on average.
const PER_THREAD: f64 = 1.55;

/// What one mail is made of while it is thought out.
struct Desk<'a> {
    rng: ChaCha8Rng,
    now: Timestamp,
    world: &'a mut World,
    left: usize,
}

pub(super) fn fill(world: &mut World, options: &Options) {
    mailboxes(world, options);
    let now = options.clock.now();
    let mut desk = Desk {
        rng: ChaCha8Rng::seed_from_u64(options.seed ^ 0x6a11),
        now,
        world,
        left: options.mails,
    };
    let threads = (options.mails as f64 / PER_THREAD).max(1.0);
    let mut at = 0;
    while desk.left > 0 {
        // The newer, the denser; the last ones are of this morning.
        let share = (1.0 - at as f64 / threads).max(0.0);
        let age = (REACH as f64 * share * share) as i64 + 600;
        let born = now
            .checked_sub(SignedDuration::from_secs(age))
            .unwrap_or(now);
        thread(&mut desk, at, born);
        at += 1;
    }
    forget_how_it_came(world);
}

fn mailboxes(world: &mut World, options: &Options) {
    let base = options.history_base;
    let mailbox = world.open(accounts::TECHNICIAN, "Marcoux Patrick", base);
    for name in accounts::LABELS
        .iter()
        .chain(&["Fournisseurs", "Perso/Notes"])
    {
        let _made = mailbox.create_label(name);
    }
    world.open(accounts::SHARED, "Service informatique", base + 1_000_000);
    world.open(accounts::FOREIGN, "Patrick Marcoux", base);
    for at in 1..options.technicians {
        world.open(&accounts::mailbox_of(at), &accounts::mailbox_of(at), base);
    }
}

/// A mailbox's history does not reach back to its first day.
fn forget_how_it_came(world: &mut World) {
    let addresses: Vec<String> = world.addresses().map(str::to_owned).collect();
    for address in addresses {
        if let Some(mailbox) = world.mailbox_mut(&address) {
            mailbox.expire_history();
        }
    }
}

/// Somebody at a store.
fn person(at: usize) -> Person {
    let (last, first) = requester(at);
    Person::new(
        &format!("{first} {last}"),
        &format!("user{:02}@magasin.example", at + 1),
    )
}

fn owner(address: &str) -> Person {
    match address {
        accounts::TECHNICIAN => Person::new("Marcoux Patrick", address),
        _ => Person::new("Service informatique", address),
    }
}

/// One conversation: a mail, and perhaps answers.
fn thread(desk: &mut Desk<'_>, at: usize, born: Timestamp) {
    let own = if at.is_multiple_of(2) {
        accounts::TECHNICIAN
    } else {
        accounts::SHARED
    };
    let from = person(desk.rng.random_range(0..40));
    let topic = topics::pick(&mut desk.rng);
    let text = topics::letter(&mut desk.rng, &topic, &from);
    let mut letter = Letter::new(from.clone(), owner(own), &topic.subject, &text, born);
    letter.message_id = format!("{at:06x}.{:08x}@magasin.example", desk.rng.random::<u32>());
    let mut addresses = vec![own];
    // Some write to both: the same mail lies in both mailboxes.
    if at % 11 == 3 {
        let other = if own == accounts::TECHNICIAN {
            accounts::SHARED
        } else {
            accounts::TECHNICIAN
        };
        letter.cc.push(owner(other));
        addresses.push(other);
    }
    let raw = dressed(at, &mut letter);
    let labels = labels(desk, own, born);
    for address in addresses {
        let labels = labels.iter().filter(|_| address == own).cloned();
        let labels: Vec<String> = labels.chain(["INBOX".to_owned()]).collect();
        store(desk, address, raw.clone(), labels, born);
    }
    let conversation = at % 5 == 1 || at % 5 == 4;
    if conversation && !is_odd(at) {
        answers(desk, own, &letter, born);
    }
}

/// Every fourth mail is not as plain as the others.
fn is_odd(at: usize) -> bool {
    at % 4 == 2
}

/// The mail in the clothes that its turn gives it.
fn dressed(at: usize, letter: &mut Letter) -> Raw {
    if at == 42 {
        return shapes::huge(letter.clone());
    }
    let bytes = match (is_odd(at), at / 4) {
        (true, turn) if turn % 3 == 0 => broken::write(turn / 3, letter),
        (true, turn) if turn % 3 == 1 => machines::write(turn / 3, letter),
        (true, turn) => shapes::write(turn / 3, letter),
        (false, turn) if turn % 2 == 0 => letter.write(),
        (false, _) => topics::with_html(letter).write(),
    };
    Raw::from(bytes)
}

fn labels(desk: &mut Desk<'_>, own: &str, born: Timestamp) -> Vec<String> {
    let age = desk.now.duration_since(born).as_secs() / DAY;
    let mut labels = vec!["CATEGORY_PERSONAL".to_owned()];
    if age < 3 && desk.rng.random_bool(0.6) {
        labels.push("UNREAD".to_owned());
    }
    if own != accounts::TECHNICIAN {
        return labels;
    }
    let [in_progress, done, urgent] = accounts::LABELS;
    let chance = desk.rng.random_range(0..100);
    let names: &[&str] = match (age, chance) {
        (15.., 0..70) => &[done],
        (15.., _) => &[],
        (_, 0..30) => &[in_progress],
        (_, 30..40) => &[in_progress, urgent],
        (_, 40..48) => &[done],
        _ => &[],
    };
    if let Some(mailbox) = desk.world.mailbox(own) {
        labels.extend(names.iter().filter_map(|name| mailbox.label_id(name)));
    }
    labels
}

fn store(desk: &mut Desk<'_>, address: &str, raw: Raw, mut labels: Vec<String>, at: Timestamp) {
    if desk.left == 0 {
        return;
    }
    // What is dealt with is archived.
    let done = desk
        .world
        .mailbox(address)
        .and_then(|mailbox| mailbox.label_id(accounts::LABELS[1]));
    if done.is_some_and(|id| labels.contains(&id)) {
        labels.retain(|label| label != "INBOX");
    }
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    if let Some(mailbox) = desk.world.mailbox_mut(address) {
        mailbox.add(raw, &labels, at, None);
        desk.left -= 1;
    }
}

/// The technician answers, and often the other one once more.
fn answers(desk: &mut Desk<'_>, own: &str, first: &Letter, born: Timestamp) {
    let mut last = first.clone();
    let mut at = born;
    for turn in 0..desk.rng.random_range(1..4) {
        let wait = SignedDuration::from_secs(desk.rng.random_range(300..40_000));
        at = at.checked_add(wait).unwrap_or(at);
        if at > desk.now {
            return;
        }
        let ours = turn % 2 == 0;
        let (from, to) = if ours {
            (owner(own), first.from.clone())
        } else {
            (first.from.clone(), owner(own))
        };
        let text = topics::answer(&mut desk.rng, &last, ours);
        let subject = format!("Re: {}", first.subject);
        let mut letter = Letter::new(from, to, &subject, &text, at).answering(&last);
        letter.message_id = format!(
            "{}.{turn}",
            first.message_id.replace('@', &format!(".{turn}@"))
        );
        let label = if ours { "SENT" } else { "INBOX" };
        let raw = Raw::from(letter.write());
        store(desk, own, raw, vec![label.to_owned()], at);
        last = letter;
    }
}
