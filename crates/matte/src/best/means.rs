//! Means over squares of records of `N` numbers, for one block of a picture.
//!
//! Running sums along rows, then down the columns, all `N` numbers side by side. At the border of
//! the source the squares are cut off, and the mean is over what remains.

use super::rect::Rect;

/// Memory for the means of one block.
#[derive(Clone, Debug)]
pub struct Means<const N: usize> {
    target: Rect,
    line: Vec<[f32; N]>,
    rows: Vec<[f32; N]>,
    sums: Vec<[f32; N]>,
    means: Vec<[f32; N]>,
}

impl<const N: usize> Means<N> {
    /// For sources of at most `side` by `side` records.
    pub fn new(side: usize) -> Self {
        let many = |n| Vec::with_capacity(n);
        Self {
            target: Rect::default(),
            line: many(side),
            rows: many(side * side),
            sums: many(side),
            means: many(side * side),
        }
    }

    /// Computes the means over `2 * radius + 1` columns and rows around each pixel of `target`, of
    /// the records that `at(x, y)` returns in `source`.
    pub fn run(
        &mut self,
        source: &Rect,
        target: &Rect,
        radius: usize,
        at: impl Fn(usize, usize) -> [f32; N],
    ) {
        self.target = target.clone();
        self.rows.clear();
        for y in source.y.clone() {
            self.line.clear();
            self.line.extend(source.x.clone().map(|x| at(x, y)));
            self.row_means(source, radius);
        }
        self.column_means(source, radius);
    }

    fn row_means(&mut self, source: &Rect, radius: usize) {
        let window = |x: usize| span(x - source.x.start, radius, source.x.len());
        let mut sum = [0.0; N];
        let (mut from, mut to) = (0, 0);
        for x in self.target.x.clone() {
            let (first, end) = window(x);
            self.line[to..end].iter().for_each(|v| add(&mut sum, v));
            self.line[from..first].iter().for_each(|v| subtract(&mut sum, v));
            (from, to) = (first, end);
            let share = 1.0 / (end - first) as f32;
            self.rows.push(sum.map(|v| v * share));
        }
    }

    fn column_means(&mut self, source: &Rect, radius: usize) {
        let Self { target, rows, sums, means, .. } = self;
        let width = target.x.len();
        let row = |y: usize| &rows[y * width..][..width];
        means.clear();
        sums.clear();
        sums.resize(width, [0.0; N]);
        let (mut from, mut to) = (0, 0);
        for y in target.y.clone() {
            let (first, end) = span(y - source.y.start, radius, source.y.len());
            for y in to..end {
                sums.iter_mut().zip(row(y)).for_each(|(sum, v)| add(sum, v));
            }
            for y in from..first {
                sums.iter_mut().zip(row(y)).for_each(|(sum, v)| subtract(sum, v));
            }
            (from, to) = (first, end);
            let share = 1.0 / (end - first) as f32;
            means.extend(sums.iter().map(|sum| sum.map(|v| v * share)));
        }
    }

    /// The mean around a pixel of the target.
    #[inline]
    pub fn at(&self, x: usize, y: usize) -> &[f32; N] {
        &self.means[self.target.index(x, y)]
    }
}

/// First index and end of a window around `at`, cut off at the ends of `length`.
#[inline]
fn span(at: usize, radius: usize, length: usize) -> (usize, usize) {
    (at.saturating_sub(radius), (at + radius + 1).min(length))
}

#[inline(always)]
fn add<const N: usize>(sum: &mut [f32; N], values: &[f32; N]) {
    sum.iter_mut().zip(values).for_each(|(s, v)| *s += v);
}

#[inline(always)]
fn subtract<const N: usize>(sum: &mut [f32; N], values: &[f32; N]) {
    sum.iter_mut().zip(values).for_each(|(s, v)| *s -= v);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(x: usize, y: usize) -> f32 {
        ((x * 7 + y * 13) % 17) as f32
    }

    #[test]
    fn means_are_those_of_plain_loops() {
        let source = Rect { x: 3..20, y: 5..17 };
        let target = Rect { x: 3..15, y: 9..17 };
        for radius in [1, 3, 40] {
            let mut means = Means::new(20);
            means.run(&source, &target, radius, |x, y| [value(x, y), 1.0]);
            for (x, y) in target.y.clone().flat_map(|y| target.x.clone().map(move |x| (x, y))) {
                let mut members = Vec::new();
                for row in source.y.clone().filter(|row| row.abs_diff(y) <= radius) {
                    let columns = source.x.clone().filter(|column| column.abs_diff(x) <= radius);
                    members.extend(columns.map(|column| value(column, row)));
                }
                let mean = members.iter().sum::<f32>() / members.len() as f32;
                let found = means.at(x, y);
                assert!((found[0] - mean).abs() < 1e-4, "r{radius} at {x},{y}");
                assert!((found[1] - 1.0).abs() < 1e-6);
            }
        }
    }
}
