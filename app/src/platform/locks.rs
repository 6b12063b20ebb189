//! Web Locks: one tab at a time. Where the browser has none, every tab passes; storage then keeps them apart.

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// The browser answers at once, or never.
const ANSWER_MS: u32 = 2_000;

/// Held until dropped.
pub struct Lock {
    release: Option<Function>,
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// The lock of this name, or none if another tab holds it, or the browser does not say.
pub async fn try_lock(name: &str) -> Option<Lock> {
    let free = Some(Lock { release: None });
    let Some((manager, request)) = manager() else {
        return free;
    };
    let (sender, receiver) = oneshot::channel();
    let mut sender = Some(sender);
    // Called with the lock, or with null where another tab has it; the promise it answers holds the lock.
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let answer = (!lock.is_null()).then_some(Lock { release });
        let none = answer.is_none();
        if let Some(sender) = sender.take() {
            let _ = sender.send(answer);
        }
        if none {
            JsValue::UNDEFINED
        } else {
            held.into()
        }
    });
    let options = Object::new();
    let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE);
    if request
        .call3(&manager, &name.into(), &options, &granted)
        .is_err()
    {
        return free;
    }
    let unanswered = TimeoutFuture::new(ANSWER_MS);
    match select(receiver, unanswered).await {
        Either::Left((lock, _)) => lock.ok().flatten(),
        // A lock that comes after all is dropped, and with that released.
        Either::Right(_) => None,
    }
}

fn manager() -> Option<(JsValue, Function)> {
    let navigator = web_sys::window()?.navigator();
    let manager = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request = Reflect::get(&manager, &"request".into()).ok()?;
    Some((manager, request.dyn_into().ok()?))
}
