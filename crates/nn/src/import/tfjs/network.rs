//! Nodes by their name, and what is stored for them.

use super::json::Node;
use super::weights::Weights;
use crate::ModelError;
use std::collections::HashMap;

/// The most channels that are scaled one by one; ResNet50 has 2048.
const MAX_CHANNELS: usize = 8192;
/// The most whole numbers that an operator is told.
const MAX_LIST: usize = 16;

/// Nodes by their place and name, and what is stored for them.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) nodes: Vec<Node>,
    pub(super) by_name: HashMap<String, usize>,
    pub(super) weights: Weights,
}

impl Network {
    /// The node that an input names: its first output, `name` or `name:0`.
    pub(super) fn source(&self, node: &Node, input: &str) -> Result<usize, ModelError> {
        let name = input.strip_suffix(":0").unwrap_or(input);
        let found = self.by_name.get(name);
        found.copied().ok_or_else(|| node.wrong("an input of it is no node of the model"))
    }

    /// What a node takes, by its place among the inputs; nodes that it only waits for don't count.
    pub(super) fn input(&self, node: &Node, place: usize) -> Result<usize, ModelError> {
        let mut inputs = node.input.iter().filter(|input| !input.starts_with('^'));
        let input = inputs.nth(place).ok_or_else(|| node.wrong("an input is missing"))?;
        let mut source = self.source(node, input)?;
        // Nodes that hand on what they get; as many as there are nodes are a loop.
        for _ in 0..self.nodes.len() {
            let between = &self.nodes[source];
            if between.op != "Identity" {
                return Ok(source);
            }
            let input =
                between.input.first().ok_or_else(|| between.wrong("an input is missing"))?;
            source = self.source(between, input)?;
        }
        Err(node.wrong("it is part of a loop"))
    }

    /// The name of the numbers that are stored as a node's input.
    pub(super) fn constant(&self, node: &Node, place: usize) -> Result<Option<usize>, ModelError> {
        let source = self.input(node, place)?;
        Ok((self.nodes[source].op == "Const").then_some(source))
    }

    pub(super) fn dims(&self, constant: usize) -> &[usize] {
        self.weights.dims(&self.nodes[constant].name).unwrap_or_default()
    }

    pub(super) fn floats(&self, node: &Node, constant: usize) -> Result<Vec<f32>, ModelError> {
        let floats = self.weights.floats(&self.nodes[constant].name);
        floats.ok_or_else(|| node.wrong("the weights that it takes are not stored as float32"))
    }

    /// Whether a node has so many stored numbers at most: whatever it is asked for often has few.
    fn has_few(&self, constant: usize, most: usize) -> bool {
        self.dims(constant).iter().product::<usize>() <= most
    }

    /// A number for each channel that is stored as a node's input.
    pub(super) fn for_channels(&self, node: &Node, place: usize) -> Result<Vec<f32>, ModelError> {
        let constant = self.constant(node, place)?.filter(|c| self.has_few(*c, MAX_CHANNELS));
        let wrong = || node.wrong("it takes other numbers than stored ones for each channel");
        self.floats(node, constant.ok_or_else(wrong)?)
    }

    /// The only number that is stored.
    pub(super) fn number(&self, constant: usize) -> Option<f32> {
        let one = self.has_few(constant, 1).then(|| &self.nodes[constant].name)?;
        self.weights.floats(one)?.first().copied()
    }

    /// A list of whole numbers that is stored as a node's input.
    pub(super) fn ints(&self, node: &Node, place: usize) -> Result<Vec<i32>, ModelError> {
        let constant = self.constant(node, place)?.filter(|c| self.has_few(*c, MAX_LIST));
        let ints = constant.and_then(|constant| self.weights.ints(&self.nodes[constant].name));
        ints.ok_or_else(|| node.wrong("a parameter is not stored as int32"))
    }
}
