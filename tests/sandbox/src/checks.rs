//! The whole over a socket: faults, sessions, switches.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{Canned, Effect, Glpi, ManualClock, Matcher, Options, Server, accounts, spawn};

struct Client {
    addr: SocketAddr,
    path: &'static str,
    token: String,
}

struct Answer {
    status: u16,
    body: Json,
}

impl Client {
    async fn new(glpi: &Glpi, server: &Server, login: &str) -> Result<Client> {
        let mut client = Client {
            addr: server.addr(),
            path: glpi.dialect().base_path(),
            token: String::new(),
        };
        let answer = client.sign_in(login, accounts::PASSWORD).await?;
        let token = answer.body["session_token"]
            .as_str()
            .context("no session")?;
        client.token = token.to_owned();
        Ok(client)
    }

    async fn sign_in(&self, login: &str, password: &str) -> Result<Answer> {
        let basic = BASE64_STANDARD.encode(format!("{login}:{password}"));
        let header = format!("Authorization: Basic {basic}\r\n");
        self.send("GET", "/initSession", &header, None)
            .await?
            .context("no answer")
    }

    async fn call(&self, method: &str, target: &str, body: Option<Json>) -> Result<Option<Answer>> {
        let header = format!("Session-Token: {}\r\n", self.token);
        self.send(method, target, &header, body).await
    }

    /// `None` where the connection closed without a word.
    async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &str,
        body: Option<Json>,
    ) -> Result<Option<Answer>> {
        let body = body.map(|json| json.to_string()).unwrap_or_default();
        let request = format!(
            "{method} {}{target} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.path,
            self.addr,
            body.len()
        );
        let mut stream = TcpStream::connect(self.addr).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            return Ok(None);
        };
        let status = head.split(' ').nth(1).context("no status")?.parse()?;
        Ok(Some(Answer {
            status,
            body: serde_json::from_str(body).unwrap_or(Json::String(body.to_owned())),
        }))
    }
}

