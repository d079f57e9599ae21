//! The form of the pictures that effects see.

use backlot_kernels::Level;
use backlot_media::{ColorSpace, Size};

/// The form of all pictures that a chain of effects will see.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Canvas {
    /// Size of the picture in pixels.
    pub size: Size,
    /// The meaning of the picture's numbers.
    pub color: ColorSpace,
    /// The instructions that may be used.
    pub level: Level,
    /// Pixels of this picture for 1/720 of the height of the source's picture as it is shown. A part of
    /// a picture, or a small copy, then looks as it does in the whole, and is hidden as well.
    pub unit: f64,
}

impl Canvas {
    /// For pictures that show their source whole.
    pub const fn new(size: Size, color: ColorSpace, level: Level) -> Self {
        Self { size, color, level, unit: size.height as f64 / 720.0 }
    }

    /// The same with another unit.
    #[must_use]
    pub const fn with_unit(self, unit: f64) -> Self {
        Self { unit, ..self }
    }

    /// Converts a length given in pixels of a picture with 720 lines to pixels of this one.
    pub fn scaled(&self, length: f64) -> f64 {
        length * self.unit
    }

    /// Columns and rows.
    pub(crate) const fn luma(&self) -> (usize, usize) {
        (self.size.width as usize, self.size.height as usize)
    }

    /// Columns and rows of a chroma plane.
    pub(crate) const fn chroma(&self) -> (usize, usize) {
        (self.size.width.div_ceil(2) as usize, self.size.height.div_ceil(2) as usize)
    }

    /// The two rows of luma of a row of chroma; the same one twice at the end of an odd height.
    pub(crate) const fn rows_of(&self, chroma_row: usize) -> [usize; 2] {
        let upper = 2 * chroma_row;
        [upper, if upper + 1 < self.size.height as usize { upper + 1 } else { upper }]
    }
}
