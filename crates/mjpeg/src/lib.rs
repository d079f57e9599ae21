//! Motion JPEG: decodes each picture of a camera's stream straight to YUV planes, and encodes back.
//!
//! JPEG stores YUV, and the planes come out as they were encoded (4:2:0, 4:2:2 or 4:4:4, full range
//! BT.601): nothing here converts colours or resamples chroma. libjpeg-turbo does the work.

#![forbid(unsafe_code)]

mod decoder;
mod encoder;
mod layout;
mod negative;

pub use backlot_jpeg::Scale;
pub use decoder::{Decoded, Decoder, END_MARKER};
pub use encoder::{Encoder, encode};
pub use negative::Negative;

use backlot_media::{PixelFormat, Recovery, SizeError};

/// Why a picture could not be decoded or encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MjpegError {
    /// The bytes aren't a JPEG picture, or are one that is cut short or damaged.
    #[error("the JPEG picture is damaged or cut short ({0}): the frame is left out")]
    Damaged(String),
    /// A picture of a size that no camera delivers.
    #[error("the JPEG picture's size is not usable: {0}")]
    Size(#[from] SizeError),
    /// A picture with more pixels than any camera delivers.
    #[error("a JPEG picture of {width}x{height} is too large: at most {} million pixels are decoded", MAX_PIXELS / 1_000_000)]
    TooLarge {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// A chroma subsampling or colour model that cameras do not use.
    #[error(
        "the JPEG picture's colours are stored as {0}: expected YUV 4:2:0, 4:2:2, 4:4:4 or grey"
    )]
    Subsampling(String),
    /// A frame of a format that JPEG does not store.
    #[error("a {0} frame cannot be stored as JPEG: convert it to I420, I422 or I444 first")]
    Format(PixelFormat),
    /// libjpeg-turbo failed for a reason other than the picture.
    #[error("the JPEG codec failed: {0}")]
    Codec(#[source] turbojpeg::Error),
}

impl MjpegError {
    /// What to do about it.
    pub const fn recovery(&self) -> Recovery {
        match self {
            Self::Damaged(_) => Recovery::Retry,
            Self::Size(_) | Self::TooLarge { .. } | Self::Subsampling(_) => Recovery::Reconfigure,
            Self::Format(_) | Self::Codec(_) => Recovery::Fatal,
        }
    }
}

/// Pictures with more pixels than this are refused before any allocation.
const MAX_PIXELS: u64 = 64_000_000;
