//! What the running thing says of itself, as plain data.

use super::{LatencySummary, OutputId, PaceTally, Plan};
use crate::Stages;
use backlot_guard::ShieldReason;
use backlot_media::{CameraMode, CameraTally, OutputMode, Trouble, Viewers};

/// What viewers get at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// Nobody watches; the camera is closed.
    Idle,
    /// Somebody watches, and the camera is being opened.
    Starting,
    /// The scene.
    Live,
    /// A calm picture, because something does not work.
    Waiting,
}

impl LiveState {
    /// The word for it.
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
    /// What the user calls it.
    pub name: String,
    /// What it delivers, while it is open.
    pub mode: Option<CameraMode>,
    /// Whether it has delivered since it was opened.
    pub works: bool,
    /// Why it does not work.
    pub reason: Option<String>,
    /// What viewers are told of that.
    pub trouble: Trouble,
    /// What it was asked for and can't do.
    pub remark: Option<String>,
    /// What went wrong since it was opened, as far as its driver can tell.
    pub tally: CameraTally,
    /// Pictures that could not be read, or only in part.
    pub spoiled: u64,
    /// Pictures that came while the one before still waited.
    pub dropped: u64,
    /// How often it failed.
    pub failures: u64,
}

/// A virtual camera.
#[derive(Clone, Debug)]
pub struct OutputStatus {
    /// Which one it is.
    pub id: OutputId,
    /// What the user calls it.
    pub name: String,
    /// What it shows, while it is open.
    pub mode: Option<OutputMode>,
    /// Who watches.
    pub viewers: Viewers,
    /// Why it does not work.
    pub reason: Option<String>,
    /// Whether nothing is amiss when it does not.
    pub is_optional: bool,
    /// Whether what was changed of it waits until nobody watches any more.
    pub pending: bool,
    /// Why it is opened as before, although something else was asked for.
    pub refused: Option<String>,
    /// What viewers were given.
    pub tally: PaceTally,
    /// Pictures that came while the one before still waited.
    pub dropped: u64,
    /// How often it failed.
    pub failures: u64,
}

/// What the guard let through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GuardStatus {
    /// Pictures shown as asked for.
    pub shown: u64,
    /// Pictures of which viewers saw the shield.
    pub shielded: u64,
    /// Why the last of them was.
    pub reason: Option<ShieldReason>,
}

/// Everything.
#[derive(Clone, Debug)]
pub struct LiveStatus {
    /// What viewers get.
    pub state: LiveState,
    /// The reason for that in a sentence, if it is not what they came for.
    pub message: Option<String>,
    /// Finished pictures so far.
    pub finished: u64,
    /// Age of pictures when they were given to viewers, over the last seconds.
    pub latency: LatencySummary,
    /// The camera.
    pub camera: CameraStatus,
    /// The virtual cameras.
    pub outputs: Vec<OutputStatus>,
    /// What the guard let through.
    pub guard: GuardStatus,
    /// How the work was cut down.
    pub plan: Plan,
    /// What the pictures so far cost.
    pub stages: Stages,
    /// Times that making a picture failed by our own fault.
    pub panics: u64,
}
