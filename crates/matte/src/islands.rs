//! Removes small islands that aren't a person from a matte, and fills small holes in persons.
//!
//! It finds patches on blocks of 4 by 4 cells. An island is a patch of blocks that may be a person;
//! it is removed if hardly any of it surely is one, compared with the largest patch. A hole is the
//! same for the room, and far smaller: the room does show between an arm and the body. Patches at
//! the border may be entering the picture and stay. What may be a person, but hangs on nothing near
//! that surely is one, fades out before that: hair is faint, too, but never far away.

use backlot_kernels::grid::GridSize;
use std::ops::Range;

/// Cells along a block's side.
const BLOCK: usize = 4;
/// The least number of sure blocks of an island that stays, as a share of the largest patch's.
const ISLAND: f32 = 0.012;
/// The least number of sure blocks of a hole that stays, as a share of the largest patch of person.
const HOLE: f32 = 0.004;
/// How many blocks from one that surely is a person faint ones may lie.
const REACH: u8 = 4;
/// Over how many blocks faint ones fade out beyond that.
const FADE: u8 = 3;

#[derive(Debug)]
pub(crate) struct Islands {
    grid: GridSize,
    blocks: GridSize,
    marks: Vec<Mark>,
    /// The most of each column in a row of blocks.
    line: Vec<f32>,
    runs: Vec<Run>,
    /// How many blocks each is from one that surely is a person, up to where it doesn't matter.
    distances: Vec<u8>,
}

/// Blocks beside each other in a row, all with a mark, and the patch that they are part of.
#[derive(Clone, Debug)]
struct Run {
    row: usize,
    columns: Range<usize>,
    /// Another run of the same patch, which stands for this one; itself if it stands for the patch.
    of: usize,
    /// The patch's sure blocks, and whether it is at the border, in the run that stands for it.
    sure: usize,
    is_at_border: bool,
}

/// How much a block holds of what the search looks for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mark {
    Nothing,
    Maybe,
    Surely,
}

/// What the search looks for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Person,
    Room,
}

impl Islands {
    /// Makes one for grids of `size`, and allocates everything.
    pub fn new(grid: GridSize) -> Self {
        let blocks = (grid.0.div_ceil(BLOCK), grid.1.div_ceil(BLOCK));
        let count = blocks.0 * blocks.1;
        let runs = Vec::with_capacity(blocks.0.div_ceil(2) * blocks.1);
        let line = vec![0.0; blocks.0 * BLOCK];
        let (marks, distances) = (vec![Mark::Nothing; count], vec![0; count]);
        Self { grid, blocks, marks, line, runs, distances }
    }

    /// Removes islands and fills holes of a matte that is 0 and 1 where it is sure.
    pub fn run(&mut self, matte: &mut [f32]) {
        self.mark(matte, Kind::Person);
        let surely = self.marks.iter().filter(|&&m| m == Mark::Surely).count();
        if surely > 0 {
            self.fade_far(matte);
        }
        // Without a person, nothing can be small beside them.
        let largest = self.clear_patches(matte, Kind::Person, ISLAND * surely as f32);
        if largest > 0 {
            self.mark(matte, Kind::Room);
            self.clear_patches(matte, Kind::Room, HOLE * surely as f32);
        }
    }

    fn mark(&mut self, matte: &[f32], kind: Kind) {
        let (columns, across) = (self.grid.0, self.blocks.0);
        let bands = matte.chunks(BLOCK * columns);
        for (marks, band) in self.marks.chunks_exact_mut(across).zip(bands) {
            self.line.fill(0.0);
            for row in band.chunks_exact(columns) {
                for (most, &v) in self.line.iter_mut().zip(row) {
                    let v = if kind == Kind::Person { v } else { 1.0 - v };
                    *most = if v > *most { v } else { *most };
                }
            }
            for (mark, cells) in marks.iter_mut().zip(self.line.as_chunks::<BLOCK>().0) {
                let [a, b, c, d] = *cells;
                let most = a.max(b).max(c.max(d));
                *mark = match most {
                    0.5.. => Mark::Surely,
                    0.0 => Mark::Nothing,
                    _ => Mark::Maybe,
                };
            }
        }
    }

