//! *hologram*: the person as a projection of blue light, after the virtual background of 2020
//! that made it known.
//!
//! In R'G'B', with `grey` the luma:
//!
//! - `holo = winter(grey)`, OpenCV's colour map, which is `(0, grey, 1 - grey / 2)`
//! - of each 5 rows the first 2 are dimmed, each to a random share of 0.1 to 0.3, new in every frame
//! - `ghosts = 0.2 holo + 0.8 holo(x - 5, y - 5)`, then `0.4 ghosts + 0.6 holo(x + 5, y + 5)`,
//!   black beyond the picture's edge
//! - `out = 0.5 picture + 0.6 ghosts`
//! - the matte is grown by 10 pixels and blurred by 30
//!
//! All of it is linear, so it works directly on luma and chroma, within 1.5 code values of luma,
//! and 4 of R'G'B' over the pixels that share their chroma. Everything but the person counts as
//! black: around them there is a glow of blue light and never the room. Rows and pixels are those
//! of a picture with 720 lines.

mod aura;
mod bands;
mod ring;
mod tint;

use crate::{AreaPass, Canvas, EffectDef, Layer, Pass};
use aura::Aura;
use backlot_kernels::{Ghost, hologram_chroma, hologram_luma, lit_luma, person_mask};
use backlot_schema::{Number, Values};
use bands::Bands;
use ring::Ring;
use std::ops::Range;
use tint::{RowLight, Tint};

const fn share(name: &'static str, default: f64, help: &'static str) -> Number {
    Number::new(name, 0.0..=1.0, default, help)
}

const fn pixels(name: &'static str, max: f64, default: f64, help: &'static str) -> Number {
    Number::new(name, 0.0..=max, default, help).unit("px", 1.0)
}

const TINT: Number = share("tint", 1.0, "How blue the light is, from grey to all blue");
const LIGHT: Number = share("light", 0.6, "How strong the light is");
const ORIGINAL: Number = share("original", 0.5, "How much of the original colours is added");
const SCANLINES: Number = share("scanlines", 1.0, "How dark the scan lines are");
const GHOST: Number = share("ghost", 1.0, "How strong the ghosts beside the picture are");
const SHIFT: Number =
    pixels("shift", 40.0, 5.0, "How far away the ghosts are, in pixels at 720 lines");
const GROW: Number = pixels(
    "grow",
    40.0,
    10.0,
    "How far the light reaches beyond the person, in pixels at 720 lines",
);
const SOFTEN: Number =
    pixels("soften", 100.0, 30.0, "How wide the light's edge is, in pixels at 720 lines");

/// The effect *hologram*.
pub const DEF: EffectDef = EffectDef {
    name: "hologram",
    summary: "A flickering projection of blue light",
    settings: &[
        TINT.setting(),
        LIGHT.setting(),
        ORIGINAL.setting(),
        SCANLINES.setting(),
        GHOST.setting(),
        SHIFT.setting(),
        GROW.setting(),
        SOFTEN.setting(),
    ],
    hiding: None,
    moves: false,
    compile: |values, canvas| vec![Pass::area(Hologram::new(canvas, values))],
};

#[derive(Debug)]
struct Hologram {
    canvas: Canvas,
    tint: Tint,
    bands: Bands,
    /// `None` where the matte stays as it is.
    aura: Option<Aura>,
    rows: Rows,
    /// The light of two rows, in 1/64 code values.
    light: [Vec<u16>; 2],
}

/// The rows around the present one, and the results of two of them.
#[derive(Debug)]
struct Rows {
    /// How far aside and above or below the ghosts are, in pixels.
    shift: usize,
    /// Luma above black, times the matte, in 1/128 code values.
    luma: Ring,
    /// All bits where the person is.
    person: Ring,
    /// The first unread row.
    next: usize,
    /// The columns to read.
    columns: Range<usize>,
    /// Where each ghost lies inside the picture, by columns of luma and of chroma.
    inside: [Vec<u16>; 2],
    inside_chroma: [Vec<f32>; 2],
    /// A row of a matte for pictures without one, and of an absent person.
    all: Vec<u8>,
    nothing: Vec<u16>,
}

impl AreaPass for Hologram {
    fn apply(&mut self, layer: &mut Layer<'_>) {
        self.rows.next = 0;
        self.rows.columns = 0..self.canvas.luma().0;
        if let (Some(aura), Some(matte)) = (&mut self.aura, &layer.matte) {
            aura.gather(matte.as_ref());
            self.rows.columns = self.rows.with_ghosts(&aura.columns());
        }
        for j in 0..self.canvas.chroma().1 {
            let seen = self.seen(layer, j);
            if !seen.is_empty() {
                self.light_up(layer, j, &seen);
            }
        }
        if let (Some(aura), Some(matte)) = (&mut self.aura, &mut layer.matte) {
            aura.write(matte.reborrow());
        }
    }

    fn stays_in_matte(&self) -> bool {
        true
    }
}

impl Hologram {
    fn new(canvas: &Canvas, values: &Values) -> Self {
        let pixels = |setting: Number| canvas.scaled(setting.of(values));
        Self {
            canvas: *canvas,
            tint: Tint::new(canvas.color, values),
            bands: Bands::new(canvas, SCANLINES.of(values)),
            aura: Aura::new(canvas, pixels(GROW), pixels(SOFTEN)),
            rows: Rows::new(canvas, pixels(SHIFT).round() as usize),
            light: [0; 2].map(|_| vec![0; canvas.luma().0]),
        }
    }

