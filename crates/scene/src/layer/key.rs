//! What cuts a layer out, and how its edge is treated.

use super::Layer;
use crate::SceneError;
use crate::form::{Property, Takes, Value};
use std::fmt;
use std::str::FromStr;
/// What cuts a layer out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The person that the network finds.
    Person,
}

/// How what is cut out is tied to what stands behind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// How much of the old room's colour is taken out of the edge, `0.0..=1.0`.
    pub decontaminate: f32,
    /// How much of the new background's light falls on the edge, `0.0..=1.0`.
    pub light_wrap: f32,
}

impl Default for Edge {
    fn default() -> Self {
        Self { decontaminate: 1.0, light_wrap: 0.3 }
    }
}

impl FromStr for Key {
    type Err = SceneError;

    fn from_str(text: &str) -> Result<Self, SceneError> {
        match text {
            "person" => Ok(Self::Person),
            _ => Err(SceneError::Word { kind: "key", given: text.to_owned(), words: &["person"] }),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Person => "person",
        })
    }
}

/// `key`
pub(super) const KEY: Property<Layer> = Property {
    name: "key",
    takes: Takes::Text,
    help: "What cuts the layer out: person. Without it the whole picture shows.",
    example: Some("\"person\""),
    read: |layer, value| {
        layer.key = Some(value.parsed()?);
        Ok(())
    },
    write: |layer| layer.key.as_ref().map(Value::text),
};

/// `decontaminate`
pub(super) const DECONTAMINATE: Property<Layer> = Property {
    name: "decontaminate",
    takes: Takes::SHARE,
    help: "How much of the old room's colour is taken out of its edge, 0 to 1.",
    example: None,
    read: |layer, value| {
        layer.edge.decontaminate = value.share();
        Ok(())
    },
    write: |layer| Some(Value::single(layer.edge.decontaminate)),
};

/// `light_wrap`
pub(super) const LIGHT_WRAP: Property<Layer> = Property {
    name: "light_wrap",
    takes: Takes::SHARE,
    help: "How much of the light behind falls on its edge, 0 to 1.",
    example: None,
    read: |layer, value| {
        layer.edge.light_wrap = value.share();
        Ok(())
    },
    write: |layer| Some(Value::single(layer.edge.light_wrap)),
};
