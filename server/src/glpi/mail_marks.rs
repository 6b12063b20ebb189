//! The mark that the mail a ticket was made of leaves in its description, so that both are found again from GLPI and
//! Gmail alone.
//!
//! A `Message-ID` is anybody's text: 9.2 strips its angle brackets and turns its `&` into `&amp;`, 10 unescapes its
//! backslashes, and no search finds one with a `<` in it. So the mark is a short name that is drawn from it, the same in
//! both versions: whoever holds the mail can draw it again, and letters and digits survive everywhere.

use sha2::{Digest as _, Sha256};

use super::marks::{LETTERS, only_closing_tags, trim_breaks};

/// 60 bits: no two mails of a house share it by chance.
const LENGTH: usize = 12;
const LINE_START: &str = "réf. M-";
const COMMENT_START: &str = "<!-- tournee-mail:M-";
const COMMENT_END: &str = " -->";

/// A mail by the short name of its `Message-ID`: `M-7K3Q9F2A5B6C`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailMark(String);

impl MailMark {
    /// The mark of a `Message-ID`.
    pub fn of(message_id: &str) -> Self {
        let digest = Sha256::digest(message_id.trim().trim_matches(['<', '>']).as_bytes());
        let bits = digest
            .iter()
            .take(8)
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let letters = (0..LENGTH).map(|place| {
            let index = (bits >> (5 * place)) & 31;
            char::from(LETTERS[index as usize])
        });
        Self(format!("M-{}", letters.collect::<String>()))
    }

    /// As it stands in texts and in the store.
    pub fn name(&self) -> &str {
        &self.0
    }

    pub(crate) fn comment(&self) -> String {
        format!("<!-- tournee-mail:{}{COMMENT_END}", self.0)
    }

    pub(crate) fn line(&self) -> String {
        format!("réf. {}", self.0)
    }

    /// The mark at the end of decoded content whose own mark was taken off, and the content without it.
    pub(crate) fn in_content(content: &str) -> Option<(Self, String)> {
        Self::in_comment(content).or_else(|| Self::in_line(content))
    }

    fn in_comment(content: &str) -> Option<(Self, String)> {
        let start = content.rfind(COMMENT_START)?;
        let inside = &content[start + COMMENT_START.len()..];
        let mark = Self::read(inside)?;
        let after = inside[LENGTH..].strip_prefix(COMMENT_END)?;
        Some((mark, format!("{}{after}", &content[..start])))
    }

    fn in_line(content: &str) -> Option<(Self, String)> {
        let start = content.rfind(LINE_START)?;
        let letters = &content[start + LINE_START.len()..];
        let mark = Self::read(letters)?;
        let after = &letters[LENGTH..];
        // Somebody quotes it in a sentence: that ticket was not made of it.
        only_closing_tags(after).then(|| {
            let before = trim_breaks(&content[..start]);
            (mark, format!("{before}{}", after.trim_end()))
        })
    }

    fn read(letters: &str) -> Option<Self> {
        let name = letters.get(..LENGTH)?;
        let is_whole = name.bytes().all(|letter| LETTERS.contains(&letter));
        is_whole.then(|| Self(format!("M-{name}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glpi::Mark;
    use crate::glpi::marks::Found;
    use tournee_core::ids::ChangeId;

    #[test]
    fn a_name_is_short_and_the_same_for_ever() {
        let mark = MailMark::of("CAF+x='1&2\\n@mail.gmail.com");
        assert_eq!(mark, MailMark::of(" <CAF+x='1&2\\n@mail.gmail.com> "));
        assert_eq!(mark.name().len(), 2 + LENGTH);
        assert_ne!(mark, MailMark::of("caf+x='1&2\\n@mail.gmail.com"));
        // Written into tickets: it must never be drawn otherwise.
        assert_eq!(MailMark::of("a@b").name(), "M-0J9XR0MPR62A");
    }

    #[test]
    fn it_is_found_behind_a_text_and_before_the_change_s_own_mark() {
        let mail = MailMark::of("a@b");
        let change = Mark::new(ChangeId(
            "019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b1".parse().unwrap(),
        ));
        for content in [
            format!("Elle fume\n\n{}\n{}", mail.line(), change.line()),
            format!("Elle fume<br><br>{}<br>{}", mail.line(), change.line()),
            format!("Elle fume{}{}", mail.comment(), change.comment()),
        ] {
            let found = Found::in_content(&content).unwrap();
            assert_eq!(
                MailMark::in_content(&found.rest),
                Some((mail.clone(), "Elle fume".to_owned()))
            );
        }
    }

    #[test]
    fn who_quotes_it_is_not_made_of_it() {
        let mail = MailMark::of("a@b");
        assert_eq!(
            MailMark::in_content(&format!("Voir {} svp", mail.line())),
            None
        );
        for odd in [
            "réf. M-12",
            "réf. M-éééééééééééé",
            "<!-- tournee-mail:M-QKB",
            "",
            "<!-- tournee-mail:M-0J9XR0MPR62A",
        ] {
            assert_eq!(MailMark::in_content(odd), None, "{odd}");
        }
    }
}
