//! What a hand does on a phone, and how long the phone takes to follow.

use anyhow::{Result, ensure};
use tournee_tests::browser::Page;

/// From the finger's lift off `TAPPED` to the frame in which `CHANGED` is there. Whether it is to be `SEEN` is asked once
/// the frame is drawn: before that, the browser would have to find out twice.
const TAP: &str = "new Promise((answer) => {
  const tapped = (event) => event.target.closest(`TAPPED`), changed = () => CHANGED, seen = () => SEEN;
  const over = new AbortController(), options = { capture: true, signal: over.signal };
  let pressed = false, lifted = null;
  const draws = () => {
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => {
      const now = performance.now();
      if (lifted === null || !seen()) return requestAnimationFrame(draws);
      over.abort();
      answer(now - lifted);
    };
    drawn.port2.postMessage(0);
  };
  addEventListener('pointerdown', (event) => {
    if (!tapped(event)) return;
    pressed = true;
    const watch = new MutationObserver(() => {
      if (!changed()) return;
      watch.disconnect();
      requestAnimationFrame(draws);
    });
    watch.observe(document, { subtree: true, childList: true, attributes: true });
  }, options);
  // What was tapped may be gone by now: the app follows a lift at once.
  addEventListener('pointerup', (event) => { if (pressed) lifted = event.timeStamp; }, options);
})";
/// Three flings of a thumb, 8,000 pixels a second that fade out, drawn frame by frame; the longest time between two
/// frames and the way that the list has gone.
const FLING: &str = "const done = arguments[1], list = document.querySelector(arguments[0]);
  let flings = 3, speed = 8000, last = null, longest = 0;
  const frame = (now) => {
    if (last !== null) {
      const gap = now - last;
      longest = Math.max(longest, gap);
      list.scrollTop += speed * gap / 1000;
      speed *= Math.exp(-gap / 325);
      if (speed < 30) { speed = 8000; flings -= 1; }
    }
    last = now;
    if (flings > 0) requestAnimationFrame(frame); else done([longest, list.scrollTop]);
  };
  requestAnimationFrame(frame);";

/// From a tap on an element to the frame that shows another.
pub async fn tap(page: &Page, css: &str, shown: &str) -> Result<f64> {
    // It is there and still, so that nothing but the finger happens from here on.
    page.sees(css).await?;
    page.stands_still().await?;
    let element = format!("document.querySelector(`{shown}`)");
    let promise = TAP
        .replace("TAPPED", css)
        .replace("CHANGED", &element)
        .replace("SEEN", &format!("{element}?.checkVisibility()"));
    let (value, ()) = tokio::try_join!(page.promised(&promise), page.touches(css))?;
    Ok(value)
}

/// The longest time between two frames of a fling through a list of such rows.
pub async fn fling(page: &Page, list: &str, row: &str) -> Result<f64> {
    let list = format!("[data-test={list}]");
    let top = "document.querySelector(arguments[0]).scrollTo(0, 0)";
    page.js_with::<()>(top, vec![list.as_str().into()]).await?;
    let (longest, way): (f64, f64) = page.js_async(FLING, vec![list.into()]).await?;
    ensure!(way > 6_000.0, "the list moved by {way} px only");
    page.sees(&format!("[data-test={row}]")).await?;
    Ok(longest)
}
