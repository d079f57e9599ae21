//! Every kernel at every level equals the plain loops of `reference`, on random shapes.

use crate::graph::layout::Layout;
use crate::graph::resize::Interpolation;
use crate::graph::{Activation, Graph, Node, Op, Reach, Shape, Weights};
use crate::{Model, Session};
use backlot_kernels::Level;
use proptest::prelude::*;
use std::sync::Arc;

/// Rounding only: sums of up to 1300 products of values in -1..=1, in another order.
const TOLERANCE: f32 = 2e-4;

/// Rounding of sums of up to 56 such sums.
const OF_STRIPS: f32 = 3e-3;

/// Rounding, too, of sums of up to 432 products; Winograd's transforms multiply it.
const OF_TILES: f32 = 1e-3;

/// Random-looking values in -1..=1.
fn noise(len: usize, seed: usize) -> Vec<f32> {
    let mut state = seed as u64 * 2 + 0x9e37_79b9;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / 8_388_608.0 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

fn weights([outputs, height, width, inputs]: [usize; 4], biases: usize) -> Weights {
    Weights {
        values: Arc::new(noise(outputs * height * width * inputs, 1)),
        bias: Arc::new(noise(biases, 2)),
        height,
        width,
    }
}

/// A network that begins with an input of some shape.
struct Net {
    graph: Graph,
}

impl Net {
    fn new(input: Shape) -> Self {
        Self { graph: Graph { shapes: vec![input], nodes: vec![], outputs: vec![0] } }
    }

    fn node(&mut self, op: Op, inputs: &[usize], shape: Shape) -> usize {
        let output = self.graph.shapes.len();
        self.graph.shapes.push(shape);
        self.graph.nodes.push(Node { op, inputs: inputs.to_vec(), output });
        self.graph.outputs = vec![output];
        output
    }

    /// The input after an activation: a value that is not the input.
    fn input(&mut self, activation: Activation) -> usize {
        let shape = self.graph.shapes[0];
        self.node(Op::Unary(activation), &[0], shape)
    }

    /// The means of a value's channels: a vector.
    fn vector(&mut self, value: usize) -> usize {
        let shape = Shape { height: 1, width: 1, ..self.graph.shapes[value] };
        self.node(Op::Mean { plus: None }, &[value], shape)
    }

    /// Runs the network at every level and as the reference does.
    fn check(self) {
        self.check_within(TOLERANCE);
    }

    fn check_within(self, tolerance: f32) {
        let model = Model::from_graph(self.graph.clone(), self.graph);
        let input = noise(model.graph().shapes[0].values(), 3);
        let expected = model.run_reference(&input).swap_remove(0);
        for level in Level::available() {
            let mut session = Session::new(&model, level);
            // Twice: the second pass meets what the first left in the memory.
            for pass in 0..2 {
                session.input_mut().copy_from_slice(&input);
                let found = session.run();
                assert_eq!(found.len(), expected.len());
                for (i, (found, expected)) in found.iter().zip(&expected).enumerate() {
                    let far = (found - expected).abs();
                    assert!(far <= tolerance, "{level} pass {pass} value {i}: {found} {expected}");
                }
            }
            let mut shared = Session::with_threads(&model, level, 3);
            shared.input_mut().copy_from_slice(&input);
            assert_eq!(shared.run(), session.output(), "{level} on three threads");
        }
    }
}

fn activation() -> impl Strategy<Value = Activation> {
    prop_oneof![
        Just(Activation::None),
        Just(Activation::Relu),
        Just(Activation::Relu6),
        Just(Activation::HardSwish),
    ]
}

fn shape(
    largest: usize,
    channels: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Shape> {
    let side = 1..=largest;
    (side.clone(), side, channels).prop_map(|(height, width, channels)| Shape {
        height,
        width,
        channels,
    })
}

/// A window: kernel height and width, stride, and how far apart its taps are.
fn window() -> impl Strategy<Value = (usize, usize, usize, usize)> {
    let sides = prop_oneof![Just((1, 1)), Just((3, 3)), Just((5, 5)), (1..=4_usize, 1..=4_usize)];
    let dilation = prop_oneof![3 => Just(1), 1 => 2..=3_usize];
    (sides, 1..=3_usize, dilation)
        .prop_map(|((height, width), stride, dilation)| (height, width, stride, dilation))
}

/// Output shape and reach of a window with padding 'same'.
fn same(
    x: Shape,
    (height, width, stride, dilation): (usize, usize, usize, usize),
) -> (Shape, Reach) {
    let out = |length: usize| length.div_ceil(stride);
    let before = |length: usize, kernel: usize| {
        let extent = (kernel - 1) * dilation + 1;
        ((out(length) - 1) * stride + extent).saturating_sub(length) / 2
    };
    let reach = Reach {
        stride_y: stride,
        stride_x: stride,
        dilation_y: dilation,
        dilation_x: dilation,
        top: before(x.height, height),
        left: before(x.width, width),
    };
    (Shape { height: out(x.height), width: out(x.width), channels: x.channels }, reach)
}

fn interpolation() -> impl Strategy<Value = Interpolation> {
    let ways = prop_oneof![Just((false, false)), Just((true, false)), Just((false, true))];
    (ways, any::<bool>()).prop_map(|((align_corners, half_pixel), nearest)| Interpolation {
        nearest,
        align_corners,
        half_pixel,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn convolution(
        input in shape(21, 1..=18), window in window(), outputs in 1..=13_usize,
        uneven in 0..=1_usize, activation in activation(), (gated, plus) in any::<(bool, bool)>(),
    ) {
        let mut net = Net::new(input);
        let x = net.input(Activation::None);
        let (out, reach) = same(input, window);
        let out = Shape { channels: 8 * outputs + uneven, ..out };
        let weights = weights([out.channels, window.0, window.1, input.channels], out.channels);
        let gate = gated && (window.0, window.1) == (1, 1);
        let mut inputs = vec![x];
        if gate {
            inputs.push(net.vector(x));
        }
        if plus {
            let op = Op::Conv { weights: weights.clone(), reach, activation, gate: false, residual: false };
            inputs.push(net.node(op, &[x], out));
        }
        net.node(Op::Conv { weights, reach, activation, gate, residual: plus }, &inputs, out);
        net.check_within(OF_TILES);
    }

    /// Windows of 3x3 over a picture of whole tiles of 4x4.
    #[test]
    fn convolution_of_tiles(
        (high, wide) in (1..=5_usize, 1..=5_usize), inputs in 1..=6_usize, outputs in 1..=6_usize,
        activation in activation(), (top, left) in (0..=2_usize, 0..=2_usize),
    ) {
        let (height, width) = (4 * high, 4 * wide);
        let input = Shape { height: height + 2 - top, width: width + 2 - left, channels: 8 * inputs };
        let mut net = Net::new(input);
        let x = net.input(Activation::None);
        let out = Shape { height, width, channels: 8 * outputs };
        let reach = Reach { top, left, ..Reach::UNIT };
        let weights = weights([out.channels, 3, 3, input.channels], out.channels);
        net.node(Op::Conv { weights, reach, activation, gate: false, residual: false }, &[x], out);
        net.check_within(OF_TILES);
    }

    #[test]
    fn depthwise(
        input in shape(37, 1..=9), window in window(), uneven in 0..=1_usize,
        activation in activation(), plus in any::<bool>(),
    ) {
        let input = Shape { channels: 8 * input.channels + uneven, ..input };
        let mut net = Net::new(input);
        let x = net.input(Activation::None);
        let (out, reach) = same(input, window);
        let weights = weights([1, window.0, window.1, input.channels], input.channels);
        let add_input = plus && window.2 == 1;
        net.node(Op::Depthwise { weights, reach, activation, add_input }, &[x], out);
        net.check();
    }

    /// A value spread so that windows don't clash in the cache.
    #[test]
    fn convolution_then_depthwise(
        input in shape(17, 8..=8), outputs in 4..=16_usize, window in window(), plus in any::<bool>(),
    ) {
        let mut net = Net::new(input);
        let x = net.input(Activation::None);
        let wide = Shape { channels: 8 * outputs, ..input };
        let (_, reach) = same(input, (1, 1, 1, 1));
        let activation = Activation::Relu;
        let conv = Op::Conv {
            weights: weights([wide.channels, 1, 1, 8], wide.channels),
            reach, activation, gate: false, residual: false,
        };
        let wide_value = net.node(conv, &[x], wide);
        let (out, reach) = same(wide, window);
        let weights = weights([1, window.0, window.1, wide.channels], wide.channels);
        let add_input = plus && window.2 == 1;
        net.node(Op::Depthwise { weights, reach, activation, add_input }, &[wide_value], out);
        net.check();
    }

    #[test]
    fn transposed_convolution(
        input in shape(19, 1..=40), outputs in 1..=2_usize,
        activation in prop_oneof![activation(), Just(Activation::Logistic)],
    ) {
        let mut net = Net::new(input);
        let x = net.input(Activation::None);
        let out = Shape { height: 2 * input.height, width: 2 * input.width, channels: outputs };
        let weights = weights([outputs, 2, 2, input.channels], outputs);
        net.node(Op::TransposeConv { weights, activation }, &[x], out);
        net.check();
    }

    #[test]
    fn sums_and_products(input in shape(13, 1..=40), activation in activation(), sum in any::<bool>(), vector in any::<bool>()) {
        let mut net = Net::new(input);
        let a = net.input(Activation::None);
        let mut b = net.input(Activation::HardSwish);
        if vector && !sum {
            b = net.vector(b);
        }
        let op = if sum { Op::Add { activation } } else { Op::Mul { activation } };
        net.node(op, &[a, b], input);
        net.check();
    }

    /// A row's or a pixel's share of what meets the whole.
    #[test]
    fn sums_and_products_of_parts(
        input in shape(9, 1..=5), uneven in 0..=1_usize, activation in activation(),
        sum in any::<bool>(), by_row in any::<bool>(),
    ) {
        let input = Shape { channels: 8 * input.channels + uneven, ..input };
        let mut net = Net::new(input);
        let a = net.input(Activation::None);
        let part = if by_row {
            net.node(Op::SumRows, &[a], Shape { width: 1, ..input })
        } else {
            let (out, reach) = same(Shape { channels: 1, ..input }, (1, 1, 1, 1));
            let weights = weights([1, 1, 1, input.channels], 1);
            let activation = Activation::None;
            let op = Op::Conv { weights, reach, activation, gate: false, residual: false };
            net.node(op, &[a], out)
        };
        let op = if sum { Op::Add { activation } } else { Op::Mul { activation } };
        net.node(op, &[a, part], input);
        net.check();
    }

    /// Patches of a picture, and back, with a window that wants zeros around it.
    #[test]
    fn values_in_another_order(patches in (1..=4_usize, 1..=4_usize), side in 1..=3_usize, channels in 1..=17_usize, window in window()) {
        let (height, width) = (patches.0 * side, patches.1 * side);
        let input = Shape { height, width, channels };
        let order = |layout: Layout| -> Option<Layout> {
            let rows = layout.reshaped(&[patches.0, side, patches.1, side * channels])?;
            let count = patches.0 * patches.1;
            rows.transposed(&[0, 2, 1, 3])?.reshaped(&[1, count, side * side, channels])?.transposed(&[0, 2, 1, 3])
        };
        let layout = order(Layout::stored(&[1, height, width, channels])).unwrap();
        let shape = Shape { height: side * side, width: patches.0 * patches.1, channels };
        let mut net = Net::new(input);
        let x = net.input(Activation::HardSwish);
        let moved = net.node(Op::Move(layout.digits()), &[x], shape);
        let (out, reach) = same(shape, window);
        let weights = weights([1, window.0, window.1, channels], channels);
        net.node(Op::Depthwise { weights, reach, activation: Activation::None, add_input: false }, &[moved], out);
        net.check();
    }

    #[test]
    fn greatest_of_windows(input in shape(19, 1..=3), uneven in 0..=1_usize, window in window()) {
        let input = Shape { channels: 8 * input.channels + uneven, ..input };
        let window = (window.0, window.1, window.2, 1);
        let mut net = Net::new(input);
        let x = net.input(Activation::None);
        let (out, reach) = same(input, window);
        net.node(Op::MaxPool { height: window.0, width: window.1, reach }, &[x], out);
        net.check();
    }

    #[test]
    fn shares_of_channels(input in shape(7, 1..=70)) {
        let mut net = Net::new(input);
        let x = net.input(Activation::None);
        net.node(Op::Softmax, &[x], input);
        net.check();
    }

    /// A convolution of which nothing is stored whole, with a last strip that is narrower.
    #[test]
    fn expansion(
        input in shape(17, 1..=12), outputs in 1..=7_usize, window in window(),
        between in activation(), activation in activation(),
        project in proptest::option::of(1..=7_usize), plus in any::<bool>(),
    ) {
        let mut net = Net::new(input);
        let x = net.input(Activation::None);
        let wide = Shape { channels: 8 * outputs, ..input };
        let (out, reach) = same(wide, window);
        let conv = weights([wide.channels, 1, 1, input.channels], wide.channels);
        let taps = weights([1, window.0, window.1, wide.channels], wide.channels);
        let channels = project.map_or(wide.channels, |groups| 8 * groups);
        let project = project.map(|_| weights([channels, 1, 1, wide.channels], channels));
        let (out, residual) = (Shape { channels, ..out }, plus && project.is_some());
        let mut inputs = vec![x];
        if residual {
            let (op, reach) = (weights([channels, window.0, window.1, input.channels], channels), reach);
            let activation = Activation::HardSwish;
            let op = Op::Conv { weights: op, reach, activation, gate: false, residual: false };
            inputs.push(net.node(op, &[x], out));
        }
        let op = Op::Expand { conv, between, weights: taps, reach, activation, project, residual };
        net.node(op, &inputs, out);
        net.check_within(OF_STRIPS);
    }

    #[test]
    fn resizing_gating_and_means(
        (z, out) in (shape(13, 1..=33), shape(23, 1..=1)), interpolation in interpolation(),
    ) {
        let out = Shape { channels: z.channels, ..out };
        let mut net = Net::new(z);
        let small = net.input(Activation::None);
        let skip = net.node(Op::Resize(interpolation), &[small], out);
        let gate = net.node(
            Op::Mean { plus: Some(interpolation) },
            &[skip, small],
            Shape { height: 1, width: 1, ..z },
        );
        let other = net.input(Activation::HardSwish);
        let gated = net.node(Op::GateAdd(interpolation), &[skip, gate, other], out);
        net.node(Op::ResizeAdd(interpolation), &[gated, small], out);
        net.check();
    }

    #[test]
    fn vectors(inputs in 1..=70_usize, outputs in 1..=17_usize, uneven in 0..=1_usize,
        activation in prop_oneof![activation(), Just(Activation::Logistic)]) {
        let mut net = Net::new(Shape { height: 3, width: 2, channels: inputs });
        let x = net.vector(0);
        let out = Shape { height: 1, width: 1, channels: 8 * outputs + uneven };
        let (_, reach) = same(Shape { channels: inputs, ..out }, (1, 1, 1, 1));
        let weights = weights([out.channels, 1, 1, inputs], out.channels);
        net.node(Op::Conv { weights, reach, activation, gate: false, residual: false }, &[x], out);
        net.check();
    }
}
