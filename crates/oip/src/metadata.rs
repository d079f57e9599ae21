//! What servers and models say of themselves.

use serde::{Deserialize, Deserializer, Serialize};

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerMetadata {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Which extensions of the protocol it knows.
    pub extensions: Vec<String>,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelMetadata {
    /// Its name.
    pub name: String,
    /// Its versions.
    #[serde(default, deserialize_with = "or_nothing")]
    pub versions: Vec<String>,
    /// What runs it.
    #[serde(default, deserialize_with = "or_nothing")]
    pub platform: String,
    /// What it takes.
    pub inputs: Vec<TensorMetadata>,
    /// What it gives.
    pub outputs: Vec<TensorMetadata>,
}

/// A value, or what it is without one: some servers write null.
fn or_nothing<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// What a tensor is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorMetadata {
    /// Its name.
    pub name: String,
    /// The kind of its elements, as the protocol writes it.
    pub datatype: String,
    /// Its sizes; -1 for any.
    pub shape: Vec<i64>,
}
