//! Parts of a person, by the network that looks at each picture.

use crate::geometry::{Cells, Geometry};
use crate::steady::Steady;
use backlot_kernels::Level;
use backlot_segmenter::Segmenter;

/// How much of each cell is one of some parts, given that it is a person.
#[derive(Debug)]
pub(crate) struct Parts {
    level: Level,
    geometry: Geometry,
    bits: u64,
    map: Vec<f32>,
    grid: Option<Steady>,
}

impl Parts {
    /// The bits are the numbers of the parts that the network tells apart.
    pub const fn new(geometry: Geometry, bits: u64, level: Level) -> Self {
        Self { level, geometry, bits, map: Vec::new(), grid: None }
    }

    /// Takes what the network has just found in some cells.
    pub fn take(&mut self, segmenter: &mut Segmenter, cells: Cells) {
        let Some(size) = segmenter.parts(self.bits, &mut self.map) else { return };
        let (geometry, level) = (self.geometry, self.level);
        let grid = self.grid.get_or_insert_with(|| Steady::new(geometry, size, 0.0, level));
        grid.place(&self.map, cells);
    }

    /// Leaves the parts of a person in a matte on the grid.
    pub fn apply(&self, matte: &mut [f32]) {
        if let Some(grid) = &self.grid {
            leave(grid.present(), matte);
        }
    }
}

/// Leaves a share of each cell.
pub(crate) fn leave(share: &[f32], matte: &mut [f32]) {
    matte.iter_mut().zip(share).for_each(|(value, share)| *value *= share);
}
