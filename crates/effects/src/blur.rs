//! *blur*: the picture out of focus, by a Gaussian of any width at the same price.
//!
//! The picture is shrunk by a power of two to where a short kernel does, convolved there, and
//! brought back by quadratic B-splines, which leave no trace of the grid. Each step widens the
//! blur by a known variance, and the kernel makes up for what is missing:
//! means of `F` pixels `(F² - 1) / 12`, a doubling to cells of `g` pixels `3/4 g²`, the bilinear
//! step from cells of `f` pixels `f² / 6`.
//!
//! A person who is drawn again in front is left out and filled in from around; of a layer that is
//! cut out only what is inside counts, and its matte is blurred too.

use crate::cells::{Cells, Holes, Shrinker, WEIGHTS};
use crate::{Canvas, Effect, EffectDef, EffectError, Layer};
use backlot_kernels::enlarge;
use backlot_kernels::grid::{convolve, double, halved, to_fixed};
use backlot_media::PlaneMut;
use backlot_scene::{SettingDef, SettingKind};
use std::ops::RangeInclusive;

pub(crate) const DEF: EffectDef = EffectDef {
    name: "blur",
    summary: "Put it out of focus",
    settings: &[SettingDef {
        name: "radius",
        kind: SettingKind::Number { min: 1.0, max: 100.0, default: 20.0, step: 1.0, unit: "px" },
        help: "How far a point spreads, in pixels at 720 lines",
    }],
    make: |settings| Box::new(Blur { radius: settings.number("radius"), state: None }),
};

#[derive(Debug)]
struct Blur {
    radius: f64,
    state: Option<State>,
}

#[derive(Debug)]
struct State {
    canvas: Canvas,
    plan: Plan,
    shrinker: Shrinker,
    /// The grid that the shrinker makes, and what it is after each halving.
    steps: Vec<Cells>,
    holes: Holes,
    scratch: Vec<f32>,
    fixed: Vec<u16>,
    row: Vec<u32>,
}

/// How a blur of some width is made.
#[derive(Debug, PartialEq)]
struct Plan {
    /// Pixels of a cell of the finest grid, 2 or 4.
    factor: usize,
    /// How often that grid is halved.
    halvings: usize,
    /// The kernel on the coarsest grid: its centre, then the values to each side.
    kernel: Vec<f32>,
}

/// The least variance of the kernel, in cells, when a coarser grid is chosen.
const LEAST_VARIANCE: f64 = 0.6;

impl Plan {
    /// For a standard deviation in pixels.
    fn new(sigma: f64) -> Self {
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
        // Samples of so narrow a Gaussian would have less variance than it has.
        let side = variance.max(0.0) / 2.0;
        return vec![(1.0 - 2.0 * side) as f32, side as f32];
    }
    let reach = (3.0 * variance.sqrt()).ceil() as i32;
    let value = |x: i32| (-f64::from(x * x) / (2.0 * variance)).exp();
    let sum: f64 = (-reach..=reach).map(value).sum();
    (0..=reach).map(|x| (value(x) / sum) as f32).collect()
}

impl Effect for Blur {
    fn prepare(&mut self, canvas: Canvas) -> Result<(), EffectError> {
        // Two standard deviations hold 95 % of a point's light.
        self.state = Some(State::new(canvas, Plan::new(canvas.scaled(self.radius) / 2.0)));
        Ok(())
    }

    fn apply(&mut self, layer: &mut Layer<'_>) {
        let state = self.state.as_mut().expect("the effect is prepared");
        assert!(layer.fits(&state.canvas), "the layer is not of {}", state.canvas.size);
        state.apply(layer);
    }
}

impl State {
    fn new(canvas: Canvas, plan: Plan) -> Self {
        let shrinker = Shrinker::new(&canvas, plan.factor);
        let sizes = std::iter::successors(Some(shrinker.size()), |&size| Some(halved(size)));
        let steps: Vec<_> = sizes.take(plan.halvings + 1).map(Cells::new).collect();
        let (width, height) = shrinker.size();
        Self {
            holes: Holes::new(canvas.level, steps[plan.halvings].size),
            scratch: vec![0.0; width * height + width + 2 * plan.kernel.len()],
            fixed: vec![0; width * height],
            row: vec![0; width],
            canvas,
            plan,
            shrinker,
            steps,
        }
    }

    fn apply(&mut self, layer: &mut Layer<'_>) {
        let weighted = self.shrinker.shrink(layer, &mut self.steps[0]);
        self.halve(0..=if weighted { WEIGHTS } else { 2 });
        if weighted {
            self.holes.fill(&mut self.steps[self.plan.halvings]);
        }
        let factors = [self.plan.factor, self.plan.factor / 2, self.plan.factor / 2];
        for ((plane, target), factor) in layer.picture.iter_mut().enumerate().zip(factors) {
            self.spread(plane);
            self.enlarge(plane, factor, target.reborrow());
        }
        if let Some(matte) = &mut layer.matte {
            self.shrinker.shrink_mask(matte.as_ref(), &mut self.steps[0]);
            self.halve(WEIGHTS..=WEIGHTS);
            self.spread(WEIGHTS);
            self.enlarge(WEIGHTS, self.plan.factor, matte.reborrow());
        }
    }

    fn halve(&mut self, planes: RangeInclusive<usize>) {
        for at in 0..self.plan.halvings {
            let (fine, coarse) = self.steps.split_at_mut(at + 1);
            for plane in planes.clone() {
                fine[at].halve_into(self.canvas.level, plane, &mut coarse[0]);
            }
        }
    }

