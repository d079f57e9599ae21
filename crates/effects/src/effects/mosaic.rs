//! *mosaic*: large square cells, each of one colour.
//!
//! A cell has the mean colour of its pixels. A person whom a layer in front draws again doesn't
//! count, and in a cut-out layer only the inside does; cells in which no pixel counts take the
//! colour of the cells around them. The matte of such a layer is averaged in the same way.
//!
//! Cells have an even number of pixels, so that they hold whole pixels of chroma.

use crate::cells::{Cells, Holes, WEIGHTS};
use crate::{AreaPass, Canvas, EffectDef, Hiding, Layer, Pass};
use backlot_kernels::{Level, MOST_ROWS, add_kept, keep_between, keep_chroma};
use backlot_media::{Plane, PlaneMut};
use backlot_schema::Number;
use std::ops::Range;

const SIZE: Number =
    Number::new("size", 2.0..=200.0, 40.0, "How wide and high a cell is, in pixels at 720 lines")
        .unit("px", 2.0);

pub const DEF: EffectDef = EffectDef {
    name: "mosaic",
    summary: "Large square cells, each of one colour",
    settings: &[SIZE.setting()],
    hiding: Some(Hiding { setting: SIZE, least: 32.0 }),
    moves: false,
    compile: |values, canvas| vec![Pass::area(Mosaic::new(canvas, SIZE.of(values)))],
};

#[derive(Debug)]
struct Mosaic {
    canvas: Canvas,
    /// Pixels of luma across a cell.
    cell: usize,
    cells: Cells,
    /// The matte's means.
    mattes: Vec<f32>,
    holes: Holes,
    sums: Sums,
}

impl AreaPass for Mosaic {
    fn apply(&mut self, layer: &mut Layer<'_>) {
        self.gather(layer);
        if layer.matte.is_some() || layer.person.is_some() {
            self.holes.fill(&mut self.cells);
        }
        self.paint(layer);
    }
}

impl Mosaic {
    fn new(canvas: &Canvas, size: f64) -> Self {
        // Never finer than the setting.
        let cell = 2 * ((canvas.scaled(size) / 2.0 - 1e-6).ceil() as usize).max(1);
        let (width, height) = canvas.luma();
        let size = (width.div_ceil(cell), height.div_ceil(cell));
        Self {
            canvas: *canvas,
            cell,
            cells: Cells::new(size),
            mattes: vec![0.0; size.0 * size.1],
            holes: Holes::new(canvas.level, size),
            sums: Sums::new(canvas, size.0),
        }
    }

    fn gather(&mut self, layer: &Layer<'_>) {
        let columns = self.cells.size.0;
        for band in 0..self.cells.size.1 {
            self.sums.clear();
            // An even number of rows, so few that their sums don't overflow.
            let (start, height) = (band * self.cell, self.canvas.luma().1);
            let end = (start + self.cell).min(height);
            for from in (start..end).step_by(MOST_ROWS & !1) {
                let rows = from..end.min(from + (MOST_ROWS & !1));
                self.sums.add(&self.canvas, layer, rows, self.cell);
            }
            for (column, total) in self.sums.totals.iter().enumerate() {
                let at = band * columns + column;
                let [y, u, v, weight] = total.color();
                for (plane, value) in self.cells.planes.iter_mut().zip([y, u, v, weight]) {
                    plane[at] = value;
                }
                self.mattes[at] = total.matte as f32 / total.pixels.max(1) as f32;
            }
        }
    }

    fn paint(&self, layer: &mut Layer<'_>) {
        let cells = [self.cell, self.cell / 2, self.cell / 2];
        for ((plane, colors), cell) in layer.picture.iter_mut().zip(&self.cells.planes).zip(cells) {
            paint(plane.reborrow(), colors, self.cells.size.0, cell);
        }
        if let Some(matte) = &mut layer.matte {
            paint(matte.reborrow(), &self.mattes, self.cells.size.0, self.cell);
        }
    }
}

