//! Convolution: register tiles of 8 to 24 output channels by 3 to 8 pixels, with AVX-512 to 48.
//!
//! `out[p][o] = activation(bias[o] + sum over taps and channels of x * w) + residual[p][o]`
//!
//! Almost all work of the networks is 1x1 convolutions. A tile keeps its sums in registers while it
//! walks the input channels once: each loaded weight meets all pixels of the tile, each input value
//! all its channels. A larger kernel is a walk over a few rows of taps, whose columns and channels
//! are side by side in memory.

use super::lanes::{LANES, Lanes};
use super::{View, dispatch};
use crate::execute::aligned::Aligned;
use crate::graph::{Activation, Reach, Weights};
use backlot_kernels::{Instructions, Level};

/// Weights in the order in which tiles read them: blocks of output channels, and in each block
/// `[tap][input channel][output channel of the block]`.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    blocks: Vec<Block>,
    values: Aligned,
    bias: Vec<f32>,
    inputs: usize,
    height: usize,
    width: usize,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    /// First output channel.
    first: usize,
    /// Groups of [`LANES`] channels, 1 to 3, or with AVX-512 to 6.
    groups: usize,
    /// The start of its weights.
    at: usize,
}

/// The groups of channels in each block: as many threes, or sixes with AVX-512, as possible without a single group left
/// over.
fn split(groups: usize, is_wide: bool) -> Vec<usize> {
    let first = match (groups, is_wide) {
        (0, _) => return vec![],
        (1..=3, _) => groups,
        (4 | 8, true) => 4,
        (4, false) => 2,
        (6.., true) => 6,
        _ => 3,
    };
    let mut blocks = vec![first];
    blocks.extend(split(groups - first, is_wide));
    blocks
}

impl Packed {
    /// Packs weights for a level, from `[output][y][x][input]`; `None` if the number of output channels isn't a
    /// multiple of eight.
    pub(crate) fn new(level: Level, weights: &Weights, inputs: usize) -> Option<Self> {
        let outputs = weights.bias.len();
        if !outputs.is_multiple_of(LANES) {
            return None;
        }
        let taps = weights.height * weights.width * inputs;
        let mut packed = Self {
            blocks: Vec::new(),
            values: Aligned::default(),
            bias: weights.bias.to_vec(),
            inputs,
            height: weights.height,
            width: weights.width,
        };
        let mut values = Vec::with_capacity(weights.values.len());
        let mut first = 0;
        let is_wide = level.instructions() == Instructions::Avx512;
        for groups in split(outputs / LANES, is_wide) {
            packed.blocks.push(Block { first, groups, at: values.len() });
            for tap in 0..taps {
                let column =
                    (first..first + groups * LANES).map(|o| weights.values[o * taps + tap]);
                values.extend(column);
            }
            first += groups * LANES;
        }
        packed.values = Aligned::from(&values[..]);
        Some(packed)
    }

