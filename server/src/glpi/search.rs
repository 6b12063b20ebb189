//! Looking for tickets that no scope holds: by number, words, people and places, in flat criteria.

use std::collections::BTreeMap;

use serde_json::Value;
use tournee_core::domain::Status;
use tournee_core::fold::fold;
use tournee_core::ids::{TicketId, TicketKey};
use tournee_core::search::Query;
use tournee_core::search::query::{Fact, Narrowed};
use tournee_core::wire::{FoundTicket, LookedUp};

use super::call::Call;
use super::client::Client;
use super::criteria::{Criterion, contains, equals};
use super::error::GlpiError;
use super::json;
use super::scope::{COLUMNS, TicketStub, stub};
use super::session::Session;

/// Tickets in one answer.
const MOST: usize = 50;
/// Rows that are asked for: some are left out afterwards.
const ROWS: usize = 100;
/// Letters of a GLPI's name that mean it.
const SOURCE_LETTERS: usize = 3;

const TITLE: u16 = 1;
const NUMBER: u16 = 2;
const REQUESTER: u16 = 4;
const TECHNICIAN: u16 = 5;
const CATEGORY: u16 = 7;
const STATUS: u16 = 12;
const CONTENT: u16 = 21;
const FOLLOWUP: u16 = 25;
const ENTITY: u16 = 80;
const LOCATION: u16 = 83;

/// Where two words may stand, what is likeliest first.
const OF_TWO: [(u16, u16); 17] = [
    (TITLE, TITLE),
    (CONTENT, CONTENT),
    (TITLE, REQUESTER),
    (REQUESTER, TITLE),
    (TITLE, LOCATION),
    (LOCATION, TITLE),
    (TITLE, CONTENT),
    (CONTENT, TITLE),
    (CONTENT, REQUESTER),
    (REQUESTER, CONTENT),
    (REQUESTER, REQUESTER),
    (FOLLOWUP, FOLLOWUP),
    (LOCATION, LOCATION),
    (CONTENT, LOCATION),
    (LOCATION, CONTENT),
    (REQUESTER, LOCATION),
    (LOCATION, REQUESTER),
];
/// Where all words may stand together.
const OF_ALL: [u16; 5] = [TITLE, CONTENT, FOLLOWUP, REQUESTER, LOCATION];

/// Criteria in one question: a GLPI takes addresses of 8 kB, and each is 140 bytes of it.
const MOST_CRITERIA: usize = 44;

/// Criteria that hold together. Several of them are alternatives: AND binds tighter than OR, in both versions.
type Together = Vec<Criterion>;

/// One question to GLPI, and what its rows have to have beside it.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    any: Vec<Together>,
    /// Words that the row itself has to show.
    shown: Vec<String>,
}

/// What narrows every alternative. Statuses are looked at afterwards, unless there is but one.
fn narrowing(query: &Query) -> Together {
    let mut all = Together::new();
    for narrowed in &query.narrowed {
        match narrowed {
            Narrowed::Status(statuses) => {
                if let [one] = statuses.as_slice() {
                    all.push(equals(STATUS, one.to_glpi()));
                }
            }
            Narrowed::Fact(fact, words) => {
                let field = match fact {
                    Fact::Location => LOCATION,
                    Fact::Requester => REQUESTER,
                    Fact::Assignee => TECHNICIAN,
                    Fact::Category => CATEGORY,
                    Fact::Entity => ENTITY,
                };
                // The longest says the most; each more would stand in each alternative.
                let longest = words.iter().max_by_key(|word| word.len());
                all.extend(longest.map(|word| contains(field, word)));
            }
        }
    }
    all.truncate(2);
    all
}

/// With nothing else to look for, each status is an alternative.
fn statuses(query: &Query) -> Vec<Together> {
    let narrowed = query.narrowed.iter().filter_map(|narrowed| match narrowed {
        Narrowed::Status(statuses) => Some(statuses),
        Narrowed::Fact(..) => None,
    });
    let statuses = narrowed.flatten();
    statuses
        .map(|one| vec![equals(STATUS, one.to_glpi())])
        .collect()
}

