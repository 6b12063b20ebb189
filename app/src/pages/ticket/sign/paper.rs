//! A sheet of paper: what was done, where, when, and who signed for it.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::platform::device::document;

const WIDTH: f64 = 1_240.0;
const MARGIN: f64 = 70.0;
const LINE: f64 = 46.0;
const HAND_HEIGHT: f64 = 420.0;
const LARGE: &str = "600 40px system-ui, sans-serif";
const USUAL: &str = "32px system-ui, sans-serif";
const INK: &str = "#14212b";

/// What stands on it.
pub struct Paper {
    /// Above all.
    pub title: String,
    /// Below that: place, date.
    pub lines: Vec<String>,
    /// What was done.
    pub done: String,
    /// Who signed.
    pub signed: String,
}

/// Writes it.
///
/// # Errors
/// The browser gives no canvas.
pub fn paper(words: &Paper, hand: &HtmlCanvasElement) -> Result<HtmlCanvasElement, JsValue> {
    let document = document().ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    let pen = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let pen: CanvasRenderingContext2d = pen.dyn_into()?;
    pen.set_font(LARGE);
    let title = lines(&words.title, &measure(&pen));
    pen.set_font(USUAL);
    let facts = words.lines.iter().filter(|line| !line.is_empty());
    let facts: Vec<String> = facts.flat_map(|line| lines(line, &measure(&pen))).collect();
    let done = lines(&words.done, &measure(&pen));
    let rows = title.len() + facts.len() + done.len() + 4;
    canvas.set_width(WIDTH as u32);
    canvas.set_height((MARGIN * 2.0 + LINE * rows as f64 + HAND_HEIGHT) as u32);
    pen.set_fill_style_str("#fff");
    pen.fill_rect(0.0, 0.0, WIDTH, f64::from(canvas.height()));
    pen.set_fill_style_str(INK);
    let mut y = MARGIN + LINE / 2.0;
    let mut write = |font: &str, rows: &[String]| -> Result<f64, JsValue> {
        pen.set_font(font);
        for row in rows {
            pen.fill_text(row, MARGIN, y)?;
            y += LINE;
        }
        Ok(y)
    };
    write(LARGE, &title)?;
    write(USUAL, &facts)?;
    write(USUAL, &[String::new()])?;
    write(USUAL, &done)?;
    write(USUAL, &[String::new()])?;
    let y = write(USUAL, std::slice::from_ref(&words.signed))?;
    sign(&pen, hand, y)?;
    Ok(canvas)
}

/// As large as there is room.
fn sign(pen: &CanvasRenderingContext2d, hand: &HtmlCanvasElement, y: f64) -> Result<(), JsValue> {
    let (width, height) = (f64::from(hand.width()), f64::from(hand.height()));
    let factor = ((WIDTH - 2.0 * MARGIN) / width.max(1.0)).min(HAND_HEIGHT / height.max(1.0));
    let (width, height) = (width * factor, height * factor);
    pen.draw_image_with_html_canvas_element_and_dw_and_dh(hand, MARGIN, y, width, height)
}

fn measure(pen: &CanvasRenderingContext2d) -> impl Fn(&str) -> f64 {
    let pen = pen.clone();
    move |text| pen.measure_text(text).map_or(0.0, |size| size.width())
}

/// Rows that fit between the margins; a word that doesn't is broken.
fn lines(text: &str, width: &impl Fn(&str) -> f64) -> Vec<String> {
    let room = WIDTH - 2.0 * MARGIN;
    let mut rows = Vec::new();
    for typed in text.lines() {
        let mut row = String::new();
        for word in typed.split_inclusive(' ') {
            if !row.is_empty() && width(&format!("{row}{word}")) > room {
                rows.push(std::mem::take(&mut row));
            }
            for letter in word.chars() {
                row.push(letter);
                if width(&row) > room {
                    let last = row.pop();
                    rows.push(std::mem::take(&mut row));
                    row.extend(last);
                }
            }
        }
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_ends_between_words_and_a_long_word_is_broken() {
        // Eleven letters between the margins.
        let width = |text: &str| text.chars().count() as f64 * 100.0;
        assert_eq!(
            lines("Écran remplacé,\ncaisse testée", &width),
            ["Écran ", "remplacé,", "caisse ", "testée"]
        );
        assert_eq!(
            lines("anticonstitutionnel", &width),
            ["anticonstit", "utionnel"]
        );
        assert!(lines("", &width).is_empty());
    }
}
