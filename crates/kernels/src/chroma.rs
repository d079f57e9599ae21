//! Cuts out what doesn't have the colour of a screen, and takes that colour out of what remains.
//!
//! Chroma (less 128) is turned so that the screen's hue is the first axis: `p` along it, `q` across.
//! `d = p - cone * |q|` is the screen's full value on the screen, 0 for greys, and at most 0 for
//! hues far away. Mixtures of a grey and the screen have the share of the screen of it. Scaled so
//! that the screen is at [`SCREEN`], `d` is enlarged to the size of luma, and with luma `y`
//!
//! `alpha = 255 * (t(y) - d) / soft`, `t(y) = t * clamp(y / y of the screen, dark, 1)`
//!
//! because a shadow on the screen has less chroma in the same measure as less luma.
//!
//! Fixed point with 16 bits; each product keeps its upper half.

use crate::dispatch::dispatch;

/// The value of the screen's colour itself in key values.
pub const SCREEN: f64 = 200.0;

/// The screen's hue in whole numbers, for one row after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChromaAxis {
    /// 1024 times the weights of `cb - 128` and `cr - 128` in `p`, scaled.
    along: [i16; 2],
    /// The same for `cone * q`.
    across: [i16; 2],
}

/// Key values and luma to alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChromaRamp {
    /// The code value of black.
    pub black: u8,
    /// 512 times the threshold for each code value of luma.
    slope: i16,
    /// The least and greatest threshold.
    bounds: [i16; 2],
    /// 512 times the alpha for each key value below the threshold.
    gain: i16,
}

impl ChromaAxis {
    /// For a screen with this chroma (less 128). `cone` is how fast the key value falls with `q`.
    /// `None` if it has too little colour for a hue.
    pub fn new([cb, cr]: [f64; 2], cone: f64) -> Option<Self> {
        let length = cb.hypot(cr);
        if !(16.0..=256.0).contains(&length) {
            return None;
        }
        let [cb, cr] = [cb / length, cr / length];
        let scale = SCREEN / length * 1024.0;
        let fixed = |v: f64| (v * scale).round().clamp(-32768.0, 32767.0) as i16;
        let along = [fixed(cb), fixed(cr)];
        Some(Self { along, across: [fixed(-cr * cone), fixed(cb * cone)] })
    }
}

impl ChromaRamp {
    /// `screen` is the luma of the screen, `threshold` the key value from which on all is screen,
    /// `soft` by how much lower a key value must be so that nothing is, `dark` the share of the
    /// threshold that remains in the deepest shadow.
    pub fn new(black: u8, screen: f64, threshold: f64, soft: f64, dark: f64) -> Self {
        let light = (screen - f64::from(black)).max(1.0);
        let fixed = |v: f64| (v * 512.0).round().clamp(0.0, 32767.0) as i16;
        let whole = |v: f64| v.round().clamp(0.0, 255.0) as i16;
        Self {
            black,
            slope: fixed(threshold / light),
            bounds: [whole(threshold * dark), whole(threshold)],
            gain: fixed(255.0 / soft.max(4.0)),
        }
    }
}

dispatch! {
    /// The key values of a row of chroma, `0..=255`, times 128, as [`enlarge`](crate::enlarge)
    /// takes them.
    ///
    /// # Panics
    /// If the rows differ in length.
    pub fn key_values(chroma: [&[u8]; 2], axis: &ChromaAxis, values: &mut [u16]) = scalar::key_values;
}

dispatch! {
    /// Makes alpha of a row of key values, in place, by the luma of the same place.
    ///
    /// # Panics
    /// If the rows differ in length.
    pub fn key_alpha(values: &mut [u8], luma: &[u8], ramp: &ChromaRamp) = scalar::key_alpha;
}

dispatch! {
    /// Takes the screen's colour out of a row of chroma: `strength` (of 128) of the key value along
    /// the screen's hue, where the two rows of the matte that belong to it aren't 0. `hue` is the
    /// screen's chroma (less 128) for a key value of [`SCREEN`].
    ///
    /// # Panics
    /// If the rows differ in length, or those of the matte aren't twice as long (an odd row's last
    /// column is alone).
    pub fn despill(chroma: [&mut [u8]; 2], matte: [&[u8]; 2], axis: &ChromaAxis, hue: [i16; 2], strength: u8) = scalar::despill;
}

