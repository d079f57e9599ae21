//! *chroma*: what stands before a screen of one colour.
//!
//! The screen's colour is found in the picture's margins and kept steady ([`screen`]); the matte is
//! made of it, and its spill taken out, by `backlot_kernels::chroma`.

mod screen;
#[cfg(test)]
mod tests;

use crate::definition::{Cut, KeyDef};
use crate::keyer::{Keyer, Timings};
use backlot_kernels::chroma::{ChromaAxis, ChromaRamp, SCREEN, despill, key_alpha, key_values};
use backlot_kernels::{Level, YuvMut, enlarge};
use backlot_matte::MatteError;
use backlot_media::{Frame, Matte, Plane};
use backlot_schema::{Color, Number, Values};
use screen::{Finder, Tint};
use std::time::{Duration, Instant};

const COLOR: Color = Color::new(
    "color",
    "auto",
    "The screen's colour, about; auto finds it in the picture's margins",
);

const TOLERANCE: Number =
    Number::new("tolerance", 0.0..=1.0, 0.35, "How far from the screen's colour still is screen");

const SOFTNESS: Number =
    Number::new("softness", 0.0..=1.0, 0.4, "How gradually the edge goes over into the screen");

const SPILL: Number = Number::new(
    "spill",
    0.0..=1.0,
    1.0,
    "How much of the screen's light on the person is taken out",
);

/// What people need to know of it.
pub const DEF: KeyDef = KeyDef {
    name: "chroma",
    summary: "Cut out what stands before a green or other screen",
    settings: &[COLOR.setting(), TOLERANCE.setting(), SOFTNESS.setting(), SPILL.setting()],
    cut: Cut::Screen(|values, level| Box::new(Chroma::new(values, level))),
};

/// How fast a key value falls across the screen's hue: hues 45 degrees away have none.
const CONE: f64 = 1.0;
/// The same for what is taken out as spill: of cool screens also from hues farther away. Skin is too
/// near to a yellow screen for that.
const SPILL_CONE: f64 = 0.4;
/// What stays of the threshold in the deepest shadow, at least.
const DARK: f64 = 0.45;
/// By how many key values nothing but the person must differ from the screen in a deep shadow.
const NOISE: f64 = 24.0;

#[derive(Debug)]
struct Chroma {
    level: Level,
    tolerance: f64,
    softness: f64,
    spill: u8,
    finder: Finder,
    /// The screen as it is now, if it was found.
    made: Option<Made>,
    values: Vec<u16>,
    row: Vec<u32>,
    refine: Duration,
}

/// The tables of one colour of screen.
#[derive(Clone, Copy, Debug)]
struct Made {
    tint: Tint,
    axis: ChromaAxis,
    spill: ChromaAxis,
    ramp: ChromaRamp,
}

impl Chroma {
    fn new(values: &Values, level: Level) -> Self {
        Self {
            level,
            tolerance: TOLERANCE.of(values),
            softness: SOFTNESS.of(values),
            spill: (SPILL.of(values) * 128.0).round() as u8,
            finder: Finder::new(COLOR.of(values).map(|color| color.bytes())),
            made: None,
            values: Vec::new(),
            row: Vec::new(),
            refine: Duration::ZERO,
        }
    }

    /// The tables of a screen's colour.
    fn made(&self, tint: Tint, black: u8) -> Option<Made> {
        let axis = ChromaAxis::new(tint.chroma, CONE)?;
        let is_warm = tint.chroma[1] > 0.0;
        let spill = ChromaAxis::new(tint.chroma, if is_warm { CONE } else { SPILL_CONE })?;
        let threshold = SCREEN * (1.0 - self.tolerance);
        let soft = (SCREEN * self.softness).max(4.0);
        let dark = ((soft + NOISE) / threshold.max(1.0)).clamp(DARK, 1.0);
        let ramp = ChromaRamp::new(black, tint.luma, threshold, soft, dark);
        Some(Made { tint, axis, spill, ramp })
    }

    fn cut(&mut self, frame: &Frame, matte: &mut Matte) {
        let Some(Made { axis, ramp, .. }) = self.made else {
            matte.plane_mut().fill(255);
            return;
        };
        let [luma, cb, cr] = frame.yuv();
        let (columns, rows) = (cb.width(), cb.height());
        self.values.resize(columns * rows, 0);
        self.row.resize(columns, 0);
        for (y, values) in self.values.chunks_exact_mut(columns).enumerate() {
            key_values(self.level, [cb.row(y), cr.row(y)], &axis, values);
        }
        enlarge(self.level, &self.values, 2, matte.plane_mut(), &mut self.row);
        for (row, luma) in matte.plane_mut().rows_mut().zip(luma.rows()) {
            key_alpha(self.level, row, luma, &ramp);
        }
    }
}

impl Keyer for Chroma {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        let start = Instant::now();
        let tint = self.finder.look(frame);
        if tint != self.made.map(|made| made.tint) {
            self.made = tint.and_then(|tint| self.made(tint, frame.color.range.black()));
        }
        self.cut(frame, matte);
        matte.set_sequence(frame.sequence);
        self.refine = start.elapsed();
        Ok(())
    }

    /// To cut again costs less than to carry.
    fn carry(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        self.find(frame, matte)
    }

    fn clean(&self, [_, mut cb, mut cr]: YuvMut<'_>, matte: Plane<'_>) {
        let Some(Made { tint, spill, .. }) = self.made.filter(|_| self.spill > 0) else { return };
        let hue = tint.chroma.map(|v| v.round() as i16);
        for (y, (cb, cr)) in cb.rows_mut().zip(cr.rows_mut()).enumerate() {
            let rows = [2 * y, (2 * y + 1).min(matte.height() - 1)].map(|y| matte.row(y));
            despill(self.level, [cb, cr], rows, &spill, hue, self.spill);
        }
    }

    fn reset(&mut self) {
        self.finder.reset();
        self.made = None;
    }

    fn timings(&self) -> Timings {
        Timings { refine: self.refine, ..Timings::default() }
    }
}
