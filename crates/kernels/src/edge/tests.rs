//! The operations at an edge against plain loops in double precision, on every level.

use super::*;
use crate::Level;
use backlot_media::{Plane, PlaneMut};

const GUARD: u8 = 0xa5;
const GAP: usize = 5;

struct Image {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

impl Image {
    fn new(width: usize, height: usize, value: impl Fn(usize, usize) -> u8) -> Self {
        let mut data = vec![GUARD; (width + GAP) * height];
        for y in 0..height {
            for x in 0..width {
                data[y * (width + GAP) + x] = value(x, y);
            }
        }
        Self { width, height, data }
    }

    fn noise(width: usize, height: usize, seed: usize) -> Self {
        Self::new(width, height, |x, y| (hash(x, y, seed) >> 24) as u8)
    }

    /// Nothing left of a slanted edge, everything right of it, anything on it.
    fn matte(width: usize, height: usize) -> Self {
        Self::new(width, height, |x, y| {
            let inside = 2 * x as i32 - width as i32 + y as i32 / 3;
            (inside * 20 + (hash(x, y, 9) >> 26) as i32).clamp(0, 255) as u8
        })
    }

    fn plane(&self) -> Plane<'_> {
        Plane::new(&self.data, self.width, self.height, self.width + GAP)
    }

    fn plane_mut(&mut self) -> PlaneMut<'_> {
        PlaneMut::new(&mut self.data, self.width, self.height, self.width + GAP)
    }

    fn at(&self, x: usize, y: usize) -> f64 {
        f64::from(self.plane().at_clamped(x as isize, y as isize))
    }

    /// The mean of two by two pixels.
    fn quad(&self, x: usize, y: usize) -> f64 {
        (0..4).map(|k| self.at(2 * x + k % 2, 2 * y + k / 2)).sum::<f64>() / 4.0
    }

    fn guards_hold(&self) -> bool {
        self.data.chunks(self.width + GAP).all(|row| row[self.width..].iter().all(|&v| v == GUARD))
    }
}

fn hash(x: usize, y: usize, seed: usize) -> u32 {
    let mut state = (x * 7919 + y * 104_729 + seed * 15_485_863) as u32;
    for _ in 0..3 {
        state = (state ^ (state >> 15)).wrapping_mul(0x2c1b_3c6d);
    }
    state
}

fn grid(cells: Cells, seed: usize) -> Vec<f32> {
    (0..cells.0 * cells.1).map(|i| (hash(i, 0, seed) >> 16) as f32 / 257.0).collect()
}

fn sizes() -> impl Iterator<Item = (usize, usize)> {
    (1..=130).map(|width| (width, 1 + width * 7 % 37))
}

/// The spline of a grid at a pixel, in double precision.
fn spline_at(grid: &[f32], cells: Cells, side: usize, x: usize, y: usize) -> f64 {
    let axis = |at: usize, count: usize| -> Vec<(usize, f64)> {
        let s = ((at % side) as f64 + 0.5) / side as f64 - 0.5;
        let near = |i: isize| (i.clamp(0, count as isize - 1)) as usize;
        let cell = (at / side) as isize;
        vec![
            (near(cell - 1), (0.5 - s).powi(2) / 2.0),
            (near(cell), 0.75 - s * s),
            (near(cell + 1), (0.5 + s).powi(2) / 2.0),
        ]
    };
    let mut sum = 0.0;
    for (j, b) in axis(y, cells.1) {
        for (i, a) in axis(x, cells.0) {
            sum += a * b * f64::from(grid[j * cells.0 + i]);
        }
    }
    sum
}

#[test]
fn means_of_cells_are_exact_and_tell_the_edge() {
    for (width, height) in sizes() {
        let image = Image::matte(width, height);
        for cell in [Cell::Of4, Cell::Of8, Cell::Of16, Cell::Of32] {
            let cells = cell.count((width, height));
            for level in Level::available() {
                let mut means = vec![-1.0; cells.0 * cells.1];
                cell_means(level, image.plane(), cell, &mut vec![0; width], &mut means);
                let mut chosen = vec![-1.0; means.len()];
                let marks: Vec<u8> = (0..means.len()).map(|i| (i % 3) as u8).collect();
                cell_means_where(image.plane(), cell, &marks, &mut chosen);
                for (index, &mean) in means.iter().enumerate() {
                    let (i, j) = (index % cells.0, index / cells.0);
                    let side = cell.side();
                    let of_cell: Vec<f64> = (j * side..((j + 1) * side).min(height))
                        .flat_map(|y| (i * side..((i + 1) * side).min(width)).map(move |x| (x, y)))
                        .map(|(x, y)| image.at(x, y))
                        .collect();
                    let expected = of_cell.iter().sum::<f64>() / of_cell.len() as f64;
                    assert!((f64::from(mean) - expected).abs() < 1e-4, "{level} {cell:?}");
                    assert_eq!(mean == 0.0, expected == 0.0);
                    assert_eq!(
                        mean == 255.0,
                        expected == 255.0,
                        "{level} {cell:?} {width}x{height}"
                    );
                    let expected = if marks[index] == 0 { -1.0 } else { expected };
                    assert!((f64::from(chosen[index]) - expected).abs() < 1e-4);
                }
            }
        }
    }
}