mod scalar {
    use super::{ChromaAxis, ChromaRamp, SCREEN};

    /// The upper half of a product.
    #[inline(always)]
    fn upper(a: i16, b: i16) -> i16 {
        ((i32::from(a) * i32::from(b)) >> 16) as i16
    }

    /// Four times the key value.
    #[inline(always)]
    fn key_value(axis: &ChromaAxis, cb: u8, cr: u8) -> i16 {
        let [cb, cr] = [cb, cr].map(|v| (i16::from(v) - 128) << 8);
        let along = upper(cb, axis.along[0]) + upper(cr, axis.along[1]);
        let across = upper(cb, axis.across[0]) + upper(cr, axis.across[1]);
        (along - across.abs()).clamp(0, 4 * 255)
    }

    #[inline(always)]
    pub fn key_values([cb, cr]: [&[u8]; 2], axis: &ChromaAxis, values: &mut [u16]) {
        assert!(cb.len() == values.len() && cr.len() == values.len(), "rows of different lengths");
        for ((out, &cb), &cr) in values.iter_mut().zip(cb).zip(cr) {
            *out = (key_value(axis, cb, cr) as u16) << 5;
        }
    }

    #[inline(always)]
    pub fn key_alpha(values: &mut [u8], luma: &[u8], ramp: &ChromaRamp) {
        assert_eq!(values.len(), luma.len(), "rows of different lengths");
        let (black, [least, most]) = (i16::from(ramp.black), ramp.bounds);
        for (out, &luma) in values.iter_mut().zip(luma) {
            let light = (i16::from(luma) - black).max(0);
            let threshold = upper(light << 7, ramp.slope).clamp(least, most);
            let alpha = upper((threshold - i16::from(*out)) << 7, ramp.gain);
            *out = alpha.clamp(0, 255) as u8;
        }
    }