    fn seen(&self, layer: &Layer<'_>, chroma_row: usize) -> Range<usize> {
        match &self.aura {
            Some(aura) if layer.matte.is_some() => aura.seen(chroma_row),
            _ => layer.seen(self.canvas.level, chroma_row),
        }
    }

    /// Changes one row of chroma, and the two of luma that belong to it.
    fn light_up(&mut self, layer: &mut Layer<'_>, j: usize, seen: &Range<usize>) {
        let level = self.canvas.level;
        let pair = self.canvas.rows_of(j);
        self.rows.read(&self.canvas, layer, pair);
        let lights = pair.map(|y| self.light_of(layer, y));
        let [luma, chroma @ ..] = &mut layer.picture;
        for (k, y) in (pair[0]..=pair[1]).enumerate() {
            let ghosts = self.rows.ghosts(y, layer.person.is_some(), seen);
            let own = &self.rows.luma.row(y, 0)[seen.clone()];
            let light = &mut self.light[k][seen.clone()];
            let tone = self.tint.luma(&lights[k]);
            hologram_luma(level, own, ghosts, &tone, light, &mut luma.row_mut(y)[seen.clone()]);
        }
        let half = seen.start / 2..seen.end.div_ceil(2);
        let light = pair.map(|y| &self.light[y - pair[0]][seen.clone()]);
        let all = &self.rows.all;
        let matte =
            pair.map(|y| &layer.matte.as_ref().map_or(&all[..], |m| m.row(y))[seen.clone()]);
        let inside = self.rows.inside_chroma.each_ref().map(|row| &row[half.clone()]);
        let tones = [1, 2].map(|index| self.tint.chroma(index, &lights));
        let chroma = chroma.each_mut().map(|plane| &mut plane.row_mut(j)[half.clone()]);
        hologram_chroma(level, light, matte, inside, &tones, chroma);
    }

    /// How much of the light is left in row `y` and in the rows of its ghosts; none beyond the
    /// edge.
    fn light_of(&self, layer: &Layer<'_>, y: usize) -> RowLight {
        let [above, below] = self.rows.ghost_rows(y);
        let height = self.canvas.luma().1;
        let light = |y: Option<usize>| {
            y.filter(|&y| y < height).map_or(0.0, |y| self.bands.light(layer.time, y))
        };
        [Some(y), above, below].map(light)
    }
}

impl Rows {
    fn new(canvas: &Canvas, shift: usize) -> Self {
        let (width, half) = (canvas.luma().0, canvas.chroma().0);
        let inside = |place: fn(usize, usize, usize) -> bool| {
            let at = |x: usize| if place(x, shift, width) { u16::MAX } else { 0 };
            (0..width).map(at).collect::<Vec<u16>>()
        };
        let inside = [inside(|x, shift, _| x >= shift), inside(|x, shift, w| x + shift < w)];
        let share = |row: &[u16], c: usize| {
            let at = |x: usize| f32::from(row[x.min(width - 1)]) / f32::from(u16::MAX);
            0.5 * (at(2 * c) + at(2 * c + 1))
        };
        let inside_chroma = inside.each_ref().map(|r| (0..half).map(|c| share(r, c)).collect());
        let ring = || Ring::new(width, shift, 2 * shift + 2);
        Self {
            shift,
            luma: ring(),
            person: ring(),
            next: 0,
            columns: 0..width,
            inside,
            inside_chroma,
            all: vec![255; width],
            nothing: vec![0; width],
        }
    }

    /// Reads the rows that two rows and their ghosts need, before any of them is changed.
    fn read(&mut self, canvas: &Canvas, layer: &Layer<'_>, [upper, lower]: [usize; 2]) {
        let black = canvas.color.range.black();
        let end = (lower + self.shift + 1).min(canvas.luma().1);
        for y in self.next.max(upper.saturating_sub(self.shift))..end {
            let matte = layer.matte.as_ref().map_or(&self.all[..], |m| m.row(y));
            let (columns, luma) = (self.columns.clone(), layer.picture[0].row(y));
            let lit = &mut self.luma.row_mut(y)[columns.clone()];
            lit_luma(canvas.level, &luma[columns.clone()], &matte[columns.clone()], black, lit);
            if let Some(person) = &layer.person {
                let mask = &mut self.person.row_mut(y)[columns.clone()];
                person_mask(canvas.level, &person.as_ref().row(y)[columns], mask);
            }
        }
        self.next = end;
    }

    /// The columns that pixels in `seen` and their ghosts come from.
    fn with_ghosts(&self, seen: &Range<usize>) -> Range<usize> {
        seen.start.saturating_sub(self.shift)..(seen.end + self.shift).min(self.all.len())
    }

    /// The rows that the ghosts of row `y` come from; the second may be below the picture.
    fn ghost_rows(&self, y: usize) -> [Option<usize>; 2] {
        [y.checked_sub(self.shift), Some(y + self.shift)]
    }

    fn ghosts(&self, y: usize, person: bool, seen: &Range<usize>) -> [Ghost<'_>; 2] {
        let aside = self.shift as isize;
        let ghost = |k: usize, shift: isize| {
            // Beyond the edge any row will do: it gets no light.
            let y = self.ghost_rows(y)[k].filter(|&y| y < self.next).unwrap_or(y);
            let nothing = &self.nothing[..];
            let person = if person { self.person.row(y, shift) } else { nothing };
            Ghost {
                luma: &self.luma.row(y, shift)[seen.clone()],
                person: &person[seen.clone()],
                inside: &self.inside[k][seen.clone()],
            }
        };
        [ghost(0, -aside), ghost(1, aside)]
    }
}

#[cfg(test)]
mod tests;
