//! What is asked for, by the settings file and the command line together.

use super::RunArgs;
use crate::cli::MattingArgs;
use crate::matting::Matting;
use crate::replace::checked;
use anyhow::{Context, Result};
use backlot_media::Wish;
use backlot_scene::config::{Chosen, Config, Overrides};

/// Settings, and the scene that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The settings, with what the command line says instead.
    pub config: Config,
    /// The scene.
    pub chosen: Chosen,
    /// What the command line says of it.
    changed: Vec<String>,
}

/// What is different in other settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The scene.
    pub scene: bool,
    /// The camera, but not its pictures.
    pub camera: bool,
    /// Something for which everything has to be opened again.
    pub rest: bool,
}

impl Asked {
    /// Of a settings file and the command line; `last` is the scene used last.
    ///
    /// # Errors
    /// When a scene is named that there is not, or an effect.
    pub fn new(
        config: Config,
        args: &RunArgs,
        given: &Overrides,
        last: Option<&str>,
    ) -> Result<Self> {
        let chosen = config.choose(given, last)?;
        for effect in chosen.scene.layers.iter().flat_map(|layer| &layer.effects) {
            backlot_effects::build(effect)?;
        }
        let changed = args.background.iter().chain(&args.effects).cloned().collect();
        Ok(Self { config: config.overridden_by(given), chosen, changed })
    }

    /// The scene's name, or what makes it where it has none; and what was changed of it.
    pub fn scene_in_words(&self) -> String {
        let is_named = self.config.scenes.iter().any(|scene| scene.name == self.chosen.name);
        let name = is_named.then_some(self.chosen.name.as_str());
        let default = self.changed.is_empty().then_some(backlot_scene::DEFAULT_BACKGROUND);
        let parts = name.or(default).into_iter().chain(self.changed.iter().map(String::as_str));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Size and rate of the pictures.
    pub const fn wish(&self) -> Wish {
        Wish { size: self.config.camera.size, rate: self.config.camera.rate }
    }

    /// How the person is cut out.
    ///
    /// # Errors
    /// When there is no such network or quality.
    pub fn matting(&self, args: &RunArgs) -> Result<Matting> {
        let matte = &self.config.matte;
        let model = args.model.clone().unwrap_or_else(|| matte.model.clone());
        let quality = args.quality.clone().or_else(|| Some(matte.quality.clone()));
        Matting::parse(&MattingArgs { model, quality }, false)
    }

    /// What is different in `other`.
    pub fn changes(&self, other: &Self) -> Changes {
        let (old, new) = (&self.config, &other.config);
        let pictures = |c: &Config| (c.camera.size, c.camera.rate, c.run.close_after);
        Changes {
            scene: self.chosen != other.chosen,
            camera: old.camera.device != new.camera.device
                || old.camera.controls != new.camera.controls,
            rest: pictures(old) != pictures(new)
                || old.outputs != new.outputs
                || old.matte != new.matte
                || old.run.viewers != new.run.viewers,
        }
    }
}

/// What the command line says instead of the settings file.
///
/// # Errors
/// One sentence about the first option that can't be.
pub fn overrides(args: &RunArgs) -> Result<Overrides> {
    let parsed = |text: &Option<String>| text.as_deref().map(str::to_owned);
    Ok(Overrides {
        camera: parsed(&args.camera),
        outputs: args.outputs.clone(),
        size: args.size.as_deref().map(str::parse).transpose().context("--size")?,
        rate: args.fps.as_deref().map(str::parse).transpose().context("--fps")?,
        scene: parsed(&args.scene),
        background: args.background.as_deref().map(str::parse).transpose()?,
        effects: args.effects.iter().map(|text| checked(text)).collect::<Result<_>>()?,
    })
}
