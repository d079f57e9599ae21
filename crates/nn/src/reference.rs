//! Runs the graph as the file has it, with plain loops: the oracle for testing everything faster.

use crate::graph::layout;
use crate::graph::resize::Interpolation;
use crate::graph::{Activation, Graph, Node, Op, Reach, Shape, Spread, Weights};

/// Runs a graph, rewritten or not; returns its outputs.
pub(crate) fn run(graph: &Graph, input: &[f32]) -> Vec<Vec<f32>> {
    let mut values: Vec<Vec<f32>> = vec![Vec::new(); graph.shapes.len()];
    values[0] = input.to_vec();
    for node in &graph.nodes {
        let inputs: Vec<&[f32]> = node.inputs.iter().map(|i| &values[*i][..]).collect();
        values[node.output] = compute(graph, node, &inputs);
    }
    graph.outputs.iter().map(|output| values[*output].clone()).collect()
}

/// The value of an activation (HARD_SWISH as in arXiv:1905.02244, section 5.2).
pub(crate) fn activate(activation: Activation, x: f32) -> f32 {
    match activation {
        Activation::None => x,
        Activation::Relu => x.max(0.0),
        Activation::Relu6 => x.clamp(0.0, 6.0),
        Activation::HardSwish => x * (x + 3.0).clamp(0.0, 6.0) / 6.0,
        Activation::Logistic => 1.0 / (1.0 + (-x).exp()),
    }
}

/// The output of a node, from its inputs in their order.
pub(crate) fn compute(graph: &Graph, node: &Node, inputs: &[&[f32]]) -> Vec<f32> {
    let x = |i: usize| inputs[i];
    let shape = |i: usize| graph.shapes[node.inputs[i]];
    let out = graph.shapes[node.output];
    match &node.op {
        Op::Conv { weights, reach, activation, gate, residual } => {
            let gated = gate.then(|| mul(x(0), x(1)));
            let mut result = conv(gated.as_deref().unwrap_or(x(0)), shape(0), out, weights, *reach);
            apply(&mut result, *activation);
            if *residual { add(&result, x(node.inputs.len() - 1)) } else { result }
        }
        Op::Depthwise { weights, reach, activation, add_input } => {
            let mut result = depthwise(x(0), shape(0), out, weights, *reach);
            apply(&mut result, *activation);
            if *add_input { add(&result, x(0)) } else { result }
        }
        Op::Expand { conv: first, between, weights, reach, activation, project, residual } => {
            let channels = first.bias.len();
            let [wide, made] = [shape(0), out].map(|shape| Shape { channels, ..shape });
            let mut values = conv(x(0), shape(0), wide, first, Reach::UNIT);
            apply(&mut values, *between);
            let mut values = applied(depthwise(&values, wide, made, weights, *reach), *activation);
            if let Some(project) = project {
                values = conv(&values, made, out, project, Reach::UNIT);
            }
            if *residual { add(&values, x(1)) } else { values }
        }
        Op::TransposeConv { weights, activation } => {
            let mut result = transpose_conv(x(0), shape(0), out, weights);
            apply(&mut result, *activation);
            result
        }
        Op::Add { activation } => {
            applied(add(x(0), &spread(x(1), shape(0), shape(1))), *activation)
        }
        Op::Mul { activation } => {
            applied(mul(x(0), &spread(x(1), shape(0), shape(1))), *activation)
        }
        Op::Unary(activation) => applied(x(0).to_vec(), *activation),
        Op::Mean { plus: None } => mean(x(0), out.channels),
        Op::Mean { plus: Some(i) } => {
            mean(&add(x(0), &resize(x(1), shape(1), shape(0), *i)), out.channels)
        }
        Op::Resize(i) => resize(x(0), shape(0), out, *i),
        Op::ResizeAdd(i) => add(x(0), &resize(x(1), shape(1), out, *i)),
        Op::Move(digits) => {
            let mut starts = Vec::new();
            let run = layout::runs(digits, |place| starts.push(place));
            starts.iter().flat_map(|start| &x(0)[*start..start + run]).copied().collect()
        }
        Op::Softmax => {
            let mut values = x(0).to_vec();
            values.chunks_exact_mut(out.channels).for_each(softmax);
            values
        }
        Op::SumRows => {
            let row = |row: &[f32]| -> Vec<f32> {
                let sum = |c: usize| row.iter().skip(c).step_by(out.channels).sum();
                (0..out.channels).map(sum).collect()
            };
            x(0).chunks_exact(shape(0).width * out.channels).flat_map(row).collect()
        }
        Op::MaxPool { height, width, reach } => {
            max_pool(x(0), shape(0), out, [*height, *width], *reach)
        }
        Op::Pad { top, left } => pad(x(0), shape(0), out, [*top, *left]),
        Op::GateAdd(i) => add(&mul(x(0), x(1)), &resize(x(2), shape(2), out, *i)),
    }
}

fn apply(values: &mut [f32], activation: Activation) {
    values.iter_mut().for_each(|v| *v = activate(activation, *v));
}

fn applied(mut values: Vec<f32>, activation: Activation) -> Vec<f32> {
    apply(&mut values, activation);
    values
}

fn add(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// `b` may be a vector, which multiplies every pixel of `a`.
fn mul(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b.iter().cycle()).map(|(a, b)| a * b).collect()
}