/// Fills squares of `cell` pixels with one value each.
fn paint(mut plane: PlaneMut<'_>, values: &[f32], columns: usize, cell: usize) {
    for (band, values) in values.chunks_exact(columns).enumerate() {
        let first = plane.row_mut(band * cell);
        for (pixels, &value) in first.chunks_mut(cell).zip(values) {
            pixels.fill((value + 0.5) as u8);
        }
        let (start, width) = (band * cell * plane.stride(), plane.width());
        for y in band * cell + 1..plane.height().min((band + 1) * cell) {
            let to = y * plane.stride();
            plane.data_mut().copy_within(start..start + width, to);
        }
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

/// Adds up the pixels of a row of cells.
#[derive(Debug)]
struct Sums {
    totals: Vec<Total>,
    /// 255 in each pixel.
    all: Vec<u8>,
    /// The pixels of two rows of luma, and of the row of chroma, that count.
    keep: [Vec<u8>; 2],
    keep_chroma: Vec<u8>,
    /// By columns: Y, U, V, the counts of luma and of chroma, and the matte.
    columns: [Vec<u16>; 6],
}

/// From this much person (of 255), a pixel doesn't count.
const PERSON: u8 = 16;

/// From this much of the matte, a pixel of a cut-out layer counts.
const INSIDE: u8 = 128;

impl Sums {
    fn new(canvas: &Canvas, columns: usize) -> Self {
        let (width, half) = (canvas.luma().0, canvas.chroma().0);
        Self {
            totals: vec![Total::default(); columns],
            all: vec![255; width],
            keep: [0; 2].map(|_| vec![255; width]),
            keep_chroma: vec![255; half],
            columns: [width, half, half, width, half, width].map(|n| vec![0; n]),
        }
    }

    fn clear(&mut self) {
        self.totals.fill(Total::default());
    }

    /// Adds rows of luma, beginning at an even one, with their chroma and masks to the cells.
    fn add(&mut self, canvas: &Canvas, layer: &Layer<'_>, rows: Range<usize>, cell: usize) {
        self.columns.iter_mut().for_each(|column| column.fill(0));
        for j in rows.start / 2..rows.end.div_ceil(2) {
            self.add_pair(canvas, layer, j);
        }
        let [y, u, v, kept, kept_chroma, matte] = &self.columns;
        let (count, half) = (rows.len() as u64, rows.len().div_ceil(2) as u64);
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
    fn add_pair(&mut self, canvas: &Canvas, layer: &Layer<'_>, j: usize) {
        let (level, [upper, lower]) = (canvas.level, canvas.rows_of(j));
        let [y, u, v, kept, kept_chroma, matte] = &mut self.columns;
        let counted = match (&layer.matte, &layer.person) {
            (Some(matte), _) => Some((matte.as_ref(), INSIDE, 255)),
            (None, Some(person)) => Some((person.as_ref(), 0, PERSON - 1)),
            (None, None) => None,
        };
        if let Some((mask, from, to)) = counted {
            keep_rows(level, mask, [upper, lower], [from, to], &mut self.keep);
            let [a, b] = &self.keep;
            keep_chroma(level, [a, b], &mut self.keep_chroma);
        } else {
            // The masks may be those of an earlier layer.
            self.keep.iter_mut().for_each(|keep| keep.fill(255));
            self.keep_chroma.fill(255);
        }
        for (row, keep) in (upper..=lower).zip(&self.keep) {
            add_kept(level, layer.picture[0].row(row), keep, y);
            add_kept(level, &self.all, keep, kept);
            if let Some(own) = &layer.matte {
                add_kept(level, own.row(row), &self.all, matte);
            }
        }
        add_kept(level, layer.picture[1].row(j), &self.keep_chroma, u);
        add_kept(level, layer.picture[2].row(j), &self.keep_chroma, v);
        add_kept(level, &self.all[..self.keep_chroma.len()], &self.keep_chroma, kept_chroma);
    }
}

fn keep_rows(
    level: Level,
    mask: Plane<'_>,
    rows: [usize; 2],
    [from, to]: [u8; 2],
    keep: &mut [Vec<u8>; 2],
) {
    for (y, keep) in rows.into_iter().zip(keep) {
        keep_between(level, mask.row(y), from, to, keep);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Picture, SPACES};
    use backlot_media::ColorSpace;

    fn noise(x: usize, y: usize) -> [f64; 3] {
        [x * 7 + y * 13, x * 5 + y * 3, x * 11 + y * 29].map(|v| (v % 97) as f64 / 96.0)
    }

    #[test]
    fn cells_have_the_mean_of_their_pixels() {
        for size in [(61, 47), (1, 1), (130, 720), (40, 1600)] {
            let picture = Picture::new(size, ColorSpace::BT601, noise);
            let found = picture.after("mosaic:200");
            let cell = 2 * (200.0 * f64::from(size.1) / 1440.0).ceil().max(1.0) as usize;
            for (index, (found, before)) in found.yuv.iter().zip(&picture.yuv).enumerate() {
                let cell = if index == 0 { cell } else { cell / 2 };
                for (x, y) in (0..before.width).flat_map(|x| [(x, 0), (x, before.height - 1)]) {
                    let part = |v: usize, n: usize| (v / cell * cell)..n.min((v / cell + 1) * cell);
                    let (xs, ys) = (part(x, before.width), part(y, before.height));
                    let count = (xs.len() * ys.len()) as f64;
                    let values = ys.flat_map(|y| xs.clone().map(move |x| (x, y)));
                    let sum: f64 = values.map(|(x, y)| f64::from(before.at(x, y))).sum();
                    let error = (f64::from(found.at(x, y)) - sum / count).abs();
                    assert!(error < 0.51, "{size:?}, plane {index}, {x},{y}: {error}");
                }
            }
        }
    }

    /// The findings of `scripts/measure_hiding.py` hold as long as faces and letters have no more
    /// cells.
    #[test]
    fn cells_that_hide_are_as_large_as_measured_at_every_size() {
        let hides = super::DEF.hiding.unwrap().least;
        for height in [90, 144, 180, 240, 360, 480, 720, 1080] {
            let picture = Picture::new((height * 2, height), ColorSpace::JPEG, noise);
            let found = picture.after(&format!("mosaic:{hides}"));
            let row: Vec<u8> = (0..2 * height as usize).map(|x| found.yuv[0].at(x, 0)).collect();
            let steps = row.windows(2).filter(|pair| pair[0] != pair[1]).count() as f64;
            let most = 2.0 * 720.0 / hides;
            assert!(steps <= most.ceil(), "{height} lines: {steps} of {most}");
        }
    }

    #[test]
    fn a_bright_person_leaves_no_trace_in_a_dark_room() {
        let person = |x: usize, y: usize| if x > 50 && x < 110 && y > 40 { 255 } else { 0 };
        for space in SPACES {
            let dark = [0.1, 0.1, 0.15];
            let room = move |x, y| if person(x, y) > 0 { [1.0, 0.9, 0.5] } else { dark };
            let found =
                Picture::new((161, 121), space, room).with_person(person).after("mosaic:60");
            let empty = Picture::new((161, 121), space, |_, _| dark);
            assert_eq!(found.yuv, empty.yuv, "{space}");
        }
    }

    #[test]
    fn a_cut_out_layer_keeps_its_colours_and_gets_a_matte_of_cells() {
        let matte = |x: usize, _| if x >= 30 { 255 } else { 0 };
        let layer = move |x, y| if matte(x, y) > 0 { [0.2, 0.6, 0.4] } else { [1.0; 3] };
        let picture = Picture::new((160, 120), ColorSpace::BT709, layer).with_matte(matte);
        let found = picture.after("mosaic:120");
        let even = Picture::new((160, 120), ColorSpace::BT709, |_, _| [0.2, 0.6, 0.4]);
        assert_eq!(found.yuv, even.yuv);
        let matte = found.matte.unwrap();
        assert_eq!([0, 19, 20, 39, 40].map(|x| matte.at(x, 60)), [0, 0, 128, 128, 255]);
    }

    #[test]
    fn one_layer_after_the_other_leaves_nothing_behind() {
        let picture = Picture::new((61, 47), ColorSpace::BT601, noise);
        let mut chain = picture.chain(&["mosaic:100"]);
        let mut other = picture.clone().with_person(|x, _| (x * 4) as u8);
        other.apply(&mut chain);
        let mut whole = picture.clone();
        whole.apply(&mut chain);
        assert_eq!(whole, picture.after("mosaic:100"));
    }
}
