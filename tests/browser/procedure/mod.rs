//! The procedure that asked for all this, sentence by sentence: with no network, then with one, in both GLPIs. A
//! sentence that no step quotes fails the suite, and so does a tap too many.

mod acts;
mod steps;
mod text;
mod walk;

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use futures::future::LocalBoxFuture;
use tournee_tests::app;

use self::steps::STEPS;
use self::walk::{Errand, Walk};
use crate::pictures;

/// When a step is walked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// In each GLPI, with no network.
    Offline,
    /// In each GLPI, once everything has arrived.
    Online,
    /// Once, with no network.
    Once,
    /// Once, at a desk, when all else is done.
    Desk,
}

/// A step, with the sentences that it walks.
struct Step {
    quotes: &'static [&'static str],
    when: When,
    walk: for<'w> fn(&'w Walk, &'w Errand) -> LocalBoxFuture<'w, Result<()>>,
}

#[test]
fn each_sentence_of_the_procedure_is_quoted_by_a_step_and_nothing_else_is() {
    let said: BTreeSet<String> = text::sentences().into_iter().collect();
    let quotes = STEPS.iter().flat_map(|step| step.quotes);
    let quoted: BTreeSet<String> = quotes.map(|quote| (*quote).to_owned()).collect();
    let forgotten: Vec<_> = said.difference(&quoted).collect();
    assert!(forgotten.is_empty(), "no step quotes {forgotten:#?}");
    let made_up: Vec<_> = quoted.difference(&said).collect();
    assert!(made_up.is_empty(), "the procedure has no {made_up:#?}");
    assert_eq!(text::table().len(), 7, "the table of section 3");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_procedure_is_walked_with_no_network_and_then_with_one() -> Result<()> {
    let walk = Walk::begin().await?;
    let cut = walk.stage.cut(&walk.chromium).await?;
    walks(&walk, When::Offline).await?;
    walks(&walk, When::Once).await?;
    walk.page.goto("/queue").await?;
    pictures::take(&walk.page, "procedure-queue").await?;
    walk.stage.restore(&walk.chromium, cut).await?;
    app::is_synced(&walk.page).await?;
    let states = app::queue_states(&walk.page).await?;
    let waits = states.iter().filter(|state| *state == "needs-you").count();
    assert_eq!(waits, 0, "{states:?}");
    walks(&walk, When::Online).await?;
    walks(&walk, When::Desk).await?;
    walk.chromium.close().await
}

async fn walks(walk: &Walk, when: When) -> Result<()> {
    for errand in &walk.errands {
        for step in STEPS.iter().filter(|step| step.when == when) {
            let walked = (step.walk)(walk, errand).await;
            walked.with_context(|| format!("{}: {:?}", errand.source, step.quotes))?;
        }
        if matches!(when, When::Once | When::Desk) {
            break;
        }
    }
    Ok(())
}
