//! JPEG pictures as decoders show them, in I420.
//!
//! Decoders show R'G'B'. What libjpeg makes of stored planes, which others make too, is: chroma at full size by a
//! triangle filter (`3/4` of the nearer sample and `1/4` of the farther, along each axis that has fewer), then
//! JFIF's matrix in 16 bits after the point, each step rounded and clamped to bytes. [`JpegColors`] does that, and then
//! what [`Converter`](super::Converter) does with R'G'B', a pair of rows at a time: all equal them to the byte.

use super::color::{Affine, from_rgb};
use crate::Level;
use crate::dispatch::dispatch;
use backlot_media::{ColorSpace, Frame, PixelFormat, Plane, Size};

/// Planes as a JPEG picture stores them to I420 in [`ColorSpace::JPEG`], by way of the R'G'B' that decoders show.
#[derive(Clone, Debug)]
pub struct JpegColors {
    format: PixelFormat,
    size: Size,
    to_yuv: Affine,
    /// A row of chroma, of sums of two rows, with a sample before and behind.
    sums: Vec<u16>,
    /// A row of chroma at full width.
    wide: [Vec<u8>; 2],
    /// Two rows of R', G' and B'.
    rgb: [[Vec<u8>; 3]; 2],
}

impl JpegColors {
    /// Makes one for planes of I420, I422 or I444, and allocates everything.
    ///
    /// # Panics
    /// If the format is another one.
    pub fn new(format: PixelFormat, size: Size) -> Self {
        let is_stored = matches!(format, PixelFormat::I420 | PixelFormat::I422 | PixelFormat::I444);
        assert!(is_stored, "no JPEG picture's planes are {format}");
        let columns = (size.width as usize).next_multiple_of(2);
        let row = || vec![0; columns];
        Self {
            format,
            size,
            to_yuv: from_rgb(ColorSpace::JPEG),
            sums: vec![0; columns / 2 + 2],
            wide: std::array::from_fn(|_| row()),
            rgb: std::array::from_fn(|_| std::array::from_fn(|_| row())),
        }
    }

    /// The format and size of the planes that it takes.
    pub const fn form(&self) -> (PixelFormat, Size) {
        (self.format, self.size)
    }

    /// Converts a picture. The target gets its colour space.
    ///
    /// # Panics
    /// If the picture has another format or size, or the target, which is I420, has.
    pub fn run(&mut self, level: Level, source: &Frame, target: &mut Frame) {
        assert_eq!((source.format(), source.size()), self.form(), "the source");
        assert_eq!((target.format(), target.size()), (PixelFormat::I420, self.size), "the target");
        target.color = ColorSpace::JPEG;
        convert(level, self, source, target);
    }
}

dispatch! {
    fn convert(job: &mut JpegColors, source: &Frame, target: &mut Frame) = body::convert;
}

mod body {
    use super::{Affine, Frame, JpegColors, PixelFormat, Plane};

