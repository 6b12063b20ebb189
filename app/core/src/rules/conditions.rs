//! Which mails a rule is for. All that is said must hold; what is not said holds for every mail.

use serde::{Deserialize, Serialize};

use super::{MOST_LETTERS, RuleFault};
use crate::domain::Mail;
use crate::fold::fold;
use crate::proposal::Letter;

/// More phrases than somebody writes down.
const MOST_WORDS: usize = 50;

/// What a mail must be like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Conditions {
    /// The name of a label that it bears in Gmail.
    pub label: Option<String>,
    /// The address of who wrote it.
    pub sender: Option<String>,
    /// The domain of that address.
    pub domain: Option<String>,
    /// Words or phrases of which it says at least one, in its subject or in what is new in it; none: whatever it says.
    pub words: Vec<String>,
    /// Whether a file came with it.
    pub attachment: Option<bool>,
}

/// A mail, and what of it stands in its mailbox alone.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// It.
    pub mail: &'a Mail,
    /// The names of its labels.
    pub labels: &'a [String],
}

/// The first condition that a mail does not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsaid {
    /// It bears another label.
    Label,
    /// Somebody else wrote it.
    Sender,
    /// It is from elsewhere.
    Domain,
    /// It says none of the words.
    Words,
    /// No file came with it, or one did.
    Attachment,
}

impl Conditions {
    /// Whether a mail meets them.
    pub fn matches(&self, of: Incoming<'_>) -> bool {
        self.unmet(of).is_none()
    }

    /// The first that it does not meet.
    pub fn unmet(&self, of: Incoming<'_>) -> Option<Unsaid> {
        let Incoming { mail, labels } = of;
        let address = &mail.from.address;
        let bears = |name: &String| labels.iter().any(|label| fold(label) == fold(name.trim()));
        let wrote = |who: &String| address.eq_ignore_ascii_case(who.trim());
        let is_from = |domain: &String| {
            let own = address.rsplit_once('@').map(|(_, own)| own);
            own.is_some_and(|own| own.eq_ignore_ascii_case(bare(domain)))
        };
        let checks = [
            (self.label.as_ref().is_none_or(bears), Unsaid::Label),
            (self.sender.as_ref().is_none_or(wrote), Unsaid::Sender),
            (self.domain.as_ref().is_none_or(is_from), Unsaid::Domain),
            (
                self.attachment
                    .is_none_or(|wanted| wanted == has_file(mail)),
                Unsaid::Attachment,
            ),
        ];
        let mut unmet = checks.into_iter().filter(|(met, _)| !met);
        let first = unmet.next().map(|(_, unsaid)| unsaid);
        first.or_else(|| (!self.says(mail)).then_some(Unsaid::Words))
    }

    fn says(&self, mail: &Mail) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let letter = Letter::of(mail);
        let mut words = self.words.iter();
        words.any(|phrase| letter.says(phrase).is_some())
    }

    pub(super) fn validate(&self) -> Result<(), RuleFault> {
        let texts = [&self.label, &self.sender, &self.domain];
        let texts = texts.into_iter().flatten().chain(&self.words);
        for text in texts {
            if text.chars().count() > MOST_LETTERS {
                return Err(RuleFault::TooLong);
            }
        }
        let is_plain = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
        let sender = self.sender.as_ref().map(|sender| sender.trim());
        if sender.is_some_and(|sender| !is_plain(sender) || !sender.contains('@')) {
            return Err(RuleFault::Sender);
        }
        let domain = self.domain.as_ref().map(|domain| bare(domain));
        if domain.is_some_and(|domain| !is_plain(domain) || domain.contains('@')) {
            return Err(RuleFault::Domain);
        }
        let has_word = |phrase: &String| phrase.chars().any(char::is_alphanumeric);
        match self.words.len() > MOST_WORDS || !self.words.iter().all(has_word) {
            true => Err(RuleFault::Words),
            false => Ok(()),
        }
    }
}

/// A domain is also written with its sign.
fn bare(domain: &str) -> &str {
    domain.trim().trim_start_matches('@')
}

/// A picture within the text is no file, as in the list of mails.
fn has_file(mail: &Mail) -> bool {
    mail.attachments.iter().any(|file| file.cid.is_none())
}
