//! How a layer mixes with what is below it.

use super::words::words;

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
