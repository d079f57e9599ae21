//! The guided filter: a matte on a small grid as a linear function of luma around each cell.
//!
//! Over the 5 by 5 cells around each, `slope = cov(luma, matte) / (var(luma) + epsilon)` and
//! `offset = mean(matte) - slope * mean(luma)`; both are then averaged over 5 by 5 cells again.
//! `slope * luma + offset` at full resolution follows the edges of the picture. After He, Sun,
//! "Guided Image Filtering" (2010) and "Fast Guided Filter" (2015).

use crate::Level;
use crate::dispatch::dispatch;
use crate::grid::GridSize;
use std::ops::Range;

/// The number of cells on each side to average.
const RADIUS: usize = 2;
/// One over the number of averaged cells.
const SHARE: f32 = 1.0 / 25.0;

/// The filter for grids of one size, with its memory.
#[derive(Clone, Debug)]
pub struct Guide {
    size: GridSize,
    luma: Vec<f32>,
    sums: [Vec<f32>; 4],
    raw: [Vec<f32>; 2],
    fields: [Vec<f32>; 2],
}

/// The wanted cells of each row of a grid.
pub type GuideRows<'a> = &'a [Range<usize>];

impl Guide {
    /// Makes one for grids of `size`, and allocates everything.
    ///
    /// # Panics
    /// If the grid has no cells.
    pub fn new(size: GridSize) -> Self {
        let cells = size.0 * size.1;
        assert!(cells > 0, "a grid without cells");
        let zeros = || vec![0.0; cells];
        Self {
            size,
            luma: zeros(),
            sums: std::array::from_fn(|_| vec![0.0; size.0 + 2 * RADIUS]),
            raw: [zeros(), zeros()],
            fields: [zeros(), zeros()],
        }
    }

    /// Computes slope and offset in the cells of `rows`, for luma in 8.4 fixed point and a matte
    /// of `0.0..=1.0`. Luma counts as `0.0..=1.0` in `epsilon` and the slope.
    ///
    /// # Panics
    /// If a length or range doesn't fit the grid.
    pub fn run(
        &mut self,
        level: Level,
        luma: &[u16],
        matte: &[f32],
        epsilon: f32,
        rows: GuideRows<'_>,
    ) {
        let cells = self.luma.len();
        assert_eq!([luma.len(), matte.len()], [cells; 2], "the grids' lengths");
        assert_eq!(rows.len(), self.size.1, "a range for each row");
        assert!(rows.iter().all(|r| r.end <= self.size.0), "ranges of cells");
        run(level, self, luma, matte, epsilon, rows);
    }

    /// The slopes, valid only in the cells requested last.
    pub fn slopes(&self) -> &[f32] {
        &self.fields[0]
    }

    /// The offsets, valid only in the cells requested last.
    pub fn offsets(&self) -> &[f32] {
        &self.fields[1]
    }
}

