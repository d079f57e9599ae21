//! Lays one picture over another: `out = bottom + (top - bottom) * a / 255`, rounded, where `a` is
//! the matte, the opacity, or the product of both (`matte * opacity / 255`, rounded).
//!
//! Both divisions are exact: `round(t / 255) = (t + 128 + ((t + 128) >> 8)) >> 8` for every product
//! of two bytes. A chroma sample takes the rounded mean of the matte's pixels that it colours; at
//! odd edges the last column and row count twice. A matte is 0 or 255 nearly everywhere: such
//! blocks stay or are copied without arithmetic.

use crate::Level;
use crate::dispatch::dispatch;
use backlot_media::{Frame, PixelFormat, Plane, PlaneMut, Rect};

/// The planes of an I420 picture, to read.
pub type Yuv<'a> = [Plane<'a>; 3];
/// The planes of an I420 picture, to write.
pub type YuvMut<'a> = [PlaneMut<'a>; 3];

dispatch! {
    /// Blends a plane over another by a matte of the same size.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn blend(bottom: PlaneMut<'_>, top: Plane<'_>, matte: Plane<'_>) = body::blend;
}

dispatch! {
    /// Blends a chroma plane over another by a matte of twice the size both ways (the chroma
    /// planes' size is half of the matte's, rounded up).
    ///
    /// # Panics
    /// If the sizes don't fit.
    pub fn blend_chroma(bottom: PlaneMut<'_>, top: Plane<'_>, matte: Plane<'_>) = body::blend_chroma;
}

dispatch! {
    /// Blends a plane over another with one opacity, `0..=255`.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn blend_opacity(bottom: PlaneMut<'_>, top: Plane<'_>, opacity: u8) = body::blend_opacity;
}

dispatch! {
    fn blend_yuv(bottom: YuvMut<'_>, top: Yuv<'_>, matte: Plane<'_>, opacity: u8) = body::blend_yuv;
}

dispatch! {
    fn compose_yuv(out: YuvMut<'_>, bottom: Yuv<'_>, top: Yuv<'_>, matte: Plane<'_>) = body::compose_yuv;
}

dispatch! {
    fn compose_under_yuv(top: YuvMut<'_>, bottom: Yuv<'_>, matte: Plane<'_>) = body::compose_under_yuv;
}

dispatch! {
    fn paint_yuv(bottom: YuvMut<'_>, color: [u8; 3], matte: Plane<'_>, opacity: u8) = body::paint_yuv;
}

/// An opacity of `0.0..=1.0` in steps of 1/255, as the blending of planes takes it.
pub fn opacity_byte(opacity: f32) -> u8 {
    (opacity.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// A window of the planes of an I420 picture, to read. Its corner must be at even coordinates; an
/// odd width or height makes sense only at the picture's own odd edge.
///
/// # Panics
/// If a coordinate is odd, or the window is not inside the picture.
pub fn window([luma, cb, cr]: Yuv<'_>, area: Rect) -> Yuv<'_> {
    let ([x, y, width, height], [left, top, columns, rows]) = of_window(area);
    let [cb, cr] = [cb, cr].map(|plane| plane.crop(left, top, columns, rows));
    [luma.crop(x, y, width, height), cb, cr]
}

/// A [`window`] to write.
///
/// # Panics
/// If a coordinate is odd, or the window is not inside the picture.
pub fn window_mut([luma, cb, cr]: YuvMut<'_>, area: Rect) -> YuvMut<'_> {
    let ([x, y, width, height], [left, top, columns, rows]) = of_window(area);
    let [cb, cr] = [cb, cr].map(|plane| plane.crop(left, top, columns, rows));
    [luma.crop(x, y, width, height), cb, cr]
}

/// Column, row, width and height in luma and in chroma.
fn of_window(area: Rect) -> ([usize; 4], [usize; 4]) {
    assert!(
        area.x.is_multiple_of(2) && area.y.is_multiple_of(2),
        "a window at an odd place: {area:?}"
    );
    let luma = [area.x, area.y, area.width, area.height].map(|v| v as usize);
    (luma, luma.map(|v| v.div_ceil(2)))
}

/// Blends the planes of an I420 picture over others of the same size, in place, by a matte (`None`:
/// everywhere) and an opacity.
///
/// Both must have the same colour space; this isn't checked.
///
/// # Panics
/// If sizes differ.
pub fn blend_planes(
    level: Level,
    bottom: YuvMut<'_>,
    top: Yuv<'_>,
    matte: Option<Plane<'_>>,
    opacity: u8,
) {
    check([readable(&bottom), top], matte);
    match matte {
        Some(matte) => blend_yuv(level, bottom, top, matte, opacity),
        None => {
            for (bottom, top) in bottom.into_iter().zip(top) {
                blend_opacity(level, bottom, top, opacity);
            }
        }
    }
}

/// Blends the planes of an I420 picture over others by a matte, into third ones. The result is that
/// of copying the bottom and [`blend_planes`], in one pass.
///
/// # Panics
/// If sizes differ.
pub fn compose_planes(
    level: Level,
    out: YuvMut<'_>,
    bottom: Yuv<'_>,
    top: Yuv<'_>,
    matte: Plane<'_>,
) {
    check([readable(&out), bottom, top], Some(matte));
    compose_yuv(level, out, bottom, top, matte);
}

/// Blends the planes of an I420 picture *under* others by the matte of the upper ones, in place: the
/// result of [`compose_planes`], in the memory of the top. It touches only pixels that aren't fully
/// covered.
///
/// # Panics
/// If sizes differ.
pub fn compose_planes_under(level: Level, top: YuvMut<'_>, bottom: Yuv<'_>, matte: Plane<'_>) {
    check([readable(&top), bottom], Some(matte));
    compose_under_yuv(level, top, bottom, matte);
}

/// Blends one colour, in code values, over the planes of an I420 picture by a matte and an opacity:
/// the result of [`blend_planes`] with a picture of that colour.
///
/// # Panics
/// If sizes differ.
pub fn paint_planes(
    level: Level,
    bottom: YuvMut<'_>,
    color: [u8; 3],
    matte: Plane<'_>,
    opacity: u8,
) {
    check([readable(&bottom)], Some(matte));
    paint_yuv(level, bottom, color, matte, opacity);
}

/// [`blend_planes`] for whole frames. The bottom keeps its tags. The opacity is `0.0..=1.0`, in steps
/// of 1/255.
///
/// # Panics
/// If a frame is not I420, or sizes differ.
pub fn blend_frames(
    level: Level,
    bottom: &mut Frame,
    top: &Frame,
    matte: Option<Plane<'_>>,
    opacity: f32,
) {
    check_formats([bottom, top]);
    blend_planes(level, bottom.yuv_mut(), top.yuv(), matte, opacity_byte(opacity));
}

/// [`compose_planes`] for whole frames. `out` gets the top's tags.
///
/// # Panics
/// If a frame is not I420, or sizes differ.
pub fn compose(level: Level, out: &mut Frame, bottom: &Frame, top: &Frame, matte: Plane<'_>) {
    check_formats([out, bottom, top]);
    out.tag_like(top);
    compose_planes(level, out.yuv_mut(), bottom.yuv(), top.yuv(), matte);
}

/// [`compose_planes_under`] for whole frames.
///
/// # Panics
/// If a frame is not I420, or sizes differ.
pub fn compose_under(level: Level, top: &mut Frame, bottom: &Frame, matte: Plane<'_>) {
    check_formats([top, bottom]);
    compose_planes_under(level, top.yuv_mut(), bottom.yuv(), matte);
}

fn readable<'a>([luma, cb, cr]: &'a YuvMut<'_>) -> Yuv<'a> {
    [luma.as_ref(), cb.as_ref(), cr.as_ref()]
}

fn check_formats<const N: usize>(frames: [&Frame; N]) {
    for frame in frames {
        let found = frame.format();
        assert_eq!(found, PixelFormat::I420, "frames that can't be blended");
    }
}

pub(crate) fn check<const N: usize>(pictures: [Yuv<'_>; N], matte: Option<Plane<'_>>) {
    let size = |plane: Plane<'_>| (plane.width(), plane.height());
    let (width, height) = size(pictures[0][0]);
    let half = (width.div_ceil(2), height.div_ceil(2));
    for picture in pictures {
        let found = picture.map(size);
        assert_eq!(found, [(width, height), half, half], "planes that can't be blended");
    }
    if let Some(matte) = matte {
        assert_eq!(size(matte), (width, height), "the matte's size");
    }
}

/// `round(t / 255)` for `t <= 255 * 255`.
#[inline(always)]
pub(crate) const fn over_255(t: u16) -> u8 {
    let t = t + 128;
    ((t + (t >> 8)) >> 8) as u8
}

mod body {
    use super::{Plane, PlaneMut, Yuv, YuvMut, over_255};

    /// The number of columns to examine together.
    const BLOCK: usize = 64;
    const HALF: usize = BLOCK / 2;

    #[inline(always)]
    fn mix(bottom: u8, top: u8, alpha: u8) -> u8 {
        over_255(u16::from(top) * u16::from(alpha) + u16::from(bottom) * u16::from(255 - alpha))
    }

    #[inline(always)]
    fn mean(upper: [u8; 2], lower: [u8; 2]) -> u8 {
        let sum = |v: [u8; 2]| u16::from(v[0]) + u16::from(v[1]);
        ((sum(upper) + sum(lower) + 2) >> 2) as u8
    }

    /// The effect of a part of the matte.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Part {
        Nothing,
        Everything,
        Mixed,
    }

    impl Part {
        /// The same part of the inverted matte.
        #[inline(always)]
        const fn inverted(self) -> Self {
            match self {
                Self::Nothing => Self::Everything,
                Self::Everything => Self::Nothing,
                Self::Mixed => Self::Mixed,
            }
        }

        #[inline(always)]
        fn of<const N: usize>(rows: [&[u8; BLOCK]; N]) -> Self {
            let (mut any, mut all) = ([0_u8; BLOCK], [255_u8; BLOCK]);
            for row in rows {
                for i in 0..BLOCK {
                    any[i] |= row[i];
                    all[i] &= row[i];
                }
            }
            if any == [0; BLOCK] {
                Self::Nothing
            } else if all == [255; BLOCK] {
                Self::Everything
            } else {
                Self::Mixed
            }
        }
    }

    /// The picture below: another one, or the target's own contents.
    type Below<'a> = Option<&'a [u8]>;

    /// Writes one block, or the remaining columns, of one row.
    #[inline(always)]
    fn write(out: &mut [u8], below: Below<'_>, top: &[u8], part: Part, alpha: &[u8]) {
        match (part, below) {
            (Part::Nothing, None) => {}
            (Part::Nothing, Some(bottom)) => out.copy_from_slice(bottom),
            (Part::Everything, _) => out.copy_from_slice(top),
            (Part::Mixed, None) => {
                for ((out, &top), &alpha) in out.iter_mut().zip(top).zip(alpha) {
                    *out = mix(*out, top, alpha);
                }
            }
            (Part::Mixed, Some(bottom)) => {
                let pixels = bottom.iter().zip(top).zip(alpha);
                for (out, ((&bottom, &top), &alpha)) in out.iter_mut().zip(pixels) {
                    *out = mix(bottom, top, alpha);
                }
            }
        }
    }

    /// How much of the top is visible where the matte is `a`.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Share {
        /// `a * opacity / 255`.
        Faded(u8),
        /// `255 - a`: it comes from below.
        Rest,
    }

    impl Share {
        #[inline(always)]
        fn apply(self, alpha: &mut [u8]) {
            match self {
                Self::Faded(255) => {}
                Self::Faded(opacity) => {
                    alpha.iter_mut().for_each(|a| *a = over_255(u16::from(*a) * u16::from(opacity)))
                }
                Self::Rest => alpha.iter_mut().for_each(|a| *a = 255 - *a),
            }
        }

        /// The effect of a part of the matte on the top.
        #[inline(always)]
        fn of(self, part: Part) -> Part {
            match (self, part) {
                (Self::Rest, part) => part.inverted(),
                (Self::Faded(255), part) | (Self::Faded(_), part @ Part::Nothing) => part,
                (Self::Faded(_), _) => Part::Mixed,
            }
        }
    }

    /// The picture on top.
    #[derive(Clone, Copy)]
    enum Top<'a> {
        Picture(Yuv<'a>),
        /// One colour: a block of each component.
        Color(&'a [[u8; BLOCK]; 3]),
    }

    /// A row of the picture on top.
    #[derive(Clone, Copy)]
    struct Line<'a> {
        row: &'a [u8],
        is_color: bool,
    }

    impl<'a> Top<'a> {
        #[inline(always)]
        fn line(self, plane: usize, y: usize) -> Line<'a> {
            match self {
                Self::Picture(planes) => Line { row: planes[plane].row(y), is_color: false },
                Self::Color(blocks) => Line { row: &blocks[plane], is_color: true },
            }
        }
    }

    impl<'a> Line<'a> {
        /// At most a block of columns.
        #[inline(always)]
        fn columns(self, x: usize, width: usize) -> &'a [u8] {
            &self.row[if self.is_color { 0 } else { x }..][..width]
        }
    }

    /// Two rows of luma and the row of chroma between them. The lower row is absent below an odd
    /// picture; `matte` then has the upper one twice.
    struct Pair<'a> {
        out: [Option<&'a mut [u8]>; 2],
        out_chroma: [&'a mut [u8]; 2],
        below: [Below<'a>; 2],
        below_chroma: [Below<'a>; 2],
        top: [Line<'a>; 2],
        top_chroma: [Line<'a>; 2],
        matte: [&'a [u8]; 2],
    }

    impl Pair<'_> {
        /// Columns `x..x + width` with the alpha of each row, which are `part` of the matte.
        #[inline(always)]
        fn columns(&mut self, x: usize, width: usize, part: Part, alpha: [&[u8]; 2], mean: &[u8]) {
            for (i, (out, alpha)) in self.out.iter_mut().zip(alpha).enumerate() {
                if let Some(out) = out {
                    let below = self.below[i].map(|row| &row[x..][..width]);
                    let top = self.top[i].columns(x, width);
                    write(&mut out[x..][..width], below, top, part, alpha);
                }
            }
            let (x, width) = (x / 2, width.div_ceil(2));
            for i in 0..2 {
                let below = self.below_chroma[i].map(|row| &row[x..][..width]);
                let top = self.top_chroma[i].columns(x, width);
                write(&mut self.out_chroma[i][x..][..width], below, top, part, mean);
            }
        }

        #[inline(always)]
        fn block(&mut self, x: usize, rows: [&[u8; BLOCK]; 2], share: Share) {
            let part = share.of(Part::of(rows));
            if part != Part::Mixed {
                return self.columns(x, BLOCK, part, [&[]; 2], &[]);
            }
            let mut means = [0; HALF];
            let [a, b] = rows.map(|row| row.as_chunks::<2>().0);
            for i in 0..HALF {
                means[i] = mean(a[i], b[i]);
            }
            if share == Share::Faded(255) {
                self.columns(x, BLOCK, part, rows.map(|r| &r[..]), &means);
            } else {
                let mut rows = rows.map(|row| *row);
                rows.iter_mut().for_each(|row| share.apply(row));
                share.apply(&mut means);
                self.columns(x, BLOCK, part, [&rows[0], &rows[1]], &means);
            }
        }

        /// The columns after the last whole block.
        #[inline(always)]
        fn rest(&mut self, x: usize, share: Share) {
            let width = self.matte[0].len() - x;
            let (mut alpha, mut means) = ([[0; BLOCK]; 2], [0; HALF]);
            for (alpha, row) in alpha.iter_mut().zip(self.matte) {
                alpha[..width].copy_from_slice(&row[x..]);
                // The other pixel of an odd edge's chroma sample.
                alpha[width] = alpha[width - 1];
            }
            let [a, b] = [&alpha[0], &alpha[1]].map(|row| row.as_chunks::<2>().0);
            for i in 0..width.div_ceil(2) {
                means[i] = mean(a[i], b[i]);
            }
            alpha.iter_mut().for_each(|row| share.apply(row));
            share.apply(&mut means);
            let rows = [&alpha[0][..width], &alpha[1][..width]];
            self.columns(x, width, Part::Mixed, rows, &means);
        }

        #[inline(always)]
        fn run(&mut self, share: Share) {
            let [upper, lower] = self.matte.map(|row| row.as_chunks::<BLOCK>());
            for (i, (a, b)) in upper.0.iter().zip(lower.0).enumerate() {
                self.block(i * BLOCK, [a, b], share);
            }
            if !upper.1.is_empty() {
                self.rest(upper.0.len() * BLOCK, share);
            }
        }
    }

    #[inline(always)]
    fn yuv(out: YuvMut<'_>, below: Option<Yuv<'_>>, top: Top<'_>, matte: Plane<'_>, share: Share) {
        let height = matte.height();
        let [mut luma, mut cb, mut cr] = out;
        let mut lines = luma.rows_mut();
        for (pair, out_chroma) in cb.rows_mut().zip(cr.rows_mut()).enumerate() {
            let rows = [2 * pair, (2 * pair + 1).min(height - 1)];
            let below_luma = |y| below.map(|planes| planes[0].row(y));
            let below_chroma = |i: usize| below.map(|planes| planes[i].row(pair));
            let mut pair = Pair {
                out: [lines.next(), lines.next()],
                out_chroma: out_chroma.into(),
                below: rows.map(below_luma),
                below_chroma: [1, 2].map(below_chroma),
                top: rows.map(|y| top.line(0, y)),
                top_chroma: [1, 2].map(|i| top.line(i, pair)),
                matte: rows.map(|y| matte.row(y)),
            };
            pair.run(share);
        }
    }

    #[inline(always)]
    pub fn blend_yuv(bottom: YuvMut<'_>, top: Yuv<'_>, matte: Plane<'_>, opacity: u8) {
        yuv(bottom, None, Top::Picture(top), matte, Share::Faded(opacity));
    }

    #[inline(always)]
    pub fn compose_yuv(out: YuvMut<'_>, bottom: Yuv<'_>, top: Yuv<'_>, matte: Plane<'_>) {
        yuv(out, Some(bottom), Top::Picture(top), matte, Share::Faded(255));
    }

    #[inline(always)]
    pub fn compose_under_yuv(top: YuvMut<'_>, bottom: Yuv<'_>, matte: Plane<'_>) {
        yuv(top, None, Top::Picture(bottom), matte, Share::Rest);
    }

    #[inline(always)]
    pub fn paint_yuv(bottom: YuvMut<'_>, color: [u8; 3], matte: Plane<'_>, opacity: u8) {
        let blocks = color.map(|value| [value; BLOCK]);
        yuv(bottom, None, Top::Color(&blocks), matte, Share::Faded(opacity));
    }

    #[inline(always)]
    fn check(bottom: &PlaneMut<'_>, top: Plane<'_>, (width, height): (usize, usize)) {
        let sizes = [(bottom.width(), bottom.height()), (top.width(), top.height())];
        assert_eq!(sizes, [(width, height); 2], "planes that can't be blended");
    }

    #[inline(always)]
    pub fn blend(mut bottom: PlaneMut<'_>, top: Plane<'_>, matte: Plane<'_>) {
        check(&bottom, top, (matte.width(), matte.height()));
        for ((out, top), alpha) in bottom.rows_mut().zip(top.rows()).zip(matte.rows()) {
            let (blocks, rest) = alpha.as_chunks::<BLOCK>();
            for (i, alpha) in blocks.iter().enumerate() {
                let (out, top) = (&mut out[i * BLOCK..][..BLOCK], &top[i * BLOCK..][..BLOCK]);
                write(out, None, top, Part::of([alpha]), alpha);
            }
            let x = alpha.len() - rest.len();
            write(&mut out[x..], None, &top[x..], Part::Mixed, rest);
        }
    }

    #[inline(always)]
    pub fn blend_chroma(mut bottom: PlaneMut<'_>, top: Plane<'_>, matte: Plane<'_>) {
        let (width, height) = (matte.width(), matte.height());
        check(&bottom, top, (width.div_ceil(2), height.div_ceil(2)));
        for (y, (out, top)) in bottom.rows_mut().zip(top.rows()).enumerate() {
            let rows = [2 * y, (2 * y + 1).min(height - 1)].map(|y| matte.row(y));
            let [a, b] = rows.map(|row| row.as_chunks::<BLOCK>().0);
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                let mut means = [0; HALF];
                let pairs = a.as_chunks::<2>().0.iter().zip(b.as_chunks::<2>().0);
                means.iter_mut().zip(pairs).for_each(|(m, (&a, &b))| *m = mean(a, b));
                let (out, top) = (&mut out[i * HALF..][..HALF], &top[i * HALF..][..HALF]);
                write(out, None, top, Part::of([a, b]), &means);
            }
            for x in a.len() * HALF..width.div_ceil(2) {
                let two = |row: &[u8]| [row[2 * x], row[(2 * x + 1).min(width - 1)]];
                out[x] = mix(out[x], top[x], mean(two(rows[0]), two(rows[1])));
            }
        }
    }

    #[inline(always)]
    pub fn blend_opacity(mut bottom: PlaneMut<'_>, top: Plane<'_>, opacity: u8) {
        check(&bottom, top, (top.width(), top.height()));
        for (out, top) in bottom.rows_mut().zip(top.rows()) {
            match opacity {
                0 => {}
                255 => out.copy_from_slice(top),
                _ => out.iter_mut().zip(top).for_each(|(o, &t)| *o = mix(*o, t, opacity)),
            }
        }
    }
}

#[cfg(test)]
mod tests;
