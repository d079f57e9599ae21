//! *gain*: brightness, contrast, saturation and warmth.
//!
//! For each `c` of R'G'B', `0.0..=1.0`, and with `luma` their luma:
//!
//! - `c = (gain c - 0.5) contrast + 0.5 + brightness`
//! - `c = luma + saturation (c - luma)`
//! - `R' + 0.25 warmth luma`, `B' - 0.25 warmth luma`, and G' such that the luma stays
//!
//! All of it is straight lines in luma and chroma, so it works directly on these. Where nothing leaves
//! the range, luma is within 0.5 code values and R'G'B' within 2.5 on smooth pictures.

use crate::{Canvas, EffectDef, Pass, PointOp};
use backlot_schema::{Number, Values};

const GAIN: Number =
    Number::new("gain", 0.0..=4.0, 1.25, "How bright it is: below 1 darker, above 1 brighter");
const CONTRAST: Number = Number::new(
    "contrast",
    0.0..=3.0,
    1.0,
    "How far dark and bright are apart: 0 is all grey, above 1 more than it was",
);
const BRIGHTNESS: Number =
    Number::new("brightness", -1.0..=1.0, 0.0, "What is added to dark and bright alike");
const SATURATION: Number = Number::new(
    "saturation",
    0.0..=3.0,
    1.0,
    "How strong the colours are: 0 is black and white, above 1 stronger than they were",
);
const WARMTH: Number =
    Number::new("warmth", -1.0..=1.0, 0.0, "Below 0 bluer, above 0 redder; whites most");

pub const DEF: EffectDef = EffectDef {
    name: "gain",
    summary: "Brighter or darker, with contrast, saturation and warmth",
    settings: &[
        GAIN.setting(),
        CONTRAST.setting(),
        BRIGHTNESS.setting(),
        SATURATION.setting(),
        WARMTH.setting(),
    ],
    hiding: None,
    moves: false,
    compile: |values, canvas| vec![Pass::Point(changed(canvas, values))],
};

/// The share of luma that full warmth adds to red.
const WARMEST: f64 = 0.25;

fn changed(canvas: &Canvas, values: &Values) -> PointOp {
    let (range, (kr, kb)) = (canvas.color.range, canvas.color.matrix.weights());
    let (black, span) = (f64::from(range.black()), range.luma_span());
    let factor = GAIN.of(values) * CONTRAST.of(values);
    let offset = 0.5 - 0.5 * CONTRAST.of(values) + BRIGHTNESS.of(values);
    let light = move |code: f64| (code - black) / span * factor + offset;
    let warmth = WARMEST * WARMTH.of(values) * range.chroma_span();
    let shift = |code: f64| {
        let warmth = light(code).clamp(0.0, 1.0) * warmth;
        [-warmth / (2.0 * (1.0 - kb)), warmth / (2.0 * (1.0 - kr))]
    };
    PointOp::new(|code| black + light(code) * span, factor * SATURATION.of(values), shift)
}

#[cfg(test)]
mod tests {
    use crate::testing::{Picture, SPACES};

    /// Smooth, and far enough from both ends for the settings below.
    fn soft(x: usize, y: usize) -> [f64; 3] {
        let (x, y) = (x as f64 / 40.0, y as f64 / 30.0);
        [0.5 + 0.12 * x.sin(), 0.45 + 0.1 * (x + y).cos(), 0.5 - 0.12 * y.sin()]
    }

    /// The plain recipe in R'G'B'.
    fn expected(
        picture: &Picture,
        [gain, contrast, brightness, saturation, warmth]: [f64; 5],
        own: [f64; 3],
    ) -> [f64; 3] {
        let (kr, kb) = picture.canvas.color.matrix.weights();
        let luma = |[r, g, b]: [f64; 3]| kr * r + (1.0 - kr - kb) * g + kb * b;
        let lit = own.map(|c| (gain * c - 0.5) * contrast + 0.5 + brightness);
        let grey = luma(lit);
        let [r, g, b] = lit.map(|c| grey + saturation * (c - grey));
        let warm = 0.25 * warmth * grey;
        [r + warm, g - warm * (kr - kb) / (1.0 - kr - kb), b - warm]
    }

    const CASES: [[f64; 5]; 7] = [
        [1.25, 1.0, 0.0, 1.0, 0.0],
        [0.5, 1.0, 0.0, 1.0, 0.0],
        [1.0, 1.4, 0.0, 1.0, 0.0],
        [1.0, 1.0, -0.2, 1.0, 0.0],
        [1.0, 1.0, 0.0, 1.6, 0.0],
        [1.0, 1.0, 0.0, 0.0, 1.0],
        [1.1, 0.8, 0.1, 1.2, -0.6],
    ];

    #[test]
    fn it_is_the_recipe_in_rgb_in_every_colour_space() {
        for space in SPACES {
            for case in CASES {
                let picture = Picture::new((160, 120), space, soft);
                let [gain, contrast, brightness, saturation, warmth] = case;
                let after = picture.after(&format!(
                    "gain:{gain},contrast={contrast},brightness={brightness},saturation={saturation},warmth={warmth}"
                ));
                for (x, y) in (0..160).flat_map(|x| (0..120).map(move |y| (x, y))) {
                    let expected = expected(&picture, case, picture.rgb(x, y));
                    let luma = space.encode(expected)[0] - f64::from(after.yuv[0].at(x, y));
                    assert!(luma.abs() < 0.501, "{space} {case:?} {x},{y}: luma is off by {luma}");
                    for (found, expected) in after.rgb(x, y).into_iter().zip(expected) {
                        let error = (found - expected.clamp(0.0, 1.0)).abs() * 255.0;
                        assert!(error < 2.5, "{space} {case:?} {x},{y}: off by {error}");
                    }
                }
            }
        }
    }

    #[test]
    fn at_one_nothing_changes() {
        let picture = Picture::new((61, 47), SPACES[0], soft);
        assert_eq!(picture.after("gain:1"), picture);
        assert!(picture.chain(&["gain:1"]).is_empty());
    }

    #[test]
    fn what_leaves_the_range_keeps_to_its_ends() {
        let picture = Picture::new((61, 47), SPACES[2], |x, _| [x as f64 / 60.0; 3]);
        let after = picture.after("gain:4,contrast=3,brightness=1,saturation=3,warmth=1");
        assert!((20..60).all(|x| after.yuv[0].at(x, 20) == 255));
        let after = picture.after("gain:0,brightness=-1");
        assert!(after.yuv[0].values().all(|value| value == 0));
    }
}
