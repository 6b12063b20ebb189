//! The app's files: from a folder, or from inside the binary.

use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};
use tournee_core::wire::ErrorCode;

use crate::api::errors::Failure;
use crate::app::Server;

const PAGE: &str = "index.html";
/// Everything in this folder has its fingerprint in its name.
const FINGERPRINTED: &str = "assets/";

#[cfg(feature = "embed")]
#[derive(rust_embed::Embed)]
#[folder = "$TOURNEE_WEB_DIR"]
struct Inside;

/// Where the app's files are.
#[derive(Clone, Debug)]
pub enum Assets {
    /// In a folder.
    Folder(PathBuf),
    /// In the binary.
    #[cfg(feature = "embed")]
    Binary,
    /// Nowhere: the API alone is served.
    Missing,
}

impl Assets {
    /// The folder of the configuration, else the binary's own files.
    pub fn find(folder: Option<&Path>) -> Self {
        if let Some(folder) = folder {
            return Self::Folder(folder.to_owned());
        }
        #[cfg(feature = "embed")]
        return Self::Binary;
        #[cfg(not(feature = "embed"))]
        Self::Missing
    }

    /// Whether the page is there.
    pub fn are_there(&self) -> bool {
        match self {
            Self::Folder(folder) => folder.join(PAGE).is_file(),
            #[cfg(feature = "embed")]
            Self::Binary => Inside::get(PAGE).is_some(),
            Self::Missing => false,
        }
    }

    async fn read(&self, name: &str) -> Option<Vec<u8>> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(name);
                // A folder's name is not a file's.
                tokio::fs::read(path).await.ok()
            }
            #[cfg(feature = "embed")]
            Self::Binary => Inside::get(name).map(|file| file.data.into_owned()),
            Self::Missing => None,
        }
    }
}

/// Serves a file; a path without extension is a page of the app.
pub async fn serve(State(server): State<Server>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    if path.starts_with("api/") {
        return Failure::bad_request("no such address in the API").into_response();
    }
    let Some(name) = file_name(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match pick(&server.assets, name, request.headers()).await {
        Some(file) => file.answer(request.headers()),
        None if name == PAGE => Failure::new(ErrorCode::Internal).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The file of a path; none for a path that tries to leave the folder.
fn file_name(path: &str) -> Option<&str> {
    let last = path.rsplit('/').next().unwrap_or_default();
    if !last.contains('.') {
        return Some(PAGE);
    }
    let plain = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':', '%', '\0'])
    };
    path.split('/').all(plain).then_some(path)
}

struct File<'a> {
    name: &'a str,
    bytes: Vec<u8>,
    encoding: Option<&'static str>,
}

/// The smallest form that the browser takes.
async fn pick<'a>(assets: &Assets, name: &'a str, headers: &HeaderMap) -> Option<File<'a>> {
    for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(headers, encoding)
            && let Some(bytes) = assets.read(&format!("{name}.{suffix}")).await
        {
            return Some(File {
                name,
                bytes,
                encoding: Some(encoding),
            });
        }
    }
    let bytes = assets.read(name).await?;
    Some(File {
        name,
        bytes,
        encoding: None,
    })
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offer| {
            let (name, quality) = offer.split_once(';').unwrap_or((offer, ""));
            name.trim() == encoding && !matches!(quality.trim(), "q=0" | "q=0.0")
        })
}

impl File<'_> {
    fn answer(self, asked: &HeaderMap) -> Response {
        let digest = Sha256::digest(&self.bytes);
        let tag: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
        let tag = format!("\"{tag}\"");
        let known = asked
            .get(header::IF_NONE_MATCH)
            .is_some_and(|value| value.as_bytes() == tag.as_bytes());
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Response::new(Body::from(self.bytes))
        };
        let headers = response.headers_mut();
        let kind = content_type(self.name);
        if let Ok(kind) = HeaderValue::from_str(&kind) {
            headers.insert(header::CONTENT_TYPE, kind);
        }
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        let fingerprinted = self.name.starts_with(FINGERPRINTED);
        let cache = if fingerprinted {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = self.encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

fn content_type(name: &str) -> String {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    if kind.type_() == mime_guess::mime::TEXT {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_the_app_is_its_one_page() {
        assert_eq!(file_name(""), Some(PAGE));
        assert_eq!(file_name("tickets/ancien/12"), Some(PAGE));
        assert_eq!(file_name("assets/app.1.wasm"), Some("assets/app.1.wasm"));
    }

    #[test]
    fn a_path_does_not_leave_the_folder() {
        for path in [
            "../key.pem",
            "a/../../b.txt",
            ".env",
            "a//b.js",
            "%2e%2e/b.js",
            "c:\\b.js",
        ] {
            assert_eq!(file_name(path), None, "{path}");
        }
    }

    #[test]
    fn what_the_browser_refuses_is_not_sent() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("br;q=0, gzip"),
        );
        assert!(!accepts(&headers, "br"));
        assert!(accepts(&headers, "gzip"));
    }
}
