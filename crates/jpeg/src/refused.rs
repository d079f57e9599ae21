//! Why a picture isn't decoded.

/// Why a picture isn't decoded. Whatever isn't [`Refused::Damaged`] or a mistake of the caller may well
/// be read by another decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The bytes hold no picture, or less than half of one.
    #[error("the JPEG picture is damaged or cut short ({0}): leave it out and take the next one")]
    Damaged(&'static str),
    /// It is encoded in another way: progressive, arithmetic, lossless, in several scans, with other than 8 bits.
    #[error(
        "the JPEG picture is {0}, and only sequential ones of 8 bits in one scan are read here"
    )]
    Coding(&'static str),
    /// Its colours are stored in another way: red, green and blue, four components, other subsamplings.
    #[error(
        "the JPEG picture's colours are stored as {0}: expected grey or YUV 4:4:4, 4:2:2, 4:2:0, 4:4:0 or 4:1:1"
    )]
    Colours(&'static str),
    /// It holds coefficients that no picture of 8 bits has.
    #[error("the JPEG picture holds numbers beyond those of pictures of 8 bits")]
    Numbers,
    /// It has more pixels than any camera delivers.
    #[error("a JPEG picture of {width}x{height} is too large: at most {} million pixels are decoded", MAX_PIXELS / 1_000_000)]
    TooLarge {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// The caller's planes or mask don't fit the picture.
    #[error("the {0} that are to be written don't fit the JPEG picture: ask it for their sizes")]
    Planes(&'static str),
}

/// Pictures with more pixels than this are refused before any allocation.
pub(crate) const MAX_PIXELS: usize = 64_000_000;
