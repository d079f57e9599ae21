//! The shadow of a cut: its mask, blurred, at another place.
//!
//! `out = blur(cut)`, where the cut lies at an offset in a mask of any size, and nothing is outside
//! of it. The blur is a Gaussian as a [`Plan`] makes it, from means of square cells; those of pixels
//! are exact.

use crate::dispatch::dispatch;
use crate::grid::{GridSize, convolve, double, halve, halved, to_fixed};
use crate::spread::Plan;
use crate::{Level, enlarge};
use backlot_media::{Plane, PlaneMut};

/// Makes shadows of one softness into masks of one size, in memory allocated once.
#[derive(Clone, Debug)]
pub struct ShadowMaker {
    plan: Plan,
    size: (usize, usize),
    /// The cells of the mask, and the grid after each halving.
    grids: Vec<(GridSize, Vec<f32>)>,
    sums: Vec<u16>,
    scratch: Vec<f32>,
    fixed: Vec<u16>,
    row: Vec<u32>,
}

impl ShadowMaker {
    /// For masks of `width` by `height`; `sigma` is the standard deviation of the blur in pixels.
    pub fn new((width, height): (usize, usize), sigma: f64) -> Self {
        let plan = Plan::of_edges(sigma);
        let finest = (width.div_ceil(plan.factor), height.div_ceil(plan.factor));
        let sizes = std::iter::successors(Some(finest), |&size| Some(halved(size)));
        let grid = |size: GridSize| (size, vec![0.0; size.0 * size.1]);
        let cells = finest.0 * finest.1;
        Self {
            grids: sizes.take(plan.halvings + 1).map(grid).collect(),
            sums: vec![0; finest.0 * plan.factor],
            scratch: vec![0.0; cells + finest.0 + 2 * plan.kernel.len()],
            fixed: vec![0; cells],
            row: vec![0; finest.0],
            size: (width, height),
            plan,
        }
    }

    /// How far outside the cut the shadow is seen, in pixels.
    pub fn reach(sigma: f64) -> usize {
        (2.5 * sigma).ceil() as usize
    }

    /// Makes the shadow of a cut whose first pixel lies at `x`, `y` in the mask; parts outside the
    /// mask cast no shadow.
    ///
    /// # Panics
    /// If the mask has another size.
    pub fn draw(&mut self, level: Level, cut: Plane<'_>, (x, y): (i32, i32), mask: PlaneMut<'_>) {
        assert_eq!((mask.width(), mask.height()), self.size, "the size of the shadow's mask");
        if self.fixed.is_empty() {
            return;
        }
        let (size, cells) = &mut self.grids[0];
        let place = Place { x, y, factor: self.plan.factor, width: self.size.0 };
        shrink(level, cut, place, size.0, &mut self.sums, cells);
        for at in 0..self.plan.halvings {
            let (fine, coarse) = self.grids.split_at_mut(at + 1);
            halve(level, &fine[at].1, fine[at].0, &mut coarse[0].1);
        }
        let (size, coarsest) = &mut self.grids[self.plan.halvings];
        convolve(level, coarsest, *size, &self.plan.kernel, &mut self.scratch);
        for at in (0..self.plan.halvings).rev() {
            let (fine, coarse) = self.grids.split_at_mut(at + 1);
            let (size, target) = &mut fine[at];
            double(level, &coarse[0].1, target, *size, &mut self.scratch);
        }
        to_fixed(level, &self.grids[0].1, &mut self.fixed);
        enlarge(level, &self.fixed, self.plan.factor, mask, &mut self.row);
    }
}

/// Where a cut lies in a mask.
#[derive(Clone, Copy)]
struct Place {
    x: i32,
    y: i32,
    /// Pixels of a cell.
    factor: usize,
    /// Columns of the mask.
    width: usize,
}

dispatch! {
    fn shrink(
        cut: Plane<'_>,
        place: Place,
        columns: usize,
        sums: &mut [u16],
        cells: &mut [f32],
    ) = body::shrink;
}

mod body {
    use super::{Place, Plane};

