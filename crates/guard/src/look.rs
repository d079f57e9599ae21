//! What a matte looks like, in a few numbers.

use backlot_media::Plane;

/// The most samples in a row.
const COLUMNS: usize = 128;
/// From this value up a sample belongs wholly to the person.
const FULL: u8 = 250;
/// Between these values a sample belongs partly to the person.
const PARTLY: std::ops::Range<u8> = 16..FULL;
/// The difference between neighbouring samples that makes an edge.
const STEP: u8 = 96;

/// A matte in numbers, by samples of a grid of at most 128 columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The share of the picture that is person, `0.0..=1.0`.
    pub coverage: f64,
    /// The share of the picture that is partly person.
    pub unsure: f64,
    /// The share of neighbouring samples, across and down, with an edge between them.
    pub edges: f64,
    /// The coverage of the least covered of the picture's top, left and right margin.
    pub margin: f64,
    /// Whether every sample belongs wholly to the person.
    pub is_full: bool,
}

impl Look {
    /// Measures a matte.
    pub fn of(matte: Plane<'_>) -> Self {
        let step = matte.width().div_ceil(COLUMNS).max(1);
        let columns = matte.width().div_ceil(step);
        let (mut above, mut row) = ([0; COLUMNS], [0; COLUMNS]);
        let (mut tally, mut rows) = (Tally::default(), 0);
        for y in (0..matte.height()).step_by(step) {
            row.iter_mut().zip(matte.row(y).iter().step_by(step)).for_each(|(to, &v)| *to = v);
            tally.row(&row[..columns]);
            tally.sides[0] += u64::from(row[0]);
            tally.sides[1] += u64::from(row[columns - 1]);
            if rows == 0 {
                tally.top = sum(&row[..columns]);
            } else {
                tally.edges += edges(&row[..columns], &above[..columns]);
            }
            (above, rows) = (row, rows + 1);
        }
        tally.look(columns, rows)
    }
}

#[derive(Default)]
struct Tally {
    sum: u64,
    unsure: usize,
    full: usize,
    edges: usize,
    top: u64,
    sides: [u64; 2],
}

impl Tally {
    fn row(&mut self, row: &[u8]) {
        self.sum += sum(row);
        self.unsure += count(row.iter().map(|v| PARTLY.contains(v)));
        self.full += count(row.iter().map(|&v| v >= FULL));
        self.edges += edges(row, &row[1..]);
    }

    fn look(&self, columns: usize, rows: usize) -> Look {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let cover = |sum: u64, samples: usize| sum as f64 / (255.0 * samples.max(1) as f64);
        let side = self.sides[0].min(self.sides[1]);
        let samples = columns * rows;
        let pairs = rows * columns.saturating_sub(1) + columns * rows.saturating_sub(1);
        Look {
            coverage: cover(self.sum, samples),
            unsure: share(self.unsure, samples),
            edges: share(self.edges, pairs),
            margin: cover(self.top, columns).min(cover(side, rows)),
            is_full: self.full == samples,
        }
    }
}

fn sum(samples: &[u8]) -> u64 {
    u64::from(samples.iter().map(|&v| u32::from(v)).sum::<u32>())
}

/// How many of a row are true. A byte can hold the count, so that many are counted at once.
fn count(row: impl Iterator<Item = bool>) -> usize {
    const { assert!(COLUMNS < 256) };
    usize::from(row.fold(0_u8, |sum, is| sum.wrapping_add(u8::from(is))))
}

fn edges(row: &[u8], other: &[u8]) -> usize {
    count(row.iter().zip(other).map(|(a, b)| a.abs_diff(*b) >= STEP))
}
