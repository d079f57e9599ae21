//! The status of the running thing, as plain data.

use super::{Effort, LatencySummary, PaceTally};
use crate::{Stages, Step};
use backlot_guard::ShieldReason;
use backlot_matte::Lead;
use backlot_media::{CameraMode, CameraTally, OutputMode, Trouble, Viewers};

/// Identifies a virtual camera; it is never used again for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutputId(pub(super) u64);

/// What viewers get at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// Nobody watches; the camera is closed.
    Idle,
    /// Someone watches, and the camera is opening.
    Starting,
    /// The scene.
    Live,
    /// A calm picture, because something doesn't work.
    Waiting,
}

impl LiveState {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Starting => "starting",
            Self::Live => "live",
            Self::Waiting => "waiting",
        }
    }
}

/// The camera.
#[derive(Clone, Debug, Default)]
pub struct CameraStatus {
    /// The user's name for it.
    pub name: String,
    /// What it delivers, while it is open.
    pub mode: Option<CameraMode>,
    /// Whether it has delivered since it opened.
    pub works: bool,
    /// Why it does not work.
    pub reason: Option<String>,
    /// What viewers learn about that.
    pub trouble: Trouble,
    /// What it was asked for and can't do.
    pub remark: Option<String>,
    /// What went wrong since it opened, as far as its driver reports.
    pub tally: CameraTally,
    /// Pictures that could not be read, or only in part.
    pub spoiled: u64,
    /// Pictures dropped because the next one arrived before they were taken.
    pub dropped: u64,
    /// How often it failed.
    pub failures: u64,
}

/// A virtual camera.
#[derive(Clone, Debug)]
pub struct OutputStatus {
    /// Its id.
    pub id: OutputId,
    /// The user's name for it.
    pub name: String,
    /// The scene that it shows, if it has one of its own.
    pub scene: Option<String>,
    /// Its mode, while it is open.
    pub mode: Option<OutputMode>,
    /// Its viewers.
    pub viewers: Viewers,
    /// Why it does not work.
    pub reason: Option<String>,
    /// Whether it may be missing.
    pub is_optional: bool,
    /// Whether a change waits until nobody watches any more.
    pub pending: bool,
    /// Why it opened as before, although its setup changed.
    pub refused: Option<String>,
    /// What viewers got.
    pub tally: PaceTally,
    /// Pictures dropped because the next one arrived before they were taken.
    pub dropped: u64,
    /// How often it failed.
    pub failures: u64,
}

/// The guard's counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GuardStatus {
    /// Pictures shown as the scene asks.
    pub shown: u64,
    /// Pictures replaced by the shield.
    pub shielded: u64,
    /// Why the last of them was replaced.
    pub reason: Option<ShieldReason>,
}

/// What is done for a picture of the program's scene.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// Step by step, each with what it has cost so far.
    pub steps: Vec<Step>,
    /// The number of pictures so far.
    pub pictures: u64,
}

/// Everything.
#[derive(Clone, Debug)]
pub struct LiveStatus {
    /// What viewers get.
    pub state: LiveState,
    /// The reason for that in a sentence, if it isn't the scene.
    pub message: Option<String>,
    /// Finished pictures so far.
    pub finished: u64,
    /// The age of pictures when viewers got them, over the last seconds.
    pub latency: LatencySummary,
    /// The usual camera.
    pub camera: CameraStatus,
    /// The cameras that scenes on show declare.
    pub declared: Vec<CameraStatus>,
    /// The virtual cameras.
    pub outputs: Vec<OutputStatus>,
    /// Who looks from inside the program.
    pub views: Vec<String>,
    /// The guard's counts.
    pub guard: GuardStatus,
    /// How the work is reduced.
    pub plan: Effort,
    /// The cost of the pictures so far.
    pub stages: Stages,
    /// How often making a picture failed by our own fault.
    pub panics: u64,
    /// Whether somebody is in the usual camera's picture; nothing where that isn't known, as what is
    /// shown doesn't cut anybody out of it.
    pub somebody: Option<bool>,
    /// Which network makes the mattes, if one elsewhere is asked.
    pub lead: Option<Lead>,
}
