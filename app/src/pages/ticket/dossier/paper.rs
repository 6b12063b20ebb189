//! The dossier's page: HTML that refers to nothing outside itself and runs nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tournee_core::changes::text_to_html;
use tournee_core::domain::{Act, Correspondent, Entry, EntryKind, Mail, Thread};
use tournee_core::ids::ChangeId;
use tournee_core::time::Instant;

use super::super::entry::{author, details, is_private, look};
use super::super::history::{act_words, who};
use super::super::timeline::{Item, together};
use crate::text::t;

/// Pictures by the entry that they belong to, as addresses that hold them.
pub type Pictures = BTreeMap<(u64, Option<ChangeId>), String>;

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;color:#111;background:#fff;max-width:52rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:2px solid #0b5d8a}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt,.head,.act,.foot{color:#444}dd{margin:0;overflow-wrap:anywhere}\
article{border-top:1px solid #bbb;padding:.5rem 0;break-inside:avoid;overflow-wrap:anywhere}.head{margin:0 0 .3rem;font-size:.9rem}\
.act{margin:.2rem 0;font-size:.9rem}.private{background:#fff4d6}img{max-width:100%;max-height:22cm}\
table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2rem .4rem;text-align:start}blockquote{margin:0 0 0 .8rem;padding-left:.8rem;border-left:2px solid #bbb}\
@media print{body{margin:0;font-size:11pt}}";

/// All that goes onto it.
pub struct Paper<'a> {
    /// As `<html lang>` wants it.
    pub language: &'static str,
    /// Number and title.
    pub title: String,
    /// What kind of ticket, in which GLPI.
    pub kind: String,
    /// Facts and people.
    pub facts: Vec<(&'static str, String)>,
    /// The description, sanitised HTML.
    pub content: &'a str,
    /// The timeline, where the phone has it.
    pub entries: Option<&'a [Entry]>,
    /// What was done.
    pub acts: &'a [Act],
    /// Who tells what was done.
    pub told: &'a str,
    /// What of the timeline can be seen.
    pub pictures: &'a Pictures,
    /// The mails that belong to it.
    pub threads: &'a [Thread],
    /// With what the requester does not see.
    pub private: bool,
    /// Who made it, and when.
    pub foot: String,
    /// A moment in words.
    pub at: &'a dyn Fn(Instant) -> String,
}

impl Paper<'_> {
    /// The whole page.
    pub fn html(&self) -> String {
        let mut out = String::with_capacity(16_384);
        let (title, kind) = (text_to_html(&self.title), text_to_html(&self.kind));
        // Whatever a text tried to fetch or to run, the page forbids it.
        let policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
        put(
            &mut out,
            format_args!(
                "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
                 <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\
                 <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"referrer\" content=\"no-referrer\">\
                 <title>{title}</title><style>{STYLE}</style></head><body>\
                 <h1>{title}</h1><p>{kind}</p>",
                self.language
            ),
        );
        self.facts(&mut out);
        heading(&mut out, t(|t| t.ticket_description));
        put(&mut out, format_args!("<div>{}</div>", self.content));
        self.timeline(&mut out);
        self.mails(&mut out);
        self.documents(&mut out);
        let foot = text_to_html(&self.foot);
        put(
            &mut out,
            format_args!("<p class=\"foot\">{foot}</p></body></html>"),
        );
        out
    }

    fn facts(&self, out: &mut String) {
        out.push_str("<dl>");
        for (name, words) in self.facts.iter().filter(|(_, words)| !words.is_empty()) {
            let words = text_to_html(words);
            put(out, format_args!("<dt>{name}</dt><dd>{words}</dd>"));
        }
        out.push_str("</dl>");
    }

    fn timeline(&self, out: &mut String) {
        heading(out, t(|t| t.ticket_timeline));
        paragraph(out, self.told);
        if self.entries.is_none() {
            paragraph(out, t(|t| t.ticket_timeline_wait));
        }
        if !self.private {
            paragraph(out, t(|t| t.dossier_without_private));
        }
        let acts = self.acts.iter().map(Item::Act).collect();
        for item in together(self.entries.unwrap_or_default(), acts) {
            match item {
                Item::Entry(entry) if self.is_told(entry) => self.entry(out, entry),
                // Mails follow, whole.
                Item::Entry(_) | Item::Mail(_) => {}
                Item::Act(act) => {
                    let words = format!(
                        "{} · {} · {}",
                        (self.at)(act.at),
                        who(act),
                        act_words(&act.what)
                    );
                    let words = text_to_html(&words);
                    put(out, format_args!("<p class=\"act\">{words}</p>"));
                }
            }
        }
    }

    fn is_told(&self, entry: &Entry) -> bool {
        self.private || !is_private(&entry.what)
    }

    fn entry(&self, out: &mut String, entry: &Entry) {
        let (_, _, kind) = look(&entry.what);
        let private = is_private(&entry.what);
        let mut head = vec![kind.to_owned(), (self.at)(entry.at), author(entry)];
        if private {
            head.push(t(|t| t.ticket_private).to_owned());
        }
        head.extend(details(&entry.what));
        let head = text_to_html(&head.join(" · "));
        let class = if private { " class=\"private\"" } else { "" };
        put(
            out,
            format_args!("<article{class}><p class=\"head\">{head}</p>"),
        );
        match &entry.what {
            EntryKind::Followup { content, .. }
            | EntryKind::Task { content, .. }
            | EntryKind::Solution { content, .. } => out.push_str(content),
            EntryKind::Document(document) => {
                let name = text_to_html(&document.name);
                if let Some(picture) = self.pictures.get(&(entry.id, entry.change)) {
                    put(
                        out,
                        format_args!("<p><img src=\"{picture}\" alt=\"{name}\"></p>"),
                    );
                }
                put(out, format_args!("<p>{name}</p>"));
            }
        }
        out.push_str("</article>");
    }

    fn mails(&self, out: &mut String) {
        for thread in self.threads {
            let subject = format!("{} : {}", t(|t| t.nav_mails), thread.subject());
            heading(out, &subject);
            for mail in &thread.mails {
                self.mail(out, mail);
            }
        }
    }

    fn mail(&self, out: &mut String, mail: &Mail) {
        let to: Vec<String> = mail.to.iter().map(named).collect();
        let head = format!(
            "{} → {} · {}",
            named(&mail.from),
            to.join(", "),
            (self.at)(mail.at)
        );
        let head = text_to_html(&head);
        put(out, format_args!("<article><p class=\"head\">{head}</p>"));
        match &mail.body {
            Some(body) => {
                out.push_str(&body.html);
                if let Some(quoted) = &body.quoted {
                    put(out, format_args!("<blockquote>{quoted}</blockquote>"));
                }
            }
            None => {
                paragraph(out, &mail.snippet);
                paragraph(out, t(|t| t.dossier_mail_unread));
            }
        }
        for file in mail.attachments.iter().filter(|file| file.cid.is_none()) {
            paragraph(out, &file.name);
        }
        out.push_str("</article>");
    }

    /// All files, whether they can be seen here or not.
    fn documents(&self, out: &mut String) {
        let entries = self.entries.unwrap_or_default().iter();
        let mut rows = String::new();
        for entry in entries.filter(|entry| self.is_told(entry)) {
            if let EntryKind::Document(document) = &entry.what {
                let cells = [
                    &document.name,
                    &document.mime,
                    &author(entry),
                    &(self.at)(entry.at),
                ];
                let cells = cells.map(|words| format!("<td>{}</td>", text_to_html(words)));
                put(&mut rows, format_args!("<tr>{}</tr>", cells.concat()));
            }
        }
        if !rows.is_empty() {
            heading(out, t(|t| t.dossier_documents));
            put(out, format_args!("<table><tbody>{rows}</tbody></table>"));
        }
    }
}

fn named(one: &Correspondent) -> String {
    match one.name.is_empty() {
        true => one.address.clone(),
        false => format!("{} <{}>", one.name, one.address),
    }
}

fn heading(out: &mut String, words: &str) {
    let words = text_to_html(words);
    put(out, format_args!("<h2>{words}</h2>"));
}

fn paragraph(out: &mut String, words: &str) {
    let words = text_to_html(words);
    put(out, format_args!("<p>{words}</p>"));
}

fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    // A string takes everything.
    let _ = out.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::{Actor, Deed, Document, MailBody};
    use tournee_core::ids::{MailboxId, ThreadKey, UserId};

    use super::*;

    fn entry(id: u64, what: EntryKind) -> Entry {
        Entry {
            id,
            at: Instant(id.cast_signed()),
            author: Some(Actor::User {
                id: UserId(7),
                name: "Marcoux <Patrick>".to_owned(),
            }),
            what,
            change: None,
        }
    }

    fn note(id: u64, content: &str, private: bool) -> Entry {
        let content = content.to_owned();
        entry(id, EntryKind::Followup { content, private })
    }

    fn photo(id: u64) -> Entry {
        entry(
            id,
            EntryKind::Document(Document {
                id,
                name: "photo \"1\".jpg".to_owned(),
                mime: "image/jpeg".to_owned(),
            }),
        )
    }

    fn thread() -> Thread {
        let body = MailBody {
            html: "<p>Bonjour</p>".to_owned(),
            quoted: Some("<p>cité</p>".to_owned()),
            text: "Bonjour".to_owned(),
            remote: false,
        };
        let mail: Mail = serde_json::from_value(serde_json::json!({
            "id": "m1", "from": { "name": "Garcin", "address": "g@x.example" }, "to": [], "cc": [],
            "subject": "Caisse", "at": 4, "snippet": "Bonjour", "message_id": null, "references": [],
            "outgoing": false, "unread": false, "machine": null, "body": body, "attachments": []
        }))
        .unwrap();
        Thread {
            key: ThreadKey {
                mailbox: MailboxId("x@x.example".to_owned()),
                id: "t".to_owned(),
            },
            boxes: Vec::new(),
            ticket: None,
            mails: vec![mail],
        }
    }

    fn made(private: bool) -> String {
        let entries = [
            note(1, "<p>Caisse <b>bloquée</b></p>", false),
            note(2, "<p>mot de passe</p>", true),
            photo(3),
        ];
        let acts = [Act {
            at: Instant(2),
            who: "Roumieux <Camille>".to_owned(),
            what: Deed::Created,
            change: None,
        }];
        let pictures = Pictures::from([((3, None), "data:image/jpeg;base64,AA==".to_owned())]);
        Paper {
            language: "fr",
            title: "#7754 Caisse <3>".to_owned(),
            kind: "Incident · ancien".to_owned(),
            facts: vec![
                ("Lieu", "Les Arcs & Cie".to_owned()),
                ("Entité", String::new()),
            ],
            content: "<p>ne démarre plus</p>",
            entries: Some(&entries),
            acts: &acts,
            told: "D’après GLPI",
            pictures: &pictures,
            threads: &[thread()],
            private,
            foot: "Fait le 3".to_owned(),
            at: &|at| format!("le {}", at.0),
        }
        .html()
    }

    #[test]
    fn everything_is_on_it_and_what_was_typed_is_text() {
        let html = made(true);
        for there in [
            "<h1>#7754 Caisse &lt;3&gt;</h1>",
            "<dt>Lieu</dt><dd>Les Arcs &amp; Cie</dd>",
            "<p>ne démarre plus</p>",
            "Caisse <b>bloquée</b>",
            "Marcoux &lt;Patrick&gt;",
            "<p>mot de passe</p>",
            "le 2 · Roumieux &lt;Camille&gt;",
            "<img src=\"data:image/jpeg;base64,AA==\" alt=\"photo &quot;1&quot;.jpg\">",
            "<td>photo &quot;1&quot;.jpg</td><td>image/jpeg</td>",
            "Garcin &lt;g@x.example&gt;",
            "<p>Bonjour</p>",
            "<blockquote><p>cité</p></blockquote>",
            "Fait le 3",
        ] {
            assert!(html.contains(there), "{there}\n{html}");
        }
        assert!(!html.contains("Entité"));
    }

    #[test]
    fn it_refers_to_nothing_and_runs_nothing() {
        let html = made(true);
        for forbidden in ["<script", "<link", "src=\"http", "url(", " on"] {
            let found = html.replace(" on ", "").contains(forbidden);
            assert!(!found, "{forbidden}");
        }
        assert!(html.contains("default-src 'none'"));
    }

    #[test]
    fn what_is_private_stays_off_it_where_that_is_wanted_and_that_is_said() {
        let html = made(false);
        assert!(!html.contains("mot de passe"));
        assert!(html.contains(t(|t| t.dossier_without_private)));
    }
}
