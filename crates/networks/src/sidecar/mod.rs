//! Files beside networks that say what a network's numbers mean: `x.toml` beside `x.onnx`.

mod keys;
mod meaning;
#[cfg(any(feature = "onnx", test))]
mod ready;

#[cfg(feature = "onnx")]
pub(crate) use ready::ready;

use backlot_files::{FilesError, read_file};
use backlot_scene::config::{Issues, read_thing};
use std::path::{Path, PathBuf};

/// The longest text that is read, in bytes.
const MOST_BYTES: u64 = 1 << 16;

/// What a network takes and returns, where it isn't plain. What isn't said is the default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sidecar {
    /// The size of the pictures that it is shown.
    pub size: Option<InputSize>,
    /// The input that takes the picture.
    pub picture: Option<String>,
    /// Whether all channels of a pixel stand together in the picture, not in planes.
    pub pixels: Option<bool>,
    /// The same of what it returns.
    pub output_pixels: Option<bool>,
    /// What black and white become.
    pub range: Option<[f32; 2]>,
    /// What white is before the mean is subtracted.
    pub scale: Option<f32>,
    /// What is subtracted from each channel, in the network's order.
    pub mean: Option<[f32; 3]>,
    /// What each channel is divided by then.
    pub std: Option<[f32; 3]>,
    /// Whether the network takes blue, green, red.
    pub bgr: bool,
    /// The output that tells of persons.
    pub output: Option<Output>,
    /// How it does.
    pub reading: Option<Way>,
    /// The channel of the person.
    pub channel: Option<usize>,
    /// The channels of persons.
    pub persons: Option<Vec<usize>>,
    /// How much the odds are sharpened.
    pub sharpness: Option<f32>,
    /// Where a person is as likely as none.
    pub middle: Option<f32>,
    /// Whether the corners of what it returns lie on the picture's corners.
    pub corners: bool,
    /// The parts of a person that it tells apart.
    pub parts: Option<PartsOf>,
    /// Inputs that get an output of the run before.
    pub states: Vec<[String; 2]>,
    /// Inputs that always get the same.
    pub constants: Vec<(String, Vec<f32>)>,
    /// What computes it.
    pub provider: Option<String>,
    /// For BodyPix: how likely a person a pixel must be.
    pub threshold: Option<f32>,
    /// For BodyPix: the share of the picture's size that it looks at.
    pub resolution: Option<f64>,
}

/// The size of the pictures that a network is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputSize {
    /// This width and height.
    Fixed(usize, usize),
    /// The source's shape, with a long side of so many pixels.
    LongSide(usize),
}

/// An output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// By its name.
    Named(String),
    /// By its number, from 0.
    Numbered(usize),
}

/// How an output tells of persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By probabilities.
    Probability,
    /// By log-odds.
    Logits,
    /// By unnormalised log-probabilities of classes.
    Classes,
}

/// The parts of a person that a network tells apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartsOf {
    /// The output, if it isn't the person's.
    pub output: Option<Output>,
    /// Their names.
    pub names: Vec<String>,
    /// Their channels.
    pub channels: Vec<usize>,
    /// How much their odds are sharpened.
    pub sharpness: Option<f32>,
}

/// Why what stands beside a network can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SidecarError {
    /// It can't be read.
    #[error("{0}")]
    File(#[from] FilesError),
    /// It isn't text.
    #[error("'{}' is no text: write it in UTF-8", .0.display())]
    NoText(PathBuf),
    /// There are mistakes in it.
    #[error("{}:{issues}", path.display())]
    Mistakes {
        /// The file.
        path: PathBuf,
        /// All of them.
        issues: Issues,
    },
}

impl Sidecar {
    /// Reads a text.
    ///
    /// # Errors
    /// Returns every mistake, each with line, column and what was expected.
    pub fn parse(text: &str) -> Result<Self, Issues> {
        let mut sidecar = Self::default();
        read_thing(text, "the file beside a network", keys::PROPERTIES, &mut sidecar)?;
        sidecar.check().map_err(|(key, what)| keys::misplaced(text, key, &what))?;
        Ok(sidecar)
    }

    /// Reads what stands beside a network's file, if anything does: `x.onnx.toml`, or `x.toml`.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn beside(network: &Path) -> Result<Option<Self>, SidecarError> {
        let mut longer = network.as_os_str().to_owned();
        longer.push(".toml");
        let candidates = [longer.into(), network.with_extension("toml")];
        let Some(path) = candidates.into_iter().find(|path| path.exists()) else { return Ok(None) };
        let bytes = read_file(&path, MOST_BYTES)?;
        let Ok(text) = String::from_utf8(bytes) else { return Err(SidecarError::NoText(path)) };
        match Self::parse(&text) {
            Ok(sidecar) => Ok(Some(sidecar)),
            Err(issues) => Err(SidecarError::Mistakes { path, issues }),
        }
    }
}

#[cfg(test)]
mod tests;
