//! What a key is.

use crate::keyer::Keyer;
use backlot_kernels::Level;
use backlot_schema::{Instance, Setting, Values};
use serde::Serialize;

/// A key as a user wrote it, checked: `person`, `chroma:color=#00b140`.
pub type Key = Instance<KeyDef>;

/// One key: what people need to know to use it, and how to make it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct KeyDef {
    /// Its name, as it is written.
    pub name: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// Its settings; the first is the one that may be given without a name.
    pub settings: &'static [Setting],
    /// How it cuts.
    #[serde(skip)]
    pub cut: Cut,
}

/// How a key cuts.
#[derive(Clone, Copy, Debug)]
pub enum Cut {
    /// Not at all: the picture stays whole.
    Whole,
    /// As a network finds, which the caller chooses and loads.
    Network,
    /// As a network finds, of those parts of a person whose names the settings give.
    Parts(fn(&Values) -> Vec<String>),
    /// By colours: with a screen behind, and no network.
    Screen(fn(&Values, Level) -> Box<dyn Keyer>),
}

impl KeyDef {
    /// Whether it cuts anything out.
    pub const fn cuts(&self) -> bool {
        !matches!(self.cut, Cut::Whole)
    }

    /// Whether it needs a network.
    pub const fn needs_network(&self) -> bool {
        matches!(self.cut, Cut::Network | Cut::Parts(_))
    }

    /// The parts of a person that it cuts out; none if it is the whole person, or no network finds.
    pub fn parts(&self, values: &Values) -> Vec<String> {
        if let Cut::Parts(names) = self.cut { names(values) } else { Vec::new() }
    }

    /// Whether it needs a screen of one colour behind what is cut out.
    pub const fn needs_screen(&self) -> bool {
        matches!(self.cut, Cut::Screen(_))
    }

    /// What makes the mattes; `None` if that takes a network, or nothing is cut.
    pub fn keyer(&self, values: &Values, level: Level) -> Option<Box<dyn Keyer>> {
        match self.cut {
            Cut::Screen(make) => Some(make(values, level)),
            Cut::Whole | Cut::Network | Cut::Parts(_) => None,
        }
    }
}
