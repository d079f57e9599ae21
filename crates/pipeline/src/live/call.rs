//! What the director is asked for, and what it asks for.

use super::Effort;
use crate::{CameraSizes, Kept, Passage, PipelineError, Program, Studio};
use backlot_effects::Canvas;
use backlot_media::{CameraOpener, Wish};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

/// What a studio is built for.
#[derive(Clone, Debug)]
pub struct Rig {
    /// Size and colour space of the finished pictures.
    pub canvas: Canvas,
    /// The sizes of cameras' pictures.
    pub sizes: CameraSizes,
    /// What the studio at work will hand on.
    pub kept: Vec<Kept>,
}

/// Builds the studio of a program. Several may be under way at a time.
pub type StudioBuilder = Arc<dyn Fn(&Program, &Rig) -> Result<Studio, PipelineError> + Send + Sync>;

/// Makes the opener of a declared camera by its name. It doesn't look whether that exists: opening
/// does.
pub type CameraFinder = Box<dyn Fn(&str) -> Box<dyn CameraOpener> + Send>;

/// Called with the result of a change.
pub(crate) type Answer = SyncSender<Result<(), PipelineError>>;

/// A change from the next picture on. Missing parts stay as they are, and so does everything if the
/// change fails.
#[derive(Default)]
pub struct Change {
    /// The scenes.
    pub program: Option<Program>,
    /// The builder of studios, now and later.
    pub build: Option<StudioBuilder>,
    /// Size and rate of the pictures.
    pub wish: Option<Wish>,
    /// How the scene before gives way, if not at once.
    pub passage: Option<Passage>,
}

impl Change {
    /// Whether it changes nothing.
    pub const fn is_empty(&self) -> bool {
        self.program.is_none() && self.build.is_none() && self.wish.is_none()
    }
}

/// A request to the director.
pub(crate) enum Call {
    /// The studio broke.
    Broken,
    /// Another plan wants another canvas.
    Replan(Effort),
    /// The studio does its work, but another would do it better: a camera's pictures have another
    /// size than was expected, or a scene has given way.
    Renew,
    /// Show something else, and report whether it works.
    Change(Box<Change>, Answer),
    /// A studio is built, or not.
    Built(Box<Built>),
    /// Everything stops.
    Stop,
}

/// The result of an attempt.
pub(crate) struct Built {
    pub attempt: u64,
    pub studio: Result<Studio, PipelineError>,
}
