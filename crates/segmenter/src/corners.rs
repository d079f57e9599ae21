//! Maps whose first and last values lie on the picture's first and last pixels, brought to equal
//! parts of the picture.

/// How many pixels of the network's picture a value stands for, along each side.
const PIXELS: usize = 4;

/// Resizes a map by lines between its values.
#[derive(Clone, Debug)]
pub struct Corners {
    columns: Vec<(usize, f32)>,
    rows: Vec<(usize, f32)>,
    from: usize,
}

impl Corners {
    /// For maps of `from` and pictures of `picture`, each (width, height), of one pixel at least.
    pub fn new(from: (usize, usize), picture: (usize, usize)) -> Self {
        let taps = |from: usize, pixels: usize| {
            let to = pixels.div_ceil(PIXELS).max(from);
            let (step, last) = (pixels as f32 / to as f32, from.saturating_sub(2));
            let scale = (from - 1) as f32 / (pixels - 1).max(1) as f32;
            let tap = |at: usize| {
                let pixel = ((at as f32 + 0.5) * step - 0.5).clamp(0.0, (pixels - 1) as f32);
                let whole = ((pixel * scale) as usize).min(last);
                (whole, (pixel * scale - whole as f32).clamp(0.0, 1.0))
            };
            (0..to).map(tap).collect()
        };
        let (columns, rows) = (taps(from.0, picture.0), taps(from.1, picture.1));
        Self { columns, rows, from: from.0 }
    }

    /// The result's width and height.
    pub const fn size(&self) -> (usize, usize) {
        (self.columns.len(), self.rows.len())
    }

    /// Resizes a map.
    pub fn run(&self, map: &[f32], out: &mut [f32]) {
        let value = |y: usize, x: usize, share: f32| {
            let row = &map[y * self.from..][..self.from];
            row[x] + share * (row[(x + 1).min(self.from - 1)] - row[x])
        };
        let last = map.len() / self.from - 1;
        let lines = out.chunks_exact_mut(self.columns.len()).zip(&self.rows);
        for (line, &(y, down)) in lines {
            for (out, &(x, right)) in line.iter_mut().zip(&self.columns) {
                let (above, below) = (value(y, x, right), value((y + 1).min(last), x, right));
                *out = above + down * (below - above);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_lie_on_the_outer_pixels() {
        // 17 pixels, of which the first, the ninth and the last have values.
        let corners = Corners::new((3, 2), (17, 5));
        assert_eq!(corners.size(), (5, 2));
        let mut out = [0.0; 10];
        corners.run(&[0.0, 8.0, 16.0, 0.0, 8.0, 16.0], &mut out);
        for (at, value) in out.iter().enumerate() {
            let pixel = ((at % 5) as f32 + 0.5) * 3.4 - 0.5;
            assert!((value - pixel).abs() < 1e-5, "{at}: {value} instead of {pixel}");
        }
    }

    #[test]
    fn a_single_value_fills_everything() {
        let corners = Corners::new((1, 1), (8, 1));
        let mut out = [0.0; 2];
        corners.run(&[0.7], &mut out);
        assert_eq!(out, [0.7; 2]);
    }
}
