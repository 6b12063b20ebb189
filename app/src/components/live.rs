//! What changes by itself on the screen. Each type of closure in a view is compiled apart, so there are only these.

use leptos::prelude::{AnyView, Memo};

/// Words that follow what they read.
pub fn words(read: impl Fn() -> String + Send + 'static) -> Box<dyn FnMut() -> String + Send> {
    Box::new(read)
}

/// A part that follows what it reads; without one, nothing.
pub fn part(
    read: impl Fn() -> Option<AnyView> + Send + 'static,
) -> Box<dyn FnMut() -> Option<AnyView> + Send> {
    Box::new(read)
}

/// A yes or no that follows what it reads.
pub fn whether(read: impl Fn() -> bool + Send + 'static) -> Box<dyn FnMut() -> bool + Send> {
    Box::new(read)
}

/// A value that moves only when it differs.
pub fn kept<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    kept_boxed(Box::new(read))
}

fn kept_boxed<T: PartialEq + Send + Sync + 'static>(
    read: Box<dyn Fn() -> T + Send + Sync>,
) -> Memo<T> {
    Memo::new(move |_| read())
}
