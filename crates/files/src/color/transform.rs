//! Converts a file's colours to those of ordinary screens, in three steps that ffmpeg has filters
//! for: a curve, a table, a curve.
//!
//! The table gives light, and its index is perceptually even: so the filter's interpolation stays
//! within a step or two of eight bits, even at the edge of what a screen can show.

use super::primaries::{Matrix, apply};
use super::{Primaries, Transfer};

/// Light up to this share of white is shown as it is; brighter light is compressed between it and
/// white.
const KNEE: f64 = 0.85;

/// A conversion of R'G'B'.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Transform {
    transfer: Transfer,
    matrix: Matrix,
}

impl Transform {
    /// The conversion from a file's colours; `None` if they need none.
    pub fn new(primaries: Primaries, transfer: Transfer) -> Option<Self> {
        let is_plain = primaries == Primaries::BT709 && transfer == transfer.shown_as();
        let matrix = primaries.matrix_to(Primaries::BT709);
        (!is_plain).then_some(Self { transfer, matrix })
    }

    /// The file's curve.
    pub const fn transfer(&self) -> Transfer {
        self.transfer
    }

    /// Light in the screen's primaries, 1 for white, for what [`Transfer::shape`] gives. Below 0
    /// and above 1 are colours that screens can't show; they are clipped after interpolation.
    pub fn light(&self, shaped: [f64; 3]) -> [f64; 3] {
        let light = apply(self.matrix, self.transfer.light(shaped));
        match self.transfer.is_high_range() {
            true => compressed(light, self.transfer.peak()),
            false => light,
        }
    }
}

/// Compresses light brighter than the knee by its largest component, which keeps hues.
fn compressed(light: [f64; 3], peak: f64) -> [f64; 3] {
    let largest = light.into_iter().fold(0.0, f64::max);
    if largest <= KNEE {
        return light;
    }
    let room = 1.0 - KNEE;
    let rise = |over: f64| 1.0 - (-over / room).exp();
    let shown = KNEE + room * rise(largest.min(peak) - KNEE) / rise(peak - KNEE);
    light.map(|v| v * shown / largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_colours_are_left_alone() {
        assert_eq!(Transform::new(Primaries::BT709, Transfer::Screen), None);
        assert_eq!(Transform::new(Primaries::BT709, Transfer::Srgb), None);
        assert!(Transform::new(Primaries::BT709, Transfer::Pq).is_some());
    }

    #[test]
    fn brighter_light_is_never_shown_darker_and_white_stays_nearly_white() {
        let transform = Transform::new(Primaries::named("bt2020").unwrap(), Transfer::Pq).unwrap();
        let shown = |number: f64| {
            let light = transform.light([Transfer::Pq.shaped(number); 3])[1];
            Transfer::Pq.shown_as().number(light)
        };
        let mut before = 0.0;
        for step in 0..=1000 {
            let now = shown(f64::from(step) / 1000.0);
            assert!(now >= before - 1e-9, "{step}: {now} {before}");
            before = now;
        }
        assert!(before > 0.999);
        assert!(shown(0.5806) * 255.0 > 247.0, "{}", shown(0.5806));
    }
}
