//! A chosen file, made ready to be attached.

use tournee_core::changes::AttachFile;
use tournee_core::domain::{FileRefusal, FileRules};
use web_sys::File;

use crate::platform::pictures;
use crate::text::{fill, size, t};

/// A file as it will be sent.
pub struct Ready {
    /// What is said of it.
    pub file: AttachFile,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// It, small, where it is a picture.
    pub small: Option<Vec<u8>>,
}

/// Reads a file; a picture is made small unless it is wanted as it is.
///
/// # Errors
/// Why it can't be sent, in words.
pub async fn prepare(
    file: &File,
    rules: &FileRules,
    original: bool,
    camera: bool,
) -> Result<Ready, String> {
    let unreadable = |_| t(|t| t.attach_unreadable).to_owned();
    let name = match camera {
        true => named_anew(&file.name()),
        false => AttachFile::short_name(&file.name()),
    };
    let mime = file.type_();
    let picture = is_picture(&mime);
    if picture && !original {
        // One that this browser can't show goes as it is.
        if let Ok(picture) = pictures::shrink(file).await {
            let name = with_extension(&name, picture.mime);
            let small = Some(picture.small);
            return finish(name, picture.mime.to_owned(), picture.bytes, small, rules).await;
        }
    }
    // Before it is read: it may not fit into the phone's memory.
    refuse(rules, &name, file.size() as u64)?;
    let bytes = pictures::read(file).await.map_err(unreadable)?;
    let small = match picture {
        true => pictures::small(file).await.ok(),
        false => None,
    };
    let mime = match mime.is_empty() {
        true => "application/octet-stream".to_owned(),
        false => mime,
    };
    finish(name, mime, bytes, small, rules).await
}

async fn finish(
    name: String,
    mime: String,
    bytes: Vec<u8>,
    small: Option<Vec<u8>>,
    rules: &FileRules,
) -> Result<Ready, String> {
    refuse(rules, &name, bytes.len() as u64)?;
    let hash = pictures::hash(&bytes).await;
    let hash = hash.map_err(|_| t(|t| t.attach_unreadable).to_owned())?;
    let file = AttachFile {
        name,
        mime,
        size: bytes.len() as u64,
        hash,
        note: None,
    };
    Ok(Ready { file, bytes, small })
}

/// Why it can't be sent, for certain.
fn refuse(rules: &FileRules, name: &str, bytes: u64) -> Result<(), String> {
    match rules.refuses(name, bytes) {
        Some(FileRefusal::TooLarge) => Err(fill(
            t(|t| t.attach_too_large),
            &[("size", &size(bytes)), ("most", &size(rules.max_bytes))],
        )),
        Some(FileRefusal::Type) => Err(t(|t| t.attach_type).to_owned()),
        Some(FileRefusal::UnusualType) | None => Ok(()),
    }
}

fn is_picture(mime: &str) -> bool {
    mime.starts_with("image/") && !matches!(mime, "image/svg+xml" | "image/gif")
}

/// Cameras call every photo `image.jpg`, or by a number.
fn named_anew(name: &str) -> String {
    let name_of_now = pictures::photo_name();
    match name.rsplit_once('.') {
        Some((_, extension)) => format!("{name_of_now}.{extension}"),
        None => name_of_now,
    }
}

fn with_extension(name: &str, mime: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let extension = if mime == "image/png" { "png" } else { "jpg" };
    AttachFile::short_name(&format!("{stem}.{extension}"))
}

#[cfg(test)]
mod tests {
    use tournee_core::changes::MAX_FILE_NAME_LETTERS;

    use super::*;

    #[test]
    fn a_shrunk_photo_is_named_for_what_it_has_become() {
        assert_eq!(
            with_extension("IMG_2041.HEIC", "image/jpeg"),
            "IMG_2041.jpg"
        );
        assert_eq!(with_extension("écran", "image/png"), "écran.png");
    }

    #[test]
    fn a_long_name_loses_its_beginning_and_keeps_its_end() {
        let name = format!("{}.pdf", "x".repeat(300));
        let short = with_extension(&name, "image/png");
        assert_eq!(short.chars().count(), MAX_FILE_NAME_LETTERS);
        assert!(short.ends_with("x.png"));
    }

    #[test]
    fn drawings_and_films_are_sent_as_they_are() {
        assert!(is_picture("image/heic") && is_picture("image/png"));
        assert!(!is_picture("image/svg+xml") && !is_picture("image/gif"));
        assert!(!is_picture("video/mp4"));
    }
}
