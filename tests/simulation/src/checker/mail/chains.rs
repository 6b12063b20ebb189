//! Mails and tickets: one ticket for one chain of mails, whoever makes it, in however many mailboxes it is; and what says
//! which ticket a mail belongs to.

use std::collections::{BTreeMap, BTreeSet};

use tournee_core::changes::{ChangeBody, Field};
use tournee_core::domain::{MailBox, MailOrigin};
use tournee_core::ids::ThreadKey;

use crate::checker::Facts;
use crate::chronicle::By;
use crate::counters::Count;
use crate::glpi::Side;
use crate::ledger::Made;
use crate::mail::chronicle::{Chronicle as Mailed, Deed};
use crate::mail::moment;
use crate::moment::What;

const ONE_TICKET: &str = "one chain of mails makes one ticket";
const LINKED: &str = "réf. courriel : ";
const PARTED: &str = "réf. courriel ôtée : ";
const TOLD: &str = "Courriel de ";
const ALONG: &str = "Échanges du ticket #";
const TOLD_ONCE: &str = "a mail is told on its ticket once";
const LINKED_ONCE: &str = "a mail is linked once";

/// A ticket names a mail of a chain, or names it no more.
#[derive(Clone, Debug)]
pub struct Link {
    /// Simulated milliseconds.
    pub at_ms: u64,
    /// Which GLPI, by its place.
    pub side: usize,
    /// The ticket.
    pub ticket: i64,
    /// The first mail of the chain.
    pub root: String,
    /// The mail that is named.
    pub name: String,
    /// Linked, or parted.
    pub linked: bool,
    /// It was made of that mail.
    pub is_birth: bool,
    /// The ticket's words, where it was made of that mail.
    pub words: String,
    /// A note tells that mail.
    pub is_told: bool,
    /// A note takes it along from a ticket whose place this one took.
    pub is_along: bool,
    /// The server did it.
    pub is_ours: bool,
}

/// Which mails are of one chain: the name of the first by those of all.
#[derive(Default)]
pub struct Chains(BTreeMap<String, String>);

impl Chains {
    /// Of all mails that ever were in a mailbox.
    pub fn of(chronicle: &Mailed) -> Self {
        let first = chronicle.before.threads().values();
        let first = first.flat_map(|thread| thread.mails.values());
        let came = chronicle.deeds.iter().filter_map(|deed| match &deed.what {
            moment::What::Came(mail) => Some(mail),
            _ => None,
        });
        let all = first.chain(came);
        Self(
            all.map(|mail| (mail.name.clone(), mail.root.clone()))
                .collect(),
        )
    }

    /// The first mail of a chain that is named.
    pub fn root(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Everything by which tickets and chains came together or apart, in order.
    pub fn links(&self, sides: &[std::sync::Arc<Side>]) -> Vec<Link> {
        let mut all = Vec::new();
        for (place, side) in sides.iter().enumerate() {
            for deed in &side.chronicle().deeds {
                let (words, is_birth) = match &deed.what {
                    What::Created(moment) => (moment.words.as_str(), true),
                    What::Followup { content, .. } => (content.as_str(), false),
                    _ => continue,
                };
                let named = named(words, LINKED).map(|name| (name, true));
                let parted = self::named(words, PARTED).map(|name| (name, false));
                for (name, linked) in named.chain(parted) {
                    let Some(root) = self.root(name) else {
                        continue;
                    };
                    all.push(Link {
                        at_ms: deed.at_ms,
                        side: place,
                        ticket: deed.ticket,
                        root: root.to_owned(),
                        name: name.to_owned(),
                        linked,
                        is_birth,
                        words: if is_birth {
                            words.to_owned()
                        } else {
                            String::new()
                        },
                        is_told: words.contains(TOLD),
                        is_along: words.contains(ALONG),
                        is_ours: matches!(deed.by, By::Ours(_)),
                    });
                }
            }
        }
        all.sort_by_key(|link| link.at_ms);
        all
    }
}

/// The mails that a text names behind a word.
fn named<'a>(words: &'a str, behind: &'a str) -> impl Iterator<Item = &'a str> {
    let pieces = words.split(behind).skip(1);
    let is_of_a_name = |letter: char| letter.is_ascii_alphanumeric() || "@.+-_".contains(letter);
    pieces.map(move |piece| {
        let end = piece.find(|letter| !is_of_a_name(letter));
        &piece[..end.unwrap_or(piece.len())]
    })
}

/// The mails that a ticket's words link it to.
pub(super) fn named_in(words: &str) -> impl Iterator<Item = &str> {
    named(words, LINKED)
}

/// The same, and those that they part it from.
pub(in crate::checker) fn all_named_in(words: &str) -> impl Iterator<Item = &str> {
    named(words, LINKED).chain(named(words, PARTED))
}

impl Facts<'_> {
    pub(super) fn chains(&self) {
        let births: Vec<&Link> = self.links.iter().filter(|link| link.is_birth).collect();
        for (place, birth) in births.iter().enumerate() {
            let rival = births[..place].iter().find(|earlier| {
                let same = earlier.root == birth.root;
                let another = (earlier.side, earlier.ticket) != (birth.side, birth.ticket);
                same && another && !self.was_free(earlier, birth.at_ms)
            });
            if let Some(rival) = rival {
                let what = format!("{rival:?}, and then {birth:?}");
                self.broke(ONE_TICKET, what);
            }
        }
        self.told_once();
        self.linked_once();
    }