    /// The number of weights.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
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

/// The inputs and output of one convolution.
#[derive(Clone, Copy)]
pub(crate) struct Job {
    pub(crate) x: View,
    pub(crate) out: View,
    /// Added after the activation; it may be the output itself.
    pub(crate) residual: Option<View>,
    pub(crate) reach: Reach,
    pub(crate) activation: Activation,
    /// Whether zeros lie left and right of the input as far as windows reach.
    pub(crate) is_framed: bool,
    /// The first row to make, and the first one after.
    pub(crate) rows: (usize, usize),
}

/// Convolves by a 1x1 convolution, which reaches no pixels beside its own.
///
/// # Panics
/// As [`run`].
pub(crate) fn pointwise(
    level: Level,
    [x, out]: [View; 2],
    residual: Option<View>,
    activation: Activation,
    packed: &Packed,
) {
    let (reach, rows, is_framed) = (Reach::UNIT, (0, out.height), false);
    let job = Job { x, out, residual, reach, activation, is_framed, rows };
    // SAFETY: it isn't framed.
    unsafe { run(level, &job, packed) };
}

/// Convolves.
///
/// # Safety
/// With `job.is_framed`, zeros must lie there.
///
/// # Panics
/// If the shapes don't fit each other.
pub(crate) unsafe fn run(level: Level, job: &Job, packed: &Packed) {
    assert_eq!((job.x.channels, job.x.step), (packed.inputs, packed.inputs), "input channels");
    assert_eq!(job.out.channels, packed.bias.len(), "output channels");
    assert!(job.rows.1 <= job.out.height, "rows");
    if let Some(residual) = job.residual {
        let same = (residual.height, residual.width, residual.channels, residual.step)
            == (job.out.height, job.out.width, job.out.channels, job.out.step);
        assert!(same, "the residual's shape");
    }
    dispatch!(level, all_rows(job: &Job, packed: &Packed));
}

/// The taps of a window that begins at `start` that meet the picture along one side, `before` further on: the first,
/// and how many.
fn clipped(
    start: usize,
    dilation: usize,
    before: usize,
    kernel: usize,
    length: usize,
) -> (usize, usize) {
    let taps = |pixels: usize| pixels.div_ceil(dilation).min(kernel);
    let first = taps(before.saturating_sub(start));
    (first, taps((length + before).saturating_sub(start)).saturating_sub(first))
}

/// The columns of the output whose windows are inside the picture.
fn whole_columns(job: &Job, packed: &Packed) -> std::ops::Range<usize> {
    let Reach { stride_x, left, .. } = job.reach;
    if job.is_framed {
        return 0..job.out.width;
    }
    let first = left.div_ceil(stride_x).min(job.out.width);
    let (_, wide) = job.reach.extent(packed.height, packed.width);
    let room = (job.x.width + left).checked_sub(wide);
    let end = room.map_or(0, |room| room / stride_x + 1).min(job.out.width);
    first..end.max(first)
}

/// # Safety
/// The views' arena must be alive, and the processor must have the features of `L`.
#[inline(always)]
unsafe fn all_rows<L: Lanes, const WIDE: bool>(job: &Job, packed: &Packed) {
    let whole = whole_columns(job, packed);
    for y in job.rows.0..job.rows.1 {
        for block in &packed.blocks {
            let row = Row::new(job, packed, block, y);
            // SAFETY: the caller's promise; the block's groups are those it was packed with.
            unsafe {
                match block.groups {
                    6 if WIDE => row.run::<L::Long, 3, 8>(whole.clone()),
                    4 if WIDE => row.run::<L::Long, 2, 8>(whole.clone()),
                    2 if WIDE => row.run::<L::Long, 1, 8>(whole.clone()),
                    3 if WIDE => row.run::<L, 3, 8>(whole.clone()),
                    3 => row.run::<L, 3, 4>(whole.clone()),
                    2 => row.run::<L, 2, 4>(whole.clone()),
                    _ => row.run::<L, 1, 8>(whole.clone()),
                }
            }
        }
    }
}

/// One row of the output, for one block of channels.
struct Row<'a> {
    job: &'a Job,
    packed: &'a Packed,
    /// The block's first weight, at the first row of taps that meets the picture.
    weights: *const f32,
    /// The row of the picture that it meets, and how many there are.
    x: *const f32,
    rows: usize,
    /// The block's biases, and its channels of the row's first pixel.
    bias: *const f32,
    out: *mut f32,
    residual: *const f32,
    /// Output channels of the block.
    width: usize,
}

/// The walk of one tile.
#[derive(Clone, Copy)]
struct Walk {
    /// First input value and first weight.
    x: *const f32,
    w: *const f32,
    /// Rows of taps, runs of values in each, values in each of those, and floats from one row or run to the next.
    rows: usize,
    runs: usize,
    len: usize,
    x_row: usize,
    x_run: usize,
    w_row: usize,
    /// Floats from one pixel's first value to the next one's.
    step: usize,
}

impl<'a> Row<'a> {
    fn new(job: &'a Job, packed: &'a Packed, block: &Block, y: usize) -> Self {
        let (x, out, reach) = (&job.x, &job.out, &job.reach);
        let start = y * reach.stride_y;
        let (first, rows) = clipped(start, reach.dilation_y, reach.top, packed.height, x.height);
        let source = (start + first * reach.dilation_y).saturating_sub(reach.top).min(x.height - 1);
        let width = block.groups * LANES;
        let residual = job.residual.map(|r| r.at.wrapping_add(y * r.row + block.first));
        Self {
            job,
            packed,
            weights: packed.values[block.at + first * packed.width * packed.inputs * width..]
                .as_ptr(),
            x: x.at.wrapping_add(source * x.row),
            rows,
            bias: packed.bias[block.first..].as_ptr(),
            out: out.at.wrapping_add(y * out.row + block.first),
            residual: residual.map_or(std::ptr::null(), |r| r.cast_const()),
            width,
        }
    }

