//! Each word once, in one long text: a part of a word is found in all of them by one look.

const BREAK: char = '\n';
const FREE: u32 = u32::MAX;

/// Words by their numbers, and numbers by words.
#[derive(Clone, Debug)]
pub struct Dictionary {
    /// A break before each word, and one at the end.
    text: String,
    /// Where each word begins.
    starts: Vec<u32>,
    /// Numbers, where a word's hash says; at least half are free.
    slots: Vec<u32>,
}

/// How much of a word is what was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// A part within it.
    Within,
    /// Its beginning.
    Start,
    /// All of it.
    Whole,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self {
            text: String::from(BREAK),
            starts: Vec::new(),
            slots: vec![FREE; 64],
        }
    }
}

impl Dictionary {
    /// How many words.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// A word by its number.
    pub fn word(&self, number: u32) -> &str {
        let number = number as usize;
        let Some(start) = self.starts.get(number) else {
            return "";
        };
        let next = self.starts.get(number + 1);
        let end = next.map_or(self.text.len(), |next| *next as usize);
        &self.text[*start as usize..end - 1]
    }

    /// A word's number; a new word gets the next.
    pub fn number(&mut self, word: &str) -> u32 {
        let slot = self.slot(word);
        if self.slots[slot] != FREE {
            return self.slots[slot];
        }
        let number = self.starts.len() as u32;
        self.starts.push(self.text.len() as u32);
        self.text.push_str(word);
        self.text.push(BREAK);
        self.slots[slot] = number;
        if self.starts.len() * 2 > self.slots.len() {
            self.grow();
        }
        number
    }

    /// Where a word is, or the free place for it.
    fn slot(&self, word: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(word) as usize & mask;
        while self.slots[slot] != FREE && self.word(self.slots[slot]) != word {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.slots = vec![FREE; self.slots.len() * 2];
        for number in 0..self.starts.len() as u32 {
            let slot = self.slot(self.word(number));
            self.slots[slot] = number;
        }
    }

    /// Calls back on each word that has `part` in it. A single letter has to be a word's first.
    pub fn each_with(&self, part: &str, mut call: impl FnMut(usize, Fit)) {
        if part.is_empty() || part.contains(BREAK) {
            return;
        }
        let first = part.chars().nth(1).is_none();
        let looked_for = match first {
            true => format!("{BREAK}{part}"),
            false => part.to_owned(),
        };
        let mut from = 0;
        while let Some(found) = self.text.get(from..).and_then(|t| t.find(&looked_for)) {
            let at = from + found + usize::from(first);
            // The first place in a word is its best one: on to the next word.
            let number = self.starts.partition_point(|start| *start as usize <= at) - 1;
            let start = self.starts[number] as usize;
            let next = self.starts.get(number + 1).map(|next| *next as usize);
            let end = next.unwrap_or(self.text.len()) - 1;
            call(
                number,
                match (at == start, at + part.len() == end) {
                    (true, true) => Fit::Whole,
                    (true, false) => Fit::Start,
                    (false, _) => Fit::Within,
                },
            );
            // The break before the next word belongs to what is looked for.
            from = end;
        }
    }
}

/// FNV-1a.
fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(dictionary: &Dictionary, part: &str) -> Vec<(String, Fit)> {
        let mut found = Vec::new();
        dictionary.each_with(part, |number, fit| {
            found.push((dictionary.word(number as u32).to_owned(), fit));
        });
        found
    }

    #[test]
    fn a_word_keeps_its_number() {
        let mut dictionary = Dictionary::default();
        let words: Vec<String> = (0..5_000).map(|n| format!("mot{n}")).collect();
        let numbers: Vec<u32> = words.iter().map(|word| dictionary.number(word)).collect();
        assert_eq!(dictionary.len(), 5_000);
        for (word, number) in words.iter().zip(numbers) {
            assert_eq!(dictionary.number(word), number);
            assert_eq!(dictionary.word(number), word);
        }
        assert_eq!(dictionary.word(5_000), "");
    }

    #[test]
    fn a_part_is_found_in_each_word_once_and_at_its_best() {
        let mut dictionary = Dictionary::default();
        for word in ["banane", "an", "annee", "ecran", "x"] {
            dictionary.number(word);
        }
        let owned = |found: &[(&str, Fit)]| -> Vec<(String, Fit)> {
            found
                .iter()
                .map(|(w, fit)| ((*w).to_owned(), *fit))
                .collect()
        };
        assert_eq!(
            with(&dictionary, "an"),
            owned(&[
                ("banane", Fit::Within),
                ("an", Fit::Whole),
                ("annee", Fit::Start),
                ("ecran", Fit::Within)
            ])
        );
        assert_eq!(
            with(&dictionary, "a"),
            owned(&[("an", Fit::Start), ("annee", Fit::Start)])
        );
        assert_eq!(with(&dictionary, "x"), owned(&[("x", Fit::Whole)]));
        assert!(with(&dictionary, "").is_empty());
        assert!(with(&dictionary, "zz").is_empty());
        assert!(with(&Dictionary::default(), "a").is_empty());
    }
}
