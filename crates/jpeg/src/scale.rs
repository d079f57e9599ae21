//! The arithmetic of smaller blocks, which are made without making them in full.

#![forbid(unsafe_code)]

/// How much the coefficient `u` counts in the mean of two pixels, in 4096ths: `4096 / 2 C(u) cos(u pi / 16)
/// cos((2 i + 1) u pi / 8)` for the pair `i`, with `C(0)` of `1 / sqrt(2)`. The third and fourth pair mirror
/// the second and first, with the other sign where `u` is odd.
pub(crate) const HALF: [[i32; 8]; 2] =
    [[1448, 1856, 1338, 652, 0, -435, -554, -369], [1448, 769, -1338, -1573, 0, 1051, 554, -153]];

/// What is shifted out after columns, whose results keep three more bits and have 16, and after rows.
pub(crate) const HALF_SHIFTS: [u32; 2] = [9, 15];

/// The means of each two by two pixels of a block of coefficients, which are multiplied by their steps.
pub(crate) fn half(coefficients: &[i16; 64]) -> [u8; 16] {
    // Four rows of eight columns.
    let mut between = [[0_i16; 8]; 4];
    for x in 0..8 {
        let column = pairs(std::array::from_fn(|y| coefficients[8 * y + x]), HALF_SHIFTS[0]);
        for (row, value) in between.iter_mut().zip(column) {
            row[x] = value;
        }
    }
    let mut pixels = [0; 16];
    for (row, out) in between.into_iter().zip(pixels.as_chunks_mut::<4>().0) {
        *out = pairs(row, HALF_SHIFTS[1]).map(|value| (value.clamp(-128, 127) + 128) as u8);
    }
    pixels
}

/// The same of a block that has nothing but a mean.
#[cfg(any(test, target_arch = "x86_64"))]
pub(crate) fn half_flat(mean: i16) -> u8 {
    let [[weight, ..], _] = HALF;
    let between = shifted(i32::from(mean) * weight, HALF_SHIFTS[0]);
    (shifted(i32::from(between) * weight, HALF_SHIFTS[1]).clamp(-128, 127) + 128) as u8
}

/// Means of pairs of what eight coefficients say.
fn pairs(from: [i16; 8], shift: u32) -> [i16; 4] {
    let sum = |weights: &[i32; 8], first: usize| {
        (first..8).step_by(2).fold(0, |sum, u| sum + i32::from(from[u]) * weights[u])
    };
    let [outer, inner] = HALF.each_ref().map(|weights| (sum(weights, 0), sum(weights, 1)));
    [outer.0 + outer.1, inner.0 + inner.1, inner.0 - inner.1, outer.0 - outer.1]
        .map(|sum| shifted(sum, shift))
}

/// A sum in 16 bits.
fn shifted(sum: i32, shift: u32) -> i16 {
    ((sum + (1 << (shift - 1))) >> shift).clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// How much the first coefficients count in the mean of a quarter of a block, in 65536ths: that of the mean (`1 / 8`), of
/// one wave across or down, and of both.
pub(crate) const QUARTER: [i16; 3] = [8192, 7423, 6726];

/// The means of each four by four pixels, from the first coefficients alone: the mean, one wave across, one wave
/// down, and one of both.
pub(crate) fn quarter([mean, across, down, both]: [i32; 4]) -> [u8; 4] {
    let of = |value: i32, weight: i16| value.wrapping_mul(i32::from(weight));
    let mean = of(mean, QUARTER[0]).wrapping_add(1 << 15);
    let (across, down) = (of(across, QUARTER[1]), of(down, QUARTER[1]));
    let both = of(both, QUARTER[2]);
    let (left, right) = (mean.wrapping_add(across), mean.wrapping_sub(across));
    let (more, less) = (down.wrapping_add(both), down.wrapping_sub(both));
    let sums = [
        left.wrapping_add(more),
        right.wrapping_add(less),
        left.wrapping_sub(more),
        right.wrapping_sub(less),
    ];
    sums.map(|sum| ((sum >> 16).clamp(-128, 127) + 128) as u8)
}

/// The mean of a whole block, from its first coefficient.
pub(crate) fn eighth(mean: i16) -> u8 {
    (((i32::from(mean) + 4) >> 3).clamp(-128, 127) + 128) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_alone_is_half_as_large_in_the_same_way() {
        for mean in i16::MIN..=i16::MAX {
            let mut coefficients = [0; 64];
            coefficients[0] = mean;
            assert_eq!(half(&coefficients), [half_flat(mean); 16], "{mean}");
        }
    }
}
