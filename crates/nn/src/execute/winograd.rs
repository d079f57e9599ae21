//! Convolutions with windows of 3x3 and many channels, by Winograd's algorithm.

use crate::execute::aligned::LINE;
use crate::execute::crew::{Crew, Shared};
use crate::execute::kernels::View;
use crate::execute::kernels::conv::{self, Packed};
use crate::execute::kernels::lanes::LANES;
use crate::execute::kernels::winograd::{self, Into, Numbers, OutOf, POINTS, TILE};
use crate::graph::{Activation, Reach, Shape, Weights};
use backlot_kernels::Level;
use std::sync::Arc;

/// The fewest channels, and the fewest pixels, for which the transforms are worth it; tests have few.
const FEWEST: [usize; 2] = if cfg!(test) { [8, 16] } else { [32, 256] };

/// One convolution.
#[derive(Debug)]
pub(crate) struct Winograd {
    /// The weights for each of a tile's numbers.
    packed: Vec<Packed>,
    bias: Arc<Vec<f32>>,
    reach: Reach,
    activation: Activation,
    /// Tiles, channels before and after.
    tiles: usize,
    channels: [usize; 2],
}

impl Winograd {
    /// `None` if the windows or the shapes are none for it.
    pub(crate) fn new(
        level: Level,
        weights: &Weights,
        reach: Reach,
        activation: Activation,
        [from, to]: [Shape; 2],
    ) -> Option<Self> {
        let channels = [from.channels, to.channels];
        let Reach { top, left, .. } = reach;
        let is_dense = reach == Reach { top, left, ..Reach::UNIT };
        let is_whole = to.height.is_multiple_of(TILE) && to.width.is_multiple_of(TILE);
        let fills = channels.iter().all(|c| c.is_multiple_of(LANES) && *c >= FEWEST[0]);
        let is_window = (weights.height, weights.width) == (3, 3);
        if !(is_dense && is_whole && is_window && fills && to.pixels() >= FEWEST[1]) {
            return None;
        }
        let windows = weights.values.chunks_exact(9 * from.channels).flat_map(|window| {
            let tap = |c: usize| std::array::from_fn(|tap| window[tap * from.channels + c]);
            (0..from.channels).map(move |c| winograd::weights(tap(c)))
        });
        let windows: Vec<_> = windows.collect();
        let pack = |number: usize| {
            let values = Arc::new(windows.iter().map(|window| window[number]).collect());
            let bias = Arc::new(vec![0.0; to.channels]);
            Packed::new(level, &Weights { values, bias, height: 1, width: 1 }, from.channels)
        };
        let packed = (0..POINTS * POINTS).map(pack).collect::<Option<_>>()?;
        let (bias, tiles) = (weights.bias.clone(), to.pixels() / (TILE * TILE));
        Some(Self { packed, bias, reach, activation, tiles, channels })
    }

    /// Floats from one of a tile's numbers to the next, before and after: lines apart, so that they don't fall into the
    /// same sets of the cache.
    fn steps(&self) -> [usize; 2] {
        self.channels.map(|channels| (self.tiles * channels).next_multiple_of(LINE) + LINE)
    }

    /// The scratch memory that it needs.
    pub(crate) fn floats(&self) -> usize {
        POINTS * POINTS * self.steps().iter().sum::<usize>()
    }

    /// Convolves.
    ///
    /// # Safety
    /// Around the input there must be zeros as wide as windows reach.
    ///
    /// # Panics
    /// If the shapes are others than those it was made for.
    pub(crate) unsafe fn run(
        &self,
        level: Level,
        [x, out]: [View; 2],
        scratch: &mut [f32],
        crew: &Crew,
    ) {
        let (high, wide) = (out.height / TILE, out.width / TILE);
        assert_eq!(
            (high * wide, [x.channels, out.channels]),
            (self.tiles, self.channels),
            "shapes"
        );
        assert!(scratch.len() >= self.floats(), "scratch");
        let steps = self.steps();
        let at = scratch.as_mut_ptr();
        let numbers = [
            Numbers { at, step: steps[0] },
            Numbers { at: at.wrapping_add(POINTS * POINTS * steps[0]), step: steps[1] },
        ];
        let parts = crew.parts();
        let part_of = |part: usize, all: usize| part * all / parts..(part + 1) * all / parts;
        let job = Shared(Into { x, reach: self.reach, wide, numbers: numbers[0] });
        // SAFETY: the caller's promise; the scratch memory has room, as checked above.
        crew.run(&|part| unsafe { winograd::split(level, &job.get(), part_of(part, high)) });
        let job = Shared(numbers);
        crew.run(&|part| {
            for number in part_of(part, POINTS * POINTS) {
                self.convolve(level, job.get(), number);
            }
        });
        let (bias, activation) = (&self.bias[..], self.activation);
        let job = Shared(OutOf { numbers: numbers[1], wide, bias, activation, out });
        // SAFETY: the numbers of all tiles have been made.
        crew.run(&|part| unsafe { winograd::join(level, &job.get(), part_of(part, high)) });
    }

    /// One of the numbers of all tiles, as a picture of one row.
    fn convolve(&self, level: Level, numbers: [Numbers; 2], number: usize) {
        let [x, out] = [0, 1].map(|side: usize| {
            let (channels, width) = (self.channels[side], self.tiles);
            let at = numbers[side].at.wrapping_add(number * numbers[side].step);
            View { at, row: width * channels, step: channels, height: 1, width, channels }
        });
        conv::pointwise(level, [x, out], None, Activation::None, &self.packed[number]);
    }
}
