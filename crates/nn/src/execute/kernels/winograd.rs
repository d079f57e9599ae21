//! The transforms around Winograd's convolution with windows of 3x3, F(4x4, 3x3) (arXiv:1509.09308, section 4.3).
//!
//! A tile of 6x6 inputs becomes 36 numbers for each channel (`Bt d B`); each is convolved as a picture of its own, 1x1, with
//! weights of its own (`G g Gt`); and what comes of them becomes 4x4 outputs (`At m A`): 36 multiplications where
//! windows take 144.

use super::lanes::{LANES, Lanes};
use super::{View, dispatch};
use crate::graph::{Activation, Reach};
use backlot_kernels::Level;
use std::ops::Range;

/// Outputs along one side of a tile.
pub(crate) const TILE: usize = 4;
/// Inputs along one side of a tile, and numbers along one side of what it becomes.
pub(crate) const POINTS: usize = 6;

/// A tile's numbers in memory: `[number][tile][channel]`.
#[derive(Clone, Copy)]
pub(crate) struct Numbers {
    pub(crate) at: *mut f32,
    /// Floats from one number to the next.
    pub(crate) step: usize,
}

/// `G g Gt` for one output and input channel's 3x3 weights.
pub(crate) fn weights(window: [f32; 9]) -> [f32; POINTS * POINTS] {
    const G: [[f32; 3]; POINTS] = [
        [1.0 / 4.0, 0.0, 0.0],
        [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
        [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
        [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
        [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
        [0.0, 0.0, 1.0],
    ];
    std::array::from_fn(|number| {
        let (rows, columns) = (G[number / POINTS], G[number % POINTS]);
        let taps = window.iter().enumerate();
        taps.map(|(tap, weight)| rows[tap / 3] * columns[tap % 3] * weight).sum()
    })
}

/// What goes into one row of tiles after the other.
#[derive(Clone, Copy)]
pub(crate) struct Into {
    pub(crate) x: View,
    pub(crate) reach: Reach,
    /// Tiles in a row.
    pub(crate) wide: usize,
    pub(crate) numbers: Numbers,
}

/// Makes the numbers of some rows of tiles.
///
/// # Safety
/// The numbers must have room for every tile of the picture; around `job.x` there must be zeros as wide as
/// windows reach, of a picture of whole tiles.
///
/// # Panics
/// If the channels aren't a multiple of eight.
pub(crate) unsafe fn split(level: Level, job: &Into, rows: Range<usize>) {
    assert!(job.x.channels.is_multiple_of(LANES), "channels in groups of eight");
    dispatch!(level, split_rows(job: &Into, rows: Range<usize>));
}

/// # Safety
/// As for [`split`]; the processor must have the features of `L`.
#[inline(always)]
unsafe fn split_rows<L: Lanes, const WIDE: bool>(job: &Into, rows: Range<usize>) {
    let (x, Reach { top, left, .. }) = (&job.x, job.reach);
    for tile in rows.start * job.wide..rows.end * job.wide {
        let (row, column) = (tile / job.wide * TILE, tile % job.wide * TILE);
        let from = x.at.wrapping_add(row * x.row + column * x.step);
        let from = from.wrapping_sub(top * x.row + left * x.step);
        for c in (0..x.channels).step_by(LANES) {
            // SAFETY: the caller's promise: the tile's inputs lie in the picture or the zeros around it, and the
            // numbers have room for it.
            unsafe {
                let mut lines = [[L::splat(0.0); POINTS]; POINTS];
                for (y, line) in lines.iter_mut().enumerate() {
                    let at = from.add(y * x.row + c);
                    *line = before(std::array::from_fn(|i| L::load(at.add(i * x.step))));
                }
                let to = job.numbers.at.add(tile * x.channels + c);
                for column in 0..POINTS {
                    let made = before(lines.map(|line| line[column]));
                    for (y, value) in made.into_iter().enumerate() {
                        value.store(to.add((y * POINTS + column) * job.numbers.step));
                    }
                }
            }
        }
    }
}

/// `Bt d`
///
/// # Safety
/// The processor must have the features of `L`.
#[inline(always)]
unsafe fn before<L: Lanes>(d: [L; POINTS]) -> [L; POINTS] {
    // SAFETY: the caller's promise.
    unsafe {
        let (four, minus_four, minus_five) = (L::splat(4.0), L::splat(-4.0), L::splat(-5.0));
        let (two, minus_two, minus) = (L::splat(2.0), L::splat(-2.0), L::splat(-1.0));
        let (even, odd) = (d[2].mul_add(minus_four, d[4]), d[1].mul_add(minus_four, d[3]));
        let (apart, across) = (d[2].mul_add(minus, d[4]), d[1].mul_add(minus, d[3]));
        [
            d[0].mul_add(four, d[2].mul_add(minus_five, d[4])),
            even.add(odd),
            odd.mul_add(minus, even),
            across.mul_add(two, apart),
            across.mul_add(minus_two, apart),
            d[1].mul_add(four, d[3].mul_add(minus_five, d[5])),
        ]
    }
}

/// What comes of one row of tiles after the other.
#[derive(Clone, Copy)]
pub(crate) struct OutOf<'a> {
    pub(crate) numbers: Numbers,
    pub(crate) wide: usize,
    pub(crate) bias: &'a [f32],
    pub(crate) activation: Activation,
    pub(crate) out: View,
}

/// Makes the outputs of some rows of tiles.
///
/// # Safety
/// The numbers must be those of every tile of the picture, which must be one of whole tiles.
///
/// # Panics
/// If the channels aren't a multiple of eight, or the biases not as many.
pub(crate) unsafe fn join(level: Level, job: &OutOf<'_>, rows: Range<usize>) {
    assert!(job.out.channels.is_multiple_of(LANES), "channels in groups of eight");
    assert_eq!(job.out.channels, job.bias.len(), "biases");
    dispatch!(level, join_rows(job: &OutOf<'_>, rows: Range<usize>));
}

/// # Safety
/// As for [`join`]; the processor must have the features of `L`.
#[inline(always)]
unsafe fn join_rows<L: Lanes, const WIDE: bool>(job: &OutOf<'_>, rows: Range<usize>) {
    let out = &job.out;
    for tile in rows.start * job.wide..rows.end * job.wide {
        let (row, column) = (tile / job.wide * TILE, tile % job.wide * TILE);
        for c in (0..out.channels).step_by(LANES) {
            // SAFETY: the caller's promise: the tile's numbers are there, and its outputs lie in the picture.
            unsafe {
                let from = job.numbers.at.add(tile * out.channels + c);
                let mut lines = [[L::splat(0.0); TILE]; POINTS];
                for (y, line) in lines.iter_mut().enumerate() {
                    let at = from.add(y * POINTS * job.numbers.step);
                    *line = after(std::array::from_fn(|i| L::load(at.add(i * job.numbers.step))));
                }
                let bias = L::load(job.bias.as_ptr().add(c));
                let to = out.at.add(row * out.row + column * out.step + c);
                for column in 0..TILE {
                    let mut made = after(lines.map(|line| line[column]));
                    for value in &mut made {
                        *value = value.add(bias);
                    }
                    L::activate(&mut made, job.activation);
                    for (y, value) in made.into_iter().enumerate() {
                        value.store(to.add(y * out.row + column * out.step));
                    }
                }
            }
        }
    }
}

/// `At m`
///
/// # Safety
/// The processor must have the features of `L`.
#[inline(always)]
unsafe fn after<L: Lanes>(m: [L; POINTS]) -> [L; TILE] {
    // SAFETY: the caller's promise.
    unsafe {
        let (two, four, eight) = (L::splat(2.0), L::splat(4.0), L::splat(8.0));
        let minus = L::splat(-1.0);
        let (near, near_apart) = (m[1].add(m[2]), m[2].mul_add(minus, m[1]));
        let (far, far_apart) = (m[3].add(m[4]), m[4].mul_add(minus, m[3]));
        [
            m[0].add(near).add(far),
            far_apart.mul_add(two, near_apart),
            far.mul_add(four, near),
            far_apart.mul_add(eight, near_apart).add(m[5]),
        ]
    }
}
