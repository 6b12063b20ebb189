//! A phone whose clock is wrong by days.

use anyhow::Result;
use tournee_tests::app;
use tournee_tests::browser::Chromium;
use tournee_tests::holdings::Holdings;
use tournee_tests::stage::{NEW, OLD, Stage};

const WRONG_BY_DAYS: &str = "{
  const Real = Date, off = DAYS * 86400e3;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + off); }
    static now() { return Real.now() + off; }
  };
}";

async fn a_day_with_a_clock_wrong_by(days: i32) -> Result<()> {
    let stage = Stage::open().await?;
    let chromium = Chromium::phone().await?;
    chromium
        .tools()
        .before_scripts(&WRONG_BY_DAYS.replace("DAYS", &days.to_string()))
        .await?;
    let page = chromium.page(&stage.origin()).await?;
    app::settles_in(&page).await?;
    let wrong: f64 = page.js("return Date.now()").await?;
    let right = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)?
        .as_millis() as f64;
    assert!(
        (wrong - right).abs() > 86_400e3,
        "the clock is right after all"
    );

    let before = [OLD, NEW].map(|source| Holdings::of(stage.glpi(source)));
    let cut = stage.cut(&chromium).await?;
    for source in [OLD, NEW] {
        let [id] = super::mine(&stage, source);
        app::opens(&page, source, id).await?;
        app::notes(&page, "D’un téléphone déréglé", false).await?;
        app::moves_to(&page, "pending").await?;
    }
    stage.restore(&chromium, cut).await?;
    app::queue_comes_to(&page, "delivered", 4).await?;
    for (source, before) in [OLD, NEW].into_iter().zip(before) {
        let [id] = {
            let now = Holdings::of(stage.glpi(source));
            let moved: [i64; 1] = now
                .moved_since(&before)
                .try_into()
                .expect("one ticket moved");
            assert_eq!(now.ticket(moved[0])?.status, 4, "{source}");
            assert_eq!(
                now.ticket(moved[0])?.followups.len(),
                before.ticket(moved[0])?.followups.len() + 1
            );
            moved
        };
        let world = stage.glpi(source).world();
        let today = world.now_text();
        let note = world.followups(id).pop().expect("the note");
        // GLPI's own clock, or the server's; never the phone's.
        assert_eq!(note.date[..10], today[..10], "{source}");
    }
    chromium.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_days_behind_delivers_in_order_and_in_the_present() -> Result<()> {
    a_day_with_a_clock_wrong_by(-5).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_days_ahead_delivers_in_order_and_in_the_present() -> Result<()> {
    a_day_with_a_clock_wrong_by(9).await
}
