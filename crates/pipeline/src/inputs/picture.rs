//! What is known of a picture or a video that doesn't come from a camera.

use backlot_media::{ColorSpace, Shot, Size, View};
use backlot_scene::SourceSpec;
use backlot_sources::Facts;
use std::sync::Arc;
use std::time::SystemTime;

/// What tells sources apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PictureId {
    pub spec: SourceSpec,
    /// When its file was last changed.
    changed: Option<SystemTime>,
}

/// In which form a still is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StillForm {
    pub view: View,
    pub canvas: Size,
    pub color: ColorSpace,
}

/// A source, and what was drawn of it if it never changes.
#[derive(Clone, Debug)]
pub(crate) struct KnownPicture {
    pub id: PictureId,
    pub facts: Facts,
    pub stills: Vec<(StillForm, Arc<Shot>)>,
}

impl PictureId {
    /// A source as it is now.
    pub fn now(spec: SourceSpec) -> Self {
        let changed = match &spec {
            SourceSpec::File(path) => path.metadata().and_then(|meta| meta.modified()).ok(),
            _ => None,
        };
        Self { spec, changed }
    }
}
