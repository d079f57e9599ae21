//! How mattes are made: the network and the quality that fit the job.

use crate::cli::MattingArgs;
use crate::models::{self, Purpose};
use anyhow::Result;
use backlot_matte::{MatteSettings, Quality};
use backlot_nn::Model;

/// A network with settings.
#[derive(Debug)]
pub struct Matting {
    /// The network.
    pub model: Model,
    /// What is made of its masks.
    pub settings: MatteSettings,
}

impl Matting {
    /// What live pictures get.
    pub fn live() -> Result<Self> {
        let model = models::load("auto", Purpose::Live)?;
        Ok(Self { model, settings: MatteSettings::default() })
    }

    /// What was typed; what was not typed is the best for stills and the fastest good one for
    /// videos.
    pub fn parse(args: &MattingArgs, stills: bool) -> Result<Self> {
        let quality = match &args.quality {
            Some(quality) => quality.parse()?,
            None if stills => Quality::Best,
            None => Quality::Live,
        };
        let finest = stills || quality == Quality::Best;
        let purpose = if finest { Purpose::Finest } else { Purpose::Live };
        let settings = MatteSettings { quality, ..MatteSettings::default() };
        // Stills have no frame before.
        let settings = if stills { MatteSettings { smoothing: 0.0, ..settings } } else { settings };
        Ok(Self { model: models::load(&args.model, purpose)?, settings })
    }

    /// Takes the network's word for who is a person, moved or not: for single pictures, and where
    /// others decide what is shown.
    pub fn at_its_word(mut self) -> Self {
        self.settings.presence = false;
        self
    }
}
