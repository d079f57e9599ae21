//! Effects, and what they change.

use crate::EffectError;
use backlot_kernels::{Level, span};
use backlot_media::{ColorSpace, PlaneMut, Size, Timestamp};
use std::ops::Range;

/// The form of all pictures that an effect will see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canvas {
    /// Size of the picture in pixels.
    pub size: Size,
    /// The meaning of the picture's numbers.
    pub color: ColorSpace,
    /// The instructions that it may use.
    pub level: Level,
}

impl Canvas {
    /// Converts a length given in pixels of a picture with 720 lines to pixels of this one.
    pub fn scaled(&self, length: f64) -> f64 {
        length * f64::from(self.size.height) / 720.0
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

/// One layer of one frame: the picture, and the part of it that counts.
#[derive(Debug)]
pub struct Layer<'a> {
    /// Y, U and V, chroma halved both ways (I420), of the canvas' size.
    pub picture: [PlaneMut<'a>; 3],
    /// What cuts the layer out, at the size of Y: 0 is nothing, 255 all. An effect may reshape it.
    /// Pixels where it stays 0 are invisible, and an effect may leave anything in them.
    pub matte: Option<PlaneMut<'a>>,
    /// The person whom a layer in front draws again, at the size of Y. An effect must not smear
    /// them into their surroundings.
    pub person: Option<PlaneMut<'a>>,
    /// When the frame is shown.
    pub time: Timestamp,
}

impl Layer<'_> {
    /// Whether every plane has the canvas' size.
    pub(crate) fn fits(&self, canvas: &Canvas) -> bool {
        let size = |p: &PlaneMut<'_>| (p.width(), p.height());
        let [y, u, v] = &self.picture;
        size(y) == canvas.luma()
            && [u, v].iter().all(|c| size(c) == canvas.chroma())
            && [&self.matte, &self.person].into_iter().flatten().all(|m| size(m) == canvas.luma())
    }

    /// The visible columns of luma in the two rows of a row of chroma, beginning at an even one.
    pub(crate) fn seen(&self, level: Level, chroma_row: usize) -> Range<usize> {
        let Some(matte) = &self.matte else {
            return 0..self.picture[0].width();
        };
        let below = (2 * chroma_row + 1).min(matte.height() - 1);
        let (a, b) = (span(level, matte.row(2 * chroma_row)), span(level, matte.row(below)));
        let both = match (a.is_empty(), b.is_empty()) {
            (true, _) => b,
            (_, true) => a,
            _ => a.start.min(b.start)..a.end.max(b.end),
        };
        // Whole pixels of chroma, unless the width is odd.
        both.start & !1..both.end.next_multiple_of(2).min(matte.width())
    }
}

/// Changes pictures, one after the other.
pub trait Effect: Send {
    /// Makes everything ready for pictures like `canvas`; all allocation happens here. It may be
    /// called again when the canvas changes.
    ///
    /// # Errors
    /// [`EffectError`] when the effect can't work on such a canvas.
    fn prepare(&mut self, canvas: Canvas) -> Result<(), EffectError>;

    /// Changes one layer, which must fit the canvas of the last [`prepare`](Effect::prepare).
    ///
    /// # Panics
    /// If the effect is not prepared, or a plane has another size than the canvas asks for.
    fn apply(&mut self, layer: &mut Layer<'_>);
}
