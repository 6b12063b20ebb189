//! Runs seeds for as long as one likes, or one seed again with its trace.

use clap::Parser;
use tournee_simulation::{Count, Many, Run};

/// The simulation of Tournée under every fault.
#[derive(Parser)]
struct Options {
    /// Replay one seed and print its trace.
    #[arg(long)]
    seed: Option<u64>,
    /// Run so many seeds.
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// On so many threads.
    #[arg(long)]
    threads: Option<usize>,
    /// Lines of the trace to print.
    #[arg(long, default_value_t = 4_000)]
    lines: usize,
    /// A virtue to take away: its name in `tournee::mutation`.
    #[arg(long)]
    mutation: Option<String>,
    /// Print the seeds per minute alone.
    #[arg(long)]
    pace: bool,
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("TOURNEE_LOG"))
        .with_writer(std::io::stderr)
        .without_time()
        .init();
    let options = Options::parse();
    let mutation = match &options.mutation {
        None => None,
        Some(name) => Some(
            tournee::mutation::Mutation::ALL
                .into_iter()
                .find(|mutation| format!("{mutation:?}") == *name)
                .ok_or_else(|| anyhow::anyhow!("no mutation {name}"))?,
        ),
    };
    if let Some(seed) = options.seed {
        let outcome = Run {
            seed,
            mutation,
            kept: options.lines,
        }
        .play()?;
        println!("{outcome}");
        anyhow::ensure!(outcome.broken.is_empty(), "seed {seed} fails");
        return Ok(());
    }
    let mut many = Many {
        from: options.from,
        mutation,
        ..Many::first(options.seeds)
    };
    many.threads = options.threads.unwrap_or(many.threads);
    let summary = many.play();
    if options.pace {
        println!("{:.0}", summary.per_minute());
        return Ok(());
    }
    println!("{}", summary.counters);
    for count in summary.counters.never() {
        println!("never: {}", count.words());
    }
    println!(
        "{} seeds in {:.1} s, {:.0} a minute, {} delivered",
        summary.ran,
        summary.took.as_secs_f64(),
        summary.per_minute(),
        summary.counters.of(Count::Delivered),
    );
    if let Some((seed, _)) = summary.failed.first() {
        println!("{}", many.again(*seed)?);
        for (seed, why) in &summary.failed {
            println!("seed {seed}: {why}");
        }
        anyhow::bail!("{} seeds fail", summary.failed.len());
    }
    Ok(())
}
