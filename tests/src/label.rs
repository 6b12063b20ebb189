//! Labels as they are stuck on machines, in front of a camera: Code 39, drawn bar by bar.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::browser::Page;

const WIDTH: usize = 640;
const HEIGHT: usize = 480;
const NARROW: usize = 3;
const WIDE: usize = 8;

/// Bars and spaces in turn, wide or narrow, of the letters that the demo's numbers are made of.
const LETTERS: [(char, &str); 16] = [
    ('*', "nwnnwnwnn"),
    ('0', "nnnwwnwnn"),
    ('1', "wnnwnnnnw"),
    ('2', "nnwwnnnnw"),
    ('3', "wnwwnnnnn"),
    ('4', "nnnwwnnnw"),
    ('5', "wnnwwnnnn"),
    ('6', "nnwwwnnnn"),
    ('7', "nnnwnnwnw"),
    ('8', "wnnwnnwnn"),
    ('9', "nnwwnnwnn"),
    ('C', "wnwnnwnnn"),
    ('I', "nnwnnwwnn"),
    ('N', "nnnnwnnww"),
    ('P', "nnwnwnnwn"),
    ('S', "nnwnnnwwn"),
];

/// One line of the picture: whether each pixel is dark.
fn line(text: &str) -> Result<Vec<bool>> {
    let mut bars = Vec::new();
    for letter in format!("*{text}*").chars() {
        let known = LETTERS.iter().find(|(known, _)| *known == letter);
        let (_, pattern) = known.with_context(|| format!("no bars for {letter}"))?;
        for (at, element) in pattern.chars().enumerate() {
            let width = if element == 'w' { WIDE } else { NARROW };
            bars.extend(std::iter::repeat_n(at % 2 == 0, width));
        }
        bars.extend([false; NARROW]);
    }
    let margin = (WIDTH.checked_sub(bars.len()).context("too long a label")?) / 2;
    let mut line = vec![false; margin];
    line.extend(bars);
    line.resize(WIDTH, false);
    Ok(line)
}

/// Where the label is within the picture's height.
fn is_label(row: usize) -> bool {
    (HEIGHT / 4..HEIGHT * 3 / 4).contains(&row)
}

/// A film of a label that is held still, for a camera that is none.
pub fn film(text: &str, path: &Path) -> Result<()> {
    let dark = line(text)?;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(file, "YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420")?;
    for _ in 0..5 {
        writeln!(file, "FRAME")?;
        for row in 0..HEIGHT {
            let level = |dark: &bool| if *dark && is_label(row) { 20 } else { 230 };
            file.write_all(&dark.iter().map(level).collect::<Vec<u8>>())?;
        }
        file.write_all(&vec![128; WIDTH * HEIGHT / 2])?;
    }
    Ok(file.flush()?)
}

/// Draws the label, and gives it as a photo to the field behind a hook.
const PHOTO: &str = "const [bars, hook, done] = arguments;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 480];
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#e6e6e6';
  pen.fillRect(0, 0, 640, 480);
  pen.fillStyle = '#141414';
  bars.forEach((dark, x) => dark && pen.fillRect(x, 120, 1, 240));
  canvas.toBlob((blob) => {
    const given = new DataTransfer();
    given.items.add(new File([blob], 'image.png', { type: 'image/png' }));
    const input = document.querySelector(`[data-test=${hook}]`);
    input.files = given.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
    done(true);
  });";

/// Takes a photo of a label.
pub async fn photographs(page: &Page, text: &str, hook: &str) -> Result<()> {
    let bars = line(text)?.into_iter().map(Value::from).collect();
    let _: bool = page
        .js_async(PHOTO, vec![Value::Array(bars), hook.into()])
        .await?;
    Ok(())
}
