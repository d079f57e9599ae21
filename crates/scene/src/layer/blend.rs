//! How a layer mixes with what is below it.

use super::Layer;
use super::words::words;
use crate::form::{Property, Takes, Value};

/// How a layer mixes with what is below it: the separable modes of W3C's Compositing and Blending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Blend {
    /// It covers.
    #[default]
    Normal,
    /// It darkens: white changes nothing.
    Multiply,
    /// It lightens: black changes nothing.
    Screen,
    /// Light is added to light.
    Add,
}

words!(
    Blend,
    "way to blend",
    Normal = "normal",
    Multiply = "multiply",
    Screen = "screen",
    Add = "add",
);

/// `blend`
pub(super) const BLEND: Property<Layer> = Property {
    name: "blend",
    takes: Takes::Words(Blend::WORDS),
    help: "How it mixes with what is below: normal, multiply, screen or add.",
    example: None,
    read: |layer, value| {
        layer.blend = value.parsed()?;
        Ok(())
    },
    write: |layer| Some(Value::text(&layer.blend)),
};
