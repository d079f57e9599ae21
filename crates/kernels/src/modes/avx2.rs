//! The same with AVX2: sixteen lanes at once.

use super::body::{self, Block};
use super::weights::{Mode, Weights};
use crate::blend::{Yuv, YuvMut};
use backlot_media::Plane;
use std::arch::x86_64::*;

/// Red, green and blue.
type Color = [__m256i; 3];

/// Weights in every lane.
struct Wide {
    luma: __m256i,
    back: [Color; 3],
}

#[target_feature(enable = "avx2")]
fn all(value: i16) -> __m256i {
    _mm256_set1_epi16(value)
}

#[target_feature(enable = "avx2")]
pub fn blend(
    mode: Mode,
    weights: &Weights,
    bottom: YuvMut<'_>,
    top: Yuv<'_>,
    matte: Option<Plane<'_>>,
    opacity: u8,
) {
    let by = match mode {
        Mode::Multiply => blend_by::<{ Mode::Multiply as u8 }>,
        Mode::Screen => blend_by::<{ Mode::Screen as u8 }>,
        Mode::Add => blend_by::<{ Mode::Add as u8 }>,
    };
    by(weights, bottom, top, matte, opacity);
}

#[target_feature(enable = "avx2")]
fn blend_by<const MODE: u8>(
    w: &Weights,
    bottom: YuvMut<'_>,
    top: Yuv<'_>,
    matte: Option<Plane<'_>>,
    opacity: u8,
) {
    let wide = Wide { luma: all(w.luma), back: w.back.map(|row| row.map(|v| all(v))) };
    body::blend(bottom, top, matte, opacity, |block| {
        lanes::<MODE>(block, w, &wide, 0);
        lanes::<MODE>(block, w, &wide, 1);
    });
}

/// Sixteen lanes, the first or second of a block.
#[target_feature(enable = "avx2")]
fn lanes<const MODE: u8>(block: &mut Block, w: &Weights, wide: &Wide, half: usize) {
    let chroma = [0, 1].map(|i| samples(&block.below_chroma[i], half));
    let top_chroma = [0, 1].map(|i| samples(&block.top_chroma[i], half));
    let (below_shares, top_shares) = (shares(w, chroma), shares(w, top_chroma));
    let mut total = [all(0); 3];
    for row in 0..2 {
        let pairs = [&block.below[row], &block.top[row], &block.alpha[row]];
        let pairs = pairs.map(|row| load(&row.as_chunks().0[half]));
        let sides = [pairs.map(|v| low(v)), pairs.map(|v| _mm256_srli_epi16::<8>(v))];
        let out = sides.map(|[below, top, alpha]| {
            let change = change::<MODE>(wide, [below, top], [below_shares, top_shares], alpha);
            for i in 0..3 {
                total[i] = _mm256_add_epi16(total[i], _mm256_srai_epi16::<2>(change[i]));
            }
            changed(below, sum(wide.back[0], change))
        });
        let packed = _mm256_packus_epi16(out[0], out[1]);
        store(interleaved(packed), &mut block.below[row].as_chunks_mut().0[half]);
    }
    let out = [0, 1].map(|i| changed(chroma[i], sum(wide.back[i + 1], total)));
    let packed = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi16(out[0], out[1]));
    let [cb, cr] = &mut block.below_chroma;
    store_half(_mm256_castsi256_si128(packed), &mut cb.as_chunks_mut().0[half]);
    store_half(_mm256_extracti128_si256::<1>(packed), &mut cr.as_chunks_mut().0[half]);
}

/// Of each half of a vector, the eight bytes and the eight after them in turn.
#[target_feature(enable = "avx2")]
fn interleaved(packed: __m256i) -> __m256i {
    let order = _mm_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
    _mm256_shuffle_epi8(packed, _mm256_broadcastsi128_si256(order))
}

#[target_feature(enable = "avx2")]
fn low(pairs: __m256i) -> __m256i {
    _mm256_and_si256(pairs, all(0xff))
}

