//! Assets: those of some places, those of a label, what is open on one, and which are on a ticket.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tournee_core::changes::SetAsset;
use tournee_core::domain::{Asset, AssetKey, AssetKind, Label, Ticket};
use tournee_core::ids::TicketId;
use tournee_core::wire::{FoundAssets, FoundTicket};

use super::call::Call;
use super::client::Client;
use super::criteria::{Criterion, contains, under};
use super::error::{GlpiError, WriteError};
use super::json;
use super::session::Session;
use super::together::MOST_ITEMS;
use super::writes::{Written, created, updated};

const NAME: u16 = 1;
const NUMBER: u16 = 2;
const LOCATION: u16 = 3;
const SERIAL: u16 = 5;
const INVENTORY: u16 = 6;

/// Rows of one answer.
const PAGE: usize = 500;
/// A phone carries so many about.
const MOST: usize = 5_000;
/// Places in one question: a GLPI takes addresses of 8 kB.
const PLACES: usize = 40;
/// Assets that a label or a few letters may mean.
const MOST_FOUND: usize = 30;
/// Tickets of one asset that are looked at, the newest first.
const MOST_TICKETS: u64 = 30;

/// The assets of some places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetsThere {
    /// By place, then by name.
    pub assets: Vec<Asset>,
    /// Kinds that his profile may not read.
    pub closed: Vec<AssetKind>,
}

