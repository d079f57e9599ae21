//! The parts of the state.

use crate::hundredths::Hundredths;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The scenes that can be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Scenes {
    /// All of them, in the order in which `next` and `previous` go.
    pub list: Vec<SceneEntry>,
    /// The name of the one that runs; none for a look that has no name.
    pub shown: Option<String>,
}

/// A scene that can be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SceneEntry {
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub origin: Origin,
}

/// Where a scene is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// In the settings file, by hand.
    Settings,
    /// In a file of its own, perhaps by an edit.
    File,
    /// In the program.
    Ready,
}

/// The scene that runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Scene {
    /// Its name; none for a look that has no name.
    pub name: Option<String>,
    /// What it shows, in words.
    pub title: String,
    /// Its layers, from back to front.
    pub layers: Vec<Layer>,
    /// The effects on the finished picture, as they were written.
    pub effects: Vec<String>,
    /// What is behind you, as it was written; none where that is no short form.
    pub background: Option<String>,
    /// Whether the room is blurred instead.
    pub blur: bool,
    /// Whether left and right are swapped.
    pub mirror: bool,
    /// Whether it differs from what is saved.
    pub changed: bool,
}

/// A layer of the scene that runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Layer {
    /// What edits call it by.
    pub id: String,
    /// What the user calls it.
    pub name: Option<String>,
    /// Its source, as it was written.
    pub source: String,
    /// Whether it is shown.
    pub visible: bool,
    /// What cuts it out, as it was written.
    pub key: Option<String>,
    /// How much of its camera's picture always and never shows, as was painted for its key, in per cent.
    pub painted: Option<[Hundredths; 2]>,
    /// Its effects, as they were written.
    pub effects: Vec<String>,
    /// All of it as in the settings, without defaults: what `insert-layer` takes.
    pub form: Map<String, Value>,
    /// Where it lies: left, top, width and height in per cent of the picture; none where that takes its source's
    /// size, which isn't known.
    pub area: Option<[Hundredths; 4]>,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The scene.
    #[default]
    Running,
    /// A still card; the camera is closed.
    Paused,
    /// A card without one pixel of a camera.
    Panic,
    /// The camera's picture as it is.
    Off,
    /// The scene for while nobody is in the picture, by `[run] away`.
    Away,
}

/// What viewers get at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Activity {
    /// Nobody watches; the camera is closed.
    #[default]
    Idle,
    /// Somebody watches, and the camera is opening.
    Starting,
    /// What was asked for.
    Live,
    /// A calm picture, because something doesn't work.
    Waiting,
}

/// A virtual camera.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// The scene that it shows, if it has one of its own.
    pub scene: Option<String>,
    /// Whether it is there.
    pub state: OutputState,
    /// Format, size and rate, while it is there.
    pub mode: Option<String>,
    /// How many watch, where that can be known.
    pub viewers: Option<u32>,
    /// The programs that watch, where they can be known.
    pub programs: Vec<String>,
    /// Why it isn't there, or not as it was asked for, in one sentence.
    pub reason: Option<String>,
}

/// Whether a virtual camera is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutputState {
    /// It can't be opened, and is tried again.
    #[default]
    Waiting,
    /// Programs can watch.
    Open,
}

/// A camera.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Camera {
    /// Its name.
    pub name: String,
    /// What it was asked for as: a device, a name, or what plays the part of one.
    pub device: Option<String>,
    /// Whether it works.
    pub state: CameraState,
    /// Format, size and rate, while it is open.
    pub mode: Option<String>,
    /// Why it doesn't work, in one sentence.
    pub reason: Option<String>,
    /// What it was asked for and can't do.
    pub remark: Option<String>,
}

/// Whether a camera works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CameraState {
    /// Nobody watches what it shows.
    #[default]
    Closed,
    /// It is open, and the first picture isn't there yet.
    Starting,
    /// It delivers.
    Works,
    /// It can't be opened, and is tried again.
    Waiting,
}

