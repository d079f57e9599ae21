//! Convolution: register tiles of 8 to 24 output channels by up to 12 pixels.
//!
//! `out[p][o] = activation(bias[o] + sum over taps and channels of x * w) + residual[p][o]`
//!
//! Almost all work of the networks is 1x1 convolutions. A tile keeps its sums in registers while
//! it walks the input channels once: each weight that is loaded meets all pixels of the tile, each
//! input value all its channels. A larger kernel is a walk over a few rows of taps, whose columns
//! and channels lie side by side in memory.

use super::lanes::{LANES, Lanes};
use super::{View, dispatch};
use crate::graph::{Reach, Weights};
use crate::tflite::Activation;
use backlot_kernels::Level;

/// Weights in the order in which tiles read them: blocks of output channels, and in each block
/// `[tap][input channel][output channel of the block]`.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    blocks: Vec<Block>,
    values: Vec<f32>,
    bias: Vec<f32>,
    inputs: usize,
    height: usize,
    width: usize,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    /// First output channel.
    first: usize,
    /// Groups of [`LANES`] channels, 1 to 3.
    groups: usize,
    /// Where its weights begin.
    at: usize,
}

/// Groups of channels in each block: as many threes as leave no single group where that can be.
fn split(groups: usize) -> Vec<usize> {
    match groups {
        0 => vec![],
        1..=3 => vec![groups],
        4 => vec![2, 2],
        _ => {
            let mut blocks = vec![3];
            blocks.extend(split(groups - 3));
            blocks
        }
    }
}

impl Packed {
    /// Packs weights `[output][y][x][input]`; `None` if the output channels are no multiple of
    /// eight.
    pub(crate) fn new(weights: &Weights, inputs: usize) -> Option<Self> {
        let outputs = weights.bias.len();
        if !outputs.is_multiple_of(LANES) {
            return None;
        }
        let taps = weights.height * weights.width * inputs;
        let mut packed = Self {
            blocks: Vec::new(),
            values: Vec::with_capacity(weights.values.len()),
            bias: weights.bias.to_vec(),
            inputs,
            height: weights.height,
            width: weights.width,
        };
        let mut first = 0;
        for groups in split(outputs / LANES) {
            packed.blocks.push(Block { first, groups, at: packed.values.len() });
            for tap in 0..taps {
                let column =
                    (first..first + groups * LANES).map(|o| weights.values[o * taps + tap]);
                packed.values.extend(column);
            }
            first += groups * LANES;
        }
        Some(packed)
    }

    /// Writes these weights, multiplied with a gate for each input channel, into `gated`.
    pub(crate) fn gate_into(&self, gate: &[f32], gated: &mut Self) {
        assert_eq!((gate.len(), self.values.len()), (self.inputs, gated.values.len()));
        for block in &self.blocks {
            let width = block.groups * LANES;
            let len = width * self.inputs * self.height * self.width;
            let from = self.values[block.at..][..len].chunks_exact(width);
            let to = gated.values[block.at..][..len].chunks_exact_mut(width);
            for ((from, to), gate) in from.zip(to).zip(gate.iter().cycle()) {
                for (to, from) in to.iter_mut().zip(from) {
                    *to = from * gate;
                }
            }
        }
    }
}

/// What one convolution reads and writes.
#[derive(Clone, Copy)]
pub(crate) struct Job {
    pub(crate) x: View,
    pub(crate) out: View,
    pub(crate) residual: Option<View>,
    pub(crate) reach: Reach,
    pub(crate) activation: Activation,
}

/// Convolves.
///
/// # Panics
/// If the shapes do not fit each other.
pub(crate) fn run(level: Level, job: &Job, packed: &Packed) {
    assert_eq!((job.x.channels, job.x.step), (packed.inputs, packed.inputs), "input channels");
    assert_eq!(job.out.channels, packed.bias.len(), "output channels");
    if let Some(residual) = job.residual {
        let same = (residual.height, residual.width, residual.channels, residual.step)
            == (job.out.height, job.out.width, job.out.channels, job.out.step);
        assert!(same, "the residual's shape");
    }
    dispatch!(level, all_rows(job: &Job, packed: &Packed));
}

/// Taps that meet the picture along one side: the first, and how many.
fn clipped(
    out: usize,
    stride: usize,
    before: usize,
    kernel: usize,
    length: usize,
) -> (usize, usize) {
    let start = out * stride;
    let first = before.saturating_sub(start).min(kernel);
    let end = (length + before).saturating_sub(start).min(kernel);
    (first, end.saturating_sub(first))
}

/// # Safety
/// The views' arena must be alive, and the processor must have the features of `L`.
#[inline(always)]
unsafe fn all_rows<L: Lanes, const WIDE: bool>(job: &Job, packed: &Packed) {
    for y in 0..job.out.height {
        for block in &packed.blocks {
            // SAFETY: the caller's promise; the block's groups are those it was packed with.
            unsafe {
                match block.groups {
                    1 => row::<L, 1, 8>(job, packed, *block, y),
                    2 if WIDE => row::<L, 2, 8>(job, packed, *block, y),
                    2 => row::<L, 2, 4>(job, packed, *block, y),
                    _ if WIDE => row::<L, 3, 8>(job, packed, *block, y),
                    _ => row::<L, 3, 4>(job, packed, *block, y),
                }
            }
        }
    }
}

