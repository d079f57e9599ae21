//! Motion: where the picture changed since a cell's matte was last trusted.
//!
//! Luma on the grid is blurred and compared with the luma that goes with the history. Camera noise
//! is the median change from frame to frame: a change below a few times that counts as still. That
//! luma is averaged as slowly as the history, so slow movements add up and are found.

use crate::geometry::{Cells, Geometry};
use backlot_kernels::Level;
use backlot_kernels::matte::{self, LUMA_ONE, Threshold};
use backlot_media::Plane;

/// From this many times the noise, something moved.
const QUIET: f32 = 3.0;
/// From this many times the noise, everything did.
const LOUD: f32 = 8.0;
/// Bounds of the noise in code values: less is rounding, more is motion of everything.
const NOISE: (f32, f32) = (0.34, 1.6);
/// Median of the absolute values of normal noise with deviation 1.
const MEDIAN: f32 = 0.6745;
/// The step between the cells and rows that are sampled for the noise.
const SAMPLING: (usize, usize) = (3, 4);

/// The code values by which cells of another picture differ, and the share of those that do.
const CUT: u16 = 12;
const CUT_SHARE: f32 = 0.4;

#[derive(Debug)]
pub(crate) struct Motion {
    level: Level,
    geometry: Geometry,
    /// Luma of the frame, and the same blurred.
    luma: Vec<u16>,
    blurred: Vec<u16>,
    before: Vec<u16>,
    /// The blurred luma that goes with each cell's history.
    seen: Vec<u16>,
    moved: Vec<u16>,
    scratch: Vec<u16>,
    line: Vec<u16>,
    noise: f32,
    frames: u64,
}

impl Motion {
    pub fn new(geometry: Geometry, level: Level) -> Self {
        let grid = || vec![0; geometry.cells()];
        Self {
            level,
            geometry,
            luma: grid(),
            blurred: grid(),
            before: grid(),
            seen: grid(),
            moved: grid(),
            scratch: grid(),
            line: vec![0; (geometry.picture.width as usize).max(geometry.grid.0 + 4)],
            noise: NOISE.0,
            frames: 0,
        }
    }

    pub const fn reset(&mut self) {
        self.frames = 0;
    }

    /// Observes the next frame: its luma, in full or at a half or a quarter of its sides, but of all frames
    /// the same.
    pub fn observe(&mut self, luma: Plane<'_>) {
        let Self { level, geometry: Geometry { factor, grid, picture }, line, .. } = self;
        let (level, grid) = (*level, *grid);
        std::mem::swap(&mut self.blurred, &mut self.before);
        let is_of = |divisor: &u32| luma.width() == picture.divided(*divisor).width as usize;
        match [1, 2, 4].iter().find(|divisor| is_of(divisor)) {
            None | Some(1) => matte::luma_means(level, luma, *factor, line, &mut self.luma),
            Some(&divisor) => {
                let (small, cells) = ((luma, divisor as usize), (*factor, grid.0));
                matte::luma_means_of_small(level, small, cells, line, &mut self.luma);
            }
        }
        matte::blur(level, &self.luma, grid, line, &mut self.blurred);
        if self.frames == 0 {
            self.seen.copy_from_slice(&self.blurred);
            self.before.copy_from_slice(&self.blurred);
        }
        self.frames += 1;
        matte::difference(level, &self.blurred, &self.seen, &mut self.scratch);
        matte::blur(level, &self.scratch, grid, line, &mut self.moved);
        matte::spread(level, &self.moved, grid, line, &mut self.scratch);
        std::mem::swap(&mut self.moved, &mut self.scratch);
        self.noise = self.measure_noise();
    }

    /// The deviation of the change from frame to frame, in code values.
    fn measure_noise(&self) -> f32 {
        const BINS: usize = 128;
        let mut counts = [0_u32; BINS];
        let rows = |grid: &[u16]| grid.len() / self.geometry.grid.0;
        let mut total = 0;
        for y in (0..rows(&self.luma)).step_by(SAMPLING.1) {
            let at = y * self.geometry.grid.0..(y + 1) * self.geometry.grid.0;
            let pairs = self.blurred[at.clone()].iter().zip(&self.before[at]);
            for (a, b) in pairs.step_by(SAMPLING.0) {
                counts[usize::from(a.abs_diff(*b)).min(BINS - 1)] += 1;
                total += 1;
            }
        }
        let mut below = 0;
        let median = counts.iter().position(|count| {
            below += count;
            2 * below >= total
        });
        let median = median.unwrap_or(0) as f32 / f32::from(LUMA_ONE);
        (median / MEDIAN).clamp(NOISE.0, NOISE.1)
    }

    /// The weight of the present by motion, where still cells have `still`.
    pub fn threshold(&self, still: f32) -> Threshold {
        let unit = self.noise * f32::from(LUMA_ONE);
        Threshold { from: QUIET * unit, width: (LOUD - QUIET) * unit, still }
    }

    /// The frame's luma.
    pub fn luma(&self) -> &[u16] {
        &self.luma
    }

    /// What moved, and the frame's blurred luma.
    pub fn present(&self) -> (&[u16], &[u16]) {
        (&self.moved, &self.blurred)
    }

    /// What moved, the frame's blurred luma, and the history's luma, to move towards it.
    pub fn for_update(&mut self) -> (&[u16], &[u16], &mut [u16]) {
        (&self.moved, &self.blurred, &mut self.seen)
    }

    /// Whether this is a different picture than before: most of it changed, and by much.
    pub fn is_cut(&self) -> bool {
        let Threshold { from, width, .. } = self.threshold(0.0);
        let least = ((from + width) as u16).max(CUT * LUMA_ONE);
        let changed = above(&self.moved, least);
        changed as f32 > CUT_SHARE * self.moved.len() as f32
    }

    /// The value above which a cell moved.
    pub fn least_of_moved(&self) -> u16 {
        let Threshold { from, width, .. } = self.threshold(0.0);
        (from + 0.5 * width) as u16
    }

    /// The share of all cells that moved, and are outside `inside`.
    pub fn moved_outside(&self, inside: Cells) -> f32 {
        let (columns, cells) = (self.geometry.grid.0, self.geometry.cells());
        let least = self.least_of_moved();
        let count = |cells: &[u16]| above(cells, least);
        let rows = self.moved.chunks_exact(columns).enumerate();
        let outside = rows.map(|(y, row)| {
            if (inside.top..inside.bottom).contains(&y) {
                count(&row[..inside.left]) + count(&row[inside.right..])
            } else {
                count(row)
            }
        });
        outside.sum::<usize>() as f32 / cells as f32
    }
}

/// How many values are above `least`. Counted in 16 bits, which has the most lanes.
fn above(values: &[u16], least: u16) -> usize {
    let count = |part: &[u16]| part.iter().map(|&v| u16::from(v > least)).sum::<u16>();
    values.chunks(usize::from(u16::MAX)).map(|part| usize::from(count(part))).sum()
}
