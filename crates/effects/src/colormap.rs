//! *colormap*: brightness becomes a colour, as in pictures of heat.
//!
//! It looks up the picture's luma, from black to white. The colour of a chroma sample is that of
//! the mean luma of its pixels; on smooth pictures, R'G'B' is within 8 code values of a look-up in
//! R'G'B', and within 14 for the steepest palettes.

use crate::palette::{NAMES, color_at};
use crate::{Canvas, Effect, EffectDef, EffectError, Layer};
use backlot_kernels::{look_up, look_up_chroma};
use backlot_scene::{SettingDef, SettingKind};

pub(crate) const DEF: EffectDef = EffectDef {
    name: "colormap",
    summary: "Turn brightness into the colours of a palette",
    settings: &[
        SettingDef {
            name: "map",
            kind: SettingKind::Choice { values: &NAMES, default: "inferno" },
            help: "The palette, by OpenCV's name for it",
        },
        SettingDef {
            name: "strength",
            kind: SettingKind::Number {
                min: 0.0,
                max: 1.0,
                default: 1.0,
                step: 0.05,
                unit: "",
                words: &[],
            },
            help: "How much of the palette there is, the rest is the picture as it was",
        },
    ],
    hides: None,
    make: |settings| {
        let (map, strength) = (settings.choice("map"), settings.number("strength"));
        Box::new(Colormap { map, strength, state: None })
    },
};

#[derive(Debug)]
struct Colormap {
    map: &'static str,
    strength: f64,
    state: Option<State>,
}

#[derive(Debug)]
struct State {
    canvas: Canvas,
    /// Y for each luma, with the picture's own mixed in, and U and V.
    tables: [[u8; 256]; 3],
    /// The weight of the picture's own chroma, of 256.
    keep: u16,
}

impl Effect for Colormap {
    fn prepare(&mut self, canvas: Canvas) -> Result<(), EffectError> {
        let range = canvas.color.range;
        let color = |luma: usize| {
            let grey = (luma as f64 - f64::from(range.black())) / range.luma_span();
            canvas.color.encode(color_at(self.map, grey))
        };
        let luma = |own: usize, new: f64| own as f64 + (new - own as f64) * self.strength;
        let chroma = |i: usize| std::array::from_fn(|at| color(at)[i].round() as u8);
        let tables =
            [std::array::from_fn(|at| luma(at, color(at)[0]).round() as u8), chroma(1), chroma(2)];
        let keep = ((1.0 - self.strength) * 256.0).round() as u16;
        self.state = Some(State { canvas, tables, keep });
        Ok(())
    }

    fn apply(&mut self, layer: &mut Layer<'_>) {
        let State { canvas, tables, keep } = self.state.as_ref().expect("the effect is prepared");
        assert!(layer.fits(canvas), "the layer is not of {}", canvas.size);
        let level = canvas.level;
        for j in 0..canvas.chroma().1 {
            let seen = layer.seen(level, j);
            if seen.is_empty() {
                continue;
            }
            let (rows, half) = (canvas.rows_of(j), seen.start / 2..seen.end.div_ceil(2));
            let [luma, chroma @ ..] = &mut layer.picture;
            for (plane, table) in chroma.iter_mut().zip(&tables[1..]) {
                let luma = rows.map(|y| &luma.row(y)[seen.clone()]);
                look_up_chroma(level, &mut plane.row_mut(j)[half.clone()], luma, table, *keep);
            }
            for y in rows[0]..=rows[1] {
                look_up(level, &mut luma.row_mut(y)[seen.clone()], &tables[0]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Picture, SPACES};

    /// Smooth, so that halved chroma holds as much as full chroma.
    fn ramp(x: usize, y: usize) -> [f64; 3] {
        let v = (x as f64 / 160.0 + y as f64 / 900.0).min(1.0);
        [v, 0.3 + 0.5 * v, 0.8 - 0.5 * v]
    }

    /// The plain recipe: grey, look-up, mix, in R'G'B'.
    fn expected(picture: &Picture, map: &str, strength: f64, x: usize, y: usize) -> [f64; 3] {
        let own = picture.rgb(x, y);
        let (kr, kb) = picture.canvas.color.matrix.weights();
        let grey = kr * own[0] + (1.0 - kr - kb) * own[1] + kb * own[2];
        let new = color_at(map, grey);
        std::array::from_fn(|i| own[i] + (new[i] - own[i]) * strength)
    }

    #[test]
    fn every_palette_in_every_colour_space_is_the_look_up_in_rgb() {
        for space in SPACES {
            for map in NAMES {
                for strength in [1.0, 0.4] {
                    let picture = Picture::new((160, 20), space, ramp);
                    let mapped = picture.after(&format!("colormap:{map},strength={strength}"));
                    // Steep palettes change more from one pixel to the next than chroma can.
                    let steep = ["hsv", "rainbow", "jet", "turbo"].contains(&map);
                    let tolerance = if steep { 14.0 } else { 8.0 } / 255.0;
                    for (x, y) in (0..160).flat_map(|x| [(x, 3), (x, 14)]) {
                        let expected = expected(&picture, map, strength, x, y);
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
