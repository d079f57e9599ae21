//! The matte of a frame that the network didn't see: the last mask, moved with the picture.
//!
//! The grid is divided into blocks. Where something moved near the matte's edge, the search finds a
//! block's surroundings in the frame that the network saw last, and the block's cells take their
//! matte from there. Between the middles of blocks, shifts are blended. It always begins from the
//! frame that the network saw, so errors don't add up, and the steady matte stays as it is.

use crate::geometry::Geometry;
use crate::motion::Motion;
use backlot_kernels::Level;
use backlot_kernels::matte::{SAMPLES, Search, Shift, WINDOW, search};

/// Cells along a block's side.
const BLOCK: usize = 8;
/// How many blocks around one with an edge the edge may move to.
const NEAR: usize = 2;
/// Between these a matte has an edge.
const SURE: (f32, f32) = (0.08, 0.92);

#[derive(Debug)]
pub(crate) struct Carry {
    level: Level,
    geometry: Geometry,
    blocks: (usize, usize),
    /// Blurred luma of the frame that the network saw last.
    anchor: Vec<u16>,
    /// Whether [`Self::near`] and the shifts belong to an earlier one.
    is_new: bool,
    edge: Vec<bool>,
    near: Vec<bool>,
    shifts: Vec<Shift>,
    /// The shifts with their fractions.
    fine: Vec<(f32, f32)>,
    matte: Vec<f32>,
}

impl Carry {
    pub fn new(geometry: Geometry, level: Level) -> Self {
        let blocks = (geometry.grid.0.div_ceil(BLOCK), geometry.grid.1.div_ceil(BLOCK));
        let count = blocks.0 * blocks.1;
        Self {
            level,
            geometry,
            blocks,
            anchor: vec![0; geometry.cells()],
            is_new: true,
            edge: vec![false; count],
            near: vec![false; count],
            shifts: vec![Shift::default(); count],
            fine: vec![(0.0, 0.0); count],
            matte: vec![0.0; geometry.cells()],
        }
    }

    /// From now on, masks are carried from the frame observed last.
    pub fn anchor(&mut self, motion: &Motion) {
        self.anchor.copy_from_slice(motion.present().1);
        self.is_new = true;
    }

    /// The matte of the anchor's frame, carried to the frame observed last.
    pub fn run(&mut self, motion: &Motion, matte: &[f32]) -> &[f32] {
        if std::mem::take(&mut self.is_new) {
            self.find_edges(matte);
            self.shifts.fill(Shift::default());
        }
        self.find_shifts(motion);
        self.matte.copy_from_slice(matte);
        for row in 0..self.blocks.1 {
            for column in 0..self.blocks.0 {
                if self.is_moving(column, row) {
                    self.move_block(column, row, matte);
                }
            }
        }
        &self.matte
    }

    /// The cells of a block.
    fn cells(&self, block: usize, length: usize) -> std::ops::Range<usize> {
        block * BLOCK..((block + 1) * BLOCK).min(length)
    }

    fn find_edges(&mut self, matte: &[f32]) {
        let (columns, rows) = self.geometry.grid;
        for row in 0..self.blocks.1 {
            for column in 0..self.blocks.0 {
                let (x, y) = (self.cells(column, columns), self.cells(row, rows));
                let (mut least, mut most) = (f32::MAX, f32::MIN);
                for y in y {
                    for &v in &matte[y * columns..][x.clone()] {
                        (least, most) = (least.min(v), most.max(v));
                    }
                }
                self.edge[row * self.blocks.0 + column] = least < SURE.1 && most > SURE.0;
            }
        }
        for row in 0..self.blocks.1 {
            for column in 0..self.blocks.0 {
                let near = around(column, row, NEAR, self.blocks).any(|i| self.edge[i]);
                self.near[row * self.blocks.0 + column] = near;
            }
        }
    }

