//! What a user can choose about a matte.

use crate::MatteError;
use std::fmt;
use std::str::FromStr;

/// How much work goes into a matte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Quality {
    /// One pass of the network, smoothed over time; no work at the edges.
    Fast,
    /// One pass of the network on the person's surroundings, smoothed over time, with edges refined
    /// by the picture.
    #[default]
    Live,
    /// As live, while a larger network looks now and then, and takes out what is no person.
    Teacher,
    /// Several passes of the network and the finest edges: tens of milliseconds for each picture.
    Best,
}

impl Quality {
    /// All of them, from the fastest to the best.
    pub const ALL: [Self; 4] = [Self::Fast, Self::Live, Self::Teacher, Self::Best];
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Fast => "fast",
            Self::Live => "live",
            Self::Teacher => "teacher",
            Self::Best => "best",
        })
    }
}

/// The text doesn't name a quality.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a quality: choose fast, live, teacher or best")]
pub struct QualityError(String);

impl FromStr for Quality {
    type Err = QualityError;

    fn from_str(text: &str) -> Result<Self, QualityError> {
        let named = |quality: &Self| quality.to_string() == text;
        Self::ALL.into_iter().find(named).ok_or_else(|| QualityError(text.to_owned()))
    }
}

/// How to make a person's matte.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatteSettings {
    /// How much work goes into it.
    pub quality: Quality,
    /// How much of the network's flicker to smooth out over time, `0.0..=1.0`; 0 treats each frame
    /// alone.
    pub smoothing: f32,
    /// How far the picture refines the matte's edge, `0.0..=1.0`; 0 leaves the network's soft edge.
    pub edge: f32,
    /// Whether, after the first half second, only what has moved counts as a person. Otherwise, and
    /// with the best quality, the network decides alone.
    pub presence: bool,
    /// The most that a larger network which looks now and then takes of a core, `0.0..=1.0`.
    pub teacher_share: f32,
    /// Whether nothing may depend on how fast this machine is: pictures are a file's.
    pub is_exact: bool,
}

impl Default for MatteSettings {
    /// Live quality, all smoothing, all refinement; only what has moved is a person.
    fn default() -> Self {
        Self {
            quality: Quality::Live,
            smoothing: 1.0,
            edge: 1.0,
            presence: true,
            teacher_share: 0.25,
            is_exact: false,
        }
    }
}

impl MatteSettings {
    pub(crate) fn check(&self) -> Result<(), MatteError> {
        let Self { smoothing, edge, teacher_share, .. } = *self;
        for (name, value) in
            [("smoothing", smoothing), ("edge", edge), ("teacher_share", teacher_share)]
        {
            if !(0.0..=1.0).contains(&value) {
                return Err(MatteError::OutOfRange { name, value });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualities_are_read_as_they_are_written() {
        for quality in Quality::ALL {
            assert_eq!(quality.to_string().parse(), Ok(quality));
        }
        let error = "good".parse::<Quality>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "'good' is not a quality: choose fast, live, teacher or best"
        );
    }
}
