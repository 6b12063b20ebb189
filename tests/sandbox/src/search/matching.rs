//! One test of one row.

use crate::{
    search::{
        cell::{Kind, kind},
        instants::absolute,
        options,
    },
    text::{fold::fold, v10},
    world::{World, session::Session, table::Row},
};

/// A criterion made ready: parsed once, tested on many rows.
pub(super) struct Test {
    kind: Kind,
    searchtype: String,
    value: String,
    folded: Vec<String>,
    anchored: (bool, bool),
    nothing: bool,
    itemtype: String,
}

/// The separators that GLPI's tests of numbers and dates may start with.
const COMPARISONS: &[&str] = &["<=", ">=", "<", ">"];

impl Test {
    pub(super) fn new(
        world: &World,
        who: &Session,
        itemtype: &str,
        field: i64,
        searchtype: &str,
        value: &str,
    ) -> Test {
        let option = options::option(world.dialect.0, itemtype, field);
        let kind = option.map_or(Kind::Nothing, |option| kind(itemtype, option));
        let mut value = value.to_owned();
        if !world.dialect.is_9_2()
            && value == "myself"
            && matches!(kind, Kind::Users(_) | Kind::User(_))
        {
            value = who.user.to_string();
        }
        if matches!(kind, Kind::Date(_)) {
            value = absolute(world, &value);
        }
        let text = if world.dialect.is_9_2() {
            value.replace("\\'", "'")
        } else {
            v10::unescape(&v10::encode(&value))
        };
        // A search for an angle bracket never finds it, however it is written.
        let nothing = ["<", ">", "&lt;", "&gt;", "&#60;", "&#62;"]
            .iter()
            .any(|sign| text.contains(sign))
            || (world.dialect.is_9_2() && (text.contains("&#38;") || text.contains('\\')));
        let folded = fold(&text);
        let anchored = (folded.starts_with('^'), folded.ends_with('$'));
        let bare = folded.trim_start_matches('^').trim_end_matches('$');
        Test {
            kind,
            searchtype: searchtype.to_owned(),
            folded: bare.split('%').map(str::to_owned).collect(),
            value,
            anchored,
            nothing,
            itemtype: itemtype.to_owned(),
        }
    }

    pub(super) fn holds(&self, world: &World, row: Row<'_>) -> bool {
        let negated = matches!(
            self.searchtype.as_str(),
            "notequals" | "notcontains" | "notunder"
        );
        self.positive(world, row) != negated
    }

    fn positive(&self, world: &World, row: Row<'_>) -> bool {
        let by_text = matches!(self.searchtype.as_str(), "contains" | "notcontains");
        match &self.kind {
            Kind::Status if self.itemtype == "Ticket" => self.status(row.int("status")),
            Kind::Users(role) => self.users(world, world.actors(row.id(), *role), by_text),
            Kind::User(column) => self.users(world, std::iter::once(row.int(column)), by_text),
            Kind::Groups(role) => self.groups(world, row, *role, by_text),
            Kind::Tree(target, column) if !by_text => self.place(world, target, row.int(column)),
            Kind::Named(_, column) if !by_text => self.value.parse() == Ok(row.int(column)),
            Kind::Tree(target, column) | Kind::Named(target, column) => {
                let name = world
                    .row(target, row.int(column))
                    .map(|found| found.get(shown(found)).to_text());
                self.text(name.as_deref().unwrap_or_default())
            }
            Kind::Number(column) => self.number(row.int(column), by_text),
            Kind::Date(column) => self.date(row.text(column)),
            Kind::Text(column) => self.text_column(&row.get(column).to_text()),
            Kind::Followups => world
                .followups_of(row.id())
                .any(|f| self.text(f.text("content"))),
            Kind::Emails => self.any_email(world, row),
            Kind::Addresses => world
                .rows_by("UserEmail", "users_id", row.id())
                .any(|e| self.text(e.text("email"))),
            Kind::Nothing
            | Kind::Status
            | Kind::Notified
            | Kind::CountFollowups
            | Kind::CountTasks => self.value.is_empty(),
        }
    }

    fn status(&self, status: i64) -> bool {
        match self.value.as_str() {
            "all" | "" => true,
            "notold" => !matches!(status, 5 | 6),
            "notclosed" => status != 6,
            "process" => matches!(status, 2 | 3),
            "old" => matches!(status, 5 | 6),
            value => value.parse() == Ok(status),
        }
    }