    /// # Safety
    /// As for [`all_rows`]; the row must lie inside the output, the columns `whole` be those of
    /// [`whole_columns`], and the block have `G` groups.
    #[inline(always)]
    unsafe fn run<L: Lanes, const G: usize, const P: usize>(&self, whole: std::ops::Range<usize>) {
        // SAFETY: the caller's promise.
        unsafe {
            for column in (0..whole.start).chain(whole.end..self.job.out.width) {
                self.tile::<L, G, 1>(column);
            }
            let mut column = whole.start;
            while column + P <= whole.end {
                self.tile::<L, G, P>(column);
                column += P;
            }
            // What is added to itself can't be computed again.
            let accumulates = std::ptr::eq(self.residual, self.out);
            if column < whole.end && whole.len() >= P && !accumulates {
                // The last tile computes some pixels again, which is faster than one by one.
                self.tile::<L, G, P>(whole.end - P);
                return;
            }
            for column in column..whole.end {
                self.tile::<L, G, 1>(column);
            }
        }
    }

    /// # Safety
    /// As for [`Row::run`]; `P` pixels from `column` must lie inside the row, and where they are
    /// several all their windows inside the picture.
    #[inline(always)]
    unsafe fn tile<L: Lanes, const G: usize, const P: usize>(&self, column: usize) {
        let (x, out, reach, packed) = (&self.job.x, &self.job.out, &self.job.reach, self.packed);
        let start = column * reach.stride_x;
        let (first, count) = if P == 1 {
            clipped(start, reach.dilation_x, reach.left, packed.width, x.width)
        } else {
            (0, packed.width)
        };
        // A tap may lie in the zeros before the picture; one that doesn't count lies anywhere.
        let source = (start + first * reach.dilation_x) as isize - reach.left as isize;
        let source = if count == 0 { 0 } else { source };
        // Neighbouring taps are one run of values.
        let (runs, taps) = if reach.dilation_x == 1 { (1, count) } else { (count, 1) };
        // SAFETY: the taps are clipped to the picture and the zeros beside it, so that every value that the
        // walk meets lies inside the arena, and every weight inside the block.
        unsafe {
            let walk = Walk {
                x: self.x.offset(source * x.channels as isize),
                w: self.weights.add(first * packed.inputs * self.width),
                rows: self.rows,
                runs,
                len: taps * packed.inputs,
                x_row: reach.dilation_y * x.row,
                x_run: reach.dilation_x * x.channels,
                w_row: packed.width * packed.inputs * self.width,
                step: reach.stride_x * x.channels,
            };
            let mut sums = sums::<L, G, P>(walk, self.bias);
            L::activate(sums.as_flattened_mut(), self.job.activation);
            let at = column * out.step;
            if !self.residual.is_null() {
                let residual = self.residual.add(at);
                for (p, sums) in sums.iter_mut().enumerate() {
                    for (g, sum) in sums.iter_mut().enumerate() {
                        *sum = sum.add(L::load(residual.add(p * out.step + g * L::WIDTH)));
                    }
                }
            }
            for (p, sums) in sums.iter().enumerate() {
                for (g, sum) in sums.iter().enumerate() {
                    sum.store(self.out.add(at + p * out.step + g * L::WIDTH));
                }
            }
        }
    }
}

/// # Safety
/// The walk must stay inside readable memory for `P` pixels; `bias` must have `G` groups.
#[inline(always)]
unsafe fn sums<L: Lanes, const G: usize, const P: usize>(
    walk: Walk,
    bias: *const f32,
) -> [[L; G]; P] {
    // SAFETY: the caller's promise covers every address below.
    unsafe {
        let bias: [L; G] = std::array::from_fn(|g| L::load(bias.add(g * L::WIDTH)));
        let mut sums = [bias; P];
        for r in 0..walk.rows {
            let (x, w) = (walk.x.add(r * walk.x_row), walk.w.add(r * walk.w_row));
            for run in 0..walk.runs {
                let (x, w) = (x.add(run * walk.x_run), w.add(run * walk.len * G * L::WIDTH));
                if (G, P) == (3, 4) {
                    // The same type, by another name.
                    let sums = &mut *(&raw mut sums).cast::<[[L; 3]; 4]>();
                    L::add_products(sums, [x, w], walk.step, walk.len);
                    continue;
                }
                for i in 0..walk.len {
                    let weights: [L; G] =
                        std::array::from_fn(|g| L::load(w.add((i * G + g) * L::WIDTH)));
                    for (p, sum) in sums.iter_mut().enumerate() {
                        let value = L::splat(*x.add(p * walk.step + i));
                        for (s, weight) in sum.iter_mut().zip(weights) {
                            *s = value.mul_add(weight, *s);
                        }
                    }
                }
            }
        }
        sums
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
