//! A blur of any width at the same cost.
//!
//! A plane is shrunk by a power of two until a short kernel is enough, convolved there, and
//! enlarged again by quadratic B-splines, which leave no trace of the grid. Each step widens the
//! blur by a known variance, and the kernel adds the rest: means of `F` pixels `(F² - 1) / 12`, a
//! doubling to cells of `g` pixels `3/4 g²`, the bilinear step from cells of `f` pixels `f² / 6`.

use crate::cells::Cells;
use backlot_kernels::grid::{GridSize, convolve, double, halved, to_fixed};
use backlot_kernels::{Level, enlarge};
use backlot_media::PlaneMut;
use std::ops::RangeInclusive;

/// The plan for a blur of some width.
#[derive(Debug, PartialEq)]
pub(crate) struct Plan {
    /// Pixels of a cell of the finest grid, 2 or 4.
    pub factor: usize,
    /// How many times that grid is halved.
    pub halvings: usize,
    /// The kernel on the coarsest grid: its centre, then the values to each side.
    pub kernel: Vec<f32>,
}

/// The least variance of the kernel, in cells, on a coarser grid.
const LEAST_VARIANCE: f64 = 0.6;

impl Plan {
    /// For a standard deviation in pixels.
    pub fn new(sigma: f64) -> Self {
        let missing = |factor: usize, halvings: usize| {
            let cell = (factor << halvings) as f64;
            let doublings = (0..halvings).map(|i| 0.75 * ((factor << i) as f64).powi(2));
            let bilinear = (factor as f64).powi(2) / 6.0;
            let made = (cell * cell - 1.0) / 12.0 + doublings.sum::<f64>() + bilinear;
            (sigma * sigma - made) / (cell * cell)
        };
        let factor = if missing(4, 0) >= 0.0 { 4 } else { 2 };
        let mut halvings = 0;
        while factor == 4 && missing(factor, halvings + 1) >= LEAST_VARIANCE {
            halvings += 1;
        }
        Self { factor, halvings, kernel: gaussian(missing(factor, halvings)) }
    }
}

/// One side of a Gaussian of this variance, its centre first, which adds up to 1 over both sides.
fn gaussian(variance: f64) -> Vec<f32> {
    if variance < 0.5 {
        // Samples of so narrow a Gaussian would have less variance than the Gaussian itself.
        let side = variance.max(0.0) / 2.0;
        return vec![(1.0 - 2.0 * side) as f32, side as f32];
    }
    let reach = (3.0 * variance.sqrt()).ceil() as i32;
    let value = |x: i32| (-f64::from(x * x) / (2.0 * variance)).exp();
    let sum: f64 = (-reach..=reach).map(value).sum();
    (0..=reach).map(|x| (value(x) / sum) as f32).collect()
}

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

    /// Shrinks planes from the finest to the coarsest grid.
    pub fn halve(&mut self, planes: RangeInclusive<usize>) {
        for at in 0..self.plan.halvings {
            let (fine, coarse) = self.steps.split_at_mut(at + 1);
            for plane in planes.clone() {
                fine[at].halve_into(self.level, plane, &mut coarse[0]);
            }
        }
    }

    /// Convolves a plane on the coarsest grid, and enlarges it to the finest.
    pub fn spread(&mut self, plane: usize) {
        let coarsest = &mut self.steps[self.plan.halvings];
        let (kernel, size) = (&self.plan.kernel, coarsest.size);
        convolve(self.level, &mut coarsest.planes[plane], size, kernel, &mut self.scratch);
        for at in (0..self.plan.halvings).rev() {
            let (fine, coarse) = self.steps.split_at_mut(at + 1);
            let size = fine[at].size;
            let target = &mut fine[at].planes[plane];
            double(self.level, &coarse[0].planes[plane], target, size, &mut self.scratch);
        }
    }

    /// Enlarges a plane from the finest grid to pixels, `factor` of them for each cell.
    pub fn enlarge(&mut self, plane: usize, factor: usize, target: PlaneMut<'_>) {
        to_fixed(self.level, &self.steps[0].planes[plane], &mut self.fixed);
        enlarge(self.level, &self.fixed, factor, target, &mut self.row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_fine_where_the_blur_is_narrow_and_coarse_where_it_is_wide() {
        assert_eq!((Plan::new(0.4).factor, Plan::new(0.4).kernel), (2, vec![1.0, 0.0]));
        assert_eq!((Plan::new(3.0).factor, Plan::new(3.0).halvings), (4, 0));
        assert!(Plan::new(50.0).halvings >= 2);
        for sigma in 1..400 {
            assert!(Plan::new(f64::from(sigma)).kernel.len() < 12, "{sigma}");
        }
    }
}
