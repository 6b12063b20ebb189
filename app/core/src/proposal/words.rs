//! The words of a text, so that they can be held against names and against other texts: no accents, no plural, none of
//! those that say nothing.

use std::collections::BTreeMap;

use crate::fold::fold;

/// Folded words that every mail has.
const SAY_NOTHING: &[&str] = &[
    "afin",
    "ainsi",
    "alors",
    "apres",
    "assez",
    "aucun",
    "aucune",
    "aussi",
    "autre",
    "autres",
    "avais",
    "avait",
    "avance",
    "avant",
    "avec",
    "avez",
    "avoir",
    "avons",
    "bien",
    "bonjour",
    "bonne",
    "bonsoir",
    "car",
    "cdt",
    "cela",
    "celui",
    "ces",
    "cet",
    "cette",
    "chez",
    "comme",
    "comment",
    "cordialement",
    "dans",
    "deja",
    "demain",
    "demande",
    "depuis",
    "des",
    "deux",
    "dire",
    "dit",
    "dois",
    "doit",
    "donc",
    "dont",
    "elle",
    "elles",
    "encore",
    "entre",
    "est",
    "etait",
    "ete",
    "etes",
    "etre",
    "faire",
    "fait",
    "faut",
    "fois",
    "fyi",
    "hello",
    "hier",
    "ici",
    "ils",
    "informatique",
    "jamais",
    "jour",
    "jours",
    "jusque",
    "les",
    "leur",
    "leurs",
    "lors",
    "lui",
    "madame",
    "mail",
    "mais",
    "matin",
    "meme",
    "merci",
    "mes",
    "messieurs",
    "mettre",
    "moi",
    "moins",
    "mon",
    "monsieur",
    "nos",
    "notre",
    "nous",
    "ont",
    "oui",
    "par",
    "parce",
    "pas",
    "passer",
    "petit",
    "petite",
    "peut",
    "peux",
    "plus",
    "plusieurs",
    "pour",
    "pourquoi",
    "pouvez",
    "pouvoir",
    "pouvons",
    "pris",
    "puis",
    "quand",
    "que",
    "quel",
    "quelle",
    "quelques",
    "question",
    "qui",
    "quoi",
    "re",
    "rien",
    "salut",
    "sans",
    "savoir",
    "semaine",
    "ses",
    "service",
    "seul",
    "seule",
    "soir",
    "sommes",
    "son",
    "sont",
    "sous",
    "suis",
    "suite",
    "sur",
    "tel",
    "tes",
    "ticket",
    "tout",
    "toute",
    "toutes",
    "tous",
    "tres",
    "trois",
    "une",
    "vers",
    "voici",
    "voila",
    "voir",
    "vos",
    "votre",
    "vous",
    "the",
    "and",
    "for",
    "you",
    "your",
];

/// A word as it stands in a text, and folded.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    shown: String,
    folded: String,
}

/// A text in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    all: Vec<Word>,
    /// What it says, by stem, each as it first stands there.
    telling: BTreeMap<String, String>,
}

impl Words {
    /// The words of a text.
    pub fn of(text: &str) -> Self {
        let accent = |letter: char| ('\u{300}'..='\u{36f}').contains(&letter);
        let pieces = text.split(|letter: char| !letter.is_alphanumeric() && !accent(letter));
        let all: Vec<Word> = pieces
            .filter(|piece| !piece.is_empty())
            .map(|piece| Word {
                shown: piece.to_owned(),
                folded: holy(fold(piece)),
            })
            .collect();
        let mut telling = BTreeMap::new();
        for word in all.iter().filter(|word| is_telling(&word.folded)) {
            telling
                .entry(stem(&word.folded).to_owned())
                .or_insert_with(|| word.shown.clone());
        }
        Self { all, telling }
    }

    /// The stems of what it says, each with its word.
    pub fn telling(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.telling.iter();
        pairs.map(|(stem, shown)| (stem.as_str(), shown.as_str()))
    }

    /// The word of a stem, where it says that.
    pub fn word(&self, stem: &str) -> Option<&str> {
        self.telling.get(stem).map(String::as_str)
    }

    /// Where a phrase stands in it, plurals aside: as it stands there.
    pub fn phrase(&self, phrase: &Words) -> Option<String> {
        let length = phrase.all.len();
        if length == 0 {
            return None;
        }
        let same = |(a, b): (&Word, &Word)| stem(&a.folded) == stem(&b.folded);
        let found = self
            .all
            .windows(length)
            .find(|window| window.iter().zip(&phrase.all).all(same))?;
        let shown: Vec<&str> = found.iter().map(|word| word.shown.as_str()).collect();
        Some(shown.join(" "))
    }

    /// The same for words that are written folded.
    pub fn says(&self, phrase: &str) -> Option<String> {
        self.phrase(&Words::of(phrase))
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Without its first words.
    pub fn without_first(&self, count: usize) -> Self {
        Self {
            all: self.all.iter().skip(count).cloned().collect(),
            telling: self.telling.clone(),
        }
    }

    /// Its first word, folded.
    pub fn first(&self) -> Option<&str> {
        self.all.first().map(|word| word.folded.as_str())
    }
}

/// *Saint-Zacharie* is written in three ways.
fn holy(folded: String) -> String {
    match folded.as_str() {
        "saint" | "sainte" | "ste" => "st".to_owned(),
        _ => folded,
    }
}

fn is_telling(folded: &str) -> bool {
    let long_enough = folded.chars().count() >= 3;
    let is_number = folded.chars().all(|letter| letter.is_ascii_digit());
    long_enough && !is_number && !SAY_NOTHING.contains(&folded)
}

/// A word without its plural and its feminine, near enough.
pub(super) fn stem(folded: &str) -> &str {
    let bare = folded.trim_end_matches(['s', 'x']).trim_end_matches('e');
    match bare.chars().count() >= 4 {
        true => bare,
        false => folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_accents_and_capitals_are_one_word() {
        let words = Words::of("Les Caisses BLOQUÉES, l’imprimante d'Étienne");
        let stems: Vec<&str> = words.telling().map(|(stem, _)| stem).collect();
        assert_eq!(stems, ["bloqu", "caiss", "etienn", "imprimant"]);
        assert_eq!(words.word("bloqu"), Some("BLOQUÉES"));
        assert_eq!(stem("caisses"), stem("caisse"));
        assert_eq!(stem("prix"), "prix");
    }

    #[test]
    fn a_phrase_is_found_as_it_stands_there() {
        let words = Words::of("Au magasin de Saint-Zac : plus rien");
        assert_eq!(words.says("st zac").as_deref(), Some("Saint Zac"));
        assert_eq!(words.says("zac st"), None);
        assert_eq!(words.says(""), None);
    }

    #[test]
    fn what_every_mail_says_and_numbers_say_nothing() {
        let words = Words::of("Bonjour, merci pour votre service. 12 34 567");
        assert_eq!(words.telling().count(), 0);
    }
}