    fn find_shifts(&mut self, motion: &Motion) {
        let (columns, rows) = self.geometry.grid;
        self.fine.fill((0.0, 0.0));
        if columns < WINDOW || rows < WINDOW {
            return;
        }
        let threshold = motion.threshold(0.0);
        let (moved, now) = motion.present();
        let least = (threshold.from + 0.5 * threshold.width) as u16;
        let enough = (threshold.from * SAMPLES as f32) as u32;
        let before = |block: usize, length: usize| {
            (block * BLOCK).saturating_sub((WINDOW - BLOCK) / 2).min(length - WINDOW)
        };
        for row in 0..self.blocks.1 {
            for column in 0..self.blocks.0 {
                let i = row * self.blocks.0 + column;
                let (x, y) = (self.cells(column, columns), self.cells(row, rows));
                let mut lines = y.map(|y| &moved[y * columns..][x.clone()]);
                if !self.near[i] || !lines.any(|line| line.iter().any(|&v| v > least)) {
                    self.shifts[i] = Shift::default();
                    continue;
                }
                let left = if column > 0 { self.shifts[i - 1] } else { Shift::default() };
                let above = i.checked_sub(self.blocks.0).map_or(left, |i| self.shifts[i]);
                let found = search(
                    self.level,
                    Search {
                        now,
                        before: &self.anchor,
                        size: (columns, rows),
                        at: (before(column, columns), before(row, rows)),
                        guesses: &[self.shifts[i], left, above],
                        enough,
                    },
                );
                (self.shifts[i], self.fine[i]) = (found.shift, found.fine);
            }
        }
    }

    /// Whether any shift blended in a block is not 0.
    fn is_moving(&self, column: usize, row: usize) -> bool {
        around(column, row, 1, self.blocks).any(|i| self.fine[i] != (0.0, 0.0))
    }

    fn move_block(&mut self, column: usize, row: usize, matte: &[f32]) {
        let (columns, rows) = self.geometry.grid;
        for y in self.cells(row, rows) {
            let (upper, down) = between(y, self.blocks.1);
            for x in self.cells(column, columns) {
                let (left, right) = between(x, self.blocks.0);
                let at = |block: usize, line: usize| {
                    let line = line.min(self.blocks.1 - 1);
                    self.fine[line * self.blocks.0 + block.min(self.blocks.0 - 1)]
                };
                let top = mix(at(left, upper), at(left + 1, upper), right);
                let bottom = mix(at(left, upper + 1), at(left + 1, upper + 1), right);
                let (dx, dy) = mix(top, bottom, down);
                self.matte[y * columns + x] =
                    sample(matte, (columns, rows), x as f32 + dx, y as f32 + dy);
            }
        }
    }
}

/// The blocks at most `reach` away.
fn around(
    column: usize,
    row: usize,
    reach: usize,
    (columns, rows): (usize, usize),
) -> impl Iterator<Item = usize> {
    let span =
        move |at: usize, length: usize| at.saturating_sub(reach)..(at + reach + 1).min(length);
    span(row, rows).flat_map(move |y| span(column, columns).map(move |x| y * columns + x))
}

/// The block whose middle comes before a cell, and the cell's position between it and the next
/// middle, 0 to 1.
fn between(cell: usize, blocks: usize) -> (usize, f32) {
    let at = (cell as f32 + 0.5) / BLOCK as f32 - 0.5;
    let at = at.clamp(0.0, (blocks - 1) as f32);
    (at as usize, at.fract())
}

fn mix(a: (f32, f32), b: (f32, f32), t: f32) -> (f32, f32) {
    (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t)
}

/// The value at a place between cells.
fn sample(grid: &[f32], (columns, rows): (usize, usize), x: f32, y: f32) -> f32 {
    let (x, y) = (x.clamp(0.0, (columns - 1) as f32), y.clamp(0.0, (rows - 1) as f32));
    let (left, upper) = (x as usize, y as usize);
    let (right, lower) = ((left + 1).min(columns - 1), (upper + 1).min(rows - 1));
    let at = |x: usize, y: usize| grid[y * columns + x];
    let line = |y: usize| at(left, y) + (at(right, y) - at(left, y)) * x.fract();
    line(upper) + (line(lower) - line(upper)) * y.fract()
}
