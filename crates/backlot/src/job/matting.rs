//! The network and the quality of the mattes for a job.

use crate::cli::MattingArgs;
use crate::models::{self, Purpose};
use anyhow::Result;
use backlot_matte::{MatteSettings, Quality};
use backlot_nn::Model;
use backlot_sources::Input;

/// A network with settings.
#[derive(Debug)]
pub struct Matting {
    /// The network.
    pub model: Model,
    /// How its masks become mattes.
    pub settings: MatteSettings,
}

/// The settings for an input: for pictures, for videos, or for both.
#[derive(Debug)]
pub struct Mattings {
    own: Matting,
    /// For the videos of a folder.
    videos: Option<Matting>,
}

impl Mattings {
    /// Parses the options for an input.
    pub fn parse(args: &MattingArgs, input: &Input) -> Result<Self> {
        let own = Matting::parse(args, input.is_stills())?;
        let is_folder = matches!(input, Input::Folder(_));
        let videos = is_folder.then(|| Matting::parse(args, false)).transpose()?;
        Ok(Self { own, videos })
    }

    /// The settings for a still picture or for a video.
    pub fn of(&self, is_still: bool) -> &Matting {
        self.videos.as_ref().filter(|_| !is_still).unwrap_or(&self.own)
    }
}

impl Matting {
    /// The settings for live pictures.
    pub fn live() -> Result<Self> {
        let model = models::load("auto", Purpose::Live)?;
        Ok(Self { model, settings: MatteSettings::default() })
    }

    /// Parses the options. The defaults are the best for stills, and the fastest good one for
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
        // Stills have no previous frame.
        let settings = if stills { MatteSettings { smoothing: 0.0, ..settings } } else { settings };
        Ok(Self { model: models::load(&args.model, purpose)?, settings })
    }

    /// Trusts the network on who is a person, whether it moved or not: for single pictures, and
    /// where something else decides what is shown.
    pub fn at_its_word(mut self) -> Self {
        self.settings = at_its_word(self.settings);
        self
    }
}

/// Settings that trust the network on who is a person.
pub fn at_its_word(settings: MatteSettings) -> MatteSettings {
    MatteSettings { presence: false, ..settings }
}
