//! A network ready to run: its steps, their packed weights, and the memory for all values.

use crate::execute::aligned::Aligned;
use crate::execute::crew::{Crew, Shared};
use crate::execute::expand::{All, Expand, Views};
use crate::execute::kernels::conv::{self, Packed};
use crate::execute::kernels::elementwise::{self, Binary};
use crate::execute::kernels::lanes::LANES;
use crate::execute::kernels::order::Order;
use crate::execute::kernels::{View, depthwise, gate, pool, transpose};
use crate::execute::plan::{self, Placed};
use crate::execute::winograd::Winograd;
use crate::graph::resize::{Interpolation, Tap};
use crate::graph::{Activation, Graph, Node, Op, Reach, Weights};
use crate::{Model, TensorShape, reference};
use backlot_kernels::Level;
use std::sync::Arc;

/// Runs one network again and again, on one thread or several that share each step.
///
/// [`Session::new`] allocates everything; [`Session::run`] allocates nothing for networks with
/// multiples of eight channels, such as the selfie segmentation ones.
#[derive(Debug)]
pub struct Session {
    pub(crate) graph: Arc<Graph>,
    level: Level,
    steps: Vec<Step>,
    places: Vec<Placed>,
    arena: Aligned,
    line: Aligned,
    /// For what isn't stored whole, by each thread, and for tiles.
    scratch: Aligned,
    crew: Crew,
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
        is_framed: bool,
    },
    Winograd(Winograd),
    Expand(Expand),
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
        /// How many inputs come before what is resized: a value, and a gate.
        before: usize,
    },
    Move(Order),
    Softmax,
    SumRows,
    MaxPool {
        height: usize,
        width: usize,
        reach: Reach,
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
        Self::with_threads(model, level, 1)
    }

    /// As [`Session::new`], for several threads that share each step: its own and whoever runs it. What
    /// comes out is the same to the last bit.
    pub fn with_threads(model: &Model, level: Level, threads: usize) -> Self {
        let crew = Crew::new(threads);
        let graph = model.graph().clone();
        let (places, floats) = plan::place(&graph);
        let steps: Vec<_> = graph.nodes.iter().map(|node| Step::new(level, &graph, node)).collect();
        let widest = graph.shapes.iter().map(|s| s.width * s.channels).max().unwrap_or(0);
        let strips = steps.iter().filter_map(|step| match step {
            Step::Expand(expand) => Some(expand.floats()),
            _ => None,
        });
        let tiles = steps.iter().filter_map(|step| match step {
            Step::Winograd(winograd) => Some(winograd.floats()),
            _ => None,
        });
        let strips = crew.parts() * strips.max().unwrap_or(0);
        let scratch = Aligned::zeros(strips.max(tiles.max().unwrap_or(0)));
        let (arena, line) = (Aligned::zeros(floats), Aligned::zeros(crew.parts() * widest));
        Self { graph, level, steps, places, arena, line, scratch, crew }
    }

    /// The picture that [`Session::input_mut`] takes.
    pub fn input_shape(&self) -> TensorShape {
        self.graph.shapes[0].into()
    }

    /// What [`Session::run`] returns: the first output.
    pub fn output_shape(&self) -> TensorShape {
        self.graph.shapes[self.graph.outputs[0]].into()
    }

    /// What [`Session::output_of`] returns, one after the other.
    pub fn output_shapes(&self) -> impl Iterator<Item = TensorShape> {
        self.graph.outputs.iter().map(|output| self.graph.shapes[*output].into())
    }

    /// The memory for the picture: RGB, `0.0..=1.0`, rows from top to bottom. Write it before each
    /// run, since the memory is reused.
    pub fn input_mut(&mut self) -> &mut [f32] {
        let place = &self.places[0];
        &mut self.arena[place.origin()..][..place.shape.values()]
    }

    /// Computes all outputs and returns the first: what [`Model::output`] is, for each pixel.
    pub fn run(&mut self) -> &[f32] {
        for index in 0..self.steps.len() {
            self.step(index);
        }
        self.output()
    }

    /// What the last run returned.
    pub fn output(&self) -> &[f32] {
        self.output_of(0)
    }

    /// What the last run computed as the output at this place of [`Model::outputs`].
    ///
    /// # Panics
    /// If the network doesn't have as many outputs.
    pub fn output_of(&self, index: usize) -> &[f32] {
        let place = &self.places[self.graph.outputs[index]];
        &self.arena[place.origin()..][..place.shape.values()]
    }

    pub(crate) fn step(&mut self, index: usize) {
        let Self { graph, level, steps, places, arena, line, scratch, crew } = self;
        let node = &graph.nodes[index];
        let level = *level;
        places[node.output].clear_halo(arena);
        if matches!(steps[index], Step::Plain) {
            return plain(graph, node, places, arena);
        }
        let arena: *mut [f32] = &mut arena[..];
        let out = View::new(arena, &places[node.output]);
        let input = |i: usize| View::new(arena, &places[node.inputs[i]]);
        match &mut steps[index] {
            Step::Conv { packed, gated, reach, activation, residual, is_framed } => {
                let x = input(0);
                let residual = residual.then(|| input(node.inputs.len() - 1));
                let (reach, activation, is_framed) = (*reach, *activation, *is_framed);
                let rows = (0, out.height);
                let job = conv::Job { x, out, residual, reach, activation, is_framed, rows };
                let packed: &Packed = match gated {
                    Some(gated) => {
                        packed.gate_into(vector(&input(1)), gated);
                        gated
                    }
                    None => packed,
                };
                convolve(level, job, packed, crew);
            }
            Step::Winograd(winograd) => {
                // SAFETY: the plan puts zeros around the input, and they have been cleared.
                unsafe { winograd.run(level, [input(0), out], scratch, crew) };
            }
            Step::Expand(expand) => {
                let residual = (node.inputs.len() > 1).then(|| input(1));
                expand.run(level, Views { x: input(0), out, residual }, scratch, crew);
            }
            Step::VectorConv { packed, activation } => {
                let out = vector_mut(&out);
                conv::run_vector(vector(&input(0)), packed, out);
                elementwise::activate(level, out, *activation);
            }
            Step::Depthwise { weights, reach, activation, add_input } => {
                let (reach, activation, add_input) = (*reach, *activation, *add_input);
                let rows = (0, out.height);
                let job = depthwise::Job { x: input(0), out, reach, activation, add_input, rows };
                convolve_channels(level, job, weights, crew);
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
                let out = vector_mut(&out);
                out.fill(0.0);
                for (i, MeanWeights { rows, columns }) in sums.iter().enumerate() {
                    elementwise::add_weighted_sum(level, &input(i), rows, columns, out);
                }
            }
            Step::Move(order) => order.run(&input(0), &out),
            Step::Softmax => softmax(&input(0), &out),
            Step::SumRows => elementwise::sum_rows(level, &input(0), &out),
            Step::MaxPool { height, width, reach } => {
                let (height, width, reach) = (*height, *width, *reach);
                pool::run(level, &pool::Job { x: input(0), out, height, width, reach });
            }
            Step::Resize { rows, columns, before } => {
                let gate = || (*before == 2).then(|| input(1));
                let skip = (*before > 0).then(|| (input(0), gate()));
                let (z, make) = (input(node.inputs.len() - 1), (0, out.height));
                resize(level, gate::Job { z, out, skip, rows, columns, make }, line, crew);
            }
            Step::Plain => {}
        }
    }
}