/// The walk of one tile.
#[derive(Clone, Copy)]
struct Walk {
    /// First input value and first weight.
    x: *const f32,
    w: *const f32,
    /// Rows of taps, values in each, and floats from one row of taps to the next.
    rows: usize,
    len: usize,
    x_row: usize,
    w_row: usize,
    /// Floats from one pixel's first value to the next one's.
    step: usize,
}

/// # Safety
/// As for [`all_rows`]; `y` must be a row of the output, and `block` one of `packed` with `G`
/// groups.
#[inline(always)]
unsafe fn row<L: Lanes, const G: usize, const P: usize>(
    job: &Job,
    packed: &Packed,
    block: Block,
    y: usize,
) {
    let (x, out, reach) = (&job.x, &job.out, &job.reach);
    let (first_row, rows) = clipped(y, reach.stride_y, reach.top, packed.height, x.height);
    let width = G * LANES;
    let mut column = 0;
    while column < out.width {
        let (first, count) = clipped(column, reach.stride_x, reach.left, packed.width, x.width);
        let tile_end = column + P;
        let whole = count == packed.width
            && tile_end <= out.width
            && clipped(tile_end - 1, reach.stride_x, reach.left, packed.width, x.width)
                == (0, packed.width);
        // SAFETY: the taps are clipped to the picture, so that every value that the walk meets lies
        // inside the view, and every weight inside the block.
        unsafe {
            let source_y = (y * reach.stride_y + first_row).saturating_sub(reach.top);
            let source_x = (column * reach.stride_x + first).saturating_sub(reach.left);
            let tap = (first_row * packed.width + first) * packed.inputs;
            let walk = Walk {
                x: x.at.add(
                    source_y.min(x.height - 1) * x.row + source_x.min(x.width - 1) * x.channels,
                ),
                w: packed.values.as_ptr().add(block.at + tap * width),
                rows,
                len: count * packed.inputs,
                x_row: x.row,
                w_row: packed.width * packed.inputs * width,
                step: reach.stride_x * x.channels,
            };
            let bias = packed.bias.as_ptr().add(block.first);
            let place = y * out.row + column * out.step + block.first;
            let residual = job
                .residual
                .map(|r| r.at.cast_const().add(y * r.row + column * r.step + block.first));
            let target = out.at.add(place);
            if whole {
                tile::<L, G, P>(walk, bias, target, residual, out.step, job.activation);
            } else {
                tile::<L, G, 1>(walk, bias, target, residual, out.step, job.activation);
            }
        }
        column += if whole { P } else { 1 };
    }
}

/// # Safety
/// The walk must stay inside readable memory for `P` pixels; `bias` must have `G` groups;
/// `target` and `residual` must have `P` pixels, `apart` floats apart, of `G` groups each.
#[inline(always)]
unsafe fn tile<L: Lanes, const G: usize, const P: usize>(
    walk: Walk,
    bias: *const f32,
    target: *mut f32,
    residual: Option<*const f32>,
    apart: usize,
    activation: Activation,
) {
    // SAFETY: the caller's promise covers every address below.
    unsafe {
        let mut sums = [[L::splat(0.0); G]; P];
        for sum in &mut sums {
            for (g, s) in sum.iter_mut().enumerate() {
                *s = L::load(bias.add(g * LANES));
            }
        }
        for r in 0..walk.rows {
            let (x, w) = (walk.x.add(r * walk.x_row), walk.w.add(r * walk.w_row));
            for i in 0..walk.len {
                let mut weights = [L::splat(0.0); G];
                for (g, weight) in weights.iter_mut().enumerate() {
                    *weight = L::load(w.add((i * G + g) * LANES));
                }
                for (p, sum) in sums.iter_mut().enumerate() {
                    let value = L::splat(*x.add(p * walk.step + i));
                    for (s, weight) in sum.iter_mut().zip(weights) {
                        *s = value.mul_add(weight, *s);
                    }
                }
            }
        }
        for (p, sum) in sums.iter().enumerate() {
            for (g, s) in sum.iter().enumerate() {
                let at = p * apart + g * LANES;
                let mut value = s.activate(activation);
                if let Some(residual) = residual {
                    value = value.add(L::load(residual.add(at)));
                }
                value.store(target.add(at));
            }
        }
    }
}

/// A convolution of vectors: `out = activation(bias + W x)`, for the small layers around a gate.
pub(crate) fn run_vector(x: &[f32], packed: &Packed, out: &mut [f32]) {
    assert_eq!((x.len(), out.len()), (packed.inputs, packed.bias.len()), "vector sizes");
    out.copy_from_slice(&packed.bias);
    for block in &packed.blocks {
        let width = block.groups * LANES;
        let weights = packed.values[block.at..].chunks_exact(width);
        let sums = &mut out[block.first..][..width];
        for (x, weights) in x.iter().zip(weights) {
            for (sum, w) in sums.iter_mut().zip(weights) {
                *sum += x * w;
            }
        }
    }
}
