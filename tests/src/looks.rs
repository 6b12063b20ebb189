//! Whether everybody can use a page: every control has a name and a size for a thumb, text stands out from its
//! ground, nothing runs out of the side.

use anyhow::{Result, ensure};

use crate::browser::Page;

/// What is wrong with the page as it is seen now, one line each.
pub async fn faults(page: &Page) -> Result<Vec<String>> {
    page.stands_still().await?;
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
