//! Reads TensorFlow.js graph models: a `model.json` with nodes in the form of TensorFlow's GraphDef, and files beside it
//! that hold the weights.
//!
//! Such a network takes pictures of any size, so that the shapes of what it computes follow from the picture's.

mod emit;
mod json;
mod network;
mod operators;
mod weights;

use super::File;
use crate::ModelError;
use json::Document;
use network::Network;
use std::collections::HashMap;
use std::sync::Arc;
use weights::Weights;

/// The most nodes; Robust Video Matting has 900.
const MAX_NODES: usize = 4096;
/// Operators whose results depend on a decision.
const CONTROL_FLOW: [&str; 12] = [
    "Switch",
    "Merge",
    "Enter",
    "Exit",
    "NextIteration",
    "LoopCond",
    "If",
    "StatelessIf",
    "While",
    "StatelessWhile",
    "PartitionedCall",
    "StatefulPartitionedCall",
];

/// A `model.json`, whose files with weights are still to be read.
#[derive(Debug)]
pub struct TfjsFile {
    network: Network,
}

/// A TensorFlow.js graph model. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TfjsNetwork {
    network: Arc<Network>,
}

impl TfjsFile {
    /// Reads a `model.json`. The bytes may come from anywhere: it trusts nothing in them.
    ///
    /// # Errors
    /// Returns an error that says what is wrong with the file, or which of its nodes or weights can't be used.
    pub fn read(json: &[u8]) -> Result<Self, ModelError> {
        let (nodes, groups) = Document::read(json)?;
        if nodes.len() > MAX_NODES {
            let (found, limit) = (nodes.len() as u64, MAX_NODES as u64);
            return Err(ModelError::TooLarge { what: "the number of its nodes", found, limit });
        }
        let mut by_name = HashMap::new();
        for (index, node) in nodes.iter().enumerate() {
            if CONTROL_FLOW.contains(&&node.op[..]) {
                return Err(ModelError::UnknownOperator { operator: node.label() });
            }
            if by_name.insert(node.name.clone(), index).is_some() {
                return Err(node.wrong("its name is another node's, too"));
            }
        }
        let weights = Weights::new(groups)?;
        Ok(Self { network: Network { nodes, by_name, weights } })
    }

    /// The files that hold the weights: plain names, each another, of files in the folder of the `model.json`.
    pub fn shards(&self) -> &[String] {
        self.network.weights.shards()
    }

    /// How many bytes these files have together, at most 256 MiB.
    pub fn shard_bytes(&self) -> usize {
        self.network.weights.bytes()
    }

    /// The network with its weights: what each of [`TfjsFile::shards`] holds, in their order.
    ///
    /// # Errors
    /// Returns an error if there are more or fewer files, or they hold more or less than the weights take.
    pub fn with_shards(mut self, shards: Vec<Vec<u8>>) -> Result<TfjsNetwork, ModelError> {
        self.network.weights.fill(shards)?;
        Ok(TfjsNetwork { network: Arc::new(self.network) })
    }
}

impl TfjsNetwork {
    /// Whether a node has this name: what a network computes is known by it.
    pub fn has(&self, node: &str) -> bool {
        self.network.by_name.contains_key(node)
    }

    /// Whether a node's name has this in it: which network it is can be told by that.
    pub fn has_part(&self, name: &str) -> bool {
        self.network.nodes.iter().any(|node| node.name.contains(name))
    }

    /// What is to be computed on pictures of this height and width so that these nodes are.
    pub(crate) fn file(&self, size: [usize; 2], outputs: &[&str]) -> Result<File, ModelError> {
        emit::file(&self.network, size, outputs)
    }
}
