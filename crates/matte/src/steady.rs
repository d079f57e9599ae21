//! The mask of one source over time: the network's present mask, averaged with the earlier ones
//! where the picture has not changed.

use crate::geometry::{Cells, Geometry};
use crate::motion::Motion;
use backlot_kernels::Level;
use backlot_kernels::matte::{Axis, lerp_row, mix_rows, update};

/// Weight of the present in a still cell, with all smoothing.
const STILL: f32 = 0.15;
/// The factor of that weight for a mask from another window than the earlier ones.
const GLANCE: f32 = 0.3;

/// The relation of a mask to the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kin {
    /// There are none that count.
    First,
    /// It was made like them.
    Same,
    /// It was made from another window, and so differs a little everywhere.
    Other,
}

#[derive(Debug)]
pub(crate) struct Steady {
    level: Level,
    geometry: Geometry,
    mask: (usize, usize),
    smoothing: f32,
    cells: Cells,
    columns: Axis,
    rows: Axis,
    /// A row of the mask, its last value repeated.
    line: Vec<f32>,
    present: Vec<f32>,
    history: Vec<f32>,
}

impl Steady {
    /// For masks of `(columns, rows)`; `smoothing` is `0.0..=1.0`.
    pub fn new(geometry: Geometry, mask: (usize, usize), smoothing: f32, level: Level) -> Self {
        let mut steady = Self {
            level,
            geometry,
            mask,
            smoothing,
            cells: geometry.whole(),
            columns: Axis::new(mask.0, geometry.grid.0),
            rows: Axis::new(mask.1, geometry.grid.1),
            line: vec![0.0; Axis::padded(mask.0)],
            present: vec![0.0; geometry.cells()],
            history: vec![0.0; geometry.cells()],
        };
        steady.aim(geometry.whole());
        steady
    }

    /// The matte on the grid.
    pub fn matte(&self) -> &[f32] {
        &self.history
    }

    /// The last mask on the grid.
    pub fn present(&self) -> &[f32] {
        &self.present
    }

    /// Takes a mask that is already on the grid.
    pub fn set(&mut self, mask: &[f32]) {
        self.present.copy_from_slice(mask);
    }

    /// Averages the mask placed in `cells` with the matte there.
    pub fn average(&mut self, cells: Cells) {
        let columns = self.geometry.grid.0;
        for y in cells.top..cells.bottom {
            let row = y * columns + cells.left..y * columns + cells.right;
            let pairs = self.present[row.clone()].iter().zip(&mut self.history[row]);
            pairs.for_each(|(present, matte)| *matte = 0.5 * (*matte + present));
        }
    }

    fn aim(&mut self, cells: Cells) {
        let window = self.geometry.window(cells);
        let factor = self.geometry.factor as f32;
        let step = |mask: usize, length: f32| mask as f32 * factor / length;
        self.columns.aim(cells.width(), 0.0, step(self.mask.0, window.width));
        self.rows.aim(cells.height(), 0.0, step(self.mask.1, window.height));
        self.cells = cells;
    }

    /// Places the network's mask of `cells` on the grid; everywhere else is nobody.
    pub fn place(&mut self, mask: &[f32], cells: Cells) {
        if cells != self.cells {
            self.aim(cells);
        }
        let columns = self.geometry.grid.0;
        if cells != self.geometry.whole() {
            self.present.fill(0.0);
        }
        let width = self.mask.0;
        let rows = self.present.chunks_exact_mut(columns).skip(cells.top);
        for (j, out) in rows.take(cells.height()).enumerate() {
            let (upper, share) = self.rows.at(j);
            let lower = (upper + 1).min(self.mask.1 - 1);
            let row = |y: usize| &mask[y * width..][..width];
            mix_rows(self.level, row(upper), row(lower), share, &mut self.line[..width]);
            let last = self.line[width - 1];
            self.line[width..].fill(last);
            let out = &mut out[cells.left..cells.right];
            lerp_row(self.level, &self.columns, &self.line, 0, out);
        }
    }

    /// Adds the placed mask to the matte.
    pub fn take(&mut self, motion: &mut Motion, kin: Kin) {
        let still = 1.0 - (1.0 - STILL) * self.smoothing;
        let still = match kin {
            Kin::First => 1.0,
            Kin::Same => still,
            Kin::Other if self.smoothing > 0.0 => still * GLANCE,
            Kin::Other => still,
        };
        let threshold = motion.threshold(still);
        let (moved, luma, seen) = motion.for_update();
        update(self.level, moved, threshold, &self.present, luma, &mut self.history, seen);
    }
}
