//! The options of a look: one definition for `run`, `render`, `snapshot`
//! and, as far as they change a matte, `matte`.

use crate::completing;
use crate::typed;
use anyhow::Result;
use backlot_pipeline::Program;
use backlot_scene::config::{Before, Config, Overrides};
use backlot_scene::{Background, Effect, Fit, Look, SceneError};
use backlot_settings::SettingsFile;
use clap::{Args, ValueHint};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The heading of these options in the help.
const HEADING: &str = "Look";

/// What `--background` takes.
const BACKGROUND_HELP: &str = "What to show behind the person: FILE, COLOUR, \
    gradient:COLOUR,COLOUR, blur[:RADIUS or light], mosaic[:SIZE], the NAME of a built-in set, \
    transparent (where the output can hold that), or original (the room as it is)";

/// What `--mirror` does.
const MIRROR_HELP: &str = "Swap left and right of the whole picture, you and what is behind you \
    ('--effect mirror' swaps you alone)";

/// How the person is cut out and placed in the frame.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = HEADING)]
pub struct CutArgs {
    /// How pictures of another shape fill the frame: cover, contain or stretch [default: cover]
    #[arg(long, value_name = "FIT", add = completing::ways_to_fit())]
    pub fit: Option<String>,
    /// How much of the room's colour to take out of the person's edge, 0 to 1 [default: 1]
    #[arg(long, value_name = "SHARE")]
    pub decontaminate: Option<f32>,
    #[arg(long, help = MIRROR_HELP)]
    pub mirror: bool,
}

impl CutArgs {
    /// How pictures of another shape fill the frame.
    ///
    /// # Errors
    /// One sentence for an unknown way to fit.
    pub fn fit(&self) -> Result<Option<Fit>> {
        Ok(self.fit.as_deref().map(str::parse).transpose()?)
    }
}

/// The options of a look.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = HEADING)]
pub struct LookArgs {
    /// Show this scene of the settings file; each option below changes one part of it
    #[arg(long, value_name = "NAME", add = completing::scenes())]
    pub scene: Option<String>,
    #[arg(short, long, value_name = "BACKGROUND", help = BACKGROUND_HELP, value_parser = typed::path_or_word(), add = completing::backgrounds())]
    pub background: Option<OsString>,
    /// What cuts the person out: a key of 'backlot keys' [default: person]
    #[arg(long, value_name = "KEY[:SETTINGS]", add = completing::keys())]
    pub key: Option<String>,
    /// Effect on the person; can be repeated, and effects apply in order
    #[arg(short, long = "effect", value_name = "NAME[:SETTINGS]", add = completing::effects())]
    pub effects: Vec<String>,
    /// Effect on the background; can be repeated
    #[arg(long = "background-effect", value_name = "NAME[:SETTINGS]", add = completing::effects())]
    pub background_effects: Vec<String>,
    /// Effect on the finished picture; can be repeated
    #[arg(long = "whole-effect", value_name = "NAME[:SETTINGS]", add = completing::effects())]
    pub whole_effects: Vec<String>,
    /// How much light of the background falls on the person's edge, 0 to 1 [default: 0.3]
    #[arg(long, value_name = "SHARE")]
    pub light_wrap: Option<f32>,
    #[command(flatten)]
    pub cut: CutArgs,
}

/// The settings file, for commands that only take a scene from it.
#[derive(Clone, Debug, Default, Args)]
pub struct SceneFileArgs {
    /// Settings file that has the scene [default: the one that 'backlot run' reads]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath, requires = "scene", help_heading = HEADING)]
    pub settings: Option<PathBuf>,
}

impl SceneFileArgs {
    /// The scene of a name in the settings file.
    ///
    /// # Errors
    /// When there is none, or one sentence about what is wrong in the file.
    pub fn program(&self, name: &str) -> Result<Program> {
        let scene = Some(name.to_owned());
        Ok(LookArgs { scene, ..LookArgs::default() }.program(self)?.0)
    }
}

impl LookArgs {
    /// Parses the options.
    ///
    /// # Errors
    /// One sentence about the first option that can't be.
    pub fn look(&self) -> Result<Look> {
        let effects = |texts: &[String]| -> Result<Vec<Effect>> {
            texts.iter().map(|text| Ok(text.parse()?)).collect()
        };
        Ok(Look {
            background: self.background.as_deref().map(background).transpose()?,
            key: self.key.as_deref().map(str::parse).transpose()?,
            fit: self.cut.fit()?,
            decontaminate: self.cut.decontaminate,
            light_wrap: self.light_wrap,
            person_effects: effects(&self.effects)?,
            background_effects: effects(&self.background_effects)?,
            whole_effects: effects(&self.whole_effects)?,
            mirror: self.cut.mirror,
        })
    }

    /// The named scene of the settings file, or else the default scene, with these options
    /// applied; and whether the background is transparent.
    ///
    /// # Errors
    /// One sentence about the first option that can't be, or what is wrong in the settings file.
    pub fn program(&self, file: &SceneFileArgs) -> Result<(Program, bool)> {
        let look = self.look()?;
        let is_transparent = look.background == Some(Background::Transparent);
        let config = match &self.scene {
            Some(_) => SettingsFile::open(file.settings.as_deref())?.1,
            None => Config::default(),
        };
        let given = Overrides { scene: self.scene.clone(), look, ..Overrides::default() };
        let scene = config.choose(&given, Before::Nothing)?.chosen.scene;
        Ok((Program::new(scene, &config.placed_document()), is_transparent))
    }

    /// Names the given options, to show what was changed of a scene.
    pub fn in_words(&self) -> Vec<String> {
        let background = self.background.iter().map(|name| name.to_string_lossy().into_owned());
        let effects = [&self.effects, &self.background_effects, &self.whole_effects];
        let mirror = self.cut.mirror.then(|| "mirrored".to_owned());
        let key = self.key.iter().map(|key| format!("key {key}"));
        let effects = effects.into_iter().flatten().cloned();
        background.chain(key).chain(effects).chain(mirror).collect()
    }
}

/// The background. A name without another meaning is a file, if one of that name exists.
fn background(name: &OsStr) -> Result<Background> {
    let path = Path::new(name);
    let Some(text) = name.to_str() else { return Ok(Background::File(path.to_owned())) };
    match text.parse() {
        Ok(Background::Set(set)) if !is_set(&set) && path.is_file() => {
            Ok(Background::File(path.to_owned()))
        }
        Err(SceneError::Background(_)) if path.is_file() => Ok(Background::File(path.to_owned())),
        parsed => Ok(parsed?),
    }
}

fn is_set(name: &str) -> bool {
    backlot_generators::sets().iter().any(|set| set.name == name)
}
