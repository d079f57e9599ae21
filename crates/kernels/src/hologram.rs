//! The light of a hologram: a row of luma and its two ghosts, dimmed and tinted.
//!
//! All luma is counted from black up. Light, in 1/64 code values:
//! `light[x] = sum over k of floor(128 * tap_k[x] * weight_k / 65536) / 2`, rounded down at each
//! step, where `tap_0` is the picture itself and the others its ghosts; where a person stands who
//! must not be smeared, a ghost gives way to the picture itself.
//!
//! Tint is a straight line: of luma `base + own * tap_0 + gain * light`, of chroma
//! `128 + base + own * (in - 128) + gain * light`, where every base is the sum of a part that is
//! everywhere, and of one for each ghost where that ghost lies inside the picture.

use crate::dispatch::dispatch;

/// A copy of the picture that is laid over it.
#[derive(Clone, Copy, Debug)]
pub struct Ghost<'a> {
    /// Luma above black.
    pub luma: &'a [u8],
    /// Where it counts: person below [`GHOST_PERSON`].
    pub person: &'a [u8],
    /// `u16::MAX` where the ghost lies inside the picture, else 0.
    pub inside: &'a [u16],
}

/// From how much person on (of 255) a ghost does not count.
pub const GHOST_PERSON: u8 = 4;

/// Numbers that turn taps into light and luma.
#[derive(Clone, Copy, Debug)]
pub struct LumaTone {
    /// Weights of the picture itself and of the ghosts in 1/65536; they add up to at most 1.
    pub weights: [u16; 3],
    /// Share of the picture's own luma, in 1/65536.
    pub own: u16,
    /// Share of the light, in 1/65536.
    pub gain: u16,
    /// What is added everywhere, and for each ghost, in 1/64 code values.
    pub base: [u16; 3],
}

/// Numbers that turn light into chroma.
#[derive(Clone, Copy, Debug)]
pub struct ChromaTone {
    /// Share of the picture's own colour.
    pub own: f32,
    /// Chroma of one code value of light.
    pub gain: f32,
    /// What is added everywhere, and for each ghost.
    pub base: [f32; 3],
}

dispatch! {
    /// Luma above black, times the matte: `max(row - black, 0) * matte / 255`, rounded.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn lit_luma(row: &[u8], matte: &[u8], black: u8, out: &mut [u8]) = scalar::lit_luma;
}

