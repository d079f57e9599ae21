//! A matte at full resolution from one on a small grid: bilinear, and, where it is unsure, led by
//! the picture's luma.
//!
//! With `s`, `slope` and `offset` interpolated bilinearly from the grid and `q = clamp(slope * luma +
//! offset, 0, 1)`: `trust = min(sharpness * min(s, 1 - s), strength)`, `value = s + trust * (q - s)`,
//! `out = round(255 * value)`, half up. Chunks of pixels whose cells are all 0 or all 1 are filled.

use super::{Axis, GuideRows, lerp_row};
use crate::Level;
use crate::dispatch::dispatch;
use crate::grid::GridSize;
use backlot_media::{Plane, PlaneMut};

/// The number of pixels of a row to compute or fill together.
const CHUNK: usize = 32;

/// The matte on its grid, and its dependence on luma there (see [`Guide`](super::Guide)).
#[derive(Clone, Copy, Debug)]
pub struct RowFields<'a> {
    /// The matte, `0.0..=1.0`.
    pub matte: &'a [f32],
    /// Slopes, for luma of `0.0..=1.0`.
    pub slopes: &'a [f32],
    /// Offsets.
    pub offsets: &'a [f32],
    /// For each row the cells in which the matte is unsure; to the left of them it equals its first
    /// cell, to the right its last one, and each of these is 0 or 1.
    pub unsure: GuideRows<'a>,
}

/// How far luma leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The most that it leads, `0.0..=1.0`; 0 is the bilinear matte.
    pub strength: f32,
    /// How fast it reaches that, away from where the matte is sure.
    pub sharpness: f32,
}

/// Enlarges grids of one size to planes of one size, in memory allocated once.
#[derive(Clone, Debug)]
pub struct Band {
    grid: GridSize,
    factor: usize,
    columns: Axis,
    /// The kind of each chunk of each grid row.
    kinds: Vec<Kind>,
    /// The cells of a row for interpolating each chunk of pixels.
    cells: Vec<(usize, usize)>,
    padded: Vec<f32>,
    rows: [Expanded; 2],
}

/// The kind of a chunk's cells.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Nobody,
    Person,
    Mixed,
}

impl Kind {
    fn of(cells: &[f32]) -> Self {
        match cells[0] {
            0.0 if cells.iter().all(|&v| v == 0.0) => Self::Nobody,
            1.0 if cells.iter().all(|&v| v == 1.0) => Self::Person,
            _ => Self::Mixed,
        }
    }
}

/// A grid row at the picture's width: matte, slopes, offsets.
#[derive(Clone, Debug)]
struct Expanded {
    row: Option<usize>,
    fields: [Vec<f32>; 3],
}

impl Band {
    /// Makes one from a grid of blocks of `factor` pixels to planes of `width` by `height`.
    ///
    /// # Panics
    /// If a side or the factor is 0.
    pub fn new((width, height): (usize, usize), factor: usize) -> Self {
        assert!(width > 0 && height > 0 && factor > 0, "{width}x{height} by {factor}");
        let grid = (width.div_ceil(factor), height.div_ceil(factor));
        let mut columns = Axis::new(grid.0, width);
        columns.aim(width, 0.0, 1.0 / factor as f32);
        let chunk = |x: usize| {
            let last = columns.at((x + CHUNK).min(width) - 1).0;
            (columns.at(x).0, (last + 2).min(grid.0))
        };
        let cells: Vec<_> = (0..width).step_by(CHUNK).map(chunk).collect();
        let row = || Expanded { row: None, fields: std::array::from_fn(|_| vec![0.0; width]) };
        Self {
            grid,
            factor,
            kinds: vec![Kind::Mixed; cells.len() * grid.1],
            cells,
            padded: vec![0.0; Axis::padded(grid.0)],
            rows: [row(), row()],
            columns,
        }
    }