    /// Fades out blocks that may be a person, far from all that surely are.
    fn fade_far(&mut self, matte: &mut [f32]) {
        self.measure();
        for at in 0..self.marks.len() {
            let beyond = self.distances[at].saturating_sub(REACH);
            if self.marks[at] == Mark::Maybe && beyond > 0 {
                let share = 1.0 - f32::from(beyond) / f32::from(FADE + 1);
                self.change(matte, at, |cell| cell * share);
                if share == 0.0 {
                    self.marks[at] = Mark::Nothing;
                }
            }
        }
    }

    /// Measures how far each block is from the nearest that surely is a person: there and back, each
    /// is one further than the nearest of its neighbours that were measured.
    fn measure(&mut self) {
        let (across, most) = (self.blocks.0, REACH + FADE + 1);
        for (distance, &mark) in self.distances.iter_mut().zip(&self.marks) {
            *distance = if mark == Mark::Surely { 0 } else { most };
        }
        let mut above: &[u8] = &[];
        for row in self.distances.chunks_exact_mut(across) {
            follow(above, row);
            spread(row.iter_mut());
            above = row;
        }
        let mut below: &[u8] = &[];
        for row in self.distances.chunks_exact_mut(across).rev() {
            follow(below, row);
            spread(row.iter_mut().rev());
            below = row;
        }
    }

    /// Clears patches of fewer than `least` sure blocks. Returns the sure blocks of the
    /// largest one.
    fn clear_patches(&mut self, matte: &mut [f32], kind: Kind, least: f32) -> usize {
        self.collect();
        let value = if kind == Kind::Person { 0.0 } else { 1.0 };
        let mut largest = 0;
        for at in 0..self.runs.len() {
            let patch = &self.runs[stands_for(&self.runs, at)];
            largest = largest.max(patch.sure);
            let enters = patch.is_at_border && (patch.sure > 0 || kind == Kind::Room);
            if !enters && (patch.sure as f32) < least {
                let Run { row, columns, .. } = self.runs[at].clone();
                columns.for_each(|column| {
                    self.change(matte, row * self.blocks.0 + column, |_| value);
                });
            }
        }
        largest
    }

    /// Finds the patches of marked blocks: runs that touch those of the row above, also by a corner, are one.
    fn collect(&mut self) {
        let (across, down) = self.blocks;
        let runs = &mut self.runs;
        runs.clear();
        let mut above = 0..0;
        for (row, marks) in self.marks.chunks_exact(across).enumerate() {
            let (first, mut at) = (runs.len(), 0);
            for run in marks.chunk_by(|&a, &b| (a == Mark::Nothing) == (b == Mark::Nothing)) {
                let from = at;
                at += run.len();
                if run[0] == Mark::Nothing {
                    continue;
                }
                let sure = run.iter().filter(|&&mark| mark == Mark::Surely).count();
                let is_at_border = row == 0 || row + 1 == down || from == 0 || at == across;
                let (of, columns) = (runs.len(), from..at);
                runs.push(Run { row, columns, of, sure, is_at_border });
                for other in above.clone() {
                    let Range { start, end } = runs[other].columns;
                    if start <= at && from <= end {
                        join(runs, of, other);
                    }
                }
            }
            above = first..runs.len();
        }
    }

    /// Changes all cells of a block.
    fn change(&self, matte: &mut [f32], at: usize, change: impl Fn(f32) -> f32) {
        let (x, y) = (at % self.blocks.0, at / self.blocks.0);
        let right = ((x + 1) * BLOCK).min(self.grid.0);
        for row in y * BLOCK..((y + 1) * BLOCK).min(self.grid.1) {
            let cells = &mut matte[row * self.grid.0..][x * BLOCK..right];
            cells.iter_mut().for_each(|cell| *cell = change(*cell));
        }
    }
}

/// Lowers a row of distances to one more than those of the row before that it touches.
fn follow(before: &[u8], row: &mut [u8]) {
    let lower = |(distance, near): (&mut u8, &u8)| *distance = (*distance).min(near + 1);
    row.iter_mut().zip(before).for_each(lower);
    row.iter_mut().skip(1).zip(before).for_each(lower);
    row.iter_mut().zip(before.iter().skip(1)).for_each(lower);
}