    fn users(&self, world: &World, mut ids: impl Iterator<Item = i64>, by_text: bool) -> bool {
        if by_text {
            if self.value.is_empty() {
                return true;
            }
            return ids.any(|id| {
                world.row("User", id).is_some_and(|user| {
                    let full = format!("{} {}", user.text("realname"), user.text("firstname"));
                    self.text(&full) || self.text(user.text("name"))
                })
            });
        }
        // 9.2 doesn't know `myself`: the database reads it as 0, and 0 finds what is unassigned.
        match self.value.parse::<i64>().unwrap_or(0) {
            0 => ids.all(|id| id == 0),
            wanted => ids.any(|id| id == wanted),
        }
    }

    fn groups(&self, world: &World, row: Row<'_>, role: i64, by_text: bool) -> bool {
        let mut groups = world
            .rows_by("Group_Ticket", "tickets_id", row.id())
            .filter(|link| link.int("type") == role)
            .map(|link| link.int("groups_id"));
        if by_text {
            return self.value.is_empty()
                || groups.any(|id| {
                    world
                        .row("Group", id)
                        .is_some_and(|group| self.text(group.text("completename")))
                });
        }
        match self.value.parse::<i64>().unwrap_or(0) {
            0 => groups.next().is_none(),
            wanted => groups.any(|id| id == wanted),
        }
    }

    fn place(&self, world: &World, target: &str, id: i64) -> bool {
        let wanted = self.value.parse::<i64>().unwrap_or(0);
        if !self.searchtype.ends_with("under") {
            return id == wanted;
        }
        let parent = match target {
            "Entity" => "entities_id",
            "Location" => "locations_id",
            "ITILCategory" => "itilcategories_id",
            _ => "groups_id",
        };
        let mut id = id;
        for _ in 0..16 {
            if id == wanted {
                return true;
            }
            match world.row(target, id) {
                Some(row) if id != 0 && !row.get(parent).is_null() => id = row.int(parent),
                _ => return false,
            }
        }
        false
    }

    fn number(&self, number: i64, by_text: bool) -> bool {
        let value = self.value.trim();
        if value.is_empty() {
            return by_text || number == 0;
        }
        if let Some(sign) = COMPARISONS.iter().find(|sign| value.starts_with(**sign)) {
            let limit = value[sign.len()..].trim().parse().unwrap_or(0);
            return compare(sign, &number, &limit);
        }
        match value
            .trim_start_matches('^')
            .trim_end_matches('$')
            .parse::<i64>()
        {
            Ok(wanted) => number == wanted,
            Err(_) => by_text && self.text(&number.to_string()),
        }
    }

    fn date(&self, date: &str) -> bool {
        let value = self.value.as_str();
        match self.searchtype.as_str() {
            "morethan" => !date.is_empty() && date > value,
            "lessthan" => !date.is_empty() && date < value,
            "equals" | "notequals" => date == value,
            _ => match COMPARISONS.iter().find(|sign| value.starts_with(**sign)) {
                Some(sign) => !date.is_empty() && compare(sign, &date, &value[sign.len()..].trim()),
                None => {
                    (value == "NULL" && date.is_empty())
                        || (value != "NULL" && date.contains(value))
                }
            },
        }
    }

    fn text_column(&self, text: &str) -> bool {
        match self.searchtype.as_str() {
            "equals" | "notequals" => fold(text) == fold(&self.value),
            _ => self.text(text),
        }
    }

    /// `LIKE`, with GLPI's anchors.
    fn text(&self, text: &str) -> bool {
        if self.nothing {
            return false;
        }
        if self.value == "NULL" {
            return text.is_empty();
        }
        let text = fold(text);
        let last = self.folded.len() - 1;
        let mut from = 0;
        for (at, part) in self.folded.iter().enumerate() {
            let found = match (at == 0 && self.anchored.0, at == last && self.anchored.1) {
                (true, true) => (text == *part).then_some(0),
                (true, false) => text.starts_with(part.as_str()).then_some(0),
                (false, true) => text[from..]
                    .ends_with(part.as_str())
                    .then(|| text.len() - part.len()),
                (false, false) => text[from..].find(part.as_str()).map(|i| i + from),
            };
            match found {
                Some(start) => from = start + part.len(),
                None => return false,
            }
        }
        true
    }

    fn any_email(&self, world: &World, row: Row<'_>) -> bool {
        self.value.is_empty()
            || world
                .rows_by("Ticket_User", "tickets_id", row.id())
                .any(|actor| {
                    self.text(actor.text("alternative_email")) && actor.int("users_id") == 0
                })
    }
}

/// Which column of a row its name is.
pub(super) fn shown(row: Row<'_>) -> &'static str {
    if row.schema.is_tree() {
        "completename"
    } else {
        "name"
    }
}

fn compare<T: PartialOrd>(sign: &str, left: &T, right: &T) -> bool {
    match sign {
        "<=" => left <= right,
        ">=" => left >= right,
        "<" => left < right,
        _ => left > right,
    }
}