dispatch! {
    /// Adds up a row's light, and makes it luma.
    ///
    /// # Panics
    /// If a row is shorter than `luma`.
    pub fn hologram_luma(own: &[u8], ghosts: [Ghost<'_>; 2], tone: &LumaTone, light: &mut [u16], luma: &mut [u8]) = scalar::hologram_luma;
}

dispatch! {
    /// Makes the light of two rows chroma. `matte` says how much of the own colour there is;
    /// `inside` is how much (`0.0..=1.0`) of each pixel's ghosts lie inside the picture. At odd
    /// sizes the last column counts alone, and the last row is given twice.
    ///
    /// # Panics
    /// If the rows are not twice as long as `chroma`, rounded down, or `inside` is shorter.
    pub fn hologram_chroma(light: [&[u16]; 2], matte: [&[u8]; 2], inside: [&[f32]; 2], tone: &ChromaTone, chroma: &mut [u8]) = scalar::hologram_chroma;
}

mod scalar {
    use super::{ChromaTone, GHOST_PERSON, Ghost, LumaTone};

    #[inline(always)]
    pub fn lit_luma(row: &[u8], matte: &[u8], black: u8, out: &mut [u8]) {
        assert!(row.len() == out.len() && matte.len() == out.len(), "rows differ in length");
        for ((out, &v), &m) in out.iter_mut().zip(row).zip(matte) {
            // Exact division by 255, rounded.
            let product = u16::from(v.saturating_sub(black)) * u16::from(m) + 128;
            *out = ((product + (product >> 8)) >> 8) as u8;
        }
    }

    /// `a * b / 65536`, rounded down.
    #[inline(always)]
    fn share(a: u16, b: u16) -> u16 {
        ((u32::from(a) * u32::from(b)) >> 16) as u16
    }

    #[inline(always)]
    pub fn hologram_luma(
        own: &[u8],
        ghosts: [Ghost<'_>; 2],
        tone: &LumaTone,
        light: &mut [u16],
        luma: &mut [u8],
    ) {
        let count = luma.len();
        let (own, light) = (&own[..count], &mut light[..count]);
        let [(luma1, person1, inside1), (luma2, person2, inside2)] =
            ghosts.map(|g| (&g.luma[..count], &g.person[..count], &g.inside[..count]));
        let LumaTone { weights, own: own_share, gain, base } = *tone;
        for x in 0..count {
            let ghost = |luma: u8, person: u8| if person < GHOST_PERSON { luma } else { own[x] };
            let wide = |v: u8| u16::from(v) << 7;
            let (ghost1, ghost2) = (ghost(luma1[x], person1[x]), ghost(luma2[x], person2[x]));
            let sum = share(wide(own[x]), weights[0])
                + share(wide(ghost1), weights[1])
                + share(wide(ghost2), weights[2]);
            light[x] = sum >> 1;
            let tint = base[0] + (base[1] & inside1[x]) + (base[2] & inside2[x]);
            let value = (share(wide(own[x]), own_share) >> 1) + share(light[x], gain) + tint;
            luma[x] = ((value + 32) >> 6).min(255) as u8;
        }
    }

    #[inline(always)]
    pub fn hologram_chroma(
        light: [&[u16]; 2],
        matte: [&[u8]; 2],
        inside: [&[f32]; 2],
        tone: &ChromaTone,
        chroma: &mut [u8],
    ) {
        let (count, width) = (chroma.len(), light[0].len());
        assert_eq!(count, width.div_ceil(2), "chroma is not half as long as the light");
        assert!(light[1].len() == width && matte.iter().all(|m| m.len() == width));
        let inside = inside.map(|row| &row[..count]);
        let (own, gain) = (tone.own * (1.0 / 1020.0), tone.gain * (1.0 / 256.0));
        let made = |value: u8, matte: i32, light: i32, in1: f32, in2: f32| {
            let own = own * ((i32::from(value) - 128) * matte) as f32;
            let tint = tone.base[0] + tone.base[1] * in1 + tone.base[2] * in2;
            (own + gain * light as f32 + tint + 128.5).clamp(0.0, 255.0) as i32 as u8
        };
        let [light1, light2] = light.map(|row| row.as_chunks::<2>().0);
        let [matte1, matte2] = matte.map(|row| row.as_chunks::<2>().0);
        let pairs = chroma[..width / 2].iter_mut().zip(light1.iter().zip(light2));
        let rest = matte1.iter().zip(matte2).zip(inside[0].iter().zip(inside[1]));
        for ((out, (l1, l2)), ((m1, m2), (&in1, &in2))) in pairs.zip(rest) {
            let light = [l1[0], l1[1], l2[0], l2[1]].map(i32::from);
            let matte = [m1[0], m1[1], m2[0], m2[1]].map(i32::from);
            let sum = |v: [i32; 4]| v[0] + v[1] + v[2] + v[3];
            *out = made(*out, sum(matte), sum(light), in1, in2);
        }
        if width % 2 == 1 {
            let light = 2 * light.map(|row| i32::from(row[width - 1])).iter().sum::<i32>();
            let matte = 2 * matte.map(|row| i32::from(row[width - 1])).iter().sum::<i32>();
            let out = &mut chroma[count - 1];
            *out = made(*out, matte, light, inside[0][count - 1], inside[1][count - 1]);
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

    #[test]
    fn lit_luma_is_the_rounded_product() {
        for level in Level::available() {
            for width in 0..=130 {
                let (row, matte) = (bytes(width, 89), bytes(width, 41));
                let mut out = vec![0xaa; width + 3];
                lit_luma(level, &row, &matte, 16, &mut out[..width]);
                assert_eq!(out[width..], [0xaa; 3], "{level} {width}");
                for x in 0..width {
                    let above = f64::from(row[x].saturating_sub(16));
                    let expected = (above * f64::from(matte[x]) / 255.0).round() as u8;
                    assert_eq!(out[x], expected, "{level} {width} {x}");
                }
            }
        }
    }

    const LUMA: LumaTone = LumaTone {
        weights: [5243, 20_972, 39_321],
        own: 32_768,
        gain: 20_000,
        base: [1024 + 60, 240, 450],
    };

    const CHROMA: ChromaTone = ChromaTone { own: 0.5, gain: -0.4, base: [10.0, 20.0, 50.0] };

    fn masks(width: usize) -> [Vec<u16>; 2] {
        [3, 5].map(|n| (0..width).map(|x| if x % n == 0 { u16::MAX } else { 0 }).collect())
    }

    #[test]
    fn light_and_luma_are_the_weighted_sums() {
        for level in Level::available() {
            for width in 0..=130 {
                let taps = [89, 53, 17].map(|step| bytes(width, step));
                let person = bytes(width, 3);
                let masks = masks(width);
                let ghost =
                    |k: usize| Ghost { luma: &taps[k + 1], person: &person, inside: &masks[k] };
                let (mut light, mut luma) = (vec![0; width + 1], vec![0xaa; width + 3]);
                let (found, ghosts) = (&mut luma[..width], [ghost(0), ghost(1)]);
                hologram_luma(level, &taps[0], ghosts, &LUMA, &mut light, found);
                assert_eq!(luma[width..], [0xaa; 3], "{level} {width}");
                for x in 0..width {
                    let tap = |k: usize| {
                        let own = k == 0 || person[x] >= GHOST_PERSON;
                        f64::from(taps[if own { 0 } else { k }][x])
                    };
                    let part = |k: usize| tap(k) * f64::from(LUMA.weights[k]) / 65_536.0;
                    let sum = part(0) + part(1) + part(2);
                    assert!((f64::from(light[x]) / 64.0 - sum).abs() < 0.05, "{level} {width} {x}");
                    let tint = (0..2).map(|k| if masks[k][x] > 0 { LUMA.base[k + 1] } else { 0 });
                    let base = f64::from(LUMA.base[0] + tint.sum::<u16>()) / 64.0;
                    let expected = base + 0.5 * tap(0) + sum * 20_000.0 / 65_536.0;
                    let error = f64::from(luma[x]) - expected.min(255.0);
                    assert!(error.abs() < 0.6, "{level} {width} {x}: off by {error}");
                }
            }
        }
    }

    #[test]
    fn chroma_is_the_line_of_the_mean_light() {
        for level in Level::available() {
            for width in 0..=130_usize {
                let half = width.div_ceil(2);
                let light = [7919, 104_729]
                    .map(|n| (0..width).map(|i| (i * n % 16_000) as u16).collect::<Vec<_>>());
                let matte = [bytes(width, 31), bytes(width, 77)];
                let inside = [0.5, 0.25].map(|v| vec![v; half]);
                let before = bytes(half + 3, 97);
                let mut chroma = before.clone();
                hologram_chroma(
                    level,
                    [&light[0], &light[1]],
                    [&matte[0], &matte[1]],
                    [&inside[0], &inside[1]],
                    &CHROMA,
                    &mut chroma[..half],
                );
                assert_eq!(chroma[half..], before[half..], "{level} {width}");
                for x in 0..half {
                    let columns = [2 * x, (2 * x + 1).min(width - 1)];
                    let light = columns.map(|c| f64::from(light[0][c]) + f64::from(light[1][c]));
                    let matte = columns.map(|c| f64::from(matte[0][c]) + f64::from(matte[1][c]));
                    let own = 0.5 * (f64::from(before[x]) - 128.0) * (matte[0] + matte[1]) / 1020.0;
                    let lit = -0.4 * (light[0] + light[1]) / 256.0;
                    let expected = (128.0 + own + lit + 10.0 + 10.0 + 12.5).clamp(0.0, 255.0);
                    let error = (f64::from(chroma[x]) - expected).abs();
                    assert!(error < 0.502, "{level} {width} {x}: {} for {expected}", chroma[x]);
                }
            }
        }
    }
}
