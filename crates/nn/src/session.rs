//! A network ready to run: its steps, their packed weights, and the memory for all values.

use crate::graph::{Graph, Node, Op, Reach, Weights};
use crate::kernels::conv::{self, Packed};
use crate::kernels::elementwise::{self, Binary};
use crate::kernels::{View, depthwise, gate, transpose};
use crate::plan::{self, Placed};
use crate::resize::{Interpolation, Tap};
use crate::tflite::Activation;
use crate::{Model, TensorShape, reference};
use backlot_kernels::Level;
use std::sync::Arc;

/// Runs one network again and again on one thread.
///
/// [`Session::new`] allocates everything; [`Session::run`] allocates nothing for networks with
/// multiples of eight channels, such as the selfie segmentation ones.
#[derive(Debug)]
pub struct Session {
    pub(crate) graph: Arc<Graph>,
    level: Level,
    steps: Vec<Step>,
    places: Vec<Placed>,
    arena: Vec<f32>,
    line: Vec<f32>,
}

/// What a node needs besides its values.
#[derive(Debug)]
enum Step {
    Conv {
        packed: Packed,
        gated: Option<Packed>,
        reach: Reach,
        activation: Activation,
        residual: bool,
    },
    VectorConv {
        packed: Packed,
        activation: Activation,
    },
    Depthwise {
        weights: Weights,
        reach: Reach,
        activation: Activation,
        add_input: bool,
    },
    TransposeConv {
        weights: Weights,
        activation: Activation,
    },
    Binary {
        op: Binary,
        activation: Activation,
    },
    Unary(Activation),
    Mean {
        sums: Vec<MeanWeights>,
    },
    Resize {
        rows: Vec<Tap>,
        columns: Vec<Tap>,
        gated: bool,
    },
    /// Shapes that no kernel takes, so the plain loops do.
    Plain,
}

/// The weights of rows and columns of one input in a mean.
#[derive(Debug)]
struct MeanWeights {
    rows: Vec<f32>,
    columns: Vec<f32>,
}

impl Session {
    /// Packs the weights and allocates the memory.
    pub fn new(model: &Model, level: Level) -> Self {
        let graph = model.graph().clone();
        let (places, floats) = plan::place(&graph);
        let steps = graph.nodes.iter().map(|node| Step::new(&graph, node)).collect();
        let widest = graph.shapes.iter().map(|s| s.width * s.channels).max().unwrap_or(0);
        Self { graph, level, steps, places, arena: vec![0.0; floats], line: vec![0.0; widest] }
    }

    /// The picture that [`Session::input_mut`] takes.
    pub fn input_shape(&self) -> TensorShape {
        self.graph.shapes[0].into()
    }

    /// The mask that [`Session::run`] returns.
    pub fn output_shape(&self) -> TensorShape {
        self.graph.shapes[self.graph.output].into()
    }

    /// The memory for the picture: RGB, `0.0..=1.0`, rows from top to bottom. Write it before each
    /// run, since the memory is reused.
    pub fn input_mut(&mut self) -> &mut [f32] {
        let place = &self.places[0];
        &mut self.arena[place.origin()..][..place.shape.values()]
    }

    /// Computes the mask: for each pixel the person's probability, `0.0..=1.0`.
    pub fn run(&mut self) -> &[f32] {
        for index in 0..self.steps.len() {
            self.step(index);
        }
        let place = &self.places[self.graph.output];
        &self.arena[place.origin()..][..place.shape.values()]
    }

    pub(crate) fn step(&mut self, index: usize) {
        let Self { graph, level, steps, places, arena, line } = self;
        let node = &graph.nodes[index];
        let level = *level;
        places[node.output].clear_halo(arena);
        if matches!(steps[index], Step::Plain) {
            return plain(graph, node, places, arena);
        }
        let arena: *mut [f32] = arena.as_mut_slice();
        let out = View::new(arena, &places[node.output]);
        let input = |i: usize| View::new(arena, &places[node.inputs[i]]);
        match &mut steps[index] {
            Step::Conv { packed, gated, reach, activation, residual } => {
                let x = input(0);
                let residual = residual.then(|| input(node.inputs.len() - 1));
                let job = conv::Job { x, out, residual, reach: *reach, activation: *activation };
                if let Some(gated) = gated {
                    packed.gate_into(vector(&input(1)), gated);
                    conv::run(level, &job, gated);
                } else {
                    conv::run(level, &job, packed);
                }
            }
            Step::VectorConv { packed, activation } => {
                let out = vector_mut(&out);
                conv::run_vector(vector(&input(0)), packed, out);
                elementwise::activate(level, out, *activation);
            }
            Step::Depthwise { weights, reach, activation, add_input } => {
                let (reach, activation, add_input) = (*reach, *activation, *add_input);
                let job = depthwise::Job { x: input(0), out, reach, activation, add_input };
                // SAFETY: the plan puts zeros around the input, and they have been cleared.
                unsafe { depthwise::run(level, &job, weights) };
            }
            Step::TransposeConv { weights, activation } => {
                transpose::run(level, &input(0), &out, weights);
                elementwise::activate(level, picture_mut(&out), *activation);
            }
            Step::Binary { op, activation } => {
                elementwise::binary(level, *op, [&input(0), &input(1), &out], *activation);
            }
            Step::Unary(activation) => elementwise::unary(level, &input(0), &out, *activation),
            Step::Mean { sums } => {
                vector_mut(&out).fill(0.0);
                for (i, MeanWeights { rows, columns }) in sums.iter().enumerate() {
                    elementwise::add_weighted_sum(
                        level,
                        &input(i),
                        rows,
                        columns,
                        vector_mut(&out),
                    );
                }
            }
            Step::Resize { rows, columns, gated } => {
                let skip = gated.then(|| (input(0), input(1)));
                let job = gate::Job { z: input(node.inputs.len() - 1), out, skip, rows, columns };
                gate::run(level, &job, line);
            }
            Step::Plain => {}
        }
    }
}

