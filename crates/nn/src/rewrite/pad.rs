//! Convolutions to channels that fill no register become such that do: with weights of zero, and the channels
//! that count are taken out after. The networks have them where one channel says how much a pixel counts.

use super::edit::compute_and_move;
use crate::graph::layout::Digit;
use crate::graph::{Graph, LANES, Op, Shape, Weights};
use std::sync::Arc;

pub(crate) fn fill_registers(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        let node = &graph.nodes[index];
        let shape = graph.shapes[node.output];
        let Op::Conv { weights, reach, activation, gate: false, residual: false } = &node.op else {
            index += 1;
            continue;
        };
        if shape.channels.is_multiple_of(LANES) {
            index += 1;
            continue;
        }
        let (weights, wide) = (padded(weights), shape.channels.next_multiple_of(LANES));
        let (reach, activation) = (*reach, *activation);
        let op = Op::Conv { weights, reach, activation, gate: false, residual: false };
        let digits = vec![
            Digit { size: shape.pixels(), stride: wide },
            Digit { size: shape.channels, stride: 1 },
        ];
        compute_and_move(graph, index, (op, Shape { channels: wide, ..shape }), digits);
        index += 2;
    }
}

fn padded(weights: &Weights) -> Weights {
    let outputs = weights.bias.len();
    let wide = outputs.next_multiple_of(LANES);
    let mut values = weights.values.to_vec();
    values.resize(values.len() / outputs * wide, 0.0);
    let mut bias = weights.bias.to_vec();
    bias.resize(wide, 0.0);
    Weights { values: Arc::new(values), bias: Arc::new(bias), ..*weights }
}