/// Multiply-adds from which a step is worth sharing; tests share all.
const WORTHWHILE: usize = if cfg!(test) { 1 } else { 4_000_000 };

/// Has the rows of a step made, by all threads if that is worth it.
fn share_rows(
    crew: &Crew,
    height: usize,
    work: usize,
    make: &(dyn Fn(usize, (usize, usize)) + Sync),
) {
    let parts = crew.parts();
    if parts == 1 || work < WORTHWHILE {
        return make(0, (0, height));
    }
    crew.run(&|part| make(part, (part * height / parts, (part + 1) * height / parts)));
}

fn convolve(level: Level, job: conv::Job, packed: &Packed, crew: &Crew) {
    let work = job.out.pixels() * packed.len();
    let (height, job) = (job.out.height, Shared(job));
    share_rows(crew, height, work, &|_, rows| {
        let job = conv::Job { rows, ..job.get() };
        // SAFETY: the plan puts zeros around the input, and they have been cleared.
        unsafe { conv::run(level, &job, packed) };
    });
}

/// Convolves each channel by itself.
fn convolve_channels(level: Level, job: depthwise::Job, weights: &Weights, crew: &Crew) {
    let work = job.out.pixels() * weights.values.len();
    let (height, job) = (job.out.height, Shared(job));
    share_rows(crew, height, work, &|_, rows| {
        let job = depthwise::Job { rows, ..job.get() };
        // SAFETY: the plan puts zeros around the input, and they have been cleared.
        unsafe { depthwise::run(level, &job, weights) };
    });
}

