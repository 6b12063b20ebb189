//! What a person does with a page: looks, waits, taps, types.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{By, WebDriver, WebElement};

use super::DevTools;
use crate::patience::{PATIENCE, until, until_true};

/// As long as a thumb does.
const FINGER_RESTS: Duration = Duration::from_millis(80);

const TOAST: &str = ".toast";

/// A page of the app in one tab of a browser.
#[derive(Clone)]
pub struct Page {
    driver: WebDriver,
    origin: String,
    tools: Option<(Arc<DevTools>, String)>,
}

impl Page {
    pub(super) fn new(
        driver: WebDriver,
        origin: &str,
        tools: Option<(Arc<DevTools>, String)>,
    ) -> Self {
        Self {
            driver,
            origin: origin.trim_end_matches('/').to_owned(),
            tools,
        }
    }

    /// Brings its tab to the front.
    pub async fn to_front(&self) -> Result<()> {
        if let Some((_, target)) = &self.tools {
            self.driver
                .switch_to_window(thirtyfour::WindowHandle::from(target.clone()))
                .await?;
        }
        Ok(())
    }

    /// Goes to a path of the app.
    pub async fn goto(&self, path: &str) -> Result<()> {
        let url = format!("{}{path}", self.origin);
        self.driver
            .goto(&url)
            .await
            .with_context(|| format!("cannot open {url}"))
    }

    /// Goes away from the app, to an empty page.
    pub async fn leaves(&self) -> Result<()> {
        self.driver
            .goto("about:blank")
            .await
            .context("cannot leave")
    }

    /// Loads it again.
    pub async fn reload(&self) -> Result<()> {
        self.driver.refresh().await.context("cannot reload")
    }

    /// Goes back.
    pub async fn back(&self) -> Result<()> {
        self.driver.back().await.context("cannot go back")
    }

    /// The path of now.
    pub async fn path(&self) -> Result<String> {
        Ok(self.driver.current_url().await?.path().to_owned())
    }

    /// Waits for a path.
    pub async fn arrives_at(&self, path: &str) -> Result<()> {
        until_true(&format!("the page {path}"), async || {
            Ok(self.path().await? == path)
        })
        .await
    }

    /// Runs a script and answers what it returns.
    pub async fn js<T: DeserializeOwned>(&self, script: &str) -> Result<T> {
        self.js_with(script, Vec::new()).await
    }

    /// The same with arguments.
    pub async fn js_with<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> Result<T> {
        let answer = self
            .driver
            .execute(script, arguments)
            .await
            .context("a script failed")?;
        Ok(serde_json::from_value(answer.json().clone())?)
    }

    /// Runs a script that calls its last argument when it is done.
    pub async fn js_async<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> Result<T> {
        let answer = self
            .driver
            .execute_async(script, arguments)
            .await
            .context("a script failed")?;
        Ok(serde_json::from_value(answer.json().clone())?)
    }

    /// How many elements there are.
    pub async fn count(&self, css: &str) -> Result<usize> {
        self.js_with(
            "return document.querySelectorAll(arguments[0]).length",
            vec![css.into()],
        )
        .await
    }

    /// Whether there is such an element.
    pub async fn has(&self, css: &str) -> Result<bool> {
        Ok(self.count(css).await? > 0)
    }

    /// Waits until a person sees such an element.
    pub async fn sees(&self, css: &str) -> Result<WebElement> {
        let found = until(css, async || self.seen(css).await).await;
        self.pictured(found).await
    }

    /// Beside a failure, what was on the screen.
    async fn pictured<T>(&self, result: Result<T>) -> Result<T> {
        let Err(error) = result else { return result };
        let path = std::env::temp_dir().join(format!("tournee-{}.png", std::process::id()));
        let taken = self.screenshot(&path).await.is_ok();
        Err(if taken {
            error.context(format!("see {}", path.display()))
        } else {
            error
        })
    }

    /// The first such element that a person sees now.
    async fn seen(&self, css: &str) -> Result<Option<WebElement>> {
        for found in self.driver.find_all(By::Css(css)).await? {
            if found.is_displayed().await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Waits until a person sees none.
    pub async fn sees_no(&self, css: &str) -> Result<()> {
        let ended = until_true(&format!("the end of {css}"), async || {
            Ok(self.seen(css).await?.is_none())
        })
        .await;
        self.pictured(ended).await
    }

    /// The words in an element that is seen.
    pub async fn text(&self, css: &str) -> Result<String> {
        Ok(self.sees(css).await?.text().await?)
    }

    /// The words in every such element, seen or scrolled away.
    pub async fn texts(&self, css: &str) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)";
        self.js_with(script, vec![css.into()]).await
    }

    /// Waits for words in an element.
    pub async fn says(&self, css: &str, words: &str) -> Result<()> {
        let said = until_true(&format!("“{words}” in {css}"), async || {
            let texts = self.texts(css).await?;
            Ok(texts.iter().any(|text| text.contains(words)))
        })
        .await;
        self.pictured(said).await
    }