    fn told_once(&self) {
        let mut told = BTreeSet::new();
        let notes = self.links.iter();
        for note in notes.filter(|link| link.is_told && link.is_ours && !link.is_birth) {
            self.weather.count(Count::MailTold);
            if !told.insert((note.side, note.ticket, &note.name)) {
                self.broke(TOLD_ONCE, format!("again: {note:?}"));
            }
        }
    }

    /// A note of a link, or of its end, comes no oftener than somebody asked for it.
    fn linked_once(&self) {
        if self.server_restored || !self.phones_restored.is_empty() {
            return;
        }
        let mut notes: BTreeMap<(usize, i64, &str, bool), usize> = BTreeMap::new();
        let ours = self.links.iter().filter(|link| link.is_ours);
        for note in ours.filter(|link| !link.is_birth && !link.is_told && !link.is_along) {
            let note = (note.side, note.ticket, note.root.as_str(), note.linked);
            *notes.entry(note).or_default() += 1;
        }
        for ((side, ticket, root, linked), times) in notes {
            let source = &self.sides[side].source;
            let wishes = self.made.iter().filter(|made| {
                let wanted = match &made.change.body {
                    ChangeBody::Link(link) => link.linked == linked,
                    _ => false,
                };
                wanted && made.ticket().source == *source && made.number() == ticket
            });
            let wishes: Vec<&Made> = wishes.collect();
            let again = wishes
                .iter()
                .any(|made| made.waited.is_some() || made.has_insisted());
            // Each names the mails that the ticket knows of the chain: mostly one.
            if times > wishes.len() && !again && linked {
                let what = format!(
                    "{times} times: {source}#{ticket} and {root}, {} wishes",
                    wishes.len()
                );
                self.broke(LINKED_ONCE, what);
            }
        }
    }

    /// Whether mails were told on a ticket.
    pub(in crate::checker) fn is_told_on(&self, source: &str, ticket: i64) -> bool {
        let mut told = self.links.iter().filter(|link| link.is_told);
        told.any(|link| link.ticket == ticket && self.sides[link.side].source.0 == source)
    }

    /// Whether a note tells a mail of a conversation that is this ticket's.
    pub(in crate::checker) fn is_told(&self, side: &Side, ticket: i64, content: &str) -> bool {
        let is_its = |name: &str, link: &Link| {
            let here = self.sides[link.side].source == side.source && link.ticket == ticket;
            here && link.linked && link.name != name && self.chains.root(name) == Some(&link.root)
        };
        let mut names = named(content, LINKED);
        content.contains(TOLD) && names.any(|name| self.links.iter().any(|link| is_its(name, link)))
    }

    /// Whether a thread may have gone with its ticket into these boxes.
    pub(super) fn has_followed(&self, chronicle: &Mailed, deed: &Deed, to: &[MailBox]) -> bool {
        let places = [
            &[MailBox::Done][..],
            &[MailBox::InProgress],
            &[MailBox::Urgent, MailBox::InProgress],
        ];
        let fits = places.iter().any(|place| moment::same(to, place));
        let roots = chronicle.roots_of(&deed.thread);
        fits && roots
            .iter()
            .any(|root| self.has_moved_ticket(root, deed.at_ms))
    }

