//! A pair of rows of any YUV format: luma as it is, chroma as 4:2:0 in quarters of a code value.

use backlot_media::{Picture, PixelFormat, Plane};

/// No colour, in quarters.
const NEUTRAL: u16 = 4 * 128;

/// The chroma that rows `2 * pair` and the next share.
#[inline(always)]
pub fn chroma(format: PixelFormat, source: &Picture<'_>, pair: usize, out: [&mut [u16]; 2]) {
    let last = source.size().height as usize - 1;
    let (upper, lower) = (2 * pair, (2 * pair + 1).min(last));
    match format {
        PixelFormat::I420 => {
            for (plane, out) in planes(source).into_iter().zip(out) {
                out.iter_mut().zip(plane.row(pair)).for_each(|(out, &v)| *out = 4 * u16::from(v));
            }
        }
        PixelFormat::I422 => {
            for (plane, out) in planes(source).into_iter().zip(out) {
                let pairs = plane.row(upper).iter().zip(plane.row(lower));
                out.iter_mut().zip(pairs).for_each(|(out, (&a, &b))| *out = twice(a, b));
            }
        }
        PixelFormat::I444 => {
            for (plane, out) in planes(source).into_iter().zip(out) {
                fours(plane.row(upper), plane.row(lower), out);
            }
        }
        PixelFormat::Nv12 => nv12(source.plane(1).row(pair), out),
        PixelFormat::Yuyv => yuyv([upper, lower].map(|y| source.plane(0).row(y)), out),
        PixelFormat::Gray8 | PixelFormat::Rgb24 | PixelFormat::Rgba32 => {
            out.into_iter().for_each(|out| out.fill(NEUTRAL));
        }
    }
}

#[inline(always)]
fn planes<'a>(source: &Picture<'a>) -> [Plane<'a>; 2] {
    [source.plane(1), source.plane(2)]
}

#[inline(always)]
fn twice(a: u8, b: u8) -> u16 {
    2 * (u16::from(a) + u16::from(b))
}

#[inline(always)]
fn fours(upper: &[u8], lower: &[u8], out: &mut [u16]) {
    let sum = |v: [u8; 2]| u16::from(v[0]) + u16::from(v[1]);
    let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
    out.iter_mut().zip(pairs).for_each(|(out, (&a, &b))| *out = sum(a) + sum(b));
    if upper.len() % 2 == 1 {
        let x = upper.len() - 1;
        out[x / 2] = twice(upper[x], lower[x]);
    }
}

#[inline(always)]
fn nv12(row: &[u8], [cb, cr]: [&mut [u16]; 2]) {
    for ((cb, cr), &[b, r]) in cb.iter_mut().zip(cr).zip(row.as_chunks::<2>().0) {
        *cb = 4 * u16::from(b);
        *cr = 4 * u16::from(r);
    }
}

#[inline(always)]
fn yuyv([upper, lower]: [&[u8]; 2], [cb, cr]: [&mut [u16]; 2]) {
    let pixels = upper.as_chunks::<4>().0.iter().zip(lower.as_chunks::<4>().0);
    for ((cb, cr), (a, b)) in cb.iter_mut().zip(cr).zip(pixels) {
        *cb = twice(a[1], b[1]);
        *cr = twice(a[3], b[3]);
    }
}

/// The luma of a row of YUYV, to an even number of columns.
#[inline(always)]
pub fn yuyv_luma(row: &[u8], out: &mut [u8]) {
    for (out, pixels) in out.as_chunks_mut::<2>().0.iter_mut().zip(row.as_chunks::<4>().0) {
        *out = [pixels[0], pixels[2]];
    }
}
