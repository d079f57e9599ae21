//! The line that best predicts a matte from a colour in a square of pixels.
//!
//! `matte = a . colour + b` with `a = (Sigma + eps I)^-1 cov(colour, matte)`, where `Sigma` is the
//! covariance of the colour's three components; solved by Cholesky's decomposition.

/// A pixel: Y', Cb and Cr in `0..1`, and its matte.
pub type Pixel = [f32; 4];
/// The record averaged over a square: the pixel, the products of its colour's components, and those
/// of the colour with the matte.
pub type Moments = [f32; 13];
/// Slopes along Y', Cb and Cr, and the offset.
pub type Line = [f32; 4];

/// The record of one pixel.
#[inline(always)]
pub fn moments([y, b, r, m]: Pixel) -> Moments {
    [y, b, r, m, y * y, y * b, y * r, b * b, b * r, r * r, y * m, b * m, r * m]
}

/// The line of a square with these mean moments. `epsilon` is the variance below which a colour
/// says nothing.
#[inline(always)]
pub fn fit(mean: &Moments, epsilon: f32) -> Line {
    let [y, b, r, m, yy, yb, yr, bb, br, rr, ym, bm, rm] = *mean;
    let (s00, s11, s22) = (variance(yy, y), variance(bb, b), variance(rr, r));
    let (s10, s20, s21) = (yb - y * b, yr - y * r, br - b * r);
    let (c0, c1, c2) = (ym - y * m, bm - b * m, rm - r * m);
    // Sigma + eps I = L D L', L with ones on its diagonal.
    let d0 = s00 + epsilon;
    let (l10, l20) = (s10 / d0, s20 / d0);
    let d1 = (s11 + epsilon - l10 * s10).max(epsilon);
    let t21 = s21 - l20 * s10;
    let l21 = t21 / d1;
    let d2 = (s22 + epsilon - l20 * s20 - l21 * t21).max(epsilon);
    let z1 = c1 - l10 * c0;
    let z2 = c2 - l20 * c0 - l21 * z1;
    let a2 = z2 / d2;
    let a1 = z1 / d1 - l21 * a2;
    let a0 = c0 / d0 - l10 * a1 - l20 * a2;
    [a0, a1, a2, m - a0 * y - a1 * b - a2 * r]
}

#[inline(always)]
fn variance(square: f32, mean: f32) -> f32 {
    (square - mean * mean).max(0.0)
}

/// The matte that a line predicts for a pixel's colour, `0.0..=1.0`.
#[inline(always)]
pub fn matte(line: &Line, pixel: &Pixel) -> f32 {
    let [a0, a1, a2, offset] = *line;
    (a0 * pixel[0] + a1 * pixel[1] + a2 * pixel[2] + offset).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(pixels: &[Pixel]) -> Moments {
        let mut sum = [0.0; 13];
        for &pixel in pixels {
            sum.iter_mut().zip(moments(pixel)).for_each(|(s, v)| *s += v / pixels.len() as f32);
        }
        sum
    }

    #[test]
    fn a_matte_that_is_linear_in_the_colour_is_found_again() {
        let pixels: Vec<Pixel> = (0..50)
            .map(|i| {
                let part = |n: usize| (i * n % 23) as f32 / 23.0;
                let (y, b, r) = (part(5), part(7), part(11));
                [y, b, r, 0.4 * y - 0.3 * b + 0.2 * r + 0.3]
            })
            .collect();
        let line = fit(&mean(&pixels), 1e-6);
        for pixel in &pixels {
            assert!((matte(&line, pixel) - pixel[3]).abs() < 1e-3);
        }
    }

    #[test]
    fn a_square_of_one_colour_takes_the_mean() {
        let pixels = [[0.5, 0.4, 0.6, 0.0], [0.5, 0.4, 0.6, 0.8]];
        let line = fit(&mean(&pixels), 1e-4);
        assert!((matte(&line, &pixels[0]) - 0.4).abs() < 1e-3, "{line:?}");
    }
}
