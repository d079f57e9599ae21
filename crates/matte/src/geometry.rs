//! The grid for steadying a matte: blocks of pixels, about 300 to 600 along the long side.

use backlot_kernels::grid::GridSize;
use backlot_media::{Size, Window};

/// The least number of cells along the long side, where the picture has that many pixels.
const CELLS: u32 = 300;

/// Width and height of a picture.
pub(crate) const fn pixels(size: Size) -> (usize, usize) {
    (size.width as usize, size.height as usize)
}

/// What the sides of a picture are divided by where a [`PersonMatte`](crate::PersonMatte) looks for motion, if it is made only as
/// far as it is wanted: 1, 2 or 4.
pub fn glance_divisor(picture: Size) -> u32 {
    Geometry::new(picture).divisor()
}

/// A picture's size and its grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub picture: Size,
    /// Pixels along a cell's side.
    pub factor: usize,
    /// Columns and rows of cells; the last may be cut off by the picture's edge.
    pub grid: GridSize,
}

/// A rectangle of cells, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cells {
    pub left: usize,
    pub top: usize,
    pub right: usize,
    pub bottom: usize,
}

impl Geometry {
    pub fn new(picture: Size) -> Self {
        let factor = (picture.width.max(picture.height) / CELLS).max(1) as usize;
        let cells = |pixels: u32| (pixels as usize).div_ceil(factor);
        Self { picture, factor, grid: (cells(picture.width), cells(picture.height)) }
    }

    /// What the picture's sides may be divided by so that it still has as many pixels as the grid has cells: 1, 2 or 4.
    pub const fn divisor(&self) -> u32 {
        match self.factor {
            0 | 1 => 1,
            2 | 3 => 2,
            _ => 4,
        }
    }

    pub const fn cells(&self) -> usize {
        self.grid.0 * self.grid.1
    }

    /// A share of the grid's diagonal, in cells.
    pub fn diagonal(&self, share: f32) -> f32 {
        share * (self.grid.0 as f32).hypot(self.grid.1 as f32)
    }

    pub const fn whole(&self) -> Cells {
        Cells { left: 0, top: 0, right: self.grid.0, bottom: self.grid.1 }
    }

    /// The cells' pixels.
    pub fn window(&self, cells: Cells) -> Window {
        let side = |from: usize, to: usize, length: u32| {
            let from = (from * self.factor) as f32;
            (from, (to * self.factor).min(length as usize) as f32 - from)
        };
        let (x, width) = side(cells.left, cells.right, self.picture.width);
        let (y, height) = side(cells.top, cells.bottom, self.picture.height);
        Window { x, y, width, height }
    }
}

impl Cells {
    pub const fn width(&self) -> usize {
        self.right - self.left
    }

    pub const fn height(&self) -> usize {
        self.bottom - self.top
    }

    pub const fn area(&self) -> usize {
        self.width() * self.height()
    }

    pub const fn holds(&self, other: Self) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }

    /// Grown by a share of the longer side, inside `grid`.
    pub fn grown(&self, share: f32, grid: GridSize) -> Self {
        let by = (share * self.width().max(self.height()) as f32).ceil() as usize;
        Self {
            left: self.left.saturating_sub(by),
            top: self.top.saturating_sub(by),
            right: (self.right + by).min(grid.0),
            bottom: (self.bottom + by).min(grid.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_cover_the_picture() {
        for (width, height) in
            [(1, 1), (400, 300), (1280, 720), (1919, 1079), (720, 1280), (3840, 2160)]
        {
            let geometry = Geometry::new(Size::new(width, height).unwrap());
            let (w, h) = (geometry.grid.0 * geometry.factor, geometry.grid.1 * geometry.factor);
            assert!(w >= width as usize && w < width as usize + geometry.factor);
            assert!(h >= height as usize && h < height as usize + geometry.factor);
            assert_eq!(geometry.window(geometry.whole()), Window::whole(geometry.picture));
        }
        let hd = Geometry::new(Size::new(1280, 720).unwrap());
        assert_eq!((hd.factor, hd.grid, hd.divisor()), (4, (320, 180), 4));
        let vga = Geometry::new(Size::new(640, 480).unwrap());
        assert_eq!((vga.factor, vga.divisor()), (2, 2));
    }
}
