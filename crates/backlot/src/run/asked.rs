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
    pub fn new(config: Config, given: &Overrides, last: Option<&str>) -> Result<Self> {
        let chosen = config.choose(given, last)?;
        for effect in chosen.scene.layers.iter().flat_map(|layer| &layer.effects) {
            backlot_effects::build(effect)?;
        }
        Ok(Self { config: config.overridden_by(given), chosen })
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
