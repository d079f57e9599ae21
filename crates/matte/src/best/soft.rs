//! A mask of the grid at the picture's pixels: bilinear, with more contrast, and with the weight of
//! the picture's colours at each place.
//!
//! Contrast: `s(p) = (l(p) - l(0)) / (l(1) - l(0))` with `l(p) = 1 / (1 + exp(-k (p - 1/2)))`; it
//! removes the haze of a mean of many masks and leaves the edge in place. The weight is 1 in a band
//! around all doubtful cells and falls to 0 beyond it.

use super::blur::Blur;
use super::rect::Rect;
use crate::geometry::Geometry;

/// Steepness of the contrast, `k`.
const CONTRAST: f32 = 9.0;
/// Cells between this and its complement are doubtful.
const DOUBT: f32 = 0.05;
/// The width of the band beyond doubtful cells, as a share of the grid's diagonal.
const BAND: f32 = 0.012;
/// Steps of the contrast's table.
const STEPS: usize = 2048;

/// A pixel's place between two cells of one axis: the first, and the second's share.
type Place = (usize, f32);

/// Memory for mattes of one size from masks of one grid.
#[derive(Clone, Debug)]
pub struct Soft {
    grid: (usize, usize),
    columns: Vec<Place>,
    rows: Vec<Place>,
    curve: Vec<f32>,
    band: Vec<f32>,
    /// The width of the band beyond doubtful cells.
    reach: usize,
    blur: Blur,
}

impl Soft {
    /// From masks on a picture's grid to its pixels.
    pub fn new(geometry: Geometry) -> Self {
        let Geometry { picture, factor, grid } = geometry;
        Self {
            grid,
            columns: places(picture.width, factor, grid.0),
            rows: places(picture.height, factor, grid.1),
            curve: vec![0.0; STEPS + 1],
            band: vec![0.0; grid.0 * grid.1],
            reach: (geometry.diagonal(BAND).round() as usize).max(1),
            blur: Blur::new(grid),
        }
    }

    /// Computes the contrast and the weights for a mask; `strength` 0 leaves the mask as it is.
    pub fn prepare(&mut self, mask: &[f32], strength: f32) {
        for (step, value) in self.curve.iter_mut().enumerate() {
            let p = step as f32 / STEPS as f32;
            *value = p + (contrast(p) - p) * strength;
        }
        for (weight, &value) in self.band.iter_mut().zip(mask) {
            *weight = if is_doubtful(value) { 1.0 } else { 0.0 };
        }
        self.blur.grow(&mut self.band, self.reach);
        self.blur.smooth(&mut self.band, (self.reach / 2).max(1));
    }

    /// Whether the picture's colours count anywhere in a rectangle of pixels.
    pub fn has_edge(&self, rect: &Rect) -> bool {
        let cells = |places: &[Place], last: usize| {
            let end = places.last().map_or(0, |place| place.0 + 1);
            places.first().map_or(0, |place| place.0)..=end.min(last)
        };
        let columns = cells(&self.columns[rect.x.clone()], self.grid.0 - 1);
        let mut rows = cells(&self.rows[rect.y.clone()], self.grid.1 - 1);
        rows.any(|row| {
            let line = &self.band[row * self.grid.0..][..self.grid.0];
            line[columns.clone()].iter().any(|&weight| weight > 1e-3)
        })
    }

    /// The matte of the pixel at `x`, `y` before the picture's colours refine it.
    #[inline]
    pub fn matte(&self, mask: &[f32], x: usize, y: usize) -> f32 {
        let value = self.sample(mask, x, y);
        self.curve[(value * STEPS as f32 + 0.5) as usize]
    }

    /// How much the picture's colours count at a pixel, `0.0..=1.0`.
    #[inline]
    pub fn weight(&self, x: usize, y: usize) -> f32 {
        self.sample(&self.band, x, y).clamp(0.0, 1.0)
    }

    /// Cells at a pixel's place.
    #[inline(always)]
    pub fn sample(&self, cells: &[f32], x: usize, y: usize) -> f32 {
        let ((column, right), (row, down)) = (self.columns[x], self.rows[y]);
        let next_column = (column + 1).min(self.grid.0 - 1);
        let next_row = (row + 1).min(self.grid.1 - 1);
        let (upper, lower) = (&cells[row * self.grid.0..], &cells[next_row * self.grid.0..]);
        let mix = |line: &[f32]| line[column] + (line[next_column] - line[column]) * right;
        let (a, b) = (mix(upper), mix(lower));
        a + (b - a) * down
    }
}

fn places(pixels: u32, pitch: usize, cells: usize) -> Vec<Place> {
    let place = |pixel| {
        let at = (pixel as f32 + 0.5) / pitch as f32 - 0.5;
        let at = at.clamp(0.0, (cells - 1) as f32);
        (at as usize, at.fract())
    };
    (0..pixels).map(place).collect()
}

/// Whether a cell of the mask may be person or room.
pub fn is_doubtful(value: f32) -> bool {
    (DOUBT..1.0 - DOUBT).contains(&contrast(value))
}

fn contrast(p: f32) -> f32 {
    let logistic = |p: f32| 1.0 / (1.0 + (-CONTRAST * (p - 0.5)).exp());
    (logistic(p) - logistic(0.0)) / (logistic(1.0) - logistic(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::Size;

    fn halves(width: u32, height: u32) -> Soft {
        let picture = Size::new(width, height).unwrap();
        let grid = (width as usize / 2, (height as usize).div_ceil(2));
        Soft::new(Geometry { picture, factor: 2, grid })
    }

    #[test]
    fn contrast_keeps_the_ends_and_the_middle() {
        for (p, expected) in [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)] {
            assert!((contrast(p) - expected).abs() < 1e-6);
        }
        assert!(contrast(0.2) < 0.1 && contrast(0.8) > 0.9);
    }

    #[test]
    fn without_strength_a_matte_is_the_bilinear_mask() {
        let mut soft = halves(8, 1);
        let mask = [0.0, 0.25, 0.5, 1.0];
        soft.prepare(&mask, 0.0);
        let row: Vec<f32> = (0..8).map(|x| soft.matte(&mask, x, 0)).collect();
        let expected = [0.0, 0.0625, 0.1875, 0.3125, 0.4375, 0.625, 0.875, 1.0];
        for (value, expected) in row.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-3, "{row:?}");
        }
    }

    #[test]
    fn the_weight_is_where_the_doubt_is() {
        let mut soft = halves(200, 100);
        let mask: Vec<f32> = (0..5000).map(|i| [0.0, 1.0][usize::from(i % 100 >= 50)]).collect();
        soft.prepare(&mask, 1.0);
        assert!(!soft.has_edge(&Rect { x: 0..200, y: 0..100 }), "a hard edge has no doubt");
        let mask: Vec<f32> =
            (0..5000).map(|i| ((i % 100) as f32 / 4.0 - 12.0).clamp(0.0, 1.0)).collect();
        soft.prepare(&mask, 1.0);
        assert!(soft.has_edge(&Rect { x: 90..120, y: 40..50 }));
        assert!(!soft.has_edge(&Rect { x: 0..60, y: 0..100 }));
        assert!(soft.weight(101, 50) > 0.9);
    }
}