/// The smaller value's part of each of the larger one's values.
fn spread(b: &[f32], a: Shape, shape: Shape) -> Vec<f32> {
    let Some(spread) = Spread::of(a, shape) else { return b.to_vec() };
    let at = |index: usize| match spread {
        Spread::Each => index,
        Spread::Vector => index % a.channels,
        Spread::Row => index / (a.width * a.channels) * a.channels + index % a.channels,
        Spread::Pixel => index / a.channels,
    };
    (0..a.values()).map(|index| b[at(index)]).collect()
}

/// `exp(x) / sum of exp(x)`, with the greatest taken off before.
pub(crate) fn softmax(values: &mut [f32]) {
    let most = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    values.iter_mut().for_each(|v| *v = (*v - most).exp());
    let sum: f32 = values.iter().sum();
    values.iter_mut().for_each(|v| *v /= sum);
}

fn mean(x: &[f32], channels: usize) -> Vec<f32> {
    let pixels = (x.len() / channels) as f32;
    (0..channels).map(|c| x.iter().skip(c).step_by(channels).sum::<f32>() / pixels).collect()
}

/// Calls `f` with the offsets of each weight and of the input pixel that it meets.
fn for_window(
    (y, x): (usize, usize),
    from: Shape,
    [height, width]: [usize; 2],
    reach: Reach,
    mut f: impl FnMut(usize, usize),
) {
    for ky in 0..height {
        for kx in 0..width {
            let iy = (y * reach.stride_y + ky * reach.dilation_y).wrapping_sub(reach.top);
            let ix = (x * reach.stride_x + kx * reach.dilation_x).wrapping_sub(reach.left);
            if iy < from.height && ix < from.width {
                f(ky * width + kx, iy * from.width + ix);
            }
        }
    }
}

fn conv(x: &[f32], from: Shape, to: Shape, weights: &Weights, reach: Reach) -> Vec<f32> {
    let mut out = Vec::with_capacity(to.values());
    let taps = weights.height * weights.width;
    for (oy, ox) in (0..to.pixels()).map(|p| (p / to.width, p % to.width)) {
        for o in 0..to.channels {
            let mut sum = weights.bias[o];
            for_window((oy, ox), from, [weights.height, weights.width], reach, |tap, pixel| {
                let w = &weights.values[(o * taps + tap) * from.channels..][..from.channels];
                let v = &x[pixel * from.channels..][..from.channels];
                sum += w.iter().zip(v).map(|(w, v)| w * v).sum::<f32>();
            });
            out.push(sum);
        }
    }
    out
}

fn depthwise(x: &[f32], from: Shape, to: Shape, weights: &Weights, reach: Reach) -> Vec<f32> {
    let mut out = Vec::with_capacity(to.values());
    for (oy, ox) in (0..to.pixels()).map(|p| (p / to.width, p % to.width)) {
        for c in 0..to.channels {
            let mut sum = weights.bias[c];
            for_window((oy, ox), from, [weights.height, weights.width], reach, |tap, pixel| {
                sum += weights.values[tap * to.channels + c] * x[pixel * from.channels + c];
            });
            out.push(sum);
        }
    }
    out
}

fn max_pool(x: &[f32], from: Shape, to: Shape, window: [usize; 2], reach: Reach) -> Vec<f32> {
    let mut out = Vec::with_capacity(to.values());
    for at in (0..to.pixels()).map(|p| (p / to.width, p % to.width)) {
        for c in 0..to.channels {
            let mut most = f32::NEG_INFINITY;
            for_window(at, from, window, reach, |_, pixel| {
                most = most.max(x[pixel * from.channels + c]);
            });
            out.push(most);
        }
    }
    out
}

fn pad(x: &[f32], from: Shape, to: Shape, [top, left]: [usize; 2]) -> Vec<f32> {
    let mut out = vec![0.0; to.values()];
    let row = from.width * from.channels;
    for (y, values) in x.chunks_exact(row).enumerate() {
        let start = ((y + top) * to.width + left) * to.channels;
        out[start..start + row].copy_from_slice(values);
    }
    out
}

fn transpose_conv(x: &[f32], from: Shape, to: Shape, weights: &Weights) -> Vec<f32> {
    let mut out = Vec::with_capacity(to.values());
    for (oy, ox) in (0..to.pixels()).map(|p| (p / to.width, p % to.width)) {
        let v = &x[((oy / 2) * from.width + ox / 2) * from.channels..][..from.channels];
        for o in 0..to.channels {
            let tap = (o * 2 + oy % 2) * 2 + ox % 2;
            let w = &weights.values[tap * from.channels..][..from.channels];
            out.push(weights.bias[o] + w.iter().zip(v).map(|(w, v)| w * v).sum::<f32>());
        }
    }
    out
}

fn resize(x: &[f32], from: Shape, to: Shape, interpolation: Interpolation) -> Vec<f32> {
    let rows = interpolation.taps(from.height, to.height);
    let columns = interpolation.taps(from.width, to.width);
    let mut out = Vec::with_capacity(to.values());
    for row in &rows {
        for column in &columns {
            let pixel =
                |y: usize, x_: usize, c: usize| x[(y * from.width + x_) * from.channels + c];
            for c in 0..to.channels {
                let line = |y| {
                    let (a, b) = (pixel(y, column.first, c), pixel(y, column.second, c));
                    a + (b - a) * column.share
                };
                let (top, bottom) = (line(row.first), line(row.second));
                out.push(top + (bottom - top) * row.share);
            }
        }
    }
    out
}
