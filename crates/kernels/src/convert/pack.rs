//! A pair of 4:2:0 rows to any YUV format.

use backlot_media::{Frame, PixelFormat};

/// Writes rows `2 * pair` and the next one, if there is one.
#[inline(always)]
pub fn pair(target: &mut Frame, pair: usize, luma: [&[u8]; 2], [cb, cr]: [&[u8]; 2]) {
    let format = target.format();
    let height = target.size().height as usize;
    let mut chroma_row = |plane: usize, y: usize, write: fn(&[u8], &mut [u8])| {
        write(if plane == 1 { cb } else { cr }, target.plane_mut(plane).row_mut(y));
    };
    match format {
        PixelFormat::I420 => {
            chroma_row(1, pair, copy);
            chroma_row(2, pair, copy);
        }
        PixelFormat::Nv12 => interleave(cb, cr, target.plane_mut(1).row_mut(pair)),
        PixelFormat::I422 | PixelFormat::I444 => {
            let write = if format == PixelFormat::I422 { copy } else { repeat };
            for y in 2 * pair..(2 * pair + 2).min(height) {
                chroma_row(1, y, write);
                chroma_row(2, y, write);
            }
        }
        _ => {}
    }
    for (y, luma) in (2 * pair..(2 * pair + 2).min(height)).zip(luma) {
        let mut plane = target.plane_mut(0);
        match format {
            PixelFormat::Yuyv => yuyv(luma, cb, cr, plane.row_mut(y)),
            _ => plane.row_mut(y).copy_from_slice(luma),
        }
    }
}

#[inline(always)]
fn copy(row: &[u8], out: &mut [u8]) {
    out.copy_from_slice(row);
}

/// Each sample twice.
#[inline(always)]
fn repeat(row: &[u8], out: &mut [u8]) {
    let (pairs, last) = out.as_chunks_mut::<2>();
    pairs.iter_mut().zip(row).for_each(|(out, &v)| *out = [v; 2]);
    last.iter_mut().zip(&row[pairs.len()..]).for_each(|(out, &v)| *out = v);
}

#[inline(always)]
fn interleave(cb: &[u8], cr: &[u8], out: &mut [u8]) {
    for ((out, &b), &r) in out.as_chunks_mut::<2>().0.iter_mut().zip(cb).zip(cr) {
        *out = [b, r];
    }
}

/// An odd row repeats its last luma value.
#[inline(always)]
fn yuyv(luma: &[u8], cb: &[u8], cr: &[u8], out: &mut [u8]) {
    let out = out.as_chunks_mut::<4>().0;
    let (pairs, last) = luma.as_chunks::<2>();
    for (((out, &pair), &b), &r) in out.iter_mut().zip(pairs).zip(cb).zip(cr) {
        let pair = u32::from(u16::from_le_bytes(pair));
        let spread = (pair & 0xff) | ((pair & 0xff00) << 8);
        *out = (spread | (u32::from(b) << 8) | (u32::from(r) << 24)).to_le_bytes();
    }
    if let (&[y], Some(out)) = (last, out.get_mut(pairs.len())) {
        *out = [y, cb[pairs.len()], y, cr[pairs.len()]];
    }
}
