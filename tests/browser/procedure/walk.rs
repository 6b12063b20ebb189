//! Who walks: a technician with both GLPIs and his mails on the phone, whose taps are counted.

use std::cell::Cell;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tournee_sandbox::accounts::{SUPER_ADMIN, TECHNICIAN};
use tournee_sandbox::gmail::accounts::TECHNICIAN as MAILBOX;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::holdings::{is_free, is_in_the_hands_of};
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, OLD, Stage};

use super::text;

/// What is to be done in one GLPI.
pub struct Errand {
    /// Which GLPI.
    pub source: &'static str,
    /// A ticket that its user has just created, nobody's.
    pub new: i64,
    /// Another of nobody's.
    pub other: i64,
    /// One of his that waits.
    pub waiting: i64,
    /// The thread of a mail that asks for something.
    pub thread: String,
}

/// The walk.
pub struct Walk {
    /// What is around the phone.
    pub stage: Stage,
    /// The phone.
    pub chromium: Chromium,
    /// Its page.
    pub page: Page,
    /// In each GLPI.
    pub errands: [Errand; 2],
    taps: Cell<usize>,
}

/// What a user calls his new ticket.
pub const ASKED: &str = "Balance du rayon fruits";
/// What is written in the mail.
pub const WRITTEN: &str = "Bonjour, le tiroir de la caisse 23 reste bloqué.";

/// What the mail is about, told apart by GLPI.
pub fn subject(source: &str) -> String {
    format!("Caisse 23 : tiroir bloqué ({source})")
}

impl Walk {
    /// Everything is on the phone, and the network is still there.
    pub async fn begin() -> Result<Self> {
        let stage = Stage::open().await?;
        lays_out_the_table(&stage)?;
        let errands = [errand(&stage, OLD)?, errand(&stage, NEW)?];
        let chromium = Chromium::phone().await?;
        let page = chromium.page(&stage.origin()).await?;
        app::settles_in(&page).await?;
        app::connects_mailbox(&page).await?;
        page.tap(".nav a[href='/mails']").await?;
        page.tap("[data-test=box-to-sort]").await?;
        for errand in &errands {
            page.sees(&mail_row(&errand.thread)).await?;
        }
        // The user's own words come while the phone looks.
        for errand in &errands {
            let mut world = stage.glpi(errand.source).world();
            let user = world.user_id(SUPER_ADMIN).context("no super-admin")?;
            world.edit_ticket(errand.new, user, &[("name", json!(ASKED))]);
        }
        page.tap(".nav a[href='/tickets']").await?;
        page.tap("[data-test=sync-state]").await?;
        until_true("the users’ new tickets", async || {
            let texts = page.texts("[data-test=ticket-row]").await?;
            Ok(texts.iter().filter(|text| text.contains(ASKED)).count() == errands.len())
        })
        .await?;
        Ok(Self {
            stage,
            chromium,
            page,
            errands,
            taps: Cell::new(0),
        })
    }

    /// A tap, counted.
    pub async fn tap(&self, css: &str) -> Result<()> {
        self.taps.set(self.taps.get() + 1);
        self.page.tap(css).await
    }

    /// A choice in a `select`: one tap opens it, the next chooses.
    pub async fn chooses(&self, css: &str, value: &str) -> Result<()> {
        self.taps.set(self.taps.get() + 2);
        self.page.chooses(css, value).await
    }

    /// From the list to a ticket: the first tap.
    pub async fn opens(&self, source: &str, id: i64) -> Result<()> {
        self.page.goto("/tickets").await?;
        self.taps.set(1);
        app::opens_from_list(&self.page, source, id).await
    }

    /// From here on taps are counted anew.
    pub fn starts_counting(&self) {
        self.taps.set(0);
    }

    /// So many taps were enough.
    pub fn took_at_most(&self, most: usize, what: &str) -> Result<()> {
        let taps = self.taps.get();
        ensure!(taps <= most, "{what} takes {taps} taps instead of {most}");
        Ok(())
    }

    /// The open ticket comes to that status.
    pub async fn is_status(&self, status: &str) -> Result<()> {
        self.page
            .shows("[data-test=ticket-status]", "data-status", status)
            .await
    }
}

/// A row of the mails.
pub fn mail_row(thread: &str) -> String {
    format!("[data-test=mail-row][data-key=\"{MAILBOX}:{thread}\"]")
}

fn errand(stage: &Stage, source: &'static str) -> Result<Errand> {
    let (new, other, waiting) = {
        let mut world = stage.glpi(source).world();
        let me = world.user_id(TECHNICIAN).context("no technician")?;
        let ids = world.ticket_ids();
        let mut free = ids.iter().copied().filter(|id| is_free(&world, *id));
        let (new, other) = (free.next(), free.next());
        let mut his = ids.iter().rev().copied();
        let waiting = his.find(|id| is_in_the_hands_of(&world, *id, me));
        let (new, other) = new.zip(other).context("no free tickets")?;
        let waiting = waiting.context("no ticket of his")?;
        world.edit_ticket(waiting, me, &[("status", json!(4))]);
        (new, other, waiting)
    };
    let letter = stage.google.letter(&subject(source), WRITTEN);
    Ok(Errand {
        source,
        new,
        other,
        waiting,
        thread: stage.google.delivers(&letter)?,
    })
}

/// The tickets of the procedure's table, in the old GLPI.
fn lays_out_the_table(stage: &Stage) -> Result<()> {
    let mut world = stage.old.world();
    let me = world.user_id(TECHNICIAN).context("no technician")?;
    let ids = world.ticket_ids().into_iter();
    // Colleagues' until now: his own and the free ones have errands of their own.
    let others: Vec<i64> = ids
        .filter(|id| !is_free(&world, *id) && !is_in_the_hands_of(&world, *id, me))
        .filter(|id| world.ticket(*id).is_some_and(|ticket| ticket.status == 2))
        .collect();
    let rows = text::table();
    ensure!(others.len() >= rows.len(), "{} of others", others.len());
    for (id, row) in others.into_iter().zip(rows.iter().skip(1)) {
        world.unassign_all(id, me);
        world.assign(id, me, me);
        let status = match row[3].as_str() {
            "▶ Résolu" => 5,
            "■ Clos" => 6,
            _ => 2,
        };
        let priority = if row[6] == "Haute" { 4 } else { 3 };
        let place = (1..200).find(|id| {
            let place = world.row("Location", *id);
            place.is_some_and(|place| place.text("completename") == row[11])
        });
        let category = (1..200).find(|id| {
            let category = world.row("ITILCategory", *id);
            category.is_some_and(|category| category.text("completename") == row[9])
        });
        let facts = [
            ("name", json!(row[1])),
            ("locations_id", json!(place.context("no such store")?)),
            (
                "itilcategories_id",
                json!(category.context("no such category")?),
            ),
        ];
        world.edit_ticket(id, me, &facts);
        // Past all rules: what GLPI makes of a status is not what is looked at here.
        world.set("Ticket", id, "status", status.into());
        world.set("Ticket", id, "priority", priority.into());
    }
    Ok(())
}
