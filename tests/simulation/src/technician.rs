//! What a technician does all day: edits, wishes, walks in and out of the network, drops his phone.

use std::time::Duration;

use tournee_core::changes::{AddFollowup, AddSolution, AddTask, ChangeBody, SetStatus, Take};
use tournee_core::domain::{AccountState, Status, Ticket};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::Queued;
use tournee_core::phone::Phone;
use tournee_core::wire::{ProblemKind, Wish};

use crate::counters::Count;
use crate::hand::{Failed, Hand};
use crate::people::BUSY;

/// What GLPIs do with letters is their business; that they arrive once is ours.
const TAILS: [&str; 6] = [
    "",
    " Câble <A4> & C:\\new",
    "\nDeuxième ligne.",
    " \u{1F525}",
    " l'imprimante \"n°2\"",
    " <b>gras</b>",
];

impl Hand {
    /// Lives until the storm is over.
    pub async fn live(mut self) -> Self {
        let weather = self.world.weather.clone();
        let mut offline_until = 0;
        while weather.storms() {
            let pause = self.dice.seconds(2, 25);
            tokio::time::sleep(pause).await;
            if !weather.storms() {
                break;
            }
            self.act();
            self.care_for_mails();
            self.care_for_files();
            self.care_for_carrying();
            self.care_for_backup();
            let now = weather.clock.elapsed_ms();
            if self.strikes(weather.storm.air.offline, Count::PhoneOffline) {
                offline_until = now + self.dice.between(20_000, 150_000);
            }
            if now >= offline_until {
                self.talk().await;
            }
        }
        self
    }

    async fn talk(&mut self) {
        self.open_second_tab();
        let pull = self.dice.hit(0.2);
        // What went wrong is in the trace; the next time comes soon.
        let _ = self.exchange_all(pull).await;
        self.sign_in_if_asked().await;
    }

    async fn sign_in_if_asked(&mut self) {
        if self.has_to_sign_in() {
            self.sign_in_where_needed().await;
        }
        if self.cookie.is_some() && self.has_to_connect() {
            self.connect_where_needed().await;
        }
    }

    /// Whether the server can't work in his name somewhere, as the phone was last told.
    pub fn has_to_sign_in(&self) -> bool {
        let states = &self.phone.meta().sources;
        let asked = states
            .iter()
            .any(|state| state.account.state == AccountState::NeedsSignIn);
        self.cookie.is_none() || states.len() < self.world.sides.len() || asked
    }

    fn act(&mut self) {
        match self.dice.between(0, 99) {
            0..=64 => {
                for _ in 0..self.dice.between(1, 3) {
                    self.edit_something();
                }
            }
            65..=84 if !self.world.weather.storm.twins => self.wish_something(),
            85..=89 => {
                let keys: Vec<TicketKey> = self
                    .phone
                    .rows()
                    .iter()
                    .map(|row| row.key.clone())
                    .collect();
                let mut next = self.phone.clone();
                let batch = next.look(keys);
                if !batch.is_empty() {
                    let _ = self.commit(next, batch, false);
                }
            }
            // Two creations of one id would be one ticket: their local number and their mark are drawn from it.
            90..=95 if !self.world.weather.storm.twins => self.make_ticket(),
            _ => {}
        }
    }

    /// Draws a ticket that the list shows: one of his own making, or mostly a busy one.
    pub(crate) fn some_ticket(&mut self) -> Option<TicketKey> {
        if let Some(own) = self.own_ticket() {
            return Some(own);
        }
        let rows = self.phone.rows().iter().map(|row| row.key.clone());
        // Two changes of one id on one ticket leave one mark: no GLPI could tell them apart.
        let apart = self.world.weather.storm.twins;
        let turn = u64::try_from(self.index % 2).unwrap_or_default();
        let keys: Vec<TicketKey> = rows.filter(|key| !apart || key.id.0 % 2 == turn).collect();
        let busy: Vec<TicketKey> = keys
            .iter()
            .filter(|key| key.id.0 <= BUSY.unsigned_abs())
            .cloned()
            .collect();
        let among = match !busy.is_empty() && self.dice.hit(0.75) {
            true => busy,
            false => keys,
        };
        self.dice.pick(&among).cloned()
    }

