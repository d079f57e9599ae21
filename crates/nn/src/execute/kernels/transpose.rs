//! Transposed convolution, 2x2 with stride 2, to one channel: each pixel becomes four.
//!
//! `out[2y + j][2x + i] = bias + sum over c of x[y][x][c] * w[j][i][c]`

use super::lanes::{Eight, LANES};
use super::{View, dispatch};
use crate::graph::Weights;
use backlot_kernels::Level;

/// Convolves.
///
/// # Panics
/// If the shapes don't fit each other, or the channels aren't a multiple of eight.
pub(crate) fn run(level: Level, x: &View, out: &View, weights: &Weights) {
    assert_eq!((out.height, out.width, out.channels), (2 * x.height, 2 * x.width, 1), "shapes");
    assert!(x.channels.is_multiple_of(LANES), "channels in groups of eight");
    assert_eq!((weights.values.len(), weights.bias.len()), (4 * x.channels, 1), "weights");
    dispatch!(level, all_rows(x: &View, out: &View, weights: &Weights));
}

/// # Safety
/// The views' arena must be alive; the processor must have the features of `L`.
#[inline(always)]
unsafe fn all_rows<L: Eight, const WIDE: bool>(x: &View, out: &View, weights: &Weights) {
    for y in 0..x.height {
        // SAFETY: rows and columns lie inside the views, and there are four taps of weights.
        unsafe {
            let (top, bottom) = (out.row_at(2 * y), out.row_at(2 * y + 1));
            let mut column = 0;
            while column + 2 <= x.width {
                let [a, b, c, d, e, f, g, h] = pixels::<L>(x, weights, y, [column, column + 1]);
                top.add(2 * column).cast::<[f32; 4]>().write_unaligned([a, b, e, f]);
                bottom.add(2 * column).cast::<[f32; 4]>().write_unaligned([c, d, g, h]);
                column += 2;
            }
            if column < x.width {
                let [a, b, c, d, ..] = pixels::<L>(x, weights, y, [column, column]);
                top.add(2 * column).cast::<[f32; 2]>().write_unaligned([a, b]);
                bottom.add(2 * column).cast::<[f32; 2]>().write_unaligned([c, d]);
            }
        }
    }
}

/// The results of two pixels of row `y`, `[row][column]` for each.
///
/// # Safety
/// As for [`all_rows`]; the pixels must lie inside the picture.
#[inline(always)]
unsafe fn pixels<L: Eight>(
    x: &View,
    weights: &Weights,
    y: usize,
    columns: [usize; 2],
) -> [f32; LANES] {
    // SAFETY: the caller's promise; there are four taps of weights.
    unsafe {
        let [a, b] = columns.map(|column| x.row_at(y).cast_const().add(column * x.channels));
        let mut sums = [L::splat(0.0); LANES];
        for c in (0..x.channels).step_by(LANES) {
            let (a, b) = (L::load(a.add(c)), L::load(b.add(c)));
            for tap in 0..4 {
                let w = L::load(weights.values.as_ptr().add(tap * x.channels + c));
                sums[tap] = a.mul_add(w, sums[tap]);
                sums[tap + 4] = b.mul_add(w, sums[tap + 4]);
            }
        }
        let mut values = [0.0; LANES];
        L::totals(sums).add(L::splat(weights.bias[0])).store(values.as_mut_ptr());
        values
    }
}