/// Lowers each distance to one more than the one before.
fn spread<'a>(row: impl Iterator<Item = &'a mut u8>) {
    let mut near = u8::MAX - 1;
    for distance in row {
        *distance = (*distance).min(near + 1);
        near = *distance;
    }
}

/// The run that stands for the patch of another.
fn stands_for(runs: &[Run], mut at: usize) -> usize {
    while runs[at].of != at {
        at = runs[at].of;
    }
    at
}

/// Makes one patch of those of two runs.
fn join(runs: &mut [Run], one: usize, other: usize) {
    let [one, other] = [one, other].map(|at| stands_for(runs, at));
    if one != other {
        let [first, last] = [one.min(other), one.max(other)];
        runs[last].of = first;
        runs[first].sure += runs[last].sure;
        runs[first].is_at_border |= runs[last].is_at_border;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: GridSize = (322, 181);

    fn matte(rectangles: &[([usize; 4], f32)]) -> Vec<f32> {
        let mut matte = vec![0.0; GRID.0 * GRID.1];
        for &([left, top, right, bottom], value) in rectangles {
            for y in top..bottom {
                matte[y * GRID.0 + left..y * GRID.0 + right].fill(value);
            }
        }
        matte
    }

    fn cleaned(rectangles: &[([usize; 4], f32)]) -> Vec<f32> {
        let mut matte = matte(rectangles);
        Islands::new(GRID).run(&mut matte);
        matte
    }

    const PERSON: ([usize; 4], f32) = ([100, 60, 200, 181], 1.0);

    #[test]
    fn islands_go_and_a_second_person_stays() {
        let second = ([240, 80, 270, 140], 0.9);
        let found = cleaned(&[PERSON, second, ([20, 20, 26, 26], 0.8), ([50, 90, 60, 100], 0.3)]);
        assert_eq!(found, matte(&[PERSON, second]));
    }

    #[test]
    fn what_is_faint_stays_near_a_person_alone() {
        let (hair, smear) = (([200, 70, 216, 80], 0.3), ([200, 120, 260, 128], 0.3));
        let found = cleaned(&[PERSON, hair, smear, ([0, 20, 20, 30], 0.2)]);
        let at = |x: usize, y: usize| found[y * GRID.0 + x];
        assert_eq!(at(214, 75), 0.3);
        assert_eq!(at(210, 124), 0.3);
        assert!((0.05..0.25).contains(&at(222, 124)), "it fades");
        assert_eq!((at(240, 124), at(5, 25)), (0.0, 0.0));
    }

    #[test]
    fn distances_are_those_of_the_nearest() {
        let mut islands = Islands::new((40, 28));
        let mut random = 9_u32;
        for mark in &mut islands.marks {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *mark = if random >> 28 == 0 { Mark::Surely } else { Mark::Maybe };
        }
        islands.measure();
        let place = |at: usize| (at % 10, at / 10);
        for at in 0..70 {
            let sure = (0..70).filter(|&other| islands.marks[other] == Mark::Surely).map(place);
            let (x, y) = place(at);
            let nearest = sure.map(|(a, b)| a.abs_diff(x).max(b.abs_diff(y))).min().unwrap();
            assert_eq!(usize::from(islands.distances[at]), nearest.min(8), "block {at}");
        }
    }

    #[test]
    fn holes_are_filled_and_gaps_stay() {
        let gap = ([120, 100, 150, 130], 0.0);
        let found = cleaned(&[PERSON, gap, ([170, 100, 173, 103], 0.2)]);
        assert_eq!(found, matte(&[PERSON, gap]));
    }

    #[test]
    fn patches_at_the_side_and_an_empty_room_stay() {
        let hand = ([316, 100, 322, 108], 1.0);
        assert_eq!(cleaned(&[PERSON, hand]), matte(&[PERSON, hand]));
        assert_eq!(cleaned(&[]), matte(&[]));
    }
}
