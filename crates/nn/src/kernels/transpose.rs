//! Transposed convolution, 2x2 with stride 2, to one channel: each pixel becomes four.
//!
//! `out[2y + j][2x + i] = bias + sum over c of x[y][x][c] * w[j][i][c]`

use super::lanes::{LANES, Lanes};
use super::{View, dispatch};
use crate::graph::Weights;
use backlot_kernels::Level;

/// Convolves.
///
/// # Panics
/// If the shapes do not fit each other, or channels are no multiple of eight.
pub(crate) fn run(level: Level, x: &View, out: &View, weights: &Weights) {
    assert_eq!((out.height, out.width, out.channels), (2 * x.height, 2 * x.width, 1), "shapes");
    assert!(x.channels.is_multiple_of(LANES), "channels in groups of eight");
    assert_eq!((weights.values.len(), weights.bias.len()), (4 * x.channels, 1), "weights");
    dispatch!(level, all_rows(x: &View, out: &View, weights: &Weights));
}

/// # Safety
/// The views' arena must be alive; the processor must have the features of `L`.
#[inline(always)]
unsafe fn all_rows<L: Lanes, const WIDE: bool>(x: &View, out: &View, weights: &Weights) {
    for y in 0..x.height {
        // SAFETY: rows and columns lie inside the views, and there are four taps of weights.
        unsafe {
            let (top, bottom) = (out.row_at(2 * y), out.row_at(2 * y + 1));
            for column in 0..x.width {
                let pixel = x.row_at(y).add(column * x.channels);
                let mut sums = [L::splat(0.0); 4];
                for c in (0..x.channels).step_by(LANES) {
                    let value = L::load(pixel.add(c));
                    for (tap, sum) in sums.iter_mut().enumerate() {
                        let w = L::load(weights.values.as_ptr().add(tap * x.channels + c));
                        *sum = value.mul_add(w, *sum);
                    }
                }
                let sums = sums.map(|s| total(s) + weights.bias[0]);
                top.add(2 * column).write(sums[0]);
                top.add(2 * column + 1).write(sums[1]);
                bottom.add(2 * column).write(sums[2]);
                bottom.add(2 * column + 1).write(sums[3]);
            }
        }
    }
}

/// # Safety
/// The processor must have the features of `L`.
#[inline(always)]
unsafe fn total<L: Lanes>(lanes: L) -> f32 {
    let mut values = [0.0_f32; LANES];
    // SAFETY: the array has eight floats.
    unsafe { lanes.store(values.as_mut_ptr()) };
    let halves: [f32; 4] = std::array::from_fn(|i| values[i] + values[i + 4]);
    (halves[0] + halves[2]) + (halves[1] + halves[3])
}
