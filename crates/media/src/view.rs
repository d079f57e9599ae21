//! Which part of a source's picture is wanted, and at which size.

use crate::{MAX_SIDE, Size, Window};

/// A part of a source's picture, and the size at which it is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The part, in the source's own pixels.
    pub window: Window,
    /// The size of the picture of it.
    pub size: Size,
}

impl View {
    /// The whole of a picture as it is.
    pub const fn whole(size: Size) -> Self {
        Self { window: Window::whole(size), size }
    }

    /// The smallest view that holds all of these: their common window, at the greatest of their
    /// scales. `None` if there are none.
    pub fn holding(views: impl IntoIterator<Item = Self>) -> Option<Self> {
        views.into_iter().reduce(|a, b| if a == b { a } else { a.with(&b) })
    }

    fn with(&self, other: &Self) -> Self {
        let (a, b) = (self.window, other.window);
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        let width = (a.x + a.width).max(b.x + b.width) - x;
        let height = (a.y + a.height).max(b.y + b.height) - y;
        let across = self.scale().0.max(other.scale().0);
        let down = self.scale().1.max(other.scale().1);
        let side = |length: f32| {
            let even = (length / 2.0).round() as u32 * 2;
            even.clamp(2, MAX_SIDE)
        };
        let size = Size { width: side(width * across), height: side(height * down) };
        Self { window: Window { x, y, width, height }, size }
    }

    /// Pixels of the picture for one of the source, across and down.
    fn scale(&self) -> (f32, f32) {
        let Window { width, height, .. } = self.window;
        (self.size.width as f32 / width, self.size.height as f32 / height)
    }

    /// Where a part lies in the picture of this view, in its pixels.
    pub fn window_of(&self, part: Window) -> Window {
        let (across, down) = self.scale();
        Window {
            x: (part.x - self.window.x) * across,
            y: (part.y - self.window.y) * down,
            width: part.width * across,
            height: part.height * down,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn size(width: u32, height: u32) -> Size {
        Size { width, height }
    }

    const fn window(x: f32, y: f32, width: f32, height: f32) -> Window {
        Window { x, y, width, height }
    }

    #[test]
    fn one_wish_is_the_view_itself() {
        let view = View { window: window(0.0, 37.5, 400.0, 225.0), size: size(161, 91) };
        assert_eq!(View::holding([view, view]), Some(view));
        assert_eq!(View::holding([]), None);
    }

    #[test]
    fn several_share_the_greatest_scale_over_all_that_is_wanted() {
        let whole = View { window: Window::whole(size(1280, 720)), size: size(640, 360) };
        let face = View { window: window(320.0, 90.0, 320.0, 180.0), size: size(320, 180) };
        let both = View::holding([whole, face]).unwrap();
        assert_eq!(both, View::whole(size(1280, 720)));
        let left = View { window: window(0.0, 0.0, 100.0, 100.0), size: size(50, 100) };
        let right = View { window: window(100.0, 50.0, 100.0, 100.0), size: size(100, 50) };
        let both = View::holding([left, right]).unwrap();
        assert_eq!(both, View { window: window(0.0, 0.0, 200.0, 150.0), size: size(200, 150) });
        assert_eq!(both.window_of(right.window), window(100.0, 50.0, 100.0, 100.0));
    }
}
