//! What is asked of a model.

use crate::{Parameters, Tensor};

/// A request to a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InferRequest {
    /// What the answer repeats.
    pub id: String,
    /// What else is said.
    pub parameters: Parameters,
    /// What is handed in.
    pub inputs: Vec<Tensor>,
    /// What is asked for; everything if empty.
    pub outputs: Vec<Wanted>,
}

/// A tensor that is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// What else is said of it.
    pub parameters: Parameters,
}

impl InferRequest {
    /// Whether an output is answered as bytes over REST.
    pub fn wants_binary(&self, output: &str) -> bool {
        let wanted = self.outputs.iter().find(|wanted| wanted.name == output);
        let own = wanted.and_then(|wanted| wanted.parameters.flag("binary_data"));
        own.or_else(|| self.parameters.flag("binary_data_output")).unwrap_or(false)
    }
}
