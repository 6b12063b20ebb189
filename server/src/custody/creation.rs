//! A ticket that is to be created: looked for, written once, and from then on named by GLPI's number.

use tournee_core::changes::{ChangeBody, CreateTicket};
use tournee_core::domain::AccountState;
use tournee_core::ids::TicketId;
use tournee_core::wire::{ProblemKind, ReportState};

use super::chain::{Chain, Outcome, stopped};
use super::conversion::Claim;
use super::failing::said_by_glpi;
use super::giving_up::Run;
use super::intent;
use super::known::needs_you;
use super::landing::Came;
use super::made::unread;
use super::step::{Step, UNKNOWN_AT_MOST, settle};
use crate::app::Server;
use crate::glpi::{Mark, Standing, WriteError, Written};
use crate::links::LinkError;
use crate::mutation::Mutation;
use crate::store::Stored;
use crate::store::accounts::AccountRow;
use crate::store::chains::TicketChain;
use crate::store::changes::{self, Held, Phase};
use crate::store::creations;

/// One run of a chain whose ticket is not in GLPI yet, and whether there is more to do after it. Nothing but its
/// creation can be carried out.
pub(super) async fn run(
    server: &Server,
    key: &TicketChain,
    rows: Vec<Held>,
    account: AccountRow,
) -> Stored<(Outcome, bool)> {
    let withdrawn = rows.iter().filter(|row| row.withdraw).cloned();
    let withdrawn: Vec<Held> = withdrawn.collect();
    let mut creations = rows
        .into_iter()
        .filter(|row| row.change.body.creation().is_some())
        .peekable();
    if creations.peek().is_none() {
        let mut tx = server.store.write().await?;
        creations::take_back_rest(&mut tx, key, server.clock.now()).await?;
        tx.commit().await?;
        return Ok((Outcome::Done, false));
    }
    let creations: Vec<Held> = creations.collect();
    // Typed anew, however often: the old text may be there.
    let is_asked = creations.iter().any(|row| row.report.is_unsettled());
    let ready = |row: &Held| row.phase != Phase::NeedsYou && (row.withdraw || !is_asked);
    let Some(row) = creations.into_iter().find(ready) else {
        // Their ticket waits for him, and is not looked for: nothing was sent to it.
        let (now, mut tx) = (server.clock.now(), server.store.write().await?);
        for row in &withdrawn {
            if intent::stands(&mut tx, row).await? {
                changes::settle(&mut tx, row, &ReportState::Withdrawn, now).await?;
            }
        }
        tx.commit().await?;
        return Ok((Outcome::Held, false));
    };
    let this = Run::begin(server, key.technician, std::slice::from_ref(&row)).await?;
    let outcome = match Chain::open(server, key, account).await {
        Ok(mut chain) => {
            chain.gives_up = this.gives_up(server, &row);
            match chain.create(row).await {
                Ok(outcome) => outcome,
                Err(error) => {
                    this.failed(server, said_by_glpi(&error));
                    stopped(server, key, error)?
                }
            }
        }
        Err(error) => stopped(server, key, error)?,
    };
    this.end(server, &key.key(), outcome).await?;
    Ok((outcome, outcome == Outcome::Done))
}

