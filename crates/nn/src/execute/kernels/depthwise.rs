//! Depthwise convolution: tiles of 4 or 8 pixels by 8 channels.
//!
//! `out[p][c] = activation(bias[c] + sum over taps of x[p + tap][c] * w[tap][c])`, and with
//! `add_input` the input pixel itself is added after. The input has a frame of zeros as wide as the
//! kernel reaches, so that there are no edges.

use super::lanes::{LANES, Lanes};
use super::{View, dispatch};
use crate::graph::{Activation, Reach, Weights};
use backlot_kernels::Level;

/// The inputs and output of one depthwise convolution.
#[derive(Clone, Copy)]
pub(crate) struct Job {
    pub(crate) x: View,
    pub(crate) out: View,
    pub(crate) reach: Reach,
    pub(crate) activation: Activation,
    pub(crate) add_input: bool,
    /// The first row to make, and the first one after.
    pub(crate) rows: (usize, usize),
}

/// Convolves.
///
/// # Safety
/// Around `job.x` there must be zeros as wide as the kernel reaches.
///
/// # Panics
/// If the shapes don't fit each other.
pub(crate) unsafe fn run(level: Level, job: &Job, weights: &Weights) {
    let channels = job.out.channels;
    assert_eq!(job.x.channels, channels, "channels");
    assert!(channels.is_multiple_of(LANES), "channels in groups of eight");
    assert_eq!(weights.values.len(), weights.height * weights.width * channels, "weights");
    assert_eq!(weights.bias.len(), channels, "biases");
    assert!(job.rows.1 <= job.out.height, "rows");
    // Each window has its own function, so that the compiler allocates registers for it alone.
    let is_dense = (job.reach.dilation_y, job.reach.dilation_x) == (1, 1);
    match (weights.height, weights.width, job.reach.stride_x) {
        _ if !is_dense => dispatch!(level, any(job: &Job, weights: &Weights)),
        (3, 3, 1) => dispatch!(level, three(job: &Job, weights: &Weights)),
        (3, 3, 2) => dispatch!(level, three_by_two(job: &Job, weights: &Weights)),
        (5, 5, 1) => dispatch!(level, five(job: &Job, weights: &Weights)),
        (5, 5, 2) => dispatch!(level, five_by_two(job: &Job, weights: &Weights)),
        _ => dispatch!(level, any(job: &Job, weights: &Weights)),
    }
}

/// A kernel for windows of `$size` by `$size` that move `$stride` columns.
macro_rules! window {
    ($name:ident, $size:literal, $stride:literal, $pixels:literal) => {
        /// # Safety
        /// The views' arena must be alive, with zeros around the input; the window must be the
        /// one that this is for; the processor must have the features of `L`.
        #[inline(always)]
        unsafe fn $name<L: Lanes, const WIDE: bool>(job: &Job, weights: &Weights) {
            // SAFETY: the caller's promise.
            unsafe { all_rows::<L, WIDE, $size, $stride, $pixels>(job, weights) }
        }
    };
}

window!(three, 3, 1, 8);
window!(three_by_two, 3, 2, 4);
window!(five, 5, 1, 8);
window!(five_by_two, 5, 2, 4);

/// The channels to walk together from the first row to the last: as many as a cache line holds, so
/// that rows needed again for the next row are still cached.
const BLOCK: usize = 2 * LANES;

/// # Safety
/// The views' arena must be alive, with zeros around the input; windows must be `K` by `K` and move
/// `S` columns; the processor must have the features of `L`.
#[inline(always)]
unsafe fn all_rows<L: Lanes, const WIDE: bool, const K: usize, const S: usize, const P: usize>(
    job: &Job,
    weights: &Weights,
) {
    let channels = job.out.channels;
    for block in (0..channels).step_by(BLOCK) {
        for y in job.rows.0..job.rows.1 {
            if WIDE && block + L::Long::WIDTH <= channels {
                // SAFETY: the caller's promise; the level that is wide has long vectors.
                unsafe { row::<L::Long, K, S, P>(job, weights, y, block) };
                continue;
            }
            for c in (block..channels.min(block + BLOCK)).step_by(LANES) {
                // SAFETY: the caller's promise.
                unsafe { row::<L, K, S, P>(job, weights, y, c) };
            }
        }
    }
}

/// # Safety
/// As for [`all_rows`]; `y` must be a row and `c` the first channel of a group.
#[inline(always)]
unsafe fn row<L: Lanes, const K: usize, const S: usize, const P: usize>(
    job: &Job,
    weights: &Weights,
    y: usize,
    c: usize,
) {
    // SAFETY: the caller's promise: tiles lie inside the output, and their input inside the picture
    // or the zeros around it.
    unsafe {
        let bias = L::load(weights.bias.as_ptr().add(c));
        let taps = weights.values.as_ptr().add(c);
        let mut walk = Walk {
            x: first_tap(job, (y, 0, c)),
            centre: job.x.at.cast_const().add(y * job.x.row + c),
            out: job.out.at.add(y * job.out.row + c),
        };
        let mut left = job.out.width;
        while left >= P {
            tile::<L, K, S, P>(job, taps, bias, walk);
            walk = walk.moved(job, S * P, P);
            left -= P;
        }
        for _ in 0..left {
            tile::<L, K, S, 1>(job, taps, bias, walk);
            walk = walk.moved(job, S, 1);
        }
    }
}

