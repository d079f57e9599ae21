//! Finds where a piece of a grid of luma was in an earlier grid.
//!
//! The cost of a shift is the sum of `|now(x, y) - before(x + dx, y + dy)|` over a window of 16x16
//! values, of which every second row counts. The search goes downhill from the best of some
//! guesses; if that finds nothing similar, a coarse search of all shifts follows.

use crate::dispatch::dispatch;
use crate::grid::GridSize;

/// Columns and rows of the window to find.
pub const WINDOW: usize = 16;
/// The greatest shift to either side.
pub const REACH: i32 = 12;
/// The number of values of the window that count.
pub const SAMPLES: u32 = (WINDOW * WINDOW / 2) as u32;

/// The distance in columns and rows to an earlier place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// Columns, to the right.
    pub x: i32,
    /// Rows, downwards.
    pub y: i32,
}

/// The result of a search.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Found {
    /// The best whole shift.
    pub shift: Shift,
    /// The best shift between the whole ones, columns and rows.
    pub fine: (f32, f32),
    /// Its cost.
    pub cost: u32,
}

/// A search's input.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// Where it is: values `0..=4080`.
    pub now: &'a [u16],
    /// Where it was, of the same size.
    pub before: &'a [u16],
    /// Size of both.
    pub size: GridSize,
    /// The window's first column and row; all of it is inside the grid.
    pub at: (usize, usize),
    /// The initial shifts.
    pub guesses: &'a [Shift],
    /// A cost low enough not to search everywhere.
    pub enough: u32,
}