/// A vector's values.
fn vector(view: &View) -> &[f32] {
    assert_eq!(view.pixels(), 1, "a vector");
    // SAFETY: the view is of the arena that the session holds, and no step writes a value that it
    // also reads.
    unsafe { std::slice::from_raw_parts(view.at, view.channels) }
}

#[expect(clippy::mut_from_ref, reason = "a view is a pointer; the step has one view of its output")]
fn vector_mut(view: &View) -> &mut [f32] {
    assert_eq!(view.pixels(), 1, "a vector");
    // SAFETY: as for `vector`; the output is reached only through this view.
    unsafe { std::slice::from_raw_parts_mut(view.at, view.channels) }
}

#[expect(clippy::mut_from_ref, reason = "as for vector_mut")]
fn picture_mut(view: &View) -> &mut [f32] {
    assert_eq!(view.row, view.width * view.channels, "a picture without zeros around it");
    // SAFETY: as for `vector`; rows follow each other without gaps.
    unsafe { std::slice::from_raw_parts_mut(view.at, view.row * view.height) }
}

/// Runs a node with plain loops, from and into the arena.
fn plain(graph: &Graph, node: &Node, places: &[Placed], arena: &mut [f32]) {
    let read = |input: &usize| -> Vec<f32> {
        let place = &places[*input];
        let pixel = |at: usize| arena[at..][..place.shape.channels].iter().copied();
        place.pixels().flat_map(pixel).collect()
    };
    let values: Vec<_> = node.inputs.iter().map(read).collect();
    let inputs: Vec<_> = values.iter().map(|v| &v[..]).collect();
    let result = reference::compute(graph, node, &inputs);
    let place = &places[node.output];
    for (at, pixel) in place.pixels().zip(result.chunks_exact(place.shape.channels)) {
        arena[at..][..pixel.len()].copy_from_slice(pixel);
    }
}

impl Step {
    fn new(graph: &Graph, node: &Node) -> Self {
        let from = graph.shapes[node.inputs[0]];
        let to = graph.shapes[node.output];
        if !node.op.has_kernel(from, to) {
            return Self::Plain;
        }
        match &node.op {
            Op::Conv { weights, reach, activation, gate, residual } => {
                let Some(packed) = Packed::new(weights, from.channels) else { return Self::Plain };
                let activation = *activation;
                if from.pixels() == 1
                    && !gate
                    && !residual
                    && weights.values.len() == from.channels * to.channels
                {
                    return Self::VectorConv { packed, activation };
                }
                if activation == Activation::Logistic {
                    return Self::Plain;
                }
                let gated = gate.then(|| packed.clone());
                Self::Conv { packed, gated, reach: *reach, activation, residual: *residual }
            }
            Op::Depthwise { weights, reach, activation, add_input } => Self::Depthwise {
                weights: weights.clone(),
                reach: *reach,
                activation: *activation,
                add_input: *add_input,
            },
            Op::TransposeConv { weights, activation } => {
                Self::TransposeConv { weights: weights.clone(), activation: *activation }
            }
            Op::Add { activation } => Self::Binary { op: Binary::Add, activation: *activation },
            Op::Mul { activation } => Self::Binary { op: Binary::Mul, activation: *activation },
            Op::Unary(activation) => Self::Unary(*activation),
            Op::Mean { plus } => Self::mean(graph, node, *plus),
            Op::Resize(interpolation) => Self::Resize {
                rows: interpolation.taps(from.height, to.height),
                columns: interpolation.taps(from.width, to.width),
                gated: false,
            },
            Op::GateAdd(interpolation) => {
                let small = graph.shapes[node.inputs[2]];
                Self::Resize {
                    rows: interpolation.taps(small.height, to.height),
                    columns: interpolation.taps(small.width, to.width),
                    gated: true,
                }
            }
        }
    }

    fn mean(graph: &Graph, node: &Node, plus: Option<Interpolation>) -> Self {
        let shape = graph.shapes[node.inputs[0]];
        let even = |n: usize| vec![1.0 / n as f32; n];
        let mut sums = vec![MeanWeights { rows: even(shape.height), columns: even(shape.width) }];
        if let Some(interpolation) = plus {
            let small = graph.shapes[node.inputs[1]];
            sums.push(MeanWeights {
                rows: interpolation.mean_weights(small.height, shape.height),
                columns: interpolation.mean_weights(small.width, shape.width),
            });
        }
        Self::Mean { sums }
    }
}
