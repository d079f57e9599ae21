//! A 1x1 convolution to many channels, a depthwise one of its result, and perhaps a 1x1 one to few: what lies between is
//! never stored whole.
//!
//! It is made in bands of a few rows, and in each band a strip of channels at a time: a band of the input and a strip of
//! what lies between stay in the cache of one core. The rows that the next band needs again are kept for each strip. What the last convolution
//! makes of each strip is added up in the output.

use crate::execute::aligned::LINE;
use crate::execute::crew::{Crew, Shared};
use crate::execute::kernels::conv::{self, Packed};
use crate::execute::kernels::lanes::LANES;
use crate::execute::kernels::{View, depthwise};
use crate::execute::plan::{self, Placed};
use crate::graph::{Activation, Reach, Shape, Weights};
use backlot_kernels::Level;
use std::ops::Range;
use std::sync::Arc;

/// The most groups of channels in a strip.
const STRIP: usize = 6;

/// The most floats of the input in a band, and of a strip between: 512 and 256 KiB; tests have several bands.
const BAND: [usize; 2] = if cfg!(test) { [1 << 9, 1 << 11] } else { [1 << 17, 1 << 16] };

/// The convolutions, strip by strip.
#[derive(Debug)]
pub(crate) struct Expand {
    strips: Vec<Strip>,
    between: Activation,
    /// Of the depthwise convolution; rows of what lies between are counted from the first that a band needs.
    reach: Reach,
    activation: Activation,
    /// Rows of zeros above.
    top: usize,
    /// Output rows of a band.
    band: usize,
    /// Rows of what lies between that one window meets.
    high: usize,
    /// Where a band of the depthwise convolution's result lies, if it isn't the output.
    made: usize,
    /// The scratch memory that a thread needs.
    floats: usize,
}

/// The weights of all convolutions.
#[derive(Clone, Copy)]
pub(crate) struct All<'a> {
    pub(crate) conv: &'a Weights,
    pub(crate) weights: &'a Weights,
    pub(crate) project: Option<&'a Weights>,
}

/// The input and output, and what is added to the output.
#[derive(Clone, Copy)]
pub(crate) struct Views {
    pub(crate) x: View,
    pub(crate) out: View,
    pub(crate) residual: Option<View>,
}

/// A few channels of what isn't stored whole.
#[derive(Debug)]
struct Strip {
    conv: Packed,
    weights: Weights,
    /// Has the biases in the first strip alone.
    project: Option<Packed>,
    /// The first of its channels.
    first: usize,
    /// Where a band of the convolution's result lies in the scratch memory.
    place: Placed,
    /// Where the rows lie that the next band needs again.
    kept: usize,
}

impl Expand {
    /// Packs the weights of all, from and to values of these shapes.
    pub(crate) fn new(
        level: Level,
        all: All<'_>,
        reach: Reach,
        [between, activation]: [Activation; 2],
        [from, to]: [Shape; 2],
    ) -> Self {
        let (high, wide) = reach.extent(all.weights.height, all.weights.width);
        let groups = all.weights.bias.len() / LANES;
        let count = groups.div_ceil(STRIP);
        let widest = groups.div_ceil(count) * LANES;
        let width = reach.left + from.width + wide;
        let rows = (BAND[0] / (from.width * from.channels)).min(BAND[1] / (width * widest));
        let band = (rows.saturating_sub(high) / reach.stride_y + 1).min(to.height);
        let (top, reach) = (reach.top, Reach { top: 0, ..reach });
        let height = (band - 1) * reach.stride_y + high;
        let bands = [Shape { height, ..from }, Shape { height: band, ..to }];
        let mut strips = Vec::new();
        for index in 0..count {
            let channels = index * groups / count * LANES..(index + 1) * groups / count * LANES;
            strips.extend(Strip::new(level, all, reach, bands, channels));
        }
        let mut kept = strips.iter().map(|strip| strip.place.floats()).max().unwrap_or(0);
        for strip in &mut strips {
            strip.kept = kept;
            kept += high.saturating_sub(reach.stride_y) * strip.place.row_stride();
        }
        let made = kept.next_multiple_of(LINE);
        let floats = made + all.project.map_or(0, |_| band * to.width * widest);
        let floats = floats.next_multiple_of(LINE);
        Self { strips, between, reach, activation, top, band, high, made, floats }
    }

    /// The scratch memory that a thread needs.
    pub(crate) const fn floats(&self) -> usize {
        self.floats
    }

    /// Each thread makes strips of its own, or rows where there are too few, in memory of its own.
    pub(crate) fn run(&self, level: Level, views: Views, scratch: &mut [f32], crew: &Crew) {
        let parts = crew.parts();
        let each = scratch.len() / parts / LINE * LINE;
        let scratch = Shared((scratch.as_mut_ptr(), views));
        let height = views.out.height;
        // Sums over strips are added up in one order, whatever the number of threads.
        let is_apart = self.strips.iter().all(|strip| strip.project.is_none());
        crew.run(&|part| {
            let (start, views) = scratch.get();
            // SAFETY: the parts lie side by side in the memory that the caller has lent.
            let own = unsafe { std::slice::from_raw_parts_mut(start.add(part * each), each) };
            if is_apart && self.strips.len().is_multiple_of(parts) {
                self.rows(level, views, own, 0..height, (part, parts));
            } else {
                let rows = part * height / parts..(part + 1) * height / parts;
                self.rows(level, views, own, rows, (0, 1));
            }
        });
    }

