//! I420 to and from R'G'B'.

use super::{Converter, Rows};
use crate::dispatch::dispatch;
use backlot_media::{Frame, PixelFormat, Plane};

dispatch! {
    pub fn to_i420(job: &mut Converter, source: &Frame, target: &mut Frame) = body::to_i420;
}

dispatch! {
    pub fn from_i420(
        job: &mut Converter,
        source: &Frame,
        matte: Option<Plane<'_>>,
        target: &mut Frame,
    ) = body::from_i420;
}

mod body {
    use super::super::color::Affine;
    use super::{Converter, Frame, PixelFormat, Plane, Rows};

    #[inline(always)]
    pub fn to_i420(job: &mut Converter, source: &Frame, target: &mut Frame) {
        let to_yuv = job.rgb.as_ref().expect("the source is RGB");
        let height = job.size.height as usize;
        let [mut luma, mut cb, mut cr] = target.yuv_mut();
        for pair in 0..height.div_ceil(2) {
            let rows = [2 * pair, (2 * pair + 1).min(height - 1)];
            let pixels = rows.map(|y| source.plane(0).row(y));
            let chroma = [cb.row_mut(pair), cr.row_mut(pair)];
            match job.from.0 {
                PixelFormat::Rgb24 => {
                    rows.into_iter()
                        .zip(pixels)
                        .for_each(|(y, row)| to_luma::<3>(to_yuv, row, luma.row_mut(y)));
                    to_chroma::<3>(to_yuv, pixels, chroma);
                }
                _ => {
                    rows.into_iter()
                        .zip(pixels)
                        .for_each(|(y, row)| to_luma::<4>(to_yuv, row, luma.row_mut(y)));
                    to_chroma::<4>(to_yuv, pixels, chroma);
                }
            }
        }
    }

    #[inline(always)]
    fn to_luma<const N: usize>(to_yuv: &Affine, row: &[u8], out: &mut [u8]) {
        for (out, pixel) in out.iter_mut().zip(row.as_chunks::<N>().0) {
            *out = to_yuv[0].of([0, 1, 2].map(|i| 4 * i32::from(pixel[i])));
        }
    }

    #[inline(always)]
    fn to_chroma<const N: usize>(
        to_yuv: &Affine,
        rows: [&[u8]; 2],
        [out_cb, out_cr]: [&mut [u8]; 2],
    ) {
        let [upper, lower] = rows.map(|row| row.as_chunks::<N>().0);
        let quads = upper.chunks(2).zip(lower.chunks(2));
        for ((cb, cr), (a, b)) in out_cb.iter_mut().zip(out_cr).zip(quads) {
            let last = a.len() - 1;
            let sum = [0, 1, 2].map(|i| {
                [a[0][i], a[last][i], b[0][i], b[last][i]].map(i32::from).iter().sum::<i32>()
            });
            *cb = to_yuv[1].of(sum);
            *cr = to_yuv[2].of(sum);
        }
    }

    #[inline(always)]
    pub fn from_i420(
        job: &mut Converter,
        source: &Frame,
        matte: Option<Plane<'_>>,
        target: &mut Frame,
    ) {
        let to_rgb = job.rgb.as_ref().expect("the target is RGB");
        let [luma, cb, cr] = source.yuv();
        let mut out = target.plane_mut(0);
        for (y, out) in out.rows_mut().enumerate() {
            pixels(to_rgb, luma.row(y), [cb.row(y / 2), cr.row(y / 2)], &mut job.rows);
            if let Some(matte) = matte {
                let alpha = matte.row(y).iter().map(|&a| u32::from(a) << 24);
                job.rows.rgba.iter_mut().zip(alpha).for_each(|(v, a)| *v = (*v & 0xff_ffff) | a);
            }
            store(job.to.0, &job.rows.rgba, out);
        }
    }

    /// A row of opaque pixels.
    #[inline(always)]
    fn pixels(to_rgb: &Affine, luma: &[u8], [cb, cr]: [&[u8]; 2], rows: &mut Rows) {
        let chroma = cb.iter().zip(cr);
        for ((out, luma), (&b, &r)) in rows.rgba.chunks_mut(2).zip(luma.chunks(2)).zip(chroma) {
            let (b, r) = (4 * i32::from(b), 4 * i32::from(r));
            let shares = [0, 1, 2].map(|i| to_rgb[i].share(b, r));
            for (out, &y) in out.iter_mut().zip(luma) {
                let [r, g, b] = [0, 1, 2].map(|i| to_rgb[i].with_share(y, shares[i]));
                *out = u32::from_le_bytes([r, g, b, 255]);
            }
        }
    }

    #[inline(always)]
    fn store(format: PixelFormat, rgba: &[u32], out: &mut [u8]) {
        if format == PixelFormat::Rgb24 {
            for (out, v) in out.as_chunks_mut::<3>().0.iter_mut().zip(rgba) {
                let [r, g, b, _] = v.to_le_bytes();
                *out = [r, g, b];
            }
        } else {
            for (out, v) in out.as_chunks_mut::<4>().0.iter_mut().zip(rgba) {
                *out = v.to_le_bytes();
            }
        }
    }
}
