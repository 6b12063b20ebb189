//! Labels that are drawn, and read again: clean, dim, turned, and none at all.

#![allow(clippy::unwrap_used)]

use rxing::{BarcodeFormat, EncodeHints, MultiFormatWriter, Writer};
use tournee_decoder::decode;

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;

/// A picture with a label in its middle: `dark` on `light`.
fn picture(format: BarcodeFormat, text: &str, (dark, light): (u8, u8)) -> Vec<u8> {
    let (width, height) = match format {
        BarcodeFormat::QR_CODE | BarcodeFormat::DATA_MATRIX => (240, 240),
        _ => (400, 120),
    };
    let hints = EncodeHints::default();
    let label = MultiFormatWriter
        .encode_with_hints(text, &format, width, height, &hints)
        .unwrap();
    let left = (WIDTH - label.getWidth()) / 2;
    let top = (HEIGHT - label.getHeight()) / 2;
    let mut rgba = Vec::new();
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let inside = (left..left + label.getWidth()).contains(&x)
                && (top..top + label.getHeight()).contains(&y);
            let is_dark = inside && label.get(x - left, y - top);
            let level = if is_dark { dark } else { light };
            rgba.extend([level, level, level, 255]);
        }
    }
    rgba
}

/// Turned by a quarter.
fn turned(rgba: &[u8]) -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        let at = ((y * WIDTH + x) * 4) as usize;
        rgba[at..at + 4].to_vec()
    };
    (0..WIDTH)
        .flat_map(|row| (0..HEIGHT).flat_map(move |column| pixel(row, HEIGHT - 1 - column)))
        .collect()
}

fn read(rgba: &[u8]) -> Option<String> {
    decode(rgba, WIDTH, HEIGHT, true)
}

#[test]
fn what_is_stuck_on_machines_is_read() {
    for (format, text) in [
        (
            BarcodeFormat::QR_CODE,
            "https://glpi.example/front/computer.form.php?id=30",
        ),
        (BarcodeFormat::QR_CODE, "Numéro : INV-00012\nSociété : Var"),
        (BarcodeFormat::DATA_MATRIX, "5CG0123XYZ"),
        (BarcodeFormat::CODE_128, "SNPC00001"),
        (BarcodeFormat::CODE_39, "INV-00012"),
        (BarcodeFormat::EAN_13, "3250390000129"),
        (BarcodeFormat::ITF, "00350001"),
    ] {
        let clean = picture(format, text, (0, 255));
        assert_eq!(read(&clean).as_deref(), Some(text), "{format:?}");
        let dim = picture(format, text, (70, 120));
        assert_eq!(read(&dim).as_deref(), Some(text), "dim {format:?}");
    }
}

#[test]
fn a_label_that_is_held_sideways_is_read() {
    for (format, text) in [
        (BarcodeFormat::QR_CODE, "INV-00012"),
        (BarcodeFormat::CODE_128, "SNPC00001"),
    ] {
        let sideways = turned(&picture(format, text, (0, 255)));
        let found = decode(&sideways, HEIGHT, WIDTH, true);
        assert_eq!(found.as_deref(), Some(text), "{format:?}");
    }
}

#[test]
fn where_there_is_no_label_nothing_is_read() {
    let bytes = (WIDTH * HEIGHT * 4) as usize;
    assert_eq!(read(&vec![200; bytes]), None);
    let noise: Vec<u8> = (0..bytes).map(|at| (at * 7_919 % 251) as u8).collect();
    assert_eq!(read(&noise), None);
}

#[test]
fn pixels_that_are_no_such_picture_are_refused() {
    assert_eq!(decode(&[], 0, 0, true), None);
    assert_eq!(decode(&[0; 16], 640, 480, false), None);
    assert_eq!(decode(&[0; 16], u32::MAX, u32::MAX, false), None);
}
