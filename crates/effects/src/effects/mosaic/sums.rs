//! What counts of a layer, added up by cells.

use crate::Layer;
use crate::cells::{Cells, WEIGHTS};
use backlot_kernels::{Level, MOST_ROWS, add_kept, keep_between, keep_chroma};
use backlot_media::{Plane, Size};
use std::ops::Range;

/// From this much person (of 255), a pixel doesn't count.
const PERSON: u8 = 16;

/// From this much of the matte, a pixel of a cut-out layer counts.
const INSIDE: u8 = 128;

/// What is read of a layer.
pub(super) struct Seen<'a> {
    picture: [Plane<'a>; 3],
    /// The pixels that count are those with such values of a mask.
    counted: Option<(Plane<'a>, [u8; 2])>,
    matte: Option<Plane<'a>>,
}

impl<'a> Seen<'a> {
    /// All of a layer.
    pub fn of(layer: &'a Layer<'_>) -> Self {
        let matte = layer.matte.as_ref().map(|matte| matte.as_ref());
        let person = layer.person.as_ref().map(|person| person.as_ref());
        let inside = matte.map(|matte| (matte, [INSIDE, 255]));
        let counted = inside.or_else(|| person.map(|person| (person, [0, PERSON - 1])));
        Self { picture: layer.picture.each_ref().map(|plane| plane.as_ref()), counted, matte }
    }

    /// A smaller picture of a layer without matte, of which the pixels in `scope` count.
    pub const fn reduced(picture: [Plane<'a>; 3], scope: Option<Plane<'a>>) -> Self {
        let counted = match scope {
            Some(scope) => Some((scope, [255, 255])),
            None => None,
        };
        Self { picture, counted, matte: None }
    }
}

/// Which pixels of a picture of a quarter of the width and height hold nothing of a person.
#[derive(Debug)]
pub(super) struct Scope {
    level: Level,
    /// Four rows, then two of half the width: 255 where nobody is.
    rows: [Vec<u8>; 4],
    halves: [Vec<u8>; 2],
    quarter: Vec<u8>,
    size: (usize, usize),
}

impl Scope {
    /// For masks of a size.
    pub fn new(level: Level, size: Size) -> Self {
        let [width, half] = [size.width, size.divided(2).width].map(|side| side as usize);
        let quarter = size.divided(4);
        let size = (quarter.width as usize, quarter.height as usize);
        Self {
            level,
            rows: [0; 4].map(|_| vec![0; width]),
            halves: [0; 2].map(|_| vec![0; half]),
            quarter: vec![0; size.0 * size.1],
            size,
        }
    }

    /// 255 where none of four by four pixels is of the person, else 0.
    pub fn without(&mut self, person: Plane<'_>) -> Plane<'_> {
        let (level, (width, height), last) = (self.level, self.size, person.height() - 1);
        for (j, out) in self.quarter.chunks_exact_mut(width).enumerate() {
            for (y, keep) in (4 * j..).zip(&mut self.rows) {
                keep_between(level, person.row(y.min(last)), 0, PERSON - 1, keep);
            }
            let [a, b, c, d] = &self.rows;
            for (rows, half) in [[a, b], [c, d]].into_iter().zip(&mut self.halves) {
                keep_chroma(level, rows.map(Vec::as_slice), half);
            }
            keep_chroma(level, self.halves.each_ref().map(Vec::as_slice), out);
        }
        Plane::packed(&self.quarter, width, height)
    }
}

/// The sums of the pixels of one cell.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    /// Y, U, V of the pixels that count.
    colors: [u64; 3],
    /// How many pixels of luma and of chroma count, times 255.
    kept: [u64; 2],
    /// All pixels of luma and of chroma.
    pixels: u64,
    chroma_pixels: u64,
    matte: u64,
}

impl Total {
    /// Y, U and V, times the weight, and the weight: how many of the pixels of chroma count. Where
    /// one of these counts, its luma does too.
    fn color(&self) -> [f32; WEIGHTS + 1] {
        let weight = self.kept[1] as f32 / (255 * self.chroma_pixels).max(1) as f32;
        let mean = |sum: u64, kept: u64| sum as f32 * 255.0 / kept.max(1) as f32 * weight;
        let [y, u, v] = self.colors;
        [mean(y, self.kept[0]), mean(u, self.kept[1]), mean(v, self.kept[1]), weight]
    }
}

/// Adds up the pixels of pictures of one size, a row of cells at a time.
#[derive(Debug)]
pub(super) struct Sums {
    level: Level,
    /// Rows of luma.
    height: usize,
    /// Pixels of luma across a cell: an even number.
    cell: usize,
    totals: Vec<Total>,
    /// 255 in each pixel.
    all: Vec<u8>,
    /// The pixels of two rows of luma, and of the row of chroma, that count.
    keep: [Vec<u8>; 2],
    keep_chroma: Vec<u8>,
    /// By columns: Y, U, V, the counts of luma and of chroma, and the matte.
    columns: [Vec<u16>; 6],
}

impl Sums {
    /// For pictures of a size.
    pub fn new(level: Level, size: Size, cell: usize) -> Self {
        let (width, height) = (size.width as usize, size.height as usize);
        let half = width.div_ceil(2);
        Self {
            level,
            height,
            cell,
            totals: vec![Total::default(); width.div_ceil(cell)],
            all: vec![255; width],
            keep: [0; 2].map(|_| vec![255; width]),
            keep_chroma: vec![255; half],
            columns: [width, half, half, width, half, width].map(|n| vec![0; n]),
        }
    }

    /// Writes the weighted colours of all cells, their weights, and the means of the matte.
    pub fn gather(&mut self, seen: &Seen<'_>, cells: &mut Cells, mattes: &mut [f32]) {
        let columns = self.totals.len();
        for (band, start) in (0..self.height).step_by(self.cell).enumerate() {
            self.totals.fill(Total::default());
            // An even number of rows, so few that their sums don't overflow.
            let end = (start + self.cell).min(self.height);
            for from in (start..end).step_by(MOST_ROWS & !1) {
                self.add(seen, from..end.min(from + (MOST_ROWS & !1)));
            }
            for (at, total) in (band * columns..).zip(&self.totals) {
                for (plane, value) in cells.planes.iter_mut().zip(total.color()) {
                    plane[at] = value;
                }
                mattes[at] = total.matte as f32 / total.pixels.max(1) as f32;
            }
        }
    }

    /// Adds rows of luma, beginning at an even one, with their chroma and masks to the cells.
    fn add(&mut self, seen: &Seen<'_>, rows: Range<usize>) {
        self.columns.iter_mut().for_each(|column| column.fill(0));
        for j in rows.start / 2..rows.end.div_ceil(2) {
            self.add_pair(seen, j);
        }
        let [y, u, v, kept, kept_chroma, matte] = &self.columns;
        let (count, half) = (rows.len() as u64, rows.len().div_ceil(2) as u64);
        let cell = self.cell;
        for (column, total) in self.totals.iter_mut().enumerate() {
            let of = |sums: &[u16], cell: usize| {
                let part = &sums[column * cell..sums.len().min((column + 1) * cell)];
                part.iter().map(|&v| u64::from(v)).sum::<u64>()
            };
            let width =
                |columns: usize, cell: usize| columns.min((column + 1) * cell) - column * cell;
            total.colors[0] += of(y, cell);
            total.colors[1] += of(u, cell / 2);
            total.colors[2] += of(v, cell / 2);
            total.kept[0] += of(kept, cell);
            total.kept[1] += of(kept_chroma, cell / 2);
            total.matte += of(matte, cell);
            total.pixels += count * width(y.len(), cell) as u64;
            total.chroma_pixels += half * width(u.len(), cell / 2) as u64;
        }
    }

    /// Adds a row of chroma and its one or two rows of luma to the columns.
    fn add_pair(&mut self, seen: &Seen<'_>, j: usize) {
        let (level, upper) = (self.level, 2 * j);
        // The same row twice at the end of an odd height.
        let lower = (upper + 1).min(self.height - 1);
        let [y, u, v, kept, kept_chroma, matte] = &mut self.columns;
        if let Some((mask, [from, to])) = seen.counted {
            for (row, keep) in [upper, lower].into_iter().zip(&mut self.keep) {
                keep_between(level, mask.row(row), from, to, keep);
            }
            let [a, b] = &self.keep;
            keep_chroma(level, [a, b], &mut self.keep_chroma);
        } else {
            // The masks may be those of an earlier layer.
            self.keep.iter_mut().for_each(|keep| keep.fill(255));
            self.keep_chroma.fill(255);
        }
        for (row, keep) in (upper..=lower).zip(&self.keep) {
            add_kept(level, seen.picture[0].row(row), keep, y);
            add_kept(level, &self.all, keep, kept);
            if let Some(own) = seen.matte {
                add_kept(level, own.row(row), &self.all, matte);
            }
        }
        add_kept(level, seen.picture[1].row(j), &self.keep_chroma, u);
        add_kept(level, seen.picture[2].row(j), &self.keep_chroma, v);
        add_kept(level, &self.all[..self.keep_chroma.len()], &self.keep_chroma, kept_chroma);
    }
}