impl Client {
    /// The assets of places and of what lies below them.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does; nothing partial is answered.
    pub async fn assets_at(
        &self,
        session: &Session,
        places: &BTreeSet<u64>,
    ) -> Result<AssetsThere, GlpiError> {
        let mut there = AssetsThere::default();
        if places.is_empty() {
            return Ok(there);
        }
        let places: Vec<u64> = places.iter().copied().collect();
        let mut found = BTreeMap::new();
        for kind in AssetKind::ALL {
            for some in places.chunks(PLACES) {
                let any: Vec<Criterion> = some.iter().map(|id| under(LOCATION, id)).collect();
                match self.all_of(session, kind, &any, MOST).await {
                    Ok(assets) => found.extend(assets.into_iter().map(|asset| (asset.key, asset))),
                    Err(error) if is_closed(&error) => {
                        there.closed.push(kind);
                        break;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        there.assets = found.into_values().collect();
        there
            .assets
            .sort_by(|a, b| (&a.location, &a.name, a.key).cmp(&(&b.location, &b.name, b.key)));
        there.assets.truncate(MOST);
        for asset in &there.assets {
            self.names().learn_asset(asset.key, &asset.name);
        }
        Ok(there)
    }

    /// The assets that a label means, or that have what was typed in a number or in the name.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does.
    pub async fn find_assets(
        &self,
        session: &Session,
        label: &str,
    ) -> Result<FoundAssets, GlpiError> {
        let meant = Label::of(label);
        let mut found = Vec::new();
        if let Some(key) = meant.key() {
            found.extend(self.asset(session, key).await?);
        }
        let any = asked_for(label);
        if found.is_empty() && !any.is_empty() {
            let each = AssetKind::ALL.map(|kind| self.all_of(session, kind, &any, MOST_FOUND + 1));
            for assets in futures::future::join_all(each).await {
                match assets {
                    Ok(assets) => found.extend(assets),
                    Err(error) if is_closed(&error) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        found.sort_by_key(|asset| (!meant.is_of(asset), asset.name.clone(), asset.key));
        let more = found.len() > MOST_FOUND;
        found.truncate(MOST_FOUND);
        Ok(FoundAssets {
            assets: found,
            more,
        })
    }

    /// One asset; none where it is gone, in the trash or out of his reach.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does.
    pub async fn asset(
        &self,
        session: &Session,
        key: AssetKey,
    ) -> Result<Option<Asset>, GlpiError> {
        let call = Call::get(format!("{key}"))
            .with("get_hateoas", 0)
            .with("expand_dropdowns", 1);
        let row = match self.call(session, call).await {
            Ok(answer) => answer.body,
            Err(error) if is_closed(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        if json::number(&row, "is_deleted") == 1 {
            return Ok(None);
        }
        let text = |field| session.dialect().decode(&json::text(&row, field));
        // Expanded, a place that is not set is 0, "" or "&nbsp;".
        let location = Some(text("locations_id")).filter(|name| {
            !matches!(
                name.trim_matches(|c: char| c.is_whitespace()),
                "" | "0" | "&nbsp;"
            )
        });
        Ok(Some(Asset {
            key,
            name: text("name"),
            serial: text("serial"),
            inventory: text("otherserial"),
            location: location.unwrap_or_default(),
        }))
    }

    /// The open tickets of an asset, as far as he may see them, the newest first.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does.
    pub async fn tickets_of(
        &self,
        session: &Session,
        key: AssetKey,
    ) -> Result<Vec<FoundTicket>, GlpiError> {
        let call = Call::get(format!("{key}/Item_Ticket"))
            .with("get_hateoas", 0)
            .with("range", "0-999");
        let rows = match self.call(session, call).await {
            Ok(answer) => answer.body,
            Err(error) if is_closed(&error) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let rows = rows.as_array().into_iter().flatten();
        let ids: BTreeSet<u64> = rows
            .filter_map(|row| json::reference(row, "tickets_id"))
            .collect();
        let newest = ids.into_iter().rev().take(MOST_TICKETS as usize);
        let newest: Vec<TicketId> = newest.map(TicketId).collect();
        self.open_among(session, &newest).await
    }

    /// Puts the names of assets into tickets. Those that are not known yet are read together; one that can't be read has
    /// no name.
    pub(crate) async fn name_assets(
        &self,
        session: &Session,
        tickets: &mut [Ticket],
    ) -> Result<(), GlpiError> {
        let all = tickets.iter().flat_map(|ticket| &ticket.assets);
        let all = all.map(|asset| asset.key);
        let unknown: BTreeSet<AssetKey> = all
            .filter(|key| self.names().asset(*key).is_none())
            .collect();
        let unknown: Vec<AssetKey> = unknown.into_iter().collect();
        for some in unknown.chunks(MOST_ITEMS) {
            self.learn_names(session, some).await?;
        }
        let assets = tickets.iter_mut().flat_map(|ticket| &mut ticket.assets);
        for asset in assets {
            asset.name = self.names().asset(asset.key).unwrap_or_default();
        }
        Ok(())
    }

    async fn learn_names(&self, session: &Session, keys: &[AssetKey]) -> Result<(), GlpiError> {
        let mut call = Call::get("getMultipleItems").with("get_hateoas", 0);
        for (index, key) in keys.iter().enumerate() {
            call = call
                .with(format!("items[{index}][itemtype]"), key.kind)
                .with(format!("items[{index}][items_id]"), key.id);
        }
        let rows = match self.call(session, call).await {
            Ok(answer) => answer.body,
            // One that is gone or closed to him hides the others: each by itself.
            Err(error) if is_closed(&error) => Value::Null,
            Err(error) => return Err(error),
        };
        let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
        let in_order = rows.len() == keys.len();
        for (index, key) in keys.iter().enumerate() {
            let row = rows
                .get(index)
                .filter(|row| in_order && json::number(row, "id") == key.id);
            let name = match row {
                Some(row) => session.dialect().decode(&json::text(row, "name")),
                None => self
                    .asset(session, *key)
                    .await?
                    .map(|asset| asset.name)
                    .unwrap_or_default(),
            };
            self.names().learn_asset(*key, &name);
        }
        Ok(())
    }

    /// Links an asset to a ticket, or parts it. Where it is, or is not, already, nothing happens.
    ///
    /// # Errors
    /// What is known of the outcome.
    pub async fn set_asset(
        &self,
        session: &Session,
        ticket: TicketId,
        wanted: &SetAsset,
    ) -> Result<Written, WriteError> {
        let AssetKey { kind, id } = wanted.asset.key;
        if wanted.linked {
            let input =
                json!({ "tickets_id": ticket.0, "itemtype": kind.itemtype(), "items_id": id });
            return match self
                .write(session, Call::write("POST", "Item_Ticket", &input))
                .await
            {
                Ok(answer) => Ok(created(&answer, Vec::new())),
                // The same one twice is refused without a word: it is done already.
                Err(WriteError::Refused { code, words })
                    if code == "ERROR_GLPI_ADD" && words.is_empty() =>
                {
                    Ok(Written::default())
                }
                Err(error) => Err(error),
            };
        }
        let rows = match self.children(session, ticket, "Item_Ticket", true).await {
            Ok(rows) => rows,
            Err(GlpiError::SessionExpired) => return Err(WriteError::SessionExpired),
            // Nothing was written yet.
            Err(error) => {
                let what = error.to_string();
                return Err(WriteError::NotSent { what });
            }
        };
        let is_it = |row: &&Value| {
            json::text(row, "itemtype") == kind.itemtype() && json::number(row, "items_id") == id
        };
        let mut written = Written::default();
        for row in rows.iter().filter(is_it) {
            let link = json::number(row, "id");
            let call = Call::delete(format!("Item_Ticket/{link}")).with("force_purge", 1);
            let answer = self.write(session, call).await?;
            written = updated(&answer, link)?;
        }
        Ok(written)
    }

    /// The assets of one kind for which any of the criteria holds, `most` of them at most.
    async fn all_of(
        &self,
        session: &Session,
        kind: AssetKind,
        any: &[Criterion],
        most: usize,
    ) -> Result<Vec<Asset>, GlpiError> {
        let mut assets: Vec<Asset> = Vec::new();
        let page = PAGE.min(most);
        loop {
            let from = assets.len();
            let (mut some, total) = self.page_of(session, kind, any, (from, page)).await?;
            let last = some.is_empty() || (from + some.len()) as u64 >= total;
            assets.append(&mut some);
            if last || assets.len() >= most {
                return Ok(assets);
            }
        }
    }

    async fn page_of(
        &self,
        session: &Session,
        kind: AssetKind,
        any: &[Criterion],
        (from, count): (usize, usize),
    ) -> Result<(Vec<Asset>, u64), GlpiError> {
        let mut call = Call::get(format!("search/{kind}"));
        for (index, criterion) in any.iter().enumerate() {
            call = criterion.add_to(call, index, "OR");
        }
        for (index, column) in [NUMBER, NAME, LOCATION, SERIAL, INVENTORY]
            .iter()
            .enumerate()
        {
            call = call.with(format!("forcedisplay[{index}]"), column);
        }
        let call = call
            .with("sort", NUMBER)
            .with("order", "ASC")
            .with("range", format!("{from}-{}", from + count - 1));
        let body = match self.call(session, call).await {
            Ok(answer) => answer.body,
            Err(GlpiError::Refused { code, .. }) if code == "ERROR_RANGE_EXCEED_TOTAL" => {
                return Ok((Vec::new(), 0));
            }
            Err(error) => return Err(error),
        };
        let rows = body["data"].as_array().into_iter().flatten();
        let assets = rows.filter_map(|row| asset(session, kind, row));
        Ok((assets.collect(), json::number(&body, "totalcount")))
    }
}

/// A row of a search that shows the five columns.
fn asset(session: &Session, kind: AssetKind, row: &Value) -> Option<Asset> {
    let text = |column: u16| {
        session
            .dialect()
            .decode(&json::text(row, &column.to_string()))
    };
    let id = json::reference(row, &NUMBER.to_string())?;
    Some(Asset {
        key: AssetKey { kind, id },
        name: text(NAME),
        serial: text(SERIAL),
        inventory: text(INVENTORY),
        location: text(LOCATION),
    })
}

/// What is looked for: what was typed or scanned, in either number or the name; of a label with several pieces, each.
fn asked_for(label: &str) -> Vec<Criterion> {
    const MOST_WORDS: usize = 4;
    const SHORTEST: usize = 3;
    let whole = label.trim();
    let parts = |letter: char| letter.is_whitespace() || matches!(letter, ':' | '=' | ';' | ',');
    let mut words: Vec<&str> = vec![whole];
    words.extend(
        whole
            .split(parts)
            .filter(|piece| piece.chars().any(|letter| letter.is_ascii_digit())),
    );
    words.retain(|word| word.chars().count() >= SHORTEST && !word.contains('/'));
    words.dedup();
    words.truncate(MOST_WORDS);
    words
        .into_iter()
        .flat_map(|word| [SERIAL, INVENTORY, NAME].map(|field| contains(field, word)))
        .collect()
}

/// His profile may not read it, or it is not there, or this GLPI knows no such kind.
fn is_closed(error: &GlpiError) -> bool {
    matches!(
        error,
        GlpiError::Rights { .. } | GlpiError::NotFound | GlpiError::Refused { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_looked_for_where_it_may_stand_and_a_label_piece_by_piece() {
        let all = |word: &str| {
            [SERIAL, INVENTORY, NAME]
                .map(|field| contains(field, word))
                .to_vec()
        };
        assert_eq!(asked_for(" SNPC00001 "), all("SNPC00001"));
        assert_eq!(asked_for("S/N: SNPC00001"), all("SNPC00001"));
        assert_eq!(asked_for("ab"), []);
        let lines = asked_for("N° INV-1\nType PC");
        assert!(lines.starts_with(&all("N° INV-1\nType PC")) && lines.ends_with(&all("INV-1")));
    }
}
