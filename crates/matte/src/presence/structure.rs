//! Measures how much the structure of a place has changed, whatever its light.
//!
//! A block's window of `n` cells `c` is compared with the same window `r` of another picture, after
//! the best-fitting gain and offset are removed from it:
//!
//! ```text
//! g = clamp((cov(c, r) + L) / (var(r) + L), 0.7, 1.4)
//! change = sqrt(var(c) - 2 g cov(c, r) + g² var(r))
//! ```
//!
//! A lamp, a cloud or the camera's exposure change only gain and offset. `L` keeps the gain near 1
//! where there is only noise to fit. In code values of luma.

use super::blocks::{Blocks, SIDE, WINDOW};

/// Variance of luma below which a window counts as flat.
pub(super) const FLAT: f32 = 4.0;
/// Bounds of the gain.
const GAIN: (f32, f32) = (0.7, 1.4);

/// Compares pictures on one division.
#[derive(Debug)]
pub(super) struct Structure {
    /// Sums down each column of a row of windows: now, before, now², before², now · before.
    sums: [Vec<f32>; 5],
    /// How much each block has changed.
    pub change: Vec<f32>,
    /// The deviation of each block's window in the other picture.
    pub contrast: Vec<f32>,
}

impl Structure {
    pub fn new(blocks: Blocks) -> Self {
        Self {
            sums: std::array::from_fn(|_| vec![0.0; blocks.cells.0]),
            change: vec![0.0; blocks.count()],
            contrast: vec![0.0; blocks.count()],
        }
    }

    /// Compares a picture with another.
    pub fn compare(&mut self, blocks: Blocks, now: &[f32], before: &[f32]) {
        let (across, columns) = (blocks.size.0, blocks.cells.0);
        for row in 0..blocks.size.1 {
            let from = row * SIDE * columns;
            let band = from..from + WINDOW * columns;
            self.sum(columns, &now[band.clone()], &before[band]);
            for column in 0..across {
                let (change, contrast) = self.block(column * SIDE);
                self.change[row * across + column] = change;
                self.contrast[row * across + column] = contrast;
            }
        }
    }

    fn sum(&mut self, columns: usize, now: &[f32], before: &[f32]) {
        let [a, b, aa, bb, ab] = &mut self.sums;
        [&mut *a, b, aa, bb, ab].into_iter().for_each(|sums| sums.fill(0.0));
        for (now, before) in now.chunks_exact(columns).zip(before.chunks_exact(columns)) {
            let sums = a.iter_mut().zip(b.iter_mut()).zip(aa.iter_mut());
            let sums = sums.zip(bb.iter_mut()).zip(ab.iter_mut());
            for (((((a, b), aa), bb), ab), (now, before)) in sums.zip(now.iter().zip(before)) {
                *a += now;
                *b += before;
                *aa += now * now;
                *bb += before * before;
                *ab += now * before;
            }
        }
    }

    fn block(&self, left: usize) -> (f32, f32) {
        const COUNT: f32 = (WINDOW * WINDOW) as f32;
        let mean = |sums: &[f32]| sums[left..left + WINDOW].iter().sum::<f32>() / COUNT;
        let [a, b, aa, bb, ab] = self.sums.each_ref().map(|sums| mean(sums));
        let now = (aa - a * a).max(0.0);
        let before = (bb - b * b).max(0.0);
        let both = ab - a * b;
        let gain = ((both + FLAT) / (before + FLAT)).clamp(GAIN.0, GAIN.1);
        let rest = gain.mul_add(gain * before - 2.0 * both, now);
        (rest.max(0.0).sqrt(), before.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Geometry;
    use backlot_media::Size;

    fn compared(value: impl Fn(usize, usize) -> (f32, f32)) -> (Blocks, Structure) {
        let blocks = Blocks::new(Geometry::new(Size::new(1280, 720).unwrap())).unwrap();
        let (columns, rows) = blocks.cells;
        let pairs: Vec<_> = (0..columns * rows).map(|i| value(i % columns, i / columns)).collect();
        let (now, before): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let mut structure = Structure::new(blocks);
        structure.compare(blocks, &now, &before);
        (blocks, structure)
    }

    fn texture(x: usize, y: usize) -> f32 {
        100.0 + 30.0 * (x as f32 * 0.9).sin() * (y as f32 * 0.7).cos()
    }

    #[test]
    fn light_is_no_change() {
        let (_, structure) = compared(|x, y| (1.25 * texture(x, y) - 11.0, texture(x, y)));
        assert!(structure.change.iter().all(|&change| change < 0.5));
        assert!(structure.contrast.iter().all(|&contrast| contrast > 5.0));
    }

    #[test]
    fn what_moves_changes_where_it_is() {
        let (blocks, structure) = compared(|x, y| {
            let moved = (40..60).contains(&x) && (40..60).contains(&y);
            (texture(if moved { x + 2 } else { x }, y), texture(x, y))
        });
        let at = |column: usize, row: usize| structure.change[row * blocks.size.0 + column];
        assert!(at(12, 12) > 10.0);
        assert!(at(3, 3) < 0.1 && at(30, 12) < 0.1);
    }
}
