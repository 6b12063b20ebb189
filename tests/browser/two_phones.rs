//! Two phones of one technician: what waits on one holds up the other, which says so, until he answers.

use anyhow::Result;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Profile, Screen};
use tournee_tests::holdings::his;
use tournee_tests::stage::{NEW, Stage};

/// GLPI's numbers.
const PLANNED: i64 = 3;
const PENDING: i64 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_on_one_phone_is_named_on_the_other_and_settled_for_both() -> Result<()> {
    let stage = Stage::open().await?;
    let [id] = his(&stage.new)?;
    let one = Chromium::with(Screen::Phone).start(Profile::new()?).await?;
    let first = one.page(&stage.origin()).await?;
    app::settles_in(&first).await?;
    let other = Chromium::with(Screen::Phone).beside(&one);
    let other = other.start(Profile::new()?).await?;
    let second = other.page(&stage.origin()).await?;
    app::settles_in(&second).await?;

    // Both are away when somebody moves the ticket on GLPI's own page.
    one.tools().offline(true).await?;
    other.tools().offline(true).await?;
    app::opens(&first, NEW, id).await?;
    app::moves_to(&first, "planned").await?;
    app::opens(&second, NEW, id).await?;
    app::moves_to(&second, "planned").await?;
    stage
        .new
        .world()
        .set("Ticket", id, "status", PENDING.into());
    one.tools().offline(false).await?;
    app::queue_comes_to(&first, "needs-you", 1).await?;

    // The second phone's change waits behind the first one's.
    other.tools().offline(false).await?;
    second.goto("/queue").await?;
    second
        .says("[data-test=elsewhere]", "un autre de vos appareils")
        .await?;
    assert_eq!(app::queue_states(&second).await?, ["server"]);
    assert_eq!(stage.new.world().ticket(id).expect("it").status, PENDING);

    // He insists on one; the other wants the same, so nothing waits any more.
    first
        .tap("[data-state=needs-you] [data-test=insist]")
        .await?;
    app::queue_shows(&first, "delivered", 1).await?;
    app::queue_shows(&second, "delivered", 1).await?;
    second.sees_no("[data-test=elsewhere]").await?;
    assert_eq!(stage.new.world().ticket(id).expect("it").status, PLANNED);
    other.close().await?;
    one.close().await
}
