//! Why a matte can't be made.

use backlot_media::{PixelFormat, Recovery, Size};

/// Why a matte can't be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MatteError {
    /// The network does not give one value for each of a picture's pixels.
    #[error(
        "the network takes {input} values a pixel and gives {output}, but a segmenter takes 3 and gives 1: choose another model"
    )]
    NotASegmenter {
        /// Values of an input pixel.
        input: usize,
        /// Values of an output pixel.
        output: usize,
    },
    /// A setting is not a number of its range.
    #[error("{name} is {value}, but must be between 0 and 1")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f32,
    },
    /// The frame's format is another than I420.
    #[error("a matte is made from I420 frames, not {0}: convert the frame first")]
    WrongFormat(PixelFormat),
    /// The frame or matte has another size than the source.
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
    /// The network's mask is no mask.
    #[error(
        "the network gave {value} where a probability of 0 to 1 was expected: choose another model"
    )]
    Rubbish {
        /// What it gave.
        value: f32,
    },
    /// The matte was asked for another frame than the one that was segmented.
    #[error(
        "frame {refined} can't be refined, because {segmented} was segmented: segment each frame first"
    )]
    NotSegmented {
        /// The frame that was to be refined.
        refined: u64,
        /// What was segmented last.
        segmented: Segmented,
    },
    /// There is no mask that could be carried to the frame.
    #[error("there is no mask to carry to frame {frame}: segment a frame of this scene first")]
    NothingToCarry {
        /// The frame that was to have a matte.
        frame: u64,
    },
}

/// What was segmented last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segmented {
    /// Nothing yet, or everything was forgotten.
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

impl MatteError {
    /// What to do about it.
    pub const fn recovery(&self) -> Recovery {
        match self {
            Self::WrongSize { .. } | Self::WrongFormat(_) => Recovery::Reopen,
            Self::NotASegmenter { .. } | Self::OutOfRange { .. } => Recovery::Reconfigure,
            Self::NotSegmented { .. } | Self::Rubbish { .. } | Self::NothingToCarry { .. } => {
                Recovery::Retry
            }
        }
    }
}
