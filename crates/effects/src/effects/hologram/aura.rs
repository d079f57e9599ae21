//! The matte of a hologram: grown, and softened.

use crate::Canvas;
use crate::cells::{Cells, Shrinker, WEIGHTS};
use crate::spread::{Plan, Spreader};
use backlot_kernels::Level;
use backlot_kernels::grid::grow;
use backlot_media::{Plane, PlaneMut};
use std::ops::Range;

/// Grows and softens mattes on a coarse grid.
#[derive(Debug)]
pub(super) struct Aura {
    level: Level,
    /// Columns and rows of the matte.
    size: (usize, usize),
    /// Pixels of a cell of the finest grid.
    factor: usize,
    /// How far to grow, in cells of the coarsest grid.
    reach: f64,
    shrinker: Shrinker,
    spreader: Spreader,
    scratch: [Vec<f32>; 2],
    /// The non-empty part of each row of the finest grid, in cells.
    spans: Vec<Range<usize>>,
}

/// A cell below this (of 255) leaves nothing in the matte after rounding.
const NOTHING: f32 = 0.25;

impl Aura {
    /// Grows by `reach` pixels and blurs like a box of `width` pixels; `None` if neither.
    pub fn new(canvas: &Canvas, reach: f64, width: f64) -> Option<Self> {
        if reach < 0.5 && width < 0.5 {
            return None;
        }
        let plan = Plan::new(width / 12.0_f64.sqrt());
        let (factor, cell) = (plan.factor, (plan.factor << plan.halvings) as f64);
        let shrinker = Shrinker::new(canvas, factor);
        let mut spreader = Spreader::new(canvas.level, plan, shrinker.size(), Cells::mask);
        let cells = spreader.coarsest().planes[WEIGHTS].len();
        Some(Self {
            level: canvas.level,
            size: canvas.luma(),
            factor,
            reach: reach / cell,
            spans: vec![0..0; shrinker.size().1],
            shrinker,
            spreader,
            scratch: [vec![0.0; cells], vec![0.0; cells]],
        })
    }

    /// Takes in a matte, without changing it.
    pub fn gather(&mut self, matte: Plane<'_>) {
        self.shrinker.shrink_mask(matte, self.spreader.finest());
        self.spreader.halve(WEIGHTS..=WEIGHTS);
        self.grow();
        self.spreader.spread(WEIGHTS);
        let finest = self.spreader.finest();
        let rows = finest.planes[WEIGHTS].chunks_exact(finest.size.0);
        for (span, row) in self.spans.iter_mut().zip(rows) {
            let first = row.iter().position(|&v| v > NOTHING);
            let last = row.iter().rposition(|&v| v > NOTHING);
            *span = first.unwrap_or(0)..last.map_or(0, |last| last + 1);
        }
    }

    fn grow(&mut self) {
        let coarsest = self.spreader.coarsest();
        let (size, grid) = (coarsest.size, &mut coarsest.planes[WEIGHTS]);
        let [scratch, before] = &mut self.scratch;
        for _ in 0..self.reach as usize {
            grow(self.level, grid, size, scratch);
        }
        before.copy_from_slice(grid);
        grow(self.level, grid, size, scratch);
        let part = self.reach.fract() as f32;
        grid.iter_mut().zip(before).for_each(|(v, before)| *v = *before + (*v - *before) * part);
    }

    /// The columns in which the new matte has anything, in any row.
    pub fn columns(&self) -> Range<usize> {
        self.pixels(&self.spans)
    }

    /// The columns in which the new matte has anything, in the two rows of a row of chroma.
    pub fn seen(&self, chroma_row: usize) -> Range<usize> {
        let cell = 2 * chroma_row / self.factor;
        self.pixels(&self.spans[cell.saturating_sub(1)..(cell + 2).min(self.spans.len())])
    }

    /// The columns of the matte that rows of cells reach.
    fn pixels(&self, spans: &[Range<usize>]) -> Range<usize> {
        let filled = || spans.iter().filter(|span| !span.is_empty());
        let Some(first) = filled().map(|span| span.start).min() else {
            return 0..0;
        };
        let end = filled().map(|span| span.end).max().unwrap_or(first);
        first.saturating_sub(1) * self.factor..((end + 1) * self.factor).min(self.size.0)
    }

    /// Writes the new matte.
    pub fn write(&mut self, matte: PlaneMut<'_>) {
        self.spreader.enlarge(WEIGHTS, self.factor, matte);
    }
}
