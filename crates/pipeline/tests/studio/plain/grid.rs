//! Numbers in rows, and the filter that samples them.

/// Numbers in rows: a plane of a picture.
#[derive(Clone, Debug)]
pub struct Grid {
    pub width: usize,
    pub height: usize,
    values: Vec<f32>,
}

/// What an output is made of along one axis: places in the source, and their weights.
pub type Taps = Vec<(isize, f32)>;

impl Grid {
    pub fn of(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Self {
        let values = (0..width * height).map(|i| value(i % width, i / width)).collect();
        Self { width, height, values }
    }

    pub fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    /// Puts as much of another at a place as there is room for.
    pub fn put(&mut self, other: &Self, left: usize, top: usize) {
        let columns = other.width.min(self.width - left);
        for y in 0..other.height.min(self.height - top) {
            let from = &other.values[y * other.width..][..columns];
            self.values[(top + y) * self.width + left..][..columns].copy_from_slice(from);
        }
    }

    pub fn change(&mut self, change: impl Fn(f32) -> f32) {
        self.values.iter_mut().for_each(|value| *value = change(*value));
    }

    /// The value at a place; beyond the edge, the nearest applies.
    fn nearest(&self, x: isize, y: isize) -> f32 {
        let within = |v: isize, side: usize| v.clamp(0, side as isize - 1) as usize;
        self.at(within(x, self.width), within(y, self.height))
    }

    /// The mean by weights across and down.
    pub fn sample(&self, across: &Taps, down: &Taps) -> f32 {
        let row = |y: isize| across.iter().map(|(x, w)| w * self.nearest(*x, y)).sum::<f32>();
        down.iter().map(|(y, weight)| weight * row(*y)).sum()
    }

    /// The mean of the two by two values of a sample of chroma. The last column and row of an odd
    /// grid count twice.
    pub fn mean(&self, i: usize, j: usize) -> f32 {
        let corner = |dx, dy| self.nearest((2 * i + dx) as isize, (2 * j + dy) as isize);
        (corner(0, 0) + corner(1, 0) + corner(0, 1) + corner(1, 1)) / 4.0
    }
}

/// The weights around a place, where `step` pixels of the source make one. Pixel `i` reaches from `i`
/// to `i + 1`.
pub fn taps(centre: f64, step: f64) -> Taps {
    if step > 1.0 {
        // The mean over an interval.
        let (from, to) = (centre - step / 2.0, centre + step / 2.0);
        let share = |i: isize| (to.min(i as f64 + 1.0) - from.max(i as f64)).max(0.0) / step;
        (from.floor() as isize..=to.floor() as isize).map(|i| (i, share(i) as f32)).collect()
    } else {
        let first = (centre - 0.5).floor() as isize - 1;
        (first..first + 4).map(|i| (i, keys(centre - 0.5 - i as f64) as f32)).collect()
    }
}

/// Keys' cubic of 1981 with a = -1/2.
fn keys(distance: f64) -> f64 {
    const A: f64 = -0.5;
    let x = distance.abs();
    match x {
        ..1.0 => (A + 2.0) * x.powi(3) - (A + 3.0) * x.powi(2) + 1.0,
        1.0..2.0 => A * x.powi(3) - 5.0 * A * x.powi(2) + 8.0 * A * x - 4.0 * A,
        _ => 0.0,
    }
}
