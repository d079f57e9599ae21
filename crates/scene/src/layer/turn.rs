//! Quarter turns.

use super::Layer;
use crate::form::{Property, Takes, Value};
/// By how much a picture is turned, clockwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Turn {
    /// Not at all.
    #[default]
    None,
    /// A quarter to the right.
    Right,
    /// Upside down.
    Half,
    /// A quarter to the left.
    Left,
}

impl Turn {
    /// All of them, by their degrees.
    pub const ALL: [Self; 4] = [Self::None, Self::Right, Self::Half, Self::Left];

    /// The degrees, clockwise.
    pub const fn degrees(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Right => 90,
            Self::Half => 180,
            Self::Left => 270,
        }
    }

    /// The turn of 0, 90, 180 or 270 degrees.
    pub fn of_degrees(degrees: f64) -> Option<Self> {
        Self::ALL.into_iter().find(|turn| f64::from(turn.degrees()) == degrees)
    }

    /// Whether width and height change places.
    pub const fn is_sideways(self) -> bool {
        matches!(self, Self::Right | Self::Left)
    }
}

/// `turn`
pub(super) const TURN: Property<Layer> = Property {
    name: "turn",
    takes: Takes::Numbers(&[0.0, 90.0, 180.0, 270.0]),
    help: "By how many degrees it is turned, clockwise: 0, 90, 180 or 270.",
    example: None,
    read: |layer, value| {
        layer.turn = value.as_number().and_then(Turn::of_degrees).unwrap_or_default();
        Ok(())
    },
    write: |layer| Some(Value::Number(layer.turn.degrees().into())),
};
