//! The same with the level's vectors: numbers of 16 bits, as many lanes at once as one holds.

#[cfg(target_arch = "x86_64")]
use super::avx2 as level;
use super::body::{self, Block};
#[cfg(target_arch = "aarch64")]
use super::neon as level;
use super::weights::{Mode, Weights};
use crate::blend::{Yuv, YuvMut};
use backlot_media::Plane;
use level::{
    Vector, add, all, greater, left, lesser, pairs, product, put_pairs, put_samples, right,
    right_unsigned, samples, sub, times,
};

/// Red, green and blue.
type Color = [Vector; 3];

/// Weights in every lane.
struct Wide {
    luma: Vector,
    back: [Color; 3],
}

#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon"))]
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

#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon"))]
fn blend_by<const MODE: u8>(
    w: &Weights,
    bottom: YuvMut<'_>,
    top: Yuv<'_>,
    matte: Option<Plane<'_>>,
    opacity: u8,
) {
    let wide = Wide { luma: all(w.luma), back: w.back.map(|row| row.map(|v| all(v))) };
    body::blend(bottom, top, matte, opacity, |block| {
        for part in 0..body::LANES / level::LANES {
            lanes::<MODE>(block, w, &wide, part);
        }
    });
}

/// The lanes of one vector, which are a part of a block.
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon"))]
fn lanes<const MODE: u8>(block: &mut Block, w: &Weights, wide: &Wide, part: usize) {
    let chroma = [0, 1].map(|i| samples(&block.below_chroma[i], part));
    let top_chroma = [0, 1].map(|i| samples(&block.top_chroma[i], part));
    let (below_shares, top_shares) = (shares(w, chroma), shares(w, top_chroma));
    let mut total = [all(0); 3];
    for row in 0..2 {
        let [below, top, alpha] =
            [&block.below[row], &block.top[row], &block.alpha[row]].map(|row| pairs(row, part));
        let out = [0, 1].map(|side| {
            let (colors, shares) = ([below[side], top[side]], [below_shares, top_shares]);
            let change = change::<MODE>(wide, colors, shares, alpha[side]);
            for i in 0..3 {
                total[i] = add(total[i], right::<2>(change[i]));
            }
            changed(below[side], sum(wide.back[0], change))
        });
        put_pairs(out, &mut block.below[row], part);
    }
    let out = [0, 1].map(|i| changed(chroma[i], sum(wide.back[i + 1], total)));
    put_samples(out, &mut block.below_chroma, part);
}

#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon"))]
fn shares(w: &Weights, chroma: [Vector; 2]) -> Color {
    let [cb, cr] = chroma.map(|v| left::<7>(sub(v, all(128))));
    [0, 1, 2].map(|i| add(add(product(cb, all(w.cb[i])), product(cr, all(w.cr[i]))), all(w.offset)))
}

#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon"))]
fn multiplied(a: Vector, b: Vector) -> Vector {
    let t = add(times(a, b), all(128));
    right_unsigned::<8>(add(t, right_unsigned::<8>(t)))
}

#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon"))]
fn function<const MODE: u8>(below: Vector, top: Vector) -> Vector {
    let white = all(255);
    if MODE == Mode::Multiply as u8 {
        multiplied(below, top)
    } else if MODE == Mode::Screen as u8 {
        sub(white, multiplied(sub(white, below), sub(white, top)))
    } else {
        lesser(add(below, top), white)
    }
}

#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon"))]
fn clamped(value: Vector) -> Vector {
    lesser(greater(value, all(0)), all(255))
}

#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon"))]
fn change<const MODE: u8>(
    wide: &Wide,
    colors: [Vector; 2],
    [below_shares, top_shares]: [Color; 2],
    alpha: Vector,
) -> Color {
    let alpha = right_unsigned::<1>(times(alpha, all(257)));
    let [below, top] = colors.map(|v| product(left::<7>(v), wide.luma));
    [0, 1, 2].map(|i| {
        let b = right::<5>(add(below, below_shares[i]));
        let t = right::<5>(add(top, top_shares[i]));
        let mixed = function::<MODE>(clamped(b), clamped(t));
        product(left::<5>(sub(mixed, b)), alpha)
    })
}

#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon"))]
fn sum(w: Color, change: Color) -> Vector {
    let [r, g, b] = [0, 1, 2].map(|i| product(change[i], w[i]));
    add(add(r, g), b)
}

/// The new value, to be clamped.
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon"))]
fn changed(value: Vector, change: Vector) -> Vector {
    add(value, right::<5>(add(change, all(16))))
}
