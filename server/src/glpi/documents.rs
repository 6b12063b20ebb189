//! Documents: a file is put on a ticket in one request, and read when somebody opens it.

use serde_json::{Value, json};
use tournee_core::changes::AttachFile;
use tournee_core::domain::FileRules;
use tournee_core::ids::TicketId;

use super::answer::answer;
use super::call::{Call, Proof};
use super::client::Client;
use super::error::{GlpiError, WriteError};
use super::json;
use super::marks::Mark;
use super::session::Session;
use super::text;
use super::writes::{Written, created};

/// The extensions that a GLPI names, most of which nobody has heard of; more would be somebody's mistake.
const MOST_TYPES: usize = 1000;

/// A document that was read.
pub struct Opened {
    /// Its media type, as GLPI says it.
    pub mime: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Client {
    /// Puts a file on a ticket: a new document each time, also of the same bytes. Its mark is in its comment and, since
    /// that alone was measured to stay, at the end of its file's name. (GLPI itself names the document after the
    /// ticket.)
    ///
    /// # Errors
    /// What is known of the outcome. A kind of file that GLPI refuses comes as a success with the refusal inside it, or
    /// as a plain refusal.
    pub async fn add_document(
        &self,
        session: &Session,
        ticket: TicketId,
        file: &AttachFile,
        bytes: &[u8],
        mark: &Mark,
    ) -> Result<Written, WriteError> {
        let name = mark.file_name(&file.name);
        let manifest = json!({ "input": {
            "name": name,
            "comment": mark.line(),
            "itemtype": "Ticket",
            "items_id": ticket.0,
            "tickets_id": ticket.0,
            "_filename": [name],
        }});
        let boundary = format!("tournee-{}", mark.change().0.simple());
        let body = multipart(&boundary, &manifest, &name, &file.mime, bytes);
        let call = Call::upload("Document", &boundary, body);
        let answer = self.write(session, call).await?;
        match refusal(&answer.body) {
            None => Ok(created(&answer, Vec::new())),
            Some(words) => Err(WriteError::Refused {
                code: "upload_result".to_owned(),
                words,
            }),
        }
    }

    /// What is in a document, with his rights.
    ///
    /// # Errors
    /// As GLPI refuses, or when it does not answer.
    pub async fn document(&self, session: &Session, id: u64) -> Result<Opened, GlpiError> {
        let call = Call::get(format!("Document/{id}")).with("alt", "media");
        let response = self.raw(&Proof::Session(session), call, None).await?;
        // The file itself comes as an attachment; whatever else GLPI says is JSON, or a page.
        if response.status == 200 && response.header("content-disposition").is_some() {
            if is_preceded(&response.body) {
                return Err(GlpiError::Unexpected {
                    status: response.status,
                    what: "PHP's words before a file".to_owned(),
                });
            }
            let mime = response.header("content-type").unwrap_or_default();
            let mime = mime.split(';').next().unwrap_or_default().trim();
            return Ok(Opened {
                mime: mime.to_lowercase(),
                bytes: response.body,
            });
        }
        let status = response.status;
        answer(response)?;
        Err(GlpiError::Unexpected {
            status,
            what: "no file".to_owned(),
        })
    }

    /// What this GLPI takes as a file: as it names it, where his profile may read that.
    pub(crate) async fn file_rules(&self, session: &Session) -> Result<FileRules, GlpiError> {
        let usual = FileRules {
            max_bytes: self.largest_file(),
            ..FileRules::default()
        };
        match self.list_page(session, "DocumentType", 0, MOST_TYPES).await {
            Ok((rows, _)) => Ok(named(&rows).map_or(usual.clone(), |extensions| FileRules {
                extensions,
                certain: true,
                ..usual
            })),
            Err(GlpiError::Rights { .. } | GlpiError::NotFound | GlpiError::Refused { .. }) => {
                Ok(usual)
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether PHP has said something before a file, as it does before JSON: nobody can tell where the file begins then.
fn is_preceded(body: &[u8]) -> bool {
    body.starts_with(b"<br />\n<b>")
}

/// Extensions that may be uploaded. One that GLPI gives as a pattern can't be said in a list: then none is certain.
fn named(rows: &[Value]) -> Option<Vec<String>> {
    let open = rows
        .iter()
        .filter(|row| json::number(row, "is_uploadable") == 1);
    let extensions: Vec<String> = open
        .map(|row| json::text(row, "ext").to_lowercase())
        .collect();
    let plain = extensions.iter().all(|ext| !ext.starts_with('/'));
    (plain && !extensions.is_empty()).then_some(extensions)
}

/// GLPI's words in an `upload_result`, where it took the request and not the file.
fn refusal(body: &Value) -> Option<String> {
    let files = body["upload_result"]["filename"].as_array()?;
    let words = files.iter().find_map(|file| file["error"].as_str())?;
    Some(text::words(words))
}

fn multipart(boundary: &str, manifest: &Value, name: &str, mime: &str, bytes: &[u8]) -> Vec<u8> {
    let mime = match mime.parse::<mime_guess::Mime>() {
        Ok(mime) => mime.essence_str().to_owned(),
        Err(_) => "application/octet-stream".to_owned(),
    };
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"uploadManifest\"\r\n\
         Content-Type: application/json\r\n\r\n{manifest}\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"filename[0]\"; filename=\"{name}\"\r\n\
         Content-Type: {mime}\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_kind_of_file_is_seen_inside_the_success() {
        // Recorded: `document-upload-forbidden-ext`.
        let body = json!({"id": 12, "upload_result": {"filename": [
            {"name": "x.exe", "error": "Type de fichier non autorisé"}]}});
        assert_eq!(
            refusal(&body).as_deref(),
            Some("Type de fichier non autorisé")
        );
        let fine = json!({"id": 11, "upload_result": {"filename": [{"name": "a.txt"}]}});
        assert_eq!(refusal(&fine), None);
        assert_eq!(refusal(&json!({"id": 11})), None);
    }

    #[test]
    fn a_file_behind_phps_words_is_none() {
        assert!(is_preceded(
            b"<br />\n<b>Notice</b>: Undefined index\n\x89PNG"
        ));
        assert!(!is_preceded(b"\x89PNG"));
        assert!(!is_preceded(b""));
    }

    #[test]
    fn the_kinds_of_file_are_those_that_may_be_uploaded() {
        let rows = [
            json!({"ext": "JPG", "is_uploadable": 1}),
            json!({"ext": "exe", "is_uploadable": 0}),
        ];
        assert_eq!(named(&rows), Some(vec!["jpg".to_owned()]));
        let pattern = [json!({"ext": "/jpe?g/", "is_uploadable": 1})];
        assert_eq!(named(&pattern), None);
        assert_eq!(named(&[]), None);
    }
}
