//! The network and the quality of the mattes for a job.

use crate::choice::MattingChoice;
use crate::elsewhere;
use crate::error::NetworkError;
use crate::network::{Purpose, best_for, load};
use backlot_matte::{MatteSettings, Quality};
use backlot_segmenter::SegmentationModel;
use std::num::NonZero;

/// The most threads for one look: more gain little.
const MOST_THREADS: usize = 4;

/// A network with settings.
#[derive(Debug)]
pub struct Matting {
    /// The network.
    pub model: SegmentationModel,
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
    /// Loads the network for stills or for a video, and for a folder of both.
    ///
    /// # Errors
    /// As [`load`].
    pub fn new(
        asked: &MattingChoice,
        is_stills: bool,
        is_folder: bool,
    ) -> Result<Self, NetworkError> {
        let of = |stills| Matting::of_files(asked, stills);
        let own = of(is_stills)?;
        let videos = is_folder.then(|| of(false)).transpose()?;
        Ok(Self { own, videos })
    }

    /// The settings for a still picture or for a video.
    pub fn of(&self, is_still: bool) -> &Matting {
        self.videos.as_ref().filter(|_| !is_still).unwrap_or(&self.own)
    }
}

impl Matting {
    /// The settings for live pictures.
    ///
    /// # Errors
    /// As [`load`].
    pub fn live() -> Result<Self, NetworkError> {
        let model = load("auto", Purpose::Live)?;
        Ok(Self { model, settings: MatteSettings::default() })
    }

    /// Loads the network. The default quality is the best for stills, and the fastest good one for
    /// videos.
    ///
    /// # Errors
    /// As [`load`], and for an unknown quality.
    pub fn new(asked: &MattingChoice, stills: bool) -> Result<Self, NetworkError> {
        let (settings, purpose) = Self::settings(asked, stills)?;
        let model = match asked.address()? {
            Some(address) => elsewhere::beside_own(asked, address)?,
            None => load(&asked.model, purpose)?,
        };
        Ok(Self { model, settings })
    }

    /// The settings that were asked for, and what the network is for.
    fn settings(
        asked: &MattingChoice,
        stills: bool,
    ) -> Result<(MatteSettings, Purpose), NetworkError> {
        let quality = match &asked.quality {
            Some(quality) => quality.parse()?,
            None if stills => Quality::Best,
            None => Quality::Live,
        };
        let purpose = match quality {
            Quality::Best => Purpose::Best,
            _ if stills => Purpose::Fine,
            _ => Purpose::Live,
        };
        let teacher_share = asked.teacher_share;
        let settings = MatteSettings { quality, teacher_share, ..MatteSettings::default() };
        // Stills have no previous frame.
        let settings = if stills { MatteSettings { smoothing: 0.0, ..settings } } else { settings };
        Ok((settings, purpose))
    }

    /// The same for pictures and videos that are files: they wait for whatever makes their mattes.
    fn of_files(asked: &MattingChoice, stills: bool) -> Result<Self, NetworkError> {
        let Some(address) = asked.address()? else {
            return Ok(Self::new(asked, stills)?.exact());
        };
        let (settings, _) = Self::settings(asked, stills)?;
        Ok(Self { model: elsewhere::alone(asked, &address)?, settings }.exact())
    }

    /// Loads the network for single pictures: the network decides alone who is a person, and every
    /// machine makes the same mattes.
    ///
    /// # Errors
    /// As [`Matting::new`].
    pub fn for_stills(asked: &MattingChoice) -> Result<Self, NetworkError> {
        Ok(Self::of_files(asked, true)?.at_its_word())
    }

    /// What to tell whoever asked for the best and gets less, as the network for it was
    /// not fetched.
    pub fn less_than_asked(asked: &MattingChoice) -> Option<String> {
        let is_best = asked.model == "auto" && asked.quality.as_deref() == Some("best");
        let best = best_for(Purpose::Best).name;
        (is_best && best != "multiclass").then(|| {
            format!(
                "the best quality uses the network '{best}', as 'multiclass' isn't installed: 'backlot models fetch multiclass' brings it"
            )
        })
    }

    /// Makes the same mattes on every machine, however slow. Where a look takes long, more cores help.
    fn exact(self) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let threads =
            if self.settings.quality == Quality::Best { cores.min(MOST_THREADS) } else { 1 };
        let settings = MatteSettings { is_exact: true, ..self.settings };
        Self { model: self.model.with_threads(threads), settings }
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