    /// Writes the matte of the picture with this luma.
    ///
    /// # Panics
    /// If a size differs from the one for [`Band::new`].
    pub fn run(
        &mut self,
        level: Level,
        fields: RowFields<'_>,
        luma: Plane<'_>,
        edge: Edge,
        out: PlaneMut<'_>,
    ) {
        let RowFields { matte, slopes, offsets, unsure } = fields;
        assert_eq!([slopes.len(), offsets.len()], [matte.len(); 2], "the grids' lengths");
        let size = (out.width(), out.height());
        assert_eq!((luma.width(), luma.height()), size, "the size of the luma");
        self.begin(matte, unsure, size);
        run(level, self, level, fields, luma, edge, out);
    }

    /// Writes the bilinear matte, which no luma leads: what [`Band::run`] does at a strength of 0.
    ///
    /// # Panics
    /// As [`Band::run`].
    pub fn run_alone(
        &mut self,
        level: Level,
        (matte, unsure): (&[f32], GuideRows<'_>),
        out: PlaneMut<'_>,
    ) {
        self.begin(matte, unsure, (out.width(), out.height()));
        run_alone(level, self, level, matte, out);
    }

    /// Sees whether a matte on its grid and the size of the picture's fit, and what is sure.
    fn begin(&mut self, matte: &[f32], unsure: GuideRows<'_>, (width, height): (usize, usize)) {
        assert_eq!(unsure.len(), self.grid.1, "a range for each row");
        assert_eq!(matte.len(), self.grid.0 * self.grid.1, "the grid's length");
        assert_eq!(width, self.columns.outputs(), "the width of the matte");
        assert_eq!(height.div_ceil(self.factor), self.grid.1, "the height of the matte");
        self.classify(matte, unsure);
        self.rows.iter_mut().for_each(|r| r.row = None);
    }

    fn classify(&mut self, matte: &[f32], unsure: GuideRows<'_>) {
        let rows = matte.chunks_exact(self.grid.0).zip(unsure);
        for (kinds, (row, unsure)) in self.kinds.chunks_exact_mut(self.cells.len()).zip(rows) {
            let (left, right) = (Kind::of(&row[..1]), Kind::of(&row[row.len() - 1..]));
            for (kind, &(from, to)) in kinds.iter_mut().zip(&self.cells) {
                *kind = if to <= unsure.start {
                    left
                } else if from >= unsure.end {
                    right
                } else {
                    Kind::of(&row[from..to])
                };
            }
        }
    }

    fn kinds(&self, row: usize) -> &[Kind] {
        &self.kinds[row * self.cells.len()..][..self.cells.len()]
    }

    /// Whether chunk `c` of grid row `row` is interpolated in one of the pixel rows beside it.
    fn is_read(&self, row: usize, c: usize) -> bool {
        let kind = self.kinds(row)[c];
        let last = self.grid.1 - 1;
        let same = |r: usize| self.kinds(r)[c] == kind;
        kind == Kind::Mixed || !same(row.saturating_sub(1)) || !same((row + 1).min(last))
    }

    /// Widens a grid row to the picture's width, where it is read.
    fn expand<const N: usize>(&mut self, level: Level, row: usize, fields: [&[f32]; N]) {
        let slot = row % 2;
        if self.rows[slot].row == Some(row) {
            return;
        }
        self.rows[slot].row = Some(row);
        let (width, columns) = (self.grid.0, self.columns.outputs());
        let mut c = 0;
        while let Some(start) = (c..self.cells.len()).find(|&c| self.is_read(row, c)) {
            let end = (start..self.cells.len()).find(|&c| !self.is_read(row, c));
            let end = end.unwrap_or(self.cells.len());
            let (from, to) = (start * CHUNK, (end * CHUNK).min(columns));
            let cells = self.cells[start].0..self.cells[end - 1].1;
            for (n, grid) in fields.into_iter().enumerate() {
                let grid = &grid[row * width..][..width];
                self.padded[cells.clone()].copy_from_slice(&grid[cells.clone()]);
                if cells.end == width {
                    self.padded[width..].fill(grid[width - 1]);
                }
                let out = &mut self.rows[slot].fields[n][from..to];
                lerp_row(level, &self.columns, &self.padded, from, out);
            }
            c = end;
        }
    }

    /// The grid row at or above a pixel row, the one below, and its share.
    fn place(&self, y: usize) -> (usize, usize, f32) {
        let last = self.grid.1 - 1;
        let at = (y as f32 + 0.5) / self.factor as f32 - 0.5;
        let at = at.clamp(0.0, last as f32);
        (at as usize, (at as usize + 1).min(last), at.fract())
    }
}

dispatch! {
    fn run(band: &mut Band, again: Level, fields: RowFields<'_>, luma: Plane<'_>, edge: Edge, out: PlaneMut<'_>) = scalar::run;
}

dispatch! {
    fn run_alone(band: &mut Band, again: Level, matte: &[f32], out: PlaneMut<'_>) = scalar::run_alone;
}

mod scalar {
    use super::{Band, CHUNK, Edge, Kind, Level, Plane, PlaneMut, RowFields};
    use std::ops::Range;

    #[inline(always)]
    pub fn run(
        band: &mut Band,
        level: Level,
        RowFields { matte, slopes, offsets, .. }: RowFields<'_>,
        luma: Plane<'_>,
        edge: Edge,
        out: PlaneMut<'_>,
    ) {
        rows(band, level, [matte, slopes, offsets], out, &Led { luma, edge });
    }

    #[inline(always)]
    pub fn run_alone(band: &mut Band, level: Level, matte: &[f32], out: PlaneMut<'_>) {
        rows(band, level, [matte], out, &Alone);
    }

    /// How to mix fields. Not a closure: one that isn't inlined would be compiled without the level's instructions.
    trait Mix<const N: usize> {
        /// Writes pixels of a row by its fields above and below, and the share of the latter.
        fn mix(
            &self,
            at: (usize, Range<usize>),
            rows: [[&[f32]; 2]; N],
            share: f32,
            out: &mut [u8],
        );
    }

    struct Led<'a> {
        luma: Plane<'a>,
        edge: Edge,
    }

    impl Mix<3> for Led<'_> {
        #[inline(always)]
        fn mix(
            &self,
            (y, pixels): (usize, Range<usize>),
            rows: [[&[f32]; 2]; 3],
            share: f32,
            out: &mut [u8],
        ) {
            mix_run(rows, share, &self.luma.row(y)[pixels], self.edge, out);
        }
    }

    struct Alone;

    impl Mix<1> for Alone {
        #[inline(always)]
        fn mix(
            &self,
            _: (usize, Range<usize>),
            [[upper, lower]]: [[&[f32]; 2]; 1],
            share: f32,
            out: &mut [u8],
        ) {
            for ((a, b), out) in upper.iter().zip(lower).zip(out) {
                *out = byte(a + (b - a) * share);
            }
        }
    }

    /// Fills what is sure, and mixes the rest.
    #[inline(always)]
    fn rows<const N: usize>(
        band: &mut Band,
        level: Level,
        fields: [&[f32]; N],
        mut out: PlaneMut<'_>,
        mixer: &impl Mix<N>,
    ) {
        for (y, out) in out.rows_mut().enumerate() {
            let (upper, lower, share) = band.place(y);
            band.expand(level, upper, fields);
            band.expand(level, lower, fields);
            let (above, below) = (band.kinds(upper), band.kinds(lower));
            let kind = |c: usize| if above[c] == below[c] { above[c] } else { Kind::Mixed };
            let mut c = 0;
            while c < above.len() {
                let first = kind(c);
                let run =
                    c..(c + 1..above.len()).find(|&n| kind(n) != first).unwrap_or(above.len());
                let pixels = run.start * CHUNK..(run.end * CHUNK).min(out.len());
                match first {
                    Kind::Nobody => out[pixels].fill(0),
                    Kind::Person => out[pixels].fill(255),
                    Kind::Mixed => {
                        let part =
                            |row: usize, n: usize| &band.rows[row % 2].fields[n][pixels.clone()];
                        let rows = std::array::from_fn(|n| [part(upper, n), part(lower, n)]);
                        mixer.mix((y, pixels.clone()), rows, share, &mut out[pixels]);
                    }
                }
                c = run.end;
            }
        }
    }

    #[inline(always)]
    fn mix_run(rows: [[&[f32]; 2]; 3], share: f32, luma: &[u8], edge: Edge, out: &mut [u8]) {
        let n = out.len();
        let [[s0, s1], [a0, a1], [b0, b1]] = rows;
        let (s0, s1) = (s0[..n].as_chunks::<CHUNK>(), s1[..n].as_chunks::<CHUNK>());
        let (a0, a1) = (a0[..n].as_chunks::<CHUNK>(), a1[..n].as_chunks::<CHUNK>());
        let (b0, b1) = (b0[..n].as_chunks::<CHUNK>(), b1[..n].as_chunks::<CHUNK>());
        let luma = luma[..n].as_chunks::<CHUNK>();
        let out = out.as_chunks_mut::<CHUNK>();
        let (s, a, b) = (s0.0.iter().zip(s1.0), a0.0.iter().zip(a1.0), b0.0.iter().zip(b1.0));
        for ((((s, a), b), luma), out) in s.zip(a).zip(b).zip(luma.0).zip(out.0) {
            for x in 0..CHUNK {
                let (s, a, b) = ((s.0[x], s.1[x]), (a.0[x], a.1[x]), (b.0[x], b.1[x]));
                out[x] = pixel(s, a, b, share, luma[x], edge);
            }
        }
        for (x, out) in out.1.iter_mut().enumerate() {
            let (s, a, b) = ((s0.1[x], s1.1[x]), (a0.1[x], a1.1[x]), (b0.1[x], b1.1[x]));
            *out = pixel(s, a, b, share, luma.1[x], edge);
        }
    }

    #[inline(always)]
    fn pixel(
        s: (f32, f32),
        slope: (f32, f32),
        offset: (f32, f32),
        share: f32,
        luma: u8,
        edge: Edge,
    ) -> u8 {
        let s = s.0 + (s.1 - s.0) * share;
        let slope = slope.0 + (slope.1 - slope.0) * share;
        let offset = offset.0 + (offset.1 - offset.0) * share;
        #[expect(clippy::manual_clamp, reason = "`max` turns NaN into 0, `clamp` does not")]
        let led = (slope * (f32::from(luma) * (1.0 / 255.0)) + offset).max(0.0).min(1.0);
        let trust = (edge.sharpness * s.min(1.0 - s)).min(edge.strength);
        byte(s + trust * (led - s))
    }

    #[expect(clippy::manual_clamp, reason = "`max` turns NaN into 0, `clamp` does not")]
    #[inline(always)]
    fn byte(share: f32) -> u8 {
        let value = (share * 255.0 + 0.5).max(0.0).min(255.0);
        // SAFETY: the value is between 0 and 255, as `max` returns 0 for NaN.
        unsafe { value.to_int_unchecked::<i32>() as u8 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::noise;
    use super::*;

    struct Case {
        size: (usize, usize),
        factor: usize,
        fields: [Vec<f32>; 3],
        luma: Vec<u8>,
    }

    impl Case {
        /// A matte with stretches of 0 and 1 in it.
        fn new(size: (usize, usize), factor: usize) -> Self {
            let cells = size.0.div_ceil(factor) * size.1.div_ceil(factor);
            let mut next = noise((size.0 + factor) as u32);
            let matte = (0..cells).map(|i| match i / 13 % 3 {
                0 => 0.0,
                1 => 1.0,
                _ => f32::from(next()) / 255.0,
            });
            let matte = matte.collect();
            let slopes = (0..cells).map(|_| f32::from(next()) / 64.0 - 2.0).collect();
            let offsets = (0..cells).map(|_| f32::from(next()) / 128.0 - 1.0).collect();
            let luma = (0..size.0 * size.1).map(|_| next()).collect();
            Self { size, factor, fields: [matte, slopes, offsets], luma }
        }

        fn at(&self, field: usize, x: usize, y: usize) -> f64 {
            let (w, h) = (self.size.0.div_ceil(self.factor), self.size.1.div_ceil(self.factor));
            let position = |v: usize, n: usize| {
                ((v as f64 + 0.5) / self.factor as f64 - 0.5).clamp(0.0, n as f64 - 1.0)
            };
            let (px, py) = (position(x, w), position(y, h));
            let value = |i: f64, j: f64| {
                let i = (i as usize).min(w - 1) + w * (j as usize).min(h - 1);
                f64::from(self.fields[field][i])
            };
            let line = |j| value(px, j) + (value(px + 1.0, j) - value(px, j)) * px.fract();
            line(py) + (line(py + 1.0) - line(py)) * py.fract()
        }

        fn oracle(&self, edge: Edge, x: usize, y: usize) -> f64 {
            let (s, slope, offset) = (self.at(0, x, y), self.at(1, x, y), self.at(2, x, y));
            let luma = f64::from(self.luma[y * self.size.0 + x]) / 255.0;
            let led = (slope * luma + offset).clamp(0.0, 1.0);
            let trust = (f64::from(edge.sharpness) * s.min(1.0 - s)).min(f64::from(edge.strength));
            255.0 * (s + trust * (led - s))
        }

        fn check(&self, edge: Edge) {
            let (width, height) = self.size;
            let stride = width + 3;
            for level in Level::available() {
                let mut data = vec![0xaa; stride * height];
                let [matte, slopes, offsets] = &self.fields;
                let out = PlaneMut::new(&mut data, width, height, stride);
                let luma = Plane::packed(&self.luma, width, height);
                let columns = width.div_ceil(self.factor);
                let unsure = vec![0..columns; height.div_ceil(self.factor)];
                let fields = RowFields { matte, slopes, offsets, unsure: &unsure };
                Band::new(self.size, self.factor).run(level, fields, luma, edge, out);
                for (i, &value) in data.iter().enumerate() {
                    let (x, y) = (i % stride, i / stride);
                    let expected = if x < width { self.oracle(edge, x, y) } else { 170.0 };
                    let far = (f64::from(value) - expected).abs();
                    assert!(far < 0.51, "{level} {width} by {}: {value}, {expected}", self.factor);
                }
            }
        }
    }

    #[test]
    fn every_level_is_the_formula_and_gaps_stay() {
        for width in 1..=130 {
            let case = Case::new((width, 1 + width % 17), 1 + width % 7);
            case.check(Edge { strength: 0.8, sharpness: 6.0 });
        }
    }

    #[test]
    fn sure_parts_are_filled() {
        let mut case = Case::new((400, 20), 4);
        let row = |at: usize| {
            if at < 30 {
                0.0
            } else if at < 60 {
                0.25
            } else {
                1.0
            }
        };
        case.fields[0] = (0..5 * 100).map(|i| row(i % 100)).collect();
        let [matte, slopes, offsets] = &case.fields;
        let luma = Plane::packed(&case.luma, 400, 20);
        let edge = Edge { strength: 1.0, sharpness: 6.0 };
        let made = |unsure: GuideRows<'_>| {
            let mut data = vec![0xaa; 400 * 20];
            let out = PlaneMut::packed(&mut data, 400, 20);
            let fields = RowFields { matte, slopes, offsets, unsure };
            Band::new((400, 20), 4).run(Level::best(), fields, luma, edge, out);
            data
        };
        assert_eq!(made(&vec![29..61; 5]), made(&vec![0..100; 5]));
    }

    #[test]
    fn without_strength_it_is_bilinear_and_needs_no_luma() {
        let (case, edge) = (Case::new((200, 30), 4), Edge { strength: 0.0, sharpness: 6.0 });
        case.check(edge);
        let [matte, slopes, offsets] = &case.fields;
        let unsure = vec![0..50; 8];
        let fields = RowFields { matte, slopes, offsets, unsure: &unsure };
        for level in Level::available() {
            let (mut led, mut alone) = (vec![0; 6000], vec![0; 6000]);
            let plane = |bytes| PlaneMut::packed(bytes, 200, 30);
            let mut band = Band::new(case.size, case.factor);
            band.run(level, fields, Plane::packed(&case.luma, 200, 30), edge, plane(&mut led));
            band.run_alone(level, (matte, &unsure), plane(&mut alone));
            assert_eq!(led, alone, "{level}");
        }
    }
}
