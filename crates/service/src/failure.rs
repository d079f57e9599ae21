//! Why a request isn't answered as was asked.

use backlot_files::FilesError;
use backlot_oip::OipError;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The request makes no sense.
    Wrong,
    /// It is no picture, or of a kind that isn't read.
    Unsupported,
    /// It is longer or larger than is taken.
    TooLarge,
    /// There is nothing of this name.
    NotFound,
    /// It is asked for in another way.
    Method,
    /// The client didn't say the token.
    Stranger,
    /// A page of another site asks.
    OtherPage,
    /// It was asked of another name.
    OtherHost,
    /// The request took too long to arrive.
    Slow,
    /// There is too much to do.
    Busy,
    /// It wasn't done in time.
    Late,
    /// The service ends.
    Ending,
    /// It is our fault.
    Internal,
}

impl Kind {
    /// The status of HTTP.
    pub const fn status(self) -> u16 {
        match self {
            Self::Wrong => 400,
            Self::Unsupported => 415,
            Self::TooLarge => 413,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::Stranger => 401,
            Self::OtherPage => 403,
            Self::OtherHost => 421,
            Self::Slow => 408,
            Self::Busy => 429,
            Self::Late | Self::Ending => 503,
            Self::Internal => 500,
        }
    }

    /// The status of gRPC.
    pub const fn code(self) -> u8 {
        match self {
            Self::Wrong | Self::Unsupported => 3,
            Self::Slow | Self::Late => 4,
            Self::NotFound => 5,
            Self::OtherPage | Self::OtherHost => 7,
            Self::TooLarge => 8,
            Self::Method => 12,
            Self::Internal => 13,
            Self::Busy | Self::Ending => 14,
            Self::Stranger => 16,
        }
    }

    /// Whether the same request may be answered a little later.
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Busy | Self::Late | Self::Ending)
    }
}

/// Why a request isn't answered as was asked, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub kind: Kind,
    pub sentence: String,
}

impl Failure {
    pub fn new(kind: Kind, sentence: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into() }
    }

    pub fn busy() -> Self {
        Self::new(Kind::Busy, "there is too much to do: ask again in a second")
    }

    pub fn internal() -> Self {
        Self::new(Kind::Internal, "the matte couldn't be made; the service's log says more")
    }

    /// That a body is longer than `most` bytes.
    pub fn too_long(most: u64) -> Self {
        let sentence = format!("a request has at most {} MiB", most >> 20);
        Self::new(Kind::TooLarge, sentence)
    }
}

impl From<OipError> for Failure {
    fn from(error: OipError) -> Self {
        Self::new(Kind::Wrong, error.to_string())
    }
}

impl From<FilesError> for Failure {
    fn from(error: FilesError) -> Self {
        let kind = match &error {
            FilesError::NotMedia { .. } | FilesError::Unsupported { .. } | FilesError::Heic(_) => {
                Kind::Unsupported
            }
            FilesError::Budget { needed, budget, .. } => {
                let (needed, budget) = (needed / 1_000_000, budget / 1_000_000);
                let sentence = format!(
                    "the picture takes {needed} MB to decode, more than the {budget} MB that one may take"
                );
                return Self::new(Kind::TooLarge, sentence);
            }
            FilesError::Size { .. } => Kind::TooLarge,
            FilesError::Memory { .. } => return Self::busy(),
            _ => Kind::Wrong,
        };
        Self::new(kind, error.to_string().replace("'the picture'", "the picture"))
    }
}
