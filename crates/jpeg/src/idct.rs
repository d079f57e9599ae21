//! From coefficients to 8x8 pixels: the accurate integer method (*islow*), with the same bytes as
//! libjpeg-turbo's for x86.
//!
//! Loeffler, Ligtenberg and Moschytz, "Practical Fast 1-D DCT Algorithms with 11 Multiplications" (1989), with
//! constants of 13 bits; columns first, whose results keep two more bits. Products and sums have 32 bits,
//! the rest 16 and wraps or saturates, which shows only where the coefficients are no picture's.

#![forbid(unsafe_code)]

/// The place in a block (row by row) of each place in zigzag.
#[rustfmt::skip]
pub(crate) const NATURAL: [u8; 64] = [
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Bits behind the point of the constants.
const CONST_BITS: u32 = 13;
/// Further bits that the columns' results keep.
pub(crate) const PASS1_BITS: u32 = 2;
/// What is shifted out after columns, and after rows.
pub(crate) const SHIFTS: [u32; 2] = [CONST_BITS - PASS1_BITS, CONST_BITS + PASS1_BITS + 3];

const F_0_298: i32 = 2446;
const F_0_390: i32 = 3196;
const F_0_541: i32 = 4433;
const F_0_765: i32 = 6270;
const F_0_899: i32 = 7373;
const F_1_175: i32 = 9633;
const F_1_501: i32 = 12299;
const F_1_847: i32 = 15137;
const F_1_961: i32 = 16069;
const F_2_053: i32 = 16819;
const F_2_562: i32 = 20995;
const F_3_072: i32 = 25172;

/// Constants by which pairs of inputs are multiplied and added: `a * pair[0] + b * pair[1]`.
pub(crate) mod pairs {
    use super::*;
    /// Inputs 2 and 6.
    pub const EVEN: [[i32; 2]; 2] = [[F_0_541, F_0_541 - F_1_847], [F_0_541 + F_0_765, F_0_541]];
    /// Sums of inputs 3 and 7, and of 1 and 5.
    pub const SUMS: [[i32; 2]; 2] = [[F_1_175 - F_1_961, F_1_175], [F_1_175, F_1_175 - F_0_390]];
    /// Inputs 7 and 1.
    pub const OUTER: [[i32; 2]; 2] = [[F_0_298 - F_0_899, -F_0_899], [-F_0_899, F_1_501 - F_0_899]];
    /// Inputs 5 and 3.
    pub const INNER: [[i32; 2]; 2] = [[F_2_053 - F_2_562, -F_2_562], [-F_2_562, F_3_072 - F_2_562]];
}

/// The pixels of a block of coefficients, both row by row; `coefficients` are multiplied by their steps. Where all
/// but the first row are 0 (`is_one_row`) the columns are shifted, which wraps.
pub(crate) fn pixels(coefficients: &[i16; 64], is_one_row: bool) -> [u8; 64] {
    let mut between = [0_i16; 64];
    for x in 0..8 {
        let column = if is_one_row {
            [coefficients[x] << PASS1_BITS; 8]
        } else {
            transform(std::array::from_fn(|y| coefficients[8 * y + x]), SHIFTS[0])
        };
        for (y, value) in column.into_iter().enumerate() {
            between[8 * y + x] = value;
        }
    }
    let mut pixels = [0; 64];
    for (row, out) in between.as_chunks::<8>().0.iter().zip(pixels.as_chunks_mut::<8>().0) {
        *out = transform(*row, SHIFTS[1]).map(|value| (value.clamp(-128, 127) + 128) as u8);
    }
    pixels
}

/// Eight values of one dimension.
fn transform(from: [i16; 8], shift: u32) -> [i16; 8] {
    let pair = |[p, q]: [i32; 2], a: i16, b: i16| (i32::from(a) * p).wrapping_add(i32::from(b) * q);
    let tmp2 = pair(pairs::EVEN[0], from[2], from[6]);
    let tmp3 = pair(pairs::EVEN[1], from[2], from[6]);
    let tmp0 = i32::from(from[0].wrapping_add(from[4])) << CONST_BITS;
    let tmp1 = i32::from(from[0].wrapping_sub(from[4])) << CONST_BITS;
    let even = [
        tmp0.wrapping_add(tmp3),
        tmp1.wrapping_add(tmp2),
        tmp1.wrapping_sub(tmp2),
        tmp0.wrapping_sub(tmp3),
    ];
    let (z3, z4) = (from[3].wrapping_add(from[7]), from[1].wrapping_add(from[5]));
    let (sum3, sum4) = (pair(pairs::SUMS[0], z3, z4), pair(pairs::SUMS[1], z3, z4));
    let odd = [
        pair(pairs::OUTER[1], from[7], from[1]).wrapping_add(sum4),
        pair(pairs::INNER[1], from[5], from[3]).wrapping_add(sum3),
        pair(pairs::INNER[0], from[5], from[3]).wrapping_add(sum4),
        pair(pairs::OUTER[0], from[7], from[1]).wrapping_add(sum3),
    ];
    let scale = |value: i32| {
        let value = value.wrapping_add(1 << (shift - 1)) >> shift;
        value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
    };
    std::array::from_fn(|at| match at {
        0..4 => scale(even[at].wrapping_add(odd[at])),
        _ => scale(even[7 - at].wrapping_sub(odd[7 - at])),
    })
}

/// The pixel of a block that has nothing but a mean.
pub(crate) fn flat(mean: i16) -> u8 {
    (((i32::from(mean << PASS1_BITS) + 16) >> 5).clamp(-128, 127) + 128) as u8
}
