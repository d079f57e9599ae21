//! What a moving source does at its end.

use super::words::words;

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
