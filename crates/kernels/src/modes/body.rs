//! The specification, which every level compiles.
//!
//! A lane is a sample of chroma with its two by two pixels: the even and the odd pixel of a row are
//! the two bytes of one number.

use super::weights::{Mode, Weights};
use crate::blend::{Yuv, YuvMut, over_255};
use backlot_media::Plane;

/// Lanes to work on together.
pub const LANES: usize = 32;
pub const COLUMNS: usize = 2 * LANES;

/// `round(a * b / 2^15)`, halves up.
#[inline(always)]
fn product(a: i16, b: i16) -> i16 {
    ((((i32::from(a) * i32::from(b)) >> 14) + 1) >> 1) as i16
}

/// The shares of chroma, and of black, in red, green and blue.
#[inline(always)]
fn shares(w: &Weights, cb: u8, cr: u8) -> [i16; 3] {
    let [cb, cr] = [cb, cr].map(|v| (i16::from(v) - 128) << 7);
    [0, 1, 2].map(|i| product(cb, w.cb[i]) + product(cr, w.cr[i]) + w.offset)
}

/// `round(a * b / 255)` for values from 0 to 255.
#[inline(always)]
fn multiplied(a: i16, b: i16) -> i16 {
    i16::from(over_255((a as u16).wrapping_mul(b as u16)))
}

/// The function of a mode, of values from 0 to 255.
#[inline(always)]
fn function(mode: Mode, below: i16, top: i16) -> i16 {
    match mode {
        Mode::Multiply => multiplied(below, top),
        Mode::Screen => 255 - multiplied(255 - below, 255 - top),
        Mode::Add => (below + top).min(255),
    }
}

/// The change of one pixel in R'G'B', 5 bits after the point.
#[inline(always)]
fn change(
    mode: Mode,
    w: &Weights,
    [below, top]: [i16; 2],
    [below_shares, top_shares]: [[i16; 3]; 2],
    alpha: i16,
) -> [i16; 3] {
    let [below, top] = [below, top].map(|v| product(v << 7, w.luma));
    [0, 1, 2].map(|i| {
        let b = (below + below_shares[i]) >> 5;
        let t = (top + top_shares[i]) >> 5;
        let mixed = function(mode, b.clamp(0, 255), t.clamp(0, 255));
        product((mixed - b) << 5, alpha)
    })
}

#[inline(always)]
fn sum(w: [i16; 3], change: [i16; 3]) -> i16 {
    product(change[0], w[0]) + product(change[1], w[1]) + product(change[2], w[2])
}

#[inline(always)]
fn changed(value: i16, change: i16) -> u16 {
    (value + ((change + 16) >> 5)).clamp(0, 255) as u16
}

/// Two rows of columns.
pub type Rows = [[u8; COLUMNS]; 2];
/// Two rows of chroma: cb and cr.
pub type Chroma = [[u8; LANES]; 2];

/// Two rows of a block and what is laid over them.
pub struct Block {
    pub below: Rows,
    pub below_chroma: Chroma,
    pub top: Rows,
    pub top_chroma: Chroma,
    pub alpha: Rows,
}

impl Block {
    const EMPTY: Self = Self {
        below: [[0; COLUMNS]; 2],
        below_chroma: [[0; LANES]; 2],
        top: [[0; COLUMNS]; 2],
        top_chroma: [[0; LANES]; 2],
        alpha: [[0; COLUMNS]; 2],
    };

    /// Lays the top over below.
    pub fn run(&mut self, mode: Mode, w: &Weights) {
        for i in 0..LANES {
            self.lane(mode, w, i);
        }
    }

    /// The four pixels of a sample of chroma.
    #[inline(always)]
    fn lane(&mut self, mode: Mode, w: &Weights, i: usize) {
        let chroma = [self.below_chroma[0][i], self.below_chroma[1][i]];
        let both = [
            shares(w, chroma[0], chroma[1]),
            shares(w, self.top_chroma[0][i], self.top_chroma[1][i]),
        ];
        let mut total = [0_i16; 3];
        for row in 0..2 {
            let pair = |row: &[u8; COLUMNS]| u16::from_le_bytes(row.as_chunks().0[i]);
            let pairs = [&self.below[row], &self.top[row], &self.alpha[row]].map(pair);
            let mut out = [0; 2];
            for (side, out) in out.iter_mut().enumerate() {
                let [b, t, a] = pairs.map(|v| if side == 0 { v & 0xff } else { v >> 8 });
                let alpha = (a.wrapping_mul(257) >> 1) as i16;
                let change = change(mode, w, [b as i16, t as i16], both, alpha);
                (0..3).for_each(|i| total[i] += change[i] >> 2);
                *out = changed(b as i16, sum(w.back[0], change));
            }
            let out = out[0] | (out[1] << 8);
            self.below[row].as_chunks_mut().0[i] = out.to_le_bytes();
        }
        for (plane, value) in chroma.into_iter().enumerate() {
            let value = changed(i16::from(value), sum(w.back[plane + 1], total));
            self.below_chroma[plane][i] = value as u8;
        }
    }
}

/// Copies columns from `x` on; the rest of an odd pair repeats the last one.
#[inline(always)]
fn take<const N: usize>(row: &[u8], x: usize) -> [u8; N] {
    let row = &row[x..];
    if let Some(whole) = row.first_chunk() {
        return *whole;
    }
    let mut part = [0; N];
    part[..row.len()].copy_from_slice(row);
    part[row.len()] = row[row.len() - 1];
    part
}

/// Puts columns back from `x` on.
#[inline(always)]
fn put<const N: usize>(row: &mut [u8], x: usize, values: &[u8; N]) {
    let row = &mut row[x..];
    let width = row.len().min(N);
    if width == N {
        row[..N].copy_from_slice(values);
    } else {
        row.copy_from_slice(&values[..width]);
    }
}

#[inline(always)]
fn fade(alpha: &mut Rows, opacity: u8) {
    if opacity < 255 {
        let values = alpha.as_flattened_mut().iter_mut();
        values.for_each(|a| *a = over_255(u16::from(*a) * u16::from(opacity)));
    }
}

/// Lays the top over below, block by block.
#[inline(always)]
pub fn blend(
    [mut luma, mut cb, mut cr]: YuvMut<'_>,
    top: Yuv<'_>,
    matte: Option<Plane<'_>>,
    opacity: u8,
    run: impl Fn(&mut Block),
) {
    let (width, height) = (luma.width(), luma.height());
    let mut block = Block::EMPTY;
    for pair in 0..height.div_ceil(2) {
        let rows = [2 * pair, (2 * pair + 1).min(height - 1)];
        for x in (0..width).step_by(COLUMNS) {
            block.alpha = match matte {
                Some(matte) => rows.map(|y| take(matte.row(y), x)),
                None => [[255; COLUMNS]; 2],
            };
            fade(&mut block.alpha, opacity);
            if block.alpha == [[0; COLUMNS]; 2] {
                continue;
            }
            block.below = rows.map(|y| take(luma.row(y), x));
            block.below_chroma = [&cb, &cr].map(|plane| take(plane.row(pair), x / 2));
            block.top = rows.map(|y| take(top[0].row(y), x));
            block.top_chroma = [1, 2].map(|i| take(top[i].row(pair), x / 2));
            run(&mut block);
            for (&y, values) in rows.iter().zip(&block.below) {
                put(luma.row_mut(y), x, values);
            }
            for (plane, values) in [&mut cb, &mut cr].into_iter().zip(&block.below_chroma) {
                put(plane.row_mut(pair), x / 2, values);
            }
        }
    }
}
