//! What a model answers.

use crate::{Parameters, Tensor};

/// The answer of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InferAnswer {
    /// The model.
    pub model: String,
    /// The version that was used.
    pub version: String,
    /// What the request said.
    pub id: String,
    /// What else is said.
    pub parameters: Parameters,
    /// The results.
    pub outputs: Vec<Tensor>,
}
