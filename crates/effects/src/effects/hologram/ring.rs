//! The last few rows of a plane as they were before they were changed.

/// A fixed number of rows of numbers, with zeros on both sides.
#[derive(Debug)]
pub(super) struct Ring {
    data: Vec<u16>,
    width: usize,
    margin: usize,
    rows: usize,
}

impl Ring {
    /// Keeps `rows` rows of `width` numbers with `margin` zeros on either side.
    pub fn new(width: usize, margin: usize, rows: usize) -> Self {
        Self { data: vec![0; rows * (width + 2 * margin)], width, margin, rows }
    }

    /// The place for row `y`, which replaces the one `rows` rows before.
    pub fn row_mut(&mut self, y: usize) -> &mut [u16] {
        let start = self.start(y);
        &mut self.data[start..][..self.width]
    }

    /// Row `y`, moved left by `shift` columns, at most the margin either way.
    pub fn row(&self, y: usize, shift: isize) -> &[u16] {
        let start = self.start(y).strict_add_signed(shift);
        &self.data[start..][..self.width]
    }

    fn start(&self, y: usize) -> usize {
        y % self.rows * (self.width + 2 * self.margin) + self.margin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_moved_with_zeros_beside_them() {
        let mut ring = Ring::new(4, 2, 3);
        for y in 0..5 {
            ring.row_mut(y).copy_from_slice(&[1, 2, 3, 4].map(|v| v + 10 * y as u16));
        }
        assert_eq!(ring.row(3, 0), [31, 32, 33, 34]);
        assert_eq!(ring.row(2, 2), [23, 24, 0, 0]);
        assert_eq!(ring.row(4, -1), [0, 41, 42, 43]);
    }
}
