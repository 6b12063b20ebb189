//! `POST /api/sync`: the one exchange, both ways.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::extract::State;
use axum::http::HeaderMap;
use axum_extra::extract::CookieJar;
use tokio::time::Instant;
use tournee_core::changes::Change;
use tournee_core::domain::{Account, AccountState, Goals};
use tournee_core::ids::{ChangeId, Cursor};
use tournee_core::time::Seconds;
use tournee_core::wire::{
    ApiError, ErrorCode, PROTOCOL, SourceRead, SourceState, SyncRequest, SyncResponse,
};

use super::body::Body;
use super::devices::device_name;
use super::errors::{Answer, Failure};
use super::who::{Anyone, Who, cookie};
use crate::app::{Server, Shared};
use crate::custody::held_back;
use crate::custody::intake::Taken;
use crate::custody::{CLOCKS_DIFFER, before};
use crate::glpi::SourceConfig;
use crate::mutation::Mutation;
use crate::rules::entrusted;
use crate::store::accounts::{self, AccountRow};
use crate::store::feed::{self, Page, Reached};
use crate::store::technicians::{self, FeedState};
use crate::store::{Stored, TechnicianId, lives, sessions};

/// Takes what the phone says into custody, and tells what moved.
#[utoipa::path(post, path = "/api/sync", tag = "sync", request_body = SyncRequest, responses(
    (status = 200, body = SyncResponse),
    (status = 400, body = ApiError, description = "`bad_request`"),
    (status = 401, body = ApiError, description = "`not_signed_in`"),
    (status = 409, body = ApiError, description = "`protocol_mismatch`"),
    (status = 413, body = ApiError, description = "`too_large`"),
    (status = 507, body = ApiError, description = "`no_room`")))]
pub async fn sync(
    State(server): State<Server>,
    Anyone { who, revoked }: Anyone,
    headers: HeaderMap,
    jar: CookieJar,
    Body(request): Body<SyncRequest>,
) -> Answer<(CookieJar, axum::Json<SyncResponse>)> {
    let heard = Some(server.clock.now());
    if request.protocol != PROTOCOL {
        return Err(Failure::new(ErrorCode::ProtocolMismatch));
    }
    if revoked {
        return Ok((
            jar,
            axum::Json(server.hear_out(who.technician, request).await?),
        ));
    }
    let position = request.cursor.as_ref().map(position).transpose()?;
    // Before anything is read or written: the feed must not catch up with a cursor that it never gave.
    let after = server.recognise(who.technician, &request, position).await?;
    let mails = match request.mails {
        true => {
            let patience = match request.changes.is_empty() {
                true => server.config.refresh.patience,
                false => std::time::Duration::ZERO,
            };
            server
                .mails_for(who.technician, request.pull, patience)
                .await?
        }
        false => Vec::new(),
    };
    server.see(&who, &request, &headers).await?;
    // A phone of another epoch offers all of it again: what it made last must not come before what is forgotten here.
    let taken = match server.is_void(who.technician, &request).await? {
        true => Taken {
            received: Vec::new(),
            moved: true,
        },
        false => server.take_in(who.technician, &request).await?,
    };
    server
        .read_for(who.technician, &request, taken.moved)
        .await?;
    let jar = match who.worth_touching {
        true => jar.add(cookie(&who.token, server.config.is_https())),
        false => jar,
    };
    let told = server.tell(who.technician, &request, after).await?;
    Ok((
        jar,
        axum::Json(SyncResponse {
            protocol: PROTOCOL,
            epoch: told.state.epoch,
            now: server.clock.now(),
            heard,
            received: taken.received,
            sources: told.sources,
            reads: told.reads,
            items: told.page.items,
            mailboxes: mails,
            held: told.held,
            entrusted: told.entrusted,
            cursor: cursor(told.page.last, &server.life().name),
            // What was just handed over is being carried out: the next exchange waits for it a moment.
            more: told.page.more || taken.moved,
            revoked: false,
        }),
    ))
}

/// A place in the feed, and the life of the server that named it.
struct Position {
    seq: i64,
    life: String,
    mails: Option<i64>,
}

/// `place.life`, and behind it the place in the mails for a phone that takes them in.
fn cursor(reached: Reached, life: &str) -> Cursor {
    let mails = reached.mails.map(|mails| format!(".{mails}"));
    Cursor(format!(
        "{}.{life}{}",
        reached.seq,
        mails.unwrap_or_default()
    ))
}

