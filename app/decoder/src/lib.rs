//! Labels out of pixels: QR, Data Matrix, and the barcodes that are stuck on machines.

use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::datamatrix::DataMatrixReader;
use rxing::oned::MultiFormatOneDReader;
use rxing::qrcode::QRCodeReader;
use rxing::{Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult, Reader};

/// What stands on the label in a picture (four bytes a pixel, row by row). `hard` takes longer, and finds more.
pub fn decode(rgba: &[u8], width: u32, height: u32, hard: bool) -> Option<String> {
    let pixels = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    if pixels == 0 || rgba.len() / 4 != pixels {
        return None;
    }
    let hints = DecodeHints {
        TryHarder: Some(hard),
        ..DecodeHints::default()
    };
    let source = Luma8LuminanceSource::new(luma(rgba), width, height);
    // Part by part for shadows across the label; as a whole, too, for a pale one in even light.
    let here = read(HybridBinarizer::new(source.clone()), &hints);
    here.or_else(|| match hard {
        true => read(GlobalHistogramBinarizer::new(source), &hints),
        false => None,
    })
    .filter(|text| !text.is_empty())
}

fn read<B: Binarizer>(binarizer: B, hints: &DecodeHints) -> Option<String> {
    let mut bitmap = BinaryBitmap::new(binarizer);
    let read = QRCodeReader
        .decode_with_hints(&mut bitmap, hints)
        .or_else(|_| DataMatrixReader.decode_with_hints(&mut bitmap, hints))
        .or_else(|_| MultiFormatOneDReader::new(hints).decode_with_hints(&mut bitmap, hints));
    read.ok().map(text)
}

fn text(read: RXingResult) -> String {
    read.getText().trim().to_owned()
}

/// Brightness as the eye has it: green counts most.
fn luma(rgba: &[u8]) -> Vec<u8> {
    let of = |pixel: &[u8]| {
        let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
        ((red * 77 + green * 150 + blue * 29) >> 8) as u8
    };
    rgba.chunks_exact(4).map(of).collect()
}
