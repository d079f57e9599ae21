//! Places every value in one arena, whose parts are reused once nothing needs a value.
//!
//! A value that a depthwise convolution reads is stored with a frame of zeros around it, so that
//! the kernel needs no edge cases.

use crate::execute::kernels::lanes::LANES;
use crate::graph::{Graph, Op, Reach, Shape, ValueId, Weights};

/// Values begin at multiples of this many floats (64 bytes).
const ALIGN: usize = 16;

/// A value's place in the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) shape: Shape,
    /// First float, including the zeros around the picture.
    start: usize,
    halo: Halo,
    /// Floats from one pixel to the next.
    step: usize,
}

/// Zeros around a picture, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Halo {
    top: usize,
    left: usize,
    bottom: usize,
    right: usize,
}

impl Halo {
    /// Wide enough besides for windows over a picture of a shape, with results of another.
    fn holding(self, shape: Shape, weights: &Weights, reach: &Reach, out: Shape) -> Self {
        let after = |out: usize, stride: usize, kernel: usize, before: usize, length: usize| {
            ((out - 1) * stride + kernel).saturating_sub(before + length)
        };
        let (high, wide) = reach.extent(weights.height, weights.width);
        let bottom = after(out.height, reach.stride_y, high, reach.top, shape.height);
        let right = after(out.width, reach.stride_x, wide, reach.left, shape.width);
        Self {
            top: self.top.max(reach.top),
            left: self.left.max(reach.left),
            bottom: self.bottom.max(bottom),
            right: self.right.max(right),
        }
    }
}

impl Placed {
    /// Floats from one pixel to the next.
    pub(crate) const fn step(&self) -> usize {
        self.step
    }

    /// Floats from one row to the next.
    pub(crate) const fn row_stride(&self) -> usize {
        (self.halo.left + self.shape.width + self.halo.right) * self.step
    }

    /// The float at which pixel (0, 0) begins.
    pub(crate) const fn origin(&self) -> usize {
        self.start + self.halo.top * self.row_stride() + self.halo.left * self.step
    }

    /// The start of each pixel, row by row.
    pub(crate) fn pixels(&self) -> impl Iterator<Item = usize> + use<> {
        let (origin, row, step) = (self.origin(), self.row_stride(), self.step);
        let width = self.shape.width;
        (0..self.shape.pixels()).map(move |p| origin + p / width * row + p % width * step)
    }

    /// Floats in all.
    pub(crate) const fn floats(&self) -> usize {
        (self.halo.top + self.shape.height + self.halo.bottom) * self.row_stride()
    }

    /// One past the last float.
    pub(crate) const fn end(&self) -> usize {
        self.start + self.floats()
    }

    /// Sets the zeros around the picture.
    pub(crate) fn clear_halo(&self, arena: &mut [f32]) {
        let (stride, halo) = (self.row_stride(), self.halo);
        if halo == Halo::default() {
            return;
        }
        let all = &mut arena[self.start..][..self.floats()];
        let (left, right) = (halo.left * self.step, halo.right * self.step);
        all[..halo.top * stride].fill(0.0);
        let below = all.len() - halo.bottom * stride;
        all[below..].fill(0.0);
        for row in all[halo.top * stride..below].chunks_exact_mut(stride) {
            row[..left].fill(0.0);
            row[stride - right..].fill(0.0);
        }
    }
}

/// A picture of its own memory: `channels` of what a depthwise convolution reads.
pub(crate) fn place_alone(shape: Shape, weights: &Weights, reach: &Reach, out: Shape) -> Placed {
    let halo = Halo::default().holding(shape, weights, reach, out);
    Placed { shape, start: 0, halo, step: shape.channels }
}

/// Places all values; returns their places, and the arena's size in floats.
pub(crate) fn place(graph: &Graph) -> (Vec<Placed>, usize) {
    let mut placed: Vec<Placed> = (0..graph.shapes.len()).map(|v| unplaced(graph, v)).collect();
    let mut taken: Vec<(usize, usize, usize)> = Vec::new();
    let mut size = 0;
    let inputs = std::iter::once((0, 0));
    let born = inputs.chain(graph.nodes.iter().enumerate().map(|(i, n)| (n.output, i + 1)));
    for (value, time) in born {
        taken.retain(|(_, _, dies)| *dies >= time);
        taken.sort_unstable();
        let needed = placed[value].floats().next_multiple_of(ALIGN);
        let mut start = 0;
        for (from, to, _) in &taken {
            if start + needed <= *from {
                break;
            }
            start = start.max(*to);
        }
        placed[value].start = start;
        taken.push((start, start + needed, dies(graph, value)));
        size = size.max(start + needed);
    }
    (placed, size)
}

/// The time of the last node that reads a value (node `i` runs at time `i + 1`).
fn dies(graph: &Graph, value: ValueId) -> usize {
    if graph.outputs.contains(&value) {
        return usize::MAX;
    }
    graph.consumers(value).last().map_or(0, |i| i + 1)
}

fn unplaced(graph: &Graph, value: ValueId) -> Placed {
    let shape = graph.shapes[value];
    let halo = graph.consumers(value).into_iter().fold(Halo::default(), |halo, index| {
        let node = &graph.nodes[index];
        // Plain loops handle channels that aren't multiples of eight, and so the network's input
        // and output.
        if !shape.channels.is_multiple_of(LANES) {
            return halo;
        }
        let (weights, reach) = match &node.op {
            Op::Depthwise { weights, reach, .. } => (weights, reach),
            Op::Conv { weights, reach, .. } if weights.height * weights.width > 1 => {
                (weights, reach)
            }
            _ => return halo,
        };
        halo.holding(shape, weights, reach, graph.shapes[node.output])
    });
    Placed { shape, start: 0, halo, step: step(graph, value) }
}

/// Floats from one pixel of a value to the next.
///
/// If pixels begin an even number of cache lines apart, the windows of a depthwise convolution fall
/// into a few sets of the cache and evict each other; an odd number spreads them.
fn step(graph: &Graph, value: ValueId) -> usize {
    const LINE: usize = 16;
    let channels = graph.shapes[value].channels;
    let users = graph.consumers(value);
    let only_windows = users.iter().all(|i| matches!(graph.nodes[*i].op, Op::Depthwise { .. }));
    let made_by_conv = graph
        .producer(value)
        .is_some_and(|i| matches!(graph.nodes[i].op, Op::Conv { residual: false, .. }));
    let clashes = channels >= 4 * LINE && channels.is_multiple_of(2 * LINE);
    let spread = clashes && only_windows && !users.is_empty() && made_by_conv;
    if spread { channels + LINE } else { channels }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_halo_is_cleared_and_the_picture_is_not() {
        let shape = Shape { height: 2, width: 2, channels: 1 };
        let halo = Halo { top: 1, left: 1, bottom: 0, right: 2 };
        let placed = Placed { shape, start: 1, halo, step: 1 };
        let mut arena = vec![7.0; placed.end() + 1];
        placed.clear_halo(&mut arena);
        let expected = [7., 0., 0., 0., 0., 0., 0., 7., 7., 0., 0., 0., 7., 7., 0., 0., 7.];
        assert_eq!(arena, expected);
        assert_eq!(placed.pixels().collect::<Vec<_>>(), [7, 8, 12, 13]);
    }
}
