//! Changes to scenes as data: each can be applied, undone and done again.
//!
//! What undoes an edit is an edit too, so undo and redo go the way of every other change.

mod apply;
mod change;
mod error;
mod history;
#[cfg(test)]
mod tests;

pub use change::Change;
pub use error::EditError;
pub use history::History;

use crate::form::Value;
use crate::{Layer, LayerId, NamedScene, Place, SceneForm, SourceId, SourceSpec};

/// One change to a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// A value is set.
    Set {
        /// The scene.
        scene: String,
        /// What of it.
        target: Target,
        /// The new value; without one, the default.
        value: Option<Value>,
    },
    /// A layer is placed elsewhere.
    Place {
        /// The scene.
        scene: String,
        /// The layer.
        layer: LayerId,
        /// Where it is to stand.
        place: Place,
    },
    /// A layer is added.
    Insert {
        /// The scene.
        scene: String,
        /// How many layers are to be behind it.
        at: usize,
        /// The layer.
        layer: Box<Layer>,
    },
    /// A layer is brought further to the back or to the front.
    Move {
        /// The scene.
        scene: String,
        /// The layer.
        layer: LayerId,
        /// How many layers are to be behind it.
        to: usize,
    },
    /// A layer is taken away.
    Remove {
        /// The scene.
        scene: String,
        /// The layer.
        layer: LayerId,
    },
    /// A scene as a whole is replaced or added; without a form, it is taken away.
    Replace {
        /// The scene.
        scene: String,
        /// What it is to be.
        form: Option<SceneForm>,
    },
    /// A scene gets another name.
    Rename {
        /// The scene.
        scene: String,
        /// Its new name.
        to: String,
    },
    /// A scene that was taken away comes back.
    Restore {
        /// How many scenes are to be before it.
        at: usize,
        /// The scene.
        scene: Box<NamedScene>,
    },
    /// A source is declared anew; without a description, it is taken away.
    Declare {
        /// The source.
        source: SourceId,
        /// What it is to be.
        spec: Option<SourceSpec>,
    },
    /// Another scene is shown; without one, that which the settings choose.
    Show {
        /// The scene.
        scene: Option<String>,
    },
}

/// Something in a scene that has a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A property of a layer, by its name in the settings.
    Property {
        /// The layer.
        layer: LayerId,
        /// The property.
        property: String,
    },
    /// A setting of an effect.
    Effect {
        /// The layer; without one, the effects are those on the finished picture.
        layer: Option<LayerId>,
        /// Which effect, counted from 0.
        index: usize,
        /// The setting.
        setting: String,
    },
    /// A whole effect, as it is written.
    WholeEffect {
        /// The layer; without one, the effects are those on the finished picture.
        layer: Option<LayerId>,
        /// Which effect, counted from 0.
        index: usize,
    },
    /// A setting of what cuts a layer out.
    Key {
        /// The layer.
        layer: LayerId,
        /// The setting.
        setting: String,
    },
    /// The list of effects on the finished picture.
    WholeEffects,
}

impl Edit {
    /// The scene that it changes, if it is one, by the name that it has then.
    pub fn scene(&self) -> Option<&str> {
        match self {
            Self::Set { scene, .. }
            | Self::Place { scene, .. }
            | Self::Insert { scene, .. }
            | Self::Move { scene, .. }
            | Self::Remove { scene, .. }
            | Self::Replace { scene, .. } => Some(scene),
            Self::Rename { to, .. } => Some(to),
            Self::Restore { scene, .. } => Some(&scene.name),
            Self::Declare { .. } | Self::Show { .. } => None,
        }
    }
}
