//! The tools that are run.

/// A program that is run as a child process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Decodes and encodes.
    Ffmpeg,
    /// Reports what a file contains.
    Ffprobe,
}

impl Tool {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ffmpeg => "ffmpeg",
            Self::Ffprobe => "ffprobe",
        }
    }

    /// The environment variable that says where the program is.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Ffmpeg => "BACKLOT_FFMPEG",
            Self::Ffprobe => "BACKLOT_FFPROBE",
        }
    }
}