    fn edit_something(&mut self) {
        if let Some(key) = self.some_ticket() {
            self.edit_ticket(&key);
        }
    }

    /// Does something to a ticket as the screen shows it.
    pub(crate) fn edit_ticket(&mut self, key: &TicketKey) {
        let shown = self.phone.resolve(key);
        let Some(ticket) = self.shown(&shown) else {
            return;
        };
        let Some((body, token)) = self.some_body(&ticket) else {
            return;
        };
        let made = self.edit(key, body, token, None);
        if made.is_ok() && key.id.is_local() {
            self.world.weather.count(match shown.id.is_local() {
                true => Count::EditOfNew,
                false => Count::EditByOldNumber,
            });
        }
    }

    fn some_body(&mut self, ticket: &Ticket) -> Option<(ChangeBody, Option<String>)> {
        let account = self.phone.account(&ticket.key.source)?.clone();
        let mine = ticket
            .assignees
            .iter()
            .any(|a| a.user() == Some(account.user));
        let closed = ticket.status == Status::Closed;
        match self.dice.between(0, 119) {
            0..=34 if !closed => Some(self.followup()),
            35..=47 if !closed && !mine => {
                let take = Take {
                    user: account.user,
                    name: account.name,
                    before: ticket.assignees.iter().filter_map(|a| a.user()).collect(),
                };
                Some((ChangeBody::Take(take), None))
            }
            48..=54 if ticket.status.is_open() => {
                let (content, token) = self.words();
                let solution = AddSolution {
                    content,
                    solution_type: None,
                };
                Some((ChangeBody::Solution(solution), Some(token)))
            }
            55..=69 if !closed => Some((self.correction(ticket)?, None)),
            70..=79 if !closed => Some((self.seating(ticket)?, None)),
            80..=99 => {
                let to = *self.dice.pick(ticket.status.moves())?;
                let from = ticket.status;
                Some((ChangeBody::Status(SetStatus { from, to }), None))
            }
            100..=119 if !closed => self.tasking(ticket),
            _ => None,
        }
    }

    pub(crate) fn followup(&mut self) -> (ChangeBody, Option<String>) {
        let (content, token) = self.words();
        let private = self.dice.hit(0.2);
        let followup = AddFollowup { content, private };
        (ChangeBody::Followup(followup), Some(token))
    }

    /// Words that nobody else says.
    pub(crate) fn words(&mut self) -> (String, String) {
        self.worded += 1;
        let token = format!("mot{}x{}x", self.index, self.worded);
        let tail = self.dice.pick(&TAILS).copied().unwrap_or_default();
        (format!("Passage {token}.{tail}"), token)
    }

    fn wish_something(&mut self) {
        let unsettled: Vec<Queued> = self
            .phone
            .outbox()
            .iter()
            .filter(|queued| queued.is_unsettled() && queued.change.device == self.device())
            .cloned()
            .collect();
        let Some(queued) = self.dice.pick(&unsettled).cloned() else {
            return;
        };
        if self.dice.hit(0.3) {
            let _ = self.replace(&queued);
            return;
        }
        let all = [Wish::Retry, Wish::Withdraw, Wish::Insist];
        let offered = match is_refused_for_good(&queued) {
            true => &all[..2],
            false => &all[..],
        };
        let wish = match queued.needs_you() {
            true => *self.dice.pick(offered).unwrap_or(&Wish::Retry),
            false => Wish::Withdraw,
        };
        let _ = self.wish(queued.change.id, wish);
    }

