//! Places a picture of one shape on a canvas of another.

use backlot_media::{MAX_SIDE, Rect, Size};
use backlot_scene::Fit;

/// The picture is scaled to `scaled`; `window` of that is shown, and lies at `place` on the canvas.
/// Lefts and tops are even, so that chroma is cut between its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placement {
    pub scaled: Size,
    pub window: Rect,
    pub place: Rect,
}

impl Placement {
    pub fn new(picture: Size, canvas: Size, fit: Fit) -> Self {
        match fit {
            Fit::Stretch => Self { scaled: canvas, window: canvas.rect(), place: canvas.rect() },
            Fit::Cover => {
                let scaled = scaled(picture, canvas, f64::max);
                // The deciding side may be rounded down by one.
                let width = scaled.width.max(canvas.width);
                let scaled = Size { width, height: scaled.height.max(canvas.height) };
                Self { scaled, window: centred(canvas, scaled), place: canvas.rect() }
            }
            Fit::Contain => {
                let scaled = scaled(picture, canvas, f64::min);
                let width = scaled.width.min(canvas.width);
                let scaled = Size { width, height: scaled.height.min(canvas.height) };
                Self { scaled, window: scaled.rect(), place: centred(scaled, canvas) }
            }
        }
    }
}

/// The picture's size, scaled by the greater or smaller of both ratios.
fn scaled(picture: Size, canvas: Size, choose: fn(f64, f64) -> f64) -> Size {
    let across = f64::from(canvas.width) / f64::from(picture.width);
    let down = f64::from(canvas.height) / f64::from(picture.height);
    let ratio = choose(across, down);
    let side = |s: u32| ((f64::from(s) * ratio).round() as u32).clamp(1, MAX_SIDE);
    Size { width: side(picture.width), height: side(picture.height) }
}

fn centred(inner: Size, outer: Size) -> Rect {
    let even = |outer: u32, inner: u32| (outer.saturating_sub(inner) / 2) & !1;
    Rect {
        x: even(outer.width, inner.width),
        y: even(outer.height, inner.height),
        width: inner.width,
        height: inner.height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_lie_inside_for_all_shapes() {
        let sides = [1, 2, 3, 7, 64, 719, 1280, 16_384];
        let sizes = || sides.into_iter().flat_map(|w| sides.map(|h| Size::new(w, h).unwrap()));
        let inside = |r: Rect, s: Size| r.x + r.width <= s.width && r.y + r.height <= s.height;
        for (picture, canvas) in sizes().flat_map(|p| sizes().map(move |c| (p, c))) {
            for fit in Fit::ALL {
                let p = Placement::new(picture, canvas, fit);
                assert!(inside(p.window, p.scaled), "{picture} {canvas} {fit}: {p:?}");
                assert!(inside(p.place, canvas), "{picture} {canvas} {fit}: {p:?}");
                let (from, to) = (p.window, p.place);
                assert_eq!((from.width, from.height), (to.width, to.height));
                assert!([from.x, from.y, to.x, to.y].iter().all(|v| v % 2 == 0));
            }
        }
    }

    #[test]
    fn shapes_are_kept() {
        let size = |w, h| Size::new(w, h).unwrap();
        let cover = Placement::new(size(4000, 3000), size(1280, 720), Fit::Cover);
        assert_eq!((cover.scaled, cover.window.y), (size(1280, 960), 120));
        let contain = Placement::new(size(4000, 3000), size(1280, 720), Fit::Contain);
        assert_eq!((contain.scaled, contain.place.x), (size(960, 720), 160));
    }
}
