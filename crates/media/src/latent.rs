//! Pictures that are made only as far as somebody looks at them.

use crate::{Frame, Rect, Size, Timestamp, Window};
use std::ops::Range;

/// Which parts of a picture are wanted, or are there: tiles of one size, those at the right and lower edge cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiles {
    picture: Size,
    tile: (u32, u32),
    across: usize,
    marked: Vec<bool>,
}

impl Tiles {
    /// None of a picture's tiles of so many columns and rows of pixels.
    ///
    /// # Panics
    /// If a tile has no pixels.
    pub fn new(picture: Size, tile: (u32, u32)) -> Self {
        let across = picture.width.div_ceil(tile.0) as usize;
        let down = picture.height.div_ceil(tile.1) as usize;
        Self { picture, tile, across, marked: vec![false; across * down] }
    }

    /// Marks none.
    pub fn clear(&mut self) {
        self.marked.fill(false);
    }

    /// Marks all.
    pub fn fill(&mut self) {
        self.marked.fill(true);
    }

    /// The picture's size.
    pub const fn picture(&self) -> Size {
        self.picture
    }

    /// Columns and rows of pixels of a tile.
    pub const fn tile(&self) -> (u32, u32) {
        self.tile
    }

    /// Tiles in a row, and rows of them.
    pub fn size(&self) -> (usize, usize) {
        (self.across, self.marked.len() / self.across)
    }

    /// Whether the tiles of row `y` are marked, from left to right.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, y: usize) -> &[bool] {
        &self.marked[y * self.across..][..self.across]
    }

    /// The same, to mark them.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row_mut(&mut self, y: usize) -> &mut [bool] {
        &mut self.marked[y * self.across..][..self.across]
    }

    /// Marks every tile that has a pixel in some columns and rows, as far as they are in the picture.
    pub fn mark(&mut self, columns: Range<u32>, rows: Range<u32>) {
        let ((wide, high), Size { width, height }) = (self.tile, self.picture);
        let (left, right) = (columns.start / wide, columns.end.min(width).div_ceil(wide));
        if left < right {
            for row in rows.start / high..rows.end.min(height).div_ceil(high) {
                self.row_mut(row as usize)[left as usize..right as usize].fill(true);
            }
        }
    }

    /// Marks every tile that has a pixel of a marked one of `other`, which are of the same picture.
    pub fn mark_touched(&mut self, other: &Self) {
        other.each_run(|Rect { x, y, width, height }| self.mark(x..x + width, y..y + height));
    }

    /// Whether all are marked.
    pub fn is_full(&self) -> bool {
        self.marked.iter().all(|&marked| marked)
    }

    /// The share of the tiles that are marked, `0.0..=1.0`.
    pub fn share(&self) -> f32 {
        let count = self.marked.iter().filter(|&&marked| marked).count();
        count as f32 / self.marked.len() as f32
    }

    /// The longest runs of tiles of row `y` that are marked, or aren't.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn runs(&self, y: usize, marked: bool) -> impl Iterator<Item = Range<usize>> {
        let row = self.row(y);
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = at + row[at..].iter().position(|&is| is == marked)?;
            let length = row[start..].iter().position(|&is| is != marked);
            at = length.map_or(row.len(), |length| start + length);
            Some(start..at)
        })
    }

    /// Calls with the pixels of each of the longest runs of marked tiles, row by row.
    pub fn each_run(&self, mut run: impl FnMut(Rect)) {
        for y in 0..self.size().1 {
            self.runs(y, true).for_each(|tiles| run(self.pixels(&tiles, y)));
        }
    }

    /// The pixels of a run of tiles of row `y`.
    pub fn pixels(&self, run: &Range<usize>, y: usize) -> Rect {
        let (left, top) = (run.start as u32 * self.tile.0, y as u32 * self.tile.1);
        Rect {
            x: left,
            y: top,
            width: (run.end as u32 * self.tile.0).min(self.picture.width) - left,
            height: (top + self.tile.1).min(self.picture.height) - top,
        }
    }
}

/// A picture (I420) that is made only as far as it is asked for.
///
/// What was asked for stays: asking for more adds to it.
pub trait Latent {
    /// Its size.
    fn size(&self) -> Size;

    /// When it was taken.
    fn time(&self) -> Timestamp;

    /// Its number.
    fn sequence(&self) -> u64;

    /// All of it.
    fn whole(&mut self) -> &Frame;

    /// At least the marked tiles. Whatever else the frame holds may be of no picture at all.
    fn tiles(&mut self, wanted: &Tiles) -> &Frame;

    /// At least a window of it for whoever only looks, and two pixels around that: in full or at half its width and
    /// height, rounded up, as `divisor` is 1 or 2. Each pixel is near what it is; whatever else the frame holds may be of
    /// no picture at all. If it comes in full only, it is in full.
    fn glance(&mut self, divisor: u32, window: Window) -> &Frame;

    /// All of it at a quarter of its width and height, rounded up: each pixel is near the mean of four by four. If it
    /// comes in full only, all of it in full.
    fn quarter(&mut self) -> &Frame;

    /// At least a window of it at half its width and height, rounded up, and what lies within two pixels of that: each
    /// pixel is the mean of two by two. Whatever else the frame holds may be of no picture at all. If it comes in full
    /// only, it is in full.
    fn half(&mut self, window: Window) -> &Frame;
}

/// A frame that is there.
impl Latent for &Frame {
    fn size(&self) -> Size {
        Frame::size(self)
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn sequence(&self) -> u64 {
        self.sequence
    }

    fn whole(&mut self) -> &Frame {
        self
    }

    fn tiles(&mut self, _: &Tiles) -> &Frame {
        self
    }

    fn glance(&mut self, _: u32, _: Window) -> &Frame {
        self
    }

    fn quarter(&mut self) -> &Frame {
        self
    }

    fn half(&mut self, _: Window) -> &Frame {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_the_picture_and_touch_others() {
        let size = Size::new(50, 33).unwrap();
        let (mut coarse, mut fine) = (Tiles::new(size, (16, 16)), Tiles::new(size, (16, 8)));
        assert_eq!((coarse.size(), fine.size()), ((4, 3), (4, 5)));
        coarse.row_mut(1)[1..3].fill(true);
        coarse.row_mut(2)[3] = true;
        fine.mark_touched(&coarse);
        let runs: Vec<_> = (0..5).map(|y| fine.runs(y, true).next()).collect();
        assert_eq!(runs, [None, None, Some(1..3), Some(1..3), Some(3..4)]);
        assert_eq!(fine.pixels(&(3..4), 4), Rect { x: 48, y: 32, width: 2, height: 1 });
        assert_eq!(fine.runs(2, false).collect::<Vec<_>>(), [0..1, 3..4]);
        assert!((fine.share() - 0.25).abs() < 1e-6 && !fine.is_full());
        let mut back = Tiles::new(size, (32, 8));
        back.mark_touched(&fine);
        assert_eq!(back.row(2), [true, true]);
        fine.fill();
        assert!(fine.is_full() && fine.runs(0, true).next() == Some(0..4));
    }
}
