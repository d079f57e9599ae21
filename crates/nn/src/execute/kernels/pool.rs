//! Maximum pooling: `out[p][c] = max over the window's taps that lie in the picture of x[tap][c]`.

use super::lanes::{LANES, Lanes};
use super::{View, dispatch};
use crate::graph::Reach;
use backlot_kernels::Level;

/// The inputs and output of one pooling.
#[derive(Clone, Copy)]
pub(crate) struct Job {
    pub(crate) x: View,
    pub(crate) out: View,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) reach: Reach,
}

/// Pools.
///
/// # Panics
/// If the channels differ or aren't a multiple of eight, or taps are apart.
pub(crate) fn run(level: Level, job: &Job) {
    assert_eq!(job.x.channels, job.out.channels, "channels");
    assert!(job.out.channels.is_multiple_of(LANES), "channels in groups of eight");
    assert_eq!((job.reach.dilation_y, job.reach.dilation_x), (1, 1), "dilation");
    dispatch!(level, all_rows(job: &Job));
}

/// The pixels along one side that a window meets.
fn met(
    out: usize,
    stride: usize,
    before: usize,
    kernel: usize,
    length: usize,
) -> std::ops::Range<usize> {
    let start = out * stride;
    start.saturating_sub(before).min(length)..(start + kernel).saturating_sub(before).min(length)
}

/// # Safety
/// The views' arena must be alive; the processor must have the features of `L`.
#[inline(always)]
unsafe fn all_rows<L: Lanes, const WIDE: bool>(job: &Job) {
    let Job { x, out, height, width, reach } = job;
    for oy in 0..out.height {
        let rows = met(oy, reach.stride_y, reach.top, *height, x.height);
        for ox in 0..out.width {
            let columns = met(ox, reach.stride_x, reach.left, *width, x.width);
            for c in (0..out.channels).step_by(LANES) {
                // SAFETY: the rows, the columns and the group of channels lie inside the views.
                unsafe {
                    let mut most = L::splat(f32::NEG_INFINITY);
                    for y in rows.clone() {
                        for column in columns.clone() {
                            most = L::load(x.row_at(y).add(column * x.step + c)).max(most);
                        }
                    }
                    most.store(out.row_at(oy).add(ox * out.step + c));
                }
            }
        }
    }
}
