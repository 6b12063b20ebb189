//! Names beside numbers, learned once per GLPI: people from its directory, places from wherever both are seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use tokio::time::Instant;
use tournee_core::domain::{Actor, AssetKey, EntryKind, Named, Person, Ticket};
use tournee_core::ids::UserId;

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::identity::full_name;
use super::json;
use super::session::Session;

/// A directory that lacked somebody is not read again at once: he may be deleted for ever.
const DIRECTORY_AGE: Duration = Duration::from_secs(600);
/// People marry: even a directory that lacks nobody is read again after this.
const DIRECTORY_LIFE: Duration = Duration::from_secs(24 * 3600);

/// Lists that the stock technician may not read; their names come with the tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// `entities_id`.
    Entity,
    /// `itilcategories_id`.
    Category,
    /// `locations_id`.
    Location,
    /// `groups_id`.
    Group,
}

/// All names of one GLPI that were seen so far.
#[derive(Default)]
pub struct Names(RwLock<Known>);

#[derive(Default)]
struct Known {
    users: BTreeMap<u64, String>,
    people: Arc<Vec<Person>>,
    places: BTreeMap<(Place, u64), String>,
    /// Empty for one that could not be read: it is not asked for again.
    assets: BTreeMap<AssetKey, String>,
    assignees: BTreeSet<u64>,
    directory_read: Option<Instant>,
}

impl Names {
    /// A place's name.
    pub(crate) fn place(&self, place: Place, id: u64) -> Option<String> {
        self.read().places.get(&(place, id)).cloned()
    }

    /// Remembers a place's name; the latest wins.
    pub(crate) fn learn(&self, place: Place, id: u64, name: &str) {
        if !name.is_empty() {
            let mut known = self.write();
            if known.places.get(&(place, id)).is_none_or(|old| old != name) {
                known.places.insert((place, id), name.to_owned());
            }
        }
    }

    /// All places of a kind, by name.
    pub(crate) fn places(&self, place: Place) -> Vec<Named> {
        let known = self.read();
        let of_kind = known.places.iter().filter(|((kind, _), _)| *kind == place);
        let named = of_kind.map(|((_, id), name)| Named {
            id: *id,
            name: name.clone(),
        });
        sorted(named.collect())
    }

    /// An asset's name, as far as it was asked for.
    pub(crate) fn asset(&self, key: AssetKey) -> Option<String> {
        self.read().assets.get(&key).cloned()
    }

    /// Remembers an asset's name; the latest wins.
    pub(crate) fn learn_asset(&self, key: AssetKey, name: &str) {
        self.write().assets.insert(key, name.to_owned());
    }

    /// Everybody who was seen as a technician on a ticket.
    pub(crate) fn assignees(&self) -> Vec<Named> {
        let known = self.read();
        let named = known.assignees.iter().filter_map(|id| {
            Some(Named {
                id: *id,
                name: known.users.get(id)?.clone(),
            })
        });
        sorted(named.collect())
    }

    /// Everybody in the directory, by name, as it was last read.
    pub(crate) fn people(&self) -> Arc<Vec<Person>> {
        self.read().people.clone()
    }

    pub(super) fn learn_directory(&self, people: Vec<Person>) {
        let mut known = self.write();
        known.people = Arc::new(people);
        known.directory_read = Some(Instant::now());
    }

    pub(crate) fn learn_user(&self, id: u64, name: String) {
        self.write().users.insert(id, name);
    }

