// Starts the app, keeps its service worker, and hands updates over to the app:
//   `tournee:update` on window (and <html data-update="ready">) says that a new version waits;
//   the app answers with `tournee:reload` when the person taps "Recharger".

const AN_HOUR = 3_600_000;

start().then(keepServiceWorker, cannotStart);

// The whole app where somebody's tickets are kept; elsewhere its door, the sign-in alone, a fraction of its size.
// The wasm is asked for beside the script that needs it. Not by <link rel=preload>: WebKit doesn't use what that
// brings for fetch(), and an iPhone would load it twice.
async function start() {
  const [wasm, script] = (await isHome())
    ? [fetch("/tournee_bg.wasm"), import("/tournee.js")]
    : [fetch("/door_bg.wasm"), import("/door.js")];
  const { default: init } = await script;
  await init({ module_or_path: wasm });
}

// The app says so in localStorage ("1", and "0" after a sign-out). Where that is gone, what is kept still counts.
async function isHome() {
  try {
    const said = localStorage.getItem("tournee.home");
    if (said) return said === "1";
    const kept = (await indexedDB.databases?.()) ?? [];
    return kept.some(({ name }) => name === "tournee");
  } catch {
    return true; // a private window without storage: the app itself says so
  }
}

// What reads labels where the browser can't (iPhones): only who scans loads it.
window.tourneeDecoder = async () => {
  const [wasm, script] = [fetch("/decoder_bg.wasm"), import("/decoder.js")];
  const { default: init } = await script;
  await init({ module_or_path: wasm });
};

// After the app has started, so that filling the cache doesn't slow the first page.
async function keepServiceWorker() {
  if (!navigator.serviceWorker) return; // plain HTTP on a far host, or switched off
  try {
    const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    offerUpdates(registration);
    lookForUpdates(registration);
  } catch (error) {
    console.warn("service worker", error); // the app works on, online only
  }
}

function offerUpdates(registration) {
  const offer = (worker) => {
    // Without a controller this is the first installation: nothing older is running.
    if (!worker || !navigator.serviceWorker.controller) return;
    document.documentElement.dataset.update = "ready";
    window.dispatchEvent(new CustomEvent("tournee:update"));
  };
  offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => worker.state === "installed" && offer(worker));
  });
}

// Heard from the start: without a service worker, or while it is still being registered, the page can be loaded anew too.
window.addEventListener("tournee:reload", async () => {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  if (!registration?.waiting) return location.reload(); // another tab let it in already
  // Only the tab that asked reloads: others may have somebody's hands on them.
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  registration.waiting.postMessage({ type: "SKIP_WAITING" });
});

// An installed app may stay open for days: the browser itself looks only on navigation.
function lookForUpdates(registration) {
  let last = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - last < AN_HOUR) return;
    last = Date.now();
    registration.update().catch(() => {}); // no network: the next time
  });
}

function cannotStart(error) {
  console.error(error);
  const french = !navigator.language.startsWith("en");
  const box = document.createElement("main");
  const text = document.createElement("p");
  const again = document.createElement("button");
  box.setAttribute("role", "alert");
  text.textContent = french
    ? "Tournée n’a pas pu démarrer. Rien de ce qui a été saisi n’est perdu."
    : "Tournée could not start. Nothing that was typed is lost.";
  again.textContent = french ? "Réessayer" : "Try again";
  again.addEventListener("click", () => location.reload());
  box.append(text, again);
  document.body.append(box);
}
