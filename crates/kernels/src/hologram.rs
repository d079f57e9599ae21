//! The light of a hologram: a row of luma and its two ghosts, dimmed and tinted.
//!
//! Luma is counted from black up, in 1/128 code values: `max(in - black, 0) * matte / 255`, the
//! last bit rounded. Light, in 1/64 code values: `light[x] = sum over k of floor(tap_k[x] *
//! weight_k / 65536) / 2`, rounded down, where `tap_0` is the picture itself and the others its
//! ghosts; where a person must not be smeared, the picture itself replaces a ghost.
//!
//! Tint is a straight line: of luma `base + own * tap_0 + gain * light`, of chroma `128 + base +
//! own * (in - 128) + gain * light`, where every base is the sum of a part that applies everywhere,
//! and of one for each ghost where that ghost is inside the picture.

use crate::dispatch::dispatch;

/// A copy of the picture to lay over it.
#[derive(Clone, Copy, Debug)]
pub struct Ghost<'a> {
    /// Luma above black, in 1/128 code values.
    pub luma: &'a [u16],
    /// `u16::MAX` where a person is in the way, else 0.
    pub person: &'a [u16],
    /// `u16::MAX` where the ghost is inside the picture, else 0.
    pub inside: &'a [u16],
}

/// Numbers that turn taps into light and luma.
#[derive(Clone, Copy, Debug)]
pub struct LumaTone {
    /// Weights of the picture itself and of the ghosts in 1/65536; they add up to at most 1.
    pub weights: [u16; 3],
    /// Share of the picture's own luma, in 1/65536.
    pub own: u16,
    /// Share of the light, in 1/65536.
    pub gain: u16,
    /// The offsets everywhere, and for each ghost, in 1/64 code values.
    pub base: [u16; 3],
}

/// Numbers that turn light into chroma.
#[derive(Clone, Copy, Debug)]
pub struct ChromaTone {
    /// Share of the picture's own colour.
    pub own: f32,
    /// Chroma of one code value of light.
    pub gain: f32,
    /// The offsets everywhere, and for each ghost.
    pub base: [f32; 3],
}

dispatch! {
    /// Luma above black, times the matte, in 1/128 code values.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn lit_luma(row: &[u8], matte: &[u8], black: u8, out: &mut [u16]) = scalar::lit_luma;
}

dispatch! {
    /// `u16::MAX` where there is 4 or more (of 255) of a person, else 0.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn person_mask(person: &[u8], mask: &mut [u16]) = scalar::person_mask;
}

