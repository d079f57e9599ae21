//! *colormap*: brightness becomes a colour, as in pictures of heat.
//!
//! It looks up the picture's luma, from black to white. The colour of a chroma sample is that of
//! the mean luma of its pixels; on smooth pictures, R'G'B' is within 8 code values of a look-up in
//! R'G'B', and within 14 for the steepest palettes.

use crate::palette::{Palette, color_at};
use crate::{Canvas, EffectDef, Pass, PointOp};
use backlot_schema::{Choice, Number};

const MAP: Choice<Palette> =
    Choice::new("map", Palette::INFERNO, "inferno", "The palette, by OpenCV's name for it");

const STRENGTH: Number = Number::new(
    "strength",
    0.0..=1.0,
    1.0,
    "How much of the palette there is, the rest is the picture as it was",
);

pub const DEF: EffectDef = EffectDef {
    name: "colormap",
    summary: "Turn brightness into the colours of a palette",
    settings: &[MAP.setting(), STRENGTH.setting()],
    hiding: None,
    moves: false,
    compile: |values, canvas| {
        vec![Pass::Point(mapped(canvas, MAP.of(values), STRENGTH.of(values)))]
    },
};

fn mapped(canvas: &Canvas, map: Palette, strength: f64) -> PointOp {
    let range = canvas.color.range;
    let color = |luma: f64| {
        let grey = (luma - f64::from(range.black())) / range.luma_span();
        canvas.color.encode(color_at(map, grey))
    };
    let luma = |own: f64| own + (color(own)[0] - own) * strength;
    let chroma = |luma: f64| [1, 2].map(|plane| (color(luma)[plane] - 128.0) * strength);
    PointOp::new(luma, 1.0 - strength, chroma)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Picture, SPACES};
    use backlot_schema::Words;

    /// Smooth, so that halved chroma holds as much as full chroma.
    fn ramp(x: usize, y: usize) -> [f64; 3] {
        let v = (x as f64 / 160.0 + y as f64 / 900.0).min(1.0);
        [v, 0.3 + 0.5 * v, 0.8 - 0.5 * v]
    }

    /// The plain recipe: grey, look-up, mix, in R'G'B'.
    fn expected(picture: &Picture, map: Palette, strength: f64, x: usize, y: usize) -> [f64; 3] {
        let own = picture.rgb(x, y);
        let (kr, kb) = picture.canvas.color.matrix.weights();
        let grey = kr * own[0] + (1.0 - kr - kb) * own[1] + kb * own[2];
        let new = color_at(map, grey);
        std::array::from_fn(|i| own[i] + (new[i] - own[i]) * strength)
    }

    #[test]
    fn every_palette_in_every_colour_space_is_the_look_up_in_rgb() {
        for space in SPACES {
            for (&palette, map) in Palette::ALL.iter().zip(Palette::WORDS) {
                for strength in [1.0, 0.4] {
                    let picture = Picture::new((160, 20), space, ramp);
                    let mapped = picture.after(&format!("colormap:{map},strength={strength}"));
                    // Steep palettes change more from one pixel to the next than chroma can.
                    let steep = ["hsv", "rainbow", "jet", "turbo"].contains(map);
                    let tolerance = if steep { 14.0 } else { 8.0 } / 255.0;
                    for (x, y) in (0..160).flat_map(|x| [(x, 3), (x, 14)]) {
                        let expected = expected(&picture, palette, strength, x, y);
                        for (found, expected) in mapped.rgb(x, y).into_iter().zip(expected) {
                            let error = (found - expected).abs();
                            assert!(error < tolerance, "{space} {map} {x},{y}: {error}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn at_no_strength_the_picture_stays() {
        let picture = Picture::new((61, 47), SPACES[0], ramp);
        assert_eq!(picture.after("colormap:jet,strength=0"), picture);
    }

    #[test]
    fn where_the_matte_is_empty_nothing_is_done() {
        let picture = Picture::new((61, 47), SPACES[0], ramp);
        let alone = picture.clone().with_matte(|x, y| if x > 30 && y > 20 { 255 } else { 0 });
        let (mapped, whole) = (alone.after("colormap:hot"), picture.after("colormap:hot"));
        assert_eq!(mapped.yuv[0].at(10, 40), picture.yuv[0].at(10, 40));
        assert_eq!(mapped.yuv[0].at(40, 40), whole.yuv[0].at(40, 40));
        assert_eq!(mapped.matte, alone.matte);
    }
}
