//! A storage that takes its time.

use anyhow::Result;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page};
use tournee_tests::holdings::his;
use tournee_tests::patience::until_true;
use tournee_tests::stage::{NEW, Stage};

use super::{count, dump};

/// Whoever reads a draft hears of it seconds later, as on a phone that has much else to do.
const LATE: &str = "
  const { get } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.get = function (...its) {
    const request = get.apply(this, its);
    if (this.name !== 'drafts') return request;
    const late = (heard) => request.addEventListener('success', (event) => setTimeout(() => heard.call(request, event), 3000));
    Object.defineProperty(request, 'onsuccess', { set(heard) { if (heard) late(heard); } });
    return request;
  };";

async fn holds(page: &Page, text: &str) -> Result<()> {
    until_true(&format!("a field that holds {text:?}"), async || {
        let now: String = page
            .js("return document.querySelector('textarea[name=followup]')?.value ?? ''")
            .await?;
        Ok(now == text)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_typed_before_storage_answers_overwrites_no_draft() -> Result<()> {
    let stage = Stage::open().await?;
    let [ticket] = his(&stage.new)?;
    let chromium = Chromium::phone().await?;
    chromium.tools().before_scripts(LATE).await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    app::opens(&page, NEW, ticket).await?;
    page.types("textarea[name=followup]", "Vu sur place.")
        .await?;
    until_true("the draft in storage", async || {
        Ok(count(&dump(&page).await?, "drafts") == 1)
    })
    .await?;

    app::opens(&page, NEW, ticket).await?;
    page.types("textarea[name=followup]", "x").await?;
    holds(&page, "x").await?;
    holds(&page, "Vu sur place.\nx").await?;
    page.reload().await?;
    holds(&page, "Vu sur place.\nx").await?;
    chromium.close().await
}
