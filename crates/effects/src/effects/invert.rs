//! *invert*: a negative, `c + strength (1 - 2 c)` for each `c` of R'G'B', `0.0..=1.0`.
//!
//! In luma and chroma these are straight lines as well: at full strength luma is black plus white
//! minus itself, and chroma 256 minus itself, which is exact.

use crate::{Canvas, EffectDef, Pass, PointOp};
use backlot_schema::Number;

const STRENGTH: Number = Number::new(
    "strength",
    0.0..=1.0,
    1.0,
    "How much of the negative there is: at half of it all is grey",
);

pub const DEF: EffectDef = EffectDef {
    name: "invert",
    summary: "A negative: dark becomes bright, and each colour its opposite",
    settings: &[STRENGTH.setting()],
    hiding: None,
    moves: false,
    compile: |values, canvas| vec![Pass::Point(inverted(canvas, STRENGTH.of(values)))],
};

fn inverted(canvas: &Canvas, strength: f64) -> PointOp {
    let range = canvas.color.range;
    let ends = f64::from(range.black()) + f64::from(range.white());
    let luma = |own: f64| own + strength * (ends - 2.0 * own);
    PointOp::new(luma, 1.0 - 2.0 * strength, |_| [0.0; 2])
}

#[cfg(test)]
mod tests {
    use crate::testing::{Picture, SPACES};

    fn colors(x: usize, y: usize) -> [f64; 3] {
        let (x, y) = (x as f64 / 30.0, y as f64 / 20.0);
        [0.5 + 0.5 * x.sin(), 0.5 + 0.5 * (x + y).cos(), 0.5 - 0.5 * y.sin()]
    }

    #[test]
    fn it_is_the_negative_in_rgb_in_every_colour_space() {
        for space in SPACES {
            for strength in [1.0, 0.75, 0.3] {
                let picture = Picture::new((120, 90), space, colors);
                let after = picture.after(&format!("invert:{strength}"));
                for (x, y) in (0..120).flat_map(|x| (0..90).map(move |y| (x, y))) {
                    let luma = |p: &Picture| {
                        let codes = [
                            p.yuv[0].at(x, y),
                            p.yuv[1].at(x / 2, y / 2),
                            p.yuv[2].at(x / 2, y / 2),
                        ];
                        space.decode(codes.map(f64::from))
                    };
                    for (own, found) in luma(&picture).into_iter().zip(luma(&after)) {
                        let error = (own + strength * (1.0 - 2.0 * own) - found).abs() * 255.0;
                        let limit = if strength == 1.0 { 0.001 } else { 2.5 };
                        assert!(error < limit, "{space}, {strength}, {x},{y}: off by {error}");
                    }
                }
            }
        }
    }

    #[test]
    fn twice_is_the_picture() {
        let picture = Picture::new((61, 47), SPACES[1], colors);
        assert_eq!(picture.after_all(&["invert", "invert"]), picture);
    }
}
