//! *mosaic*: large square cells, each of one colour.
//!
//! A cell has the mean colour of its pixels. A person whom a layer in front draws again doesn't
//! count, and in a cut-out layer only the inside does; cells in which no pixel counts take the
//! colour of the cells around them. The matte of such a layer is averaged in the same way.
//!
//! Cells have an even number of pixels, so that they hold whole pixels of chroma. Large ones have a multiple of eight, and
//! hold whole pixels of a picture of a quarter of the width and height, which is then enough.

mod sums;

use crate::cells::{Cells, Holes};
use crate::{AreaPass, Canvas, EffectDef, Hiding, Layer, Pass};
use backlot_media::{Plane, PlaneMut};
use backlot_schema::Number;
use sums::{Scope, Seen, Sums};

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

/// From so many pixels across, cells have a multiple of eight.
const LARGE: usize = 16;

#[derive(Debug)]
struct Mosaic {
    /// Pixels of luma across a cell.
    cell: usize,
    cells: Cells,
    /// The matte's means.
    mattes: Vec<f32>,
    holes: Holes,
    whole: Sums,
    /// Of a picture of a quarter of the width and height, and which of its pixels hold nothing of the person.
    quarter: Option<(Sums, Scope)>,
}

impl AreaPass for Mosaic {
    fn apply(&mut self, layer: &mut Layer<'_>) {
        let seen = Seen::of(layer);
        self.whole.gather(&seen, &mut self.cells, &mut self.mattes);
        self.finish(layer);
    }

    fn takes_quarter(&self) -> bool {
        self.quarter.is_some()
    }

    fn apply_to_quarter(&mut self, picture: [Plane<'_>; 3], layer: &mut Layer<'_>) {
        let Some((sums, scope)) = &mut self.quarter else { return };
        let scope = layer.person.as_ref().map(|person| scope.without(person.as_ref()));
        sums.gather(&Seen::reduced(picture, scope), &mut self.cells, &mut self.mattes);
        self.finish(layer);
    }
}

impl Mosaic {
    fn new(canvas: &Canvas, size: f64) -> Self {
        // Never finer than the setting.
        let even = 2 * ((canvas.scaled(size) / 2.0 - 1e-6).ceil() as usize).max(1);
        let is_large = even >= LARGE;
        let cell = if is_large { even.next_multiple_of(8) } else { even };
        let (width, height) = canvas.luma();
        let size = (width.div_ceil(cell), height.div_ceil(cell));
        let quarter = is_large.then(|| {
            let size = canvas.size.divided(4);
            (Sums::new(canvas.level, size, cell / 4), Scope::new(canvas.level, canvas.size))
        });
        Self {
            cell,
            cells: Cells::new(size),
            mattes: vec![0.0; size.0 * size.1],
            holes: Holes::new(canvas.level, size),
            whole: Sums::new(canvas.level, canvas.size, cell),
            quarter,
        }
    }

    /// Draws what was gathered of a layer.
    fn finish(&mut self, layer: &mut Layer<'_>) {
        if layer.matte.is_some() || layer.person.is_some() {
            self.holes.fill(&mut self.cells);
        }
        self.paint(layer);
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
            let even = 2 * (200.0 * f64::from(size.1) / 1440.0).ceil().max(1.0) as usize;
            let cell = if even < 16 { even } else { even.next_multiple_of(8) };
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
        let found = picture.after("mosaic:96");
        let even = Picture::new((160, 120), ColorSpace::BT709, |_, _| [0.2, 0.6, 0.4]);
        assert_eq!(found.yuv, even.yuv);
        let matte = found.matte.unwrap();
        assert_eq!([0, 15, 16, 31, 32].map(|x| matte.at(x, 60)), [0, 0, 32, 32, 255]);
    }

    /// The greatest difference between cells of a picture and of its quarter, with a person to leave
    /// out, or none.
    fn worst_of_quarter(picture: &Picture, person: Option<usize>) -> u8 {
        let mut picture = picture.clone();
        if let Some(edge) = person {
            picture = picture.with_person(|x, y| if x > edge && y > edge { 255 } else { 0 });
        }
        let mut found = picture.clone();
        found.apply_to_quarter(&mut picture.chain(&["mosaic:60"]));
        let expected = picture.after("mosaic:60");
        let planes = found.yuv.iter().zip(&expected.yuv);
        let differences =
            planes.flat_map(|(a, b)| a.values().zip(b.values()).map(|(a, b)| a.abs_diff(b)));
        differences.max().unwrap()
    }

    #[test]
    fn a_quarter_of_the_picture_gives_the_same_cells() {
        let rough = Picture::new((640, 360), ColorSpace::BT709, |x, y| noise(x / 8, y / 8));
        assert!(worst_of_quarter(&rough, None) <= 1);
        assert!(worst_of_quarter(&rough, Some(103)) <= 1);
        // Pixels at the edges stand for fewer than the others.
        let smooth = |x: usize, y: usize| [x as f64 / 400.0, y as f64 / 300.0, 0.3];
        for person in [None, Some(95)] {
            let worst =
                worst_of_quarter(&Picture::new((322, 243), ColorSpace::BT709, smooth), person);
            assert!(worst <= 4, "{person:?}: off by {worst}");
        }
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
