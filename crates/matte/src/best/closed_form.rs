//! Closed-form matting: the matte that fits the picture's colours best where nothing else is known.
//!
//! In every square of 3 by 3 pixels the matte is taken to be linear in the colour; what it then
//! deviates by, summed over all squares, is `m' L m` (Levin, Lischinski, Weiss, "A closed-form
//! solution to natural image matting", CVPR 2006). Its least value for the unknown pixels, given
//! all others, is found by conjugate gradients. `L m` is computed square by square: the rest that
//! is left of the matte's line there, for each of the nine pixels.

use super::rect::Rect;

/// The variance of colours below which they say nothing, over nine pixels.
const EPSILON: f32 = 1e-5 / 9.0;
/// Pixels of a square.
const PIXELS: f32 = 9.0;
/// The most steps of conjugate gradients.
const STEPS: usize = 60;
/// They end once the rest is this small, of what it was at first.
const ENOUGH: f32 = 1e-3;
/// How much what was there before holds each pixel.
const HOLD: f32 = 1e-3;

/// Memory for unknown pixels of one picture after the other.
#[derive(Clone, Debug, Default)]
pub struct ClosedForm {
    squares: Vec<Square>,
    unknown: Vec<u32>,
    matte: Vec<f32>,
    image: Vec<f32>,
    rest: Vec<f32>,
    step: Vec<f32>,
}

/// What is known of the colours around one pixel.
#[derive(Clone, Copy, Debug)]
struct Square {
    /// The pixel at the upper left.
    at: u32,
    mean: [f32; 3],
    /// The upper half of the inverse of the colours' covariance.
    inverse: [f32; 6],
}

impl ClosedForm {
    /// Solves for the pixels of a rectangle that are `unknown`. `colors` and `matte` are of the
    /// rectangle's pixels, row by row; the matte's known values are kept, the others are where the
    /// search begins. Pixels at the rectangle's border are known.
    pub fn solve(&mut self, rect: &Rect, colors: &[[f32; 3]], unknown: &[bool], matte: &mut [f32]) {
        self.find(rect, colors, unknown);
        self.matte.clear();
        self.matte.extend_from_slice(matte);
        self.descend(rect.x.len(), colors);
        for &at in &self.unknown {
            matte[at as usize] = self.matte[at as usize].clamp(0.0, 1.0);
        }
    }

    /// Finds the unknown pixels, and the squares that hold any.
    fn find(&mut self, rect: &Rect, colors: &[[f32; 3]], unknown: &[bool]) {
        let (width, height) = (rect.x.len(), rect.y.len());
        self.squares.clear();
        self.unknown.clear();
        for y in 1..height.saturating_sub(1) {
            for x in 1..width.saturating_sub(1) {
                let corner = (y - 1) * width + x - 1;
                let rows = [corner, corner + width, corner + 2 * width];
                if rows.iter().any(|&at| unknown[at..at + 3].contains(&true)) {
                    self.squares.push(Square::of(corner, width, colors));
                }
                if unknown[corner + width + 1] {
                    self.unknown.push((corner + width + 1) as u32);
                }
            }
        }
    }

    /// Conjugate gradients, from the matte as it is.
    fn descend(&mut self, width: usize, colors: &[[f32; 3]]) {
        let Self { squares, unknown, matte, image, rest, step } = self;
        for memory in [&mut *image, rest, step] {
            memory.clear();
            memory.resize(matte.len(), 0.0);
        }
        let open = || unknown.iter().map(|&at| at as usize);
        apply(squares, width, colors, matte, image);
        let mut length = 0.0;
        for at in open() {
            rest[at] = -image[at];
            step[at] = rest[at];
            length += rest[at] * rest[at];
        }
        let enough = length * ENOUGH * ENOUGH;
        for _ in 0..STEPS {
            if length <= enough {
                break;
            }
            image.fill(0.0);
            apply(squares, width, colors, step, image);
            let mut bend = 0.0;
            for at in open() {
                image[at] += HOLD * step[at];
                bend += step[at] * image[at];
            }
            let before = length;
            let far = before / bend;
            length = 0.0;
            for at in open() {
                matte[at] += far * step[at];
                rest[at] -= far * image[at];
                length += rest[at] * rest[at];
            }
            open().for_each(|at| step[at] = rest[at] + length / before * step[at]);
        }
    }
}

/// Adds `L values` to `image`.
fn apply(squares: &[Square], width: usize, colors: &[[f32; 3]], values: &[f32], image: &mut [f32]) {
    for square in squares {
        let places = places(square.at as usize, width);
        let mut mean = 0.0;
        let mut along = [0.0; 3];
        for at in places {
            let value = values[at];
            mean += value;
            for (along, (color, mean)) in along.iter_mut().zip(colors[at].iter().zip(square.mean)) {
                *along += value * (color - mean);
            }
        }
        mean /= PIXELS;
        let slope = square.solve(along.map(|v| v / PIXELS));
        for at in places {
            let [y, b, r] = colors[at];
            let [my, mb, mr] = square.mean;
            let line = mean + slope[0] * (y - my) + slope[1] * (b - mb) + slope[2] * (r - mr);
            image[at] += values[at] - line;
        }
    }
}

