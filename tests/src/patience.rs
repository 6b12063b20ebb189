//! Waiting for what must come, never longer than it takes.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};

/// Two cores are shared with compilers: far more than any healthy step takes, far less than for ever.
pub const PATIENCE: Duration = Duration::from_secs(45);
const PAUSE: Duration = Duration::from_millis(40);

/// Asks until there is an answer. An error is "not yet": pages are rebuilt under the hands of a test.
///
/// # Errors
/// There was none within [`PATIENCE`]; the last error is told.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        let answer = ask().await;
        if let Ok(Some(value)) = answer {
            tell(what, start.elapsed());
            return Ok(value);
        }
        if start.elapsed() > PATIENCE {
            return Err(match answer {
                Err(error) => error.context(format!("waited in vain for: {what}")),
                Ok(_) => anyhow!("waited in vain for: {what}"),
            });
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// With `TOURNEE_TRACE`: what a walk waits for, where that takes at least so many milliseconds.
fn tell(what: &str, elapsed: Duration) {
    let least = std::env::var("TOURNEE_TRACE");
    let least = least.ok().and_then(|least| least.parse().ok());
    if least.is_some_and(|least: u128| elapsed.as_millis() >= least) {
        eprintln!("{:5} ms: {what}", elapsed.as_millis());
    }
}

/// The same for a fact.
///
/// # Errors
/// It did not become true within [`PATIENCE`].
pub async fn until_true(what: &str, mut ask: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    until(what, async || Ok(ask().await?.then_some(()))).await
}

/// Makes sure that something stays so for a while.
///
/// # Errors
/// It did not.
pub async fn stays_true(
    what: &str,
    time: Duration,
    mut ask: impl AsyncFnMut() -> Result<bool>,
) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < time {
        if !ask().await? {
            bail!("did not stay true: {what}");
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