async fn running(options: Options) -> Result<(Glpi, Server)> {
    let glpi = Glpi::new(Options {
        tickets: 40,
        ..options
    });
    let server = spawn(&glpi, SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    Ok((glpi, server))
}

/// A ticket that is neither solved nor closed.
fn open_ticket(glpi: &Glpi) -> Result<i64> {
    let world = glpi.world();
    let ids = world.ticket_ids();
    let open = |id: &i64| world.ticket(*id).is_some_and(|ticket| ticket.status == 2);
    ids.into_iter().find(open).context("no open ticket")
}

#[tokio::test]
async fn the_work_is_done_and_the_answer_lost() -> Result<()> {
    for options in [Options::glpi_9_2(), Options::glpi_10()] {
        let (glpi, server) = running(options).await?;
        let client = Client::new(&glpi, &server, accounts::TECHNICIAN).await?;
        let id = open_ticket(&glpi)?;
        let rule = glpi
            .faults()
            .add(Matcher::on("PUT", "/Ticket/").times(1), Effect::DoThenLose);
        let put = || {
            client.call(
                "PUT",
                "/Ticket/1",
                Some(json!({"input": {"id": id, "name": "perdu"}})),
            )
        };
        assert!(put().await?.is_none());
        assert_eq!(glpi.faults().hits(rule), 1);
        assert_eq!(glpi.world().ticket(id).context("gone")?.name, "perdu");
        assert_eq!(put().await?.context("silent again")?.status, 200);
        server.shutdown().await;
    }
    Ok(())
}

#[tokio::test]
async fn effects_without_work_leave_the_ticket_alone() -> Result<()> {
    let (glpi, server) = running(Options::glpi_10()).await?;
    let client = Client::new(&glpi, &server, accounts::TECHNICIAN).await?;
    let id = open_ticket(&glpi)?;
    let before = glpi.world().ticket(id);
    let target = format!("/Ticket/{id}");
    for (effect, status) in [
        (Effect::LoseBefore, None),
        (
            Effect::Status(Canned::html(502, "<h1>Bad Gateway</h1>")),
            Some(502),
        ),
        (Effect::OkWithoutEffect, Some(200)),
    ] {
        glpi.faults().clear();
        glpi.faults().add(Matcher::on("PUT", "Ticket"), effect);
        let answer = client
            .call("PUT", &target, Some(json!({"input": {"name": "jamais"}})))
            .await?;
        assert_eq!(answer.map(|answer| answer.status), status);
        assert_eq!(glpi.world().ticket(id), before);
    }
    glpi.faults().clear();
    glpi.faults().add(
        Matcher::any(),
        Effect::DoThenStatus(Canned::json(404, "[\"ERROR_ITEM_NOT_FOUND\",\"\"]")),
    );
    let answer = client
        .call("PUT", &target, Some(json!({"input": {"name": "fait"}})))
        .await?;
    assert_eq!(answer.context("silent")?.status, 404);
    assert_eq!(glpi.world().ticket(id).context("gone")?.name, "fait");
    glpi.faults().clear();
    let notice = "<b>Notice</b>: Undefined index\n";
    glpi.faults()
        .add(Matcher::any(), Effect::PrecededBy(notice.to_owned()));
    let answer = client.call("GET", &target, None).await?.context("silent")?;
    let text = answer.body.as_str().unwrap_or_default();
    assert!(text.starts_with(notice) && text.contains("\"fait\""));
    Ok(())
}

#[tokio::test]
async fn a_hanging_call_is_never_answered_and_a_shutdown_cuts_it() -> Result<()> {
    let (glpi, server) = running(Options::glpi_9_2()).await?;
    let client = Client::new(&glpi, &server, accounts::TECHNICIAN).await?;
    glpi.faults()
        .add(Matcher::on("GET", "/Ticket/1"), Effect::Hang);
    let hanging = tokio::spawn(async move { client.call("GET", "/Ticket/1", None).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!hanging.is_finished());
    let addr = server.addr();
    server.shutdown().await;
    // Cut: the end of the stream, or a reset.
    assert!(!matches!(hanging.await?, Ok(Some(_))));
    assert!(TcpStream::connect(addr).await.is_err());
    Ok(())
}

#[tokio::test]
async fn each_refusal_of_a_sign_in_has_its_own_code() -> Result<()> {
    let options = Options {
        app_token: Some("jeton".to_owned()),
        ..Options::glpi_10()
    };
    let (glpi, server) = running(options).await?;
    let client = Client {
        addr: server.addr(),
        path: glpi.dialect().base_path(),
        token: String::new(),
    };
    let code = |answer: Answer| (answer.status, answer.body[0].as_str().map(str::to_owned));
    let refused = code(
        client
            .sign_in(accounts::TECHNICIAN, accounts::PASSWORD)
            .await?,
    );
    assert_eq!(
        refused,
        (400, Some("ERROR_APP_TOKEN_PARAMETERS_MISSING".to_owned()))
    );
    glpi.world().settings.app_token = None;
    let refused = code(client.sign_in(accounts::TECHNICIAN, "faux").await?);
    assert_eq!(refused, (401, Some("ERROR_GLPI_LOGIN".to_owned())));
    let locked = client.sign_in(accounts::LOCKED, accounts::PASSWORD).await?;
    assert_eq!(
        (locked.status, locked.body[1].as_str()),
        (401, Some(crate::messages::DEACTIVATED))
    );
    glpi.world().set_api_enabled(false);
    let off = client
        .sign_in(accounts::TECHNICIAN, accounts::PASSWORD)
        .await?;
    assert_eq!(
        (off.status, off.body[1].as_str()),
        (400, Some(crate::messages::API_DISABLED))
    );
    Ok(())
}

#[tokio::test]
async fn sessions_expire_and_the_log_remembers_no_password() -> Result<()> {
    let (glpi, server) = running(Options::glpi_9_2()).await?;
    let client = Client::new(&glpi, &server, accounts::TECHNICIAN).await?;
    glpi.world().expire_all_sessions();
    let answer = client
        .call("GET", "/getMyProfiles", None)
        .await?
        .context("silent")?;
    assert_eq!(
        (answer.status, answer.body[0].as_str()),
        (401, Some("ERROR_SESSION_TOKEN_INVALID"))
    );
    let world = glpi.world();
    assert_eq!(world.log.count("GET", "initSession"), 1);
    assert!(
        world
            .log
            .entries()
            .all(|entry| !entry.body.contains(accounts::PASSWORD))
    );
    Ok(())
}

#[tokio::test]
async fn another_technician_moves_the_date_and_a_purge_leaves_nothing() -> Result<()> {
    let clock = Arc::new(ManualClock::new(
        "2026-11-23T10:55:24Z".parse::<Timestamp>()?,
    ));
    let options = Options {
        clock: clock.clone(),
        ..Options::glpi_10()
    };
    let (glpi, server) = running(options).await?;
    let client = Client::new(&glpi, &server, accounts::TECHNICIAN).await?;
    let id = open_ticket(&glpi)?;
    clock.advance_seconds(60);
    let other = glpi
        .world()
        .user_id(accounts::TWO_PROFILES)
        .context("no colleague")?;
    glpi.world()
        .edit_ticket(id, other, &[("urgency", json!(5)), ("impact", json!(5))]);
    let ticket = glpi.world().ticket(id).context("gone")?;
    assert_eq!(
        (ticket.date_mod.as_str(), ticket.priority),
        ("2026-11-23 11:56:24", 5)
    );
    assert_eq!(ticket.last_updater, other);
    glpi.world().purge_ticket(id);
    let answer = client
        .call("GET", &format!("/Ticket/{id}"), None)
        .await?
        .context("silent")?;
    assert_eq!(answer.status, 404);
    let none = json!({"input": {"itemtype": "Ticket", "items_id": id, "content": "trop tard"}});
    let answer = client
        .call("POST", "/ITILFollowup", Some(none))
        .await?
        .context("silent")?;
    assert_eq!(
        (answer.status, answer.body[0].as_str()),
        (400, Some("ERROR_GLPI_ADD"))
    );
    Ok(())
}

#[test]
fn the_demo_data_is_the_same_for_the_same_seed() {
    let clock = || Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
    let make = |seed| {
        let glpi = Glpi::new(Options {
            seed,
            clock: clock(),
            tickets: 60,
            ..Options::glpi_9_2()
        });
        let world = glpi.world();
        let ids = world.ticket_ids();
        ids.into_iter()
            .filter_map(|id| world.ticket(id))
            .collect::<Vec<_>>()
    };
    assert_eq!(make(7), make(7));
    assert_ne!(make(7), make(8));
}
