//! How the camera itself moved: shift and zoom between two pictures.
//!
//! Lucas and Kanade's method ("An iterative image registration technique", 1981), by Gauss-Newton
//! steps on a sample of the cells, with weights that leave out persons and other moving things:
//! `now(x) = before(x + shift + zoom (x - middle)) + offset`.

use backlot_kernels::grid::GridSize;

/// The step between sampled cells along each side.
const STRIDE: usize = 3;
/// The most steps.
const STEPS: usize = 4;
/// A step shorter than this, in cells, is the last one.
const ENOUGH: f32 = 0.01;
/// The longest step, in cells.
const LONGEST: f32 = 2.0;
/// The difference of luma from which a cell counts less.
const ROBUST: f32 = 6.0;

/// The earlier place of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Warp {
    /// How many cells it was further right and down.
    pub shift: (f32, f32),
    /// How much further from the middle it was, as a share.
    pub zoom: f32,
}

impl Warp {
    /// The place in the earlier picture of a place now.
    #[inline]
    pub fn at(&self, size: GridSize, x: f32, y: f32) -> (f32, f32) {
        let (cx, cy) = middle(size);
        (x + self.shift.0 + self.zoom * (x - cx), y + self.shift.1 + self.zoom * (y - cy))
    }

    /// The greatest movement of a cell, in cells.
    pub fn length(&self, size: GridSize) -> f32 {
        let shift = self.shift.0.abs().max(self.shift.1.abs());
        shift + self.zoom.abs() * 0.5 * size.0.max(size.1) as f32
    }

    /// The earlier picture as the camera would see it now.
    pub fn apply(&self, size: GridSize, before: &[f32], out: &mut [f32]) {
        for (y, row) in out.chunks_exact_mut(size.0).take(size.1).enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let (x, y) = self.at(size, x as f32, y as f32);
                *value = sample(size, before, x, y);
            }
        }
    }

    /// The warp between two pictures, starting from this one; `free` marks the cells that count.
    pub fn refined(
        mut self,
        size: GridSize,
        now: &[f32],
        before: &[f32],
        free: impl Fn(usize, usize) -> bool,
    ) -> Self {
        for _ in 0..STEPS {
            let Some(step) = self.step(size, now, before, &free) else { return self };
            self.shift.0 += step[0].clamp(-LONGEST, LONGEST);
            self.shift.1 += step[1].clamp(-LONGEST, LONGEST);
            let most = 2.0 * LONGEST / size.0 as f32;
            self.zoom = (self.zoom + step[2].clamp(-most, most)).clamp(-0.2, 0.2);
            if step[0].abs().max(step[1].abs()) < ENOUGH {
                break;
            }
        }
        self
    }

    fn step(
        &self,
        size: GridSize,
        now: &[f32],
        before: &[f32],
        free: &impl Fn(usize, usize) -> bool,
    ) -> Option<[f32; 3]> {
        // Normal equations of shift, zoom and offset.
        let (mut matrix, mut right) = ([[0.0_f32; 4]; 4], [0.0_f32; 4]);
        let (cx, cy) = middle(size);
        for row in (2..size.1.saturating_sub(2)).step_by(STRIDE) {
            for column in (2..size.0.saturating_sub(2)).step_by(STRIDE) {
                let (x, y) = self.at(size, column as f32, row as f32);
                let inside =
                    x > 1.0 && y > 1.0 && x < size.0 as f32 - 2.0 && y < size.1 as f32 - 2.0;
                if !inside || !free(column, row) {
                    continue;
                }
                let get = |dx: f32, dy: f32| sample(size, before, x + dx, y + dy);
                let gradient = (
                    0.5 * (get(1.0, 0.0) - get(-1.0, 0.0)),
                    0.5 * (get(0.0, 1.0) - get(0.0, -1.0)),
                );
                let zoom = gradient.0 * (column as f32 - cx) + gradient.1 * (row as f32 - cy);
                let error = now[row * size.0 + column] - get(0.0, 0.0);
                let weight = 1.0 / (1.0 + (error / ROBUST).powi(2));
                let terms = [gradient.0, gradient.1, zoom, 1.0];
                for (i, term) in terms.iter().enumerate() {
                    for (j, other) in terms.iter().enumerate() {
                        matrix[i][j] += weight * term * other;
                    }
                    right[i] += weight * term * error;
                }
            }
        }
        for (i, least) in [1.0, 1.0, 100.0, 1.0].into_iter().enumerate() {
            matrix[i][i] += least;
        }
        solve(matrix, right).map(|[x, y, zoom, _]| [x, y, zoom])
    }
}

