//! What is linear between 1x1 convolutions becomes part of their weights.
//!
//! - `second(first(x))` without an activation between is one 1x1 convolution of x. It is made where that takes fewer
//!   multiply-adds, whether one convolution reads the first or several do; a factor and summand for each channel is a
//!   first one, too.
//! - Where shares that add up to 1 weigh the pixels of a row, `sum(share * conv(x))` is `conv(sum(share * x))`: the
//!   convolution runs once for a row instead of once for a pixel.

use super::edit::folded;
use crate::graph::{Activation, Graph, Node, Op, Reach, Shape, Spread, ValueId, Weights};
use std::sync::Arc;

/// The most multiply-adds that making the weights of one convolution may take.
const MOST: usize = 1 << 28;

pub(crate) fn compose(graph: &mut Graph) {
    // From the last to the first, so that what becomes one convolution can become part of another.
    for index in (0..graph.nodes.len()).rev() {
        let node = &graph.nodes[index];
        let (source, between) = (node.inputs[0], node.output);
        let Some(first) = linear(&node.op).cloned() else { continue };
        let users = graph.consumers(between);
        if graph.outputs.contains(&between) || !is_worthwhile(graph, index, &users) {
            continue;
        }
        let is_scale = matches!(node.op, Op::Depthwise { .. });
        for user in users {
            if let Op::Conv { weights, .. } = &mut graph.nodes[user].op {
                *weights = if is_scale { scaled(&first, weights) } else { folded(&first, weights) };
            }
            graph.nodes[user].inputs[0] = source;
        }
        graph.nodes.remove(index);
    }
}

/// The weights of a 1x1 convolution, or of factors and summands, without an activation.
const fn linear(op: &Op) -> Option<&Weights> {
    match op {
        Op::Conv { weights, reach, activation: Activation::None, gate: false, residual: false }
        | Op::Depthwise { weights, reach, activation: Activation::None, add_input: false }
            if is_pointwise(weights, *reach) =>
        {
            Some(weights)
        }
        _ => None,
    }
}

const fn is_pointwise(weights: &Weights, reach: Reach) -> bool {
    let Reach { stride_y, stride_x, top, left, .. } = reach;
    matches!((weights.height, weights.width, stride_y, stride_x, top, left), (1, 1, 1, 1, 0, 0))
}

/// Whether all nodes that read what node `index` computes can read its input instead, with fewer multiply-adds.
fn is_worthwhile(graph: &Graph, index: usize, users: &[usize]) -> bool {
    let node = &graph.nodes[index];
    let channels = |value: ValueId| graph.shapes[value].channels;
    let (inputs, between) = (channels(node.inputs[0]), channels(node.output));
    let is_scale = matches!(node.op, Op::Depthwise { .. });
    let (mut apart, mut together) = (if is_scale { between } else { inputs * between }, 0);
    for user in users {
        let user = &graph.nodes[*user];
        let Op::Conv { weights, reach, gate: false, residual: false, .. } = &user.op else {
            return false;
        };
        let outputs = channels(user.output);
        apart += between * outputs;
        together += inputs * outputs;
        let is_cheap = is_scale || inputs.saturating_mul(between * outputs) <= MOST;
        if !is_pointwise(weights, *reach) || !is_cheap {
            return false;
        }
    }
    together < apart
}

/// The weights of a 1x1 convolution of what is scaled and moved before.
fn scaled(scale: &Weights, weights: &Weights) -> Weights {
    let inputs = scale.bias.len();
    let rows = weights.values.chunks_exact(inputs);
    let bias = rows.clone().zip(&weights.bias[..]).map(|(row, bias)| {
        row.iter().zip(&scale.bias[..]).fold(*bias, |sum, (weight, bias)| sum + weight * bias)
    });
    let bias = Arc::new(bias.collect());
    let values = rows.flat_map(|row| row.iter().zip(&scale.values[..]).map(|(w, f)| w * f));
    Weights { values: Arc::new(values.collect()), bias, ..*weights }
}

pub(crate) fn sum_before_convolving(graph: &mut Graph) {
    for index in 0..graph.nodes.len() {
        let Some([conv, product]) = summed(graph, index) else { continue };
        let (x, convolved) = (graph.nodes[conv].inputs[0], graph.nodes[conv].output);
        let [weighted, sum] = [product, index].map(|node| graph.nodes[node].output);
        let shape = graph.shapes[x];
        // The convolution goes behind the sum, and what lies between has the channels of its input.
        let share = graph.nodes[product].inputs[1];
        graph.shapes[weighted] = shape;
        graph.shapes[convolved] = Shape { width: 1, ..shape };
        graph.nodes[product].inputs = vec![x, share];
        graph.nodes[index].output = convolved;
        let mut node = graph.nodes.remove(conv);
        (node.inputs, node.output) = (vec![convolved], sum);
        graph.nodes.insert(index, node);
    }
}

/// For a node that sums what is convolved and then weighed: the convolution and the product.
fn summed(graph: &Graph, index: usize) -> Option<[usize; 2]> {
    let node = &graph.nodes[index];
    let alone = |value: ValueId| graph.producer(value).filter(|_| graph.has_one_use(value));
    let product = alone(node.inputs[0]).filter(|_| matches!(node.op, Op::SumRows))?;
    let Node { op: Op::Mul { activation: Activation::None }, inputs, .. } = &graph.nodes[product]
    else {
        return None;
    };
    let shapes = [inputs[0], inputs[1]].map(|value| graph.shapes[value]);
    let is_share =
        Spread::of(shapes[0], shapes[1]) == Some(Spread::Pixel) && adds_up_to_one(graph, inputs[1]);
    let conv = alone(inputs[0]).filter(|_| is_share)?;
    let is_conv = matches!(graph.nodes[conv].op, Op::Conv { .. });
    (is_conv && linear(&graph.nodes[conv].op).is_some()).then_some([conv, product])
}

/// Whether each row of a value with one channel is what a softmax makes.
fn adds_up_to_one(graph: &Graph, value: ValueId) -> bool {
    let shape = graph.shapes[value];
    let Some(moved) = graph.producer(value).map(|at| &graph.nodes[at]) else { return false };
    let Op::Move(digits) = &moved.op else { return false };
    let from = graph.shapes[moved.inputs[0]];
    let is_softmax =
        graph.producer(moved.inputs[0]).is_some_and(|at| matches!(graph.nodes[at].op, Op::Softmax));
    let keeps_order = matches!(digits[..], [digit] if digit.stride == 1);
    is_softmax && keeps_order && (from.pixels(), from.channels) == (shape.height, shape.width)
}