    /// An attribute of every such element, in the order of the page.
    pub async fn attributes(&self, css: &str, name: &str) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(e => e.getAttribute(arguments[1]) ?? '')";
        self.js_with(script, vec![css.into(), name.into()]).await
    }

    /// Waits until an attribute of the first such element has a value.
    pub async fn shows(&self, css: &str, name: &str, value: &str) -> Result<()> {
        until_true(&format!("{css} with {name}={value}"), async || {
            Ok(self
                .attributes(css, name)
                .await?
                .first()
                .is_some_and(|is| is == value))
        })
        .await
    }

    /// Taps an element: it must be there, visible, and nothing may lie over it but a toast, which is closed first.
    pub async fn tap(&self, css: &str) -> Result<()> {
        let tapped = until(&format!("a tap on {css}"), async || {
            let Some(found) = self.seen(css).await? else {
                return Ok(None);
            };
            if let Err(error) = found.click().await {
                let in_the_way = format!("{error:?}");
                if in_the_way.contains("toast") {
                    self.is_told().await?;
                }
                return Err(error.into());
            }
            Ok(Some(()))
        })
        .await;
        self.pictured(tapped).await
    }

    /// Closes what the last toast said, as anybody does whom it keeps from something, and waits for its end.
    pub async fn is_told(&self) -> Result<()> {
        until_true("the end of what was said", async || {
            self.js::<()>("document.querySelector('.toast .icon-btn')?.click()")
                .await?;
            Ok(self.seen(TOAST).await?.is_none())
        })
        .await
    }

    /// Taps with a finger, which rests for a moment: WebDriver's click lifts it before the press is even drawn.
    pub async fn touches(&self, css: &str) -> Result<()> {
        let (tools, target) = self.tools().context("only Chromium has DevTools")?;
        self.sees(css).await?;
        self.stands_still().await?;
        let middle = "const b = document.querySelector(arguments[0]).getBoundingClientRect();
            return { x: b.x + b.width / 2, y: b.y + b.height / 2 }";
        let point: Value = self.js_with(middle, vec![css.into()]).await?;
        let down = json!({ "type": "touchStart", "touchPoints": [point] });
        tools
            .on_page(target, "Input.dispatchTouchEvent", down)
            .await?;
        tokio::time::sleep(FINGER_RESTS).await;
        let up = json!({ "type": "touchEnd", "touchPoints": [] });
        tools
            .on_page(target, "Input.dispatchTouchEvent", up)
            .await
            .map(drop)
    }

    /// Waits until nothing moves: a sheet that is still coming in has neither its place nor its colours.
    pub async fn stands_still(&self) -> Result<()> {
        let still = "return document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)";
        until_true("the end of all movement", async || self.js(still).await).await
    }

    /// What a promise in the page comes to. Asked for once, on a line of its own: meanwhile the page is left alone.
    pub async fn promised<T: DeserializeOwned>(&self, promise: &str) -> Result<T> {
        let (tools, target) = self.tools().context("only Chromium has DevTools")?;
        let asked = json!({ "expression": promise, "awaitPromise": true, "returnByValue": true });
        let answer = tools.on_page(target, "Runtime.evaluate", asked);
        let mut answer = tokio::time::timeout(PATIENCE, answer)
            .await
            .with_context(|| format!("waited in vain for {promise}"))??;
        serde_json::from_value(answer["result"]["value"].take())
            .with_context(|| format!("{promise}: {answer}"))
    }

    /// Types into a field, after what stands there.
    pub async fn types(&self, css: &str, text: &str) -> Result<()> {
        let field = self.sees(css).await?;
        match &self.tools {
            // ChromeDriver types key by key and refuses emoji; a keyboard on a phone inserts.
            Some((tools, target)) => {
                self.tap(css).await?;
                tools.insert_text(target, text).await
            }
            None => field.send_keys(text).await.context("cannot type"),
        }
    }

    /// Empties a field and types.
    pub async fn fills(&self, css: &str, text: &str) -> Result<()> {
        self.sees(css).await?.clear().await?;
        self.types(css, text).await?;
        let is: String = self
            .js_with(
                "return document.querySelector(arguments[0]).value",
                vec![css.into()],
            )
            .await?;
        ensure!(is == text, "{css} holds {is:?} instead of {text:?}");
        Ok(())
    }

    /// Chooses in a `select`.
    pub async fn chooses(&self, css: &str, value: &str) -> Result<()> {
        self.tap(&format!("{css} option[value={}]", json!(value)))
            .await
    }

    /// Presses keys, wherever the focus is.
    pub async fn presses(&self, keys: &str) -> Result<()> {
        let chain = self.driver.action_chain().send_keys(keys);
        chain.perform().await.context("cannot press keys")
    }

    /// DevTools and this page's own target, in Chromium.
    pub fn tools(&self) -> Option<(&DevTools, &str)> {
        self.tools
            .as_ref()
            .map(|(tools, target)| (&**tools, target.as_str()))
    }

    /// Writes what is seen to a file.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        self.driver
            .screenshot(path)
            .await
            .context("cannot take a screenshot")
    }
}
