//! Turns nodes into tensors and operators, for pictures of one size: what is wanted, and what that needs.

use super::json::Node;
use super::network::Network;
use super::operators::{self, As, Step};
use super::weights::MAX_VALUES;
use crate::ModelError;
use crate::import::{File, Limits, Operator, OperatorKind, Output, Tensor, TensorData};
use std::collections::HashMap;
use std::sync::Arc;

/// What has become of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    /// What it needs is being looked at.
    Open,
    /// Its tensor.
    Done(usize),
}

/// A file while it is made.
struct Emitter<'a> {
    network: &'a Network,
    size: [usize; 2],
    states: Vec<State>,
    input: Option<usize>,
    tensors: Vec<Tensor>,
    operators: Vec<Operator>,
    /// The tensors of stored numbers, by node and form.
    stored: HashMap<(usize, As), usize>,
    /// How many more numbers may be stored.
    room: usize,
}

/// Makes a file of what these nodes need, on pictures of this height and width.
pub(super) fn file(
    network: &Network,
    size: [usize; 2],
    outputs: &[&str],
) -> Result<File, ModelError> {
    if size.contains(&0) {
        return Err(ModelError::Graph("it is asked for a mask of a picture without any pixel"));
    }
    let states = vec![State::New; network.nodes.len()];
    let (tensors, operators, stored) = (Vec::new(), Vec::new(), HashMap::new());
    let (input, room) = (None, 2 * MAX_VALUES);
    let mut emitter = Emitter { network, size, states, input, tensors, operators, stored, room };
    let mut named = Vec::new();
    for name in outputs {
        let node = network.by_name.get(*name);
        let node = *node.ok_or_else(|| ModelError::NoOutput { name: (*name).to_owned() })?;
        let tensor = emitter.with_all_needed(node)?;
        named.push(Output { tensor, name: (*name).to_owned() });
    }
    let Emitter { input, tensors, operators, .. } = emitter;
    let input = input.ok_or(ModelError::Graph("its outputs do not depend on its input"))?;
    Ok(File { tensors, operators, input, outputs: named, limits: Limits::ANY_SIZE })
}

