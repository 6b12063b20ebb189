//! A phone with thousands of tickets and no network, its processor four times slower.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::stage::{Cut, Make, Stage};

/// Of a phone of today against the machine that measures.
pub const SLOWDOWN: f64 = 4.0;

/// The phone, and what is around it.
pub struct Held {
    /// What is around it.
    pub stage: Stage,
    /// The phone.
    pub chromium: Chromium,
    /// Its page.
    pub page: Page,
    _cut: Cut,
}

impl Held {
    /// With so many tickets on the phone.
    pub async fn with(tickets: usize) -> Result<Self> {
        Self::prepared(tickets, |_| Ok(())).await
    }

    /// The same, of a stage that something was done to before.
    pub async fn prepared(
        tickets: usize,
        prepare: impl FnOnce(&Stage) -> Result<()>,
    ) -> Result<Self> {
        let make = Make {
            tickets: tickets / 2,
            ..Make::default()
        };
        let stage = make.open().await?;
        all_in_his_hands(&stage);
        prepare(&stage)?;
        let chromium = Chromium::phone().await?;
        let page = chromium.page(&stage.origin()).await?;
        app::signs_in(&page).await?;
        holds(&page, tickets).await?;
        app::has_the_app(&page).await?;
        let cut = stage.cut(&chromium).await?;
        Ok(Self {
            stage,
            chromium,
            page,
            _cut: cut,
        })
    }

    /// From here on it is as wide as a desk's.
    pub async fn is_wide(&self, (width, height): (u32, u32)) -> Result<()> {
        let wide =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": true });
        self.measures(wide).await
    }

    /// From here on it is a phone again.
    pub async fn is_a_phone(&self) -> Result<()> {
        let phone = json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true });
        self.measures(phone).await
    }

    async fn measures(&self, metrics: serde_json::Value) -> Result<()> {
        let tools = self.chromium.tools();
        tools
            .on_pages("Emulation.setDeviceMetricsOverride", metrics)
            .await
    }

    /// From here on its processor is slow.
    pub async fn is_slow(&self) -> Result<()> {
        self.chromium.tools().slow_down(SLOWDOWN).await
    }
}

/// Waits until the phone has read so many tickets.
pub async fn holds(page: &Page, tickets: usize) -> Result<()> {
    holds_rows(page, "tickets", tickets).await
}

/// Waits until the phone's table has so many rows, and the phone nothing more to read.
pub async fn holds_rows(page: &Page, table: &str, rows: usize) -> Result<()> {
    let start = std::time::Instant::now();
    let count = "const [table, done] = arguments;
        indexedDB.databases().then(async (all) => {
          for (const { name } of all) {
            const db = await new Promise((ok) => { const r = indexedDB.open(name); r.onsuccess = () => ok(r.result); });
            if (![...db.objectStoreNames].includes(table)) { db.close(); continue; }
            const r = db.transaction(table).objectStore(table).count();
            r.onsuccess = () => { db.close(); done(r.result); };
            return;
          }
          done(0);
        })";
    loop {
        let held: usize = page.js_async(count, vec![table.into()]).await?;
        let state = page
            .attributes("[data-test=sync-state]", "data-state")
            .await?
            .concat();
        if held == rows && state == "synced" {
            return Ok(());
        }
        ensure!(
            start.elapsed() < Duration::from_secs(300),
            "{held} {table} on the phone, which says {state}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Every ticket of both GLPIs is open and his, so that the phone holds them all.
pub fn all_in_his_hands(stage: &Stage) {
    for glpi in [&stage.old, &stage.new] {
        let mut world = glpi.world();
        let Some(user) = world.user_id(TECHNICIAN) else {
            continue;
        };
        for id in world.ticket_ids() {
            let his = world.ticket(id).is_some_and(|ticket| {
                ticket
                    .actors
                    .iter()
                    .any(|actor| actor.role == 2 && actor.who == user)
            });
            if !his {
                let row = [
                    ("tickets_id", id.into()),
                    ("users_id", user.into()),
                    ("type", 2.into()),
                ];
                world.insert("Ticket_User", &row);
            }
            world.set("Ticket", id, "status", 2.into());
        }
    }
}