    /// Convolves a plane on the coarsest grid, and brings it to the finest.
    fn spread(&mut self, plane: usize) {
        let level = self.canvas.level;
        let coarsest = &mut self.steps[self.plan.halvings];
        let kernel = &self.plan.kernel;
        convolve(level, &mut coarsest.planes[plane], coarsest.size, kernel, &mut self.scratch);
        for at in (0..self.plan.halvings).rev() {
            let (fine, coarse) = self.steps.split_at_mut(at + 1);
            let size = fine[at].size;
            let target = &mut fine[at].planes[plane];
            double(level, &coarse[0].planes[plane], target, size, &mut self.scratch);
        }
    }

    fn enlarge(&mut self, plane: usize, factor: usize, target: PlaneMut<'_>) {
        to_fixed(self.canvas.level, &self.steps[0].planes[plane], &mut self.fixed);
        enlarge(self.canvas.level, &self.fixed, factor, target, &mut self.row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Picture, SPACES};
    use backlot_media::ColorSpace;

    const GREY: [f64; 3] = [0.5; 3];

    #[test]
    fn even_colours_stay_what_they_are() {
        for space in SPACES {
            for rgb in [[0.0; 3], [1.0; 3], [0.75, 0.75, 0.0], [0.0, 0.0, 0.75]] {
                let picture = Picture::new((61, 47), space, |_, _| rgb);
                for radius in [1, 5, 20, 100] {
                    assert_eq!(
                        picture.after(&format!("blur:{radius}")),
                        picture,
                        "{space} {rgb:?}"
                    );
                }
            }
        }
    }

    /// The standard deviation along x of what becomes of a bright line, on average over where it
    /// lies in the grid.
    fn spread(radius: u32) -> f64 {
        (0..8).map(|shift| variance(radius, 340 + shift) / 8.0).sum::<f64>().sqrt()
    }

    /// The variance that a line of 24 pixels from `left` on gains.
    fn variance(radius: u32, left: usize) -> f64 {
        let line = |x: usize, _| if (left..left + 24).contains(&x) { [1.0; 3] } else { [0.0; 3] };
        let blurred =
            Picture::new((720, 720), ColorSpace::JPEG, line).after(&format!("blur:{radius}"));
        let row: Vec<f64> = (0..720).map(|x| f64::from(blurred.yuv[0].at(x, 300))).collect();
        let sum: f64 = row.iter().sum();
        let moment = |power| move |(x, v): (usize, &f64)| v / sum * (x as f64).powi(power);
        let mean: f64 = row.iter().enumerate().map(moment(1)).sum();
        let square: f64 = row.iter().enumerate().map(moment(2)).sum();
        square - mean * mean - (24.0_f64.powi(2) - 1.0) / 12.0
    }

    #[test]
    fn the_radius_is_two_standard_deviations() {
        for radius in [5, 7, 10, 20, 33, 60, 100] {
            let found = spread(radius) * 2.0 / f64::from(radius);
            assert!((0.9..1.1).contains(&found), "radius {radius} comes out as {found} times that");
        }
    }

    /// A person in the middle third, down to the lower edge, with a soft outline.
    fn person(x: usize, y: usize) -> u8 {
        let outside = 80.0 - (x as f64 - 160.0).abs();
        (outside.min(y as f64 - 60.0) * 32.0 + 128.0).clamp(0.0, 255.0) as u8
    }

    fn room_with_person(room: [f64; 3], guest: [f64; 3]) -> Picture {
        let mixed = move |x: usize, y: usize| {
            let share = f64::from(person(x, y)) / 255.0;
            std::array::from_fn(|i| room[i] + (guest[i] - room[i]) * share)
        };
        Picture::new((320, 240), ColorSpace::BT601, mixed)
    }

    #[test]
    fn a_bright_person_leaves_no_trace_in_a_dark_room() {
        let dark = [0.1, 0.1, 0.12];
        let empty = Picture::new((320, 240), ColorSpace::BT601, |_, _| dark);
        for radius in [1, 3, 8, 20, 60, 100] {
            let spec = format!("blur:{radius}");
            let blurred = room_with_person(dark, [1.0, 0.9, 0.8]).with_person(person).after(&spec);
            for (found, expected) in blurred.yuv.iter().zip(&empty.yuv) {
                let worst = found.values().zip(expected.values()).map(|(a, b)| a.abs_diff(b)).max();
                assert!(worst <= Some(1), "radius {radius}: off by {worst:?}");
            }
            let naive = room_with_person(dark, [1.0, 0.9, 0.8]).after(&spec);
            assert!(naive != blurred, "the test picture has no halo to avoid");
        }
    }

    #[test]
    fn a_cut_out_layer_keeps_its_colours_and_gets_a_soft_outline() {
        let layer = |x, y| if person(x, y) > 0 { GREY } else { [1.0; 3] };
        let picture = Picture::new((320, 240), ColorSpace::BT709, layer);
        let blurred = picture.with_matte(person).after("blur:30");
        let matte = blurred.matte.as_ref().unwrap();
        for x in 60..260 {
            if matte.at(x, 150) > 16 {
                let [r, ..] = blurred.rgb(x, 150);
                assert!((r - 0.5).abs() < 0.06, "{r} at {x}");
            }
        }
        assert!((100..156).contains(&matte.at(80, 150)) && matte.at(76, 150) > 20);
    }

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