    /// Makes rows of every so-manieth strip.
    fn rows(
        &self,
        level: Level,
        views: Views,
        scratch: &mut [f32],
        rows: Range<usize>,
        (skip, step): (usize, usize),
    ) {
        let mut cleared = None;
        for start in rows.clone().step_by(self.band) {
            let band = start..rows.end.min(start + self.band);
            for strip in self.strips.iter().skip(skip).step_by(step) {
                // The zeros beside a strip stay, unless the last one was narrower.
                if cleared != Some(&strip.place) {
                    strip.place.clear_halo(scratch);
                    cleared = Some(&strip.place);
                }
                let is_first = start == rows.start;
                self.make(level, views, strip, scratch, band.clone(), is_first);
            }
        }
    }

    /// Makes a band of a strip. The band before, if there is one, has left what both need.
    fn make(
        &self,
        level: Level,
        Views { x, out, residual }: Views,
        strip: &Strip,
        scratch: &mut [f32],
        band: Range<usize>,
        is_first: bool,
    ) {
        let stride = strip.place.row_stride();
        let count = (band.len() - 1) * self.reach.stride_y + self.high;
        let again = self.high.saturating_sub(self.reach.stride_y);
        let ready = if is_first { 0 } else { again };
        scratch.copy_within(strip.kept..strip.kept + ready * stride, 0);
        // Rows above and below the picture are zeros.
        let above = band.start * self.reach.stride_y;
        let inside = |row: usize| (above + row).checked_sub(self.top).filter(|y| *y < x.height);
        for row in ready..count {
            if inside(row).is_none() {
                scratch[row * stride..][..stride].fill(0.0);
            }
        }
        let memory: *mut [f32] = scratch;
        let between = View::new(memory, &strip.place);
        let first = (ready..count).find(|row| inside(*row).is_some());
        if let Some((first, y)) = first.and_then(|row| Some((row, inside(row)?))) {
            let height = (count - first).min(x.height - y);
            let from = View { at: x.at.wrapping_add(y * x.row), height, ..x };
            let to = View { at: between.at.wrapping_add(first * stride), height, ..between };
            conv::pointwise(level, [from, to], None, self.between, &strip.conv);
        }
        let channels = between.channels;
        let height = band.len();
        let of_band = |view: View| {
            let at = view.at.wrapping_add(band.start * view.row);
            View { at, height, ..view }
        };
        let out = of_band(out);
        let own = if strip.project.is_some() {
            let row = out.width * channels;
            assert!(self.made + height * row <= memory.len(), "scratch");
            let at = memory.cast::<f32>().wrapping_add(self.made);
            View { at, row, step: channels, height, channels, ..out }
        } else {
            View { at: out.at.wrapping_add(strip.first), channels, ..out }
        };
        let (reach, activation, add_input) = (self.reach, self.activation, false);
        let rows = (0, own.height);
        let job = depthwise::Job { x: between, out: own, reach, activation, add_input, rows };
        // SAFETY: the zeros beside the strip are cleared, the rows that windows meet are those made above, and the
        // strip's channels lie inside the output.
        unsafe { depthwise::run(level, &job, &strip.weights) };
        if let Some(project) = &strip.project {
            let before = if strip.first == 0 { residual.map(of_band) } else { Some(out) };
            conv::pointwise(level, [own, out], before, Activation::None, project);
        }
        let kept = count.saturating_sub(again);
        scratch.copy_within(kept * stride..count * stride, strip.kept);
    }
}

impl Strip {
    fn new(
        level: Level,
        All { conv, weights, project }: All<'_>,
        reach: Reach,
        [from, to]: [Shape; 2],
        range: Range<usize>,
    ) -> Option<Self> {
        let channels = range.len();
        let of = |values: &[f32]| Arc::new(values[range.clone()].to_vec());
        let rows = range.start * from.channels..range.end * from.channels;
        let pointwise =
            Weights { values: Arc::new(conv.values[rows].to_vec()), bias: of(&conv.bias), ..*conv };
        let between = weights.bias.len();
        let taps = weights.values.chunks_exact(between);
        let taps = taps.flat_map(|tap| tap[range.clone()].iter().copied());
        let weights =
            Weights { values: Arc::new(taps.collect()), bias: of(&weights.bias), ..*weights };
        let shapes = [Shape { channels, ..from }, Shape { channels, ..to }];
        let place = plan::place_alone(shapes[0], &weights, &reach, shapes[1]);
        let conv = Packed::new(level, &pointwise, from.channels)?;
        let project = project.map(|project| {
            let rows = project.values.chunks_exact(between);
            let values =
                Arc::new(rows.flat_map(|row| row[range.clone()].iter().copied()).collect());
            let is_first = range.start == 0;
            let none = || Arc::new(vec![0.0; project.bias.len()]);
            let bias = if is_first { project.bias.clone() } else { none() };
            Packed::new(level, &Weights { values, bias, ..*project }, channels)
        });
        let project = match project {
            Some(packed) => Some(packed?),
            None => None,
        };
        Some(Self { conv, weights, project, first: range.start, place, kept: 0 })
    }
}
