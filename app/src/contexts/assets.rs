//! The assets that the phone knows: those of the places where the technician's tickets are.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Asset, AssetKey, AssetKind, Label, Reference, StoreId};
use tournee_core::ids::SourceId;
use tournee_core::wire::{AssetFile, FindAssets, FoundAssets};

use super::Tournee;
use crate::sync::{ApiFailure, api};

/// An asset, in its GLPI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAsset {
    /// The GLPI.
    pub source: SourceId,
    /// The asset.
    pub asset: Asset,
}

impl HeldAsset {
    /// Which one it is.
    pub fn name(&self) -> (SourceId, AssetKey) {
        (self.source.clone(), self.asset.key)
    }
}

/// All that the phone knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelves {
    all: Vec<HeldAsset>,
    closed: Vec<(SourceId, Vec<AssetKind>)>,
}

impl Shelves {
    /// Out of the lists.
    pub fn of(lists: Vec<Reference>) -> Self {
        let mut shelves = Self::default();
        for reference in lists {
            let source = reference.source;
            if !reference.closed_assets.is_empty() {
                shelves
                    .closed
                    .push((source.clone(), reference.closed_assets));
            }
            let held = reference.assets.into_iter().map(|asset| HeldAsset {
                source: source.clone(),
                asset,
            });
            shelves.all.extend(held);
        }
        shelves
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// One of them.
    pub fn find(&self, source: &SourceId, key: AssetKey) -> Option<&HeldAsset> {
        let mut all = self.all.iter();
        all.find(|held| held.source == *source && held.asset.key == key)
    }

    /// Those of a label or of a few letters: of that very number alone, where there are such.
    pub fn labelled(&self, label: &Label, only: Option<&SourceId>) -> Vec<HeldAsset> {
        let mine = || {
            let all = self.all.iter();
            all.filter(|held| only.is_none_or(|only| held.source == *only))
        };
        let exact: Vec<HeldAsset> = mine()
            .filter(|held| label.is_of(&held.asset))
            .cloned()
            .collect();
        match exact.is_empty() {
            true => mine()
                .filter(|held| label.resembles(&held.asset))
                .cloned()
                .collect(),
            false => exact,
        }
    }

    /// Those of a store, and of what lies below it.
    pub fn at(&self, store: &StoreId) -> Vec<HeldAsset> {
        let there = |held: &&HeldAsset| is_at(&held.asset.location, store);
        self.all.iter().filter(there).cloned().collect()
    }

    /// The kinds that a profile may not read, by GLPI.
    pub fn closed(&self) -> &[(SourceId, Vec<AssetKind>)] {
        &self.closed
    }
}

/// Complete names begin with those of what lies above.
fn is_at(location: &str, store: &StoreId) -> bool {
    let ends = location.match_indices(" > ").map(|(at, _)| at);
    let mut names = ends.chain([location.len()]).map(|end| &location[..end]);
    names.any(|name| StoreId::of(name).as_ref() == Some(store))
}

impl Tournee {
    /// The assets, for as long as the caller lives: read again when an exchange has brought other lists.
    pub fn shelves(&self) -> RwSignal<Arc<Shelves>> {
        let tournee = *self;
        let shelves = RwSignal::new(Arc::new(Shelves::default()));
        Effect::new(move |_| {
            tournee.lists.track();
            let sources = tournee.with_untracked(|phone| {
                let sources = phone.meta().sources.iter();
                sources
                    .map(|state| state.source.clone())
                    .collect::<Vec<_>>()
            });
            spawn_local(async move {
                let mut lists = Vec::new();
                for source in sources {
                    lists.extend(tournee.reference(&source).await);
                }
                shelves.try_set(Arc::new(Shelves::of(lists)));
            });
        });
        shelves
    }

    /// Looks for assets in a GLPI, beyond the phone.
    ///
    /// # Errors
    /// The call's.
    pub async fn find_assets(
        &self,
        source: &SourceId,
        label: &str,
    ) -> Result<FoundAssets, ApiFailure> {
        let label = label.to_owned();
        api::find_assets(source, &FindAssets { label }).await
    }

    /// An asset and what is open on it, read from GLPI now.
    ///
    /// # Errors
    /// The call's.
    pub async fn read_asset(
        &self,
        source: &SourceId,
        key: AssetKey,
    ) -> Result<AssetFile, ApiFailure> {
        api::asset(source, key).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(source: &str, id: u64, name: &str, serial: &str, location: &str) -> HeldAsset {
        HeldAsset {
            source: SourceId::new(source),
            asset: Asset {
                key: AssetKey {
                    kind: AssetKind::Computer,
                    id,
                },
                name: name.to_owned(),
                serial: serial.to_owned(),
                inventory: String::new(),
                location: location.to_owned(),
            },
        }
    }

    fn shelves() -> Shelves {
        Shelves {
            all: vec![
                held("ancien", 1, "PC-1", "SN1", "Magasin Les ARCS"),
                held("ancien", 2, "PC-11", "SN11", "Magasin Les ARCS > Caisses"),
                held("nouveau", 1, "PC-1", "SN1", "Magasin LORGUES"),
            ],
            closed: Vec::new(),
        }
    }

    #[test]
    fn a_number_means_its_asset_alone_and_a_part_of_it_all_that_have_it() {
        let ids = |text: &str, only: Option<&SourceId>| {
            let found = shelves().labelled(&Label::of(text), only);
            found
                .iter()
                .map(|h| (h.source.0.clone(), h.asset.key.id))
                .collect::<Vec<_>>()
        };
        let one = |source: &str, id| (source.to_owned(), id);
        assert_eq!(ids("sn1", None), [one("ancien", 1), one("nouveau", 1)]);
        assert_eq!(ids("sn11", None), [one("ancien", 2)]);
        assert_eq!(ids("pc arcs", None), [one("ancien", 1), one("ancien", 2)]);
        assert_eq!(
            ids("sn1", Some(&SourceId::new("nouveau"))),
            [one("nouveau", 1)]
        );
        assert!(ids("", None).is_empty());
    }

    #[test]
    fn a_store_has_what_stands_below_it_too() {
        let store = StoreId::of("Magasin Les ARCS").unwrap();
        assert_eq!(shelves().at(&store).len(), 2);
        let tills = StoreId::of("Magasin Les ARCS > Caisses").unwrap();
        assert_eq!(shelves().at(&tills).len(), 1);
        assert!(shelves().at(&StoreId::of("Magasin").unwrap()).is_empty());
    }
}
