//! The exact share of each pixel that a path covers.
//!
//! Each line leaves, in the pixels that it crosses, the change of covered area from left to right;
//! the running sum along a row is the coverage. There are no samples: an edge has as many shades as
//! a float holds.

use super::affine::Point;
use super::path::Path;

/// Coverage of a window of the canvas; the window begins and ends at even coordinates.
#[derive(Debug, Default)]
pub(crate) struct Mask {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    cover: Vec<f32>,
    blur: Vec<f32>,
}

impl Mask {
    /// One row of coverage, counted from the window's top.
    pub fn row(&self, y: usize) -> &[f32] {
        &self.cover[y * self.width..][..self.width]
    }

    /// Becomes a copy of another mask, in its own memory.
    pub fn copy_from(&mut self, other: &Self) {
        (self.x, self.y, self.width, self.height) = (other.x, other.y, other.width, other.height);
        self.cover.clear();
        self.cover.extend_from_slice(&other.cover);
    }

    /// Covers what the path covers, in a canvas of an even size; `margin` pixels stay free
    /// around it (for [`Self::soften`]).
    pub fn cover(&mut self, path: &Path, canvas: (usize, usize), margin: f32) {
        self.place(path, canvas, margin);
        self.cover.clear();
        self.cover.resize(self.width * self.height, 0.0);
        if self.cover.is_empty() {
            return;
        }
        for ring in path.polygons() {
            let mut from = ring[ring.len() - 1];
            for &to in ring {
                self.line(from, to);
                from = to;
            }
        }
        self.cover.chunks_exact_mut(self.width).for_each(sum_up);
    }

    fn place(&mut self, path: &Path, (width, height): (usize, usize), margin: f32) {
        (self.width, self.height) = (0, 0);
        let Some((lo, hi)) = path.bounds() else { return };
        let even = |v: f32, end: usize| (v.clamp(0.0, end as f32) as usize).min(end);
        let x0 = even(lo.x - margin, width) & !1;
        let y0 = even(lo.y - margin, height) & !1;
        let x1 = even((hi.x + margin).ceil() + 1.0, width).next_multiple_of(2);
        let y1 = even((hi.y + margin).ceil() + 1.0, height).next_multiple_of(2);
        (self.x, self.y) = (x0, y0);
        if x1 > x0 && y1 > y0 {
            (self.width, self.height) = (x1 - x0, y1 - y0);
        }
    }

    /// Adds one side of a polygon.
    fn line(&mut self, from: Point, to: Point) {
        if from.y == to.y {
            return;
        }
        let (sign, top, bottom) = if from.y < to.y { (1.0, from, to) } else { (-1.0, to, from) };
        let (ox, oy) = (self.x as f32, self.y as f32);
        let slope = (bottom.x - top.x) / (bottom.y - top.y);
        let (y0, y1) = ((top.y - oy).max(0.0), (bottom.y - oy).min(self.height as f32));
        if y1 <= y0 {
            return;
        }
        let x_at = |y: f32| top.x - ox + (y + oy - top.y) * slope;
        let mut y = y0;
        let mut x = x_at(y0);
        for row in y0 as usize..self.height.min(y1.ceil() as usize) {
            let next = y1.min(row as f32 + 1.0);
            let next_x = x_at(next);
            let cells = &mut self.cover[row * self.width..][..self.width];
            step(cells, x, next_x, sign * (next - y));
            (y, x) = (next, next_x);
        }
    }

    /// Blurs with two box filters of half width `radius` each way.
    pub fn soften(&mut self, radius: usize) {
        if radius == 0 || self.width == 0 {
            return;
        }
        self.blur.resize(self.cover.len(), 0.0);
        for _ in 0..2 {
            box_rows(&self.cover, &mut self.blur, self.width, radius);
            box_columns(&self.blur, &mut self.cover, self.width, radius);
        }
    }

    /// Keeps only what another mask covers too.
    pub fn clip(&mut self, by: &Self) {
        let (x, width) = (self.x, self.width);
        for (row, cells) in self.cover.chunks_exact_mut(width.max(1)).enumerate() {
            let y = self.y + row;
            if y < by.y || y >= by.y + by.height {
                cells.fill(0.0);
                continue;
            }
            let theirs = by.row(y - by.y);
            for (i, cell) in cells.iter_mut().enumerate() {
                let column = (x + i).wrapping_sub(by.x);
                *cell *= theirs.get(column).copied().unwrap_or(0.0);
            }
        }
    }
}

