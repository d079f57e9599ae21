//! Sums, products and activations of single values, and means over a picture.

use super::lanes::{LANES, Lanes};
use super::{View, dispatch, logistic};
use crate::graph::{Activation, Shape, Spread};
use backlot_kernels::Level;

/// The operation on each value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Mul,
}

/// `out = activation(a op b)`
///
/// # Panics
/// If the shapes don't fit each other or the channels aren't a multiple of eight.
pub(crate) fn binary(level: Level, op: Binary, views: [&View; 3], activation: Activation) {
    let [a, b, out] = views;
    assert_eq!((a.height, a.width, a.channels), (out.height, out.width, out.channels), "shapes");
    let shape = |v: &View| Shape { height: v.height, width: v.width, channels: v.channels };
    let spread = Spread::of(shape(a), shape(b)).expect("shapes that meet each other");
    assert!(a.channels.is_multiple_of(LANES), "channels in groups of eight");
    assert_ne!(activation, Activation::Logistic, "it has a kernel of its own");
    let job = &Meeting { op, spread, a, b, out, activation };
    dispatch!(level, binary_rows(job: &Meeting<'_>));
}

/// The operands and the result of one operation.
struct Meeting<'a> {
    op: Binary,
    spread: Spread,
    a: &'a View,
    b: &'a View,
    out: &'a View,
    activation: Activation,
}

/// # Safety
/// The views' arena must be alive; the processor must have the features of `L`.
#[inline(always)]
unsafe fn binary_rows<L: Lanes, const WIDE: bool>(job: &Meeting<'_>) {
    let Meeting { op, spread, a, b, out, activation } = *job;
    for y in 0..out.height {
        for x in 0..out.width {
            for c in (0..out.channels).step_by(LANES) {
                // SAFETY: pixel (y, x) and its channels lie inside each view.
                unsafe {
                    let at = |v: &View| v.row_at(y).add(x * v.step + c);
                    let p = L::load(at(a));
                    let q = match spread {
                        Spread::Each => L::load(at(b)),
                        Spread::Vector => L::load(b.at.add(c)),
                        Spread::Row => L::load(b.row_at(y).add(c)),
                        Spread::Pixel => L::splat(*b.row_at(y).add(x * b.step)),
                    };
                    let mut result = [if op == Binary::Add { p.add(q) } else { p.mul(q) }];
                    L::activate(&mut result, activation);
                    result[0].store(at(out));
                }
            }
        }
    }
}

/// `out = activation(x)`, on any number of channels.
///
/// # Panics
/// If the shapes differ.
pub(crate) fn unary(level: Level, x: &View, out: &View, activation: Activation) {
    assert_eq!((x.height, x.width, x.channels), (out.height, out.width, out.channels), "shapes");
    let len = x.width * x.channels;
    for y in 0..x.height {
        // SAFETY: the row lies inside both views, which do not overlap: the plan assigns different
        // places to values that are alive at the same time.
        let (from, to) = unsafe {
            let from = std::slice::from_raw_parts(x.row_at(y), len);
            (from, std::slice::from_raw_parts_mut(out.row_at(y), len))
        };
        to.copy_from_slice(from);
        activate(level, to, activation);
    }
}

/// Applies an activation in place.
pub(crate) fn activate(level: Level, values: &mut [f32], activation: Activation) {
    if activation == Activation::Logistic {
        logistic::run(level, values);
    } else {
        values.iter_mut().for_each(|v| *v = crate::reference::activate(activation, *v));
    }
}

/// `out[y] = sum over x of x[y][x]`
///
/// # Panics
/// If the shapes don't fit each other or the channels aren't a multiple of eight.
pub(crate) fn sum_rows(level: Level, x: &View, out: &View) {
    assert_eq!((x.height, 1, x.channels), (out.height, out.width, out.channels), "shapes");
    assert!(x.channels.is_multiple_of(LANES), "channels in groups of eight");
    dispatch!(level, row_sums(x: &View, out: &View));
}

/// # Safety
/// The views' arena must be alive; the processor must have the features of `L`.
#[inline(always)]
unsafe fn row_sums<L: Lanes, const WIDE: bool>(x: &View, out: &View) {
    for y in 0..x.height {
        for c in (0..x.channels).step_by(LANES) {
            // SAFETY: every pixel of the row and the group of channels lie inside both views.
            unsafe {
                let mut sum = L::splat(0.0);
                for column in 0..x.width {
                    sum = sum.add(L::load(x.row_at(y).add(column * x.step + c)));
                }
                sum.store(out.row_at(y).add(c));
            }
        }
    }
}

/// `out[c] += sum over pixels of row_weights[y] * column_weights[x] * x[y][x][c]`
///
/// # Panics
/// If the shapes don't fit each other or the channels aren't a multiple of eight.
pub(crate) fn add_weighted_sum(
    level: Level,
    x: &View,
    rows: &[f32],
    columns: &[f32],
    out: &mut [f32],
) {
    assert_eq!((rows.len(), columns.len(), out.len()), (x.height, x.width, x.channels), "shapes");
    assert!(x.channels.is_multiple_of(LANES), "channels in groups of eight");
    dispatch!(level, weighted_sum(x: &View, rows: &[f32], columns: &[f32], out: &mut [f32]));
}

/// # Safety
/// The view's arena must be alive; the processor must have the features of `L`.
#[inline(always)]
unsafe fn weighted_sum<L: Lanes, const WIDE: bool>(
    x: &View,
    rows: &[f32],
    columns: &[f32],
    out: &mut [f32],
) {
    for (y, weight) in rows.iter().enumerate() {
        for c in (0..x.channels).step_by(LANES) {
            // SAFETY: every pixel and the group of channels lie inside the view, and `out` has as
            // many channels.
            unsafe {
                let row = x.row_at(y).add(c);
                let mut sums = [L::splat(0.0); 4];
                let fours = columns.chunks_exact(4);
                let rest = fours.remainder();
                for (x_, four) in fours.enumerate() {
                    for (i, sum) in sums.iter_mut().enumerate() {
                        let value = L::load(row.add((4 * x_ + i) * x.channels));
                        *sum = value.mul_add(L::splat(four[i]), *sum);
                    }
                }
                for (x_, column) in (columns.len() - rest.len()..).zip(rest) {
                    let value = L::load(row.add(x_ * x.channels));
                    sums[0] = value.mul_add(L::splat(*column), sums[0]);
                }
                let sum = sums[0].add(sums[1]).add(sums[2].add(sums[3]));
                let total = out.as_mut_ptr().add(c);
                sum.mul_add(L::splat(*weight), L::load(total)).store(total);
            }
        }
    }
}