/// Each thread mixes lines in memory of its own.
fn resize(level: Level, job: gate::Job<'_>, line: &mut [f32], crew: &Crew) {
    let parts = crew.parts();
    let each = line.len() / parts;
    // A value costs more than a multiply-add: it is read, mixed from four others, and written.
    let work = job.out.pixels() * job.out.channels * 4;
    let (height, start) = (job.out.height, Shared((line.as_mut_ptr(), job)));
    share_rows(crew, height, work, &|part, make| {
        let (line, job) = start.get();
        // SAFETY: the parts lie side by side in the memory that the caller has lent.
        let own = unsafe { std::slice::from_raw_parts_mut(line.add(part * each), each) };
        gate::run(level, &gate::Job { make, ..job }, own);
    });
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

/// The softmax of each pixel's channels, of which there are few.
fn softmax(x: &View, out: &View) {
    for y in 0..x.height {
        for column in 0..x.width {
            // SAFETY: the pixel lies inside both views, and the plan assigns them different memory.
            let (from, to) = unsafe {
                let from = x.row_at(y).add(column * x.step).cast_const();
                let from = std::slice::from_raw_parts(from, x.channels);
                let to = out.row_at(y).add(column * out.step);
                (from, std::slice::from_raw_parts_mut(to, x.channels))
            };
            to.copy_from_slice(from);
            reference::softmax(to);
        }
    }
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
    fn new(level: Level, graph: &Graph, node: &Node) -> Self {
        let from = graph.shapes[node.inputs[0]];
        let to = graph.shapes[node.output];
        if !node.op.has_kernel(from, to) {
            return Self::Plain;
        }
        match &node.op {
            Op::Conv { weights, reach, activation, gate, residual } => {
                let activation = *activation;
                if !gate && !residual && activation != Activation::Logistic {
                    let winograd = Winograd::new(level, weights, *reach, activation, [from, to]);
                    if let Some(winograd) = winograd {
                        return Self::Winograd(winograd);
                    }
                }
                let Some(packed) = Packed::new(level, weights, from.channels) else {
                    return Self::Plain;
                };
                let is_pointwise = weights.values.len() == from.channels * to.channels;
                let is_of_vector =
                    (from.pixels(), to.pixels()) == (1, 1) && (reach.top, reach.left) == (0, 0);
                if is_of_vector && is_pointwise && !gate && !residual {
                    return Self::VectorConv { packed, activation };
                }
                if activation == Activation::Logistic {
                    return Self::Plain;
                }
                let gated = gate.then(|| packed.clone());
                let has_window = weights.height * weights.width > 1;
                let is_framed = has_window && from.channels.is_multiple_of(LANES);
                let (reach, residual) = (*reach, *residual);
                Self::Conv { packed, gated, reach, activation, residual, is_framed }
            }
            Op::Expand { conv, between, weights, reach, activation, project, .. } => {
                let activations = [*between, *activation];
                let all = All { conv, weights, project: project.as_ref() };
                Self::Expand(Expand::new(level, all, *reach, activations, [from, to]))
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
                before: 0,
            },
            Op::GateAdd(interpolation) | Op::ResizeAdd(interpolation) => {
                let before = node.inputs.len() - 1;
                let small = graph.shapes[node.inputs[before]];
                Self::Resize {
                    rows: interpolation.taps(small.height, to.height),
                    columns: interpolation.taps(small.width, to.width),
                    before,
                }
            }
            Op::Move(digits) => Self::Move(Order::new(digits)),
            Op::Softmax => Self::Softmax,
            Op::SumRows => Self::SumRows,
            Op::MaxPool { height, width, reach } => {
                Self::MaxPool { height: *height, width: *width, reach: *reach }
            }
            Op::Pad { .. } => Self::Plain,
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