/// The nine pixels of a square.
#[inline(always)]
fn places(corner: usize, width: usize) -> [usize; 9] {
    std::array::from_fn(|i| corner + i / 3 * width + i % 3)
}

impl Square {
    fn of(corner: usize, width: usize, colors: &[[f32; 3]]) -> Self {
        let (mut mean, mut sums) = ([0.0; 3], [0.0; 6]);
        for at in places(corner, width) {
            mean.iter_mut().zip(colors[at]).for_each(|(mean, value)| *mean += value / PIXELS);
        }
        for at in places(corner, width) {
            let [y, b, r] = std::array::from_fn(|i| colors[at][i] - mean[i]);
            let products = [y * y, y * b, y * r, b * b, b * r, r * r];
            sums.iter_mut().zip(products).for_each(|(sum, value)| *sum += value / PIXELS);
        }
        let [a, b, c, d, e, f] = sums;
        let (a, d, f) = (a + EPSILON, d + EPSILON, f + EPSILON);
        let (ia, ib, ic) = (d * f - e * e, c * e - b * f, b * e - c * d);
        let scale = 1.0 / (a * ia + b * ib + c * ic).max(EPSILON * EPSILON * EPSILON);
        let inverse = [ia, ib, ic, a * f - c * c, b * c - a * e, a * d - b * b].map(|v| v * scale);
        Self { at: corner as u32, mean, inverse }
    }

    /// The slope of the line whose covariance with the colours is `along`.
    #[inline(always)]
    fn solve(&self, [x, y, z]: [f32; 3]) -> [f32; 3] {
        let [a, b, c, d, e, f] = self.inverse;
        [a * x + b * y + c * z, b * x + d * y + e * z, c * x + e * y + f * z]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 40;

    /// Strands of one colour before another, whose matte is known at the left and at the right.
    fn strands() -> (Rect, Vec<[f32; 3]>, Vec<f32>, Vec<bool>) {
        let rect = Rect { x: 0..SIDE, y: 0..SIDE };
        let mut random = 1_u32;
        let truth = |x: usize, y: usize| match x {
            0..10 => 1.0,
            10..28 => f32::from(u8::from(y.is_multiple_of(5))),
            _ => 0.0,
        };
        let places = (0..SIDE * SIDE).map(|at| (at % SIDE, at / SIDE));
        let matte: Vec<f32> = places.clone().map(|(x, y)| truth(x, y)).collect();
        let noise = |random: &mut u32| {
            *random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (*random >> 16) as f32 / 65_536.0 * 0.01
        };
        let colors = matte.iter().map(|m| {
            let [a, b, c] = std::array::from_fn(|_| noise(&mut random));
            [0.7 - 0.5 * m + a, 0.5 + 0.1 * m + b, 0.4 + c]
        });
        let unknown = places.map(|(x, y)| (8..32).contains(&x) && (1..SIDE - 1).contains(&y));
        (rect, colors.collect(), matte, unknown.collect())
    }

    #[test]
    fn strands_are_found_in_a_blurred_matte() {
        let (rect, colors, truth, unknown) = strands();
        let mut matte = truth.clone();
        for at in (0..matte.len()).filter(|&at| unknown[at]) {
            matte[at] = 1.0 - (at % SIDE) as f32 / SIDE as f32;
        }
        let error = |matte: &[f32]| {
            let far = matte.iter().zip(&truth).map(|(a, b)| (a - b).abs()).sum::<f32>();
            far / unknown.iter().filter(|open| **open).count() as f32
        };
        let before = error(&matte);
        ClosedForm::default().solve(&rect, &colors, &unknown, &mut matte);
        assert!(before > 0.4 && error(&matte) < 0.03, "{before} to {}", error(&matte));
    }

    #[test]
    fn what_is_known_stays_and_memory_may_be_used_again() {
        let (rect, colors, mut matte, unknown) = strands();
        let before = matte.clone();
        let mut solver = ClosedForm::default();
        solver.solve(&rect, &colors, &unknown, &mut matte);
        let first = matte.clone();
        let known = (0..matte.len()).filter(|&at| !unknown[at]);
        assert!(known.into_iter().all(|at| matte[at] == before[at]));
        matte.clone_from(&before);
        solver.solve(&rect, &colors, &unknown, &mut matte);
        assert_eq!(matte, first);
    }

    #[test]
    fn pictures_of_one_colour_or_without_unknown_pixels_do_no_harm() {
        for (width, height) in [(1, 1), (2, 5), (3, 3), (9, 4)] {
            let rect = Rect { x: 0..width, y: 0..height };
            let count = width * height;
            for open in [false, true] {
                let mut matte = vec![0.25; count];
                let colors = vec![[0.5; 3]; count];
                ClosedForm::default().solve(&rect, &colors, &vec![open; count], &mut matte);
                assert!(matte.iter().all(|m| (m - 0.25).abs() < 1e-3), "{width}x{height}");
            }
        }
    }
}
