//! What an effect is.

use crate::{Canvas, Pass};
use backlot_schema::{Instance, Number, Setting, Values};
use serde::{Serialize, Serializer};

/// An effect as a user wrote it, checked: `blur`, `hologram:ghost=0.5`.
pub type Effect = Instance<EffectDef>;

/// One effect: what people need to know to use it, and how to make it.
///
/// Its serialized form is what `backlot effects --json` prints.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct EffectDef {
    /// Its name, as it is written.
    pub name: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// Its settings; the first is the one that may be given without a name.
    pub settings: &'static [Setting],
    /// The value from which it hides what it is applied to; `None` if it never does.
    #[serde(rename = "hides")]
    pub hiding: Option<Hiding>,
    /// Whether pixels change places: what is seen at a place was at another one before, and so was
    /// whoever is seen there.
    pub moves: bool,
    /// Makes its passes, ready for pictures like the canvas. All allocation happens here.
    #[serde(skip)]
    pub compile: fn(&Values, &Canvas) -> Vec<Pass>,
}

/// The value from which an effect hides what it is applied to.
///
/// `scripts/measure_hiding.py` measures the limits, and `docs/privacy.md` explains how.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Hiding {
    /// The setting that decides.
    #[serde(serialize_with = "name")]
    pub setting: Number,
    /// The least value at which no text can be read and nobody recognised.
    pub least: f64,
}

fn name<S: Serializer>(setting: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(setting.name())
}

impl EffectDef {
    /// Whether it hides what it is applied to.
    pub fn hides(&self, values: &Values) -> bool {
        self.hiding.is_some_and(|hiding| hiding.setting.of(values) >= hiding.least)
    }
}