const fn middle((columns, rows): GridSize) -> (f32, f32) {
    ((columns - 1) as f32 / 2.0, (rows - 1) as f32 / 2.0)
}

/// The value between the cells; beyond the border the border's.
#[inline]
fn sample((columns, rows): GridSize, cells: &[f32], x: f32, y: f32) -> f32 {
    let (x, y) = (x.clamp(0.0, (columns - 1) as f32), y.clamp(0.0, (rows - 1) as f32));
    let (left, upper) = ((x as usize).min(columns - 2), (y as usize).min(rows - 2));
    let (right, down) = (x - left as f32, y - upper as f32);
    let line = |from: usize| cells[from] + (cells[from + 1] - cells[from]) * right;
    let above = line(upper * columns + left);
    above + (line((upper + 1) * columns + left) - above) * down
}

/// Solves a system by Gaussian elimination, for a symmetric, positive definite system.
fn solve(mut matrix: [[f32; 4]; 4], mut right: [f32; 4]) -> Option<[f32; 4]> {
    for i in 0..4 {
        let pivot = matrix[i][i];
        if !pivot.is_normal() || pivot < 0.0 {
            return None;
        }
        for j in i + 1..4 {
            let factor = matrix[j][i] / pivot;
            let above = matrix[i];
            matrix[j].iter_mut().zip(above).for_each(|(value, above)| *value -= factor * above);
            right[j] -= factor * right[i];
        }
    }
    let mut found = [0.0; 4];
    for i in (0..4).rev() {
        let rest: f32 = (i + 1..4).map(|j| matrix[i][j] * found[j]).sum();
        found[i] = (right[i] - rest) / matrix[i][i];
    }
    found.iter().all(|value| value.is_finite()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: GridSize = (160, 90);

    fn picture(warp: Warp) -> Vec<f32> {
        let value = |i: usize| {
            let (x, y) = warp.at(SIZE, (i % SIZE.0) as f32, (i / SIZE.0) as f32);
            100.0 + 25.0 * (x * 0.31).sin() * (y * 0.23).cos() + 10.0 * (x * 0.11 + y * 0.17).sin()
        };
        (0..SIZE.0 * SIZE.1).map(value).collect()
    }

    #[test]
    fn a_moved_camera_is_found() {
        let moved = Warp { shift: (1.7, -0.8), zoom: 0.01 };
        let (now, before) = (picture(moved), picture(Warp::default()));
        let found = Warp::default().refined(SIZE, &now, &before, |_, _| true);
        assert!((found.shift.0 - 1.7).abs() < 0.05, "{found:?}");
        assert!((found.shift.1 + 0.8).abs() < 0.05, "{found:?}");
        assert!((found.zoom - 0.01).abs() < 0.002, "{found:?}");
        let mut out = vec![0.0; now.len()];
        found.apply(SIZE, &before, &mut out);
        let inside =
            |i: &usize| (8..150).contains(&(i % SIZE.0)) && (8..80).contains(&(i / SIZE.0));
        assert!((0..now.len()).filter(inside).all(|i| (out[i] - now[i]).abs() < 1.0));
    }

    #[test]
    fn nothing_to_hold_on_to_is_no_movement() {
        let flat = vec![90.0; SIZE.0 * SIZE.1];
        let found = Warp::default().refined(SIZE, &flat, &flat, |_, _| true);
        assert!(found.length(SIZE) < 1e-3);
    }
}
