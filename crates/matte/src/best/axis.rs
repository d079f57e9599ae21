//! The values of a network's map, and their shares, that make a cell of the grid.
//!
//! Along one axis, a cell covers an interval of the map made from a window. Cells longer than a
//! value of the map take the mean over the interval, shorter ones interpolate linearly between the
//! values' centres; beyond the map its outer values apply.

/// The cells of one axis whose centres lie in a window.
#[derive(Clone, Debug)]
pub struct Axis {
    cells: usize,
    pitch: f32,
    last: f32,
    map: usize,
    first: usize,
    taps: usize,
    places: Vec<Place>,
    shares: Vec<f32>,
}

/// Where one cell reads, and how much its reading counts.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    trust: f32,
}

impl Axis {
    /// For a picture's side of `pixels` in cells of `pitch` pixels (the last may be cut off), and
    /// maps of `map` values.
    pub fn new(pixels: u32, pitch: usize, map: usize) -> Self {
        let cells = (pixels as usize).div_ceil(pitch);
        Self {
            cells,
            pitch: pitch as f32,
            last: pixels as f32 - 0.5,
            map,
            first: 0,
            taps: 0,
            places: Vec::with_capacity(cells),
            shares: Vec::with_capacity(map + 3 * cells),
        }
    }

    /// Finds the cells of the window `[from, from + length)`, in pixels. The outer `taper` of the
    /// window counts less and less towards its ends.
    pub fn aim(&mut self, from: f32, length: f32, taper: f32) {
        let step = self.pitch / length * self.map as f32;
        self.taps = if step > 1.0 { step.ceil() as usize + 1 } else { 2 }.min(self.map);
        self.places.clear();
        self.shares.clear();
        self.first = 0;
        for cell in 0..self.cells {
            let centre = ((cell as f32 + 0.5) * self.pitch).min(self.last);
            if centre < from || centre >= from + length {
                continue;
            }
            if self.places.is_empty() {
                self.first = cell;
            }
            let depth = (centre - from).min(from + length - centre);
            let trust = if taper > 0.0 { (depth / (taper * length)).min(1.0) } else { 1.0 };
            let middle = (centre - from) / length * self.map as f32;
            self.place(middle, step, trust);
        }
    }

    fn place(&mut self, middle: f32, step: f32, trust: f32) {
        let half = 0.5 * step.max(1.0);
        let leftmost = (middle - half).floor();
        let start = (leftmost.max(0.0) as usize).min(self.map - self.taps);
        let at = self.shares.len();
        self.shares.resize(at + self.taps, 0.0);
        // A cell shorter than a value meets two values in the shares of linear interpolation, if it
        // counts as being as long as one.
        let mut value = leftmost;
        while value < middle + half {
            let overlap = (middle + half).min(value + 1.0) - (middle - half).max(value);
            let index = (value.max(0.0) as usize).clamp(start, start + self.taps - 1) - start;
            self.shares[at + index] += overlap.max(0.0) / (2.0 * half);
            value += 1.0;
        }
        self.places.push(Place { start, trust });
    }

    /// The first cell in the window.
    pub const fn first(&self) -> usize {
        self.first
    }

    /// For each cell in the window: the first value that it reads, the values' shares, and its
    /// trust.
    pub fn cells(&self) -> impl Iterator<Item = (usize, &[f32], f32)> {
        let shares = self.shares.chunks_exact(self.taps.max(1));
        self.places.iter().zip(shares).map(|(place, shares)| (place.start, shares, place.trust))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(axis: &Axis, map: &[f32]) -> Vec<f32> {
        let mix = |(start, shares, _): (usize, &[f32], f32)| {
            shares.iter().zip(&map[start..]).map(|(s, v)| s * v).sum()
        };
        axis.cells().map(mix).collect()
    }

    #[test]
    fn a_map_is_enlarged_linearly_and_reduced_by_means() {
        let mut axis = Axis::new(8, 1, 4);
        axis.aim(0.0, 8.0, 0.0);
        let read_back = read(&axis, &[0.0, 1.0, 2.0, 3.0]);
        assert_eq!(read_back, [0.0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.0]);
        let mut axis = Axis::new(100, 50, 4);
        axis.aim(0.0, 100.0, 0.0);
        assert_eq!(read(&axis, &[0.0, 1.0, 2.0, 3.0]), [0.5, 2.5]);
    }

    #[test]
    fn a_cell_that_is_cut_off_belongs_to_the_picture() {
        let mut axis = Axis::new(100, 3, 4);
        axis.aim(0.0, 100.0, 0.0);
        assert_eq!(axis.cells().count(), 34);
    }

    #[test]
    fn a_window_has_its_own_cells_and_they_sum_to_one() {
        for (from, length) in [(0.0, 3.0), (20.3, 41.7), (60.0, 40.0), (99.0, 1.0)] {
            for map in [1, 2, 16, 300] {
                let mut axis = Axis::new(100, 3, map);
                axis.aim(from, length, 0.25);
                for (start, shares, trust) in axis.cells() {
                    assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-4);
                    assert!(start + shares.len() <= map && trust > 0.0 && trust <= 1.0);
                }
                assert!(axis.first() + axis.cells().count() <= 34);
            }
        }
    }
}
