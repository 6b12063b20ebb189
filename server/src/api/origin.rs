//! State-changing calls come from our own pages, or from programs that are no browsers.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tournee_core::wire::ErrorCode;
use url::Url;

use super::errors::Failure;
use crate::app::Server;

/// Refuses what another site sends.
pub async fn check(State(server): State<Server>, request: Request, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if safe || is_ours(request.headers(), &server.config.public_url) {
        next.run(request).await
    } else {
        Failure::new(ErrorCode::WrongOrigin).into_response()
    }
}

fn is_ours(headers: &HeaderMap, public: &Url) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match text(header::ORIGIN.as_str()) {
        Some(origin) => Url::parse(origin).is_ok_and(|url| url.origin() == public.origin()),
        // Browsers name the origin on every call that changes something; who names neither is none.
        None => matches!(text("sec-fetch-site"), None | Some("same-origin")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_site_is_not_ours() {
        let public = Url::parse("https://tournee.example.org").unwrap();
        let with = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            is_ours(&headers, &public)
        };
        assert!(with("origin", "https://tournee.example.org"));
        assert!(!with("origin", "https://tournee.example.org.evil.test"));
        assert!(!with("origin", "http://tournee.example.org"));
        assert!(!with("origin", "null"));
        assert!(with("sec-fetch-site", "same-origin"));
        assert!(!with("sec-fetch-site", "cross-site"));
        assert!(is_ours(&HeaderMap::new(), &public));
    }
}
