// Runs in the page; answers what is wrong with it, one line each.
const faults = [];
const shown = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.closest("[inert],[aria-hidden=true]");
const label = (e) => `${e.tagName.toLowerCase()}${e.dataset.test ? `[${e.dataset.test}]` : ""}${e.name ? `(${e.name})` : ""} “${(e.textContent || "").trim().slice(0, 30)}”`;

// Names
const words = (e) => (e.innerText ?? e.textContent ?? "").trim();
const named = (e) =>
  e.ariaLabel?.trim() ||
  (e.getAttribute("aria-labelledby") ?? "").split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean).map(words).join(" ").trim() ||
  [...(e.labels ?? [])].map(words).join(" ").trim() ||
  (/^(INPUT|SELECT|TEXTAREA)$/.test(e.tagName) ? "" : words(e)) ||
  [...e.querySelectorAll("img[alt], svg title, [aria-label]")].map((n) => n.alt || n.ariaLabel || n.textContent).join(" ").trim() ||
  e.title?.trim();
const controls = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [role=switch], [tabindex='0']")].filter(shown);
for (const e of controls) if (!named(e) && !e.matches("[role=region],[role=list],[data-test=ticket-list]")) faults.push(`no name: ${label(e)}`);

// Sizes: a thumb's width, but for links in running text
const inText = (e) => e.tagName === "A" && getComputedStyle(e).display === "inline" && (e.parentElement?.innerText ?? "").trim().length > words(e).length;
// A link whose ::after lies over the whole row is as large as the row.
const reach = (e) => {
  const after = getComputedStyle(e, "::after");
  if (after.content === "none" || after.position !== "absolute" || after.inset !== "0px") return [e];
  let n = e;
  while (n && getComputedStyle(n).position === "static") n = n.parentElement;
  return [e, n ?? e];
};
for (const e of controls) {
  if (e.disabled || inText(e) || e.matches("[tabindex='0']:not(a,button,input,select,textarea,[role])")) continue;
  const boxes = [...reach(e), ...(e.labels ?? [])].map((n) => n.getBoundingClientRect());
  if (boxes[0].bottom < 0 || boxes[0].top > innerHeight) continue; // measured when it is scrolled to
  const wide = Math.max(...boxes.map((b) => b.width)), high = Math.max(...boxes.map((b) => b.height));
  // A skip link and the like show only under the keyboard.
  if (wide <= 1 && high <= 1) continue;
  if (wide < 43.5 || high < 43.5) faults.push(`${Math.round(wide)} × ${Math.round(high)} px is small for a thumb: ${label(e)}`);
}

// Contrast (WCAG 2 AA)
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const rgba = (color) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
const ground = (e) => {
  const layers = [];
  for (let n = e; n; n = n.parentElement) {
    const style = getComputedStyle(n);
    if (style.backgroundImage !== "none") return null; // a picture: not to be judged by a number
    const color = rgba(style.backgroundColor);
    if (color[3] > 0) layers.push(color);
    if (color[3] === 1) break;
  }
  const page = matchMedia("(prefers-color-scheme: dark)").matches && getComputedStyle(document.documentElement).colorScheme.includes("dark") ? [18, 18, 18, 1] : [255, 255, 255, 1];
  return layers.reduceRight((below, layer) => over(layer, below), page);
};
const light = ([r, g, b]) => {
  const [R, G, B] = [r, g, b].map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * R + 0.7152 * G + 0.0722 * B;
};
const seen = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const e = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || seen.has(e) || !shown(e) || e.closest("option,script,style,noscript,:disabled,[aria-disabled=true]")) continue;
  seen.add(e);
  const box = e.getBoundingClientRect();
  if (box.width <= 1 || box.height <= 1) continue;
  const style = getComputedStyle(e), below = ground(e);
  if (!below) continue;
  let opacity = 1;
  for (let n = e; n; n = n.parentElement) opacity *= Number(getComputedStyle(n).opacity);
  const ink = rgba(style.color);
  ink[3] *= opacity;
  const [a, b] = [light(over(ink, below)), light(below)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${label(e)}`);
}

// Width
const page = document.scrollingElement;
if (page.scrollWidth > page.clientWidth + 1) faults.push(`the page is ${page.scrollWidth} px wide on a screen of ${page.clientWidth}`);
for (const e of document.querySelectorAll("body *")) {
  if (!shown(e) || e.getBoundingClientRect().right <= innerWidth + 1) continue;
  let scrolls = false;
  for (let n = e.parentElement; n && n !== document.body; n = n.parentElement) if (/auto|scroll|hidden|clip/.test(getComputedStyle(n).overflowX)) scrolls = true;
  if (!scrolls) faults.push(`runs out of the side: ${label(e)}`);
}

// Landmarks
if (!document.documentElement.lang) faults.push("the page has no language");
if (!document.title.trim()) faults.push("the page has no title");
if (!document.querySelector("main, [role=main]")) faults.push("the page has no main part");
const headings = [...document.querySelectorAll("h1")].filter(shown).length;
if (headings !== 1) faults.push(`the page has ${headings} h1`);
return [...new Set(faults)].slice(0, 40);
