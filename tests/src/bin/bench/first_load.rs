//! Everything fetched until the sign-in page is usable.

use anyhow::Result;
use tournee_tests::app::sign_in_form;
use tournee_tests::browser::Chromium;
use tournee_tests::stage::{Make, OLD};

use crate::report::Report;

const RUNS: usize = 3;
const AT_MOST: f64 = 250_000.0;

pub async fn measure(report: &mut Report) -> Result<()> {
    let stage = Make {
        tickets: 20,
        ..Make::default()
    }
    .open()
    .await?;
    let mut values = Vec::new();
    for _ in 0..RUNS {
        let chromium = Chromium::phone().await?;
        let page = chromium.page(&stage.origin()).await?;
        page.goto("/").await?;
        let login = format!("{} input[name=login]", sign_in_form(OLD));
        page.fills(&login, "pmarcoux").await?;
        values.push(chromium.tools().received_bytes() as f64);
        chromium.close().await?;
    }
    report.add("first_load_brotli_bytes", values, AT_MOST);
    Ok(())
}
