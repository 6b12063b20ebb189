//! The cable between browser and server: it names every request that passes, and it can be pulled out.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::patience::until_true;

const QUIET: Duration = Duration::from_millis(500);
const METHODS: [&str; 7] = [
    "GET ", "POST ", "PUT ", "DELETE ", "PATCH ", "HEAD ", "OPTIONS ",
];

/// A forwarder of bytes that reads request lines as they pass. The browser knows its address alone, so that the
/// origin stays the same while the server behind it is ended and started again.
pub struct Wire {
    address: SocketAddr,
    shared: Arc<Shared>,
    whole: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    server: Mutex<Option<SocketAddr>>,
    passed: Mutex<Vec<String>>,
    refused: Mutex<Vec<String>>,
    moved: Mutex<Option<Instant>>,
}

impl Wire {
    /// A cable that leads nowhere yet.
    pub async fn lay() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .context("no free port")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let (whole, seen) = watch::channel(true);
        let accepting = tokio::spawn(accept(listener, shared.clone(), seen));
        Ok(Self {
            address,
            shared,
            whole,
            accepting,
        })
    }

    /// Where browsers connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it leads to from now on; `None` is a server that is off.
    pub fn lead_to(&self, server: Option<SocketAddr>) {
        *lock(&self.shared.server) = server;
    }

    /// Pulls it out: what is open breaks, what comes is refused.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Waits until nothing has moved on it for a moment: what is cut in the middle is sent again by browsers.
    pub async fn is_quiet(&self) -> Result<()> {
        until_true("a quiet cable", async || {
            let moved = *lock(&self.shared.moved);
            Ok(moved.is_none_or(|moved| moved.elapsed() > QUIET))
        })
        .await
    }

    /// Plugs it in again.
    pub fn mend(&self) {
        self.whole.send_replace(true);
    }

    /// `GET /api/session` and the like, of every request that has reached the server.
    pub fn passed(&self) -> Vec<String> {
        lock(&self.shared.passed).clone()
    }

    /// The same of those that were refused while it was cut or the server was off.
    pub fn refused(&self) -> Vec<String> {
        lock(&self.shared.refused).clone()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, whole: watch::Receiver<bool>) {
    while let Ok((browser, _)) = listener.accept().await {
        let (shared, mut whole) = (shared.clone(), whole.clone());
        tokio::spawn(async move {
            let server = *lock(&shared.server);
            let connected = match server {
                Some(server) if *whole.borrow_and_update() => TcpStream::connect(server).await.ok(),
                _ => None,
            };
            match connected {
                // Whichever ends first drops both ends.
                Some(server) => tokio::select! {
                    () = forward(browser, server, &shared) => {}
                    _ = whole.wait_for(|whole| !whole) => {}
                },
                None => refuse(browser, &shared.refused).await,
            }
        });
    }
}

async fn forward(browser: TcpStream, server: TcpStream, shared: &Shared) {
    let (mut from_browser, mut to_browser) = browser.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async {
        let mut buffer = vec![0; 64 * 1024];
        let mut lines = RequestLines::default();
        while let Ok(length @ 1..) = from_browser.read(&mut buffer).await {
            lock(&shared.passed).extend(lines.read(&buffer[..length]));
            shared.moves();
            if to_server.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
    };
    let down = async {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from_server.read(&mut buffer).await {
            shared.moves();
            if to_browser.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
    }
}

impl Shared {
    fn moves(&self) {
        *lock(&self.moved) = Some(Instant::now());
    }
}

/// Reads what was wanted, so that a test can say it, and hangs up.
async fn refuse(mut browser: TcpStream, refused: &Mutex<Vec<String>>) {
    let mut buffer = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_millis(500), browser.read(&mut buffer)).await;
    if let Ok(Ok(length)) = read {
        lock(refused).extend(RequestLines::default().read(&buffer[..length]));
    }
}

/// Finds HTTP/1.1 request lines in what a browser sends, also where one is cut in two by the network.
#[derive(Default)]
struct RequestLines {
    rest: Vec<u8>,
}

impl RequestLines {
    fn read(&mut self, bytes: &[u8]) -> Vec<String> {
        self.rest.extend_from_slice(bytes);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else {
            return Vec::new();
        };
        let whole: Vec<u8> = self.rest.drain(..=end).collect();
        whole
            .split(|byte| *byte == b'\n')
            .filter_map(request)
            .collect()
    }
}

fn request(line: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(line).ok()?;
    let wanted = line.strip_suffix(" HTTP/1.1\r")?;
    METHODS
        .iter()
        .any(|method| wanted.starts_with(method))
        .then(|| wanted.to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_on_a_kept_connection_is_named() {
        let mut lines = RequestLines::default();
        let first = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /api/sy";
        let second = b"nc HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(lines.read(first), ["GET /"]);
        assert_eq!(lines.read(second), ["POST /api/sync"]);
    }

    #[tokio::test]
    async fn a_cut_wire_lets_nothing_pass_and_says_what_was_wanted() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Wire::lay().await.unwrap();
        wire.lead_to(Some(server.local_addr().unwrap()));
        wire.cut();
        let url = format!("http://{}/api/session", wire.address());
        assert!(reqwest::get(&url).await.is_err());
        assert_eq!(wire.refused(), ["GET /api/session"]);
        assert!(wire.passed().is_empty());
    }
}
