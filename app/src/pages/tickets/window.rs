//! Which rows of a long list are worth drawing.

use std::ops::Range;

/// Rows drawn above and below what is seen, so that a fling never meets an empty frame.
const OVERSCAN: usize = 8;
/// Windows move in steps: most frames of a slow scroll then draw nothing at all.
const STEP: usize = 4;

/// The rows to draw of `count` rows of `height` pixels, `seen` pixels of them from `top` on.
pub fn window(count: usize, height: f64, top: f64, seen: f64) -> Range<usize> {
    if count == 0 || height <= 0.0 {
        return 0..0;
    }
    let first = (top.max(0.0) / height) as usize;
    let fit = (seen.max(0.0) / height).ceil() as usize + 1;
    // Scrolled beyond a list that has just become shorter: draw its end.
    let first = first.min(count.saturating_sub(fit));
    let start = first.saturating_sub(OVERSCAN) / STEP * STEP;
    let end = (first + fit + OVERSCAN).next_multiple_of(STEP).min(count);
    start..end
}

/// Where to scroll so that row `index` is wholly seen below a `head` of so many pixels; `None` if it is already.
pub fn reveal(index: usize, height: f64, top: f64, seen: f64, head: f64) -> Option<f64> {
    let above = index as f64 * height;
    let below = above + height + head - seen;
    if above < top {
        Some(above)
    } else if below > top {
        Some(below.max(0.0))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_is_drawn_with_a_margin_on_both_sides() {
        for top in (0..400_000).step_by(333) {
            let top = f64::from(top);
            let drawn = window(5_000, 100.0, top, 700.0);
            let (first, last) = ((top / 100.0) as usize, ((top + 700.0) / 100.0) as usize);
            assert!(drawn.start <= first.saturating_sub(OVERSCAN), "{top}");
            assert!(drawn.end > (last + OVERSCAN - 1).min(4_999), "{top}");
            assert!(drawn.len() <= 40, "{top}: {drawn:?}");
        }
    }

    #[test]
    fn short_lists_and_absent_ones_are_drawn_whole() {
        assert_eq!(window(3, 100.0, 0.0, 700.0), 0..3);
        assert_eq!(window(0, 100.0, 0.0, 700.0), 0..0);
        assert_eq!(window(10, 0.0, 0.0, 700.0), 0..0);
    }

    #[test]
    fn a_list_that_became_shorter_than_where_one_stands_shows_its_end() {
        let drawn = window(20, 100.0, 90_000.0, 700.0);
        assert_eq!(drawn.end, 20);
        assert!(drawn.start <= 12);
    }

    #[test]
    fn revealing_scrolls_no_further_than_needed() {
        assert_eq!(reveal(3, 100.0, 0.0, 700.0, 40.0), None);
        assert_eq!(reveal(3, 100.0, 350.0, 700.0, 40.0), Some(300.0));
        assert_eq!(reveal(9, 100.0, 0.0, 700.0, 40.0), Some(340.0));
    }
}