/// Spreads the change of area `d` of a piece of line from `x0` to `x1` within one row.
#[inline]
fn step(cells: &mut [f32], x0: f32, x1: f32, d: f32) {
    let end = cells.len() as f32;
    let (lo, hi) = if x0 < x1 { (x0, x1) } else { (x1, x0) };
    let (lo, hi) = (lo.clamp(0.0, end), hi.clamp(0.0, end));
    let first = lo as usize;
    if first >= cells.len() {
        return;
    }
    let last = hi.ceil() as usize;
    if last <= first + 1 {
        let part = d * (first as f32 + 1.0 - (lo + hi) * 0.5);
        cells[first] += part;
        if let Some(cell) = cells.get_mut(first + 1) {
            *cell += d - part;
        }
        return;
    }
    // The mean over the piece of its distance to the left of `z`; the increase from one side of a
    // cell to the other is the covered share of that cell.
    let inverse = 0.5 / (hi - lo);
    let reach = |z: f32| {
        let (a, b) = ((z - lo).max(0.0), (z - hi).max(0.0));
        (a * a - b * b) * inverse
    };
    let (mut reached, mut before) = (0.0, 0.0);
    for (i, cell) in cells.iter_mut().enumerate().take(last + 1).skip(first) {
        let now = reach(i as f32 + 1.0);
        let covered = d * (now - reached);
        *cell += covered - before;
        (reached, before) = (now, covered);
    }
}

/// One box filter along each row; everything outside counts as 0.
pub(crate) fn box_rows(from: &[f32], to: &mut [f32], width: usize, radius: usize) {
    let gain = 1.0 / (2 * radius + 1) as f32;
    for (src, dst) in from.chunks_exact(width).zip(to.chunks_exact_mut(width)) {
        let mut sum: f32 = src[..radius.min(width)].iter().sum();
        for x in 0..width {
            sum += src.get(x + radius).copied().unwrap_or(0.0);
            dst[x] = (sum * gain).max(0.0);
            if x >= radius {
                sum -= src[x - radius];
            }
        }
    }
}

/// One box filter along each column.
pub(crate) fn box_columns(from: &[f32], to: &mut [f32], width: usize, radius: usize) {
    let height = from.len() / width;
    let gain = 1.0 / (2 * radius + 1) as f32;
    let row = |y: usize| &from[y * width..][..width];
    // The output holds the running sums: each row starts with the sums of the row above.
    for y in 0..height {
        let (above, here) = to.split_at_mut(y * width);
        let here = &mut here[..width];
        if y == 0 {
            here.fill(0.0);
            for r in 0..(radius + 1).min(height) {
                here.iter_mut().zip(row(r)).for_each(|(s, v)| *s += v * gain);
            }
            continue;
        }
        here.copy_from_slice(&above[(y - 1) * width..]);
        if y + radius < height {
            here.iter_mut().zip(row(y + radius)).for_each(|(s, v)| *s += v * gain);
        }
        if y > radius {
            let gone = row(y - radius - 1);
            here.iter_mut().zip(gone).for_each(|(s, v)| *s = (*s - v * gain).max(0.0));
        }
    }
}

/// Turns changes of area into coverage of 0 to 1.
fn sum_up(cells: &mut [f32]) {
    let mut sum = 0.0f32;
    for cell in cells {
        sum += *cell;
        *cell = sum.abs().min(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::affine::{Affine, pt};

    fn area(mask: &Mask) -> f32 {
        (0..mask.height).flat_map(|y| mask.row(y)).sum()
    }

    #[test]
    fn a_rectangle_covers_its_area_exactly() {
        let mut path = Path::default();
        let corners = [pt(1.25, 1.5), pt(4.5, 1.5), pt(4.5, 3.75), pt(1.25, 3.75)];
        path.polygon(Affine::IDENTITY, &corners);
        let mut mask = Mask::default();
        mask.cover(&path, (8, 8), 0.0);
        let at = |x: usize, y: usize| mask.row(y - mask.y)[x - mask.x];
        assert_eq!(at(2, 2), 1.0);
        assert_eq!(at(1, 2), 0.75);
        assert_eq!(at(4, 2), 0.5);
        assert_eq!(at(1, 1), 0.375);
        assert_eq!(at(5, 2), 0.0);
        assert!((area(&mask) - 3.25 * 2.25).abs() < 1e-5);
    }

    #[test]
    fn a_circle_covers_pi() {
        let mut path = Path::default();
        path.ellipse(Affine::IDENTITY, pt(20.3, 19.1), 15.0, 15.0);
        let mut mask = Mask::default();
        mask.cover(&path, (40, 40), 0.0);
        assert!((area(&mask) / 225.0 - std::f32::consts::PI).abs() < 0.02);
    }

    #[test]
    fn shapes_outside_and_across_the_border_are_cut() {
        let mut mask = Mask::default();
        for (x, expected) in [(-50.0, 0.0), (0.0, 0.5), (4.0, 0.5), (60.0, 0.0)] {
            let mut path = Path::default();
            let corners =
                [pt(x - 2.0, -9.0), pt(x + 2.0, -9.0), pt(x + 2.0, 99.0), pt(x - 2.0, 99.0)];
            path.polygon(Affine::IDENTITY, &corners);
            mask.cover(&path, (4, 6), 2.0);
            assert!((area(&mask) / 24.0 - expected).abs() < 1e-6, "{x}: {}", area(&mask));
        }
    }

    #[test]
    fn softening_keeps_the_area() {
        let mut path = Path::default();
        path.ellipse(Affine::IDENTITY, pt(20.0, 20.0), 6.0, 9.0);
        let mut mask = Mask::default();
        mask.cover(&path, (40, 40), 8.0);
        let before = area(&mask);
        mask.soften(3);
        assert!((area(&mask) - before).abs() < 0.5, "{before} {}", area(&mask));
    }
}