/// What is counted since the start, and measured over the last seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Figures {
    /// Finished pictures a second.
    pub fps: Hundredths,
    /// The age of pictures when viewers got them: half of them were younger, in milliseconds.
    pub median_ms: Hundredths,
    /// The same: 99 of 100 were younger.
    pub p99_ms: Hundredths,
    /// Finished pictures.
    pub finished: u64,
    /// Pictures that were given up because the next one was there.
    pub dropped: u64,
    /// Pictures that the guard let out as the scene asks.
    pub shown: u64,
    /// What the work on a picture takes, step by step.
    pub stages: Vec<StageTime>,
    /// The program's use of processors, in per cent of one.
    pub cpu_percent: Hundredths,
    /// The program's memory, in megabytes.
    pub memory_mb: Hundredths,
    /// What could be better with the time that is to spare, in a sentence.
    pub offer: Option<String>,
    /// What of the room goes over a line that others can read, in a sentence.
    pub exposed: Option<String>,
    /// Which network makes the mattes, if one elsewhere is asked.
    pub lead: Option<Lead>,
    /// How often making a picture failed by our own fault.
    pub panics: u64,
    /// What each virtual camera showed.
    pub outputs: Vec<OutputCounts>,
    /// What went wrong with each camera.
    pub cameras: Vec<CameraCounts>,
}

/// Which of two networks makes the mattes, where one elsewhere is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lead {
    /// The one elsewhere: its answers are in time.
    Elsewhere,
    /// This machine's own, as those from elsewhere are late or missing.
    Own,
}

/// A step of the work on a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StageTime {
    /// Which step.
    pub stage: String,
    /// How long it takes, in milliseconds.
    pub ms: Hundredths,
}

/// What a virtual camera showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OutputCounts {
    /// The virtual camera's name.
    pub name: String,
    /// All pictures.
    pub written: u64,
    /// New ones.
    pub fresh: u64,
    /// The one before again.
    pub repeated: u64,
    /// Calm ones, because there was nothing else.
    pub calm: u64,
    /// Pictures that were there before their time.
    pub early: u64,
    /// Pictures that were given up because the next one was there.
    pub dropped: u64,
    /// How often it failed.
    pub failures: u64,
}

/// What went wrong with a camera.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CameraCounts {
    /// The camera's name.
    pub name: String,
    /// Pictures that could not be read, or only in part.
    pub damaged: u64,
    /// Pictures that came too late.
    pub late: u64,
    /// Pictures that its driver lost.
    pub lost: u64,
    /// Pictures that were given up because the next one was there.
    pub dropped: u64,
    /// How often it failed.
    pub failures: u64,
}

/// What the privacy guard held back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Guard {
    /// Whether viewers see the shield at the moment.
    pub shielding: bool,
    /// Pictures that were replaced by the shield.
    pub shielded: u64,
    /// Why the last of them was, in words.
    pub reason: Option<String>,
}

/// What was lowered to keep up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Lowered {
    /// The network looks at each picture (1), at every second one (2), and so on.
    pub network_every: u32,
    /// The size at which the work is done, of the size that was asked for.
    pub size: String,
}

impl Default for Lowered {
    fn default() -> Self {
        Self { network_every: 1, size: "full".to_owned() }
    }
}

/// A recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Recording {
    /// Its file.
    pub file: String,
    /// The scene that it shows, if not that of all virtual cameras.
    pub scene: Option<String>,
    /// How long it is, in seconds.
    pub seconds: Hundredths,
    /// Its pictures.
    pub pictures: u64,
    /// Pictures that were left out because the encoder was too slow.
    pub dropped: u64,
    /// Why it ended too early, in one sentence.
    pub problem: Option<String>,
}

/// What the control panel shows of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Preview {
    /// Whether a preview that somebody looks at opens the camera.
    pub opens_camera: bool,
    /// How many previews are open.
    pub open: u32,
    /// Another number, and small pictures are to be fetched again: there may be a newer still of the user.
    pub stills: u32,
}

impl Default for Preview {
    fn default() -> Self {
        Self { opens_camera: true, open: 0, stills: 0 }
    }
}

/// What can be taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct History {
    /// Whether `undo` has something to take back.
    pub can_undo: bool,
    /// Whether `redo` has something to make again.
    pub can_redo: bool,
}
