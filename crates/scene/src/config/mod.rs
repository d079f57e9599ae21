//! The settings file: TOML text to checked data.
//!
//! Reading looks at the text alone. Names that only the program knows (sets, networks, files) are listed with their places in [`Config::names`], so that it can check them and say
//! where they stand.

mod choose;
mod commented;
mod controls;
mod define;
mod issue;
mod memory;
mod reader;
mod scenes;
mod sections;
mod state;
#[cfg(test)]
mod tests;

pub use choose::{Before, Choice, Chosen, Overrides};
pub use commented::commented_defaults;
pub use controls::{ControlValue, Controls};
pub use define::{KeyDef, SECTIONS, SectionDef};
pub use issue::{Issue, Issues, Place};
pub use memory::MemorySize;
pub use scenes::{NamedScene, SceneForm};
pub use state::State;

use crate::Document;
use backlot_media::{FrameRate, PixelFormat, Size};
use reader::Reader;
use std::path::{Path, PathBuf};
use std::time::Duration;

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
    /// The scenes and the sources that they share.
    pub document: Document,
    /// Names that only the program can check, in the order of the file.
    pub names: Vec<(Place, Name)>,
}

/// `[camera]`
#[derive(Clone, Debug, PartialEq)]
pub struct CameraConfig {
    /// `auto`, a device, a name, `pipewire[:NAME]`, `presenter[:SETTINGS]` or a file.
    pub device: String,
    /// The size to ask it for.
    pub size: Size,
    /// The rate to ask it for.
    pub rate: FrameRate,
    /// Controls to set, by name.
    pub controls: Controls,
}

/// `[output]` or one of `[[output]]`
#[derive(Clone, Debug, PartialEq)]
pub struct OutputConfig {
    /// `auto` (v4l2loopback and PipeWire, whichever exist), a device, a label, `pipewire[:NAME]`
    /// or `none`.
    pub device: String,
    /// I420, NV12 or YUYV.
    pub format: PixelFormat,
    /// The size that viewers get, if not the camera's.
    pub size: Option<Size>,
    /// The rate that viewers get, if not the camera's.
    pub rate: Option<FrameRate>,
    /// What other programs call it.
    pub name: String,
}

/// `[run]`
#[derive(Clone, Debug, PartialEq)]
pub struct RunConfig {
    /// The scene to begin with, if not the one used last. The scene exists.
    pub scene: Option<String>,
    /// How long the camera stays open when nobody watches, up to an hour.
    pub close_after: Duration,
    /// How to notice viewers where the device can't report them.
    pub viewers: ViewersRule,
    /// What reading one picture may take.
    pub memory: MemorySize,
}

/// How to notice viewers where the virtual camera's driver can't report them (v4l2loopback 0.12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ViewersRule {
    /// The best way that the machine allows.
    #[default]
    Auto,
    /// Assume that there is always one.
    Always,
    /// By looking for programs that have the device open.
    Scan,
}

/// `[matte]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatteConfig {
    /// `auto`, the name of a built-in network, or a file.
    pub model: String,
    /// `fast`, `live` or `best`.
    pub quality: String,
}

/// Something that the settings name, and that the program must find.
#[derive(Clone, Debug, PartialEq)]
pub enum Name {
    /// A built-in set.
    Set(String),
    /// A picture or video.
    File(PathBuf),
    /// A network that is not `auto`.
    Model(String),
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

    /// Makes relative file names relative to `folder`, that of the settings file, and those that
    /// begin with `~/` relative to `home`.
    pub fn with_files_from(mut self, folder: &Path, home: Option<&Path>) -> Self {
        let placed = |path: &mut PathBuf| {
            let at_home = path.strip_prefix("~").ok().zip(home).map(|(rest, home)| home.join(rest));
            *path = at_home.unwrap_or_else(|| folder.join(&*path));
        };
        self.document.scenes.iter_mut().for_each(|scene| scene.form.each_file(placed));
        for (_, name) in &mut self.names {
            if let Name::File(path) = name {
                placed(path);
            }
        }
        self.matte.model = model_placed(&self.matte.model, placed);
        for (_, name) in &mut self.names {
            if let Name::Model(model) = name {
                *model = model_placed(model, placed);
            }
        }
        self
    }
}

/// A network's file with its folder; names stay as they are.
fn model_placed(model: &str, placed: impl Fn(&mut PathBuf)) -> String {
    if !model.contains(['.', '/']) {
        return model.to_owned();
    }
    let mut path = PathBuf::from(model);
    placed(&mut path);
    path.to_string_lossy().into_owned()
}
