//! The numbers of a hologram: the recipe as straight lines from luma to luma and chroma.

use super::{GHOST, LIGHT, ORIGINAL, TINT};
use crate::palette::{Palette, color_at};
use backlot_kernels::{ChromaTone, LumaTone};
use backlot_media::ColorSpace;
use backlot_schema::Values;

/// The factors of each tap's light in one row: the picture itself, then its two ghosts.
pub(super) type RowLight = [f64; 3];

#[derive(Debug)]
pub(super) struct Tint {
    black: f64,
    original: f64,
    light: f64,
    /// Weights of the picture itself and of its ghosts, which add up to 1.
    taps: [f64; 3],
    /// Y above black, and U and V beside 128, for light without luma, and what each code value of
    /// luma adds.
    lines: [(f64, f64); 3],
}

impl Tint {
    pub fn new(color: ColorSpace, values: &Values) -> Self {
        let (tint, ghost) = (TINT.of(values), GHOST.of(values));
        let (first, second) = (0.8 * ghost, 0.6 * ghost);
        let black = f64::from(color.range.black());
        let [dark, bright] = [0.0, 1.0].map(|grey| color.encode(color_at(Palette::WINTER, grey)));
        let line = |i: usize, zero: f64, plain: f64| {
            let slope = (bright[i] - dark[i]) / color.range.luma_span();
            (tint * (dark[i] - zero), tint * slope + (1.0 - tint) * plain)
        };
        Self {
            black,
            original: ORIGINAL.of(values),
            light: LIGHT.of(values),
            taps: [(1.0 - first) * (1.0 - second), first * (1.0 - second), second],
            lines: [line(0, black, 1.0), line(1, 128.0, 0.0), line(2, 128.0, 0.0)],
        }
    }

    /// The numbers of a row's luma.
    pub fn luma(&self, row: &RowLight) -> LumaTone {
        let weights: RowLight = std::array::from_fn(|k| self.taps[k] * row[k]);
        let (base, slope) = self.lines[0];
        let mut bases = weights.map(|w| 64.0 * self.light * base * w);
        bases[0] += 64.0 * self.black;
        LumaTone {
            weights: weights.map(part),
            own: part(self.original),
            gain: part(self.light * slope),
            base: bases.map(|b| b.round() as u16),
        }
    }

    /// The numbers of chroma plane `index` (1 or 2) in two rows.
    pub fn chroma(&self, index: usize, rows: &[RowLight; 2]) -> ChromaTone {
        let (base, slope) = self.lines[index];
        let mean = |k: usize| self.taps[k] * (rows[0][k] + rows[1][k]) * 0.5;
        ChromaTone {
            own: self.original as f32,
            gain: (self.light * slope) as f32,
            base: std::array::from_fn(|k| (self.light * base * mean(k)) as f32),
        }
    }
}

/// A share in 1/65536. 1 becomes a little less, which no byte shows.
fn part(share: f64) -> u16 {
    (share * 65_536.0).round().min(65_535.0) as u16
}
