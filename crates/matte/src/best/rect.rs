//! Rectangles of pixels inside a picture.

use std::ops::Range;

/// Columns and rows of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Columns.
    pub x: Range<usize>,
    /// Rows.
    pub y: Range<usize>,
}

impl Rect {
    /// The rectangle with `by` pixels more on each side, within a picture of `(width, height)`.
    pub fn grown(&self, by: usize, (width, height): (usize, usize)) -> Self {
        let side = |range: &Range<usize>, most: usize| {
            range.start.saturating_sub(by)..(range.end + by).min(most)
        };
        Self { x: side(&self.x, width), y: side(&self.y, height) }
    }

    /// The index of a pixel of the rectangle when its rows follow each other.
    #[inline]
    pub fn index(&self, x: usize, y: usize) -> usize {
        (y - self.y.start) * self.x.len() + x - self.x.start
    }
}

/// Cuts a picture of `(width, height)` into squares of at most `side` pixels.
pub fn blocks((width, height): (usize, usize), side: usize) -> impl Iterator<Item = Rect> {
    (0..height).step_by(side).flat_map(move |y| {
        (0..width)
            .step_by(side)
            .map(move |x| Rect { x: x..(x + side).min(width), y: y..(y + side).min(height) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_a_picture_once() {
        for size in [(1, 1), (2, 3), (96, 97), (200, 100)] {
            let total: usize = blocks(size, 96).map(|b| b.x.len() * b.y.len()).sum();
            assert_eq!(total, size.0 * size.1, "{size:?}");
        }
    }

    #[test]
    fn a_grown_rectangle_stays_in_the_picture() {
        let rect = Rect { x: 2..5, y: 7..9 };
        assert_eq!(rect.grown(3, (6, 10)), Rect { x: 0..6, y: 4..10 });
        assert_eq!(rect.index(3, 8), 4);
    }
}
