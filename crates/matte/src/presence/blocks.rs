//! The grids for remembering regions: small cells of luma, and blocks of four by four of them.

use crate::geometry::Geometry;
use backlot_kernels::grid::GridSize;
use std::ops::Range;

/// Cells of the matte's grid along a small cell's side.
pub(super) const FINE: usize = 2;
/// Small cells along a block's side.
pub(super) const SIDE: usize = 4;
/// Small cells along the side of the window for comparing a block: the block and one cell around
/// it.
pub(super) const WINDOW: usize = SIDE + 2;

/// The division of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Blocks {
    /// The matte's grid.
    pub grid: GridSize,
    /// Columns and rows of small cells.
    pub cells: GridSize,
    /// Columns and rows of blocks; the rest at the right and the bottom belongs to the last ones.
    pub size: GridSize,
}

impl Blocks {
    /// Returns `None` for pictures too small to divide.
    pub fn new(geometry: Geometry) -> Option<Self> {
        let grid = geometry.grid;
        let cells = (grid.0 / FINE, grid.1 / FINE);
        let blocks = |cells: usize| cells.checked_sub(WINDOW - SIDE).map_or(0, |n| n / SIDE);
        let size = (blocks(cells.0), blocks(cells.1));
        (size.0 > 1 && size.1 > 1).then_some(Self { grid, cells, size })
    }

    pub const fn count(&self) -> usize {
        self.size.0 * self.size.1
    }

    /// The rows of the matte's grid that a row of blocks covers.
    pub fn rows(&self, row: usize) -> Range<usize> {
        span(row, self.size.1, self.grid.1)
    }

    /// The columns of the matte's grid that a column of blocks covers.
    pub fn columns(&self, column: usize) -> Range<usize> {
        span(column, self.size.0, self.grid.0)
    }

    /// The columns and rows of small cells that a block covers, with the rest at the border.
    pub fn cells_of(&self, at: usize) -> (Range<usize>, Range<usize>) {
        let part = |at: usize, blocks: usize, cells: usize| {
            let from = if at == 0 { 0 } else { 1 + at * SIDE };
            from..if at + 1 == blocks { cells } else { 1 + (at + 1) * SIDE }
        };
        let (across, down) = self.size;
        (part(at % across, across, self.cells.0), part(at / across, down, self.cells.1))
    }

    /// Whether a condition holds for all of a block's cells on the matte's grid.
    pub fn all<T>(&self, at: usize, grid: &[T], is: impl Fn(&T) -> bool) -> bool {
        let columns = self.columns(at % self.size.0);
        let mut rows = self.rows(at / self.size.0);
        rows.all(|y| grid[y * self.grid.0..][columns.clone()].iter().all(&is))
    }

    /// A block and its neighbours, as far as they exist.
    pub fn around(&self, at: usize) -> impl Iterator<Item = usize> + use<> {
        let (across, down) = self.size;
        let (x, y) = (at % across, at / across);
        let columns = x.saturating_sub(1)..(x + 2).min(across);
        let rows = y.saturating_sub(1)..(y + 2).min(down);
        rows.flat_map(move |row| columns.clone().map(move |column| row * across + column))
    }
}

/// The first block takes the cell before it, the last one the whole rest.
fn span(at: usize, blocks: usize, length: usize) -> Range<usize> {
    const LENGTH: usize = SIDE * FINE;
    let from = if at == 0 { 0 } else { FINE + at * LENGTH };
    let to = if at + 1 == blocks { length } else { FINE + (at + 1) * LENGTH };
    from..to
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::Size;

    #[test]
    fn blocks_cover_the_grid() {
        for (width, height) in [(1280, 720), (640, 480), (720, 1280), (401, 299), (1919, 1079)] {
            let geometry = Geometry::new(Size::new(width, height).unwrap());
            let blocks = Blocks::new(geometry).unwrap();
            let columns: Vec<_> = (0..blocks.size.0).flat_map(|i| blocks.columns(i)).collect();
            let rows: Vec<_> = (0..blocks.size.1).flat_map(|i| blocks.rows(i)).collect();
            assert_eq!(columns, (0..geometry.grid.0).collect::<Vec<_>>());
            assert_eq!(rows, (0..geometry.grid.1).collect::<Vec<_>>());
        }
        assert_eq!(Blocks::new(Geometry::new(Size::new(16, 9).unwrap())), None);
    }

    #[test]
    fn blocks_have_neighbours() {
        let blocks = Blocks::new(Geometry::new(Size::new(1280, 720).unwrap())).unwrap();
        assert_eq!(blocks.size, (39, 22));
        assert_eq!(blocks.around(0).collect::<Vec<_>>(), [0, 1, 39, 40]);
        assert_eq!(blocks.around(40).count(), 9);
    }
}
