//! Conversions between pixel formats and colour spaces.
//!
//! Chroma is sited in the centre of the pixels that share it, as in JPEG. If the source has more of
//! it, the result is the mean of the samples (rounded once, half up); if it has less, each sample
//! is repeated. So 4:2:0 that becomes 4:2:2 or YUYV and then 4:2:0 again is the same to the byte.
//! Matrix and range are converted in the same step, in integers, within one code value of
//! [`ColorSpace::encode`] of [`ColorSpace::decode`].
//!
//! It works on pairs of rows, which share one row of 4:2:0 chroma: *unpack* the source, *change*
//! the colours, *pack* the target.

mod color;
mod jpeg;
mod pack;
mod remap;
mod rgb;
mod unpack;

use crate::Level;
use crate::blend::{YuvMut, window_mut};
use crate::dispatch::dispatch;
use backlot_media::{ColorSpace, Frame, Picture, PixelFormat, Plane, Rect, Size};
use color::{Affine, Change};
pub use jpeg::JpegColors;

/// Converts pictures of one size between I420 and another format (or I420 of two colour spaces).
#[derive(Clone, Debug)]
pub struct Converter {
    from: (PixelFormat, ColorSpace),
    to: (PixelFormat, ColorSpace),
    size: Size,
    level: Level,
    change: Change,
    rgb: Option<Affine>,
    rows: Rows,
}

/// A pair of rows on its way.
#[derive(Clone, Debug, Default)]
struct Rows {
    luma: [Vec<u8>; 2],
    chroma: [Vec<u8>; 2],
    /// Chroma in quarters of a code value.
    quarters: [Vec<u16>; 2],
    /// One row of R'G'B'A.
    rgba: Vec<u32>,
}

impl Rows {
    fn new(size: Size) -> Self {
        let width = size.width as usize;
        let half = width.div_ceil(2);
        Self {
            luma: [vec![0; 2 * half], vec![0; 2 * half]],
            chroma: [vec![0; half], vec![0; half]],
            quarters: [vec![0; half], vec![0; half]],
            rgba: vec![0; width],
        }
    }
}

impl Converter {
    /// Makes a converter from one format and colour space to another, and allocates everything. It
    /// ignores the colour space of RGB formats.
    ///
    /// # Panics
    /// If neither format is I420.
    pub fn new(
        from: (PixelFormat, ColorSpace),
        to: (PixelFormat, ColorSpace),
        size: Size,
        level: Level,
    ) -> Self {
        let one_is_i420 = from.0 == PixelFormat::I420 || to.0 == PixelFormat::I420;
        assert!(one_is_i420, "{} to {}: one of both must be I420", from.0, to.0);
        let rgb = match (from.0.is_yuv(), to.0.is_yuv()) {
            (false, _) => Some(color::from_rgb(to.1)),
            (_, false) => Some(color::to_rgb(from.1)),
            _ => None,
        };
        let change = if from.0 == PixelFormat::Gray8 {
            Change::of_grey(from.1, to.1)
        } else {
            Change::between(from.1, to.1)
        };
        Self { from, to, size, level, change, rgb, rows: Rows::new(size) }
    }