    /// Whether a thread has a ticket that ever moved.
    pub(super) fn follows_tickets(&self, chronicle: &Mailed, thread: &ThreadKey) -> bool {
        let roots = chronicle.roots_of(thread);
        roots
            .iter()
            .any(|root| self.has_moved_ticket(root, u64::MAX))
    }

    /// Whether the chain of a ticket was free again at a moment: the ticket was gone, or parted from it; or somebody wrote its
    /// description anew in a GLPI 9.2, which joins its lines then: it names no mail any more.
    fn was_free(&self, birth: &Link, at_ms: u64) -> bool {
        let joined = self.was_joined(birth, at_ms);
        let chronicle = self.sides[birth.side].chronicle();
        let gone = chronicle
            .of_ticket(birth.ticket)
            .any(|deed| deed.at_ms <= at_ms && matches!(deed.what, What::Purged | What::Trashed));
        let parted = self.links.iter().any(|link| {
            let its =
                (link.side, link.ticket, &link.root) == (birth.side, birth.ticket, &birth.root);
            its && !link.linked && link.at_ms <= at_ms
        });
        gone || parted || joined
    }

    /// Whether a ticket's description lost its lines by a moment.
    pub(super) fn was_joined(&self, birth: &Link, at_ms: u64) -> bool {
        let side = &self.sides[birth.side];
        let rewritten = |deed: &crate::chronicle::Deed| {
            let field =
                matches!(&deed.what, What::Fact { field, .. } if *field == Field::Description);
            field && matches!(deed.by, By::Person(_)) && (birth.at_ms..=at_ms).contains(&deed.at_ms)
        };
        let chronicle = side.chronicle();
        side.glpi.dialect().is_9_2() && chronicle.of_ticket(birth.ticket).any(rewritten)
    }

    /// The chains of the mail that a creation is made of.
    fn roots_of(&self, origin: &MailOrigin) -> BTreeSet<&str> {
        let known = origin
            .chain
            .iter()
            .filter_map(|name| self.chains.root(name));
        known.collect()
    }

    /// Whether a ticket ever named a mail of the chain that a creation is made of.
    pub(in crate::checker) fn is_twin(&self, made: &Made, source: &str, ticket: i64) -> bool {
        self.tickets_of(made)
            .any(|link| link.ticket == ticket && self.sides[link.side].source.0 == source)
    }

    /// The tickets of its own GLPI that the mail of a creation ever was.
    pub(in crate::checker) fn tickets_at_home<'a>(
        &'a self,
        made: &'a Made,
    ) -> impl Iterator<Item = i64> {
        let own = &made.ticket().source;
        let all = self.tickets_of(made);
        all.filter(move |link| self.sides[link.side].source == *own)
            .map(|link| link.ticket)
    }

    /// Whether the chain of a creation's mail ever was another GLPI's ticket.
    pub(in crate::checker) fn is_converted_elsewhere(&self, made: &Made) -> bool {
        let own = &made.ticket().source;
        self.tickets_of(made)
            .any(|link| self.sides[link.side].source != *own)
    }

    fn tickets_of<'a>(&'a self, made: &'a Made) -> impl Iterator<Item = &'a Link> {
        let origin = made
            .change
            .body
            .creation()
            .and_then(|create| create.origin.as_ref());
        let roots = origin.map_or_else(BTreeSet::new, |origin| self.roots_of(origin));
        let links = self.links.iter();
        links.filter(move |link| link.linked && roots.contains(link.root.as_str()))
    }

    /// Whether somebody asked for a note that links a mail to its ticket, or parts them.
    pub(in crate::checker) fn links_so(&self, made: &Made, content: &str) -> bool {
        let ChangeBody::Link(link) = &made.change.body else {
            return false;
        };
        let behind = if link.linked { LINKED } else { PARTED };
        let mut names = named(content, behind);
        names.any(|name| link.names.iter().any(|own| own == name))
    }

    /// Whether the mails of a chain may have followed a ticket that moved into these boxes.
    fn has_moved_ticket(&self, root: &str, at_ms: u64) -> bool {
        let links = self.links.iter();
        let mut links = links.filter(|link| link.root == root && link.at_ms <= at_ms);
        links.any(|link| {
            let chronicle = self.sides[link.side].chronicle();
            chronicle.of_ticket(link.ticket).any(|deed| {
                let moves = matches!(
                    deed.what,
                    What::Status { .. } | What::Fact { .. } | What::Restored
                );
                moves && deed.at_ms <= at_ms
            })
        })
    }
}
