//! What clients set that Backlot itself doesn't know of.

/// The most effects that are kept because they were switched off.
const MOST_REMOVED: usize = 64;

/// The names of what there is, the first without a length.
pub(crate) const NAMES: [&str; 4] = ["Cut", "Fade", "Slide", "Wipe"];
/// What a length is at first, in milliseconds.
const USUAL_MS: u32 = 400;

/// What clients set that Backlot itself doesn't know of.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// How scenes take over that clients show; `None` for the way of the settings.
    pub transition: Option<Transition>,
    /// Effects that clients switched off, which took them away.
    pub removed: Vec<Removed>,
}

impl Kept {
    /// Keeps an effect that was switched off, and forgets the oldest of too many.
    pub fn remove(&mut self, removed: Removed) {
        if self.removed.len() >= MOST_REMOVED {
            self.removed.remove(0);
        }
        self.removed.push(removed);
    }
}

/// An effect that was switched off: it is taken away, and can come back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Removed {
    pub scene: String,
    pub layer: String,
    pub filter: Filter,
}

/// An effect as a filter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filter {
    /// Its name among those of its layer.
    pub name: String,
    /// As in the settings.
    pub text: String,
    /// How many effects come before it.
    pub at: usize,
    pub is_enabled: bool,
}

impl Filter {
    pub fn kind(&self) -> &str {
        self.text.split(':').next().unwrap_or_default()
    }
}

/// How a scene takes over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transition {
    pub name: &'static str,
    pub millis: u32,
}

impl Default for Transition {
    fn default() -> Self {
        Self { name: NAMES[0], millis: USUAL_MS }
    }
}

impl Transition {
    pub const fn is_cut(self) -> bool {
        self.name.len() == NAMES[0].len()
    }

    /// As in the settings.
    pub fn written(self) -> String {
        let name = self.name.to_ascii_lowercase();
        if self.is_cut() { name } else { format!("{name}:{}", self.millis) }
    }
}