fn position(cursor: &Cursor) -> Answer<Position> {
    let mut parts = cursor.0.split('.');
    let seq = parts.next().and_then(|seq| seq.parse().ok());
    let life = parts.next().map(str::to_owned);
    let mails = parts.next().map(|mails| mails.parse::<i64>());
    match (seq, life, mails.transpose()) {
        (Some(seq), Some(life), Ok(mails)) if seq >= 0 && mails.is_none_or(|mails| mails >= 0) => {
            Ok(Position { seq, life, mails })
        }
        _ => Err(Failure::bad_request("not a cursor of this server")),
    }
}

struct Told {
    state: FeedState,
    sources: Vec<SourceState>,
    reads: Vec<SourceRead>,
    held: Vec<ChangeId>,
    entrusted: Vec<Change>,
    page: Page,
}

impl Shared {
    /// Where the phone stands. If this database never said so, it is an older one than the phone knew: a new epoch.
    async fn recognise(
        &self,
        who: TechnicianId,
        request: &SyncRequest,
        position: Option<Position>,
    ) -> Stored<Reached> {
        self.wake().await?;
        let mails = position.as_ref().and_then(|position| position.mails);
        let reached = |seq| Reached {
            seq,
            mails: request.mails.then(|| mails.unwrap_or(0)),
        };
        let Some(position) = position else {
            return Ok(reached(0));
        };
        let known = {
            let mut db = self.store.read().await?;
            let state = technicians::feed_state(&mut db, who).await?;
            // Of another epoch it is void anyway.
            request.epoch.as_ref() != Some(&state.epoch)
                || lives::gave(&mut db, who, position.seq, &position.life).await?
        };
        if !known {
            tracing::warn!(
                technician = who.0,
                "a phone knows more than this database: it starts over"
            );
            let mut tx = self.store.write().await?;
            match lives::is_forgotten(&self.life().name, &position.life) {
                true => technicians::start_over(&mut tx, &self.chance, who).await?,
                false => {
                    let now = self.clock.now();
                    technicians::new_epoch(&mut tx, &self.chance, who, now).await?;
                    let made_until = self.began_at() + CLOCKS_DIFFER;
                    before::doubt_what_is_open(&mut tx, who, made_until).await?;
                }
            }
            tx.commit().await?;
        }
        Ok(reached(position.seq))
    }

    /// Whether the phone speaks of another life of this feed: its answer will be that it starts over.
    async fn is_void(&self, who: TechnicianId, request: &SyncRequest) -> Stored<bool> {
        let Some(epoch) = &request.epoch else {
            return Ok(false);
        };
        let state = technicians::feed_state(&mut *self.store.read().await?, who).await?;
        Ok(*epoch != state.epoch)
    }

    /// Takes what a revoked device hands over, and tells it nothing but that.
    async fn hear_out(&self, who: TechnicianId, request: SyncRequest) -> Stored<SyncResponse> {
        let state = technicians::feed_state(&mut *self.store.read().await?, who).await?;
        let (epoch, cursor) = (request.epoch.clone(), request.cursor.clone());
        let received = self.take_from_revoked(who, request).await?;
        Ok(SyncResponse {
            protocol: PROTOCOL,
            epoch: epoch.unwrap_or(state.epoch),
            now: self.clock.now(),
            heard: None,
            received,
            sources: Vec::new(),
            reads: Vec::new(),
            mailboxes: Vec::new(),
            held: Vec::new(),
            entrusted: Vec::new(),
            items: Vec::new(),
            cursor: cursor.unwrap_or_else(|| self::cursor(Reached::default(), &self.life().name)),
            more: false,
            revoked: true,
        })
    }

