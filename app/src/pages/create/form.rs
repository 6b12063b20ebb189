//! What is filled in, and the change that becomes of it: pure.

use serde::{Deserialize, Serialize};
use tournee_core::changes::CreateTicket;
use tournee_core::domain::{
    Account, Actor, Asset, AssetKey, Level, LinkedAsset, MailOrigin, Named, Person, Reference,
    TicketType,
};
use tournee_core::fold::fold;
use tournee_core::ids::{SourceId, UserId};
use tournee_core::time::Instant;

use super::carried::Carrying;
use super::from_mail::FromMail;

/// Something of a list: the words in the field, and which one it is, once it was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Picked {
    /// What the field shows.
    pub words: String,
    /// Its number in the list.
    pub id: Option<u64>,
}

impl Picked {
    /// Chosen.
    pub fn of(id: u64, words: &str) -> Self {
        Self {
            words: words.to_owned(),
            id: Some(id),
        }
    }

    /// Somebody of the directory, or an address.
    pub fn of_actor(actor: &Actor) -> Self {
        match actor {
            Actor::User { id, name } => Self::of(id.0, name),
            Actor::Email { address } => Self::typed(address.clone()),
        }
    }

    /// Typed.
    pub fn typed(words: String) -> Self {
        Self { words, id: None }
    }

    fn is_empty(&self) -> bool {
        self.words.trim().is_empty()
    }

    /// The one of a list that is meant: the chosen one, or the one of that very name.
    fn among<'a, T>(&self, list: &'a [T], name: fn(&T) -> (u64, &str)) -> Option<&'a T> {
        let wanted = fold(self.words.trim());
        let chosen = list.iter().find(|item| Some(name(item).0) == self.id);
        chosen.or_else(|| list.iter().find(|item| fold(name(item).1) == wanted))
    }
}

/// Who is to do it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assign {
    /// The technician himself.
    #[default]
    Me,
    /// Nobody yet.
    Nobody,
    /// A colleague, by number.
    Technician(u64),
    /// A group, by number.
    Group(u64),
}

/// The form, as it is kept while it is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// In which GLPI; the likeliest where nobody chose.
    pub source: Option<SourceId>,
    /// Title.
    pub title: String,
    /// Description.
    pub content: String,
    /// Who asked: somebody of the directory, or a mail address.
    pub requester: Picked,
    /// Store or service.
    pub location: Picked,
    /// The store came with the requester and goes with him.
    pub location_follows: bool,
    /// ITIL category.
    pub category: Picked,
    /// A request, and no incident.
    pub is_request: bool,
    /// 1 to 5.
    pub urgency: u8,
    /// 1 to 5.
    pub impact: u8,
    /// Who is to do it.
    pub assign: Assign,
    /// As a `datetime-local` field writes it; empty for none.
    pub due: String,
    /// Number of the entity, where one was chosen.
    pub entity: Option<u64>,
    /// The mail that it becomes a ticket of.
    pub origin: Option<MailOrigin>,
    /// What came out of that mail, and why.
    pub mail: Option<FromMail>,
    /// What came out of the ticket of another GLPI whose place it takes.
    pub carried: Option<Carrying>,
    /// What it is about.
    pub asset: Option<LinkedAsset>,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            source: None,
            title: String::new(),
            content: String::new(),
            requester: Picked::default(),
            location: Picked::default(),
            location_follows: true,
            category: Picked::default(),
            is_request: false,
            urgency: Level::MEDIUM.number(),
            impact: Level::MEDIUM.number(),
            assign: Assign::Me,
            due: String::new(),
            entity: None,
            origin: None,
            mail: None,
            carried: None,
            asset: None,
        }
    }
}

/// What keeps the form from becoming a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Neither somebody of the directory nor a mail address.
    Requester,
    /// No such store.
    Location,
    /// No such category.
    Category,
    /// No date, or one in the past, which GLPI would drop without a word.
    Due,
}

/// What a form is held against.
pub struct Ground<'a> {
    /// The technician's account in the form's GLPI.
    pub account: &'a Account,
    /// Its lists, once storage has told them.
    pub lists: Option<&'a Reference>,
    /// Now.
    pub now: Instant,
    /// Reads what a `datetime-local` field writes.
    pub instant: fn(&str) -> Option<Instant>,
}

impl Form {
    /// The form of a ticket in a store, whoever asks.
    pub fn in_store(name: &str) -> Self {
        Self {
            location: Picked::typed(name.to_owned()),
            location_follows: false,
            ..Self::default()
        }
    }

    /// The form of a ticket for an asset, in its GLPI and where it stands.
    pub fn for_asset(source: &SourceId, asset: &Asset) -> Self {
        let mut form = Self::for_unknown(source, asset.key);
        form.take_asset(asset);
        form
    }