    /// Writes the names into a ticket that holds numbers.
    fn fill(&self, ticket: &mut Ticket) {
        let mut known = self.write();
        for actor in &ticket.assignees {
            if let Some(UserId(id)) = actor.user() {
                known.assignees.insert(id);
            }
        }
        for actor in actors(ticket) {
            if let Actor::User { id, name } = actor {
                *name = known
                    .users
                    .get(&id.0)
                    .cloned()
                    .unwrap_or_else(|| format!("#{id}"));
            }
        }
        for group in &mut ticket.groups {
            if let Some(name) = known.places.get(&(Place::Group, group.id)) {
                group.name.clone_from(name);
            }
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// Puts the names of people and groups into tickets.
    pub(crate) async fn fill_names(
        &self,
        session: &Session,
        tickets: &mut [Ticket],
    ) -> Result<(), GlpiError> {
        let mut users = BTreeSet::new();
        let mut groups = BTreeSet::new();
        for ticket in tickets.iter_mut() {
            groups.extend(ticket.groups.iter().map(|group| group.id));
            let people = actors(ticket).filter_map(|actor| actor.user());
            users.extend(people.map(|user| user.0));
        }
        self.ensure_users(session, users).await?;
        self.ensure_groups(session, groups).await?;
        for ticket in tickets {
            self.names().fill(ticket);
        }
        Ok(())
    }

    /// The groups of somebody, with their names.
    pub(crate) async fn group_names(&self, session: &Session, groups: Vec<Named>) -> Vec<Named> {
        let ids = groups.iter().map(|group| group.id).collect();
        if let Err(error) = self.ensure_groups(session, ids).await {
            tracing::warn!(source = %self.config().id, %error, "group names are missing");
        }
        let name = |id| self.names().place(Place::Group, id);
        groups
            .into_iter()
            .map(|group| Named {
                id: group.id,
                name: name(group.id).unwrap_or_else(|| format!("#{}", group.id)),
            })
            .collect()
    }

    async fn ensure_groups(&self, session: &Session, ids: BTreeSet<u64>) -> Result<(), GlpiError> {
        let missing = |id: &u64| self.names().place(Place::Group, *id).is_none();
        if !ids.iter().any(missing) {
            return Ok(());
        }
        for group in self.named_list(session, "Group").await?.unwrap_or_default() {
            self.names().learn(Place::Group, group.id, &group.name);
        }
        for id in ids.into_iter().filter(|id| missing(id)).collect::<Vec<_>>() {
            self.names().learn(Place::Group, id, &format!("#{id}"));
        }
        Ok(())
    }

    pub(crate) async fn ensure_users(
        &self,
        session: &Session,
        ids: BTreeSet<u64>,
    ) -> Result<(), GlpiError> {
        let age = self
            .names()
            .read()
            .directory_read
            .map(|read| read.elapsed());
        let complete = self.unknown_users(&ids).is_empty();
        let fresh = if complete {
            DIRECTORY_LIFE
        } else {
            DIRECTORY_AGE
        };
        if !ids.is_empty() && age.is_none_or(|age| age > fresh) {
            self.read_directory(session).await?;
        }
        for id in self.unknown_users(&ids) {
            let name = self.one_user(session, id).await?;
            self.names().learn_user(id, name);
        }
        Ok(())
    }

    fn unknown_users(&self, ids: &BTreeSet<u64>) -> Vec<u64> {
        let known = self.names().read();
        let unknown = ids.iter().filter(|id| !known.users.contains_key(id));
        unknown.copied().collect()
    }

    /// One user who is not in the directory's search: deleted, or of an entity out of sight.
    async fn one_user(&self, session: &Session, id: u64) -> Result<String, GlpiError> {
        let call = Call::get(format!("User/{id}")).with("get_hateoas", 0);
        match self.call(session, call).await {
            // 9.2 shows other people's API tokens here: only three fields leave this function.
            Ok(answer) => {
                let text = |field| session.dialect().decode(&json::text(&answer.body, field));
                Ok(session.full_name(&text("realname"), &text("firstname"), &text("name")))
            }
            Err(GlpiError::NotFound | GlpiError::Rights { .. } | GlpiError::Refused { .. }) => {
                Ok(full_name("", "", &format!("#{id}"), false))
            }
            Err(error) => Err(error),
        }
    }
}

fn actors(ticket: &mut Ticket) -> impl Iterator<Item = &mut Actor> {
    let entries = ticket.timeline.iter_mut().flatten();
    let in_timeline = entries.flat_map(|entry| {
        let other = match &mut entry.what {
            EntryKind::Task { technician, .. } => technician.as_mut(),
            EntryKind::Solution { answer, .. } => answer.as_mut().and_then(|a| a.by.as_mut()),
            EntryKind::Followup { .. } | EntryKind::Document(_) => None,
        };
        entry.author.as_mut().into_iter().chain(other)
    });
    ticket
        .requesters
        .iter_mut()
        .chain(&mut ticket.assignees)
        .chain(&mut ticket.observers)
        .chain(in_timeline)
}

pub(crate) fn sorted(mut list: Vec<Named>) -> Vec<Named> {
    list.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    list
}
