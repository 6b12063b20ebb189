//! Whether everybody can use a page: every control has a name and a size for a thumb, text stands out from its
//! ground, nothing runs out of the side.

use anyhow::{Result, ensure};

use crate::browser::Page;
use crate::patience::until_true;

/// What is wrong with the page as it is seen now, one line each.
pub async fn faults(page: &Page) -> Result<Vec<String>> {
    // A sheet that is still coming in has neither its place nor its colours.
    until_true("the end of all movement", async || {
        page.js("return document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)")
            .await
    })
    .await?;
    page.js(include_str!("looks.js")).await
}

/// Nothing is.
///
/// # Errors
/// What is.
pub async fn are_good(page: &Page, where_: &str) -> Result<()> {
    let faults = faults(page).await?;
    ensure!(faults.is_empty(), "{where_}: {faults:#?}");
    Ok(())
}
