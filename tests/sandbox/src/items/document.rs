//! Documents: uploads and their links to tickets.

use sha1::{Digest, Sha1};

use super::{Added, Input, Refusal, access, followup, int, stored, text};
use crate::{
    dialect::Write,
    text::fold::fold,
    value::Value,
    world::{World, session::Session},
};

/// An uploaded file.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its name, as sent.
    pub filename: String,
    /// Its media type, as sent.
    pub mime: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

const ALLOWED: &[&str] = &[
    "txt", "log", "csv", "pdf", "png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff", "heic",
    "svg", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "zip", "gz", "eml",
    "msg", "mp3", "mp4", "mov",
];

/// Stores an uploaded document and answers its id, GLPI's words and `upload_result`.
pub fn upload(
    world: &mut World,
    who: &Session,
    input: &Input,
    file: &Upload,
) -> Result<(i64, String, Value), Refusal> {
    let name = clean_name(&file.filename);
    let extension = name
        .rsplit_once('.')
        .map(|(_, e)| e.to_ascii_lowercase())
        .unwrap_or_default();
    let allowed = ALLOWED.contains(&extension.as_str());
    let hash: String = Sha1::digest(&file.bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mime = mime(&extension, file);
    let now = world.now_value();
    let link = link_target(input);
    let title = title(world, input, link, &name);
    let comment = input
        .get("comment")
        .and_then(|json| stored(world, Write::Other, "Document", "comment", json))
        .unwrap_or(Value::Null);
    let mut row: Vec<(&str, Value)> = vec![
        (
            "entities_id",
            int(input, "entities_id").unwrap_or(who.entity).into(),
        ),
        (
            "is_recursive",
            int(input, "is_recursive").unwrap_or(0).into(),
        ),
        ("name", title),
        ("comment", comment),
        ("users_id", who.user.into()),
        ("tickets_id", int(input, "tickets_id").unwrap_or(0).into()),
        ("date_mod", now.clone()),
        ("date_creation", now),
        (
            "tag",
            format!("e09a24ad-{}-{}", world.random_hex(8), world.random_hex(14)).into(),
        ),
    ];
    if allowed {
        let folder = extension.to_ascii_uppercase();
        row.push(("filename", name.clone().into()));
        row.push((
            "filepath",
            format!("{folder}/{}/{}.{folder}", &hash[..2], &hash[2..]).into(),
        ));
        row.push(("mime", mime.clone().into()));
        row.push(("sha1sum", hash.into()));
    }
    let id = world.insert("Document", &row);
    if allowed {
        world.files.insert(id, file.bytes.clone());
    }
    if let Some(ticket) = link {
        insert_link(world, who, id, ticket);
    }
    let prefix = format!("{}.{}", world.random_hex(14), &world.random_uuid()[..8]);
    let result = result(world, &prefix, &name, file, &mime, allowed);
    Ok((id, message(world, id, &prefix, &name, allowed), result))
}

fn link_target(input: &Input) -> Option<i64> {
    let ticket = text(input, "itemtype") == Some("Ticket");
    int(input, "items_id").filter(|id| ticket && *id > 0)
}

/// A document linked at once loses its name to its ticket's.
fn title(world: &World, input: &Input, link: Option<i64>, file: &str) -> Value {
    if let Some(ticket) = link {
        let name = world
            .row("Ticket", ticket)
            .map_or("", |row| row.text("name"));
        let name = if name.is_empty() { "N/A" } else { name };
        return Value::text(format!("Document : Ticket - {name}"));
    }
    let given = input
        .get("name")
        .and_then(|json| stored(world, Write::Other, "Document", "name", json));
    given.unwrap_or_else(|| file.into())
}

fn message(world: &World, id: i64, prefix: &str, name: &str, allowed: bool) -> String {
    if !world.dialect.is_9_2() {
        return super::generic::added(world, "Document", id);
    }
    if allowed {
        "Document déplacé avec succès.".to_owned()
    } else {
        format!("Fichier /srv/www/glpi/files/_tmp/{prefix}{name} introuvable.")
    }
}

fn result(
    world: &World,
    prefix: &str,
    name: &str,
    file: &Upload,
    mime: &str,
    allowed: bool,
) -> Value {
    let old = world.dialect.is_9_2();
    let full = format!("{prefix}{name}");
    let size = file.bytes.len() as i64;
    let root = if old { "/glpi" } else { "" };
    let delete = if old { "/glpi/" } else { "/apirest.php" };
    let sent_type = if allowed {
        mime
    } else {
        "application/octet-stream"
    };
    let mut out: Vec<(&'static str, Value)> = vec![
        ("name", full.clone().into()),
        ("size", size.into()),
        ("type", sent_type.into()),
    ];
    let links: Vec<(&'static str, Value)> = vec![
        ("url", format!("http://127.0.0.1{root}/files/{full}").into()),
        (
            "deleteUrl",
            format!("http://127.0.0.1{delete}?filenam={full}").into(),
        ),
        ("deleteType", "DELETE".into()),
    ];
    let shown: Vec<(&'static str, Value)> = vec![
        ("prefix", prefix.into()),
        ("display", name.into()),
        ("filesize", format!("{size} o").into()),
    ];
    let refused = ("error", Value::text("Type de fichier non autorisé"));
    match (allowed, old) {
        (true, _) => out.extend(links.into_iter().chain(shown)),
        (false, true) => out.extend(links.into_iter().chain([refused])),
        (false, false) => out.extend([refused].into_iter().chain(shown)),
    }
    let id = 1_000_000 + size * 7_919 % 1_000_000_000;
    out.push(("id", format!("docfilename{id}").into()));
    Value::map([("filename", Value::List(vec![Value::map(out)]))])
}

fn mime(extension: &str, file: &Upload) -> String {
    let known = match extension {
        "txt" | "log" => "text/plain",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "pdf" => "application/pdf",
        _ => {
            return file
                .mime
                .clone()
                .unwrap_or_else(|| "application/octet-stream".to_owned());
        }
    };
    known.to_owned()
}

/// The name as GLPI keeps it: without accents, blanks and signs.
fn clean_name(name: &str) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let keep = |text: &str| -> String {
        text.chars()
            .map(|c| {
                if c.is_ascii() {
                    c.to_string()
                } else {
                    fold(&c.to_string())
                }
            })
            .collect::<String>()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect()
    };
    match keep(extension).as_str() {
        "" => keep(stem),
        extension => format!("{}.{extension}", keep(stem)),
    }
}

