//! A transform as a table in a file, which ffmpeg's filter `lut3d` reads.
//!
//! Source: Adobe, Cube LUT Specification 1.0.

use super::{Transfer, Transform};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Steps of each colour, between which the filter interpolates.
const STEPS: usize = 65;

/// A table in a file that is removed when this is dropped, and the curves around it.
#[derive(Debug)]
pub(crate) struct Cube {
    file: NamedTempFile,
    transfer: Transfer,
}

impl Cube {
    /// Writes a transform's table.
    ///
    /// # Errors
    /// When the file, about a megabyte, can't be written.
    pub fn new(transform: &Transform) -> io::Result<Self> {
        let mut file = tempfile::Builder::new().prefix("backlot-").suffix(".cube").tempfile()?;
        file.write_all(text(transform).as_bytes())?;
        file.flush()?;
        Ok(Self { file, transfer: transform.transfer() })
    }

    /// The filters that apply all of it to R'G'B'.
    pub fn filters(&self) -> String {
        let table = format!("lut3d=file={}:interp=tetrahedral", quoted(self.file.path()));
        let shown = curve(self.transfer.shown_as().expression());
        let steps = self.transfer.shape().map(curve).into_iter().chain([table, shown]);
        steps.collect::<Vec<_>>().join(",")
    }
}

/// The filter that applies an expression of `ld(0)`, 0 to 1, to each part of a colour.
fn curve(expression: &str) -> String {
    let each = ["r", "g", "b"]
        .map(|part| format!("{part}='st(0,val/maxval);maxval*clip({expression},0,1)'"));
    format!("lutrgb={}", each.join(":"))
}

/// A path as the value of a filter's option.
fn quoted(path: &Path) -> String {
    // Once for the value, once for the chain of filters.
    let value = path.to_string_lossy().replace('\\', "\\\\").replace(':', "\\:");
    format!("'{}'", value.replace('\'', "'\\\\\\''"))
}

/// Red changes fastest. Numbers below 0 stand for colours that screens can't show: the filter clips
/// them after interpolation, so that the neighbouring colours stay right.
fn text(transform: &Transform) -> String {
    let mut text = format!("LUT_3D_SIZE {STEPS}\n");
    let share = |step: usize| step as f64 / (STEPS - 1) as f64;
    for index in 0..STEPS.pow(3) {
        let (red, rest) = (index % STEPS, index / STEPS);
        let rgb = [red, rest % STEPS, rest / STEPS].map(share);
        let [r, g, b] = transform.light(rgb);
        // Writing to a string can't fail.
        let _ = writeln!(text, "{r:.7} {g:.7} {b:.7}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Primaries;
    use crate::color::primaries::apply;

    /// The table at a point, interpolated by tetrahedra as the filter does.
    fn looked_up(table: &[[f64; 3]], rgb: [f64; 3]) -> [f64; 3] {
        let scaled = rgb.map(|v| v * (STEPS - 1) as f64);
        let low = scaled.map(|v| (v as usize).min(STEPS - 2));
        let part: [f64; 3] = std::array::from_fn(|i| scaled[i] - low[i] as f64);
        let mut order = [0, 1, 2];
        order.sort_by(|&a, &b| part[b].total_cmp(&part[a]));
        let at = |p: [usize; 3]| table[p[0] + STEPS * (p[1] + STEPS * p[2])];
        let (mut corner, mut found, mut before) = (low, [0.0; 3], 1.0);
        for &axis in &order {
            let value = at(corner);
            (0..3).for_each(|i| found[i] += value[i] * (before - part[axis]));
            before = part[axis];
            corner[axis] += 1;
        }
        let value = at(corner);
        std::array::from_fn(|i| found[i] + value[i] * before)
    }

    #[test]
    fn colours_that_screens_can_show_come_out_of_the_table() {
        let wide = |name| Primaries::named(name).unwrap();
        for (primaries, transfer) in [
            ("smpte432", Transfer::Screen),
            ("smpte432", Transfer::Srgb),
            ("bt2020", Transfer::Screen),
        ] {
            let transform = Transform::new(wide(primaries), transfer).unwrap();
            let text = text(&transform);
            let number = |word: &str| word.parse::<f64>().unwrap();
            let table: Vec<[f64; 3]> = text
                .lines()
                .skip(1)
                .map(|line| {
                    let row: Vec<f64> = line.split(' ').map(number).collect();
                    [row[0], row[1], row[2]]
                })
                .collect();
            assert_eq!(table.len(), STEPS.pow(3));
            let back = Primaries::BT709.matrix_to(wide(primaries));
            let most = 3.0;
            let mut random = Random(1);
            for _ in 0..20_000 {
                let rgb = [random.next(), random.next(), random.next()];
                let light = transfer.shown_as().light(rgb);
                let coded = transfer.coded(apply(back, light));
                let found = looked_up(&table, coded.map(|v| transfer.shaped(v)));
                let shown = found.map(|v| transfer.shown_as().number(v));
                let exact = transform.light(coded.map(|v| transfer.shaped(v)));
                let exact = exact.map(|v| transfer.shown_as().number(v));
                for (found, exact) in shown.into_iter().zip(exact) {
                    let error = (found - exact).abs() * 255.0;
                    assert!(error <= most, "{primaries} {transfer:?} {rgb:?}: {exact} {found}");
                }
            }
        }
    }

    struct Random(u64);

    impl Random {
        /// From 0.02 to 1.
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            0.02 + 0.98 * (self.0 >> 40) as f64 / (1_u64 << 24) as f64
        }
    }
}
