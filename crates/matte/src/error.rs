//! Why a matte can't be made.

use backlot_media::{LayoutError, PixelFormat, Size, SizeError};
use backlot_segmenter::SegmenterError;

/// Why a matte can't be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MatteError {
    /// The network finds nobody, whatever it looks at.
    #[error(transparent)]
    Segmenter(#[from] SegmenterError),
    /// No picture has that size.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// The bytes are no picture of the right size.
    #[error(transparent)]
    Bytes(#[from] LayoutError),
    /// No network tells such parts of a person apart.
    #[error(
        "no network here tells '{0}' of a person apart: the model 'multiclass' knows hair, face, body and clothes, and BodyPix the parts of a body"
    )]
    UnknownPart(String),
    /// A setting is outside its range.
    #[error("{name} is {value}, but must be between 0 and 1")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f32,
    },
    /// Whoever looks for the person is still at work elsewhere.
    #[error("nobody has looked for the person yet")]
    NotYet,
    /// The frame's format is not I420.
    #[error("a matte is made from I420 frames, not {0}: convert the frame first")]
    WrongFormat(PixelFormat),
    /// The frame or matte doesn't have the source's size.
    #[error(
        "the {what} is {found}, but this source's pictures are {expected}: make a new matte for another size"
    )]
    WrongSize {
        /// Frame or matte.
        what: &'static str,
        /// The size of the source.
        expected: Size,
        /// Its size.
        found: Size,
    },
    /// The matte is for another frame than the segmented one.
    #[error(
        "frame {refined} can't be refined, because {segmented} was segmented: segment each frame first"
    )]
    NotSegmented {
        /// The frame to refine.
        refined: u64,
        /// The frame segmented last.
        segmented: Segmented,
    },
    /// There is no mask to carry to the frame.
    #[error("there is no mask to carry to frame {frame}: segment a frame of this scene first")]
    NothingToCarry {
        /// The frame that needs a matte.
        frame: u64,
    },
}

/// The frame segmented last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segmented {
    /// None yet, or everything was forgotten.
    Nothing,
    /// The frame with this sequence number.
    Frame(u64),
}

impl std::fmt::Display for Segmented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => f.write_str("no frame"),
            Self::Frame(sequence) => write!(f, "frame {sequence}"),
        }
    }
}