/// Links a document to a ticket.
pub fn link(world: &mut World, who: &Session, input: &Input) -> Added {
    let document = int(input, "documents_id").filter(|id| world.row("Document", *id).is_some());
    let seen = link_target(input)
        .and_then(|id| world.row("Ticket", id))
        .filter(|row| access::sees_ticket(world, who, *row))
        .map(|row| row.id());
    let (Some(document), Some(ticket)) = (document, seen) else {
        return Err(Refusal::right(who));
    };
    let id = insert_link(world, who, document, ticket);
    let message = match world.dialect.is_9_2() {
        true => String::new(),
        false => format!("Élément ajouté : Élément associé au document - ID {id}"),
    };
    Ok((id, message))
}

fn insert_link(world: &mut World, who: &Session, document: i64, ticket: i64) -> i64 {
    let now = world.now_value();
    let position = followup::position(world, who, ticket);
    let id = world.insert(
        "Document_Item",
        &[
            ("documents_id", document.into()),
            ("items_id", ticket.into()),
            ("itemtype", "Ticket".into()),
            ("users_id", who.user.into()),
            ("date_mod", now.clone()),
            ("date_creation", now),
            ("timeline_position", position.into()),
        ],
    );
    world.touch_ticket(ticket, who.user);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_loses_what_isn_t_plain() {
        assert_eq!(clean_name("écran.txt"), "ecran.txt");
        assert_eq!(clean_name("p.png"), "p.png");
    }
}