    /// The rows and the shares of a chroma plane that make up a row, and how it is widened: what is added for the
    /// left and the right pixel of each sample before the sum is divided, and by what, as a power of two.
    struct Rows<'a> {
        near: &'a [u8],
        far: Option<&'a [u8]>,
        rounding: [u16; 2],
        shift: u32,
    }

    #[inline(always)]
    pub fn convert(job: &mut JpegColors, source: &Frame, target: &mut Frame) {
        let JpegColors { format, size, to_yuv, sums, wide, rgb } = job;
        let (width, height) = (size.width as usize, size.height as usize);
        let [mut out_y, mut out_cb, mut out_cr] = target.yuv_mut();
        let [luma, chroma @ ..] = source.yuv();
        for pair in 0..height.div_ceil(2) {
            for (y, rgb) in (2 * pair..(2 * pair + 2).min(height)).zip(&mut *rgb) {
                let [cb, cr] = if *format == PixelFormat::I444 {
                    chroma.map(|plane| plane.row(y))
                } else {
                    for (wide, plane) in wide.iter_mut().zip(chroma) {
                        widen(&rows(*format, plane, y), sums, wide);
                    }
                    wide.each_ref().map(|row| &row[..width])
                };
                to_rgb(luma.row(y), cb, cr, rgb);
                to_luma(to_yuv, rgb, out_y.row_mut(y));
            }
            let lower = usize::from(2 * pair + 1 < height);
            to_chroma(
                to_yuv,
                [&rgb[0], &rgb[lower]],
                width,
                [out_cb.row_mut(pair), out_cr.row_mut(pair)],
            );
        }
    }

    #[inline(always)]
    fn rows(format: PixelFormat, plane: Plane<'_>, y: usize) -> Rows<'_> {
        if format == PixelFormat::I422 {
            return Rows { near: plane.row(y), far: None, rounding: [1, 2], shift: 2 };
        }
        let near = y / 2;
        let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { near + 1 };
        let far = plane.row(far.min(plane.height() - 1));
        Rows { near: plane.row(near), far: Some(far), rounding: [8, 7], shift: 4 }
    }

    /// Brings chroma to twice its width.
    #[inline(always)]
    fn widen(rows: &Rows<'_>, sums: &mut [u16], out: &mut [u8]) {
        let near = rows.near;
        let count = near.len();
        let pairs = out.as_chunks_mut::<2>().0;
        if count <= 2 {
            // Too few for a filter, says libjpeg.
            pairs.iter_mut().zip(near).for_each(|(out, &v)| *out = [v; 2]);
            return;
        }
        let sums = &mut sums[..count + 2];
        let inner = sums[1..=count].iter_mut().zip(near);
        match rows.far {
            None => inner.for_each(|(sum, &v)| *sum = u16::from(v)),
            Some(far) => inner.zip(far).for_each(|((sum, &v), &far)| {
                *sum = 3 * u16::from(v) + u16::from(far);
            }),
        }
        (sums[0], sums[count + 1]) = (sums[1], sums[count]);
        let ([left, right], shift) = (rows.rounding, rows.shift);
        let around = sums[..count].iter().zip(&sums[1..=count]).zip(&sums[2..]);
        for (out, ((&before, &at), &behind)) in pairs.iter_mut().zip(around) {
            let first = (3 * at + before + left) >> shift;
            let second = (3 * at + behind + right) >> shift;
            *out = (first | second << 8).to_le_bytes();
        }
    }

    /// JFIF's matrix in 16 bits after the point. Red and blue are a whole number of times their chroma and a rest whose
    /// product fits in 16 bits: `(rest * v + 2^15) >> 16` is `((rest * 2^7 v >> 16) + 2^6) >> 7` to the last bit.
    #[inline(always)]
    fn to_rgb(luma: &[u8], cb: &[u8], cr: &[u8], [r, g, b]: &mut [Vec<u8>; 3]) {
        let part = |v: i16, rest: i16| {
            let high = ((i32::from(v << 7) * i32::from(rest)) >> 16) as i16;
            (high + 64) >> 7
        };
        let shown = |y: u8, share: i16| (i16::from(y) + share).clamp(0, 255) as u8;
        let centred = |v: u8| i16::from(v) - 128;
        // 1.402 is 1 and a rest of 26345, 1.772 is 2 and a rest of -14942.
        for ((r, &y), &cr) in r.iter_mut().zip(luma).zip(cr) {
            let cr = centred(cr);
            *r = shown(y, cr + part(cr, 26_345));
        }
        for ((b, &y), &cb) in b.iter_mut().zip(luma).zip(cb) {
            let cb = centred(cb);
            *b = shown(y, 2 * cb + part(cb, -14_942));
        }
        // 0.34414 and 0.71414.
        for ((g, &y), (&cb, &cr)) in g.iter_mut().zip(luma).zip(cb.iter().zip(cr)) {
            let (cb, cr) = (i32::from(centred(cb)), i32::from(centred(cr)));
            *g = shown(y, ((-22_554 * cb - 46_802 * cr + (1 << 15)) >> 16) as i16);
        }
    }

    #[inline(always)]
    fn to_luma(to_yuv: &Affine, [r, g, b]: &[Vec<u8>; 3], out: &mut [u8]) {
        let mix = to_yuv[0];
        for (((out, &r), &g), &b) in out.iter_mut().zip(r).zip(g).zip(b) {
            *out = mix.of([r, g, b].map(|v| 4 * i32::from(v)));
        }
    }

    #[inline(always)]
    fn pairs(row: &[u8], width: usize) -> std::slice::Iter<'_, [u8; 2]> {
        row[..width].as_chunks().0.iter()
    }

    /// In an odd row the last pixel counts twice.
    #[inline(always)]
    fn to_chroma(
        to_yuv: &Affine,
        rows: [&[Vec<u8>; 3]; 2],
        width: usize,
        [out_cb, out_cr]: [&mut [u8]; 2],
    ) {
        let [_, to_cb, to_cr] = *to_yuv;
        let [upper, lower] = rows;
        let sum = |a: [u8; 2], b: [u8; 2]| -> i32 {
            i32::from(a[0]) + i32::from(a[1]) + i32::from(b[0]) + i32::from(b[1])
        };
        let upper_pairs =
            pairs(&upper[0], width).zip(pairs(&upper[1], width)).zip(pairs(&upper[2], width));
        let lower_pairs =
            pairs(&lower[0], width).zip(pairs(&lower[1], width)).zip(pairs(&lower[2], width));
        let out = out_cb.iter_mut().zip(&mut *out_cr);
        for ((cb, cr), (((r, g), b), ((s, h), c))) in out.zip(upper_pairs.zip(lower_pairs)) {
            let sums = [sum(*r, *s), sum(*g, *h), sum(*b, *c)];
            (*cb, *cr) = (to_cb.of(sums), to_cr.of(sums));
        }
        if width % 2 == 1 {
            let at = width - 1;
            let sums = [0, 1, 2].map(|c| sum([upper[c][at]; 2], [lower[c][at]; 2]));
            (out_cb[width / 2], out_cr[width / 2]) = (to_cb.of(sums), to_cr.of(sums));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Converter;
    use super::*;

    /// The formulas of libjpeg, pixel by pixel.
    fn shown(source: &Frame, x: usize, y: usize) -> [u8; 3] {
        let [luma, chroma @ ..] = source.yuv();
        let at = |plane: Plane<'_>, x: i32, y: i32| {
            let (x, y) =
                (x.clamp(0, plane.width() as i32 - 1), y.clamp(0, plane.height() as i32 - 1));
            i32::from(plane.row(y as usize)[x as usize])
        };
        let beside = |v: usize| v as i32 / 2 + if v.is_multiple_of(2) { -1 } else { 1 };
        let [cb, cr] = chroma.map(|plane| {
            let (near, far) = ((x / 2) as i32, beside(x));
            let is_narrow = plane.width() <= 2;
            let value = match source.format() {
                PixelFormat::I444 => at(plane, x as i32, y as i32),
                PixelFormat::I422 if is_narrow => at(plane, near, y as i32),
                PixelFormat::I422 => {
                    let row = y as i32;
                    let sum = 3 * at(plane, near, row) + at(plane, far, row);
                    (sum + 1 + x as i32 % 2) / 4
                }
                _ if is_narrow => at(plane, near, y as i32 / 2),
                _ => {
                    let column = |x| 3 * at(plane, x, y as i32 / 2) + at(plane, x, beside(y));
                    (3 * column(near) + column(far) + 8 - x as i32 % 2) / 16
                }
            };
            f64::from(value - 128)
        });
        let fixed = |v: f64| (v * 65536.0).round();
        let share = |sum: f64| ((sum + 32768.0) / 65536.0).floor();
        let y = f64::from(luma.row(y)[x]);
        [
            y + share(fixed(1.402) * cr),
            y + share(-fixed(0.34414) * cb - fixed(0.71414) * cr),
            y + share(fixed(1.772) * cb),
        ]
        .map(|v| v.clamp(0.0, 255.0) as u8)
    }

    #[test]
    fn every_level_is_what_becomes_of_the_picture_that_libjpeg_shows() {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let sizes = (1..=70).map(|width| (width, 1 + width % 6)).chain([(131, 9)]);
        for (width, height) in sizes {
            let size = Size::new(width, height).unwrap();
            for format in [PixelFormat::I420, PixelFormat::I422, PixelFormat::I444] {
                let mut source = Frame::new(format, size);
                for mut plane in source.yuv_mut() {
                    plane.rows_mut().flatten().for_each(|v| *v = next());
                }
                let mut rgb = Frame::new(PixelFormat::Rgb24, size);
                for (y, row) in rgb.plane_mut(0).rows_mut().enumerate() {
                    for (x, pixel) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                        *pixel = shown(&source, x, y);
                    }
                }
                let mut expected = Frame::new(PixelFormat::I420, size);
                let forms = [PixelFormat::Rgb24, PixelFormat::I420].map(|f| (f, ColorSpace::JPEG));
                Converter::new(forms[0], forms[1], size, Level::SCALAR).run(&rgb, &mut expected);
                for level in Level::available() {
                    let mut found = Frame::new(PixelFormat::I420, size);
                    JpegColors::new(format, size).run(level, &source, &mut found);
                    for (found, expected) in found.yuv().into_iter().zip(expected.yuv()) {
                        assert!(found.rows().eq(expected.rows()), "{level} {format} {size}");
                    }
                }
            }
        }
    }
}
