//! Changes of each pixel by itself, any number of which are one pass.
//!
//! Luma becomes `curve(luma)`. Chroma becomes `128 + keep (own - 128) + shift(m)`, where `m` is the
//! rounded mean of the luma of its pixels, as it was before this change. Both are tables, rounded to
//! whole code values and kept to `0..=255`, so changes that are joined give exactly what they give one
//! after the other: tables of luma become one table, tables of chroma too, and a change that depends
//! on luma alone replaces all before it.

use crate::{Canvas, Layer};
use backlot_kernels::{WideTable, look_up, look_up_into, luma_of_chroma, mix_chroma};
use std::ops::Range;

type Table = [u8; 256];

/// A change of each pixel by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointOp {
    /// `None` where luma stays.
    luma: Option<Box<Table>>,
    /// In order.
    chroma: Vec<Step>,
}

/// One change of chroma.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// Each value by itself, U and V.
    Own(Box<[Table; 2]>),
    /// By luma alone.
    Luma { before: Option<Box<Table>>, tables: Box<[Table; 2]> },
    /// The sum of what each value has by itself and by luma, in 1/64.
    Mixed { before: Option<Box<Table>>, own: Box<[WideTable; 2]>, luma: Box<[WideTable; 2]> },
}

impl PointOp {
    /// From what luma becomes, how much of chroma's distance from grey is kept, and what is added to U
    /// and V by luma (up to 256, either sign); all in code values.
    pub fn new(luma: impl Fn(f64) -> f64, keep: f64, shift: impl Fn(f64) -> [f64; 2]) -> Self {
        let luma = table(|value| luma(value as f64));
        let chroma = Step::new(keep, &|value| shift(value as f64));
        Self { luma: useful(luma), chroma: chroma.into_iter().collect() }
    }

    /// Whether it changes nothing.
    pub fn is_nothing(&self) -> bool {
        self.luma.is_none() && self.chroma.is_empty()
    }

    /// This change and then another, as one.
    #[must_use]
    pub fn then(mut self, next: &Self) -> Self {
        for step in &next.chroma {
            self.push(step.clone().after(self.luma.as_deref()));
        }
        self.luma = join(self.luma, next.luma.as_deref());
        self
    }

    fn push(&mut self, step: Step) {
        match (self.chroma.last_mut(), step) {
            (Some(Step::Own(tables) | Step::Luma { tables, .. }), Step::Own(next)) => {
                for (table, next) in tables.iter_mut().zip(&*next) {
                    table.iter_mut().for_each(|value| *value = next[usize::from(*value)]);
                }
            }
            (Some(last @ Step::Own(_)), Step::Mixed { before, own, luma }) => {
                let Step::Own(tables) = &*last else { return };
                let after =
                    |plane: usize| WideTable::new(&tables[plane].map(|value| own[plane].at(value)));
                *last = Step::Mixed { before, own: Box::new([0, 1].map(after)), luma };
            }
            (_, step @ Step::Luma { .. }) => {
                self.chroma.clear();
                self.chroma.push(step);
            }
            (_, step) => self.chroma.push(step),
        }
    }
}

impl Step {
    /// `None` if it changes nothing.
    fn new(keep: f64, shift: &dyn Fn(usize) -> [f64; 2]) -> Option<Self> {
        let planes = [0, 1];
        if keep == 0.0 {
            let of = |plane: usize| table(|luma| 128.0 + shift(luma)[plane]);
            return Some(Self::Luma { before: None, tables: Box::new(planes.map(of)) });
        }
        let first = shift(0);
        if (1..256).all(|luma| shift(luma) == first) {
            let of = |plane: usize| table(|own| 128.0 + keep * (own as f64 - 128.0) + first[plane]);
            let tables = planes.map(of);
            return tables.iter().any(|t| !is_same(t)).then(|| Self::Own(Box::new(tables)));
        }
        let own = planes.map(|_| parts(|own| keep * (own as f64 - 128.0)));
        // One half more, as the sum is rounded down.
        let luma = planes.map(|plane| parts(|luma| 128.5 + shift(luma)[plane]));
        Some(Self::Mixed { before: None, own: Box::new(own), luma: Box::new(luma) })
    }