    #[inline(always)]
    pub fn despill(
        [cb, cr]: [&mut [u8]; 2],
        [upper_row, lower_row]: [&[u8]; 2],
        axis: &ChromaAxis,
        hue: [i16; 2],
        strength: u8,
    ) {
        let columns = upper_row.len().div_ceil(2);
        assert!(cb.len() == columns && cr.len() == columns, "chroma is not half as long");
        assert_eq!(upper_row.len(), lower_row.len(), "the matte's rows differ in length");
        // A key value times this, in its upper half, is the chroma to take away.
        let share =
            |hue: i16| (f64::from(hue) / SCREEN * f64::from(strength.min(128)) * 256.0) as i16;
        let (by_cb, by_cr) = (share(hue[0]), share(hue[1]));
        let (pairs, last) = upper_row.as_chunks::<2>();
        let lower_pairs = lower_row.as_chunks::<2>().0;
        let clean = |cb: &mut u8, cr: &mut u8, matte: u16| {
            let key = if matte == 0 { 0 } else { key_value(axis, *cb, *cr) };
            let less = |value: u8, by: i16| {
                (i16::from(value) - ((upper(key << 4, by) + 16) >> 5)).clamp(0, 255) as u8
            };
            (*cb, *cr) = (less(*cb, by_cb), less(*cr, by_cr));
        };
        for (((cb, cr), &a), &b) in cb.iter_mut().zip(&mut *cr).zip(pairs).zip(lower_pairs) {
            clean(cb, cr, u16::from_le_bytes(a) | u16::from_le_bytes(b));
        }
        if let ([a], Some(&b)) = (last, lower_row.last()) {
            let end = columns - 1;
            clean(&mut cb[end], &mut cr[end], u16::from(*a | b));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    fn bytes(count: usize, step: usize) -> Vec<u8> {
        (0..count).map(|i| (i * step % 256) as u8).collect()
    }

    /// The formula of the module's documentation.
    fn key_value([cb, cr]: [f64; 2], hue: [f64; 2], cone: f64) -> f64 {
        let length = hue[0].hypot(hue[1]);
        let along = (cb * hue[0] + cr * hue[1]) / length;
        let across = (cr * hue[0] - cb * hue[1]) / length;
        ((along - cone * across.abs()) * SCREEN / length).clamp(0.0, 255.0)
    }

    const HUES: [[f64; 2]; 4] = [[-50.0, -60.0], [-90.0, 12.0], [80.0, -20.0], [-16.0, 5.0]];

    #[test]
    fn key_values_follow_the_formula_on_every_level() {
        for hue in HUES {
            let axis = ChromaAxis::new(hue, 0.75).unwrap();
            for (level, width) in
                Level::available().into_iter().flat_map(|l| (0..=130_usize).map(move |w| (l, w)))
            {
                let (cb, cr) = (bytes(width, 89), bytes(width, 53));
                let mut values = vec![9; width];
                key_values(level, [&cb, &cr], &axis, &mut values);
                for x in 0..width {
                    let wanted = key_value([cb[x], cr[x]].map(|v| f64::from(v) - 128.0), hue, 0.75);
                    let off = (f64::from(values[x]) / 128.0 - wanted).abs();
                    assert!(off <= 1.3, "{level} {hue:?} {x}: {} not {wanted}", values[x]);
                }
            }
        }
    }

    #[test]
    fn alpha_falls_from_the_threshold_on_and_shadows_lower_it() {
        let ramp = ChromaRamp::new(16, 140.0, 150.0, 80.0, 0.4);
        for (level, width) in
            Level::available().into_iter().flat_map(|l| (0..=130_usize).map(move |w| (l, w)))
        {
            let (values, luma) = (bytes(width, 37), bytes(width, 61));
            let mut found = values.clone();
            key_alpha(level, &mut found, &luma, &ramp);
            for x in 0..width {
                let light = (f64::from(luma[x]) - 16.0) / 124.0;
                let threshold = 150.0 * light.clamp(0.4, 1.0);
                let wanted = (255.0 * (threshold - f64::from(values[x])) / 80.0).clamp(0.0, 255.0);
                let off = (f64::from(found[x]) - wanted).abs();
                assert!(off <= 4.5, "{level} {x}: {} not {wanted}", found[x]);
            }
        }
    }

    #[test]
    fn despill_takes_the_key_value_out_where_the_matte_is() {
        for hue in HUES {
            let axis = ChromaAxis::new(hue, 0.75).unwrap();
            for (level, width) in
                Level::available().into_iter().flat_map(|l| (1..=130_usize).map(move |w| (l, w)))
            {
                let half = width.div_ceil(2);
                let before = [bytes(half, 89), bytes(half, 53)];
                let matte: Vec<u8> =
                    (0..width).map(|x| if x / 10 % 2 == 0 { 3 } else { 0 }).collect();
                let [mut cb, mut cr] = before.clone();
                let whole = hue.map(|v| v as i16);
                despill(level, [&mut cb, &mut cr], [&matte, &matte], &axis, whole, 128);
                for x in 0..half {
                    let own = [before[0][x], before[1][x]];
                    let seen = matte[2 * x] > 0 || matte[(2 * x + 1).min(width - 1)] > 0;
                    let chroma = own.map(|v| f64::from(v) - 128.0);
                    let key = if seen { key_value(chroma, hue, 0.75) / SCREEN } else { 0.0 };
                    for (i, found) in [cb[x], cr[x]].into_iter().enumerate() {
                        let wanted = (f64::from(own[i]) - key * hue[i]).clamp(0.0, 255.0);
                        let off = (f64::from(found) - wanted).abs();
                        assert!(off <= 1.3, "{level} {hue:?} {x}: {found} not {wanted}");
                    }
                }
            }
        }
    }

    #[test]
    fn grey_is_no_screen() {
        assert_eq!(ChromaAxis::new([3.0, -4.0], 0.75), None);
        assert_eq!(ChromaAxis::new([f64::NAN, 0.0], 0.75), None);
    }
}
