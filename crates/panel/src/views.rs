//! Pictures for the page: where they come from.

use backlot_guard::{Cleared, Seen};
use backlot_media::FrameRate;
use std::fmt;
use std::time::Duration;

/// What of the running program is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ViewKind {
    /// What viewers see.
    #[default]
    Viewers,
    /// The mattes that cut people out.
    Matte,
    /// The camera as it is, room and all: for this page alone, and marked in the picture.
    Camera,
    /// All that a layer's camera delivers, in its own coordinates and as wide and high as what viewers
    /// see: what is painted on. For this page alone, and marked, too.
    Whole,
}

/// What a page wants to see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ViewWish {
    /// What of it.
    pub kind: ViewKind,
    /// A scene other than that of all virtual cameras.
    pub scene: Option<String>,
    /// The layer whose camera is looked at, of [`ViewKind::Whole`].
    pub layer: Option<String>,
    /// How wide the picture is to be, in pixels; its height follows.
    pub width: u32,
    /// The most pictures per second.
    pub rate: FrameRate,
    /// Whether somebody asked for it just now, so that it may open the camera whatever the settings say.
    pub is_asked_for: bool,
}

/// What a small picture is to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Motif {
    /// A scene, by its name.
    Scene(String),
    /// A background, as the settings write it.
    Background(String),
    /// An effect, as the settings write it.
    Effect(String),
}

/// Opens views, and draws small pictures, from any thread.
pub trait Views: Send + Sync {
    /// Begins to look.
    ///
    /// # Errors
    /// One sentence about why that can't be seen.
    fn look(&self, wish: &ViewWish) -> Result<Box<dyn View>, String>;

    /// Gets ready to draw a small picture. Takes its time.
    ///
    /// # Errors
    /// One sentence about why there is no such thing.
    fn sketch(&self, motif: &Motif) -> Result<Box<dyn Sketch>, String>;
}

/// A small picture that can be drawn.
pub trait Sketch {
    /// Another number, another picture.
    fn mark(&self) -> u64;

    /// Draws it.
    ///
    /// # Errors
    /// One sentence about why it can't be drawn.
    fn draw(self: Box<Self>) -> Result<Cleared, String>;
}

/// Something that is looked at, until it is dropped.
pub trait View: Send {
    /// Waits for the next picture, at most for `time`. Only the latest waits.
    fn next(&mut self, time: Duration) -> Seen;
}

impl fmt::Debug for dyn Views {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Views")
    }
}