    /// Whether a picture has the format, colour space and size that this converts from.
    pub fn takes<'a>(&self, picture: impl Into<Picture<'a>>) -> bool {
        let picture = picture.into();
        let same_color = picture.color == self.from.1 || !self.from.0.is_yuv();
        picture.format() == self.from.0 && same_color && picture.size() == self.size
    }

    /// Converts a picture. The target gets the time and sequence number, and the tag of the colour
    /// space that this converts to.
    ///
    /// # Panics
    /// If the source isn't what the converter [takes](Self::takes), or the target has another
    /// format or size.
    pub fn run<'a>(&mut self, source: impl Into<Picture<'a>>, target: &mut Frame) {
        let source = &source.into();
        self.start(source, target);
        match (self.to.0, &self.rgb) {
            (PixelFormat::I420, Some(_)) => rgb::to_i420(self.level, self, source, target),
            (PixelFormat::I420, None) => to_i420(self.level, self, source, target.yuv_mut()),
            (_, Some(_)) => rgb::from_i420(self.level, self, source, None, target),
            (_, None) => from_i420(self.level, self, source, target),
        }
    }

    /// Converts a part of a picture whose components lie in planes of their own to I420. Nothing else in the target
    /// changes. The part begins at even places, and ends there or at the picture's edge.
    ///
    /// # Panics
    /// As [`Converter::run`], and if the part isn't one of such a picture.
    pub fn run_part<'a>(&mut self, source: impl Into<Picture<'a>>, part: Rect, target: &mut Frame) {
        let source = &source.into();
        self.start(source, target);
        assert_eq!(self.to.0, PixelFormat::I420, "parts become I420");
        to_i420(self.level, self, &source.part(part), window_mut(target.yuv_mut(), part));
    }

    /// Converts I420 to Rgba32 with a matte as alpha (not premultiplied).
    ///
    /// # Panics
    /// As [`Converter::run`], if the target is not Rgba32, or the matte has another size.
    pub fn run_with_matte(&mut self, source: &Frame, matte: Plane<'_>, target: &mut Frame) {
        let source = &Picture::from(source);
        self.start(source, target);
        assert_eq!(self.to.0, PixelFormat::Rgba32, "only RGBA32 has alpha");
        let size = (self.size.width as usize, self.size.height as usize);
        assert_eq!((matte.width(), matte.height()), size, "the matte's size");
        rgb::from_i420(self.level, self, source, Some(matte), target);
    }

    fn start(&self, source: &Picture<'_>, target: &mut Frame) {
        assert!(
            self.takes(*source),
            "{} {} {} for a converter of {} {} {}",
            source.format(),
            source.size(),
            source.color,
            self.from.0,
            self.size,
            self.from.1
        );
        assert_eq!((target.format(), target.size()), (self.to.0, self.size), "the target");
        (target.time, target.sequence) = (source.time, source.sequence);
        target.color = self.to.1;
    }
}

dispatch! {
    fn to_i420(job: &mut Converter, source: &Picture<'_>, target: YuvMut<'_>) = body::to_i420;
}

dispatch! {
    fn from_i420(job: &mut Converter, source: &Picture<'_>, target: &mut Frame) = body::from_i420;
}

mod body {
    use super::{Converter, Frame, Picture, PixelFormat, YuvMut, pack, unpack};

    #[inline(always)]
    pub fn to_i420(job: &mut Converter, source: &Picture<'_>, target: YuvMut<'_>) {
        let (format, height) = (job.from.0, source.size().height as usize);
        let width = source.size().width as usize;
        let [mut out_y, mut out_cb, mut out_cr] = target;
        for pair in 0..height.div_ceil(2) {
            let [cb, cr] = &mut job.rows.quarters;
            let (cb, cr) = (&mut cb[..width.div_ceil(2)], &mut cr[..width.div_ceil(2)]);
            unpack::chroma(format, source, pair, [cb, cr]);
            let quarters = [&cb[..], &cr[..]];
            for y in 2 * pair..(2 * pair + 2).min(height) {
                let row = if format == PixelFormat::Yuyv {
                    unpack::yuyv_luma(source.plane(0).row(y), &mut job.rows.luma[0]);
                    &job.rows.luma[0][..width]
                } else {
                    source.plane(0).row(y)
                };
                job.change.luma(row, quarters, out_y.row_mut(y));
            }
            job.change.chroma(quarters, [out_cb.row_mut(pair), out_cr.row_mut(pair)]);
        }
    }

    #[inline(always)]
    pub fn from_i420(job: &mut Converter, source: &Picture<'_>, target: &mut Frame) {
        let (width, height) = (job.size.width as usize, job.size.height as usize);
        let [luma, cb, cr] = source.yuv();
        for pair in 0..height.div_ceil(2) {
            let rows = [2 * pair, (2 * pair + 1).min(height - 1)].map(|y| luma.row(y));
            let chroma = [cb.row(pair), cr.row(pair)];
            if job.change.is_none() {
                pack::pair(target, pair, rows, chroma);
                continue;
            }
            let [b, r] = &mut job.rows.quarters;
            unpack::chroma(PixelFormat::I420, source, pair, [b, r]);
            for (row, out) in rows.into_iter().zip(&mut job.rows.luma) {
                job.change.luma(row, [b, r], &mut out[..width]);
            }
            let [out_b, out_r] = &mut job.rows.chroma;
            job.change.chroma([b, r], [out_b, out_r]);
            let rows = [&job.rows.luma[0][..width], &job.rows.luma[1][..width]];
            pack::pair(target, pair, rows, [&job.rows.chroma[0], &job.rows.chroma[1]]);
        }
    }
}

#[cfg(test)]
mod tests;