#[target_feature(enable = "avx2")]
fn shares(w: &Weights, chroma: [__m256i; 2]) -> Color {
    let [cb, cr] = chroma.map(|v| _mm256_slli_epi16::<7>(_mm256_sub_epi16(v, all(128))));
    [0, 1, 2].map(|i| {
        let both = _mm256_add_epi16(
            _mm256_mulhrs_epi16(cb, all(w.cb[i])),
            _mm256_mulhrs_epi16(cr, all(w.cr[i])),
        );
        _mm256_add_epi16(both, all(w.offset))
    })
}

#[target_feature(enable = "avx2")]
fn multiplied(a: __m256i, b: __m256i) -> __m256i {
    let t = _mm256_add_epi16(_mm256_mullo_epi16(a, b), all(128));
    _mm256_srli_epi16::<8>(_mm256_add_epi16(t, _mm256_srli_epi16::<8>(t)))
}

#[target_feature(enable = "avx2")]
fn function<const MODE: u8>(below: __m256i, top: __m256i) -> __m256i {
    let white = all(255);
    if MODE == Mode::Multiply as u8 {
        multiplied(below, top)
    } else if MODE == Mode::Screen as u8 {
        let [b, t] = [below, top].map(|v| _mm256_sub_epi16(white, v));
        _mm256_sub_epi16(white, multiplied(b, t))
    } else {
        _mm256_min_epi16(_mm256_add_epi16(below, top), white)
    }
}

#[target_feature(enable = "avx2")]
fn clamped(value: __m256i) -> __m256i {
    _mm256_min_epi16(_mm256_max_epi16(value, all(0)), all(255))
}

#[target_feature(enable = "avx2")]
fn change<const MODE: u8>(
    wide: &Wide,
    colors: [__m256i; 2],
    [below_shares, top_shares]: [Color; 2],
    alpha: __m256i,
) -> Color {
    let alpha = _mm256_srli_epi16::<1>(_mm256_mullo_epi16(alpha, all(257)));
    let [below, top] = colors.map(|v| _mm256_mulhrs_epi16(_mm256_slli_epi16::<7>(v), wide.luma));
    [0, 1, 2].map(|i| {
        let b = _mm256_srai_epi16::<5>(_mm256_add_epi16(below, below_shares[i]));
        let t = _mm256_srai_epi16::<5>(_mm256_add_epi16(top, top_shares[i]));
        let mixed = function::<MODE>(clamped(b), clamped(t));
        _mm256_mulhrs_epi16(_mm256_slli_epi16::<5>(_mm256_sub_epi16(mixed, b)), alpha)
    })
}

#[target_feature(enable = "avx2")]
fn sum(w: Color, change: Color) -> __m256i {
    let [r, g, b] = [0, 1, 2].map(|i| _mm256_mulhrs_epi16(change[i], w[i]));
    _mm256_add_epi16(_mm256_add_epi16(r, g), b)
}

/// The new value, to be clamped.
#[target_feature(enable = "avx2")]
fn changed(value: __m256i, change: __m256i) -> __m256i {
    _mm256_add_epi16(value, _mm256_srai_epi16::<5>(_mm256_add_epi16(change, all(16))))
}

#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; 32]) -> __m256i {
    // SAFETY: `bytes` is 32 bytes long.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

/// Sixteen samples of a block's chroma, as numbers of 16 bits.
#[target_feature(enable = "avx2")]
fn samples(row: &[u8; 32], half: usize) -> __m256i {
    let bytes: &[u8; 16] = &row.as_chunks().0[half];
    // SAFETY: `bytes` is 16 bytes long.
    _mm256_cvtepu8_epi16(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
}

#[target_feature(enable = "avx2")]
fn store(value: __m256i, out: &mut [u8; 32]) {
    // SAFETY: `out` is 32 bytes long.
    unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), value) }
}

#[target_feature(enable = "avx2")]
fn store_half(value: __m128i, out: &mut [u8; 16]) {
    // SAFETY: `out` is 16 bytes long.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), value) }
}
