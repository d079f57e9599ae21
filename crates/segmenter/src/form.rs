//! What the numbers mean that a network takes and returns.

/// What the numbers mean that a network takes and returns.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// What red, green and blue of `0.0..=1.0` are multiplied by, for the network.
    pub scale: [f32; 3],
    /// What is added then.
    pub offset: [f32; 3],
    /// Whether the network takes blue, green, red.
    pub bgr: bool,
    /// The output that tells of persons.
    pub output: usize,
    /// How it does.
    pub person: Reading,
    /// Whether the first and last values of a row lie on the picture's first and last pixels, as if
    /// made by resizing with aligned corners, and not in the middle of equal parts.
    pub corners: bool,
    /// What else it tells apart.
    pub parts: Option<Parts>,
    /// Whether it remembers earlier pictures, so that it wants to see the same part of all.
    pub recurrent: bool,
}

/// How one value for each pixel says whether it is a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// By the probability, `0.0..=1.0`.
    Probability {
        /// Of the output's channels.
        channel: usize,
    },
    /// By the log-odds: the probability is `1 / (1 + exp(-sharpness * (value - middle)))`.
    LogOdds {
        /// Of the output's channels.
        channel: usize,
        /// How much the odds are sharpened; 1 leaves them.
        sharpness: f32,
        /// The value at which the probability is a half.
        middle: f32,
    },
    /// By the unnormalised log-probabilities of classes.
    Classes {
        /// The channels that belong to a person; all others are the background.
        persons: Vec<usize>,
        /// How much the odds are sharpened; 1 leaves them.
        sharpness: f32,
    },
}

/// Parts of a person, by unnormalised log-probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// The output that tells of them.
    pub output: usize,
    /// Their names, in lower-case words with hyphens.
    pub names: Vec<String>,
    /// The channel of each.
    pub channels: Vec<usize>,
    /// How much their odds are sharpened; 1 leaves them.
    pub sharpness: f32,
}

impl Form {
    /// A network that takes R'G'B' of `0.0..=1.0` and returns the person's probability.
    pub const PROBABILITY: Self = Self {
        scale: [1.0; 3],
        offset: [0.0; 3],
        bgr: false,
        output: 0,
        person: Reading::Probability { channel: 0 },
        corners: false,
        parts: None,
        recurrent: false,
    };

    /// The bits of the parts of these names that the network tells apart.
    pub fn part_bits(&self, names: &[&str]) -> u64 {
        let known = self.parts.iter().flat_map(|parts| &parts.names).enumerate();
        let wanted = known.filter(|(_, name)| names.contains(&name.as_str()));
        wanted.fold(0, |bits, (part, _)| bits | 1 << part)
    }

    /// A network that takes R'G'B' of `-1.0..=1.0`, and reads that way.
    pub const fn signed(person: Reading) -> Self {
        Self { scale: [2.0; 3], offset: [-1.0; 3], person, ..Self::PROBABILITY }
    }
}
