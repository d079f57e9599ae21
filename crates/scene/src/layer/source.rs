//! Where a layer's picture comes from.

use super::id::SourceId;
use crate::Rgb;
use std::path::{Path, PathBuf};

/// Where a layer's picture comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerSource {
    /// The camera of the settings, or whatever stands for it.
    Camera,
    /// One colour.
    Color(Rgb),
    /// From the first colour at the top to the second at the bottom.
    Gradient(Rgb, Rgb),
    /// A picture or a video.
    File(PathBuf),
    /// A built-in set, by name.
    Set(String),
    /// A source that is declared in the settings.
    Named(SourceId),
    /// Another scene, by name.
    Scene(String),
}

impl LayerSource {
    /// The file that it names, if it does.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }
}
