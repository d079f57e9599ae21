//! Resizing, alone or added to a value or a gated one in the same pass.
//!
//! `out = resize(z)`, `out = skip + resize(z)` or `out = skip * gate + resize(z)`; each row of `out` first mixes two rows of
//! `z` into a line, and then neighbours in that line.

use super::lanes::{LANES, Lanes};
use super::{View, dispatch};
use crate::graph::resize::Tap;
use backlot_kernels::Level;

/// The inputs and output of one resizing.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub(crate) z: View,
    pub(crate) out: View,
    /// A value of the output's shape, and perhaps a vector.
    pub(crate) skip: Option<(View, Option<View>)>,
    pub(crate) rows: &'a [Tap],
    pub(crate) columns: &'a [Tap],
    /// The first row to make, and the first one after.
    pub(crate) make: (usize, usize),
}

/// Resizes. `line` is scratch of one row of `z`.
///
/// # Panics
/// If the shapes don't fit each other or the channels aren't a multiple of eight.
pub(crate) fn run(level: Level, job: &Job<'_>, line: &mut [f32]) {
    let (z, out) = (&job.z, &job.out);
    assert_eq!((job.rows.len(), job.columns.len()), (out.height, out.width), "taps");
    assert!(job.rows.iter().all(|t| t.first.max(t.second) < z.height), "taps");
    assert!(job.columns.iter().all(|t| t.first.max(t.second) < z.width), "taps");
    assert_eq!(z.channels, out.channels, "channels");
    assert!(out.channels.is_multiple_of(LANES), "channels in groups of eight");
    assert!(line.len() >= z.width * z.channels, "scratch");
    assert!(job.make.0 <= job.make.1 && job.make.1 <= out.height, "rows");
    if let Some((skip, gate)) = job.skip {
        let fits =
            (skip.height, skip.width, skip.channels) == (out.height, out.width, out.channels);
        let is_vector = |gate: View| gate.pixels() == 1 && gate.channels == out.channels;
        assert!(fits && gate.is_none_or(is_vector), "shapes");
    }
    dispatch!(level, all_rows(job: &Job<'_>, line: &mut [f32]));
}

/// # Safety
/// The views' arena must be alive; the processor must have the features of `L`.
#[inline(always)]
unsafe fn all_rows<L: Lanes, const WIDE: bool>(job: &Job<'_>, line: &mut [f32]) {
    let (z, out, channels) = (&job.z, &job.out, job.out.channels);
    for y in job.make.0..job.make.1 {
        let tap = &job.rows[y];
        // SAFETY: `run` has checked that taps, scratch and shapes fit the views.
        unsafe {
            let (top, bottom) = (z.row_at(tap.first), z.row_at(tap.second));
            mix_line::<L>(top, bottom, tap.share, &mut line[..z.width * channels]);
            let target = out.row_at(y);
            for (x, tap) in job.columns.iter().enumerate() {
                let share = L::splat(tap.share);
                let rest = L::splat(1.0 - tap.share);
                let (a, b) = (tap.first * channels, tap.second * channels);
                for c in (0..channels).step_by(LANES) {
                    let left = L::load(line.as_ptr().add(a + c));
                    let right = L::load(line.as_ptr().add(b + c));
                    let mut value = right.mul_add(share, left.mul(rest));
                    if let Some((skip, gate)) = &job.skip {
                        let kept = L::load(skip.row_at(y).add(x * channels + c));
                        value = match gate {
                            Some(gate) => kept.mul_add(L::load(gate.at.add(c)), value),
                            None => kept.add(value),
                        };
                    }
                    value.store(target.add(x * channels + c));
                }
            }
        }
    }
}

/// # Safety
/// `top` and `bottom` must have as many floats as `line`, a multiple of eight; the processor must
/// have the features of `L`.
#[inline(always)]
unsafe fn mix_line<L: Lanes>(top: *const f32, bottom: *const f32, share: f32, line: &mut [f32]) {
    for i in (0..line.len()).step_by(LANES) {
        // SAFETY: the caller's promise.
        unsafe {
            let (share, rest) = (L::splat(share), L::splat(1.0 - share));
            let mixed = L::load(bottom.add(i)).mul_add(share, L::load(top.add(i)).mul(rest));
            mixed.store(line.as_mut_ptr().add(i));
        }
    }
}
