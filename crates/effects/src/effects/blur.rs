//! *blur*: the picture out of focus, by a Gaussian of any width at the same cost.
//!
//! It leaves out a person whom a layer in front draws again, and fills in from around. Of a cut-out
//! layer only the inside counts, and the matte is blurred too.

use crate::cells::{Cells, Holes, Shrinker, WEIGHTS};
use crate::spread::{Plan, Spreader};
use crate::{AreaPass, Canvas, Chain, EffectDef, Hiding, Layer, Pass};
use backlot_media::Plane;
use backlot_schema::Number;

/// Also hides everyone in the room.
const SHIELD: f64 = 80.0;

/// `light` looks like a good lens and shows the room; `strong` leaves light and colours, as the
/// strong blur of meeting programs does.
const RADIUS: Number = Number::new(
    "radius",
    1.0..=100.0,
    60.0,
    "How far a point spreads, in pixels at 720 lines; behind light the room shows",
)
.unit("px", 1.0)
.words(&[("light", 16.0), ("strong", 60.0)]);

/// The effect *blur*.
pub const DEF: EffectDef = EffectDef {
    name: "blur",
    summary: "Put it out of focus",
    settings: &[RADIUS.setting()],
    hiding: Some(Hiding { setting: RADIUS, least: 40.0 }),
    moves: false,
    compile: |values, canvas| vec![Pass::area(Blur::new(canvas, RADIUS.of(values)))],
};

/// What hides a room with everyone in it, for pictures in which the place of the person is unknown.
pub fn shield(canvas: &Canvas) -> Chain {
    let pass = Pass::area(Blur::new(canvas, SHIELD));
    Chain::of(vec![("shield".to_owned(), pass)], canvas).hiding()
}

#[derive(Debug)]
struct Blur {
    shrinker: Shrinker,
    holes: Holes,
    spreader: Spreader,
    /// Pixels of luma of a cell of the finest grid.
    factor: usize,
}

impl Blur {
    fn new(canvas: &Canvas, radius: f64) -> Self {
        // Two standard deviations hold 95 % of a point's light.
        let plan = Plan::new(canvas.scaled(radius) / 2.0);
        let factor = plan.factor;
        let shrinker = Shrinker::new(canvas, factor);
        let mut spreader = Spreader::new(canvas.level, plan, shrinker.size(), Cells::new);
        let holes = Holes::new(canvas.level, spreader.coarsest().size);
        Self { shrinker, holes, spreader, factor }
    }
}

impl AreaPass for Blur {
    fn apply(&mut self, layer: &mut Layer<'_>) {
        let weighted = self.shrinker.shrink(layer, self.spreader.finest());
        self.blur(weighted, layer);
    }

    fn takes_quarter(&self) -> bool {
        // Then there is a grid with a cell for each sample of the quarter's chroma.
        self.factor == 4 && self.spreader.halves()
    }

    fn apply_to_quarter(&mut self, quarter: [Plane<'_>; 3], layer: &mut Layer<'_>) {
        let ([luma, chroma @ ..], spreader) = (quarter, &mut self.spreader);
        let is_weighted = self.shrinker.take_quarter(luma, layer, spreader.finest());
        spreader.halve(0..=0);
        if is_weighted {
            spreader.halve(WEIGHTS..=WEIGHTS);
        }
        if let Some(cells) = spreader.second() {
            self.shrinker.take_chroma(chroma, is_weighted, cells);
        }
        spreader.halve_from(1, 1..=2);
        if is_weighted {
            self.holes.fill(spreader.coarsest());
        }
        let [luma, cb, cr] = layer.picture.each_mut().map(|plane| plane.reborrow());
        spreader.spread(0);
        spreader.enlarge(0, self.factor, luma);
        for (plane, target) in [(1, cb), (2, cr)] {
            spreader.spread_to(1, plane);
            spreader.enlarge_from(1, plane, self.factor, target);
        }
        self.blur_matte(layer);
    }

    fn stays_in_matte(&self) -> bool {
        true
    }
}

impl Blur {
    /// Blurs what was made small, and writes it.
    fn blur(&mut self, weighted: bool, layer: &mut Layer<'_>) {
        let spreader = &mut self.spreader;
        spreader.halve(0..=if weighted { WEIGHTS } else { 2 });
        if weighted {
            self.holes.fill(spreader.coarsest());
        }
        let factors = [self.factor, self.factor / 2, self.factor / 2];
        for ((plane, target), factor) in layer.picture.iter_mut().enumerate().zip(factors) {
            spreader.spread(plane);
            spreader.enlarge(plane, factor, target.reborrow());
        }
        self.blur_matte(layer);
    }

    fn blur_matte(&mut self, layer: &mut Layer<'_>) {
        let spreader = &mut self.spreader;
        if let Some(matte) = &mut layer.matte {
            self.shrinker.shrink_mask(matte.as_ref(), spreader.finest());
            spreader.halve(WEIGHTS..=WEIGHTS);
            spreader.spread(WEIGHTS);
            spreader.enlarge(WEIGHTS, self.factor, matte.reborrow());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DEF;
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

    /// The standard deviation along x of a blurred bright line, averaged over its places in the
    /// grid.
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

    /// How much a blur leaves of upright bars, two of which take 1/20 of the height, like letters
    /// and the parts of a face of 1/8: the remaining share of their fundamental.
    fn bars_left(radius: &str, height: u32) -> f64 {
        let bar = height as usize / 40;
        let bars = |x: usize, _| if (x / bar).is_multiple_of(2) { [1.0; 3] } else { [0.0; 3] };
        let before = Picture::new((height, height), ColorSpace::JPEG, bars);
        let after = before.after(&format!("blur:{radius}"));
        // Eight whole periods, away from the edges.
        let columns = 12 * bar..28 * bar;
        let fundamental = |picture: &Picture| {
            let part = |phase: f64| {
                let wave = |x: usize| (std::f64::consts::PI * x as f64 / bar as f64 + phase).sin();
                let luma = |x: usize| f64::from(picture.yuv[0].at(x, height as usize / 2));
                columns.clone().map(|x| luma(x) * wave(x)).sum::<f64>()
            };
            part(0.0).hypot(part(std::f64::consts::FRAC_PI_2))
        };
        fundamental(&after) / fundamental(&before)
    }

    /// The findings of `scripts/measure_hiding.py` hold as long as no more contrast is left.
    #[test]
    fn a_blur_that_hides_leaves_as_little_as_measured_at_every_size() {
        for height in [240, 360, 480, 720, 1080] {
            let limit = bars_left(&DEF.hiding.unwrap().least.to_string(), height);
            let [strong, light] = ["strong", "light"].map(|word| bars_left(word, height));
            assert!(limit < 0.01 && strong < 0.01, "{height} lines: {limit}, {strong} are left");
            assert!(light > 0.25, "{height} lines: only {light} is left of a room that shows");
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
}
