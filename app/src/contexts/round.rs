//! The round: the technician's book, and what the lists say of stores and of the people in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::ChangeBody;
use tournee_core::domain::{Person, Position, Reference, Store, StoreId};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::phone::{Batch, NewChange};
use tournee_core::round::Book;
use tournee_core::time::Instant;

use super::{EditFailure, Tournee};
use crate::platform::clock;
use crate::storage::StorageProblem;

/// What the lists of all GLPIs say of stores: the same shop is in several of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    stores: BTreeMap<StoreId, Store>,
    people: BTreeMap<StoreId, Vec<Person>>,
}

impl Places {
    /// Out of the lists. What one lacks the next may give.
    pub fn of(lists: &[Reference]) -> Self {
        let mut places = Self::default();
        for reference in lists {
            for location in &reference.locations {
                let name = location.name.clone();
                places.add(Store {
                    name,
                    ..Store::default()
                });
            }
            reference
                .stores
                .iter()
                .cloned()
                .for_each(|store| places.add(store));
            for person in &reference.people {
                let store = person.location.as_deref().and_then(StoreId::of);
                if let Some(id) = store {
                    places.add_person(id, person);
                }
            }
        }
        places
    }

    fn add(&mut self, store: Store) {
        let Some(id) = store.id() else { return };
        match self.stores.get_mut(&id) {
            Some(known) => known.complete(&store),
            None => {
                self.stores.insert(id, store);
            }
        }
    }

    /// Somebody who has an account in both GLPIs is one person.
    fn add_person(&mut self, id: StoreId, person: &Person) {
        let here = self.people.entry(id).or_default();
        let same = |other: &&mut Person| match (&other.address, &person.address) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => other.name == person.name,
        };
        match here.iter_mut().find(same) {
            Some(known) => known.phone = known.phone.take().or_else(|| person.phone.clone()),
            None => here.push(person.clone()),
        }
    }

    /// What is known of a store.
    pub fn store(&self, id: &StoreId) -> Option<&Store> {
        self.stores.get(id)
    }

    /// What those are called that are known.
    pub fn names(&self) -> Vec<String> {
        self.stores
            .values()
            .map(|store| store.name.clone())
            .collect()
    }

    /// Who works in one.
    pub fn people(&self, id: &StoreId) -> &[Person] {
        self.people.get(id).map_or(&[], Vec::as_slice)
    }

    /// Where those stores are that have a position.
    pub fn positions(&self) -> BTreeMap<StoreId, Position> {
        let placed = self.stores.iter();
        placed
            .filter_map(|(id, store)| Some((id.clone(), store.position?)))
            .collect()
    }

    fn is_empty(&self) -> bool {
        self.stores.is_empty()
    }
}

impl Tournee {
    /// Writes in the book of rounds. A storage that can't says so in its banner, and nothing is changed then.
    pub fn write_book(&self, write: impl Fn(&mut Book) + 'static) {
        let tournee = *self;
        spawn_local(async move {
            let _ = tournee.written(&write).await;
        });
    }

    /// The same; when this resolves it is on the disk.
    ///
    /// # Errors
    /// The storage's.
    pub async fn written(&self, write: &dyn Fn(&mut Book)) -> Result<(), StorageProblem> {
        self.change(&mut |phone| phone.write_book(write)).await
    }

    /// Gives the time of a visit to tickets, a task each. What would close one of them and has not left yet is made
    /// again behind its task: a closed ticket takes none.
    ///
    /// # Errors
    /// What is wrong with one of them, or with the storage; nothing is changed then.
    pub async fn give_time(
        &self,
        visit: Instant,
        tasks: Vec<(TicketKey, ChangeBody)>,
    ) -> Result<(), EditFailure> {
        let changes = self.with_untracked(|phone| {
            let each = tasks.into_iter().flat_map(|(ticket, task)| {
                let solves = phone.solves_unsent(&ticket).into_iter();
                let again = solves.map(|(old, body)| (body, Some(old)));
                let both = std::iter::once((task, None)).chain(again);
                both.map(move |(body, replaces)| new_change(&ticket, body, replaces))
            });
            each.collect::<Vec<_>>()
        });
        let mut refused = None;
        self.change(&mut |phone| match phone.give_time(visit, changes.clone()) {
            Ok(batch) => batch,
            Err(error) => {
                refused = Some(error);
                Batch::default()
            }
        })
        .await?;
        if let Some(error) = refused {
            return Err(error.into());
        }
        self.sync_soon();
        Ok(())
    }

    /// What the lists say of stores, for as long as the caller lives. Read once; again while they say nothing.
    pub fn places(&self) -> RwSignal<Arc<Places>> {
        let tournee = *self;
        let places = RwSignal::new(Arc::new(Places::default()));
        Effect::new(move |_| {
            let sources = tournee.with(|phone| {
                let sources = phone.meta().sources.iter();
                sources
                    .map(|state| state.source.clone())
                    .collect::<Vec<_>>()
            });
            if !places.with_untracked(|places| places.is_empty()) {
                return;
            }
            spawn_local(async move {
                let mut lists = Vec::new();
                for source in sources {
                    lists.extend(tournee.reference(&source).await);
                }
                let read = Places::of(&lists);
                if !read.is_empty() {
                    places.try_set(Arc::new(read));
                }
            });
        });
        places
    }
}

fn new_change(ticket: &TicketKey, body: ChangeBody, replaces: Option<ChangeId>) -> NewChange {
    NewChange {
        id: clock::new_change(),
        phone_clock: clock::now(),
        target: ticket.clone().into(),
        body,
        replaces,
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::Named;
    use tournee_core::ids::{SourceId, UserId};

    use super::*;

    fn lists(source: &str, location: &str, phone: Option<&str>) -> Reference {
        Reference {
            source: SourceId::new(source),
            entities: Vec::new(),
            categories: Vec::new(),
            locations: vec![Named {
                id: 4,
                name: location.to_owned(),
            }],
            technicians: Vec::new(),
            groups: Vec::new(),
            solution_types: Vec::new(),
            solution_templates: Vec::new(),
            priority_matrix: None,
            people: vec![Person {
                id: UserId(4),
                name: "Garcin Magali".to_owned(),
                address: Some("mgarcin@magasin.example".to_owned()),
                phone: phone.map(str::to_owned),
                location: Some(location.to_owned()),
            }],
            stores: Vec::new(),
            files: Default::default(),
            partial: Vec::new(),
        }
    }

    #[test]
    fn a_shop_of_both_glpis_is_one_and_so_is_who_works_there() {
        let mut old = lists("ancien", "Magasin Les ARCS", None);
        old.stores.push(Store {
            name: "Magasin Les Arcs".to_owned(),
            phone: Some("04 94 47 40 01".to_owned()),
            ..Store::default()
        });
        let new = lists("nouveau", "MAGASIN LES ARCS", Some("04 94 47 40 02"));
        let places = Places::of(&[old, new]);
        let id = StoreId::of("magasin les arcs").unwrap();
        assert_eq!(places.stores.len(), 1);
        let store = places.store(&id).unwrap();
        assert_eq!(store.name, "Magasin Les ARCS");
        assert_eq!(store.phone.as_deref(), Some("04 94 47 40 01"));
        let [person] = places.people(&id) else {
            panic!("{:?}", places.people(&id));
        };
        assert_eq!(person.phone.as_deref(), Some("04 94 47 40 02"));
        assert!(places.positions().is_empty());
    }
}
