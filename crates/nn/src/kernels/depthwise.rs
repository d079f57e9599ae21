//! Depthwise convolution: tiles of 4 pixels by 8 channels.
//!
//! `out[p][c] = activation(bias[c] + sum over taps of x[p + tap][c] * w[tap][c])`, and with
//! `add_input` the input pixel itself is added after. The input lies in a frame of zeros as wide
//! as the kernel reaches, so that there are no edges.

use super::lanes::{LANES, Lanes};
use super::{View, dispatch};
use crate::graph::{Reach, Weights};
use crate::tflite::Activation;
use backlot_kernels::Level;

const TILE: usize = 4;

/// What one depthwise convolution reads and writes.
#[derive(Clone, Copy)]
pub(crate) struct Job {
    pub(crate) x: View,
    pub(crate) out: View,
    pub(crate) reach: Reach,
    pub(crate) activation: Activation,
    pub(crate) add_input: bool,
}

/// Convolves.
///
/// # Safety
/// Around `job.x` there must be zeros as wide as the kernel reaches.
///
/// # Panics
/// If the shapes do not fit each other.
pub(crate) unsafe fn run(level: Level, job: &Job, weights: &Weights) {
    let channels = job.out.channels;
    assert_eq!(job.x.channels, channels, "channels");
    assert!(channels.is_multiple_of(LANES), "channels in groups of eight");
    assert_eq!(weights.values.len(), weights.height * weights.width * channels, "weights");
    assert_eq!(weights.bias.len(), channels, "biases");
    dispatch!(level, all_rows(job: &Job, weights: &Weights));
}

/// # Safety
/// The views' arena must be alive, with zeros around the input; the processor must have the
/// features of `L`.
#[inline(always)]
unsafe fn all_rows<L: Lanes, const WIDE: bool>(job: &Job, weights: &Weights) {
    // SAFETY: the caller's promise; kernels of three and five have their loops unrolled.
    unsafe {
        match (weights.height, weights.width) {
            (3, 3) => rows_of::<L, WIDE>(job, weights, 3, 3),
            (5, 5) => rows_of::<L, WIDE>(job, weights, 5, 5),
            (height, width) => rows_of::<L, WIDE>(job, weights, height, width),
        }
    }
}

/// # Safety
/// As for [`all_rows`].
#[inline(always)]
unsafe fn rows_of<L: Lanes, const WIDE: bool>(
    job: &Job,
    weights: &Weights,
    height: usize,
    width: usize,
) {
    let out = &job.out;
    for y in 0..out.height {
        let mut x = 0;
        while x < out.width {
            let full = x + TILE <= out.width;
            for c in (0..out.channels).step_by(LANES) {
                // SAFETY: the caller's promise: the tile lies inside the output, and its input
                // inside the picture or the zeros around it.
                unsafe {
                    if full {
                        tile::<L, TILE>(job, weights, (height, width), (y, x, c));
                    } else {
                        tile::<L, 1>(job, weights, (height, width), (y, x, c));
                    }
                }
            }
            x += if full { TILE } else { 1 };
        }
    }
}

/// # Safety
/// As for [`all_rows`]; `P` pixels from `(y, x)` must lie inside the output.
#[inline(always)]
unsafe fn tile<L: Lanes, const P: usize>(
    job: &Job,
    weights: &Weights,
    (height, width): (usize, usize),
    (y, x, c): (usize, usize, usize),
) {
    let (source, out, reach) = (&job.x, &job.out, &job.reach);
    let channels = out.channels;
    // SAFETY: the caller's promise covers every address below. The first one may lie before the
    // picture, in the zeros around it.
    unsafe {
        let column = (x * reach.stride_x) as isize - reach.left as isize;
        let row = (y * reach.stride_y) as isize - reach.top as isize;
        let offset = row * source.row as isize + column * channels as isize + c as isize;
        let first = source.at.cast_const().offset(offset);
        let mut sums = [L::load(weights.bias.as_ptr().add(c)); P];
        for ky in 0..height {
            for kx in 0..width {
                let w = L::load(weights.values.as_ptr().add((ky * width + kx) * channels + c));
                let tap = first.add(ky * source.row + kx * channels);
                for (p, sum) in sums.iter_mut().enumerate() {
                    *sum = L::load(tap.add(p * reach.stride_x * channels)).mul_add(w, *sum);
                }
            }
        }
        for (p, sum) in sums.iter().enumerate() {
            let mut value = sum.activate(job.activation);
            if job.add_input {
                value = value.add(L::load(source.at.add(y * source.row + (x + p) * channels + c)));
            }
            value.store(out.at.add(y * out.row + (x + p) * channels + c));
        }
    }
}
