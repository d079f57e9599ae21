//! The options that stand for a scene: what is behind the person, and the effects.

use anyhow::{Result, bail};
use backlot_scene::{Background, EffectSpec, PersonKey, Replacement, Scene};
use clap::Args;

/// What `--background` takes.
pub const BACKGROUND_HELP: &str = "What stands behind the person: FILE, COLOUR, \
    gradient:COLOUR,COLOUR, blur[:RADIUS or light], mosaic[:SIZE], the NAME of a built-in set, \
    transparent (where the output can hold that), or original (the room as it is)";

/// What `--mirror` does.
pub const MIRROR_HELP: &str = "Swap left and right of the whole picture, you and what is behind \
    you ('--effect mirror' swaps you alone)";

/// A scene in the short form.
#[derive(Clone, Debug, Args)]
pub struct SceneArgs {
    #[arg(short, long, value_name = "BACKGROUND", default_value = backlot_scene::DEFAULT_BACKGROUND, help = BACKGROUND_HELP)]
    pub background: String,
    #[arg(long, help = MIRROR_HELP)]
    pub mirror: bool,
    /// Effect on the person; may be repeated, and is applied in order
    #[arg(short, long = "effect", value_name = "NAME[:SETTINGS]")]
    pub effects: Vec<String>,
    /// Effect on the background; may be repeated
    #[arg(long = "background-effect", value_name = "NAME[:SETTINGS]")]
    pub background_effects: Vec<String>,
    /// Effect on the finished picture; may be repeated
    #[arg(long = "whole-effect", value_name = "NAME[:SETTINGS]")]
    pub whole_effects: Vec<String>,
    /// How pictures of another shape fill the frame: cover, contain or stretch
    #[arg(long, value_name = "FIT", default_value = "cover")]
    pub fit: String,
    /// How much of the old room's colour is taken out of the person's edge, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    pub decontaminate: f32,
    /// How much light of the new background falls on the person's edge, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.3)]
    pub light_wrap: f32,
}

impl SceneArgs {
    /// What stands behind the person.
    ///
    /// # Errors
    /// One sentence when it is no background.
    pub fn background(&self) -> Result<Background> {
        Ok(self.background.parse()?)
    }

    /// The scene that the options stand for.
    ///
    /// # Errors
    /// One sentence about the first option that can't be.
    pub fn scene(&self) -> Result<Scene> {
        let specs = |texts: &[String]| -> Result<Vec<EffectSpec>> {
            texts.iter().map(|text| checked(text)).collect()
        };
        let mut whole_effects = specs(&self.whole_effects)?;
        whole_effects.extend(self.mirror.then(|| EffectSpec::plain("mirror")));
        let parts = Replacement {
            fit: self.fit.parse()?,
            key: PersonKey { decontaminate: self.decontaminate, light_wrap: self.light_wrap },
            person_effects: specs(&self.effects)?,
            background_effects: specs(&self.background_effects)?,
            whole_effects,
        };
        let background = self.background()?;
        if background == Background::Transparent && !parts.background_effects.is_empty() {
            bail!("--background-effect has nothing to change with --background transparent");
        }
        let scene = Scene::replace(background, parts);
        scene.validate()?;
        Ok(scene)
    }
}

/// An effect that there is, with settings that it has.
///
/// # Errors
/// When there is none, or a setting is wrong.
pub fn checked(text: &str) -> Result<EffectSpec> {
    let spec = text.parse()?;
    backlot_effects::build(&spec)?;
    Ok(spec)
}
