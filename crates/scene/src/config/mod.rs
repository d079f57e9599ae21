//! The settings file: TOML text to checked data.
//!
//! Reading looks at the text alone. Names that only the program knows (sets, networks, files) are
//! listed with their places in [`Config::names`], so that it can check them and say where they
//! stand.

mod away;
#[cfg(test)]
mod bad_input;
mod camera;
mod choose;
mod commented;
mod controls;
mod define;
mod desktop;
mod files;
mod matte;
mod memory;
mod obs_websocket;
mod output;
mod panel;
mod pause_card;
mod plain;
mod preview;
mod reader;
mod ready;
#[cfg(test)]
mod round_trip;
mod run;
mod scene_file;
mod scenes;
mod schema;
mod sections;
mod source;
mod state;
mod switch;
#[cfg(test)]
mod tests;
mod write;

pub use away::Away;
pub use camera::CameraConfig;
pub use choose::{Before, Choice, Chosen, Overrides};
pub use commented::commented_defaults;
pub use controls::{ControlValue, Controls};
pub use define::{SectionDef, sections};
pub use desktop::DesktopConfig;
pub use files::Files;
pub use matte::MatteConfig;
pub use memory::MemorySize;
pub use obs_websocket::ObsWebsocketConfig;
pub use output::OutputConfig;
pub use panel::PanelConfig;
pub use pause_card::PauseCard;
pub use plain::{
    layer_from_json, layer_to_json, scene_from_json, source_from_json, value_from_json,
};
pub use preview::PreviewConfig;
pub use reader::read_thing;
pub use ready::{READY_SCENES, ReadyScene};
pub use run::{RunConfig, ViewersRule};
pub use scene_file::{SCENE_FILE_VERSION, SceneFile};
pub use schema::json_schema;
pub use state::State;
pub use switch::{Switch, SwitchKind};

pub use crate::issue::{Issue, Issues, Place};
use crate::{Document, LayerSource, SourceId};
use reader::Reader;
use std::path::PathBuf;

/// The longest text that is read, in bytes.
pub const MOST_BYTES: usize = 1 << 20;

/// Everything that a settings file says; what it does not say is the default.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where the user's picture comes from.
    pub camera: CameraConfig,
    /// The virtual cameras; at least one.
    pub outputs: Vec<OutputConfig>,
    /// What running does.
    pub run: RunConfig,
    /// How the person is cut out.
    pub matte: MatteConfig,
    /// What the desktop does.
    pub desktop: DesktopConfig,
    /// Who else may steer it.
    pub obs_websocket: ObsWebsocketConfig,
    /// The control panel.
    pub panel: PanelConfig,
    /// What the control panel shows of the picture.
    pub preview: PreviewConfig,
    /// The scenes and the sources that they share, as they are written.
    pub document: Document,
    /// Where their files are.
    pub files: Files,
    /// Names that only the program can check, in the order of the file.
    pub names: Vec<(Place, Name)>,
}

/// Something that the settings name, and that the program must find.
#[derive(Clone, Debug, PartialEq)]
pub enum Name {
    /// A built-in set.
    Set(String),
    /// A built-in set or a declared source, of a layer.
    LayerSet(String),
    /// What a layer with a key shows, where that may be a camera that is declared elsewhere.
    Keyed {
        /// Its source.
        source: LayerSource,
        /// What to say if it is no camera.
        said: String,
    },
    /// A declared source, which no built-in set may be called.
    Source(SourceId),
    /// A picture or video.
    File(PathBuf),
    /// A picture.
    Picture(PathBuf),
    /// A network that is not `auto`.
    Model(String),
    /// A scene that the text doesn't have; a file of its own may.
    Scene {
        /// Its name.
        name: String,
        /// What to say if there is none.
        said: String,
    },
}

impl Default for Config {
    fn default() -> Self {
        Self::parse("").unwrap_or_else(|e| panic!("the default settings are wrong: {e}"))
    }
}

impl Config {
    /// Reads a settings file's text.
    ///
    /// # Errors
    /// Returns every mistake, each with line, column and what was expected.
    pub fn parse(text: &str) -> Result<Self, Issues> {
        let (config, issues) = Self::read(text);
        issues.map_or(Ok(config), Err)
    }

    /// As [`Config::parse`], but with what could be read in spite of the mistakes.
    pub fn read(text: &str) -> (Self, Option<Issues>) {
        if text.len() > MOST_BYTES {
            let message = format!(
                "the file has {} bytes: a settings file may have {MOST_BYTES} at most",
                text.len()
            );
            let issue = Issue::new(Place { line: 1, column: 1 }, message);
            return (Self::default(), Issues::of(vec![issue]));
        }
        let (mut reader, root) = Reader::open(text);
        let config = sections::read(&mut reader, root.get_ref());
        (config, reader.finish())
    }
}
