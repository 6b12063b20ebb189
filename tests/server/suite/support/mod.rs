//! A house with both GLPIs and the server, and the phones that talk to it.

pub mod handset;
mod house;
pub mod tasks;

pub use handset::Handset;
pub use house::House;

/// The two GLPIs of the house.
pub const SOURCES: [&str; 2] = ["ancien", "nouveau"];

/// Waits until something holds, or fails.
pub async fn wait_until<F>(holds: impl Fn() -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<bool>>,
{
    for _ in 0..3_600 {
        if holds().await? {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    anyhow::bail!("it never came to that")
}
