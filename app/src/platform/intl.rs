//! Dates in words, by the browser's `Intl`.

use std::cell::RefCell;

use js_sys::{Array, Date, Function, Object, Reflect};
use tournee_core::time::{Instant, Seconds};
use wasm_bindgen::{JsCast, JsValue};

use crate::text::{Language, current};

/// What of an instant is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// 09:42
    Time,
    /// 3 mars 2025, 09:42
    Full,
}

impl Form {
    fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Form::Time => &[("hour", "2-digit"), ("minute", "2-digit")],
            Form::Full => &[("dateStyle", "medium"), ("timeStyle", "short")],
        }
    }
}

/// Making a formatter costs more than all its uses on one screen.
struct Formatter {
    language: Language,
    form: Form,
    format: Function,
}

thread_local! {
    static FORMATTERS: RefCell<Vec<Formatter>> = const { RefCell::new(Vec::new()) };
}

/// An instant in the phone's own zone.
pub fn instant(at: Instant, form: Form) -> String {
    let date = Date::new(&JsValue::from_f64(at.0 as f64 * 1000.0));
    let words = FORMATTERS.with_borrow_mut(|known| {
        let language = current();
        let index = known
            .iter()
            .position(|f| f.language == language && f.form == form);
        let index = match index {
            Some(index) => index,
            None => {
                known.push(Formatter {
                    language,
                    form,
                    format: date_format(language, form)?,
                });
                known.len() - 1
            }
        };
        let words = known.get(index)?.format.call1(&JsValue::NULL, &date).ok()?;
        words.as_string()
    });
    words.unwrap_or_else(|| String::from(date.to_iso_string()))
}

/// How far the phone's own clock is ahead of UTC, then.
pub fn ahead_of_utc(at: Instant) -> Seconds {
    let date = Date::new(&JsValue::from_f64(at.0 as f64 * 1000.0));
    Seconds(-(date.get_timezone_offset() as i64) * 60)
}

/// The phone's own calendar: the number of the day.
pub fn local_day(at: Instant) -> i64 {
    (at + ahead_of_utc(at)).0.div_euclid(86_400)
}

/// What a `datetime-local` field holds, in the phone's own zone.
pub fn local_instant(field: &str) -> Option<Instant> {
    let ms = Date::new(&field.into()).get_time();
    (!field.is_empty() && ms.is_finite()).then_some(Instant((ms / 1000.0) as i64))
}

/// An instant as a `datetime-local` field holds it.
pub fn local_field(at: Instant) -> String {
    let date = Date::new(&JsValue::from_f64(at.0 as f64 * 1000.0));
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes()
    )
}

fn date_format(language: Language, form: Form) -> Option<Function> {
    let formatter = construct("DateTimeFormat", language, form.options())?;
    // A getter that answers a function bound to the formatter.
    Reflect::get(&formatter, &"format".into())
        .ok()?
        .dyn_into()
        .ok()
}

fn construct(name: &str, language: Language, settings: &[(&str, &str)]) -> Option<JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &name.into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    for (key, value) in settings {
        Reflect::set(&options, &(*key).into(), &(*value).into()).ok()?;
    }
    let arguments = Array::of2(&language.tag().into(), &options);
    Reflect::construct(&class, &arguments).ok()
}