#[test]
fn cells_near_the_edge_are_marked() {
    let mut means = vec![0.0; 7 * 5];
    let mut marks = vec![9; 35];
    assert!(!mark_edge(&means, (7, 5), 1, &mut marks));
    assert!(marks.iter().all(|&m| m == 0));
    means[0] = 255.0;
    means[2 * 7 + 6] = 3.0;
    assert!(mark_edge(&means, (7, 5), 1, &mut marks));
    let expected: Vec<u8> =
        (0..35).map(|i| u8::from(i % 7 >= 5 && (1..=3).contains(&(i / 7)))).collect();
    assert_eq!(marks, expected);
}

#[test]
fn moments_are_the_means_over_every_other_row() {
    for (width, height) in sizes() {
        let half = (width.div_ceil(2), height.div_ceil(2));
        let matte = Image::matte(width, height);
        let luma = Image::noise(width, height, 1);
        let chroma = [2, 3].map(|seed| Image::noise(half.0, half.1, seed));
        for cell in [Cell::Of8, Cell::Of16, Cell::Of32] {
            let cells = cell.count((width, height));
            let marks: Vec<u8> = (0..cells.0 * cells.1).map(|i| u8::from(i % 5 != 1)).collect();
            let mut results = Vec::new();
            for level in Level::available() {
                let mut out: Moments = std::array::from_fn(|_| vec![-1.0; marks.len()]);
                let picture = [luma.plane(), chroma[0].plane(), chroma[1].plane()];
                let mut rows = EdgeRows::new(width);
                moments(level, picture, matte.plane(), cell, &marks, &mut rows, &mut out);
                results.push(out);
            }
            assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "levels differ");
            let images = [&luma, &chroma[0], &chroma[1]];
            check_moments(&results[0], images, &matte, cell, &marks);
        }
    }
}

fn check_moments(found: &Moments, images: [&Image; 3], matte: &Image, cell: Cell, marks: &[u8]) {
    let (columns, half) = (cell.count((matte.width, matte.height)).0, cell.side() / 2);
    for (index, &mark) in marks.iter().enumerate() {
        let (x, y) = (index % columns * half, index / columns * half);
        let mut expected = [0.0; MOMENTS];
        let rows = (y..(y + half).min(images[1].height)).step_by(2);
        let count = (rows.len() * half) as f64;
        for (x, y) in rows.flat_map(|y| (x..x + half).map(move |x| (x, y))).filter(|_| mark != 0) {
            // Beyond the right edge the last sample applies.
            let x = x.min(images[1].width - 1);
            let a = (matte.quad(x, y) + 0.5).floor() / 255.0;
            let values =
                [(images[0].quad(x, y) + 0.5).floor(), images[1].at(x, y), images[2].at(x, y)];
            let sides = [a, 1.0 - a];
            let means = [a * a, a * (1.0 - a), (1.0 - a) * (1.0 - a)];
            (0..3).for_each(|k| expected[k] += means[k] / count);
            (0..6).for_each(|k| expected[3 + k] += sides[k / 3] * values[k % 3] / count);
        }
        for (grid, expected) in found.iter().zip(expected) {
            assert!((f64::from(grid[index]) - expected).abs() < 1e-3, "{cell:?}, cell {index}");
        }
    }
}

#[test]
fn two_colours_are_found_from_their_mixtures_and_guesses_hold_where_nothing_is_known() {
    let (f, b) = ([200.0, 90.0, 160.0], [40.0, 140.0, 120.0]);
    let mixtures = [0.1, 0.5, 0.8];
    let mean = |of: &dyn Fn(f32) -> f32| mixtures.iter().map(|&a| of(a)).sum::<f32>() / 3.0;
    for level in Level::available() {
        let mut grids: Moments = std::array::from_fn(|_| vec![0.0; 2]);
        grids[0][0] = mean(&|a| a * a);
        grids[1][0] = mean(&|a| a * (1.0 - a));
        grids[2][0] = mean(&|a| (1.0 - a) * (1.0 - a));
        for c in 0..3 {
            let mix = |a: f32| a * f[c] + (1.0 - a) * b[c];
            grids[3 + c][0] = mean(&|a| a * mix(a));
            grids[6 + c][0] = mean(&|a| (1.0 - a) * mix(a));
        }
        let mut sides = [100.0, 50.0].map(|v| std::array::from_fn(|_| vec![v; 2]));
        let [foreground, background] = &mut sides;
        solve(level, &grids, 1e-5, foreground, background);
        for c in 0..3 {
            assert!((foreground[c][0] - f[c]).abs() < 0.1, "{level}: {foreground:?}");
            assert!((background[c][0] - b[c]).abs() < 0.1, "{level}: {background:?}");
            assert!(
                (foreground[c][1] - 100.0).abs() < 0.01 && (background[c][1] - 50.0).abs() < 0.01
            );
        }
    }
}