    /// The same for one of which no more than its number is known yet.
    pub fn for_unknown(source: &SourceId, key: AssetKey) -> Self {
        let name = String::new();
        Self {
            source: Some(source.clone()),
            asset: Some(LinkedAsset { key, name }),
            ..Self::default()
        }
    }

    /// The asset's name, and its place where none was chosen.
    pub fn take_asset(&mut self, asset: &Asset) {
        self.asset = Some(asset.linked());
        if self.location.is_empty() && self.location_follows && !asset.location.is_empty() {
            self.location = Picked::typed(asset.location.clone());
            self.location_follows = false;
        }
    }

    /// An asset may stand in a place that the lists don't have: then the one above it that they have, or none.
    pub fn fit_location(&mut self, lists: &Reference) {
        while !self.location.is_empty() && self.location.among(&lists.locations, named).is_none() {
            let above = self.location.words.rsplit_once(" > ");
            let above = above.map_or_else(String::new, |(above, _)| above.to_owned());
            self.location = Picked::typed(above);
        }
    }

    /// The form of a creation that is made again.
    pub fn of(create: &CreateTicket, source: &SourceId, me: UserId, due: String) -> Self {
        let picked = |named: &Option<Named>| {
            let named = named.as_ref();
            named.map_or_else(Picked::default, |n| Picked::of(n.id, &n.name))
        };
        let requester = create.requester.as_ref().map(Picked::of_actor);
        let assign = match (
            create.assignees.first().and_then(Actor::user),
            create.groups.first(),
        ) {
            (Some(user), _) if user == me => Assign::Me,
            (Some(user), _) => Assign::Technician(user.0),
            (None, Some(group)) => Assign::Group(group.id),
            (None, None) => Assign::Nobody,
        };
        Self {
            source: Some(source.clone()),
            title: create.title.clone(),
            content: create.content.clone(),
            requester: requester.unwrap_or_default(),
            location: picked(&create.location),
            location_follows: false,
            category: picked(&create.category),
            is_request: create.kind == TicketType::Request,
            urgency: create.urgency.number(),
            impact: create.impact.number(),
            assign,
            due,
            entity: Some(create.entity.id),
            origin: create.origin.clone(),
            mail: None,
            carried: create.carried.as_ref().map(Carrying::again),
            // It is a change of its own, which waits for the ticket however often that is made again.
            asset: None,
        }
    }

    /// Reads what [`Form::stored`] wrote; a form of a later version is better lost in part than as a whole.
    pub fn read(stored: &str) -> Self {
        serde_json::from_str(stored).unwrap_or_default()
    }

    /// As it is kept; nothing for a form that nobody filled in.
    pub fn stored(&self) -> String {
        match *self == Self::default() {
            true => String::new(),
            // Plain data: JSON can't fail on it.
            false => serde_json::to_string(self).unwrap_or_default(),
        }
    }

    /// Moves to another GLPI: the words stay, the numbers are that one's own.
    pub fn move_to(&mut self, source: SourceId) {
        self.source = Some(source);
        // The other GLPI has it under another number, if at all.
        self.asset = None;
        for picked in [&mut self.requester, &mut self.location, &mut self.category] {
            picked.id = None;
        }
        if matches!(self.assign, Assign::Technician(_) | Assign::Group(_)) {
            self.assign = Assign::Me;
        }
        self.entity = None;
    }

    /// The requester was chosen; his store comes with him unless one was chosen by hand.
    pub fn choose_requester(&mut self, person: &Person, lists: &Reference, usual: Option<&str>) {
        self.requester = Picked::of(person.id.0, &person.name);
        if !self.location_follows {
            return;
        }
        let store = person.location.as_deref().or(usual);
        let store = store.and_then(|name| lists.locations.iter().find(|l| l.name == name));
        self.location = store.map_or_else(Picked::default, |l| Picked::of(l.id, &l.name));
    }

    /// The chosen urgency.
    pub fn urgency(&self) -> Level {
        level(self.urgency)
    }

    /// The chosen impact.
    pub fn impact(&self) -> Level {
        level(self.impact)
    }

    /// What keeps it from becoming a ticket, the title apart, which the change itself knows about.
    pub fn faults(&self, ground: &Ground<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !self.requester.is_empty() && self.requester(ground.lists).is_none() {
            faults.push(Fault::Requester);
        }
        let lists = ground.lists;
        let missing = |picked: &Picked, list: Option<&[Named]>| {
            !picked.is_empty() && list.and_then(|list| picked.among(list, named)).is_none()
        };
        if missing(&self.location, lists.map(|l| l.locations.as_slice())) {
            faults.push(Fault::Location);
        }
        if missing(&self.category, lists.map(|l| l.categories.as_slice())) {
            faults.push(Fault::Category);
        }
        let due = (ground.instant)(&self.due);
        if !self.due.is_empty() && due.is_none_or(|due| due <= ground.now) {
            faults.push(Fault::Due);
        }
        faults
    }

