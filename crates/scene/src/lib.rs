//! What the user asked for, as data: scenes and their layers, backgrounds, effects and settings.
//!
//! Reading and checking happens here, without looking at a disk or a device; the pipeline
//! resolves names and compiles scenes.

#![forbid(unsafe_code)]

mod background;
pub mod config;
mod document;
mod error;
mod exposure;
pub mod geometry;
mod layer;
mod look;
mod scene;

pub use background::Background;
pub use backlot_effects::Effect;
pub use backlot_schema::Rgb;
pub use config::Config;
pub use document::{CameraName, Document, SourceSpec};
pub use error::SceneError;
pub use exposure::Exposure;
pub use layer::{
    Anchor, Blend, Border, Corners, Crop, Edge, Fit, Key, Layer, LayerId, LayerSource, Length,
    Margin, Place, Play, Shadow, SourceId, Turn,
};
pub use look::Look;
pub use scene::{Replacement, Scene};

/// The background of a scene that names none.
pub const DEFAULT_BACKGROUND: &str = "aurora";
