//! Waiting for what must come, never longer than it takes.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};

/// Two cores are shared with compilers: far more than any healthy step takes, far less than for ever.
pub const PATIENCE: Duration = Duration::from_secs(45);
const TRACED: Duration = Duration::from_millis(300);
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

/// With `TOURNEE_TRACE=1`: what a walk spends its time on.
fn tell(what: &str, elapsed: Duration) {
    if elapsed > TRACED && std::env::var_os("TOURNEE_TRACE").is_some() {
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
