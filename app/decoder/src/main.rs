//! The program: gives the page a function that reads labels.

use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// What the app calls.
const NAME: &str = "tourneeDecode";

type Decode = dyn Fn(Vec<u8>, u32, u32, bool) -> Option<String>;

fn main() {
    let decode: Closure<Decode> = Closure::new(|rgba: Vec<u8>, width, height, hard| {
        tournee_decoder::decode(&rgba, width, height, hard)
    });
    // Refused by no global object that is not frozen; then the app says that it has no reader.
    let _ = js_sys::Reflect::set(&js_sys::global(), &JsValue::from(NAME), decode.as_ref());
    decode.forget();
}