    /// Means of the mask's cells; outside the cut is nothing.
    #[inline(always)]
    pub fn shrink(
        cut: Plane<'_>,
        place: Place,
        columns: usize,
        sums: &mut [u16],
        cells: &mut [f32],
    ) {
        let (factor, first) = (place.factor, place.x.max(0) as usize);
        let skipped = place.x.min(0).unsigned_abs() as usize;
        let width = cut.width().saturating_sub(skipped).min(place.width.saturating_sub(first));
        let scale = 1.0 / (factor * factor) as f32;
        for (j, cells) in cells.chunks_exact_mut(columns).enumerate() {
            sums.fill(0);
            for k in 0..factor {
                let row = (factor * j + k) as i64 - i64::from(place.y);
                if width > 0 && (0..cut.height() as i64).contains(&row) {
                    let row = &cut.row(row as usize)[skipped..][..width];
                    let sums = sums[first..][..width].iter_mut();
                    sums.zip(row).for_each(|(sum, &v)| *sum += u16::from(v));
                }
            }
            for (cell, sums) in cells.iter_mut().zip(sums.chunks_exact(factor)) {
                let sum: u32 = sums.iter().map(|&v| u32::from(v)).sum();
                *cell = sum as f32 * scale;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cut at its place, blurred by a Gaussian in double precision.
    fn reference(
        cut: Plane<'_>,
        (x, y): (i32, i32),
        sigma: f64,
        (width, height): (usize, usize),
    ) -> Vec<f64> {
        let reach = (4.0 * sigma).ceil() as i32;
        let weight = |d: i32| (-f64::from(d * d) / (2.0 * sigma * sigma)).exp();
        let total: f64 = (-reach..=reach).map(weight).sum();
        // What is outside the mask casts no shadow, and its edge repeats.
        let at = |i: i32, j: i32| {
            let (i, j) = (i.clamp(0, width as i32 - 1) - x, j.clamp(0, height as i32 - 1) - y);
            let inside =
                (0..cut.width() as i32).contains(&i) && (0..cut.height() as i32).contains(&j);
            if inside { f64::from(cut.row(j as usize)[i as usize]) } else { 0.0 }
        };
        let across: Vec<f64> = (0..height as i32)
            .flat_map(|j| (0..width as i32).map(move |i| (i, j)))
            .map(|(i, j)| (-reach..=reach).map(|d| weight(d) / total * at(i + d, j)).sum())
            .collect();
        let line = |i: usize, j: i32| across[j.clamp(0, height as i32 - 1) as usize * width + i];
        let down = |i: usize, j: i32| {
            (-reach..=reach).map(|d| weight(d) / total * line(i, j + d)).sum::<f64>()
        };
        (0..width * height).map(|k| down(k % width, (k / width) as i32)).collect()
    }

    #[test]
    fn a_shadow_is_the_blurred_cut_at_its_place_on_every_level() {
        let (width, height) = (41_usize, 29_usize);
        let cut: Vec<u8> = (0..width * height)
            .map(|i| if (i % width).abs_diff(20) + (i / width).abs_diff(14) < 14 { 255 } else { 0 })
            .collect();
        let cut = Plane::packed(&cut, width, height);
        for (sigma, size, place) in [
            (1.0, (60, 50), (7, 9)),
            (2.0, (60, 50), (7, 9)),
            (3.0, (83, 61), (20, 13)),
            (6.0, (100, 90), (31, 30)),
            (12.0, (200, 170), (80, 70)),
            (3.0, (20, 20), (-10, -6)),
            (3.0, (30, 20), (100, -60)),
        ] {
            let wanted = reference(cut, place, sigma, size);
            let mut first: Option<Vec<u8>> = None;
            for level in Level::available() {
                let mut maker = ShadowMaker::new(size, sigma);
                let mut out = vec![9; size.0 * size.1];
                maker.draw(level, cut, place, PlaneMut::packed(&mut out, size.0, size.1));
                for (i, (&found, wanted)) in out.iter().zip(&wanted).enumerate() {
                    let off = (f64::from(found) - wanted).abs();
                    assert!(off < 9.0, "sigma {sigma} {size:?} {i}: {found}, not {wanted}");
                }
                assert_eq!(first.get_or_insert_with(|| out.clone()), &out, "{level} {sigma}");
            }
        }
    }

    #[test]
    fn a_mask_of_nothing_is_drawn() {
        let cut = Plane::packed(&[255], 1, 1);
        ShadowMaker::new((0, 5), 3.0).draw(
            Level::best(),
            cut,
            (0, 0),
            PlaneMut::packed(&mut [], 0, 5),
        );
    }
}