    /// The change. Ask for [`Form::faults`] first: what has one is left out.
    pub fn ticket(&self, ground: &Ground<'_>) -> CreateTicket {
        let lists = ground.lists;
        let of = |picked: &Picked, list: Option<&[Named]>| {
            let found = list.filter(|_| !picked.is_empty());
            found.and_then(|list| picked.among(list, named)).cloned()
        };
        let (assignees, groups) = self.assigned(ground);
        CreateTicket {
            title: self.title.trim().to_owned(),
            content: self.content.clone(),
            kind: match self.is_request {
                true => TicketType::Request,
                false => TicketType::Incident,
            },
            urgency: self.urgency(),
            impact: self.impact(),
            priority: self.priority(lists),
            entity: self.entity(ground),
            category: of(&self.category, lists.map(|l| l.categories.as_slice())),
            location: of(&self.location, lists.map(|l| l.locations.as_slice())),
            requester: self.requester(lists),
            assignees,
            groups,
            due_at: (ground.instant)(&self.due),
            origin: self.origin.clone(),
            carried: self.carried.as_ref().map(|carried| carried.key.clone()),
        }
    }

    /// The priority that GLPI will give.
    pub fn priority(&self, lists: Option<&Reference>) -> Level {
        let matrix = lists.and_then(|lists| lists.priority_matrix.as_ref());
        CreateTicket::priority_of(matrix, self.urgency(), self.impact())
    }

    /// Where it belongs: what was chosen, or what he works in, or the first that he may see.
    pub fn entity(&self, ground: &Ground<'_>) -> Named {
        let entities = ground.lists.map_or(&[][..], |lists| &lists.entities);
        ground.account.entity_among(self.entity, entities)
    }

    fn requester(&self, lists: Option<&Reference>) -> Option<Actor> {
        let words = self.requester.words.trim();
        let people = lists.map_or(&[][..], |lists| &lists.people);
        let person = match words.is_empty() {
            true => None,
            false => self.requester.among(people, |p| (p.id.0, &p.name)),
        };
        let by_address = || {
            let mut people = people.iter();
            people.find(|p| {
                p.address
                    .as_deref()
                    .is_some_and(|a| a.eq_ignore_ascii_case(words))
            })
        };
        match person.or_else(by_address) {
            Some(person) => Some(person.actor()),
            None => is_address(words).then(|| Actor::Email {
                address: words.to_owned(),
            }),
        }
    }

    fn assigned(&self, ground: &Ground<'_>) -> (Vec<Actor>, Vec<Named>) {
        let user = |id: UserId, name: &str| Actor::User {
            id,
            name: name.to_owned(),
        };
        let by_id = |id: u64, list: fn(&Reference) -> &Vec<Named>| {
            let lists = ground.lists?;
            list(lists).iter().find(|named| named.id == id)
        };
        match self.assign {
            Assign::Me => (
                vec![user(ground.account.user, &ground.account.name)],
                Vec::new(),
            ),
            Assign::Nobody => (Vec::new(), Vec::new()),
            Assign::Technician(id) => {
                let found = by_id(id, |lists| &lists.technicians);
                let actor = found.map(|named| user(UserId(named.id), &named.name));
                (actor.into_iter().collect(), Vec::new())
            }
            Assign::Group(id) => {
                let found = by_id(id, |lists| &lists.groups);
                (Vec::new(), found.cloned().into_iter().collect())
            }
        }
    }
}

fn named(named: &Named) -> (u64, &str) {
    (named.id, &named.name)
}

fn level(number: u8) -> Level {
    Level::new(number.clamp(1, 5)).unwrap_or(Level::MEDIUM)
}

/// As GLPI and any mail server want it at least: something, an @, something with a dot.
fn is_address(words: &str) -> bool {
    let Some((user, host)) = words.split_once('@') else {
        return false;
    };
    let odd =
        |letter: char| letter.is_whitespace() || matches!(letter, '@' | ',' | ';' | '<' | '>');
    let host_is_whole = host
        .split_once('.')
        .is_some_and(|(name, rest)| !name.is_empty() && !rest.is_empty() && !rest.ends_with('.'));
    !user.is_empty() && !user.contains(odd) && !host.contains(odd) && host_is_whole
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