#[test]
fn unmixing_is_the_formula_on_every_level_and_leaves_the_rest() {
    for (width, height) in sizes() {
        let matte = Image::matte(width, height);
        for (cell, halved) in [(Cell::Of8, false), (Cell::Of16, false), (Cell::Of8, true)] {
            let size =
                if halved { (width.div_ceil(2), height.div_ceil(2)) } else { (width, height) };
            let cells = cell.count(size);
            let (f, b) = (grid(cells, 3), grid(cells, 4));
            let means: Vec<f32> = (0..f.len()).map(|i| [0.0, 100.0, 255.0, 7.0][i % 4]).collect();
            let before = Image::noise(size.0, size.1, 5);
            for level in Level::available() {
                let mut after = Image::noise(size.0, size.1, 5);
                let mixture = Mixture {
                    matte: matte.plane(),
                    cell,
                    means: &means,
                    foreground: &f,
                    background: &b,
                    amount: 0.75,
                };
                unmix(level, after.plane_mut(), &mixture, &mut EdgeRows::new(width));
                assert!(after.guards_hold(), "{level}: bytes beside a row were written");
                for (x, y) in (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y))) {
                    let alpha =
                        if halved { (matte.quad(x, y) + 0.5).floor() } else { matte.at(x, y) };
                    let side = cell.side();
                    let mean = means[y / side * cells.0 + x / side];
                    let value = before.at(x, y);
                    let expected = if alpha == 0.0 || mean == 0.0 || mean == 255.0 {
                        value
                    } else {
                        let [f, b] = [&f, &b].map(|g| spline_at(g, cells, side, x, y));
                        let a = alpha / 255.0;
                        let clean = f + a * (value - a * f - (1.0 - a) * b);
                        value + 0.75 * (clean.clamp(0.0, 255.0) - value)
                    };
                    let off = (after.at(x, y) - expected).abs();
                    assert!(off < 0.51, "{level} {cell:?} {x},{y}: {off}");
                }
            }
        }
    }
}

#[test]
fn light_is_the_formula_on_every_level_and_only_where_it_is_marked() {
    for (width, height) in sizes() {
        let half = (width.div_ceil(2), height.div_ceil(2));
        for (cell, chroma_cell) in [(Cell::Of8, Cell::Of4), (Cell::Of16, Cell::Of8)] {
            let cells = cell.count((width, height));
            let luma: Vec<f32> = grid(cells, 2).iter().map(|v| v / 255.0).collect();
            let color: Vec<f32> = grid(cells, 3).iter().map(|v| v - 128.0).collect();
            let marks: Vec<u8> = (0..luma.len()).map(|i| u8::from(i % 3 != 0)).collect();
            let light = Light { cell, marks: &marks, luma: &luma, ends: [16.0, 235.0] };
            let noise = || {
                let chroma = [8, 9].map(|seed| Image::noise(half.0, half.1, seed));
                (Image::noise(width, height, 7), chroma)
            };
            let before = noise();
            for level in Level::available() {
                let (mut y, [mut cb, mut cr]) = noise();
                let mut rows = EdgeRows::new(width);
                let of_chroma = Light { cell: chroma_cell, ..light };
                let (planes, colors) = ([cb.plane_mut(), cr.plane_mut()], [&color[..], &luma]);
                wrap_chroma(level, planes, y.plane(), of_chroma, colors, &mut rows);
                wrap_luma(level, y.plane_mut(), light, &mut rows);
                assert!([&y, &cb, &cr].into_iter().all(Image::guards_hold), "{level}");
                check_light([&before.0, &y], None, light, cells);
                for (i, after) in [cb, cr].iter().enumerate() {
                    let chroma = Some((&before.0, colors[i]));
                    check_light([&before.1[i], after], chroma, of_chroma, cells);
                }
            }
        }
    }
}

fn check_light(
    [before, after]: [&Image; 2],
    chroma: Option<(&Image, &[f32])>,
    light: Light<'_>,
    cells: Cells,
) {
    let side = light.cell.side();
    for (x, y) in (0..before.height).flat_map(|y| (0..before.width).map(move |x| (x, y))) {
        let value = before.at(x, y);
        let bright = spline_at(light.luma, cells, side, x, y);
        let expected = if light.marks[y / side * cells.0 + x / side] == 0 {
            value
        } else if let Some((luma, color)) = chroma {
            let dark = ((235.0 - (luma.quad(x, y) + 0.5).floor()) / 219.0).max(0.0);
            let more = spline_at(color, cells, side, x, y) * dark - bright * (value - 128.0);
            (value + more).clamp(0.0, 255.0)
        } else {
            assert!(after.at(x, y) >= value, "light can't darken");
            value + bright * (235.0 - value).max(0.0)
        };
        assert!((after.at(x, y) - expected).abs() < 0.51, "{:?} {x},{y}", light.cell);
    }
}
