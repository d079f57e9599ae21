//! What the command line asks for.

use crate::error::Result;
use crate::socket::Place;
use backlot_media::{FrameRate, Size};
use backlot_networks::LineChoice;
use backlot_scene::config::{MemorySize, Overrides};
use backlot_scene::{Background, Look};
use std::ffi::OsString;
use std::path::PathBuf;

/// A run as it was asked for: what is given here overrides the settings file.
#[derive(Clone, Debug, Default)]
pub struct RunRequest {
    /// The camera.
    pub camera: Option<OsString>,
    /// The virtual cameras.
    pub outputs: Vec<String>,
    /// Size of the pictures.
    pub size: Option<Size>,
    /// Pictures per second.
    pub rate: Option<FrameRate>,
    /// The network.
    pub model: Option<OsString>,
    /// Quality of the matte.
    pub quality: Option<String>,
    /// How a network elsewhere is spoken to, where that was given.
    pub line: LineChoice,
    /// The settings file.
    pub settings: Option<PathBuf>,
    /// The scene.
    pub scene: Option<String>,
    /// Changes to the scene.
    pub look: Look,
    /// Those changes as they were given.
    pub changed: Vec<String>,
    /// Whether damaged files are refused.
    pub is_strict: bool,
    /// Where it may be steered from.
    pub socket: Place,
    /// Whether there is no control panel.
    pub no_panel: bool,
    /// The port of the control panel.
    pub panel_port: Option<u16>,
    /// Memory that decoding one file may use.
    pub memory: Option<MemorySize>,
}

impl RunRequest {
    /// The overrides of the settings file.
    ///
    /// # Errors
    /// One sentence about what a virtual camera can't show.
    pub(crate) fn overrides(&self) -> Result<Overrides> {
        if self.look.background == Some(Background::Transparent) {
            refuse!("a virtual camera can't hold transparency: give another --background");
        }
        Ok(Overrides {
            camera: self.camera.as_ref().map(|name| name.to_string_lossy().into_owned()),
            outputs: self.outputs.clone(),
            size: self.size,
            rate: self.rate,
            scene: self.scene.clone(),
            look: self.look.clone(),
        })
    }
}