/// The questions that find what a query means.
fn questions(query: &Query, words: &[String]) -> Vec<Question> {
    let narrowing = narrowing(query);
    let question = |any: Vec<Together>, shown: &[String]| {
        let longest = any.iter().map(Vec::len).max().unwrap_or(0) + narrowing.len();
        let narrowed = any
            .into_iter()
            .map(|together| [together, narrowing.clone()].concat());
        Question {
            any: narrowed.take(MOST_CRITERIA / longest.max(1)).collect(),
            shown: shown.to_vec(),
        }
    };
    if let Some(number) = &query.number {
        return vec![question(vec![vec![equals(NUMBER, number)]], words)];
    }
    let together = |field: &u16| words.iter().map(|word| contains(*field, word)).collect();
    match words {
        [] if narrowing.is_empty() => vec![question(statuses(query), &[])],
        [] => vec![question(vec![Together::new()], &[])],
        [word] => {
            let anywhere = || question(OF_ALL.iter().map(together).collect(), &[]);
            // By itself: among all that has the same digits in it, its row might be the one too many.
            let numbered = || question(vec![vec![equals(NUMBER, word)]], &[]);
            match (is_number(word), word.len()) {
                (true, 1) => vec![numbered()],
                (true, _) => vec![numbered(), anywhere()],
                (false, _) => vec![anywhere()],
            }
        }
        [first, second, rest @ ..] => {
            let apart = OF_TWO.iter();
            let apart =
                apart.map(|(one, other)| vec![contains(*one, first), contains(*other, second)]);
            let apart = question(apart.collect(), rest);
            match rest {
                [] => vec![apart],
                _ => vec![question(OF_ALL.iter().map(together).collect(), &[]), apart],
            }
        }
    }
}

impl Client {
    /// Tickets that a query means, as far as GLPI's search goes: the one of that number, then the newest first.
    ///
    /// # Errors
    /// As GLPI refuses.
    pub async fn look_up(&self, session: &Session, query: &Query) -> Result<LookedUp, GlpiError> {
        let mut words = query.terms.clone();
        words.retain(|word| (word.chars().count() > 1 || is_number(word)) && !self.is_named(word));
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.truncate(6);
        let questions = questions(query, &words);
        let asked = questions.iter().filter(|question| !question.any.is_empty());
        let asked = asked.map(|question| self.ask(session, query, question));
        let mut found = BTreeMap::new();
        let mut more = false;
        for (stubs, total) in futures::future::try_join_all(asked).await? {
            more |= total > ROWS as u64;
            found.extend(stubs.into_iter().map(|stub| (stub.id, stub)));
        }
        more |= found.len() > MOST;
        let mut stubs: Vec<TicketStub> = found.into_values().collect();
        let meant =
            |stub: &TicketStub| matches!(words.as_slice(), [word] if *word == stub.id.to_string());
        stubs.sort_by(|a, b| {
            let newest = b.modified.cmp(&a.modified).then(b.id.cmp(&a.id));
            meant(b).cmp(&meant(a)).then(newest)
        });
        stubs.truncate(MOST);
        let tickets = stubs.into_iter().map(|stub| self.as_found(session, stub));
        Ok(LookedUp {
            tickets: tickets.collect(),
            more,
        })
    }

