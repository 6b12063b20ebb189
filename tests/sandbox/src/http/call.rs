//! A request, read once.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, Uri, request::Parts},
};
use serde_json::Value as Json;

use crate::{dialect::Dialect, http::query::Tree, items::document::Upload};

/// A request, read.
#[derive(Clone, Debug)]
pub struct Call {
    /// The manners of the GLPI that is asked.
    pub dialect: Dialect,
    /// The verb.
    pub method: Method,
    /// The path below `apirest.php`, split.
    pub segments: Vec<String>,
    /// The same as sent, query included.
    pub target: String,
    /// The parameters of the query.
    pub query: Tree,
    /// The headers.
    pub headers: HeaderMap,
    /// The address of `apirest.php`, for links.
    pub base: String,
    /// The body.
    pub body: Bytes,
    /// What the body says.
    pub payload: Payload,
}

/// What a body says.
#[derive(Clone, Debug)]
pub enum Payload {
    /// Nothing: empty, or of a media type that GLPI doesn't read.
    Ignored,
    /// JSON.
    Json(Json),
    /// Not JSON, though it says so; or an upload without a readable manifest.
    Invalid,
    /// An upload: the manifest and the first file.
    Upload(Json, Upload),
}

impl Call {
    /// Reads a request.
    pub async fn read(dialect: Dialect, parts: Parts, body: Bytes) -> Call {
        let host = parts
            .headers
            .get("host")
            .and_then(|h| h.to_str().ok())
            .unwrap_or("127.0.0.1");
        let base = format!("http://{host}{}", dialect.base_path());
        let (target, segments) = below(dialect, &parts.uri);
        let payload = payload(&parts.headers, &body).await;
        Call {
            dialect,
            method: parts.method,
            segments,
            target,
            query: Tree::parse(parts.uri.query().unwrap_or_default()),
            headers: parts.headers,
            base,
            body,
            payload,
        }
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A parameter of the query, or of a JSON body.
    pub fn parameter(&self, name: &str) -> Option<String> {
        if let Some(word) = self.query.text(name) {
            return Some(word.to_owned());
        }
        match &self.payload {
            Payload::Json(json) => match json.get(name)? {
                Json::String(text) => Some(text.clone()),
                Json::Bool(yes) => Some(if *yes { "1" } else { "0" }.to_owned()),
                Json::Number(number) => Some(number.to_string()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a parameter means yes.
    pub fn asks(&self, name: &str) -> bool {
        self.parameter(name)
            .is_some_and(|word| self.dialect.truthy(&word))
    }

    /// The `input` of a write.
    pub fn input(&self) -> Option<&Json> {
        match &self.payload {
            Payload::Json(json) | Payload::Upload(json, _) => json.get("input"),
            Payload::Ignored | Payload::Invalid => None,
        }
    }
}

fn below(dialect: Dialect, uri: &Uri) -> (String, Vec<String>) {
    let path = uri
        .path()
        .strip_prefix(dialect.base_path())
        .unwrap_or_default();
    let segments = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            percent_encoding::percent_decode_str(segment)
                .decode_utf8_lossy()
                .into_owned()
        })
        .collect();
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    (target, segments)
}

async fn payload(headers: &HeaderMap, body: &Bytes) -> Payload {
    let content_type = headers
        .get("content-type")
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    if content_type.starts_with("multipart/form-data") {
        return upload(content_type, body).await.unwrap_or(Payload::Invalid);
    }
    if !content_type.contains("application/json") || body.is_empty() {
        return Payload::Ignored;
    }
    match serde_json::from_slice(body) {
        Ok(json) => Payload::Json(json),
        Err(_) => Payload::Invalid,
    }
}

async fn upload(content_type: &str, body: &Bytes) -> Option<Payload> {
    let boundary = multer::parse_boundary(content_type).ok()?;
    let whole = body.clone();
    let stream = futures_stream(whole);
    let mut form = multer::Multipart::new(stream, boundary);
    let (mut manifest, mut file) = (None, None);
    while let Some(field) = form.next_field().await.ok()? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "uploadManifest" {
            manifest = serde_json::from_str::<Json>(&field.text().await.ok()?).ok();
        } else if let (Some(filename), None) = (field.file_name().map(str::to_owned), &file) {
            let mime = field.content_type().map(ToString::to_string);
            let bytes = field.bytes().await.ok()?.to_vec();
            file = Some(Upload {
                filename,
                mime,
                bytes,
            });
        }
    }
    let empty = Upload {
        filename: String::new(),
        mime: None,
        bytes: Vec::new(),
    };
    Some(Payload::Upload(manifest?, file.unwrap_or(empty)))
}

fn futures_stream(
    whole: Bytes,
) -> impl futures::Stream<Item = Result<Bytes, std::convert::Infallible>> {
    futures::stream::once(async move { Ok(whole) })
}