impl Chain<'_> {
    /// ## Control flow
    /// 1. One that may have landed is looked for by its mark, also in the trash; then by the number that GLPI gave it, where
    ///    its maker can't find it.
    /// 2. Found: it landed. Not found, but sent so lately that GLPI may still be at it: later. Not found, and GLPI has given
    ///    numbers since whose tickets it keeps from him: his may be one of those, so he is asked.
    /// 3. One that names a place or a category which is gone is refused: GLPI would take it in silence.
    /// 4. One that is to be made of a mail which is a ticket already becomes that one.
    /// 5. Intent to disk, one write, one look at what came of it.
    async fn create(mut self, row: Held) -> Result<Outcome, LinkError> {
        let found = match self.look_for(&row).await {
            Ok(found) => found,
            Err(error) => {
                self.say_whether_reachable(&error).await?;
                return Err(error);
            }
        };
        self.server
            .set_state(self.account.id, AccountState::Active)
            .await?;
        if let Some(id) = found {
            let written = Written {
                id: Some(id.0),
                ..Written::default()
            };
            return match self.read_created(&row, written).await {
                // It is there; that it can't be read now is no other try of writing it.
                Came::Unknown { .. } if self.gives_up => self.put_on_record(&row, unread(id)).await,
                Came::Unknown { said, .. } => Ok(self.met_error(&row, &said)),
                came => self.put_on_record(&row, came).await,
            };
        }
        if let Some(id) = answered(&row) {
            let written = Written {
                id: Some(id),
                ..Written::default()
            };
            return match self.read_written(&row, written).await {
                Came::Unknown { said, .. } => Ok(self.met_error(&row, &said)),
                came => self.put_on_record(&row, came).await,
            };
        }
        if let Some(wait) = self.may_still_land(&row) {
            let at_least = Some(wait);
            return Ok(Outcome::Later { at_least });
        }
        let may_be_there = self.may_be_out_of_sight(&row).await?;
        if row.withdraw && !may_be_there {
            return self
                .put_on_record(&row, Came::Settled(ReportState::Withdrawn))
                .await;
        }
        if may_be_there || row.evidence.tries.len() >= UNKNOWN_AT_MOST {
            let problem = self.unsettled(&row);
            let came = Came::Settled(ReportState::NeedsYou { problem });
            return self.put_on_record(&row, came).await;
        }
        if self.standing(&row.change.body).await? == Standing::Gone {
            let came = Came::Settled(needs_you(ProblemKind::PlaceGone));
            return self.put_on_record(&row, came).await;
        }
        match self.claim(row.clone()).await? {
            // Taken back while this run looked.
            Claim::Granted(row) if row.withdraw => {
                self.put_on_record(&row, Came::Settled(ReportState::Withdrawn))
                    .await
            }
            Claim::Granted(row) => self.write_ticket(*row).await,
            refused => self.refuse_twin(&row, refused).await,
        }
    }

    /// What it needs came to nothing: a while later, perhaps.
    pub(super) fn met_error(&self, row: &Held, said: &str) -> Outcome {
        self.server.custody.failing.note(row.num, said);
        Outcome::Later { at_least: None }
    }

    async fn write_ticket(mut self, row: Held) -> Result<Outcome, LinkError> {
        let ChangeBody::Create(create) = &row.change.body else {
            return Ok(Outcome::Done);
        };
        let mut answer = self.post(&row, create).await;
        if answer == Err(WriteError::SessionExpired) {
            self.session = match self.server.renewed(&self.account, &self.session).await {
                Ok(session) => session,
                Err(error) => {
                    self.put_on_record(&row, Came::PutBack).await?;
                    return Err(error);
                }
            };
            answer = self.post(&row, create).await;
        }
        let unknown = matches!(answer, Err(WriteError::Unknown { .. }));
        if unknown && self.server.mutated(Mutation::RetryUnknown) {
            answer = self.post(&row, create).await;
        }
        let mut at_least = None;
        let came = match settle(answer) {
            Step::Written {
                id,
                notices,
                message,
            } => {
                let written = Written {
                    id,
                    notices,
                    message,
                };
                self.read_written(&row, written).await
            }
            Step::Problem(problem) => Came::Settled(ReportState::NeedsYou { problem: *problem }),
            Step::NotNow { wait } => {
                at_least = wait;
                Came::PutBack
            }
            Step::Unknown { said } => Came::Unknown {
                said,
                answered: None,
            },
            // `settle` of a write has no other outcome.
            other => Came::Unknown {
                said: format!("{other:?}"),
                answered: None,
            },
        };
        match self.put_on_record(&row, came).await? {
            Outcome::Later { .. } => Ok(Outcome::Later { at_least }),
            outcome => Ok(outcome),
        }
    }

    async fn post(&self, row: &Held, create: &CreateTicket) -> Result<Written, WriteError> {
        tracing::info!(source = %self.key.ticket.source, change = %row.change.id, "creating a ticket");
        self.server.custody.sent.note(row.num);
        let mark = Mark::new(row.change.id);
        self.client.add_ticket(&self.session, create, &mark).await
    }

    async fn look_for(&mut self, row: &Held) -> Result<Option<TicketId>, LinkError> {
        let blind = self.server.mutated(Mutation::NoMarkerProbe)
            || self.server.mutated(Mutation::CreationUnprobed);
        if !self.may_have_landed(row) || blind {
            return Ok(None);
        }
        let mark = Mark::new(row.change.id);
        let mark = &mark;
        self.ask(|client, session| async move { client.find_created(&session, mark).await })
            .await
    }

    /// Whether one that may be there, and is not found, may be one of those that GLPI keeps from its maker: a rule of theirs
    /// may have moved it at its birth.
    async fn may_be_out_of_sight(&mut self, row: &Held) -> Result<bool, LinkError> {
        let was_tried = row.withdraw && row.may_be_sent();
        if !(row.phase == Phase::Intended || row.of_before || was_tried) {
            return Ok(false);
        }
        let since = row.begun_after();
        self.ask(|client, session| async move { client.may_hide_one(&session, since).await })
            .await
    }
}

/// What GLPI called it, where it could not be read back at once.
fn answered(row: &Held) -> Option<u64> {
    let number = row.draft.as_ref().filter(|_| row.phase == Phase::Intended);
    number.and_then(|number| number.parse().ok())
}
