//! What the user asked for, as data: scenes and their layers, backgrounds, effects and settings.
//!
//! Reading and checking happens here, without looking at a disk or a device; the pipeline
//! resolves names and compiles scenes.

#![forbid(unsafe_code)]

mod background;
pub mod config;
mod document;
pub mod edit;
mod error;
mod exposure;
pub mod form;
pub mod geometry;
mod issue;
mod layer;
use layer::words;
mod look;
mod scene;
mod short;

pub use background::Background;
pub use backlot_effects::Effect;
pub use backlot_keys::Key;
pub use backlot_schema::Rgb;
pub use config::Config;
pub use document::{CameraName, DEEPEST_SCENES, Document, NamedScene, SceneForm};
pub use error::SceneError;
pub use exposure::Exposure;
pub use layer::{
    Anchor, Blend, Border, Corners, Crop, Edge, Fit, Layer, LayerId, LayerSource, Length, Margin,
    PROPERTIES as LAYER_PROPERTIES, Place, Play, Shadow, SourceId, SourceSpec, Turn,
};
pub use look::Look;
pub use scene::{Replacement, Scene};
pub use short::{SCENE_PROPERTIES, ShortScene};

/// The background of a scene that names none.
pub const DEFAULT_BACKGROUND: &str = "aurora";
