//! Chromium's DevTools protocol, for what WebDriver can't do: the network cut of every target, a slower processor,
//! a smaller quota, errors that nobody caught.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, anyhow, bail};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;

use super::target::{
    Target, auto_attach, auto_attach_workers, conditions, console, exception, has_network,
    has_own_network, is_page, text,
};

/// One connection to a browser, with a session on each of its targets.
pub struct DevTools {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    outgoing: mpsc::UnboundedSender<Message>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next_id: u64,
    waiting: HashMap<u64, oneshot::Sender<Value>>,
    targets: HashMap<String, Target>,
    offline: bool,
    slowdown: Option<f64>,
    scripts: Vec<String>,
    faults: Vec<String>,
    received: u64,
}

impl DevTools {
    /// Connects, and attaches to every target there is and will be.
    pub async fn connect(url: &str) -> Result<Self> {
        let (socket, _) = tokio_tungstenite::connect_async(url)
            .await
            .with_context(|| format!("DevTools don't answer at {url}"))?;
        let (mut sink, mut stream) = socket.split();
        let (outgoing, mut queue) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            outgoing,
            state: Mutex::default(),
        });
        let reader = shared.clone();
        let task = tokio::spawn(async move {
            let write = async {
                while let Some(message) = queue.recv().await {
                    if sink.send(message).await.is_err() {
                        break;
                    }
                }
            };
            let read = async {
                while let Some(Ok(message)) = stream.next().await {
                    if let Ok(value) = serde_json::from_slice(&message.into_data()) {
                        reader.take(value);
                    }
                }
            };
            tokio::join!(write, read);
        });
        let tools = Self { shared, task };
        tools
            .call(None, "Target.setAutoAttach", auto_attach())
            .await?;
        Ok(tools)
    }

    /// Cuts (or restores) the network of pages, service worker and workers, those to come included.
    pub async fn offline(&self, offline: bool) -> Result<()> {
        self.state().offline = offline;
        self.each(
            "Network.emulateNetworkConditions",
            conditions(offline),
            has_own_network,
        )
        .await
    }

    /// Makes the processor of every page so many times slower.
    pub async fn slow_down(&self, times: f64) -> Result<()> {
        self.state().slowdown = Some(times);
        self.each(
            "Emulation.setCPUThrottlingRate",
            json!({ "rate": times }),
            is_page,
        )
        .await
    }

    /// Runs a script in every page before its own scripts.
    pub async fn before_scripts(&self, script: &str) -> Result<()> {
        self.state().scripts.push(script.to_owned());
        self.each(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": script }),
            is_page,
        )
        .await
    }

    /// Lets an origin store no more than so many bytes; `None` takes the limit away.
    pub async fn quota(&self, origin: &str, bytes: Option<u64>) -> Result<()> {
        let mut params = json!({ "origin": origin });
        if let Some(bytes) = bytes {
            params["quotaSize"] = bytes.into();
        }
        self.each("Storage.overrideQuotaForOrigin", params, is_page)
            .await
    }

    /// Sends a command to every page.
    pub async fn on_pages(&self, method: &str, params: Value) -> Result<()> {
        self.each(method, params, is_page).await
    }

    /// Types into what has the focus, as a paste does.
    pub async fn insert_text(&self, target: &str, text: &str) -> Result<()> {
        let session = self
            .session_of(target)
            .context("that page is not attached")?;
        self.call(Some(&session), "Input.insertText", json!({ "text": text }))
            .await
            .map(drop)
    }

    /// Sends a command to one page and answers its result.
    pub async fn on_page(&self, target: &str, method: &str, params: Value) -> Result<Value> {
        let session = self
            .session_of(target)
            .context("that page is not attached")?;
        self.call(Some(&session), method, params).await
    }

    /// Sends a command to the browser itself.
    pub async fn on_browser(&self, method: &str, params: Value) -> Result<Value> {
        self.call(None, method, params).await
    }

    /// Exceptions that nobody caught, and what the browser's policy blocked.
    pub fn faults(&self) -> Vec<String> {
        self.state().faults.clone()
    }

    /// Forgets them, where a test made them on purpose.
    pub fn forget_faults(&self) {
        self.state().faults.clear();
    }

    /// Bytes that pages have received over the network so far, as they came (compressed, with headers).
    pub fn received_bytes(&self) -> u64 {
        self.state().received
    }

    /// The kinds of the attached targets, for a test that wants to see its service worker.
    pub fn kinds(&self) -> Vec<String> {
        self.state()
            .targets
            .values()
            .map(|target| target.kind.clone())
            .collect()
    }

    fn session_of(&self, target: &str) -> Option<String> {
        let state = self.state();
        let mut found = state.targets.iter().filter(|(_, known)| known.id == target);
        found.next().map(|(session, _)| session.clone())
    }

    async fn each(&self, method: &str, params: Value, which: fn(&Target) -> bool) -> Result<()> {
        let sessions: Vec<String> = {
            let state = self.state();
            let chosen = state.targets.iter().filter(|(_, target)| which(target));
            chosen.map(|(session, _)| session.clone()).collect()
        };
        for session in sessions {
            // A target may end between the two lines above and this one.
            let answer = self.call(Some(&session), method, params.clone()).await;
            if let Err(error) = answer
                && self.state().targets.contains_key(&session)
            {
                return Err(error);
            }
        }
        Ok(())
    }

    async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value> {
        let answer = self.shared.send(session, method, params)?;
        let answer = tokio::time::timeout(super::PATIENCE, answer)
            .await
            .with_context(|| format!("{method} got no answer"))?
            .context("the browser has gone")?;
        match answer.get("error") {
            Some(error) => Err(anyhow!("{method}: {error}")),
            None => Ok(answer["result"].clone()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Drop for DevTools {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<oneshot::Receiver<Value>> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state();
        state.next_id += 1;
        let mut message = json!({ "id": state.next_id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let id = state.next_id;
        state.waiting.insert(id, sender);
        if self
            .outgoing
            .send(Message::text(message.to_string()))
            .is_err()
        {
            bail!("the browser has gone");
        }
        Ok(receiver)
    }

    fn take(&self, message: Value) {
        if let Some(id) = message["id"].as_u64() {
            if let Some(waiting) = self.state().waiting.remove(&id) {
                let _ = waiting.send(message);
            }
            return;
        }
        let params = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Target.attachedToTarget" => self.attached(params),
            "Target.detachedFromTarget" => {
                self.state().targets.remove(text(&params["sessionId"]));
            }
            "Runtime.exceptionThrown" => self.fault(&exception(params)),
            "Runtime.consoleAPICalled" if params["type"] == "error" => self.fault(&console(params)),
            "Log.entryAdded" if params["entry"]["source"] == "security" => {
                self.fault(text(&params["entry"]["text"]));
            }
            "Network.loadingFinished" => self.loaded(text(&message["sessionId"]), params),
            _ => {}
        }
    }

    /// What the service worker puts aside meanwhile is not part of what a page waits for.
    fn loaded(&self, session: &str, params: &Value) {
        let mut state = self.state();
        if state.targets.get(session).is_some_and(is_page) {
            // Whole bytes, as a float on the wire.
            state.received += params["encodedDataLength"].as_f64().unwrap_or_default() as u64;
        }
    }

    fn fault(&self, words: &str) {
        self.state().faults.push(words.to_owned());
    }

    fn attached(&self, params: &Value) {
        let session = text(&params["sessionId"]).to_owned();
        let info = &params["targetInfo"];
        let target = Target {
            id: text(&info["targetId"]).to_owned(),
            kind: text(&info["type"]).to_owned(),
            url: text(&info["url"]).to_owned(),
        };
        let mut commands = Vec::new();
        {
            let mut state = self.state();
            if has_network(&target) {
                commands.push(("Network.enable", json!({})));
                commands.push(("Runtime.enable", json!({})));
                commands.push(("Log.enable", json!({})));
                commands.push(("Target.setAutoAttach", auto_attach_workers()));
            }
            if has_own_network(&target) && state.offline {
                commands.push(("Network.emulateNetworkConditions", conditions(true)));
            }
            if is_page(&target) {
                commands.push(("Page.enable", json!({})));
                let scripts = state
                    .scripts
                    .iter()
                    .map(|source| json!({ "source": source }));
                commands.extend(
                    scripts.map(|script| ("Page.addScriptToEvaluateOnNewDocument", script)),
                );
                let slowdown = state.slowdown.map(|rate| json!({ "rate": rate }));
                commands.extend(slowdown.map(|rate| ("Emulation.setCPUThrottlingRate", rate)));
            }
            state.targets.insert(session.clone(), target);
        }
        for (method, params) in commands {
            // Sent in order on one socket; nobody waits for the answers.
            let _ = self.send(Some(&session), method, params);
        }
    }
}
