//! Query strings as PHP reads them: `criteria[0][field]=12` is a tree.

use percent_encoding::percent_decode_str;

/// A parameter: a word, or a list of named ones.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// A word.
    Leaf(String),
    /// Named members, in the order of their first mention.
    Node(Vec<(String, Tree)>),
}

impl Default for Tree {
    fn default() -> Self {
        Tree::Node(Vec::new())
    }
}

impl Tree {
    /// Reads a query string.
    pub fn parse(query: &str) -> Tree {
        let mut root = Tree::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name), decode(value));
            root.put(&path(&name), value);
        }
        root
    }

    fn put(&mut self, path: &[String], value: String) {
        let Some((first, rest)) = path.split_first() else {
            *self = Tree::Leaf(value);
            return;
        };
        if let Tree::Leaf(_) = self {
            *self = Tree::default();
        }
        let Tree::Node(members) = self else { return };
        let name = if first.is_empty() {
            members.len().to_string()
        } else {
            first.clone()
        };
        let at = match members.iter().position(|(there, _)| *there == name) {
            Some(at) => at,
            None => {
                members.push((name, Tree::default()));
                members.len() - 1
            }
        };
        members[at].1.put(rest, value);
    }

    /// A member.
    pub fn get(&self, name: &str) -> Option<&Tree> {
        match self {
            Tree::Node(members) => members
                .iter()
                .find(|(there, _)| there == name)
                .map(|(_, tree)| tree),
            Tree::Leaf(_) => None,
        }
    }

    /// A member that is a word.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Tree::Leaf(word) => Some(word),
            Tree::Node(_) => None,
        }
    }

    /// The members of a member.
    pub fn members(&self, name: &str) -> &[(String, Tree)] {
        match self.get(name) {
            Some(Tree::Node(members)) => members,
            _ => &[],
        }
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

fn path(name: &str) -> Vec<String> {
    let Some(open) = name.find('[') else {
        return vec![name.to_owned()];
    };
    let mut out = vec![name[..open].to_owned()];
    for part in name[open..].split('[').skip(1) {
        out.push(part.trim_end_matches(']').to_owned());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_make_a_tree() {
        let tree = Tree::parse(
            "criteria%5B0%5D%5Bfield%5D=12&criteria[0][value]=a+b%26&range=0-9&x[]=1&x[]=2",
        );
        let first = tree.get("criteria").and_then(|c| c.get("0")).unwrap();
        assert_eq!(first.text("field"), Some("12"));
        assert_eq!(first.text("value"), Some("a b&"));
        assert_eq!(tree.text("range"), Some("0-9"));
        assert_eq!(tree.members("x").len(), 2);
        assert_eq!(tree.text("criteria"), None);
    }
}
