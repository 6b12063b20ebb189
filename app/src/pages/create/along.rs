//! The files that came with a mail: which of them go along to the ticket.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tournee_core::changes::{AttachMailFile, ChangeBody};
use tournee_core::domain::{FileRefusal, FileRules};

use super::filling::Filling;
use super::form::Form;
use crate::components::{kept, part, switched, whether};
use crate::text::{fill, size, t};

/// A file of the mail, and what was chosen for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Along {
    /// Which.
    pub file: AttachMailFile,
    /// By hand; else what this GLPI is likely to take goes along.
    pub chosen: Option<bool>,
}

impl Along {
    /// A mail's files, of which nobody has chosen any.
    pub fn all(files: Vec<AttachMailFile>) -> Vec<Self> {
        let along = |file| Self { file, chosen: None };
        files.into_iter().map(along).collect()
    }

    /// What this GLPI is known to say to it.
    fn refusal(&self, rules: &FileRules) -> Option<FileRefusal> {
        rules.refuses(&self.file.name, self.file.size)
    }

    /// Whether it goes along.
    pub fn goes(&self, rules: &FileRules) -> bool {
        match self.refusal(rules) {
            None => self.chosen != Some(false),
            Some(FileRefusal::UnusualType) => self.chosen == Some(true),
            Some(FileRefusal::TooLarge | FileRefusal::Type) => false,
        }
    }
}

impl Form {
    /// The changes that put the mail's files on the ticket.
    pub fn files(&self, rules: &FileRules) -> Vec<ChangeBody> {
        let along = self.mail.iter().flat_map(|mail| &mail.files);
        let going = along.filter(|along| along.goes(rules));
        let change = |along: &Along| ChangeBody::MailFile(Box::new(along.file.clone()));
        going.map(change).collect()
    }

    fn choose_file(&mut self, part: &str, goes: bool) {
        let files = self.mail.iter_mut().flat_map(|mail| &mut mail.files);
        for along in files.filter(|along| along.file.part == part) {
            along.chosen = Some(goes);
        }
    }
}

/// The mail's files, to be ticked.
pub fn files(filling: Filling) -> AnyView {
    let listed = kept(move || {
        filling.form.with(|form| {
            let files = form.mail.iter().flat_map(|mail| &mail.files);
            files.map(|along| along.file.clone()).collect::<Vec<_>>()
        })
    });
    let rules = kept(move || filling.file_rules());
    let view = move || {
        let rows = listed
            .get()
            .into_iter()
            .map(|file| row(filling, file, rules));
        let rows: Vec<AnyView> = rows.collect();
        (!rows.is_empty()).then(|| {
            view! {
                <fieldset class="along" data-test="create-files">
                    <legend class="small muted">{t(|t| t.mail_files)}</legend>
                    {rows}
                </fieldset>
            }
            .into_any()
        })
    };
    part(view).into_any()
}

fn row(filling: Filling, file: AttachMailFile, rules: Memo<FileRules>) -> AnyView {
    let along = {
        let part = file.part.clone();
        kept(move || {
            filling.form.with(|form| {
                let mut files = form.mail.iter().flat_map(|mail| &mail.files);
                files.find(|along| along.file.part == part).cloned()
            })
        })
    };
    let goes = move || {
        along.with(|along| {
            along
                .as_ref()
                .is_some_and(|along| rules.with(|rules| along.goes(rules)))
        })
    };
    let refusal =
        kept(move || along.with(|along| rules.with(|rules| words(along.as_ref()?, rules))));
    let never =
        whether(move || refusal.with(|words| words.as_ref().is_some_and(|(_, never)| *never)));
    let hint = move || refusal.get().map(|(words, _)| words);
    let (name, length, part) = (file.name, size(file.size), file.part);
    let described = format!("file-{part}");
    let choose = move |on| filling.update(|form| form.choose_file(&part, on));
    view! {
        <label class="switch">
            <input
                type="checkbox" name="along" aria-describedby=described.clone() disabled=never
                prop:checked=goes on:change=switched(choose)
            />
            <span class="t-cut">{name}</span> <span class="muted small">{length}</span>
        </label>
        <p class="hint" id=described>{hint}</p>
    }
    .into_any()
}

/// What stands against it, and whether that is for certain.
fn words(along: &Along, rules: &FileRules) -> Option<(String, bool)> {
    Some(refusal_words(along.refusal(rules)?, along.file.size, rules))
}

/// What stands against a file of that size, and whether that is for certain.
pub fn refusal_words(refusal: FileRefusal, bytes: u64, rules: &FileRules) -> (String, bool) {
    match refusal {
        FileRefusal::TooLarge => {
            let (is, most) = (size(bytes), size(rules.max_bytes));
            (
                fill(t(|t| t.along_too_large), &[("size", &is), ("most", &most)]),
                true,
            )
        }
        FileRefusal::Type => (t(|t| t.along_type).to_owned(), true),
        FileRefusal::UnusualType => (t(|t| t.along_unusual).to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::create::from_mail::FromMail;
    use tournee_core::ids::{MailboxId, ThreadKey};

    fn file(part: &str, name: &str, size: u64) -> AttachMailFile {
        AttachMailFile {
            thread: ThreadKey {
                mailbox: MailboxId::of("moi@glpi.example"),
                id: "19a".to_owned(),
            },
            mail: "19a".to_owned(),
            message_id: None,
            part: part.to_owned(),
            name: name.to_owned(),
            mime: "image/png".to_owned(),
            size,
        }
    }

    fn form() -> Form {
        let files = vec![
            file("1", "écran.png", 90_000),
            file("2", "winmail.dat", 10),
            file("3", "film.png", 900_000_000),
        ];
        let mail = FromMail {
            files: Along::all(files),
            ..FromMail::default()
        };
        Form {
            mail: Some(mail),
            ..Form::default()
        }
    }

    fn names(form: &Form, rules: &FileRules) -> Vec<String> {
        let files = form.files(rules);
        let names = files
            .iter()
            .filter_map(|body| Some(body.mail_file()?.name.clone()));
        names.collect()
    }

    #[test]
    fn what_this_glpi_takes_goes_along_unless_he_says_no() {
        let mut form = form();
        let rules = FileRules::default();
        assert_eq!(names(&form, &rules), ["écran.png"]);
        form.choose_file("2", true);
        form.choose_file("1", false);
        form.choose_file("3", true);
        assert_eq!(names(&form, &rules), ["winmail.dat"]);
        assert_eq!(Form::read(&form.stored()), form);
    }

    #[test]
    fn what_is_refused_for_certain_never_goes_along() {
        let mut form = form();
        let rules = FileRules {
            extensions: vec!["png".to_owned()],
            certain: true,
            ..FileRules::default()
        };
        form.choose_file("2", true);
        assert_eq!(names(&form, &rules), ["écran.png"]);
    }
}
