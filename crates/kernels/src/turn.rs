//! Turns a plane by quarters, clockwise.
//!
//! `Right`: `out[y, x] = in[height - 1 - x, y]`; `Half`: `out[y, x] = in[height - 1 - y, width - 1 - x]`;
//! `Left`: `out[y, x] = in[x, width - 1 - y]`, with the sizes of the source.
//!
//! A quarter turn goes by squares of eight by eight bytes: eight rows are eight numbers, whose
//! bytes are exchanged in three steps. Squares follow each other down the source, so that the
//! written rows stay in the cache.

use crate::dispatch::dispatch;
use backlot_media::{Plane, PlaneMut};

/// A turn by quarters, clockwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quarters {
    /// A quarter: what was the top is right.
    Right,
    /// Two quarters: upside down.
    Half,
    /// Three quarters: what was the top is left.
    Left,
}

dispatch! {
    /// Writes `source`, turned, to `target`.
    ///
    /// # Panics
    /// If the target doesn't have the size of the turned source.
    pub fn turn(source: Plane<'_>, quarters: Quarters, target: PlaneMut<'_>) = body::turn;
}

mod body {
    use super::{Plane, PlaneMut, Quarters};

    const SIDE: usize = 8;

    #[inline(always)]
    pub fn turn(source: Plane<'_>, quarters: Quarters, mut target: PlaneMut<'_>) {
        let (width, height) = (source.width(), source.height());
        let size = if quarters == Quarters::Half { (width, height) } else { (height, width) };
        assert_eq!((target.width(), target.height()), size, "the turned plane's size");
        match quarters {
            Quarters::Half => {
                for (out, row) in target.rows_mut().zip((0..height).rev().map(|y| source.row(y))) {
                    out.copy_from_slice(row);
                    out.reverse();
                }
            }
            Quarters::Right => quarter::<true>(source, target),
            Quarters::Left => quarter::<false>(source, target),
        }
    }

    /// Where the pixel of a column and row goes.
    #[inline(always)]
    fn place<const RIGHT: bool>(source: Plane<'_>, x: usize, y: usize) -> (usize, usize) {
        if RIGHT { (source.height() - 1 - y, x) } else { (y, source.width() - 1 - x) }
    }

    #[inline(always)]
    fn quarter<const RIGHT: bool>(source: Plane<'_>, mut target: PlaneMut<'_>) {
        let (width, height) = (source.width(), source.height());
        let (columns, rows) = (width - width % SIDE, height - height % SIDE);
        for x in (0..columns).step_by(SIDE) {
            for y in (0..rows).step_by(SIDE) {
                square::<RIGHT>(source, &mut target, x, y);
            }
        }
        let mut copy = |x: usize, y: usize| {
            let (to, row) = place::<RIGHT>(source, x, y);
            target.row_mut(row)[to] = source.row(y)[x];
        };
        for y in 0..height {
            let first = if y < rows { columns } else { 0 };
            (first..width).for_each(|x| copy(x, y));
        }
    }

    #[inline(always)]
    fn square<const RIGHT: bool>(source: Plane<'_>, target: &mut PlaneMut<'_>, x: usize, y: usize) {
        let mut rows = [0; SIDE];
        for (i, row) in rows.iter_mut().enumerate() {
            let line = source.row(y + if RIGHT { SIDE - 1 - i } else { i });
            *row = u64::from_le_bytes(*line[x..].first_chunk().expect("a whole square"));
        }
        // The first column of the square in the target, and the row of the source's column `x`.
        let left = if RIGHT { source.height() - SIDE - y } else { y };
        for (i, column) in transposed(rows).into_iter().enumerate() {
            let (_, row) = place::<RIGHT>(source, x + i, y);
            target.row_mut(row)[left..][..SIDE].copy_from_slice(&column.to_le_bytes());
        }
    }

    /// Exchanges the bytes of eight numbers: byte `i` of number `j` becomes byte `j` of number `i`.
    #[inline(always)]
    fn transposed(mut rows: [u64; SIDE]) -> [u64; SIDE] {
        let steps = [
            (4, 32, 0x0000_0000_ffff_ffff_u64),
            (2, 16, 0x0000_ffff_0000_ffff),
            (1, 8, 0x00ff_00ff_00ff_00ff),
        ];
        for (distance, bits, mask) in steps {
            for i in (0..SIDE).filter(|i| i & distance == 0) {
                let (a, b) = (rows[i], rows[i + distance]);
                rows[i] = (a & mask) | ((b & mask) << bits);
                rows[i + distance] = ((a >> bits) & mask) | (b & !mask);
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    #[test]
    fn every_pixel_goes_where_the_turn_takes_it_and_gaps_stay() {
        for level in Level::available() {
            for (width, height) in (0..=40).flat_map(|w| [(w, 1), (w, 7), (w, 16), (w, 35)]) {
                let data: Vec<u8> =
                    (0..(width + 3) * height).map(|i| (i * 89 % 251) as u8).collect();
                let source = Plane::new(&data, width, height, width + 3);
                for quarters in [Quarters::Right, Quarters::Half, Quarters::Left] {
                    let half = quarters == Quarters::Half;
                    let (w, h) = if half { (width, height) } else { (height, width) };
                    let mut out = vec![7; (w + 5) * h];
                    turn(level, source, quarters, PlaneMut::new(&mut out, w, h, w + 5));
                    for (i, &found) in out.iter().enumerate() {
                        let (x, y) = (i % (w + 5), i / (w + 5));
                        let wanted = match quarters {
                            _ if x >= w => 7,
                            Quarters::Right => source.row(height - 1 - x)[y],
                            Quarters::Half => source.row(height - 1 - y)[width - 1 - x],
                            Quarters::Left => source.row(x)[width - 1 - y],
                        };
                        assert_eq!(
                            found, wanted,
                            "{level}: {width}x{height}, {quarters:?}, {x} {y}"
                        );
                    }
                }
            }
        }
    }
}