    /// Remembers session and device, not more than once an hour.
    async fn see(&self, who: &Who, request: &SyncRequest, headers: &HeaderMap) -> Stored<()> {
        let now = self.clock.now();
        let hour_ago = now - Seconds(3_600);
        let known = {
            let mut db = self.store.read().await?;
            technicians::knows_device(&mut db, who.technician, request.device, hour_ago).await?
        };
        let bound = who.device == Some(request.device);
        if known && bound && !who.worth_touching {
            return Ok(());
        }
        let mut tx = self.store.write().await?;
        // Revoked since it asked: being seen does not undo that.
        let session = sessions::find(&mut tx, &who.token, now).await?;
        if session.is_none_or(|session| session.revoked) {
            return Ok(());
        }
        let name = device_name(headers);
        technicians::see_device(&mut tx, who.technician, request.device, &name, now).await?;
        if !bound {
            sessions::bind(&mut tx, &who.token, request.device).await?;
        }
        sessions::touch(&mut tx, &who.token, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Asks the GLPIs what is due. A phone that has just handed something over is answered at once; one that comes
    /// back waits a moment for what is being carried out, and for the read.
    async fn read_for(
        self: &std::sync::Arc<Self>,
        who: TechnicianId,
        request: &SyncRequest,
        spoke: bool,
    ) -> Stored<()> {
        if spoke {
            return Ok(());
        }
        let mut until = Instant::now() + self.config.refresh.patience;
        // First what is being carried out: a read in the middle of it would compete for GLPI's few workers and show
        // half of it.
        if self.custody.settle(self, who, until).await {
            // There is news to tell: the read goes on without him.
            until = Instant::now();
        }
        let rows = accounts::of_technician(&mut *self.store.read().await?, who).await?;
        match request.pull {
            true => self.pull(&rows, until + self.config.refresh.patience).await,
            false => self.refresh(&rows, until).await,
        }
        Ok(())
    }

    async fn tell(&self, who: TechnicianId, request: &SyncRequest, after: Reached) -> Stored<Told> {
        let state = technicians::feed_state(&mut *self.store.read().await?, who).await?;
        let mut db = self.store.read().await?;
        let rows = accounts::of_technician(&mut db, who).await?;
        let mut page = match &request.epoch {
            Some(epoch) if *epoch != state.epoch => Page {
                more: true,
                last: Reached {
                    mails: request.mails.then_some(0),
                    ..Reached::default()
                },
                ..Page::default()
            },
            _ => feed::page(&mut db, who, after, self.config.refresh.page_bytes).await?,
        };
        if !page.more {
            page.last = page.last.at_least(state.seq);
        }
        if self.mutated(Mutation::CursorEarly) {
            page.last = page
                .last
                .at_least(technicians::feed_state(&mut db, who).await?.seq);
        }
        let held = held_back(&mut db, who, request.device).await?;
        let entrusted = entrusted(&mut db, who, &page.items).await?;
        let signed_in = rows.into_iter().filter(|row| row.signed_in);
        let all = signed_in.filter_map(|row| self.source_state(row));
        let (known, sources): (Vec<_>, Vec<_>) = all.partition(|state| is_held(state, request));
        let reads = known.into_iter().map(|state| SourceRead {
            source: state.source,
            refreshed_at: state.refreshed_at,
            progress: state.progress,
        });
        Ok(Told {
            state,
            sources,
            reads: reads.collect(),
            held,
            entrusted,
            page,
        })
    }

    fn source_state(&self, mut row: AccountRow) -> Option<SourceState> {
        let glpi = self.config.source(&row.account.source)?;
        if row.account.state == AccountState::Active && self.links.is_down(&glpi.id) {
            row.account.state = AccountState::Unreachable;
        }
        Some(SourceState {
            tag: tag(glpi, &self.config.goals, &row.account),
            goals: self.config.goals.clone(),
            source: glpi.id.clone(),
            name: glpi.name.clone(),
            color: glpi.color.clone(),
            refreshed_at: row.marks.refreshed_at,
            progress: self.refresh.progress(row.id),
            account: row.account,
        })
    }
}

fn is_held(state: &SourceState, request: &SyncRequest) -> bool {
    request
        .holds
        .iter()
        .any(|held| held.source == state.source && held.tag == state.tag)
}

/// Stable only as long as the compiler's hash: another one costs each phone one transfer.
fn tag(glpi: &SourceConfig, goals: &Goals, account: &Account) -> String {
    let mut hasher = DefaultHasher::new();
    (&glpi.name, &glpi.color, goals).hash(&mut hasher);
    // The account is our own type, with string keys and no failing `Serialize`.
    serde_json::to_vec(account)
        .unwrap_or_default()
        .hash(&mut hasher);
    format!("{:x}", hasher.finish())
}
