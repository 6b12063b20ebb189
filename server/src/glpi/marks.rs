//! The mark that a write of ours leaves in GLPI, so that an unknown outcome can be looked up by it.

use sha2::{Digest as _, Sha256};
use tournee_core::changes::{Change, REFERENCE, REFERENCE_ALPHABET, REFERENCE_LETTERS};
use tournee_core::ids::ChangeId;
use uuid::Uuid;

use super::dialect::Outgoing;

const FILE_STEM_LETTERS: usize = 80;
const COMMENT_START: &str = "<!-- tournee:";
const COMMENT_END: &str = " -->";

/// Maps a short reference (`T-7K3Q9F2A`) to the change it stands for, where the server's store knows it.
pub type Resolver<'a> = &'a (dyn Fn(&str) -> Option<ChangeId> + Send + Sync);

/// A change's mark: a whole id in an HTML comment where that is invisible, else a reference a person can quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(ChangeId);

impl Mark {
    /// The mark of a change.
    pub fn new(change: ChangeId) -> Self {
        Self(change)
    }

    /// The mark that a change leaves: its own name's; a file that is brought from elsewhere has the file's, so that it is
    /// found whoever put it there, and by a server that knows nothing of him.
    pub fn of(change: &Change) -> Self {
        let Some(identity) = change.body.brought() else {
            return Self::new(change.id);
        };
        let digest: [u8; 32] = Sha256::digest(identity).into();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        Self(ChangeId(Uuid::from_bytes(id)))
    }

    /// The change.
    pub fn change(&self) -> ChangeId {
        self.0
    }

    /// The short reference: the last 40 bits of the UUIDv7, which are random.
    pub fn reference(&self) -> String {
        let bits = self.0.0.as_u128();
        let letters = (0..REFERENCE_LETTERS).rev().map(|place| {
            let index = (bits >> (5 * place)) & 31;
            char::from(REFERENCE_ALPHABET[index as usize])
        });
        format!("T-{}", letters.collect::<String>())
    }

    /// As an HTML comment.
    pub(crate) fn comment(&self) -> String {
        format!("{COMMENT_START}{}{COMMENT_END}", self.0)
    }

    /// As a line of text.
    pub(crate) fn line(&self) -> String {
        format!("réf. {}", self.reference())
    }

    /// The name that a file gets in GLPI: letters that it keeps in every version, then the reference. Recorded: it drops
    /// accents and signs; capitals may become small.
    pub(crate) fn file_name(&self, name: &str) -> String {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let stem: String = plain(stem).chars().take(FILE_STEM_LETTERS).collect();
        let stem = stem.trim_matches('-');
        let stem = if stem.is_empty() { "fichier" } else { stem };
        let extension = plain(extension).to_lowercase();
        let reference = self.reference();
        match extension.trim_matches('-') {
            "" => format!("{stem}-{reference}"),
            extension => format!("{stem}-{reference}.{extension}"),
        }
    }

    /// Whether decoded content carries another change's mark.
    pub(crate) fn is_contradicted(&self, content: &str) -> bool {
        Found::in_content(content).is_some() && !self.is_in(content)
    }

    /// Whether decoded content carries this mark, in either form.
    pub(crate) fn is_in(&self, content: &str) -> bool {
        match Found::in_content(content) {
            Some(Found {
                whole: Some(id), ..
            }) => id == self.0,
            Some(found) => found.reference == self.reference(),
            None => false,
        }
    }
}

/// A text in the form that a mark goes with, without one: what somebody else wrote first has none.
pub(crate) fn unmarked(form: impl Fn(&Mark) -> Outgoing) -> Outgoing {
    let marked = form(&Mark(ChangeId(uuid::Uuid::nil())));
    let bare = Found::in_content(&marked.content).map(|found| found.rest);
    Outgoing {
        content: bare.unwrap_or(marked.content),
        notices: marked.notices,
    }
}

/// A mark found in decoded content. Both forms are looked for in every version: a GLPI that was migrated keeps its
/// old texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The whole id, from a comment.
    pub whole: Option<ChangeId>,
    /// The short reference, from a line.
    pub reference: String,
    /// The content without the mark.
    pub rest: String,
}

impl Found {
    /// Looks for a mark at the end of the content.
    pub(crate) fn in_content(content: &str) -> Option<Self> {
        Self::comment(content).or_else(|| Self::line(content))
    }

    /// As a line of text, whichever form it was found in.
    pub(crate) fn as_line(&self) -> String {
        format!("réf. {}", self.reference)
    }

    /// The change, by itself or by the store.
    pub(crate) fn change(&self, resolve: Resolver<'_>) -> Option<ChangeId> {
        self.whole.or_else(|| resolve(&self.reference))
    }

