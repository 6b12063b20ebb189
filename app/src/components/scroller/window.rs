//! Which rows of a long list are worth drawing.

use std::ops::Range;

/// Rows drawn above and below what is seen, so that a fling never meets an empty frame.
const OVERSCAN: usize = 8;
/// Windows move in steps: most frames of a slow scroll then draw nothing at all.
const STEP: usize = 2;
/// New rows in one frame, so that no fling waits for a whole screen of them.
pub const PER_FRAME: usize = 6;

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

/// The rows that are in sight, of `count` rows of `height` pixels, `seen` pixels of them from `top` on.
pub fn sight(count: usize, height: f64, top: f64, seen: f64) -> Range<usize> {
    if count == 0 || height <= 0.0 {
        return 0..0;
    }
    let first = ((top.max(0.0) / height) as usize).min(count - 1);
    let end = ((top + seen).max(0.0) / height).ceil() as usize;
    first..end.clamp(first + 1, count)
}

/// One frame's way from the rows that are `drawn` to those that are `wanted`: what is in sight comes first, then
/// the margins, at most [`PER_FRAME`] new ones. Where nothing is drawn yet, all that is in sight comes at once.
pub fn advance(drawn: &Range<usize>, wanted: &Range<usize>, sight: &Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (drawn.start.max(wanted.start), drawn.end.min(wanted.end));
    let mut left = PER_FRAME;
    if start >= end {
        (start, end) = (sight.start.max(wanted.start), sight.start.max(wanted.start));
        if drawn.is_empty() {
            left = sight.len();
        }
    }
    for goal in [sight, wanted] {
        let below = goal.end.min(wanted.end).saturating_sub(end).min(left);
        end += below;
        left -= below;
        let above = start.saturating_sub(goal.start.max(wanted.start)).min(left);
        start -= above;
        left -= above;
    }
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

    fn frames(drawn: Range<usize>, wanted: Range<usize>, sight: Range<usize>) -> Vec<Range<usize>> {
        let mut frames = vec![drawn];
        while frames.last() != Some(&wanted) {
            let next = advance(frames.last().unwrap(), &wanted, &sight);
            assert!(frames.len() < 50, "{frames:?} never becomes {wanted:?}");
            frames.push(next);
        }
        frames
    }

    #[test]
    fn a_leap_is_drawn_in_several_frames_and_what_is_in_sight_first() {
        let frames = frames(0..24, 1_000..1_024, 1_008..1_016);
        for pair in frames.windows(2) {
            let new = pair[1].clone().filter(|row| !pair[0].contains(row)).count();
            assert!(new <= PER_FRAME, "{pair:?}");
        }
        assert_eq!(frames[1], 1_008..1_014);
        assert!(frames[2].start <= 1_008 && frames[2].end >= 1_016);
    }

    #[test]
    fn the_first_frame_has_all_that_is_in_sight() {
        assert_eq!(advance(&(0..0), &(0..18), &(0..8)), 0..8);
    }

    #[test]
    fn every_window_is_reached_from_every_other() {
        for from in (0..60).step_by(7) {
            for to in (0..60).step_by(5) {
                frames(from..from + 20, to..to + 20, to + 6..to + 13);
            }
        }
        frames(5..30, 0..3, 0..3);
    }

    #[test]
    fn sight_is_never_empty_while_there_are_rows() {
        assert_eq!(sight(10, 100.0, 250.0, 300.0), 2..6);
        assert_eq!(sight(10, 100.0, 90_000.0, 300.0), 9..10);
        assert_eq!(sight(0, 100.0, 0.0, 300.0), 0..0);
    }

    #[test]
    fn revealing_scrolls_no_further_than_needed() {
        assert_eq!(reveal(3, 100.0, 0.0, 700.0, 40.0), None);
        assert_eq!(reveal(3, 100.0, 350.0, 700.0, 40.0), Some(300.0));
        assert_eq!(reveal(9, 100.0, 0.0, 700.0, 40.0), Some(340.0));
    }
}
