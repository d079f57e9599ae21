//! What is rewritten computes what was there before.

use super::all;
use crate::graph::layout::Digit;
use crate::graph::{Activation, Graph, Node, Op, Reach, Shape, Weights};
use crate::reference;
use proptest::prelude::*;
use std::sync::Arc;

/// Rounding only: sums of up to 40 products, and of those again, of values in -1..=1, in another order.
const TOLERANCE: f32 = 2e-4;

/// Random-looking values in -1..=1.
fn noise(len: usize, seed: usize) -> Vec<f32> {
    let mut state = seed as u32 * 2 + 0x9e37_79b9;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

struct Net(Graph);

impl Net {
    fn new(input: Shape) -> Self {
        Self(Graph { shapes: vec![input], nodes: vec![], outputs: vec![] })
    }

    fn node(&mut self, op: Op, inputs: &[usize], shape: Shape) -> usize {
        let output = self.0.shapes.len();
        self.0.shapes.push(shape);
        self.0.nodes.push(Node { op, inputs: inputs.to_vec(), output });
        output
    }

    fn weights(&self, values: usize, channels: usize) -> Weights {
        let seed = self.0.nodes.len();
        let (values, bias) = (noise(values, seed), noise(channels, seed + 100));
        Weights { values: Arc::new(values), bias: Arc::new(bias), height: 1, width: 1 }
    }

    fn conv(&mut self, x: usize, channels: usize, activation: Activation) -> usize {
        let from = self.0.shapes[x];
        let weights = self.weights(from.channels * channels, channels);
        let reach = Reach::UNIT;
        let op = Op::Conv { weights, reach, activation, gate: false, residual: false };
        self.node(op, &[x], Shape { channels, ..from })
    }

    fn scale(&mut self, x: usize) -> usize {
        let shape = self.0.shapes[x];
        let weights = self.weights(shape.channels, shape.channels);
        let (reach, activation) = (Reach::UNIT, Activation::None);
        let op = Op::Depthwise { weights, reach, activation, add_input: false };
        self.node(op, &[x], shape)
    }

    /// Holds that the rewritten network computes the same; returns it.
    fn check(mut self, outputs: &[usize]) -> Graph {
        self.0.outputs = outputs.to_vec();
        let rewritten = all(self.0.clone());
        let input = noise(self.0.shapes[0].values(), 7);
        let expected = reference::run(&self.0, &input);
        for (found, expected) in reference::run(&rewritten, &input).iter().zip(&expected) {
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                let scale = expected.abs().max(1.0);
                assert!((found - expected).abs() <= TOLERANCE * scale, "{found} {expected}");
            }
        }
        rewritten
    }
}

fn convolutions(graph: &Graph) -> usize {
    graph.nodes.iter().filter(|node| matches!(node.op, Op::Conv { .. })).count()
}

fn shape() -> impl Strategy<Value = Shape> {
    (1..=5_usize, 1..=5_usize, 1..=24_usize).prop_map(|(height, width, channels)| Shape {
        height,
        width,
        channels,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Two or three convolutions in a row, of which the last ones read the same.
    #[test]
    fn convolutions_in_a_row(
        input in shape(), between in 1..=24_usize, outputs in 1..=24_usize,
        several in any::<bool>(), scales in any::<[bool; 2]>(), is_linear in any::<bool>(),
    ) {
        let mut net = Net::new(input);
        let mut x = 0;
        if scales[0] {
            x = net.scale(x);
        }
        x = net.conv(x, between, if is_linear { Activation::None } else { Activation::Relu });
        let first = x;
        if scales[1] {
            x = net.scale(x);
        }
        let mut ends = vec![net.conv(x, outputs, Activation::HardSwish)];
        if several {
            ends.push(net.conv(first, outputs + 1, Activation::None));
        }
        let rewritten = net.check(&ends);
        let read = outputs + if several { outputs + 1 } else { 0 };
        let is_one = is_linear && input.channels * read < between * (input.channels + read);
        prop_assert_eq!(convolutions(&rewritten), ends.len() + usize::from(!is_one));
    }

    /// Shares that add up to 1 weigh what is convolved.
    #[test]
    fn weighted_sums(input in shape(), outputs in 1..=24_usize, is_share in any::<bool>()) {
        let mut net = Net::new(input);
        let Shape { height, width, .. } = input;
        let one = net.conv(0, 1, Activation::None);
        let order = Op::Move(vec![Digit { size: input.pixels(), stride: 1 }]);
        let across = net.node(order.clone(), &[one], Shape { height, width: 1, channels: width });
        let op = if is_share { Op::Softmax } else { Op::Unary(Activation::HardSwish) };
        let shares = net.node(op, &[across], Shape { height, width: 1, channels: width });
        let shares = net.node(order, &[shares], Shape { channels: 1, ..input });
        let value = net.conv(0, outputs, Activation::None);
        let (activation, shape) = (Activation::None, Shape { channels: outputs, ..input });
        let weighed = net.node(Op::Mul { activation }, &[value, shares], shape);
        let sum = net.node(Op::SumRows, &[weighed], Shape { width: 1, ..shape });
        let rewritten = net.check(&[sum]);
        let last = rewritten.nodes.last().map(|node| matches!(node.op, Op::Conv { .. }));
        if outputs > 1 && outputs.is_multiple_of(8) {
            prop_assert_eq!(last, Some(is_share));
        }
    }

    /// A convolution to many channels, a depthwise one, and one to few, to which a value may be added.
    #[test]
    fn expansions(input in shape(), groups in 3..=5_usize, plus in any::<bool>(), shared in any::<bool>()) {
        let input = Shape { height: input.height + 3, ..input };
        let mut net = Net::new(input);
        let wide = net.conv(0, 8 * groups, Activation::Relu);
        let shape = net.0.shapes[wide];
        let weights = Weights { height: 3, ..net.weights(3 * shape.channels, shape.channels) };
        let reach = Reach { top: 1, ..Reach::UNIT };
        let op = Op::Depthwise { weights, reach, activation: Activation::Relu6, add_input: false };
        let made = net.node(op, &[wide], shape);
        let mut end = net.conv(made, 8, Activation::None);
        if plus {
            let other = net.conv(0, 8, Activation::HardSwish);
            let activation = Activation::None;
            end = net.node(Op::Add { activation }, &[end, other], net.0.shapes[end]);
        }
        let ends = if shared { vec![end, made] } else { vec![end] };
        let rewritten = net.check(&ends);
        let nodes = 1 + usize::from(plus) + usize::from(shared);
        prop_assert_eq!(rewritten.nodes.len(), nodes);
    }

    /// A convolution of which the other summand comes later.
    #[test]
    fn sums_with_what_comes_later(input in shape(), outputs in 1..=24_usize, first in any::<bool>()) {
        let mut net = Net::new(input);
        let x = net.node(Op::Unary(Activation::HardSwish), &[0], input);
        let a = net.conv(x, outputs, Activation::Relu);
        let b = net.conv(0, outputs, Activation::Relu);
        let shape = Shape { channels: outputs, ..input };
        let inputs = if first { [a, b] } else { [b, a] };
        let sum = net.node(Op::Add { activation: Activation::None }, &inputs, shape);
        let rewritten = net.check(&[sum]);
        let sums = rewritten.nodes.iter().filter(|node| matches!(node.op, Op::Add { .. })).count();
        prop_assert_eq!(sums, 0);
    }
}
