//! The client's address: the connection's, or what a trusted proxy says.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::app::Server;
use crate::config::Proxies;

/// Who asks, by address.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

impl FromRequestParts<Server> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::from(Ipv4Addr::LOCALHOST), |info| info.0.ip());
        Ok(Self(behind(peer, &parts.headers, &server.config.proxies)))
    }
}

/// The last address in the header that is not itself a trusted proxy: those before it anyone can write.
fn behind(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    if !proxies.trusts(peer) {
        return peer;
    }
    let values = headers.get_all(proxies.header.as_str());
    let named: Vec<IpAddr> = values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|address| address.trim().parse().ok())
        .collect();
    named
        .into_iter()
        .rev()
        .find(|address| !proxies.trusts(*address))
        .unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", value.parse().unwrap());
        headers
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let proxies = Proxies {
            trusted: vec!["10.0.0.0/8".parse().unwrap()],
            ..Proxies::default()
        };
        let phone: IpAddr = "203.0.113.9".parse().unwrap();
        let proxy: IpAddr = "10.0.0.2".parse().unwrap();
        let forged = header("198.51.100.1, 203.0.113.9, 10.0.0.7");
        assert_eq!(behind(proxy, &forged, &proxies), phone);
        assert_eq!(behind(phone, &header("198.51.100.1"), &proxies), phone);
        assert_eq!(behind(proxy, &header("nonsense"), &proxies), proxy);
    }
}