impl Emitter<'_> {
    /// The tensor of a node, after everything that it needs: no deeper call for a deeper network.
    fn with_all_needed(&mut self, wanted: usize) -> Result<usize, ModelError> {
        let mut open = vec![wanted];
        while let Some(&node) = open.last() {
            if self.states[node] != State::New && self.states[node] != State::Open {
                open.pop();
                continue;
            }
            let steps = operators::steps(self.network, &self.network.nodes[node])?;
            let needed = steps.iter().flat_map(|step| step.values());
            let missing: Vec<usize> =
                needed.filter(|n| !matches!(self.states[*n], State::Done(_))).collect();
            if missing.is_empty() {
                let tensor = self.emit(node, steps)?;
                self.states[node] = State::Done(tensor);
                open.pop();
                continue;
            }
            if self.states[node] == State::Open
                || missing.iter().any(|node| self.states[*node] == State::Open)
            {
                return Err(self.network.nodes[node].wrong("it is part of a loop"));
            }
            self.states[node] = State::Open;
            open.extend(missing);
        }
        match self.states[wanted] {
            State::Done(tensor) => Ok(tensor),
            _ => Err(self.network.nodes[wanted].wrong("it computes nothing")),
        }
    }

    /// Adds what a node does; returns the tensor of its result.
    fn emit(&mut self, index: usize, steps: Vec<Step>) -> Result<usize, ModelError> {
        let node = &self.network.nodes[index];
        let mut last = None;
        for step in steps {
            last = Some(match step {
                Step::Input => self.take_input(node)?,
                Step::Same(source) => self.tensor_of(source, node)?,
                Step::Operator { kind, value, others, stored } => {
                    let value = value.map(|value| self.tensor_of(value, node)).transpose()?;
                    let mut inputs: Vec<usize> = value.or(last).into_iter().collect();
                    for other in others {
                        inputs.push(self.tensor_of(other, node)?);
                    }
                    for (constant, form) in stored {
                        inputs.push(self.stored(node, constant, form)?);
                    }
                    self.operator(node, kind, inputs)
                }
                Step::Scale { kind, values } => {
                    let inputs = last.into_iter().collect::<Vec<_>>();
                    self.take_room(values.len())?;
                    let dims = vec![values.len()];
                    let tensor = self.tensor(Some(dims), TensorData::Floats(Arc::new(values)));
                    self.operator(node, kind, [&inputs[..], &[tensor]].concat())
                }
                Step::Resize { kind, value, size } => {
                    let value = self.tensor_of(value, node)?;
                    let size = TensorData::Ints(Arc::new(size.to_vec()));
                    let size = self.tensor(Some(vec![2]), size);
                    self.operator(node, kind, vec![value, size])
                }
            });
        }
        last.ok_or_else(|| node.wrong("it computes nothing"))
    }

    fn tensor(&mut self, dims: Option<Vec<usize>>, data: TensorData) -> usize {
        self.tensors.push(Tensor { dims, data });
        self.tensors.len() - 1
    }

    fn operator(&mut self, node: &Node, kind: OperatorKind, inputs: Vec<usize>) -> usize {
        let output = self.tensor(None, TensorData::Computed);
        self.operators.push(Operator { kind, label: node.label(), inputs, output });
        output
    }

    fn tensor_of(&self, source: usize, user: &Node) -> Result<usize, ModelError> {
        match self.states[source] {
            State::Done(tensor) => Ok(tensor),
            _ => Err(user.wrong("an input is not computed before it")),
        }
    }

    fn take_input(&mut self, node: &Node) -> Result<usize, ModelError> {
        if self.input.is_some() {
            return Err(node.wrong("the network has more than one input"));
        }
        let [height, width] = self.size;
        let declared = node.attr.shape.as_ref().and_then(|shape| shape.dims());
        if let Some([batch, rows, columns, channels]) = declared.as_deref() {
            let fits = |declared: i64, wanted: usize| {
                declared < 0 || usize::try_from(declared).is_ok_and(|declared| declared == wanted)
            };
            if !(fits(*batch, 1) && fits(*channels, 3)) {
                return Err(node.wrong("it is not one picture (1 x height x width x 3)"));
            }
            if !(fits(*rows, height) && fits(*columns, width)) {
                return Err(node.wrong("it takes pictures of another size only"));
            }
        }
        let tensor = self.tensor(Some(vec![1, height, width, 3]), TensorData::Computed);
        self.input = Some(tensor);
        Ok(tensor)
    }

    /// Counts numbers that are stored once more, in another form.
    fn take_room(&mut self, values: usize) -> Result<(), ModelError> {
        self.room = self.room.checked_sub(values).ok_or(ModelError::TooLarge {
            what: "the number of stored values",
            found: (2 * MAX_VALUES - self.room + values) as u64,
            limit: 2 * MAX_VALUES as u64,
        })?;
        Ok(())
    }

    /// The tensor of stored numbers in some form.
    fn stored(&mut self, node: &Node, constant: usize, form: As) -> Result<usize, ModelError> {
        if let Some(tensor) = self.stored.get(&(constant, form)) {
            return Ok(*tensor);
        }
        let dims = self.network.dims(constant).to_vec();
        if dims.contains(&0) {
            return Err(node.wrong("the weights that it takes are none"));
        }
        self.take_room(dims.iter().product())?;
        let values = self.network.floats(node, constant)?;
        let (dims, values) = match (form, &dims[..]) {
            (As::Stored, _) => (dims, values),
            (As::Negative, _) => (dims, values.into_iter().map(|value| -value).collect()),
            (As::Convolution, &[height, width, inputs, outputs]) => {
                (vec![outputs, height, width, inputs], by_output(&values, outputs))
            }
            (As::Depthwise, &[height, width, channels, 1]) => {
                (vec![1, height, width, channels], values)
            }
            (As::Convolution, _) => {
                return Err(node.wrong("its weights do not have four dimensions"));
            }
            (As::Depthwise, _) => {
                return Err(node.wrong("its weights are not height x width x channels x 1"));
            }
        };
        let tensor = self.tensor(Some(dims), TensorData::Floats(Arc::new(values)));
        self.stored.insert((constant, form), tensor);
        Ok(tensor)
    }
}

/// From `[...][output]` to `[output][...]`.
fn by_output(values: &[f32], outputs: usize) -> Vec<f32> {
    let column = |output| values.iter().skip(output).step_by(outputs.max(1)).copied();
    (0..outputs).flat_map(column).collect()
}
