//! Brotli and gzip beside every file that gets smaller by it, so that no server does it again at each request.

use super::page::Site;
use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::thread;

const EXTENSIONS: [&str; 7] = ["html", "js", "css", "wasm", "svg", "json", "webmanifest"];

/// Writes `FILE.br` and `FILE.gz` for the files of the site in `folder`.
pub fn beside(folder: &Path, site: &Site) -> Result<()> {
    let files = || site.files.iter().filter(|(path, _)| compressible(path));
    // The wasm takes nearly all of the time: its two encodings go side by side.
    thread::scope(|scope| {
        let gzipped = scope.spawn(move || {
            files().try_for_each(|(path, bytes)| put(folder, path, "gz", bytes, gzip))
        });
        files().try_for_each(|(path, bytes)| put(folder, path, "br", bytes, brotli))?;
        gzipped
            .join()
            .unwrap_or_else(|_| anyhow::bail!("compressing by gzip has failed"))
    })
}

fn compressible(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
}

fn put(
    folder: &Path,
    path: &str,
    suffix: &str,
    bytes: &[u8],
    encode: fn(&[u8]) -> Result<Vec<u8>>,
) -> Result<()> {
    let small = encode(bytes).with_context(|| format!("cannot compress {path}"))?;
    if small.len() < bytes.len() {
        fs::write(folder.join(format!("{path}.{suffix}")), small)
            .with_context(|| format!("cannot write {path}.{suffix}"))?;
    }
    Ok(())
}

fn brotli(mut bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut small, &parameters)?;
    Ok(small)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn written(bytes: &[u8]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("a.js".to_owned(), bytes.to_vec()),
            ("a.png".to_owned(), bytes.to_vec()),
        ]
        .into();
        beside(folder.path(), &Site { files }).unwrap();
        folder
    }

    #[test]
    fn both_encodings_give_the_file_back() {
        let bytes = "pièce jointe ".repeat(100).into_bytes();
        let folder = written(&bytes);
        let (mut br, mut gz) = (Vec::new(), Vec::new());
        let compressed = fs::read(folder.path().join("a.js.br")).unwrap();
        brotli::BrotliDecompress(&mut compressed.as_slice(), &mut br).unwrap();
        flate2::read::GzDecoder::new(fs::File::open(folder.path().join("a.js.gz")).unwrap())
            .read_to_end(&mut gz)
            .unwrap();
        assert_eq!((br, gz), (bytes.clone(), bytes));
    }

    #[test]
    fn what_gets_no_smaller_or_is_an_image_stays_alone() {
        assert!(!written(b"x").path().join("a.js.br").exists());
        assert!(!written(&[0; 1000]).path().join("a.png.br").exists());
    }
}
