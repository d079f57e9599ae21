//! What a moving source does at its end.

use super::Layer;
use super::words::words;
use crate::form::{Property, Takes, Value};

/// What a video or an animation does at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Play {
    /// It begins again.
    #[default]
    Loop,
    /// It ends, and the layer shows nothing from then on.
    Once,
    /// It stays at its last picture.
    Hold,
}

words!(Play, "way to play", Loop = "loop", Once = "once", Hold = "hold");

/// `play`
pub(super) const PLAY: Property<Layer> = Property {
    name: "play",
    takes: Takes::Words(Play::WORDS),
    help: "What a video does at its end: loop, once (it disappears) or hold (its last picture stays).",
    example: None,
    read: |layer, value| {
        layer.play = value.parsed()?;
        Ok(())
    },
    write: |layer| Some(Value::text(&layer.play)),
};
