//! Maps a component from one range to the other: `out = in * scale + offset`, rounded and clamped.
//!
//! In 16 bits: `(in * scale >> 16) - minus + plus >> 7`, where `in` fills 16 bits and `scale`
//! compensates for that. The result is off by at most 1/64 before rounding. The numbers are
//! constants in the code, because only then does the compiler see that this is the upper half of a
//! 16-bit product, for which processors have an instruction. To the limited range, where all cameras'
//! pictures go, plain 16-bit sums and products give the same bytes.

use backlot_media::Range;

/// From one range to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remap {
    ToLimited,
    ToFull,
}

/// The numbers of one component.
#[derive(Clone, Copy)]
struct Steps {
    scale: u16,
    minus: u16,
    plus: u16,
}

impl Steps {
    /// For inputs that count `unit` for each code value.
    const fn new(scale: f64, offset: f64, unit: u16) -> Self {
        let offset = (offset * 128.0 + 64.0).round() as i32;
        let scale = (scale * 128.0 * 65_536.0 / unit as f64).round() as u16;
        let (minus, plus) = if offset < 0 { (-offset, 0) } else { (0, offset) };
        Self { scale, minus: minus as u16, plus: plus as u16 }
    }

    const fn luma(from: Range, to: Range) -> Self {
        let scale = to.luma_span() / from.luma_span();
        Self::new(scale, to.black() as f64 - scale * from.black() as f64, 257)
    }

    const fn chroma(from: Range, to: Range) -> Self {
        let scale = to.chroma_span() / from.chroma_span();
        Self::new(scale, 128.0 - 128.0 * scale, 256)
    }

    #[inline(always)]
    fn of(self, value: u16) -> u8 {
        let product = ((u32::from(value) * u32::from(self.scale)) >> 16) as u16;
        ((product.saturating_sub(self.minus) + self.plus) >> 7).min(255) as u8
    }

    /// For a byte, repeated to fill 16 bits.
    #[inline(always)]
    fn of_sample(self, value: u8) -> u8 {
        self.of(u16::from_le_bytes([value; 2]))
    }

    /// For quarters of a code value.
    #[inline(always)]
    fn of_quarters(self, value: u16) -> u8 {
        self.of(value << 6)
    }
}

impl Remap {
    /// The change between two ranges; none if they are the same.
    pub fn between(from: Range, to: Range) -> Option<Self> {
        match (from, to) {
            (Range::Full, Range::Limited) => Some(Self::ToLimited),
            (Range::Limited, Range::Full) => Some(Self::ToFull),
            _ => None,
        }
    }

    /// Changes a row of luma.
    #[inline(always)]
    pub fn luma(self, row: &[u8], out: &mut [u8]) {
        const TO_FULL: Steps = Steps::luma(Range::Limited, Range::Full);
        let samples = out.iter_mut().zip(row);
        match self {
            Self::ToLimited => samples.for_each(|(out, &v)| *out = limited_luma(v)),
            Self::ToFull => samples.for_each(|(out, &v)| *out = TO_FULL.of_sample(v)),
        }
    }

    /// Changes a row of chroma in quarters.
    #[inline(always)]
    pub fn chroma(self, row: &[u16], out: &mut [u8]) {
        const TO_FULL: Steps = Steps::chroma(Range::Limited, Range::Full);
        let quarters = out.iter_mut().zip(row);
        match self {
            Self::ToLimited => quarters.for_each(|(out, &v)| *out = limited_chroma(v)),
            Self::ToFull => quarters.for_each(|(out, &v)| *out = TO_FULL.of_quarters(v)),
        }
    }
}

/// `v * 219 / 255 + 16` of a byte: 219.86 and 4221 parts of 256.
#[inline(always)]
const fn limited_luma(v: u8) -> u8 {
    let v = v as u16;
    ((v * 220 + 4221 - (v >> 3)) >> 8) as u8
}

/// `(v / 4 - 128) * 224 / 255 + 128` of quarters of a code value: 28.11 and 2056 parts of 128.
#[inline(always)]
const fn limited_chroma(v: u16) -> u8 {
    ((v * 28 + 2056 + ((v * 7) >> 6)) >> 7) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_give_the_same_bytes() {
        let luma = Steps::luma(Range::Full, Range::Limited);
        for v in 0..=255 {
            assert_eq!(limited_luma(v), luma.of_sample(v), "{v}");
        }
        let chroma = Steps::chroma(Range::Full, Range::Limited);
        for v in 0..=4 * 255 {
            assert_eq!(limited_chroma(v), chroma.of_quarters(v), "{v}");
        }
    }
}
