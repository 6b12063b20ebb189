//! What the tabs of this device tell each other.

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

/// Something that another tab should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Phone data was stored: read it again.
    Stored,
    /// The exchange in this tab ended: whoever had to wait may have a go.
    Synced,
    /// Somebody signed in or out.
    Session,
}

impl News {
    fn word(self) -> &'static str {
        match self {
            News::Stored => "stored",
            News::Synced => "synced",
            News::Session => "session",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [News::Stored, News::Synced, News::Session]
            .into_iter()
            .find(|news| news.word() == word)
    }
}

/// The line to the other tabs; silent where the browser has none.
pub struct Tabs(Option<BroadcastChannel>);

impl Tabs {
    /// Opens the line.
    pub fn open() -> Self {
        Self(BroadcastChannel::new("tournee").ok())
    }

    /// Tells the others.
    pub fn tell(&self, news: News) {
        if let Some(channel) = &self.0 {
            let _ = channel.post_message(&JsValue::from_str(news.word()));
        }
    }

    /// Calls back on what they tell, for as long as the page lives.
    pub fn listen(&self, mut call: impl FnMut(News) + 'static) {
        let Some(channel) = &self.0 else {
            return;
        };
        EventListener::new(channel, "message", move |event| {
            let word = event
                .dyn_ref::<MessageEvent>()
                .and_then(|message| message.data().as_string());
            if let Some(news) = word.and_then(|word| News::from_word(&word)) {
                call(news);
            }
        })
        .forget();
    }
}
