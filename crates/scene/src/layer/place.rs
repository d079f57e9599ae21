//! Where a layer stands on the canvas.

use super::length::Length;
use super::words::words;

/// Where a layer stands on the canvas, and how large it is.
///
/// With neither width nor height the layer fills the canvas; with one of them the other follows
/// the shape of the source, after its crop and turn; with both, the source fills that box by its
/// [`Fit`](super::Fit). Shares of widths are of the canvas' width, those of heights of its height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Which point of the canvas the same point of the layer lies at.
    pub anchor: Anchor,
    /// How wide it is.
    pub width: Option<Length>,
    /// How high it is.
    pub height: Option<Length>,
    /// How far it is from the anchored edges; from the middle, to the right and down. Negative ones
    /// push it over the edge.
    pub margin: Margin,
}

/// How far a layer is from the edges of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Margin {
    /// As far sideways as up or down: shares are of the canvas' height.
    Both(Length),
    /// Sideways, a share of the canvas' width, and up or down, one of its height.
    Each(Length, Length),
}

impl Default for Place {
    fn default() -> Self {
        let margin = Margin::Both(Length::ZERO);
        Self { anchor: Anchor::Center, width: None, height: None, margin }
    }
}

/// A point of the canvas: its middle, a corner, or the middle of an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// The upper left corner.
    TopLeft,
    /// The middle of the upper edge.
    Top,
    /// The upper right corner.
    TopRight,
    /// The middle of the left edge.
    Left,
    /// The middle.
    #[default]
    Center,
    /// The middle of the right edge.
    Right,
    /// The lower left corner.
    BottomLeft,
    /// The middle of the lower edge.
    Bottom,
    /// The lower right corner.
    BottomRight,
}

words!(
    Anchor,
    "place to anchor at",
    TopLeft = "top-left",
    Top = "top",
    TopRight = "top-right",
    Left = "left",
    Center = "center",
    Right = "right",
    BottomLeft = "bottom-left",
    Bottom = "bottom",
    BottomRight = "bottom-right",
);

impl Anchor {
    /// Which way it lies from the middle: left and up are -1, right and down 1.
    pub const fn direction(self) -> (i8, i8) {
        let across = match self {
            Self::TopLeft | Self::Left | Self::BottomLeft => -1,
            Self::Top | Self::Center | Self::Bottom => 0,
            Self::TopRight | Self::Right | Self::BottomRight => 1,
        };
        let down = match self {
            Self::TopLeft | Self::Top | Self::TopRight => -1,
            Self::Left | Self::Center | Self::Right => 0,
            Self::BottomLeft | Self::Bottom | Self::BottomRight => 1,
        };
        (across, down)
    }
}
