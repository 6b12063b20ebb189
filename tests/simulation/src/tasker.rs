//! The tasks of a technician: he adds them, ticks them done and corrects them, also before they are in GLPI.

use tournee_core::changes::{AddTask, ChangeBody, SetTask, TaskFact, TaskKey, TaskTime};
use tournee_core::domain::{Actor, Entry, TaskState, Ticket};
use tournee_core::time::{Instant, Seconds};

use crate::hand::Hand;

const MINUTE: u64 = 60;
const STATES: [TaskState; 3] = [TaskState::Information, TaskState::Todo, TaskState::Done];

impl Hand {
    /// Another task, or one of those that the screen shows, corrected: mostly one that he has just typed.
    pub(crate) fn tasking(&mut self, ticket: &Ticket) -> Option<(ChangeBody, Option<String>)> {
        let entries = ticket.timeline.iter().flatten();
        let tasks: Vec<&Entry> = entries
            .filter(|entry| TaskKey::of(entry).is_some())
            .collect();
        let unsent: Vec<&Entry> = tasks.iter().copied().filter(|task| task.id == 0).collect();
        let among = match !unsent.is_empty() && self.dice.hit(0.6) {
            true => unsent,
            false => tasks,
        };
        if among.is_empty() || self.dice.hit(0.35) {
            return self.task(ticket);
        }
        let task = *self.dice.pick(&among)?;
        let set = SetTask::on(task, self.task_fact()?)?;
        // What stands there already is no correction.
        (!set.from.is_same(&set.to)).then(|| (ChangeBody::TaskFact(Box::new(set)), None))
    }

    /// A task.
    fn task(&mut self, ticket: &Ticket) -> Option<(ChangeBody, Option<String>)> {
        let account = self.phone.account(&ticket.key.source)?.clone();
        let (content, token) = self.words();
        let time = match self.dice.hit(0.3) {
            true => {
                let (from, to) = self.plan();
                TaskTime::Planned { from, to }
            }
            false => TaskTime::Spent(self.length()),
        };
        let me = Actor::User {
            id: account.user,
            name: account.name,
        };
        let task = AddTask {
            content,
            private: self.dice.hit(0.2),
            state: *self.dice.pick(&STATES)?,
            time,
            technician: self.dice.hit(0.8).then_some(me),
        };
        Some((ChangeBody::Task(Box::new(task)), Some(token)))
    }

    fn task_fact(&mut self) -> Option<TaskFact> {
        Some(match self.dice.between(0, 9) {
            0..=4 => TaskFact::State(*self.dice.pick(&STATES)?),
            5..=6 => TaskFact::Length(self.length()),
            7 => TaskFact::Plan(Some(self.plan())),
            _ => TaskFact::Text(self.words().0),
        })
    }

    fn length(&mut self) -> Seconds {
        let minutes = self.dice.between(0, 12) * 5;
        Seconds((minutes * MINUTE).cast_signed())
    }

    /// Some half hours of the next days.
    fn plan(&mut self) -> (Instant, Instant) {
        let half = 30 * MINUTE;
        let now = self.world.weather.clock.instant().0.unsigned_abs();
        let from = (now / half + self.dice.between(1, 96)) * half;
        let to = from + self.dice.between(1, 6) * half;
        (Instant(from.cast_signed()), Instant(to.cast_signed()))
    }
}