    /// Another text in place of one that is not settled.
    fn replace(&mut self, old: &Queued) -> Result<ChangeId, Failed> {
        let (body, token) = match &old.change.body {
            ChangeBody::Followup(_) => self.followup(),
            ChangeBody::Solution(_) => {
                let (content, token) = self.words();
                let solution = AddSolution {
                    content,
                    solution_type: None,
                };
                (ChangeBody::Solution(solution), Some(token))
            }
            ChangeBody::Create(_) => return self.remake(old),
            ChangeBody::Reply(reply) => return self.reword(old, reply),
            ChangeBody::Task(task) => {
                let (content, token) = self.words();
                let task = AddTask {
                    content,
                    ..(**task).clone()
                };
                (ChangeBody::Task(Box::new(task)), Some(token))
            }
            ChangeBody::Take(_)
            | ChangeBody::Status(_)
            | ChangeBody::Fact(_)
            | ChangeBody::Seat(_)
            | ChangeBody::Asset(_)
            | ChangeBody::Attach(_)
            | ChangeBody::MailFile(_)
            | ChangeBody::TicketFile(_)
            | ChangeBody::Carry(_)
            | ChangeBody::TaskFact(_)
            | ChangeBody::Classify(_)
            | ChangeBody::Link(_) => return Err(Failed::Invalid),
        };
        let ticket = old.change.ticket().ok_or(Failed::Invalid)?.clone();
        self.edit(&ticket, body, token, Some(old.change.id))
    }

    /// Settles what waits, one tap each. Answers how many taps that were.
    pub fn tap(&mut self) -> usize {
        if self.world.weather.storm.twins {
            return 0;
        }
        let waiting: Vec<Queued> = self
            .phone
            .outbox()
            .iter()
            .filter(|queued| queued.needs_you())
            .cloned()
            .collect();
        for queued in &waiting {
            let wish = match &queued.state {
                tournee_core::outbox::State::NeedsYou { problem } => match problem.kind {
                    ProblemKind::TicketClosed if is_refused_for_good(queued) => Wish::Withdraw,
                    ProblemKind::Conflict
                    | ProblemKind::AlreadySent
                    | ProblemKind::TicketClosed
                    | ProblemKind::OldClosed => self
                        .dice
                        .pick(&[Wish::Insist, Wish::Withdraw])
                        .copied()
                        .unwrap_or(Wish::Insist),
                    ProblemKind::Refused
                    | ProblemKind::NoEffect
                    | ProblemKind::Unreadable
                    | ProblemKind::Unsettled => Wish::Retry,
                    _ => Wish::Withdraw,
                },
                _ => Wish::Withdraw,
            };
            let _ = self.wish(queued.change.id, wish);
        }
        waiting.len()
    }

    fn open_second_tab(&mut self) {
        let chance = self.world.weather.storm.pockets.tabs;
        if !self.phone.has_something_to_say() || !self.strikes(chance, Count::SecondTab) {
            return;
        }
        let Ok(tab) = Phone::load(&self.pocket.stored(), self.phone.device()) else {
            return;
        };
        let post = self.post_of(&tab.request(false));
        let wait = self.dice.millis(0, 200);
        self.world.air.deliver_later(post, wait);
    }

    fn care_for_backup(&mut self) {
        let chance = self.world.weather.storm.pockets.restored;
        if chance == 0.0 {
            return;
        }
        if self.backup.is_none() || self.dice.hit(0.05) {
            self.backup = Some(self.pocket.clone());
        } else if self.strikes(chance, Count::PhoneRestored)
            && let Some(backup) = self.backup.clone()
        {
            self.pocket = backup;
            self.reload();
            self.world.ledger.open().phones_restored.push(self.index);
        }
    }

    /// Waits, and talks to the server.
    pub async fn visit(&mut self, wait: Duration, pull: bool) {
        tokio::time::sleep(wait).await;
        // What went wrong is in the trace; the next visit comes.
        let _ = self.exchange_all(pull).await;
        self.sign_in_if_asked().await;
    }
}

/// What the app offers no insisting on.
fn is_refused_for_good(queued: &Queued) -> bool {
    let waits = match &queued.state {
        tournee_core::outbox::State::NeedsYou { problem } => problem.kind,
        _ => return false,
    };
    waits == ProblemKind::TicketClosed && queued.change.body.waits_for_reopening()
}
