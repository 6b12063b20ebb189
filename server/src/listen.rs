//! The port: plain HTTP behind a reverse proxy, or HTTPS by the server's own certificate files.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::tls_rustls::RustlsConfig;

use crate::app::AppError;
use crate::config::Tls;

/// How long open requests may take to end.
const GRACE: Duration = Duration::from_secs(10);

/// The certificate and its key, read and found to belong together.
///
/// # Errors
/// A file can't be read, holds none, or the key is another certificate's.
pub async fn certificate(tls: &Tls) -> Result<RustlsConfig, AppError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    RustlsConfig::from_pem_file(&tls.cert, &tls.key)
        .await
        .map_err(failed(format!(
            "tls_cert {} with tls_key {}",
            tls.cert.display(),
            tls.key.display()
        )))
}

/// Serves until `shutdown` is there, then lets open requests end.
///
/// # Errors
/// The address or the certificate.
pub async fn serve(
    router: Router,
    listen: SocketAddr,
    tls: Option<Tls>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), AppError> {
    let handle = axum_server::Handle::new();
    tokio::spawn({
        let handle = handle.clone();
        async move {
            shutdown.await;
            tracing::info!("stopping");
            handle.graceful_shutdown(Some(GRACE));
        }
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let certificate = match &tls {
        Some(tls) => Some(certificate(tls).await?),
        None => None,
    };
    let socket = std::net::TcpListener::bind(listen)
        .and_then(|socket| socket.set_nonblocking(true).map(|()| socket))
        .map_err(failed(format!("{listen} can't be listened on")))?;
    tracing::info!(%listen, tls = tls.is_some(), "listening");
    let served = match certificate {
        Some(certificate) => {
            axum_server::from_tcp_rustls(socket, certificate)
                .map(|server| server.handle(handle).serve(service))
                .map_err(failed(listen.to_string()))?
                .await
        }
        None => {
            axum_server::from_tcp(socket)
                .map(|server| server.handle(handle).serve(service))
                .map_err(failed(listen.to_string()))?
                .await
        }
    };
    served.map_err(failed(listen.to_string()))
}

fn failed(what: String) -> impl FnOnce(std::io::Error) -> AppError {
    move |source| AppError::Listen { what, source }
}