/// The place of a tile.
#[derive(Clone, Copy)]
struct Walk {
    /// The first input of its first window.
    x: *const f32,
    /// The input pixel to add.
    centre: *const f32,
    out: *mut f32,
}

impl Walk {
    #[inline(always)]
    const fn moved(self, job: &Job, inputs: usize, outputs: usize) -> Self {
        Self {
            x: self.x.wrapping_add(inputs * job.x.step),
            centre: self.centre.wrapping_add(outputs * job.x.step),
            out: self.out.wrapping_add(outputs * job.out.step),
        }
    }
}

/// # Safety
/// As for [`all_rows`], with any window.
#[inline(always)]
unsafe fn any<L: Lanes, const WIDE: bool>(job: &Job, weights: &Weights) {
    for y in job.rows.0..job.rows.1 {
        for c in (0..job.out.channels).step_by(LANES) {
            let mut x = 0;
            // SAFETY: the caller's promise.
            unsafe {
                while x + PIXELS <= job.out.width {
                    any_tile::<L, PIXELS>(job, weights, (y, x, c));
                    x += PIXELS;
                }
                for x in x..job.out.width {
                    any_tile::<L, 1>(job, weights, (y, x, c));
                }
            }
        }
    }
}

/// How many pixels of any window share each loaded weight.
const PIXELS: usize = 4;

/// # Safety
/// As for [`any`]; `P` pixels from the place must lie inside the output.
#[inline(always)]
unsafe fn any_tile<L: Lanes, const P: usize>(
    job: &Job,
    weights: &Weights,
    (y, x, c): (usize, usize, usize),
) {
    let (source, reach) = (&job.x, &job.reach);
    let (tap_row, tap_step) = (reach.dilation_y * source.row, reach.dilation_x * source.step);
    // SAFETY: the caller's promise.
    unsafe {
        let first = first_tap(job, (y, x, c));
        let mut sums = [L::load(weights.bias.as_ptr().add(c)); P];
        for tap in 0..weights.height * weights.width {
            let (ky, kx) = (tap / weights.width, tap % weights.width);
            let w = L::load(weights.values.as_ptr().add(tap * job.out.channels + c));
            let value = first.add(ky * tap_row + kx * tap_step);
            for (p, sum) in sums.iter_mut().enumerate() {
                *sum = L::load(value.add(p * reach.stride_x * source.step)).mul_add(w, *sum);
            }
        }
        let centre = source.at.cast_const().add(y * source.row + x * source.step + c);
        finish(job, sums, centre, job.out.at.add(y * job.out.row + x * job.out.step + c));
    }
}

/// Where a window first meets the input: that may be in the zeros before the picture.
///
/// # Safety
/// As for [`all_rows`]; the pixel must lie inside the output.
#[inline(always)]
unsafe fn first_tap(job: &Job, (y, x, c): (usize, usize, usize)) -> *const f32 {
    let (source, reach) = (&job.x, &job.reach);
    let row = (y * reach.stride_y) as isize - reach.top as isize;
    let column = (x * reach.stride_x) as isize - reach.left as isize;
    let offset = row * source.row as isize + column * source.step as isize + c as isize;
    // SAFETY: the caller's promise: the picture and the zeros around it are one block of memory.
    unsafe { source.at.cast_const().offset(offset) }
}

/// Stores sums of neighbouring pixels.
///
/// # Safety
/// As for [`all_rows`]; `out` must be as many pixels' group of channels, and with `add_input`
/// `centre` the input's.
#[inline(always)]
unsafe fn finish<L: Lanes, const P: usize>(
    job: &Job,
    mut sums: [L; P],
    centre: *const f32,
    out: *mut f32,
) {
    // SAFETY: the caller's promise.
    unsafe {
        L::activate(&mut sums, job.activation);
        if job.add_input {
            for (p, sum) in sums.iter_mut().enumerate() {
                *sum = sum.add(L::load(centre.add(p * job.x.step)));
            }
        }
        for (p, sum) in sums.iter().enumerate() {
            sum.store(out.add(p * job.out.step));
        }
    }
}

/// `P` neighbouring pixels: each input value is loaded once for all windows that contain it.
///
/// # Safety
/// As for [`all_rows`]; `taps` must be a group of the weights, and `P` pixels from the walk's place
/// must lie inside the output.
#[inline(always)]
unsafe fn tile<L: Lanes, const K: usize, const S: usize, const P: usize>(
    job: &Job,
    taps: *const f32,
    bias: L,
    walk: Walk,
) {
    let step = job.x.step;
    // SAFETY: the caller's promise covers every address below.
    unsafe {
        let mut sums = [bias; P];
        for ky in 0..K {
            let tap = |kx: usize| L::load(taps.add((ky * K + kx) * job.out.channels));
            let filter: [L; K] = std::array::from_fn(tap);
            let row = walk.x.add(ky * job.x.row);
            for column in 0..S * (P - 1) + K {
                let value = L::load(row.add(column * step));
                for (p, sum) in sums.iter_mut().enumerate() {
                    if let Some(w) = column.checked_sub(p * S).and_then(|kx| filter.get(kx)) {
                        *sum = value.mul_add(*w, *sum);
                    }
                }
            }
        }
        finish(job, sums, walk.centre, walk.out);
    }
}
