//! Looks for the room in a picture.

use crate::room::{BLOCKS, CHROMA_STEP, Cell, LUMA_STEP, is_turned};
use backlot_media::{Frame, PixelFormat, Plane};

/// The sizes of windows in blocks, and how much of the room in one of them is a sighting.
const WINDOWS: [(usize, f64); 2] = [(3, 0.6), (10, 0.2)];
/// How much of the room in the whole picture is a sighting.
const OVERALL: f64 = 0.02;

/// How much of the room shows: 0.0 nothing, 1.0 as the camera saw it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sighting {
    /// On average over the picture.
    pub overall: f64,
    /// In the window of three by three blocks where it shows most.
    pub densest: f64,
    /// In the window of ten by ten blocks where it shows most.
    pub dense: f64,
}

impl Sighting {
    /// How certainly the room shows: from 1.0 on it does.
    pub fn score(self) -> f64 {
        let [(_, densest), (_, dense)] = WINDOWS;
        (self.overall / OVERALL).max(self.densest / densest).max(self.dense / dense)
    }

    fn max(self, other: Self) -> Self {
        Self {
            overall: self.overall.max(other.overall),
            densest: self.densest.max(other.densest),
            dense: self.dense.max(other.dense),
        }
    }
}

/// How certainly the room shows in a picture: from 1.0 on it does. See [`RoomSearch`].
pub fn room_shows(frame: &Frame) -> f64 {
    RoomSearch::default().look(frame).score()
}

/// Looks for the room, whatever covers it, in reused memory.
///
/// It finds the room at an opacity of a twentieth all over the picture, or of a half in a hole of a
/// twentieth of the picture's width; upright, mirrored, or as a negative.
#[derive(Debug, Default)]
pub struct RoomSearch {
    cells: Vec<[Sum; 2]>,
    found: Vec<f64>,
}

/// Sum and number of the samples of one diagonal of a block.
#[derive(Clone, Copy, Debug, Default)]
struct Sum(u32, u32);

/// One component of a picture, as samples some bytes apart.
#[derive(Clone, Copy)]
struct Samples<'a> {
    plane: Plane<'a>,
    offset: usize,
    apart: usize,
    /// How many times fewer samples there are across than down, compared with the picture.
    squeeze: usize,
}

impl RoomSearch {
    /// Looks for the room in an I420, NV12 or YUYV picture.
    ///
    /// # Panics
    /// For other formats.
    pub fn look(&mut self, frame: &Frame) -> Sighting {
        let planar = |index| Samples { plane: frame.plane(index), offset: 0, apart: 1, squeeze: 1 };
        let packed = |index, offset, apart, squeeze| Samples {
            plane: frame.plane(index),
            offset,
            apart,
            squeeze,
        };
        let samples = match frame.format() {
            PixelFormat::I420 => [planar(0), planar(1), planar(2)],
            PixelFormat::Nv12 => [planar(0), packed(1, 0, 2, 1), packed(1, 1, 2, 1)],
            PixelFormat::Yuyv => [packed(0, 0, 2, 1), packed(0, 1, 4, 2), packed(0, 3, 4, 2)],
            other => panic!("the room can't be found in {other}"),
        };
        let steps = [LUMA_STEP, CHROMA_STEP, CHROMA_STEP];
        (0..3).zip(samples.into_iter().zip(steps)).fold(
            Sighting::default(),
            |sighting, (index, (samples, step))| {
                let rows = self.gather(samples);
                let straight = self.compare(rows, index, step, |column| column);
                let mirrored = self.compare(rows, index, step, |column| BLOCKS - 1 - column);
                sighting.max(straight).max(mirrored)
            },
        )
    }

    /// Sums the diagonals of every block; returns the rows of blocks from the first to the last.
    fn gather(&mut self, samples: Samples<'_>) -> (usize, usize) {
        let Samples { plane, offset, apart, squeeze } = samples;
        let (width, height) = ((plane.width() - offset).div_ceil(apart), plane.height());
        self.cells.clear();
        self.cells.resize(BLOCKS * (BLOCKS + 1), Default::default());
        let row_of = |y| Cell::of(0, y, width, height, squeeze).row / 2;
        let (first, last) = (row_of(0), row_of(height - 1));
        assert!(last < BLOCKS, "the room can't be found in upright pictures");
        for y in 0..height {
            let row = plane.row(y)[offset..].iter().step_by(apart);
            for (x, &value) in row.enumerate() {
                let cell = Cell::of(x, y, width, height, squeeze);
                let sums = &mut self.cells[cell.row / 2 * BLOCKS + cell.column / 2];
                let sum = &mut sums[usize::from(cell.is_bright(false))];
                *sum = Sum(sum.0 + u32::from(value), sum.1 + 1);
            }
        }
        (first, last)
    }

    /// Compares the blocks with those of the room, taking the room's column from `of`.
    fn compare(
        &mut self,
        (first, last): (usize, usize),
        plane: usize,
        step: f64,
        of: impl Fn(usize) -> usize,
    ) -> Sighting {
        let mean = |sum: Sum| f64::from(sum.0) / f64::from(sum.1.max(1));
        self.found.clear();
        for row in first..=last {
            for column in 0..BLOCKS {
                let [dark, bright] = self.cells[row * BLOCKS + column];
                let differ = (mean(bright) - mean(dark)) / 2.0;
                let sign = if is_turned(of(column), row, plane) { -1.0 } else { 1.0 };
                let is_whole = dark.1 > 0 && bright.1 > 0;
                self.found.push(if is_whole { sign * differ / step } else { 0.0 });
            }
        }
        let rows = last + 1 - first;
        let [densest, dense] = WINDOWS.map(|(side, _)| self.densest(rows, side));
        Sighting { overall: self.mean((0, 0), (BLOCKS, rows)).abs(), densest, dense }
    }

    /// The mean where it is farthest from 0.
    fn densest(&self, rows: usize, side: usize) -> f64 {
        let downs = 0..=rows.saturating_sub(side);
        let places = downs.flat_map(|y| (0..=BLOCKS - side).map(move |x| (x, y)));
        places.map(|at| self.mean(at, (side, side.min(rows))).abs()).fold(0.0, f64::max)
    }

    fn mean(&self, (x, y): (usize, usize), (width, height): (usize, usize)) -> f64 {
        let rows = (y..y + height).map(|y| &self.found[y * BLOCKS + x..][..width]);
        rows.flatten().sum::<f64>() / (width * height) as f64
    }
}

#[cfg(test)]
mod tests;
