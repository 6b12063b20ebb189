//! From `app/` and `public/` to a folder that a server can serve as it is.

mod assets;
mod compress;
mod page;
mod stamp;
mod wasm;

use crate::project::Project;
use anyhow::{Context, Result};
use assets::Assets;
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What `cargo xtask build` takes.
#[derive(Args, Default)]
pub struct Options {
    /// Where the app goes [default: target/dist/web].
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Faster to build and slower to run: unoptimised wasm, nothing compressed.
    #[arg(long)]
    pub dev: bool,
    /// Build even if nothing has changed.
    #[arg(long)]
    pub force: bool,
}

/// Builds the app, unless the folder already holds what these sources make; answers with the folder.
pub fn build(project: &Project, options: &Options) -> Result<PathBuf> {
    let out = match &options.out {
        Some(folder) => folder.clone(),
        None => project.target.join("dist/web"),
    };
    let sources = stamp::of_sources(project, options.dev)?;
    if !options.force && stamp::matches(&out, &sources, wasm::optimiser(project).is_some()) {
        println!("App unchanged: {}", project.shown(&out));
        return Ok(out);
    }

    let start = Instant::now();
    let work = project.target.join("xtask-web");
    let optimised = wasm::make(project, options.dev, &work)?;
    let mut assets = Assets::default();
    assets.read_folder(&project.root.join("public"))?;
    assets.read_folder(&work)?;
    let site = page::lay_out(&assets)?;
    write(&out, &site, options.dev)?;
    stamp::write(&out, &sources, optimised)?;
    report(project, &out, &site, start);
    Ok(out)
}

/// Beside the old folder first, then in its place: a server or a build at the same time sees one or the other.
fn write(out: &Path, site: &page::Site, dev: bool) -> Result<()> {
    let fresh = out.with_extension(format!("new-{}", std::process::id()));
    for (path, bytes) in &site.files {
        let file = fresh.join(path);
        let folder = file.parent().context("a file has a folder")?;
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    }
    if !dev {
        compress::beside(&fresh, site)?;
    }
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("cannot replace {}", out.display()))?;
    }
    fs::rename(&fresh, out).with_context(|| format!("cannot write {}", out.display()))
}

fn report(project: &Project, out: &Path, site: &page::Site, start: Instant) {
    let sizes = |path: &str| {
        let plain = fs::metadata(out.join(path)).map_or(0, |file| file.len());
        let brotli = fs::metadata(out.join(format!("{path}.br"))).map_or(plain, |file| file.len());
        (plain, brotli)
    };
    let mut total = 0;
    for path in site.files.keys() {
        let (plain, brotli) = sizes(path);
        total += brotli;
        println!("  {plain:>9} B  {brotli:>8} B br  {path}");
    }
    println!(
        "App built in {:.1} s: {}, {total} B as sent",
        start.elapsed().as_secs_f32(),
        project.shown(out)
    );
}
