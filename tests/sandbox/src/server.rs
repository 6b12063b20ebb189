//! A simulated GLPI or Gmail on a port.

use std::{convert::Infallible, net::SocketAddr};

use axum::{body::Body, extract::Request, http::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};
use tower::ServiceExt;

use crate::{Glpi, http::Lost};

/// A running server.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    base: String,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address to give to a client: with `/glpi` for 9.2, without a path for 10.
    pub fn base_url(&self) -> String {
        self.base.clone()
    }

    /// The address of `apirest.php`.
    pub fn api_url(&self) -> String {
        format!("{}/apirest.php", self.base)
    }

    /// Stops it: the port is free again, and open connections are cut.
    pub async fn shutdown(self) {
        let _nobody_listens = self.stop.send(true);
        let _was_cancelled = self.task.await;
    }
}

/// Serves a simulated GLPI; port 0 takes a free one.
pub async fn spawn(glpi: &Glpi, addr: SocketAddr) -> std::io::Result<Server> {
    let root = if glpi.dialect().is_9_2() { "/glpi" } else { "" };
    serve_router(glpi.router(), addr, root).await
}

/// Serves routes below an address; `root` is what its clients put behind it.
pub(crate) async fn serve_router(
    router: axum::Router,
    addr: SocketAddr,
    root: &str,
) -> std::io::Result<Server> {
    let listener = TcpListener::bind(addr).await?;
    let addr = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(listen(listener, router, stopped));
    Ok(Server {
        addr,
        base: format!("http://{addr}{root}"),
        stop,
        task,
    })
}

async fn listen(listener: TcpListener, router: axum::Router, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream, router.clone()));
                }
            }
            // Finished connections are forgotten as they go.
            Some(_) = connections.join_next() => {}
        }
    }
    connections.abort_all();
}

async fn serve(stream: TcpStream, router: axum::Router) {
    let _best_effort = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| answer(router.clone(), request));
    // An error here is a client that went away, or an answer that was to be lost.
    let _ended = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Says nothing where the answer is to be lost: the connection closes.
async fn answer(
    router: axum::Router,
    request: Request<Incoming>,
) -> Result<Response<Body>, std::io::Error> {
    let answered: Result<Response<Body>, Infallible> = router.oneshot(request.map(Body::new)).await;
    let Ok(response) = answered;
    if response.extensions().get::<Lost>().is_some() {
        return Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted));
    }
    Ok(response)
}
