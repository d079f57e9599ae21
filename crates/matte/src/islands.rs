//! Removes small islands that aren't a person from a matte, and fills small holes in persons.
//!
//! It finds patches on blocks of 4 by 4 cells. An island is a patch of blocks that may be a person;
//! it is removed if hardly any of it surely is one, compared with the largest patch. A hole is the
//! same for the room, and far smaller: the room does show between an arm and the body. Patches at
//! the border may be entering the picture and stay. What may be a person, but hangs on nothing near
//! that surely is one, fades out before that: hair is faint, too, but never far away.

use backlot_kernels::grid::GridSize;

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
    todo: Vec<u32>,
    patch: Vec<u32>,
    /// How many blocks each is from one that surely is a person, up to where it doesn't matter.
    distances: Vec<u8>,
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
        let (todo, patch) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let line = vec![0.0; blocks.0 * BLOCK];
        let (marks, distances) = (vec![Mark::Nothing; count], vec![0; count]);
        Self { grid, blocks, marks, line, todo, patch, distances }
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
        let distances = &mut self.distances;
        let mut nearer = |at: usize, neighbours: [Option<usize>; 4]| {
            for neighbour in neighbours.into_iter().flatten() {
                distances[at] = distances[at].min(distances[neighbour] + 1);
            }
        };
        for at in 0..self.marks.len() {
            let (left, right) = (at % across > 0, at % across + 1 < across);
            let above = at.checked_sub(across);
            nearer(
                at,
                [
                    left.then(|| at - 1),
                    above.filter(|_| left).map(|at| at - 1),
                    above,
                    above.filter(|_| right).map(|at| at + 1),
                ],
            );
        }
        for at in (0..self.marks.len()).rev() {
            let (left, right) = (at % across > 0, at % across + 1 < across);
            let below = Some(at + across).filter(|&at| at < self.marks.len());
            nearer(
                at,
                [
                    right.then(|| at + 1),
                    below.filter(|_| right).map(|at| at + 1),
                    below,
                    below.filter(|_| left).map(|at| at - 1),
                ],
            );
        }
    }

    /// Clears patches of fewer than `least` sure blocks. Returns the sure blocks of the
    /// largest one.
    fn clear_patches(&mut self, matte: &mut [f32], kind: Kind, least: f32) -> usize {
        let mut largest = 0;
        for start in 0..self.marks.len() {
            if self.marks[start] == Mark::Nothing {
                continue;
            }
            let (sure, border) = self.collect(start);
            largest = largest.max(sure);
            let enters = border && (sure > 0 || kind == Kind::Room);
            if !enters && (sure as f32) < least {
                self.clear(matte, if kind == Kind::Person { 0.0 } else { 1.0 });
            }
        }
        largest
    }

    /// Removes the patch of a block from the marks; returns its sure blocks, and whether it is at
    /// the border.
    fn collect(&mut self, start: usize) -> (usize, bool) {
        let (across, down) = self.blocks;
        let (mut sure, mut border) = (0, false);
        self.patch.clear();
        self.todo.clear();
        self.take(start, &mut sure);
        while let Some(at) = self.todo.pop() {
            let (x, y) = (at as usize % across, at as usize / across);
            border |= x == 0 || y == 0 || x + 1 == across || y + 1 == down;
            for row in y.saturating_sub(1)..(y + 2).min(down) {
                for column in x.saturating_sub(1)..(x + 2).min(across) {
                    self.take(row * across + column, &mut sure);
                }
            }
        }
        (sure, border)
    }

    fn take(&mut self, at: usize, sure: &mut usize) {
        let mark = std::mem::replace(&mut self.marks[at], Mark::Nothing);
        if mark != Mark::Nothing {
            *sure += usize::from(mark == Mark::Surely);
            self.todo.push(at as u32);
            self.patch.push(at as u32);
        }
    }

    /// Sets all cells of the patch collected last.
    fn clear(&self, matte: &mut [f32], value: f32) {
        for &at in &self.patch {
            self.change(matte, at as usize, |_| value);
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
