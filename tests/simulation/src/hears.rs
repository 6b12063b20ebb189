//! What a phone hears of its changes: counted, and held to what GLPI has at that moment.

use tournee_core::changes::{ChangeBody, Fact};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::{Queued, State};
use tournee_core::wire::{Notice, Problem, ProblemKind};

use crate::chronicle::Snag;
use crate::counters::Count;
use crate::hand::Hand;
use crate::ledger::short;
use crate::moment::What;

const IN_GLPI: &str = "three ticks mean: in GLPI";

impl Hand {
    /// What has become of a change, if that is news.
    pub(crate) fn note(&mut self, before: &Queued) {
        let id = before.change.id;
        let Some(now) = self.phone.outbox().get(id).cloned() else {
            return;
        };
        if now.state == before.state {
            return;
        }
        self.say(format_args!(
            "learns of {}: {:?}",
            short(id),
            brief(&now.state)
        ));
        let weather = self.world.weather.clone();
        self.count_creation(&now);
        match &now.state {
            State::Delivered { notices, .. } => {
                weather.count(Count::Delivered);
                match now.change.body {
                    ChangeBody::Fact(ref fact) => {
                        weather.count(match fact.to {
                            Fact::Description(_) => Count::DescriptionDelivered,
                            _ => Count::FactDelivered,
                        });
                    }
                    ChangeBody::Seat(_) => weather.count(Count::SeatDelivered),
                    ChangeBody::Asset(_) => weather.count(Count::AssetDelivered),
                    ChangeBody::Task(_) => weather.count(Count::TaskDelivered),
                    ChangeBody::TaskFact(_) => weather.count(Count::TaskFactDelivered),
                    ChangeBody::Link(_) => weather.count(Count::LinkDelivered),
                    ChangeBody::Attach(_) => weather.count(self.file_came(&now)),
                    ChangeBody::MailFile(_) => weather.count(Count::MailFileDelivered),
                    ChangeBody::TicketFile(_) => weather.count(Count::TicketFileDelivered),
                    ChangeBody::Carry(_) => weather.count(Count::CarryDelivered),
                    _ => {}
                }
                if let Some(thread) = now.change.target.thread() {
                    self.hold_to_gmail(&now, thread);
                }
                if !notices.is_empty() {
                    weather.count(Count::DeliveredAltered);
                }
                if let Some(count) = self.way_out(id) {
                    weather.count(count);
                }
                self.hold_to_it(&now);
            }
            State::Withdrawn { .. } => weather.count(Count::Withdrawn),
            State::NeedsYou { problem } => {
                if let Some(count) = exit(problem) {
                    weather.count(count);
                }
                match (problem.kind, &now.change.body) {
                    (ProblemKind::Conflict, ChangeBody::Fact(_)) => {
                        weather.count(Count::FactConflict);
                    }
                    (ProblemKind::Conflict, ChangeBody::TaskFact(_)) => {
                        weather.count(Count::TaskConflict);
                    }
                    (ProblemKind::Conflict, ChangeBody::Classify(_)) => {
                        weather.count(Count::SortConflict);
                    }
                    _ => {}
                }
                let name = (self.device(), id);
                if let Some(made) = self.world.ledger.open().get_mut(name) {
                    made.waited = Some(problem.kind);
                    made.unsettled |= problem.kind == ProblemKind::Unsettled;
                    made.unread |= is_unread(problem);
                }
            }
            State::Phone | State::Server => {}
        }
    }

    /// What has become of a new ticket.
    fn count_creation(&self, now: &Queued) {
        if now.change.body.creation().is_none() {
            return;
        }
        let pages = self.world.ledger.open();
        let made = pages.get((self.device(), now.change.id));
        let token = made.and_then(|made| made.token.clone());
        drop(pages);
        let side = now.change.ticket().and_then(|key| self.side(&key.source));
        let unheard = || {
            let (side, token) = (side?, token?);
            Some(side.chronicle().births.was_unheard(&token))
        };
        let count = match &now.state {
            State::Delivered { notices, .. } => {
                self.world.weather.count(Count::CreationDelivered);
                let origin = now.change.body.creation();
                if origin.is_some_and(|create| create.origin.is_some()) {
                    let twin = notices.contains(&Notice::MailConverted);
                    self.world.weather.count(match twin {
                        true => Count::ConversionTwin,
                        false => Count::ConversionDelivered,
                    });
                }
                match unheard() {
                    Some(true) => Count::CreationFoundAgain,
                    _ => return,
                }
            }
            State::Withdrawn { .. } => Count::CreationWithdrawn,
            State::NeedsYou { problem } if problem.kind == ProblemKind::Refused => {
                Count::CreationRefused
            }
            _ => return,
        };
        self.world.weather.count(count);
    }