    /// Those of some tickets, by number, that are open, the newest first.
    pub(super) async fn open_among(
        &self,
        session: &Session,
        ids: &[TicketId],
    ) -> Result<Vec<FoundTicket>, GlpiError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let numbered = ids.iter().map(|id| vec![equals(NUMBER, id)]);
        let any: Vec<Together> = numbered.take(MOST_CRITERIA).collect();
        let body = self.call(session, call(&any)).await?.body;
        let rows = body["data"].as_array().into_iter().flatten();
        let stubs = rows.filter_map(|row| stub(session.dialect(), row));
        let open = stubs.filter(|stub| stub.status.is_some_and(|status| status.is_open()));
        let mut open: Vec<TicketStub> = open.collect();
        open.sort_by_key(|stub| std::cmp::Reverse(stub.id));
        Ok(open
            .into_iter()
            .map(|stub| self.as_found(session, stub))
            .collect())
    }

    /// Whether a word means this GLPI.
    fn is_named(&self, word: &str) -> bool {
        let config = self.config();
        let names = fold(&format!("{} {}", config.id, config.name));
        let mut names = names.split(|letter: char| !letter.is_alphanumeric());
        word.len() >= SOURCE_LETTERS && names.any(|name| name.starts_with(word))
    }

    async fn ask(
        &self,
        session: &Session,
        query: &Query,
        question: &Question,
    ) -> Result<(Vec<TicketStub>, u64), GlpiError> {
        let body = self.call(session, call(&question.any)).await?.body;
        let rows = body["data"].as_array().into_iter().flatten();
        let dialect = session.dialect();
        let fits = |row: &Value| {
            let stub = stub(dialect, row)?;
            // What is searched in is shown too: the description comes with its criterion.
            let content = dialect.decode(&json::text(row, &CONTENT.to_string()));
            let shown = [
                &stub.title,
                &stub.category,
                &stub.location,
                &stub.entity,
                &content,
            ];
            let shown = fold(&shown.map(String::as_str).join(" "));
            let mut words = question.shown.iter();
            let has_words = words.all(|word| shown.contains(word.as_str()));
            let is_so = || query.narrowed.iter().all(|narrowed| is_so(narrowed, &stub));
            (has_words && is_so()).then_some(stub)
        };
        Ok((
            rows.filter_map(fits).collect(),
            json::number(&body, "totalcount"),
        ))
    }

    fn as_found(&self, session: &Session, stub: TicketStub) -> FoundTicket {
        FoundTicket {
            key: TicketKey {
                source: self.config().id.clone(),
                id: stub.id,
            },
            opened_at: session.zone().instant(&stub.opened.0),
            title: stub.title,
            status: stub.status,
            priority: stub.priority,
            category: stub.category,
            location: stub.location,
        }
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a row can be held to; people are GLPI's own business.
fn is_so(narrowed: &Narrowed, stub: &TicketStub) -> bool {
    let has = |text: &str, words: &[String]| {
        let text = fold(text);
        words.iter().all(|word| text.contains(word.as_str()))
    };
    match narrowed {
        Narrowed::Status(statuses) => {
            let status: Option<Status> = stub.status;
            status.is_some_and(|status| statuses.contains(&status))
        }
        Narrowed::Fact(Fact::Location, words) => has(&stub.location, words),
        Narrowed::Fact(Fact::Category, words) => has(&stub.category, words),
        Narrowed::Fact(Fact::Entity, words) => has(&stub.entity, words),
        Narrowed::Fact(Fact::Requester | Fact::Assignee, _) => true,
    }
}

fn call(any: &[Together]) -> Call {
    let mut call = Call::get("search/Ticket");
    let mut index = 0;
    for together in any {
        for (place, criterion) in together.iter().enumerate() {
            let link = if place == 0 { "OR" } else { "AND" };
            call = criterion.add_to(call, index, link);
            index += 1;
        }
    }
    for (index, column) in COLUMNS.iter().enumerate() {
        call = call.with(format!("forcedisplay[{index}]"), column);
    }
    // By its last change, the newest first.
    call.with("sort", 19)
        .with("order", "DESC")
        .with("range", format!("0-{}", ROWS - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(typed: &str) -> Vec<Question> {
        let query = Query::of(typed);
        questions(&query, &query.terms)
    }

    #[test]
    fn a_number_with_its_sign_is_asked_for_by_number_alone() {
        let questions = asked("#7754");
        assert_eq!(questions[0].any, [vec![equals(NUMBER, 7754)]]);
        let one = asked("7754");
        assert_eq!(one[0].any, [vec![equals(NUMBER, 7754)]]);
        assert!(one[1].any.contains(&vec![contains(TITLE, "7754")]));
    }

    #[test]
    fn two_words_may_stand_apart_and_no_address_is_longer_than_a_glpi_takes() {
        let questions = asked("dupont imprimante lieu:arcs statut:attente");
        let apart = [contains(REQUESTER, "dupont"), contains(TITLE, "imprimante")];
        let narrowed = [contains(LOCATION, "arcs"), equals(STATUS, 4)];
        assert!(questions[0].any.contains(&[apart, narrowed].concat()));
        for typed in [
            "dupont imprimante lieu:arcs statut:attente",
            "un deux trois quatre cinq six lieu:arcs",
        ] {
            for question in asked(typed) {
                let criteria = question.any.iter().flatten().count();
                assert!((1..=MOST_CRITERIA).contains(&criteria), "{typed}");
            }
        }
    }

    #[test]
    fn nothing_but_a_store_is_asked_as_that() {
        assert_eq!(
            asked("lieu:arcs")[0].any,
            [vec![contains(LOCATION, "arcs")]]
        );
        assert_eq!(asked("statut:ouvert")[0].any.len(), 4);
        assert!(asked("statut:bleu")[0].any.is_empty());
    }
}
