//! The two passes over a plane.

use super::axis::{Axis, Beat, Rhythm};
use super::fixed::{LINE_BITS, WEIGHT_BITS};
#[cfg(target_arch = "x86_64")]
use super::wide;
use super::{Axes, Part};
use crate::Level;
use crate::shrink::sums::{sums_of_2, sums_of_4};
use backlot_media::{Plane, PlaneMut};
use std::ops::Range;

#[inline(always)]
pub fn scale(
    level: Level,
    axes: &Axes,
    part: &Part,
    source: Plane<'_>,
    mut target: PlaneMut<'_>,
    line: &mut [i16],
) {
    let Axes { columns, rows, block, .. } = axes;
    let outputs = &part.columns;
    let Some(&start) = columns.start.get(outputs.start) else { return };
    let read = columns.reads(outputs);
    for i in part.rows.clone() {
        let out = &mut target.row_mut(rows.first + i)[columns.first..][outputs.clone()];
        let first = rows.start[i];
        let row = |k: usize| &source.row(first + k)[start..];
        // The same bytes as by weights: nothing is rounded between the passes.
        match block {
            Some(2) => {
                sums_of_2([row(0), row(1)], out, |sum| ((sum + 2) >> 2) as u8);
                continue;
            }
            Some(4) => {
                let rows = [row(0), row(1), row(2), row(3)];
                sums_of_4(rows, out, |sum| ((sum + 8) >> 4) as u8);
                continue;
            }
            _ => {}
        }
        if rows.count == 1 && columns.shift {
            out.copy_from_slice(&row(0)[..out.len()]);
            continue;
        }
        mix_rows(source, rows.of(i), read.start, &mut line[read.clone()]);
        mix_columns(level, axes, outputs.clone(), line, out);
    }
}

/// The columns to sum at a time, so that the sums stay in registers.
const BLOCK: usize = 32;

/// The columns from `from` on.
#[inline(always)]
fn mix_rows(source: Plane<'_>, (start, weights): (usize, &[i16]), from: usize, line: &mut [i16]) {
    let (blocks, rest) = line.as_chunks_mut::<BLOCK>();
    for (i, block) in blocks.iter_mut().enumerate() {
        let mut sums = [0_i32; BLOCK];
        for (y, &weight) in (start..).zip(weights) {
            let row = &source.row(y)[from + i * BLOCK..][..BLOCK];
            for x in 0..BLOCK {
                sums[x] += i32::from(row[x]) * i32::from(weight);
            }
        }
        block.iter_mut().zip(sums).for_each(|(v, sum)| *v = to_line(sum));
    }
    let x = blocks.len() * BLOCK;
    for (x, value) in (x..).zip(rest) {
        let product = |(y, &w): (usize, &i16)| i32::from(source.row(y)[from + x]) * i32::from(w);
        *value = to_line((start..).zip(weights).map(product).sum());
    }
}

#[inline(always)]
fn to_line(sum: i32) -> i16 {
    const SHIFT: u32 = WEIGHT_BITS - LINE_BITS;
    ((sum + (1 << (SHIFT - 1))) >> SHIFT) as i16
}

#[inline(always)]
fn mix_columns(level: Level, axes: &Axes, outputs: Range<usize>, line: &[i16], out: &mut [u8]) {
    let columns = &axes.columns;
    #[cfg(target_arch = "x86_64")]
    if let (Some(eights), true) = (&axes.eights, level != Level::SCALAR) {
        let blocks = outputs.start.div_ceil(wide::OUTPUTS)..outputs.end / wide::OUTPUTS;
        if !blocks.is_empty() {
            let [from, to] = [blocks.start, blocks.end].map(|at| at * wide::OUTPUTS);
            let (before, rest) = out.split_at_mut(from - outputs.start);
            let (inside, after) = rest.split_at_mut(to - from);
            // SAFETY: holding a level above scalar proves that the processor has AVX2.
            unsafe { wide::mix_columns(eights, blocks, line, inside) };
            mix_some_columns(columns, outputs.start..from, line, before);
            return mix_some_columns(columns, to..outputs.end, line, after);
        }
    }
    let _ = level;
    mix_some_columns(columns, outputs, line, out);
}

