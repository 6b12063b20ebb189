//! What the page remembers while the app is open: what was typed, and assets that the phone does not keep.

use std::cell::RefCell;

use tournee_core::domain::AssetKey;
use tournee_core::ids::SourceId;

use crate::contexts::HeldAsset;

/// So many that were seen are remembered.
const SEEN: usize = 100;

thread_local! {
    static WORDS: RefCell<String> = const { RefCell::new(String::new()) };
    static SEEN_ASSETS: RefCell<Vec<HeldAsset>> = const { RefCell::new(Vec::new()) };
}

/// What was typed last.
pub fn words() -> String {
    WORDS.with_borrow(Clone::clone)
}

/// Keeps it.
pub fn keep_words(words: &str) {
    WORDS.with_borrow_mut(|kept| words.clone_into(kept));
}

/// An asset that was shown.
pub fn seen(source: &SourceId, key: AssetKey) -> Option<HeldAsset> {
    SEEN_ASSETS.with_borrow(|all| {
        let mut all = all.iter();
        all.find(|held| held.source == *source && held.asset.key == key)
            .cloned()
    })
}

/// Remembers it.
pub fn see(asset: &HeldAsset) {
    SEEN_ASSETS.with_borrow_mut(|all| {
        all.retain(|held| held.source != asset.source || held.asset.key != asset.asset.key);
        all.insert(0, asset.clone());
        all.truncate(SEEN);
    });
}