dispatch! {
    /// Finds where a window was.
    ///
    /// # Panics
    /// If the window isn't inside the grid or a grid is too short.
    pub fn search(what: Search<'_>) -> Found = scalar::search;
}

mod scalar {
    use super::{Found, REACH, Search, Shift, WINDOW};

    /// The cost of a shift by one cell: among shifts that fit equally well, the shortest is right.
    const FAR: u32 = 12;

    #[inline(always)]
    fn row(grid: &[u16], at: usize) -> &[u16; WINDOW] {
        grid[at..at + WINDOW].try_into().expect("a row")
    }

    impl Search<'_> {
        /// Whether the shifted window is inside the grid, within reach.
        #[inline(always)]
        fn allows(&self, Shift { x, y }: Shift) -> bool {
            let inside = |from: usize, by: i32, length: usize| {
                let from = from as i32 + by;
                from >= 0 && from as usize + WINDOW <= length && by.abs() <= REACH
            };
            inside(self.at.0, x, self.size.0) && inside(self.at.1, y, self.size.1)
        }

        #[inline(always)]
        fn difference(&self, shift: Shift) -> u32 {
            let columns = self.size.0;
            let now = self.at.1 * columns + self.at.0;
            let before =
                (now as isize + shift.y as isize * columns as isize + shift.x as isize) as usize;
            let mut sums = [0_u16; WINDOW];
            for y in (0..WINDOW).step_by(2) {
                let a = row(self.now, now + y * columns);
                let b = row(self.before, before + y * columns);
                for x in 0..WINDOW {
                    sums[x] += a[x].abs_diff(b[x]);
                }
            }
            sums.iter().map(|&sum| u32::from(sum)).sum()
        }

        #[inline(always)]
        fn cost(&self, shift: Shift) -> u32 {
            if !self.allows(shift) {
                return u32::MAX;
            }
            self.difference(shift) + FAR * (shift.x.unsigned_abs() + shift.y.unsigned_abs())
        }

        #[inline(always)]
        fn better(&self, best: &mut (u32, Shift), shift: Shift) -> bool {
            let cost = self.cost(shift);
            let is_better = cost < best.0;
            if is_better {
                *best = (cost, shift);
            }
            is_better
        }

        #[inline(always)]
        fn go_downhill(&self, best: &mut (u32, Shift)) {
            for _ in 0..2 * REACH {
                let Shift { x, y } = best.1;
                let mut moved = false;
                for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
                    moved |= self.better(best, Shift { x: x + dx, y: y + dy });
                }
                if !moved {
                    return;
                }
            }
        }

        #[inline(always)]
        fn look_everywhere(&self, best: &mut (u32, Shift)) {
            for y in (-REACH..=REACH).step_by(2) {
                for x in (-REACH..=REACH).step_by(2) {
                    self.better(best, Shift { x, y });
                }
            }
        }

        /// The place of the least cost between neighbours, by a parabola through the three.
        #[inline(always)]
        fn between(&self, shift: Shift, step: Shift) -> f32 {
            let at = |sign: i32| Shift { x: shift.x + sign * step.x, y: shift.y + sign * step.y };
            if !self.allows(at(-1)) || !self.allows(at(1)) {
                return 0.0;
            }
            let [a, b, c] = [at(-1), shift, at(1)].map(|s| self.difference(s) as f32);
            let bend = a - 2.0 * b + c;
            if bend > 0.0 { (0.5 * (a - c) / bend).clamp(-0.5, 0.5) } else { 0.0 }
        }
    }

    #[inline(always)]
    pub fn search(what: Search<'_>) -> Found {
        let here = Shift::default();
        let mut best = (what.cost(here), here);
        assert!(what.allows(here), "the window lies in the grid");
        for &guess in what.guesses {
            what.better(&mut best, guess);
        }
        what.go_downhill(&mut best);
        if best.0 > what.enough {
            what.look_everywhere(&mut best);
            what.go_downhill(&mut best);
        }
        let (cost, shift) = best;
        let fine = (
            shift.x as f32 + what.between(shift, Shift { x: 1, y: 0 }),
            shift.y as f32 + what.between(shift, Shift { x: 0, y: 1 }),
        );
        Found { shift, fine, cost }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    const SIZE: GridSize = (64, 48);

    /// Soft hills, moved.
    fn hills(dx: f32, dy: f32) -> Vec<u16> {
        let at = |i: usize| {
            let (x, y) = ((i % SIZE.0) as f32 + dx, (i / SIZE.0) as f32 + dy);
            2000.0
                + 900.0 * (x * 0.31).sin() * (y * 0.23).cos()
                + 700.0 * (0.13 * (x + 2.0 * y)).sin()
        };
        (0..SIZE.0 * SIZE.1).map(|i| at(i) as u16).collect()
    }

    fn look(level: Level, now: &[u16], before: &[u16], at: (usize, usize)) -> Found {
        search(level, Search { now, before, size: SIZE, at, guesses: &[], enough: SAMPLES * 8 })
    }

    #[test]
    fn a_moved_window_is_found_to_a_third_of_a_cell() {
        for (dx, dy) in [(0.0, 0.0), (1.0, -2.0), (-7.0, 5.0), (2.5, 0.25), (-0.4, -11.0)] {
            for level in Level::available() {
                let found = look(level, &hills(dx, dy), &hills(0.0, 0.0), (24, 16));
                let far = (found.fine.0 - dx).abs().max((found.fine.1 - dy).abs());
                assert!(far < 0.35, "{level}: {dx} {dy}: {found:?}");
            }
        }
    }

    #[test]
    fn every_level_finds_the_same_and_corners_stay_inside() {
        let (now, before) = (hills(-3.0, 4.2), hills(0.0, 0.0));
        for at in [(0, 0), (48, 32), (0, 32), (48, 0), (13, 7)] {
            let expected = look(Level::SCALAR, &now, &before, at);
            for level in Level::available() {
                assert_eq!(look(level, &now, &before, at), expected, "{level} {at:?}");
            }
        }
    }

    #[test]
    fn on_an_even_wall_nothing_moves() {
        let wall = vec![1234; SIZE.0 * SIZE.1];
        let found = look(Level::best(), &wall, &wall, (8, 8));
        assert_eq!((found.shift, found.fine, found.cost), (Shift::default(), (0.0, 0.0), 0));
    }
}
