//! Looking for tickets that no scope holds: by number, words, people and places, in flat criteria.

use std::collections::BTreeMap;

use serde_json::Value;
use tournee_core::fold::fold;
use tournee_core::ids::{TicketId, TicketKey};
use tournee_core::search::Query;
use tournee_core::search::query::{Narrowed, Seen};
use tournee_core::wire::{FoundTicket, LookedUp};

use super::call::Call;
use super::client::Client;
use super::clock::{CLOCK, may_be_late};
use super::criteria::{contains, equals};
use super::dates::Zone;
use super::error::GlpiError;
use super::json;
use super::narrowing::{LOCATION, REQUESTER, SOLVED, Together, alternatives, is_so, narrowing};
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
const CONTENT: u16 = 21;
const FOLLOWUP: u16 = 25;

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

/// One question to GLPI, and what its rows have to have beside it.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    any: Vec<Together>,
    /// Words that the row itself has to show.
    shown: Vec<String>,
}

/// The questions that find what a query means.
fn questions(zone: &Zone, query: &Query, words: &[String], seen: &Seen<'_>) -> Vec<Question> {
    let mut narrowing = narrowing(zone, query, seen);
    if !words.is_empty() {
        // Each stands in each alternative; the rows are looked at for the others.
        narrowing.truncate(2);
    }
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
        [] if query.narrowed.contains(&Narrowed::Late) => {
            vec![question(may_be_late(zone, seen), &[])]
        }
        [] if narrowing.is_empty() => vec![question(alternatives(query), &[])],
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
    pub async fn look_up(
        &self,
        session: &Session,
        query: &Query,
        seen: &Seen<'_>,
    ) -> Result<LookedUp, GlpiError> {
        let mut words = query.terms.clone();
        words.retain(|word| (word.chars().count() > 1 || is_number(word)) && !self.is_named(word));
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.truncate(6);
        let questions = questions(session.zone(), query, &words, seen);
        let asked = questions.iter().filter(|question| !question.any.is_empty());
        let asked = asked.map(|question| self.ask(session, query, question, seen));
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
        seen: &Seen<'_>,
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
            let is_so = || is_so(session, &query.narrowed, row, &stub, seen);
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
    let mut columns = COLUMNS.to_vec();
    columns.extend(CLOCK.into_iter().chain([SOLVED]));
    columns.sort_unstable();
    columns.dedup();
    for (index, column) in columns.iter().enumerate() {
        call = call.with(format!("forcedisplay[{index}]"), column);
    }
    // By its last change, the newest first.
    call.with("sort", 19)
        .with("order", "DESC")
        .with("range", format!("0-{}", ROWS - 1))
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::Goals;
    use tournee_core::time::{Instant, Seconds};

    use super::super::criteria::{after, before};
    use super::super::dates::LocalStamp;
    use super::*;

    fn asked(typed: &str) -> Vec<Question> {
        let query = Query::of(typed);
        let hours = |n: i64| Some(Seconds(n * 3_600));
        let seen = Seen {
            goals: &Goals(vec![None, None, None, hours(8), None, None]),
            now: Instant(1_795_431_303),
            ahead: Seconds(0),
        };
        questions(&Zone::utc(), &query, &query.terms, &seen)
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
        let narrowed = [contains(LOCATION, "arcs"), equals(12, 4)];
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
        assert_eq!(asked("statut:ouvert")[0].any, [vec![equals(12, "notold")]]);
        assert_eq!(asked("statut:\"en cours\"")[0].any.len(), 2);
        assert!(asked("statut:bleu")[0].any.is_empty());
        assert_eq!(asked("lieu:-")[0].any, [vec![equals(LOCATION, 0)]]);
    }

    #[test]
    fn what_the_service_s_dashboard_counts_is_asked_for_whole() {
        let stamp = |text: &str| LocalStamp(text.to_owned());
        let week = [
            equals(12, "notold"),
            before(15, &stamp("2026-11-22 10:55:04")),
            after(15, &stamp("2026-11-16 10:55:02")),
        ];
        assert_eq!(asked("statut:ouvert âge:semaine")[0].any, [week.to_vec()]);
        let solved = &asked("résolu:0")[0].any;
        assert_eq!(solved[0].len(), 3, "{solved:?}");
        // A due date, `time_to_own`, the objective of one priority.
        let late = &asked("retard:oui")[0].any;
        assert_eq!(late.len(), 3, "{late:?}");
        assert!(late[2].contains(&equals(3, 4)), "{late:?}");
    }
}
