//! Converts I420 to and from R'G'B'.

use super::{Converter, Rows};
use crate::dispatch::dispatch;
use backlot_media::{Frame, Picture, PixelFormat, Plane};

dispatch! {
    pub fn to_i420(job: &mut Converter, source: &Picture<'_>, target: &mut Frame) = body::to_i420;
}

dispatch! {
    pub fn from_i420(
        job: &mut Converter,
        source: &Picture<'_>,
        matte: Option<Plane<'_>>,
        target: &mut Frame,
    ) = body::from_i420;
}

mod body {
    use super::super::color::{Affine, halves};
    use super::{Converter, Frame, Picture, PixelFormat, Plane, Rows};

    #[inline(always)]
    pub fn to_i420(job: &mut Converter, source: &Picture<'_>, target: &mut Frame) {
        let to_yuv = job.rgb.expect("the source is RGB");
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
                        .for_each(|(y, row)| to_luma::<3>(&to_yuv, row, luma.row_mut(y)));
                    to_chroma::<3>(&to_yuv, pixels, chroma);
                }
                _ => {
                    rows.into_iter()
                        .zip(pixels)
                        .for_each(|(y, row)| to_luma::<4>(&to_yuv, row, luma.row_mut(y)));
                    to_chroma::<4>(&to_yuv, pixels, chroma);
                }
            }
        }
    }

    #[inline(always)]
    fn to_luma<const N: usize>(to_yuv: &Affine, row: &[u8], out: &mut [u8]) {
        let mix = to_yuv[0];
        for (out, pixel) in out.iter_mut().zip(row.as_chunks::<N>().0) {
            *out = mix.of([0, 1, 2].map(|i| 4 * i32::from(pixel[i])));
        }
    }

    /// In an odd row the last pixel counts twice.
    #[inline(always)]
    fn to_chroma<const N: usize>(
        to_yuv: &Affine,
        rows: [&[u8]; 2],
        [out_cb, out_cr]: [&mut [u8]; 2],
    ) {
        let [_, to_cb, to_cr] = *to_yuv;
        let [upper, lower] = rows.map(|row| row.as_chunks::<N>().0);
        let two = |[p, q]: [[u8; N]; 2], i: usize| i32::from(p[i]) + i32::from(q[i]);
        let mean = |upper, lower| [0, 1, 2].map(|i| -> i32 { two(upper, i) + two(lower, i) });
        let ((a, odd), b) = (upper.as_chunks::<2>(), lower.as_chunks::<2>().0);
        for ((cb, cr), (&a, &b)) in out_cb.iter_mut().zip(&mut *out_cr).zip(a.iter().zip(b)) {
            let sum = mean(a, b);
            (*cb, *cr) = (to_cb.of(sum), to_cr.of(sum));
        }
        if let (&[a], Some(&b)) = (odd, lower.last()) {
            let sum = mean([a; 2], [b; 2]);
            (out_cb[upper.len() / 2], out_cr[upper.len() / 2]) = (to_cb.of(sum), to_cr.of(sum));
        }
    }

    #[inline(always)]
    pub fn from_i420(
        job: &mut Converter,
        source: &Picture<'_>,
        matte: Option<Plane<'_>>,
        target: &mut Frame,
    ) {
        let to_rgb = job.rgb.expect("the target is RGB");
        let [luma, cb, cr] = source.yuv();
        let mut out = target.plane_mut(0);
        for (y, out) in out.rows_mut().enumerate() {
            pixels(&to_rgb, luma.row(y), [cb.row(y / 2), cr.row(y / 2)], &mut job.rows);
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
        let to_rgb = *to_rgb;
        let shares =
            |(&b, &r): (&u8, &u8)| to_rgb.map(|m| m.share(4 * i32::from(b), 4 * i32::from(r)));
        let pixel = |y: i32, shares: [i32; 3]| {
            let [r, g, b] = [0, 1, 2].map(|i| u32::from(to_rgb[i].with_share(y, shares[i])));
            r | (g << 8) | (b << 16) | 0xff00_0000
        };
        let mut chroma = cb.iter().zip(cr);
        let (pairs, last) = rows.rgba.as_chunks_mut::<2>();
        for ((out, luma), chroma) in pairs.iter_mut().zip(halves(luma)).zip(chroma.clone()) {
            let shares = shares(chroma);
            *out = luma.map(|y| pixel(y, shares));
        }
        if let ([out], Some(&y), Some(chroma)) = (last, luma.last(), chroma.next_back()) {
            *out = pixel(i32::from(y), shares(chroma));
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