dispatch! {
    /// Adds up a row's light, and turns it into luma.
    ///
    /// # Panics
    /// If a row is shorter than `luma`.
    pub fn hologram_luma(own: &[u16], ghosts: [Ghost<'_>; 2], tone: &LumaTone, light: &mut [u16], luma: &mut [u8]) = scalar::hologram_luma;
}

dispatch! {
    /// Turns the light of two rows into chroma, U and V. `matte` is how much of the picture's own
    /// colour there is; `inside` is how much (`0.0..=1.0`) of each pixel's ghosts is inside the
    /// picture. At odd sizes the last column counts alone, and the caller passes the last row
    /// twice.
    ///
    /// # Panics
    /// If the lengths of the rows differ, those of chroma or `inside` from half that, rounded up.
    pub fn hologram_chroma(light: [&[u16]; 2], matte: [&[u8]; 2], inside: [&[f32]; 2], tones: &[ChromaTone; 2], chroma: [&mut [u8]; 2]) = scalar::hologram_chroma;
}

mod scalar {
    use super::{ChromaTone, Ghost, LumaTone};

    #[inline(always)]
    pub fn lit_luma(row: &[u8], matte: &[u8], black: u8, out: &mut [u16]) {
        assert!(row.len() == out.len() && matte.len() == out.len(), "rows differ in length");
        for ((out, &v), &m) in out.iter_mut().zip(row).zip(matte) {
            // 65793 / 2^17 is 128 / 255 with more digits than the product has.
            let product = u32::from(v.saturating_sub(black)) * u32::from(m);
            *out = ((product * 65_793 + (1 << 16)) >> 17) as u16;
        }
    }

    #[inline(always)]
    pub fn person_mask(person: &[u8], mask: &mut [u16]) {
        assert_eq!(person.len(), mask.len(), "rows differ in length");
        mask.iter_mut().zip(person).for_each(|(m, &p)| *m = if p >= 4 { u16::MAX } else { 0 });
    }

    /// Pixels of luma to work on together, in their own arrays: among so many slices the compiler
    /// couldn't know that none overlaps another.
    const BLOCK: usize = 32;
    const HALF: usize = BLOCK / 2;

    /// Block `index` of a row that has it.
    #[inline(always)]
    fn block<T, const N: usize>(row: &[T], index: usize) -> &[T; N] {
        &row.as_chunks().0[index]
    }

    #[inline(always)]
    fn block_mut<T, const N: usize>(row: &mut [T], index: usize) -> &mut [T; N] {
        &mut row.as_chunks_mut().0[index]
    }

    /// The rest of a row after its whole blocks, padded with zeros.
    #[inline(always)]
    fn rest<T: Copy + Default, const N: usize>(row: &[T]) -> [T; N] {
        padded(row.as_chunks::<N>().1)
    }

    #[inline(always)]
    fn store_rest<T: Copy, const N: usize>(values: &[T; N], row: &mut [T]) {
        let rest = row.as_chunks_mut::<N>().1;
        rest.copy_from_slice(&values[..rest.len()]);
    }

    /// `a * b / 65536`, rounded down.
    #[inline(always)]
    fn share(a: u16, b: u16) -> u16 {
        ((u32::from(a) * u32::from(b)) >> 16) as u16
    }

    #[inline(always)]
    pub fn hologram_luma(
        own: &[u16],
        ghosts: [Ghost<'_>; 2],
        tone: &LumaTone,
        light: &mut [u16],
        luma: &mut [u8],
    ) {
        let count = luma.len();
        let (own, light) = (&own[..count], &mut light[..count]);
        let ((luma1, person1, inside1), (luma2, person2, inside2)) =
            (cut(ghosts[0], count), cut(ghosts[1], count));
        for i in 0..count / BLOCK {
            let ghost1 = (block(luma1, i), block(person1, i), block(inside1, i));
            let ghost2 = (block(luma2, i), block(person2, i), block(inside2, i));
            let (sums, made) = lit_block(block(own, i), ghost1, ghost2, tone);
            (*block_mut(light, i), *block_mut(luma, i)) = (sums, made);
        }
        let ghost1 = (&rest(luma1), &rest(person1), &rest(inside1));
        let ghost2 = (&rest(luma2), &rest(person2), &rest(inside2));
        let (sums, made) = lit_block(&rest(own), ghost1, ghost2, tone);
        store_rest(&sums, light);
        store_rest(&made, luma);
    }

    #[inline(always)]
    fn cut(ghost: Ghost<'_>, count: usize) -> (&[u16], &[u16], &[u16]) {
        (&ghost.luma[..count], &ghost.person[..count], &ghost.inside[..count])
    }

    /// Luma of a ghost, where a person is in the way, and where it is inside the picture.
    type GhostBlock<'a> = (&'a [u16; BLOCK], &'a [u16; BLOCK], &'a [u16; BLOCK]);

    /// Light, and luma.
    #[inline(always)]
    fn lit_block(
        own: &[u16; BLOCK],
        (luma1, person1, inside1): GhostBlock<'_>,
        (luma2, person2, inside2): GhostBlock<'_>,
        tone: &LumaTone,
    ) -> ([u16; BLOCK], [u8; BLOCK]) {
        let LumaTone { weights, own: own_share, gain, base } = *tone;
        let (mut sums, mut made) = ([0; BLOCK], [0; BLOCK]);
        for x in 0..BLOCK {
            let tap = |ghost: u16, person: u16| (ghost & !person) | (own[x] & person);
            let sum = share(own[x], weights[0])
                + share(tap(luma1[x], person1[x]), weights[1])
                + share(tap(luma2[x], person2[x]), weights[2]);
            sums[x] = sum >> 1;
            let tint = base[0] + (base[1] & inside1[x]) + (base[2] & inside2[x]);
            let value = (share(own[x], own_share) >> 1) + share(sums[x], gain) + tint;
            made[x] = ((value + 32) >> 6).min(255) as u8;
        }
        (sums, made)
    }

    #[inline(always)]
    pub fn hologram_chroma(
        light: [&[u16]; 2],
        matte: [&[u8]; 2],
        inside: [&[f32]; 2],
        tones: &[ChromaTone; 2],
        chroma: [&mut [u8]; 2],
    ) {
        let width = light[0].len();
        let count = width.div_ceil(2);
        assert!(chroma.iter().all(|c| c.len() == count), "chroma is not half as long");
        assert!(inside.iter().all(|i| i.len() == count), "a mask is not half as long");
        assert!(light[1].len() == width && matte.iter().all(|m| m.len() == width));
        let [u, v] = chroma;
        for i in 0..width / BLOCK {
            let light = lights(block(light[0], i), block(light[1], i));
            let matte = mattes(block(matte[0], i), block(matte[1], i));
            let inside = (block(inside[0], i), block(inside[1], i));
            *block_mut(u, i) = colored(block(u, i), &light, &matte, inside, &tones[0]);
            *block_mut(v, i) = colored(block(v, i), &light, &matte, inside, &tones[1]);
        }
        let (upper, lower) = (last_twice(rest(light[0]), width), last_twice(rest(light[1]), width));
        let light = lights(&upper, &lower);
        let (upper, lower) = (last_twice(rest(matte[0]), width), last_twice(rest(matte[1]), width));
        let matte = mattes(&upper, &lower);
        let done = width / BLOCK * HALF;
        let inside = (&padded(&inside[0][done..]), &padded(&inside[1][done..]));
        for (row, tone) in [(u, &tones[0]), (v, &tones[1])] {
            let made = colored(&padded(&row[done..]), &light, &matte, inside, tone);
            row[done..].copy_from_slice(&made[..count - done]);
        }
    }

    /// At most a block of values, padded with zeros.
    #[inline(always)]
    fn padded<T: Copy + Default, const N: usize>(values: &[T]) -> [T; N] {
        let mut block = [T::default(); N];
        block[..values.len()].copy_from_slice(values);
        block
    }

    /// The rest of a row, with the last value repeated if the width is odd.
    #[inline(always)]
    fn last_twice<T: Copy>(mut rest: [T; BLOCK], width: usize) -> [T; BLOCK] {
        if width % 2 == 1 {
            let end = width % BLOCK;
            rest[end] = rest[end - 1];
        }
        rest
    }

    // Plain loops below: the library's functions on arrays aren't compiled for the level's
    // instructions.

    /// The sums of two by two values of light.
    #[inline(always)]
    fn lights(upper: &[u16; BLOCK], lower: &[u16; BLOCK]) -> [f32; HALF] {
        // Both halves of one number: sums of two don't overflow.
        let pair = |v: [u16; 2]| u32::from(v[0]) | (u32::from(v[1]) << 16);
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        let mut sums = [0.0; HALF];
        for (sum, (&a, &b)) in sums.iter_mut().zip(pairs) {
            let both = pair(a) + pair(b);
            *sum = ((both & 0xffff) + (both >> 16)) as i32 as f32;
        }
        sums
    }

    /// The sums of two by two values of a matte.
    #[inline(always)]
    fn mattes(upper: &[u8; BLOCK], lower: &[u8; BLOCK]) -> [f32; HALF] {
        let halves = |v: [u8; 2]| {
            let v = u16::from_le_bytes(v);
            (v & 0xff) + (v >> 8)
        };
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        let mut sums = [0.0; HALF];
        for (sum, (&a, &b)) in sums.iter_mut().zip(pairs) {
            *sum = f32::from(halves(a) + halves(b));
        }
        sums
    }

    /// Adding it to a small number rounds that to a whole one, in the lowest bits of the sum. A
    /// cast would check for NaN, one by one.
    const WHOLE: f32 = 8_388_608.0;

    #[inline(always)]
    fn colored(
        before: &[u8; HALF],
        light: &[f32; HALF],
        matte: &[f32; HALF],
        (inside1, inside2): (&[f32; HALF], &[f32; HALF]),
        tone: &ChromaTone,
    ) -> [u8; HALF] {
        let (own, gain) = (tone.own * (1.0 / 1020.0), tone.gain * (1.0 / 256.0));
        let base = tone.base[0] + 128.0;
        let mut values = [0; HALF];
        for x in 0..HALF {
            let own = own * (f32::from(before[x]) - 128.0) * matte[x];
            let ghosts = tone.base[1] * inside1[x] + tone.base[2] * inside2[x];
            let value = own + gain * light[x] + ghosts + base;
            values[x] = (value.clamp(0.0, 255.0) + WHOLE).to_bits() as u8;
        }
        values
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
                let mut out = vec![0xaaaa; width + 3];
                lit_luma(level, &row, &matte, 16, &mut out[..width]);
                assert_eq!(out[width..], [0xaaaa; 3], "{level} {width}");
                for x in 0..width {
                    let above = f64::from(row[x].saturating_sub(16));
                    let expected = (128.0 * above * f64::from(matte[x]) / 255.0).round() as u16;
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

    const CHROMA: [ChromaTone; 2] = [
        ChromaTone { own: 0.5, gain: -0.4, base: [10.0, 20.0, 50.0] },
        ChromaTone { own: 1.0, gain: 0.3, base: [-5.0, -40.0, 8.0] },
    ];

    fn masks(width: usize) -> [Vec<u16>; 2] {
        [3, 5].map(|n| (0..width).map(|x| if x % n == 0 { u16::MAX } else { 0 }).collect())
    }

    #[test]
    fn light_and_luma_are_the_weighted_sums() {
        for level in Level::available() {
            for width in 0..=130 {
                let taps = [89, 53, 17].map(|step| -> Vec<u16> {
                    bytes(width, step).iter().map(|&v| u16::from(v) << 7).collect()
                });
                let mut person = vec![1; width + 2];
                person_mask(level, &bytes(width, 3), &mut person[..width]);
                assert_eq!(person[width..], [1; 2], "{level} {width}");
                let masks = masks(width);
                let ghost =
                    |k: usize| Ghost { luma: &taps[k + 1], person: &person, inside: &masks[k] };
                let (mut light, mut luma) = (vec![0; width + 1], vec![0xaa; width + 3]);
                let (found, ghosts) = (&mut luma[..width], [ghost(0), ghost(1)]);
                hologram_luma(level, &taps[0], ghosts, &LUMA, &mut light, found);
                assert_eq!(luma[width..], [0xaa; 3], "{level} {width}");
                for x in 0..width {
                    let tap = |k: usize| {
                        let own = k == 0 || 3 * x % 256 >= 4;
                        f64::from(taps[if own { 0 } else { k }][x]) / 128.0
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
                let before = [97, 61].map(|step| bytes(half + 3, step));
                let [mut u, mut v] = before.clone();
                hologram_chroma(
                    level,
                    [&light[0], &light[1]],
                    [&matte[0], &matte[1]],
                    [&inside[0], &inside[1]],
                    &CHROMA,
                    [&mut u[..half], &mut v[..half]],
                );
                for ((found, before), tone) in [u, v].iter().zip(&before).zip(&CHROMA) {
                    assert_eq!(found[half..], before[half..], "{level} {width}");
                    for x in 0..half {
                        let columns = [2 * x, (2 * x + 1).min(width - 1)];
                        let light = columns.map(|c| light.each_ref().map(|row| f64::from(row[c])));
                        let matte = columns.map(|c| matte.each_ref().map(|row| f64::from(row[c])));
                        let mean = |v: [[f64; 2]; 2]| v.iter().flatten().sum::<f64>() / 4.0;
                        let own = f64::from(tone.own) * (f64::from(before[x]) - 128.0);
                        let [base, ghost1, ghost2] = tone.base.map(f64::from);
                        let value = 128.0
                            + own * mean(matte) / 255.0
                            + base
                            + f64::from(tone.gain) * mean(light) / 64.0
                            + 0.5 * ghost1
                            + 0.25 * ghost2;
                        let error = (f64::from(found[x]) - value.clamp(0.0, 255.0)).abs();
                        assert!(error < 0.502, "{level} {width} {x}: {} for {value}", found[x]);
                    }
                }
            }
        }
    }
}
