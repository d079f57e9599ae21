//! A layer made small: colours on a coarse grid, with the weight of each cell.
//!
//! Effects that spread colours work here, where any reach is cheap. Parts that must not spread, the
//! person in front of a room or the room around a person, have weight 0; [`Holes`] fills them in
//! smoothly from around them.

use crate::{Canvas, Layer};
use backlot_kernels::grid::{GridSize, double, grow, halve, halved, weigh};
use backlot_kernels::{Level, block_means};
use backlot_media::Plane;

/// Y, U and V (`0.0..=255.0`) and weights (`0.0..=1.0`) on one grid.
#[derive(Debug)]
pub(crate) struct Cells {
    /// Columns and rows.
    pub size: GridSize,
    /// Y, U, V, multiplied by the weights where these count, and then the weights.
    pub planes: [Vec<f32>; 4],
}

/// The index of the weights among the planes.
pub(crate) const WEIGHTS: usize = 3;

impl Cells {
    /// All zero.
    pub fn new(size: GridSize) -> Self {
        Self { size, planes: std::array::from_fn(|_| vec![0.0; size.0 * size.1]) }
    }

    /// Only weights, all zero.
    pub fn mask(size: GridSize) -> Self {
        let mut cells = Self { size, planes: Default::default() };
        cells.planes[WEIGHTS] = vec![0.0; size.0 * size.1];
        cells
    }

    /// Fills `coarse`, which is half as large, with the means of plane `index`.
    pub fn halve_into(&self, level: Level, index: usize, coarse: &mut Self) {
        halve(level, &self.planes[index], self.size, &mut coarse.planes[index]);
    }
}

/// How far around a person the picture still counts as person, in pixels at 720 lines: hair and
/// shadows that the matte missed.
const MARGIN: f64 = 6.0;

/// A cell with this much person (of 255) or more does not count at all.
const PERSON: f32 = 4.0;

/// Makes layers small.
#[derive(Debug)]
pub(crate) struct Shrinker {
    level: Level,
    size: GridSize,
    factor: usize,
    margin: usize,
    scratch: Vec<f32>,
}

impl Shrinker {
    /// For pictures like `canvas` and cells of `factor` (2 or 4) by `factor` pixels.
    pub fn new(canvas: &Canvas, factor: usize) -> Self {
        let (width, height) = canvas.luma();
        let size = (width.div_ceil(factor), height.div_ceil(factor));
        let margin = (canvas.scaled(MARGIN) / factor as f64).ceil() as usize;
        Self { level: canvas.level, size, factor, margin, scratch: vec![0.0; size.0 * size.1] }
    }

    /// Columns and rows of the resulting grids.
    pub const fn size(&self) -> GridSize {
        self.size
    }

    /// Takes in a layer. Returns whether parts of it are left out, so that the weights count: the
    /// room if the layer is cut out, else the person if one is known.
    pub fn shrink(&mut self, layer: &Layer<'_>, cells: &mut Cells) -> bool {
        let [y, u, v, _] = &mut cells.planes;
        let factors = [self.factor, self.factor / 2, self.factor / 2];
        for ((plane, color), factor) in layer.picture.iter().zip([y, u, v]).zip(factors) {
            block_means(self.level, plane.as_ref(), factor, color);
        }
        self.weigh(layer, cells, 3)
    }

    /// As [`Shrinker::shrink`], with the luma of a picture of a quarter of the size. Only for cells of four by four.
    pub fn take_quarter(&mut self, luma: Plane<'_>, layer: &Layer<'_>, cells: &mut Cells) -> bool {
        take(luma, self.size.0, &mut cells.planes[0]);
        self.weigh(layer, cells, 1)
    }