    /// Looks for a mark at the end of a file's name.
    pub(crate) fn in_file_name(name: &str) -> Option<Self> {
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) => (stem, format!(".{extension}")),
            None => (name, String::new()),
        };
        let start = stem.len().checked_sub(REFERENCE_LETTERS)?;
        let reference = stem.get(start..)?.to_ascii_uppercase();
        let rest = stem.get(..start)?;
        let rest = rest.strip_suffix("-T-").or(rest.strip_suffix("-t-"))?;
        let is_ours = reference
            .bytes()
            .all(|letter| REFERENCE_ALPHABET.contains(&letter));
        is_ours.then(|| Self {
            whole: None,
            reference: format!("T-{reference}"),
            rest: format!("{rest}{extension}"),
        })
    }

    fn comment(content: &str) -> Option<Self> {
        let start = content.rfind(COMMENT_START)?;
        let inside = &content[start + COMMENT_START.len()..];
        let end = inside.find(COMMENT_END)?;
        let id = ChangeId(inside[..end].parse().ok()?);
        let rest = format!(
            "{}{}",
            &content[..start],
            &inside[end + COMMENT_END.len()..]
        );
        Some(Self {
            whole: Some(id),
            reference: Mark(id).reference(),
            rest,
        })
    }

    fn line(content: &str) -> Option<Self> {
        let start = content.rfind(REFERENCE)?;
        let letters = &content[start + REFERENCE.len()..];
        let reference = letters.get(..REFERENCE_LETTERS)?;
        if !reference
            .bytes()
            .all(|letter| REFERENCE_ALPHABET.contains(&letter))
        {
            return None;
        }
        let after = &letters[REFERENCE_LETTERS..];
        // What stands behind it can only be the end of the paragraph: a reference quoted in a sentence is not a mark.
        if !only_closing_tags(after) {
            return None;
        }
        let before = trim_breaks(&content[..start]);
        Some(Self {
            whole: None,
            reference: format!("T-{reference}"),
            rest: format!("{before}{}", after.trim_end()),
        })
    }
}

/// Letters and digits without accents; everything else becomes a dash.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let small = letter.to_lowercase().next().unwrap_or(letter);
        let bare = match small {
            'à' | 'â' | 'ä' => "a",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'î' | 'ï' => "i",
            'ô' | 'ö' => "o",
            'ù' | 'û' | 'ü' => "u",
            'ç' => "c",
            'œ' => "oe",
            // Accents that stand by themselves.
            '\u{300}'..='\u{36f}' => "",
            _ if letter.is_ascii_alphanumeric() || letter == '_' => {
                out.push(letter);
                continue;
            }
            _ if out.ends_with('-') => "",
            _ => "-",
        };
        match letter.is_uppercase() {
            true => out.push_str(&bare.to_uppercase()),
            false => out.push_str(bare),
        }
    }
    out
}

fn only_closing_tags(text: &str) -> bool {
    let mut rest = text.trim();
    while let Some(tag) = rest.strip_prefix("</") {
        match tag.split_once('>') {
            Some((_, after)) => rest = after.trim_start(),
            None => return false,
        }
    }
    rest.is_empty()
}

fn trim_breaks(text: &str) -> &str {
    let mut rest = text.trim_end();
    while let Some(shorter) = ["<br>", "<br/>", "<br />"]
        .iter()
        .find_map(|tag| rest.strip_suffix(tag))
    {
        rest = shorter.trim_end();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Mark {
        Mark::new(ChangeId(
            "019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b1".parse().unwrap(),
        ))
    }

    #[test]
    fn a_comment_carries_the_whole_id_and_leaves_no_trace() {
        let content = format!("<p>Remplacé</p>{}", mark().comment());
        let found = Found::in_content(&content).unwrap();
        assert_eq!(found.change(&|_| None), Some(mark().change()));
        assert_eq!(found.rest, "<p>Remplacé</p>");
        assert!(mark().is_in(&content));
    }

    #[test]
    fn a_line_is_short_quotable_and_mapped_back_by_the_store() {
        assert_eq!(mark().reference().len(), 10);
        for content in [
            format!("Ligne 1\nLigne 2\n\n{}", mark().line()),
            format!("Ligne 1\nLigne 2<br><br>{}", mark().line()),
        ] {
            let found = Found::in_content(&content).unwrap();
            assert_eq!(found.rest, "Ligne 1\nLigne 2");
            let known = mark().reference();
            let resolve = |reference: &str| (reference == known).then(|| mark().change());
            assert_eq!(found.change(&resolve), Some(mark().change()));
            assert!(mark().is_in(&content));
        }
        let html = format!("<p>a<br><br>{}</p>", mark().line());
        assert_eq!(Found::in_content(&html).unwrap().rest, "<p>a</p>");
    }

    #[test]
    fn a_file_carries_the_reference_in_its_name_in_capitals_or_not() {
        let name = mark().file_name("Écran de la caisse n°12 (fêlé).JPG");
        let reference = mark().reference();
        assert_eq!(
            name,
            format!("Ecran-de-la-caisse-n-12-fele-{reference}.jpg")
        );
        for name in [name.clone(), name.to_lowercase()] {
            let found = Found::in_file_name(&name).unwrap();
            assert_eq!(found.reference, reference);
            assert!(found.rest.ends_with("-fele.jpg"));
        }
        assert_eq!(mark().file_name("…"), format!("fichier-{reference}"));
        for other in [
            "piece-1.txt",
            "T-12345678.txt",
            "a-T-1234567U.png",
            "é.png",
            "",
        ] {
            assert_eq!(Found::in_file_name(other), None, "{other}");
        }
    }

    #[test]
    fn a_reference_in_a_sentence_is_no_mark() {
        let content = format!("Voir {} et rappeler.", mark().line());
        assert_eq!(Found::in_content(&content), None);
        assert_eq!(Found::in_content("réf. T-12"), None);
        assert_eq!(Found::in_content("réf. T-éééééééé"), None);
    }

    #[test]
    fn another_changes_mark_is_not_this_one() {
        let other = Mark::new(ChangeId(
            "019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b2".parse().unwrap(),
        ));
        assert!(!other.is_in(&format!("a\n\n{}", mark().line())));
        assert!(!other.is_in(&mark().comment()));
        assert!(other.is_contradicted(&mark().comment()));
        assert!(!other.is_contradicted("Texte d'une règle"));
        assert!(!mark().is_contradicted(&format!("a\n\n{}", mark().line())));
    }
}