dispatch! {
    fn run(guide: &mut Guide, luma: &[u16], matte: &[f32], epsilon: f32, rows: GuideRows<'_>) = scalar::run;
}

mod scalar {
    use super::{GridSize, Guide, GuideRows, RADIUS, Range, SHARE};

    /// Row `y` of a grid, clamped to it.
    #[inline(always)]
    fn line(grid: &[f32], (width, height): GridSize, y: isize) -> &[f32] {
        &grid[y.clamp(0, height as isize - 1) as usize * width..][..width]
    }

    /// The cells that rows `y - RADIUS..=y + RADIUS` want, and `RADIUS` more on both sides.
    #[inline(always)]
    fn around(rows: GuideRows<'_>, y: usize, width: usize) -> Range<usize> {
        let near = &rows[y.saturating_sub(RADIUS)..(y + RADIUS + 1).min(rows.len())];
        let wanted = near.iter().filter(|r| !r.is_empty());
        let (mut start, mut end) = (width, 0);
        for range in wanted {
            start = start.min(range.start.saturating_sub(RADIUS));
            end = end.max((range.end + RADIUS).min(width));
        }
        start.min(end)..end
    }

    #[inline(always)]
    pub fn run(guide: &mut Guide, luma: &[u16], matte: &[f32], epsilon: f32, rows: GuideRows<'_>) {
        let Guide { size, luma: guiding, sums, raw, fields } = guide;
        for (out, &v) in guiding.iter_mut().zip(luma) {
            *out = f32::from(v) * (1.0 / 4080.0);
        }
        for y in 0..size.1 {
            let cells = around(rows, y, size.0);
            if !cells.is_empty() {
                statistics(guiding, matte, *size, y, widened(&cells, size.0), sums);
                let at = y * size.0 + cells.start..y * size.0 + cells.end;
                let [slopes, offsets] = raw;
                models(sums, cells.start, epsilon, &mut slopes[at.clone()], &mut offsets[at]);
            }
        }
        for (y, cells) in rows.iter().enumerate().filter(|(_, cells)| !cells.is_empty()) {
            for (raw, field) in raw.iter().zip(&mut *fields) {
                let field = &mut field[y * size.0..][cells.clone()];
                average(raw, *size, y, cells, &mut sums[0], field);
            }
        }
    }

    #[inline(always)]
    fn widened(cells: &Range<usize>, width: usize) -> Range<usize> {
        cells.start.saturating_sub(RADIUS)..(cells.end + RADIUS).min(width)
    }

    /// Repeats the outer sums beyond the grid's edges; `sums[x + RADIUS]` is column `x`.
    #[inline(always)]
    fn pad(sums: &mut [f32], cells: &Range<usize>, width: usize) {
        if cells.start == 0 {
            let first = sums[RADIUS];
            sums[..RADIUS].fill(first);
        }
        if cells.end == width {
            let last = sums[width + RADIUS - 1];
            sums[width + RADIUS..].fill(last);
        }
    }

    /// Sums over five rows of luma, matte, luma squared and their product, in the columns `cells`.
    #[inline(always)]
    fn statistics(
        luma: &[f32],
        matte: &[f32],
        size: GridSize,
        y: usize,
        cells: Range<usize>,
        sums: &mut [Vec<f32>; 4],
    ) {
        let y = y as isize;
        let [lumas, mattes] = [luma, matte].map(|grid| five_lines(grid, size, y, &cells));
        let at = cells.start + RADIUS..cells.end + RADIUS;
        let n = at.len();
        let [si, sp, sii, sip] = sums.each_mut().map(|s| &mut s[at.clone()]);
        for x in 0..n {
            let (mut i, mut p, mut ii, mut ip) = (0.0, 0.0, 0.0, 0.0);
            for k in 0..5 {
                let (a, b) = (lumas[k][..n][x], mattes[k][..n][x]);
                (i, p) = (i + a, p + b);
                (ii, ip) = (ii + a * a, ip + a * b);
            }
            (si[x], sp[x], sii[x], sip[x]) = (i, p, ii, ip);
        }
        sums.iter_mut().for_each(|s| pad(s, &cells, size.0));
    }

    /// Cells of five rows, the middle one of which is `y`.
    #[inline(always)]
    fn five_lines<'a>(
        grid: &'a [f32],
        size: GridSize,
        y: isize,
        cells: &Range<usize>,
    ) -> [&'a [f32]; 5] {
        [-2, -1, 0, 1, 2].map(|k| &line(grid, size, y + k)[cells.clone()])
    }

    /// The sum of five neighbours.
    #[inline(always)]
    fn five(sums: &[f32], x: usize) -> f32 {
        (sums[x] + sums[x + 4]) + (sums[x + 1] + sums[x + 3]) + sums[x + 2]
    }

    #[inline(always)]
    fn models(
        sums: &[Vec<f32>; 4],
        start: usize,
        epsilon: f32,
        slopes: &mut [f32],
        offsets: &mut [f32],
    ) {
        let n = slopes.len();
        let [si, sp, sii, sip] = sums.each_ref().map(|s| &s[start..][..n + 2 * RADIUS]);
        for (x, (slope, offset)) in slopes.iter_mut().zip(offsets).enumerate() {
            let (i, p) = (five(si, x) * SHARE, five(sp, x) * SHARE);
            let variance = five(sii, x) * SHARE - i * i;
            let covariance = five(sip, x) * SHARE - i * p;
            *slope = covariance / (variance.max(0.0) + epsilon);
            *offset = p - *slope * i;
        }
    }

    #[inline(always)]
    fn average(
        raw: &[f32],
        size: GridSize,
        y: usize,
        cells: &Range<usize>,
        sums: &mut [f32],
        out: &mut [f32],
    ) {
        let wide = widened(cells, size.0);
        let [a, b, c, d, e] = five_lines(raw, size, y as isize, &wide);
        let part = &mut sums[wide.start + RADIUS..wide.end + RADIUS];
        let n = part.len();
        let (a, b, c, d, e) = (&a[..n], &b[..n], &c[..n], &d[..n], &e[..n]);
        for (x, sum) in part.iter_mut().enumerate() {
            *sum = (a[x] + e[x]) + (b[x] + d[x]) + c[x];
        }
        pad(sums, &wide, size.0);
        let sums = &sums[cells.start..][..out.len() + 2 * RADIUS];
        for (x, value) in out.iter_mut().enumerate() {
            *value = five(sums, x) * SHARE;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::noise;
    use super::*;

    struct Grids {
        size: GridSize,
        luma: Vec<u16>,
        matte: Vec<f32>,
    }

    impl Grids {
        fn new(size: GridSize) -> Self {
            let mut next = noise(size.0 as u32);
            let luma = (0..size.0 * size.1).map(|_| u16::from(next()) * 16).collect();
            let matte = (0..size.0 * size.1).map(|_| f32::from(next()) / 255.0).collect();
            Self { size, luma, matte }
        }

        fn clamped(&self, x: isize, y: isize) -> usize {
            let x = x.clamp(0, self.size.0 as isize - 1) as usize;
            x + self.size.0 * y.clamp(0, self.size.1 as isize - 1) as usize
        }

        fn mean(&self, x: isize, y: isize, value: impl Fn(usize) -> f64) -> f64 {
            let near = (0..25).map(|k| self.clamped(x + k % 5 - 2, y + k / 5 - 2));
            near.map(value).sum::<f64>() / 25.0
        }

        fn model(&self, index: usize, epsilon: f64) -> (f64, f64) {
            let (x, y) = ((index % self.size.0) as isize, (index / self.size.0) as isize);
            let i = |k: usize| f64::from(self.luma[k]) / 4080.0;
            let p = |k: usize| f64::from(self.matte[k]);
            let (mi, mp) = (self.mean(x, y, i), self.mean(x, y, p));
            let variance = self.mean(x, y, |k| i(k) * i(k)) - mi * mi;
            let slope = (self.mean(x, y, |k| i(k) * p(k)) - mi * mp) / (variance + epsilon);
            (slope, mp - slope * mi)
        }
    }

    fn check(size: GridSize, rows: &[Range<usize>]) {
        let (grids, epsilon) = (Grids::new(size), 1e-2);
        let models: Vec<_> = (0..size.0 * size.1).map(|k| grids.model(k, epsilon)).collect();
        let mut found = Vec::new();
        for level in Level::available() {
            let mut guide = Guide::new(size);
            guide.run(level, &grids.luma, &grids.matte, epsilon as f32, rows);
            for (y, cells) in rows.iter().enumerate() {
                for x in cells.clone() {
                    let mean = |f: fn(&(f64, f64)) -> f64| {
                        grids.mean(x as isize, y as isize, |k| f(&models[k]))
                    };
                    let at = y * size.0 + x;
                    let (slope, offset) = (guide.slopes()[at], guide.offsets()[at]);
                    assert!((f64::from(slope) - mean(|m| m.0)).abs() < 1e-3, "{level} {size:?}");
                    assert!((f64::from(offset) - mean(|m| m.1)).abs() < 1e-3, "{level} {size:?}");
                }
            }
            found.push(guide.fields);
        }
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "levels differ at {size:?}");
    }

    #[test]
    fn whole_grids_are_the_formula() {
        for width in 1..=40 {
            let size = (width, 1 + width % 9);
            check(size, &vec![0..width; size.1]);
        }
    }

    #[test]
    fn parts_of_rows_are_the_formula() {
        check((70, 9), &[0..0, 3..20, 0..0, 60..70, 0..0, 0..0, 0..0, 0..0, 5..6]);
    }
}