    /// Takes in the chroma of a picture that has a sample for each of some cells, by weights that they have already.
    pub fn take_chroma(&self, chroma: [Plane<'_>; 2], is_weighted: bool, cells: &mut Cells) {
        let [_, u, v, weights] = &mut cells.planes;
        for (plane, color) in chroma.into_iter().zip([u, v]) {
            take(plane, cells.size.0, color);
            if is_weighted {
                weigh(self.level, color, weights);
            }
        }
    }

    /// Weighs the first planes by what counts of a layer. Returns whether parts of it are left out.
    fn weigh(&mut self, layer: &Layer<'_>, cells: &mut Cells, planes: usize) -> bool {
        let (colors, weights) = cells.planes.split_at_mut(WEIGHTS);
        let weights = &mut weights[0];
        match (&layer.matte, &layer.person) {
            (Some(matte), _) => self.count_matte(matte.as_ref(), weights),
            (None, Some(person)) => self.leave_out_person(person.as_ref(), weights),
            (None, None) => return false,
        }
        colors.iter_mut().take(planes).for_each(|color| weigh(self.level, color, weights));
        true
    }

    /// Takes in only a mask, as means `0.0..=255.0` in place of the weights.
    pub fn shrink_mask(&self, mask: Plane<'_>, cells: &mut Cells) {
        block_means(self.level, mask, self.factor, &mut cells.planes[WEIGHTS]);
    }

    fn count_matte(&self, matte: Plane<'_>, weights: &mut [f32]) {
        block_means(self.level, matte, self.factor, weights);
        // Cells on the outline hold colours of both sides.
        weights.iter_mut().for_each(|w| *w = (*w * (2.0 / 255.0) - 1.0).max(0.0));
    }

    fn leave_out_person(&mut self, person: Plane<'_>, weights: &mut [f32]) {
        block_means(self.level, person, self.factor, weights);
        for _ in 0..self.margin {
            grow(self.level, weights, self.size, &mut self.scratch);
        }
        weights.iter_mut().for_each(|w| *w = (1.0 - *w * (1.0 / PERSON)).max(0.0));
    }
}

/// Takes in a plane that has a sample for each cell.
fn take(plane: Plane<'_>, columns: usize, cells: &mut [f32]) {
    for (row, cells) in plane.rows().zip(cells.chunks_exact_mut(columns)) {
        cells.iter_mut().zip(row).for_each(|(to, &value)| *to = f32::from(value));
    }
}

/// Fills in parts without weight, by averages over ever larger surroundings ("pull and push").
#[derive(Debug)]
pub(crate) struct Holes {
    level: Level,
    /// Each half the size of the one before, down to a single cell.
    steps: Vec<Cells>,
    doubled: Vec<f32>,
    row: Vec<f32>,
}

/// The weight from which a cell takes only its own colour.
const TRUSTED: f32 = 0.25;

/// The colour where there is none at all: mid grey.
const NOTHING: f32 = 128.0;

impl Holes {
    /// For cells of `size`.
    pub fn new(level: Level, size: GridSize) -> Self {
        let mut steps = Vec::new();
        let mut next = size;
        while next.0 > 1 || next.1 > 1 {
            next = halved(next);
            steps.push(Cells::new(next));
        }
        Self { level, steps, doubled: vec![0.0; size.0 * size.1], row: vec![0.0; size.0] }
    }

    /// Divides the colours by the weights, and takes the surroundings where there is little weight.
    /// The weights stay.
    pub fn fill(&mut self, cells: &mut Cells) {
        let mut fine = &*cells;
        for coarse in &mut self.steps {
            (0..4).for_each(|plane| fine.halve_into(self.level, plane, coarse));
            fine = coarse;
        }
        for at in (0..self.steps.len()).rev() {
            let (fine, coarse) = self.steps.split_at_mut(at + 1);
            let (doubled, row) = (&mut self.doubled, &mut self.row);
            settle(self.level, &mut fine[at], coarse.first(), doubled, row);
        }
        settle(self.level, cells, self.steps.first(), &mut self.doubled, &mut self.row);
    }
}

/// Turns weighted colours into plain ones, with those of the coarser `around` where there is little
/// weight.
fn settle(
    level: Level,
    cells: &mut Cells,
    around: Option<&Cells>,
    doubled: &mut [f32],
    row: &mut [f32],
) {
    let [y, u, v, weights] = &mut cells.planes;
    let doubled = &mut doubled[..weights.len()];
    for (index, color) in [y, u, v].into_iter().enumerate() {
        match around {
            Some(around) => double(level, &around.planes[index], doubled, cells.size, row),
            None => doubled.fill(NOTHING),
        }
        for ((value, &weight), &around) in color.iter_mut().zip(&*weights).zip(&*doubled) {
            let missing = (1.0 - weight * (1.0 / TRUSTED)).max(0.0);
            *value = *value / weight.max(TRUSTED) + missing * around;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_take_the_colour_around_them() {
        for size in [(1, 1), (7, 5), (40, 23)] {
            let mut cells = Cells::new(size);
            let count = size.0 * size.1;
            for i in (0..count).filter(|i| i % 3 == 0 || *i > count / 2) {
                for (plane, value) in cells.planes.iter_mut().zip([50.0, 90.0, 200.0, 1.0]) {
                    plane[i] = value;
                }
            }
            Holes::new(Level::best(), size).fill(&mut cells);
            for (color, expected) in cells.planes.iter().zip([50.0, 90.0, 200.0_f32]) {
                assert!(color.iter().all(|v| (v - expected).abs() < 0.01), "{size:?}: {color:?}");
            }
        }
    }

    #[test]
    fn where_nothing_counts_there_is_grey() {
        let mut cells = Cells::new((4, 3));
        Holes::new(Level::best(), (4, 3)).fill(&mut cells);
        assert!(cells.planes[..3].iter().flatten().all(|&v| v == NOTHING));
    }
}