    /// The same for luma that `first` has changed.
    fn after(mut self, first: Option<&Table>) -> Self {
        if let (Self::Luma { before, .. } | Self::Mixed { before, .. }, Some(first)) =
            (&mut self, first)
        {
            *before = join(Some(Box::new(*first)), before.as_deref());
        }
        self
    }
}

/// Up to 512 code values either way, beyond which a sum with chroma is at the end of the range anyhow.
fn parts(value: impl Fn(usize) -> f64) -> WideTable {
    WideTable::new(&std::array::from_fn(|at| (value(at) * 64.0).round() as i16))
}

fn table(value: impl Fn(usize) -> f64) -> Table {
    std::array::from_fn(|at| value(at).round().clamp(0.0, 255.0) as u8)
}

fn is_same(table: &Table) -> bool {
    (0..=255).zip(table).all(|(at, value): (u8, _)| at == *value)
}

fn useful(table: Table) -> Option<Box<Table>> {
    (!is_same(&table)).then(|| Box::new(table))
}

/// One table after the other.
fn join(first: Option<Box<Table>>, second: Option<&Table>) -> Option<Box<Table>> {
    match (first, second) {
        (first, None) => first,
        (None, Some(second)) => Some(Box::new(*second)),
        (Some(first), Some(second)) => useful(first.map(|value| second[usize::from(value)])),
    }
}

/// A point-wise change at work.
pub(crate) struct PointPass {
    op: PointOp,
    canvas: Canvas,
    /// Two rows of luma as a step saw it.
    luma: [Vec<u8>; 2],
    means: Vec<u8>,
}

impl PointPass {
    pub fn new(op: PointOp, canvas: &Canvas) -> Self {
        let (width, half) = (canvas.luma().0, canvas.chroma().0);
        Self { op, canvas: *canvas, luma: [0; 2].map(|_| vec![0; width]), means: vec![0; half] }
    }

    /// Changes one row of chroma, whose luma is still as it was.
    fn color(&mut self, layer: &mut Layer<'_>, row: usize, seen: &Range<usize>) {
        let (level, rows) = (self.canvas.level, self.canvas.rows_of(row));
        let half = seen.start / 2..seen.end.div_ceil(2);
        let [luma, chroma @ ..] = &mut layer.picture;
        let luma = rows.map(|y| &luma.row(y)[seen.clone()]);
        for step in &self.op.chroma {
            if let Step::Luma { before, .. } | Step::Mixed { before, .. } = step {
                means(
                    &self.canvas,
                    luma,
                    before.as_deref(),
                    &mut self.luma,
                    &mut self.means[half.clone()],
                );
            }
            let means = &self.means[half.clone()];
            for (index, plane) in chroma.iter_mut().enumerate() {
                let own = &mut plane.row_mut(row)[half.clone()];
                match step {
                    Step::Own(tables) => look_up(level, own, &tables[index]),
                    Step::Luma { tables, .. } => look_up_into(level, means, &tables[index], own),
                    Step::Mixed { own: by_itself, luma, .. } => {
                        mix_chroma(level, own, means, &by_itself[index], &luma[index]);
                    }
                }
            }
        }
    }
}

/// The mean luma of each pixel of chroma, after a table.
fn means(
    canvas: &Canvas,
    luma: [&[u8]; 2],
    before: Option<&Table>,
    scratch: &mut [Vec<u8>; 2],
    means: &mut [u8],
) {
    let Some(table) = before else { return luma_of_chroma(canvas.level, luma, means) };
    let [upper, lower] = scratch.each_mut().map(|row| &mut row[..luma[0].len()]);
    look_up_into(canvas.level, luma[0], table, upper);
    look_up_into(canvas.level, luma[1], table, lower);
    luma_of_chroma(canvas.level, [upper, lower], means);
}

impl PointPass {
    /// Changes one layer, which has the canvas' form.
    pub fn apply(&mut self, layer: &mut Layer<'_>) {
        for row in 0..self.canvas.chroma().1 {
            let seen = layer.seen(self.canvas.level, row);
            if seen.is_empty() {
                continue;
            }
            self.color(layer, row, &seen);
            let Some(table) = &self.op.luma else { continue };
            let [upper, lower] = self.canvas.rows_of(row);
            for y in upper..=lower {
                look_up(self.canvas.level, &mut layer.picture[0].row_mut(y)[seen.clone()], table);
            }
        }
    }
}
