//! HTTPS by the server's own certificate files.

use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tournee::config::{Config, Tls};
use tournee_core::ids::SourceId;

use crate::support::House;

#[tokio::test]
async fn the_servers_own_certificate_serves_https_and_nothing_else() -> Result<()> {
    let house = House::open().await?;
    let folder = tempfile::tempdir()?;
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let tls = Tls {
        cert: folder.path().join("cert.pem"),
        key: folder.path().join("cert.key"),
    };
    std::fs::write(&tls.cert, made.cert.pem())?;
    std::fs::write(&tls.key, made.signing_key.serialize_pem())?;
    let mut config = Config::local(folder.path().join("data"), house.config.glpi.clone());
    assert!(config.source(&SourceId::new("ancien")).is_some());
    config.tls = Some(tls);
    config.listen = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    config.public_url = format!("https://localhost:{}", config.listen.port()).parse()?;
    let (public, listen) = (config.public_url.clone(), config.listen);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(tournee::serve(config, async {
        let _ = stopped.await;
    }));
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes())?;
    let http = reqwest::Client::builder()
        .add_root_certificate(root)
        .build()?;
    let mut answer = None;
    for _ in 0..200 {
        answer = http.get(public.join("healthz")?).send().await.ok();
        if answer.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let answer = answer.context("it answers over TLS")?;
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key("strict-transport-security"));
    assert!(
        reqwest::get(public.join("healthz")?).await.is_err(),
        "not a certificate that everybody trusts"
    );
    assert!(
        reqwest::get(format!("http://{listen}/healthz"))
            .await
            .is_err()
    );
    assert!(stop.send(()).is_ok());
    served.await??;
    Ok(())
}
