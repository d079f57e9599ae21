//! Turns the matte on the grid into the matte of the picture: sure where the network is sure, and
//! led by the picture's luma where it isn't.

use crate::geometry::Geometry;
use crate::islands::Islands;
use backlot_kernels::Level;
use backlot_kernels::matte::{Band, Edge, Guide, RowFields};
use backlot_media::{Plane, PlaneMut, Tiles};
use std::ops::Range;

/// Below the first the network sees nobody, above the second a person.
const SURE: (f32, f32) = (0.08, 0.92);
/// The variance of luma below which luma doesn't lead.
const EPSILON: f32 = 3e-4;
/// How fast luma takes over away from where the matte is sure.
const SHARPNESS: f32 = 8.0;

#[derive(Debug)]
pub(crate) struct Edges {
    level: Level,
    geometry: Geometry,
    edge: Edge,
    sure: Vec<f32>,
    islands: Islands,
    extents: Vec<Extent>,
    rows: Vec<Range<usize>>,
    guide: Guide,
    band: Band,
}

/// Up to where a row equals its first cell, and from where its last.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Extent {
    first: f32,
    from: usize,
    last: f32,
    to: usize,
}

impl Extent {
    fn of(row: &[f32]) -> Self {
        let (first, last) = (row[0], row[row.len() - 1]);
        let from = first_of(row, |v| v != first).unwrap_or(row.len());
        let to = last_of(row, |v| v != last).map_or(0, |at| at + 1);
        Self { first, from, last, to }
    }
}

/// How many values are compared at once.
const LANES: usize = 32;

/// Where the first of some values lies.
fn first_of(row: &[f32], is: impl Fn(f32) -> bool) -> Option<usize> {
    let any = |values: &[f32]| values.iter().fold(false, |any, &v| any | is(v));
    let at = LANES * row.chunks(LANES).position(any)?;
    row[at..].iter().position(|&v| is(v)).map(|within| at + within)
}

/// Where the last of some values lies.
fn last_of(row: &[f32], is: impl Fn(f32) -> bool) -> Option<usize> {
    let any = |values: &[f32]| values.iter().fold(false, |any, &v| any | is(v));
    let from_end = row.rchunks(LANES).position(any)?;
    row[..row.len() - LANES * from_end].iter().rposition(|&v| is(v))
}

/// The cells of a row from which pixels at an unsure place are interpolated.
fn unsure(near: &[Extent], columns: usize) -> Range<usize> {
    let pure = |value: f32| value == 0.0 || value == 1.0;
    let left = |e: &Extent| e.first == near[0].first && pure(e.first);
    let right = |e: &Extent| e.last == near[0].last && pure(e.last);
    let from = near.iter().map(|e| e.from).min().unwrap_or(0);
    let to = near.iter().map(|e| e.to).max().unwrap_or(columns);
    let from = if near.iter().all(left) { from.saturating_sub(1) } else { 0 };
    let to = if near.iter().all(right) { (to + 1).min(columns) } else { columns };
    from.min(to)..to
}

impl Edges {
    /// `strength` is how far luma leads, `0.0..=1.0`.
    pub fn new(geometry: Geometry, strength: f32, level: Level) -> Self {
        let size = (geometry.picture.width as usize, geometry.picture.height as usize);
        let nothing = Extent { first: 0.0, from: 0, last: 0.0, to: 0 };
        Self {
            level,
            geometry,
            edge: Edge { strength, sharpness: SHARPNESS },
            sure: vec![0.0; geometry.cells()],
            islands: Islands::new(geometry.grid),
            extents: vec![nothing; geometry.grid.1],
            rows: vec![0..0; geometry.grid.1],
            guide: Guide::new(geometry.grid),
            band: Band::new(size, geometry.factor),
        }
    }

    /// Takes the matte and luma on the grid.
    pub fn take(&mut self, matte: &[f32], small: &[u16]) {
        let scale = 1.0 / (SURE.1 - SURE.0);
        for (sure, &v) in self.sure.iter_mut().zip(matte) {
            *sure = ((v - SURE.0) * scale).clamp(0.0, 1.0);
        }
        self.islands.run(&mut self.sure);
        self.find_unsure();
        if self.edge.strength > 0.0 {
            self.guide.run(self.level, small, &self.sure, EPSILON, &self.rows);
        }
    }

    /// Marks the tiles in which the picture's matte may be above zero, and those up to `reach` pixels from them.
    pub fn mark(&self, reach: u32, tiles: &mut Tiles) {
        tiles.clear();
        let Geometry { factor, grid: (columns, _), .. } = self.geometry;
        // A cell's value counts up to half a cell from it.
        let (factor, reach) = (factor as u32, reach + factor as u32 / 2 + 1);
        let pixels = |cells: Range<usize>| {
            let (from, to) = (cells.start as u32 * factor, cells.end as u32 * factor);
            from.saturating_sub(reach)..to + reach
        };
        for (y, row) in self.sure.chunks_exact(columns).enumerate() {
            let mut at = 0;
            while let Some(start) = first_of(&row[at..], |v| v > 0.0) {
                let from = at + start;
                let length = first_of(&row[from..], |v| v <= 0.0);
                at = length.map_or(columns, |length| from + length);
                tiles.mark(pixels(from..at), pixels(y..y + 1));
            }
        }
    }

    /// Writes the picture's matte from what was taken and the picture's luma, which is read only where the matte
    /// may be above zero, and only if it leads.
    pub fn write(&mut self, luma: Plane<'_>, out: PlaneMut<'_>) {
        if self.edge.strength == 0.0 {
            return self.band.run_alone(self.level, (&self.sure, &self.rows), out);
        }
        let (slopes, offsets) = (self.guide.slopes(), self.guide.offsets());
        let fields = RowFields { matte: &self.sure, slopes, offsets, unsure: &self.rows };
        self.band.run(self.level, fields, luma, self.edge, out);
    }

    fn find_unsure(&mut self) {
        let (columns, last) = (self.geometry.grid.0, self.geometry.grid.1 - 1);
        for (extent, row) in self.extents.iter_mut().zip(self.sure.chunks_exact(columns)) {
            *extent = Extent::of(row);
        }
        for (y, cells) in self.rows.iter_mut().enumerate() {
            *cells = unsure(&self.extents[y.saturating_sub(1)..=(y + 1).min(last)], columns);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_are_found_in_rows_of_any_length() {
        for length in 0..100 {
            let mut row = vec![0.0; length];
            assert_eq!((first_of(&row, |v| v > 0.0), last_of(&row, |v| v > 0.0)), (None, None));
            for at in 0..length {
                (row[at], row[length - 1 - at]) = (1.0, 2.0);
                let found = (first_of(&row, |v| v > 0.0), last_of(&row, |v| v > 0.0));
                let ends = (at.min(length - 1 - at), at.max(length - 1 - at));
                assert_eq!(found, (Some(ends.0), Some(ends.1)));
                row.fill(0.0);
            }
        }
    }

    #[test]
    fn unsure_cells_are_those_that_differ() {
        let rows = [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]];
        let extents = rows.map(|row| Extent::of(&row));
        assert!(unsure(&extents[..1], 6).is_empty());
        assert_eq!(unsure(&extents, 6), 2..5);
        let touching = Extent::of(&[1.0, 1.0, 0.5, 0.0, 0.0, 0.0]);
        assert_eq!(unsure(&[touching], 6), 1..4);
        assert_eq!(unsure(&[extents[0], touching], 6), 0..4);
        assert_eq!(unsure(&[Extent::of(&[0.3; 6])], 6), 0..6);
    }
}