    /// How a change that waited came to be delivered.
    fn way_out(&self, id: ChangeId) -> Option<Count> {
        let pages = self.world.ledger.open();
        let made = pages.get((self.device(), id))?;
        match (made.has_insisted(), made.waited) {
            (true, _) => Some(Count::Insisted),
            (false, Some(_)) => Some(Count::Retried),
            (false, None) => None,
        }
    }

    /// Three ticks are a promise: the words are in GLPI at this moment.
    fn hold_to_it(&self, queued: &Queued) {
        let pages = self.world.ledger.open();
        let Some(made) = pages.get((self.device(), queued.change.id)) else {
            return;
        };
        let made = made.clone();
        drop(pages);
        let (token, text) = (made.token.clone(), made.to_string());
        let Some(key) = queued.change.ticket() else {
            return;
        };
        let Some(side) = self.side(&key.source) else {
            return;
        };
        let Some(token) = token else {
            let (ticket, user) = (number(key), side.user(made.technician));
            let chronicle = side.chronicle();
            let took_effect = chronicle.took_effect(&made, ticket, user);
            // One that was swallowed is given up for his own next one of the same field.
            let fits = took_effect || chronicle.had(ticket, Snag::NoEffect) || key.id.is_local();
            drop(chronicle);
            if !fits {
                self.world.ledger.broke(IN_GLPI, text);
            }
            return;
        };
        let there = side.chronicle().deeds.iter().any(|deed| {
            // A copy of the phone may not know its ticket's number yet.
            let on_it = key.id.is_local() || deed.ticket == number(key);
            let words = match &deed.what {
                What::Created(moment) => moment.words.as_str(),
                What::Followup { content, .. } | What::Solution { content } => content.as_str(),
                What::Task { is, .. } => is.text(),
                What::Document { is, .. } => is.name.as_str(),
                _ => return false,
            };
            on_it && words.contains(&token)
        });
        if !there && !self.is_of_its_mail(queued, side, key) {
            self.world.ledger.broke(IN_GLPI, text);
        }
    }
}

fn number(key: &TicketKey) -> i64 {
    i64::try_from(key.id.0).unwrap_or_default()
}

pub(crate) fn brief(state: &State) -> String {
    match state {
        State::NeedsYou { problem } => {
            let theirs = problem.conflict.as_ref().map(|conflict| &conflict.theirs);
            format!("NeedsYou {:?} {theirs:?}", problem.kind)
        }
        State::Delivered { notices, .. } => format!("Delivered {notices:?}"),
        other => format!("{other:?}"),
    }
}

fn is_unread(problem: &Problem) -> bool {
    let evidence = problem.evidence.as_ref();
    evidence.is_some_and(|evidence| evidence.unread.is_some())
}

fn exit(problem: &Problem) -> Option<Count> {
    Some(match problem.kind {
        ProblemKind::Conflict => Count::Conflict,
        ProblemKind::Refused => Count::Refused,
        ProblemKind::TicketClosed => Count::TicketClosed,
        ProblemKind::TicketTrashed => Count::TicketTrashed,
        ProblemKind::TicketGone => Count::TicketGone,
        ProblemKind::NoEffect => Count::NoEffect,
        ProblemKind::AlreadySent => Count::AlreadySent,
        ProblemKind::Unsettled if is_unread(problem) => Count::UnsettledUnread,
        ProblemKind::Unsettled => Count::Unsettled,
        ProblemKind::Unreadable => Count::Unreadable,
        ProblemKind::TaskGone => Count::TaskGone,
        ProblemKind::ThreadGone => Count::ThreadGone,
        ProblemKind::MailConverted => Count::ConvertedElsewhere,
        ProblemKind::Carried => Count::CarriedBefore,
        ProblemKind::OldClosed => Count::OldClosed,
        ProblemKind::FileTooLarge => Count::FileTooLarge,
        ProblemKind::FileMissing => Count::FileMissing,
        _ => return None,
    })
}
