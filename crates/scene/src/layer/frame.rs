//! A layer's outline: corners, border and shadow.

use super::length::Length;
use crate::Rgb;

/// The shape of a layer's corners.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Corners {
    /// As they are.
    #[default]
    Square,
    /// Rounded by this radius; shares are of the box's shorter side.
    Radius(Length),
    /// The whole box becomes the largest circle that fits into its middle.
    Circle,
}

/// A line along the inside of a layer's edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Border {
    /// How wide it is; shares are of the box's shorter side.
    pub width: Length,
    /// Its colour.
    pub color: Rgb,
}

/// The shadow that a layer casts on what is below. Shares are of the box's shorter side.
#[derive(Clone, Debug, PartialEq)]
pub struct Shadow {
    /// How soft it is: the standard deviation of a Gaussian is half of this.
    pub blur: Length,
    /// How far it lies to the right.
    pub x: Length,
    /// How far it lies below.
    pub y: Length,
    /// How dark it is, `0.0..=1.0`.
    pub opacity: f32,
    /// Its colour.
    pub color: Rgb,
}

impl Default for Border {
    fn default() -> Self {
        Self { width: Length::Pixels(4.0), color: Rgb::new([255; 3]) }
    }
}

impl Default for Shadow {
    fn default() -> Self {
        let (blur, down) = (Length::Pixels(24.0), Length::Pixels(8.0));
        Self { blur, x: Length::ZERO, y: down, opacity: 0.5, color: Rgb::new([0; 3]) }
    }
}
