//! Collects decoded rows: upright, in sRGB, and no wider or higher than a frame can be.

use super::picture::Picture;
use super::samples::{RowConverter, Samples};
use crate::color::profile::ToSrgb;
use backlot_media::{Frame, MAX_SIDE, PixelFormat, Size};
use image::metadata::Orientation;

/// A picture's shape as stored, and how to turn it upright.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
}

impl Shape {
    /// How many pixels a side become one: a panorama is scaled down while it is read.
    fn shrink(self) -> u32 {
        self.width.max(self.height).div_ceil(MAX_SIDE).max(1)
    }

    /// The stored size after scaling down, before turning.
    fn shrunk(self) -> (u32, u32) {
        (self.width.div_ceil(self.shrink()), self.height.div_ceil(self.shrink()))
    }

    const fn is_turned(self) -> bool {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        matches!(self.orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
    }

    /// The shown size; `None` if it has no pixel.
    pub fn size(self) -> Option<Size> {
        let (width, height) = self.shrunk();
        let (width, height) = if self.is_turned() { (height, width) } else { (width, height) };
        Size::new(width, height).ok()
    }
}

/// Takes a picture's rows from top to bottom.
#[derive(Debug)]
pub(super) struct Upright {
    shape: Shape,
    frame: Frame,
    converter: RowConverter,
    row: Vec<[u8; 4]>,
    /// Sums over the pixels that become one: colours times alpha, and alpha.
    sums: Vec<[u64; 4]>,
    has_alpha: bool,
    rows: u32,
}

impl Upright {
    /// Allocates the memory for a picture.
    pub fn new(shape: Shape, size: Size, samples: Samples, to_srgb: Option<ToSrgb>) -> Self {
        let sums = if shape.shrink() > 1 { shape.shrunk().0 as usize } else { 0 };
        Self {
            shape,
            frame: Frame::new(PixelFormat::Rgba32, size),
            converter: RowConverter::new(samples, to_srgb),
            row: vec![[0; 4]; shape.width as usize],
            sums: vec![[0; 4]; sums],
            has_alpha: false,
            rows: 0,
        }
    }

    /// How many rows it has taken.
    pub const fn rows(&self) -> u32 {
        self.rows
    }

    /// Takes a row.
    pub fn put(&mut self, y: u32, samples: &[u8]) {
        if y >= self.shape.height {
            return;
        }
        self.rows += 1;
        let mut row = std::mem::take(&mut self.row);
        self.converter.run(samples, &mut row);
        self.has_alpha |= row.iter().any(|pixel| pixel[3] != 255);
        let shrink = self.shape.shrink();
        if shrink == 1 {
            self.place(y, &row);
        } else {
            self.add(&row, shrink as usize);
            if (y + 1).is_multiple_of(shrink) || y + 1 == self.shape.height {
                let means: Vec<_> = self.sums.iter().map(|sum| mean(*sum)).collect();
                self.sums.fill([0; 4]);
                self.place(y / shrink, &means);
            }
        }
        self.row = row;
    }

    fn add(&mut self, row: &[[u8; 4]], shrink: usize) {
        for (sum, pixels) in self.sums.iter_mut().zip(row.chunks(shrink)) {
            for &[r, g, b, alpha] in pixels {
                let alpha = u64::from(alpha);
                let weighted = [r, g, b].map(|value| u64::from(value) * alpha);
                for (sum, value) in
                    sum.iter_mut().zip([weighted[0], weighted[1], weighted[2], alpha])
                {
                    *sum += value;
                }
                // The alpha's upper half counts pixels.
                sum[3] += 1 << 32;
            }
        }
    }

    fn place(&mut self, y: u32, row: &[[u8; 4]]) {
        let (width, height) = self.shape.shrunk();
        let (last_x, last_y) = (width as usize - 1, height as usize - 1);
        let y = y as usize;
        let plane = &mut self.frame.plane_mut(0);
        let mut set = |x: usize, y: usize, pixel: &[u8; 4]| {
            plane.row_mut(y)[4 * x..4 * x + 4].copy_from_slice(pixel);
        };
        let row = row.iter().enumerate();
        match self.shape.orientation {
            Orientation::NoTransforms => {
                row.for_each(|(x, p)| set(x, y, p));
            }
            Orientation::FlipHorizontal => row.for_each(|(x, p)| set(last_x - x, y, p)),
            Orientation::Rotate180 => row.for_each(|(x, p)| set(last_x - x, last_y - y, p)),
            Orientation::FlipVertical => row.for_each(|(x, p)| set(x, last_y - y, p)),
            Orientation::Rotate90FlipH => row.for_each(|(x, p)| set(y, x, p)),
            Orientation::Rotate90 => row.for_each(|(x, p)| set(last_y - y, x, p)),
            Orientation::Rotate270FlipH => row.for_each(|(x, p)| set(last_y - y, last_x - x, p)),
            Orientation::Rotate270 => row.for_each(|(x, p)| set(y, last_x - x, p)),
        }
    }

    /// The picture. Missing rows are transparent.
    pub fn finish(self) -> Picture {
        let has_alpha = self.has_alpha || self.rows < self.shape.height;
        Picture::new(self.frame, has_alpha)
    }
}

fn mean([r, g, b, packed]: [u64; 4]) -> [u8; 4] {
    let (count, alpha) = (packed >> 32, packed & 0xffff_ffff);
    if alpha == 0 || count == 0 {
        return [0; 4];
    }
    let color = |sum: u64| ((sum + alpha / 2) / alpha) as u8;
    [color(r), color(g), color(b), ((alpha + count / 2) / count) as u8]
}
