//! A blur of any width at the same cost.
//!
//! Planes are shrunk, convolved and enlarged as a [`Plan`] says.

use crate::cells::Cells;
use backlot_kernels::grid::{GridSize, convolve, double, halved, to_fixed};
pub(crate) use backlot_kernels::spread::Plan;
use backlot_kernels::{Level, enlarge};
use backlot_media::PlaneMut;
use std::ops::RangeInclusive;

/// Spreads planes that a [`Shrinker`](crate::cells::Shrinker) made small.
#[derive(Debug)]
pub(crate) struct Spreader {
    level: Level,
    plan: Plan,
    /// The shrinker's grid, and the grid after each halving.
    steps: Vec<Cells>,
    scratch: Vec<f32>,
    fixed: Vec<u16>,
    row: Vec<u32>,
}

impl Spreader {
    /// For grids of `size`; `cells` makes each of them.
    pub fn new(level: Level, plan: Plan, size: GridSize, cells: fn(GridSize) -> Cells) -> Self {
        let sizes = std::iter::successors(Some(size), |&size| Some(halved(size)));
        let steps: Vec<_> = sizes.take(plan.halvings + 1).map(cells).collect();
        let (width, height) = size;
        Self {
            level,
            scratch: vec![0.0; width * height + width + 2 * plan.kernel.len()],
            fixed: vec![0; width * height],
            row: vec![0; width],
            plan,
            steps,
        }
    }

    /// The grid to fill.
    pub fn finest(&mut self) -> &mut Cells {
        &mut self.steps[0]
    }

    /// The grid that is convolved.
    pub fn coarsest(&mut self) -> &mut Cells {
        &mut self.steps[self.plan.halvings]
    }

    /// Whether the finest grid is halved.
    pub const fn halves(&self) -> bool {
        self.plan.halvings > 0
    }

    /// The grid of half the size of the finest, if that is halved.
    pub fn second(&mut self) -> Option<&mut Cells> {
        self.steps.get_mut(1)
    }

    /// Shrinks planes from the finest to the coarsest grid.
    pub fn halve(&mut self, planes: RangeInclusive<usize>) {
        self.halve_from(0, planes);
    }

    /// Shrinks planes to the coarsest grid, from that after so many halvings.
    pub fn halve_from(&mut self, first: usize, planes: RangeInclusive<usize>) {
        for at in first..self.plan.halvings {
            let (fine, coarse) = self.steps.split_at_mut(at + 1);
            for plane in planes.clone() {
                fine[at].halve_into(self.level, plane, &mut coarse[0]);
            }
        }
    }

    /// Convolves a plane on the coarsest grid, and enlarges it to the finest.
    pub fn spread(&mut self, plane: usize) {
        self.spread_to(0, plane);
    }

    /// The same, and enlarges it to the grid after so many halvings.
    pub fn spread_to(&mut self, last: usize, plane: usize) {
        let coarsest = &mut self.steps[self.plan.halvings];
        let (kernel, size) = (&self.plan.kernel, coarsest.size);
        convolve(self.level, &mut coarsest.planes[plane], size, kernel, &mut self.scratch);
        for at in (last..self.plan.halvings).rev() {
            let (fine, coarse) = self.steps.split_at_mut(at + 1);
            let size = fine[at].size;
            let target = &mut fine[at].planes[plane];
            double(self.level, &coarse[0].planes[plane], target, size, &mut self.scratch);
        }
    }

    /// Enlarges a plane from the finest grid to pixels, `factor` of them for each cell.
    pub fn enlarge(&mut self, plane: usize, factor: usize, target: PlaneMut<'_>) {
        self.enlarge_from(0, plane, factor, target);
    }

    /// The same from the grid after so many halvings.
    pub fn enlarge_from(&mut self, step: usize, plane: usize, factor: usize, to: PlaneMut<'_>) {
        let cells = &self.steps[step].planes[plane];
        let fixed = &mut self.fixed[..cells.len()];
        to_fixed(self.level, cells, fixed);
        enlarge(self.level, fixed, factor, to, &mut self.row);
    }
}
