//! Means over squares of a grid, by running sums: the cost does not depend on the square's size.
//!
//! At the border the square is cut off, and the mean is over what remains.

/// Memory for means over grids of one size.
#[derive(Clone, Debug)]
pub struct Blur {
    width: usize,
    height: usize,
    copy: Vec<f32>,
    sums: Vec<f32>,
}

impl Blur {
    /// For grids of `(columns, rows)`.
    pub fn new((width, height): (usize, usize)) -> Self {
        Self { width, height, copy: vec![0.0; width * height], sums: vec![0.0; width] }
    }

    /// Replaces each value by the mean of the values at most `radius` columns and rows away.
    pub fn run(&mut self, grid: &mut [f32], radius: usize) {
        for (row, out) in grid.chunks_exact(self.width).zip(self.copy.chunks_exact_mut(self.width))
        {
            means(row, radius, out);
        }
        self.sums.fill(0.0);
        let (width, height, copy) = (self.width, self.height, &self.copy);
        let row = |y: usize| &copy[y * width..][..width];
        for y in 0..radius.min(height) {
            self.sums.iter_mut().zip(row(y)).for_each(|(sum, v)| *sum += v);
        }
        for (y, out) in grid.chunks_exact_mut(width).enumerate() {
            if y + radius < height {
                self.sums.iter_mut().zip(row(y + radius)).for_each(|(sum, v)| *sum += v);
            }
            if y > radius {
                self.sums.iter_mut().zip(row(y - radius - 1)).for_each(|(sum, v)| *sum -= v);
            }
            let share = 1.0 / ((y + radius).min(height - 1) + 1 - y.saturating_sub(radius)) as f32;
            out.iter_mut().zip(&self.sums).for_each(|(out, sum)| *out = sum * share);
        }
    }

    /// Takes two means, one after the other: about a Gaussian of standard deviation `0.82 *
    /// radius`.
    pub fn smooth(&mut self, grid: &mut [f32], radius: usize) {
        self.run(grid, radius);
        self.run(grid, radius);
    }

    /// In a grid of only 0 and 1, sets every cell to 1 that is at most `radius` columns and rows
    /// away from a 1.
    pub fn grow(&mut self, grid: &mut [f32], radius: usize) {
        self.run(grid, radius);
        let side = (2 * radius + 1) as f32;
        let least = 0.5 / (side * side);
        grid.iter_mut().for_each(|v| *v = if *v > least { 1.0 } else { 0.0 });
    }
}

fn means(row: &[f32], radius: usize, out: &mut [f32]) {
    let n = row.len();
    let mut sum: f32 = row[..radius.min(n)].iter().sum();
    for (x, out) in out.iter_mut().enumerate() {
        if x + radius < n {
            sum += row[x + radius];
        }
        if x > radius {
            sum -= row[x - radius - 1];
        }
        *out = sum / ((x + radius).min(n - 1) + 1 - x.saturating_sub(radius)) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_those_of_plain_loops() {
        for (width, height) in [(1, 1), (2, 3), (7, 5), (33, 20)] {
            for radius in [0, 1, 3, 40] {
                let source: Vec<f32> =
                    (0..width * height).map(|i| (i * 37 % 101) as f32 / 100.0).collect();
                let mut grid = source.clone();
                Blur::new((width, height)).run(&mut grid, radius);
                for (i, &value) in grid.iter().enumerate() {
                    let (x, y) = (i % width, i / width);
                    let near = |a: usize, b: usize| a.abs_diff(b) <= radius;
                    let members: Vec<f32> = (0..source.len())
                        .filter(|&j| near(j % width, x) && near(j / width, y))
                        .map(|j| source[j])
                        .collect();
                    let mean = members.iter().sum::<f32>() / members.len() as f32;
                    assert!((value - mean).abs() < 1e-5, "{width}x{height} r{radius} at {x},{y}");
                }
            }
        }
    }

    #[test]
    fn growing_reaches_as_far_as_told() {
        let mut grid = vec![0.0; 11 * 9];
        grid[4 * 11 + 5] = 1.0;
        Blur::new((11, 9)).grow(&mut grid, 2);
        assert_eq!(grid.iter().sum::<f32>(), 25.0);
        assert_eq!((grid[2 * 11 + 3], grid[2 * 11 + 2]), (1.0, 0.0));
    }
}
