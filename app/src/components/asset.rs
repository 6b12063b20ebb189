//! Assets in words.

use tournee_core::domain::{AssetKind, LinkedAsset};

use crate::text::{fill, t};

/// What a kind of asset is called.
pub fn asset_kind_words(kind: AssetKind) -> &'static str {
    match kind {
        AssetKind::Computer => t(|t| t.asset_computer),
        AssetKind::Monitor => t(|t| t.asset_monitor),
        AssetKind::Printer => t(|t| t.asset_printer),
        AssetKind::Phone => t(|t| t.asset_phone),
        AssetKind::NetworkEquipment => t(|t| t.asset_network),
        AssetKind::Peripheral => t(|t| t.asset_peripheral),
    }
}

/// Its name; where that may not be read, its kind and number.
pub fn asset_name(asset: &LinkedAsset) -> String {
    match asset.name.trim() {
        "" => fill(
            t(|t| t.asset_numbered),
            &[
                ("kind", asset_kind_words(asset.key.kind)),
                ("id", &asset.key.id.to_string()),
            ],
        ),
        name => name.to_owned(),
    }
}