#[inline(always)]
fn mix_some_columns(columns: &Axis, outputs: Range<usize>, line: &[i16], out: &mut [u8]) {
    let first = outputs.start;
    match (columns.count, &columns.rhythm) {
        (4, Some(rhythm)) => mix_in_rhythm::<4>(columns, (rhythm, outputs), line, out),
        (2, Some(rhythm)) => mix_in_rhythm::<2>(columns, (rhythm, outputs), line, out),
        (1, _) => mix_counted::<1>(columns, first, line, out),
        (2, _) => mix_counted::<2>(columns, first, line, out),
        (3, _) => mix_counted::<3>(columns, first, line, out),
        (4, _) => mix_counted::<4>(columns, first, line, out),
        _ => {
            for (i, out) in (first..).zip(out) {
                let (start, weights) = columns.of(i);
                *out = to_byte(sum(weights, &line[start..]));
            }
        }
    }
}

/// The outputs from `first` on.
#[inline(always)]
fn mix_counted<const COUNT: usize>(columns: &Axis, first: usize, line: &[i16], out: &mut [u8]) {
    let weights = &columns.weights.as_chunks::<COUNT>().0[first..];
    for ((out, &start), weights) in out.iter_mut().zip(&columns.start[first..]).zip(weights) {
        *out = to_byte(sum(weights, &line[start..][..COUNT]));
    }
}

/// The outputs of the rhythm all at once, those around it one by one.
#[inline(always)]
fn mix_in_rhythm<const COUNT: usize>(
    columns: &Axis,
    (rhythm, outputs): (&Rhythm, Range<usize>),
    line: &[i16],
    out: &mut [u8],
) {
    // Whole beats.
    let (first, step) = (rhythm.range.start, rhythm.beat.outputs());
    let start = first + outputs.start.saturating_sub(first).next_multiple_of(step);
    let length = outputs.end.min(rhythm.range.end).saturating_sub(start) / step * step;
    if length == 0 {
        return mix_counted::<COUNT>(columns, outputs.start, line, out);
    }
    let (before, rest) = out.split_at_mut(start - outputs.start);
    let (inside, after) = rest.split_at_mut(length);
    mix_counted::<COUNT>(columns, outputs.start, line, before);
    mix_counted::<COUNT>(columns, start + length, line, after);
    match rhythm.beat {
        Beat::Double => {
            let (left, even) = first_values::<COUNT>(columns, start, line);
            let (right, odd) = first_values::<COUNT>(columns, start + 1, line);
            let pairs = inside.as_chunks_mut::<2>().0.iter_mut();
            let (left, right) = (left.windows(COUNT), right.windows(COUNT));
            for ((pair, left), right) in pairs.zip(left).zip(right) {
                *pair = [to_byte(dot(&even, left)), to_byte(dot(&odd, right))];
            }
        }
        Beat::Halve => {
            let (line, weights) = first_values::<COUNT>(columns, start, line);
            for (out, pixels) in inside.iter_mut().zip(line.as_chunks::<2>().0) {
                *out = to_byte(dot(&weights, pixels));
            }
        }
    }
}

/// An output's values, with what follows, and its weights.
#[inline(always)]
fn first_values<'a, const COUNT: usize>(
    columns: &Axis,
    output: usize,
    line: &'a [i16],
) -> (&'a [i16], [i32; COUNT]) {
    let (start, weights) = columns.of(output);
    (&line[start..], std::array::from_fn(|k| i32::from(weights[k])))
}

#[inline(always)]
fn dot<const COUNT: usize>(weights: &[i32; COUNT], values: &[i16]) -> i32 {
    weights.iter().zip(values).map(|(&w, &v)| w * i32::from(v)).sum()
}

#[inline(always)]
fn sum(weights: &[i16], values: &[i16]) -> i32 {
    weights.iter().zip(values).map(|(&w, &v)| i32::from(w) * i32::from(v)).sum()
}

#[inline(always)]
fn to_byte(sum: i32) -> u8 {
    const SHIFT: u32 = WEIGHT_BITS + LINE_BITS;
    ((sum + (1 << (SHIFT - 1))) >> SHIFT).clamp(0, 255) as u8
}
