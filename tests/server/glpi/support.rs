//! A simulated GLPI and a client for it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tournee::clock::SystemClock;
use tournee::glpi::{
    Client, Credentials, HttpTransport, Mark, Reading, Secret, Session, SourceConfig,
};
use tournee_core::domain::Ticket;
use tournee_core::ids::{ChangeId, SourceId, TicketId};
use tournee_sandbox::accounts::{PASSWORD, TECHNICIAN};
use tournee_sandbox::{Glpi, Options, Server, spawn};
use uuid::Uuid;

/// One of each version.
pub fn both() -> [Options; 2] {
    [Options::glpi_9_2(), Options::glpi_10()]
}

/// A GLPI that listens, and a client for it.
pub struct House {
    pub glpi: Glpi,
    pub client: Client,
    _server: Server,
}

impl House {
    pub async fn new(options: Options) -> Result<Self> {
        Self::with_token(options, None).await
    }

    pub async fn with_token(options: Options, token: Option<&str>) -> Result<Self> {
        let glpi = Glpi::new(options);
        let server = spawn(&glpi, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let client = client(&server.base_url(), token)?;
        Ok(Self {
            glpi,
            client,
            _server: server,
        })
    }

    pub async fn sign_in(&self, login: &str) -> Result<Session> {
        Ok(self
            .client
            .sign_in(&password(login, PASSWORD), None)
            .await?)
    }

    /// The first technician's session.
    pub async fn technician(&self) -> Result<Session> {
        self.sign_in(TECHNICIAN).await
    }

    pub async fn ticket(&self, session: &Session, id: u64) -> Result<Ticket> {
        self.marked(session, id, &[]).await
    }

    /// A ticket, read by a server that knows these changes.
    pub async fn marked(&self, session: &Session, id: u64, changes: &[Mark]) -> Result<Ticket> {
        let resolve = |reference: &str| {
            let mark = changes.iter().find(|mark| mark.reference() == reference);
            mark.map(Mark::change)
        };
        match self.client.ticket(session, TicketId(id), &resolve).await? {
            Reading::Present(ticket) => Ok(*ticket),
            other => bail!("ticket {id}: {other:?}"),
        }
    }

    pub fn user(&self, login: &str) -> Result<i64> {
        self.glpi.world().user_id(login).context("no such user")
    }

    /// The first ticket of a status that this technician has, or that nobody has.
    pub fn ticket_of(&self, status: i64, technician: Option<i64>) -> Result<u64> {
        let world = self.glpi.world();
        let fits = |id: &i64| {
            world.ticket(*id).is_some_and(|ticket| {
                let mut technicians = ticket.actors.iter().filter(|actor| actor.role == 2);
                let groups = ticket.groups.iter().any(|group| group.role == 2);
                ticket.status == status
                    && !ticket.is_deleted
                    && match technician {
                        Some(who) => technicians.any(|actor| actor.who == who),
                        None => technicians.next().is_none() && !groups,
                    }
            })
        };
        let id = world.ticket_ids().into_iter().find(fits);
        Ok(u64::try_from(id.context("no such ticket")?)?)
    }
}

pub fn client(base: &str, token: Option<&str>) -> Result<Client> {
    let config = SourceConfig {
        id: SourceId::new("essai"),
        name: "Essai".to_owned(),
        color: "#336699".to_owned(),
        url: base.parse()?,
        app_token: token.map(Secret::new),
        timezone: None,
    };
    let transport = HttpTransport::new(Duration::from_secs(10))?;
    Ok(Client::new(
        config,
        Arc::new(transport),
        Arc::new(SystemClock),
    ))
}

pub fn password(login: &str, password: &str) -> Credentials {
    Credentials::Password {
        login: login.to_owned(),
        password: Secret::new(password),
    }
}

pub fn mark() -> Mark {
    Mark::new(ChangeId(Uuid::now_v7()))
}
