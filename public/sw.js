// Keeps the whole app on the device, so that it opens with no network at all.
// `cargo xtask build` fills in the two constants; data is none of its business (IndexedDB holds it).
const VERSION = "unbuilt";
const PRECACHE = ["/"];

const CACHE = `tournee-${VERSION}`;
const PAGE = "/";
// Addresses that a person may open, and that only the server can answer.
const SERVER = /^\/(api|oauth|healthz|readyz|metrics)(\/|$)/;
// Where Google sends somebody back: without a network he would end on the browser's own page.
const RETURN = "/api/gmail/return";

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function fill() {
  const cache = await caches.open(CACHE);
  // All or nothing. A fingerprinted file is the right one wherever it comes from, so the page's own download
  // serves; the others must not come stale out of the HTTP cache.
  // A browser that reads labels by itself needs no program of ours for it.
  const own = (path) => "BarcodeDetector" in self && path.startsWith("/assets/decoder");
  const requests = PRECACHE.filter((path) => !own(path)).map((path) => new Request(path, { cache: path.startsWith("/assets/") ? "default" : "no-cache" }));
  await cache.addAll(requests);
}

async function takeOver() {
  const older = (await caches.keys()).filter((name) => name.startsWith("tournee-") && name !== CACHE);
  // The newest of the older ones lives one version longer: a tab may be in the middle of opening it.
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
  // So that the first visit already works offline, without a reload.
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  // Whatever isn't answered here goes to the network untouched.
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (!SERVER.test(pathname)) event.respondWith(cached(PAGE, request, CACHE));
    else if (pathname === RETURN) event.respondWith(fetch(request).catch(() => Response.redirect("/more?gmail=offline", 303)));
  } else if (pathname.startsWith("/assets/")) {
    event.respondWith(cached(pathname, request)); // from any version: a tab of the older one keeps working
  } else if (PRECACHE.includes(pathname)) {
    event.respondWith(cached(pathname, request, CACHE));
  }
});

async function cached(path, request, cacheName) {
  // What Vary names (Accept-Encoding) was settled when the file was stored.
  return (await caches.match(path, { ignoreVary: true, ...(cacheName && { cacheName }) })) ?? fetch(request);
}

self.addEventListener("message", (event) => {
  // Only when the person said so: an update never comes under somebody's hands.
  if (event.data?.type === "SKIP_WAITING") self.skipWaiting();
});

// The network is back. Pages do the sync (they hold the outbox); where none is open, the next start does it.
self.addEventListener("sync", (event) => {
  if (event.tag === "tournee-outbox") event.waitUntil(wakePages());
});

async function wakePages() {
  for (const page of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) page.postMessage({ type: "SYNC" });
}
