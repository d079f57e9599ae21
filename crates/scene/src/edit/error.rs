//! Why an edit can't be applied.

use crate::form::{Refusal, shown};
use crate::{LayerId, SceneError, SourceId};

/// Why an edit can't be applied. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// A scene that doesn't exist.
    #[error("there is no scene '{}'", shown(.0))]
    NoScene(String),
    /// A layer that the scene doesn't have.
    #[error("the scene '{}' has no layer '{layer}'", shown(.scene))]
    NoLayer {
        /// The scene.
        scene: String,
        /// The layer.
        layer: LayerId,
    },
    /// A property that layers don't have.
    #[error("a layer has {0}")]
    NoProperty(String),
    /// An effect that isn't there.
    #[error("there is no effect {}: count them from 0", .0)]
    NoEffect(usize),
    /// A layer that nothing cuts out.
    #[error("nothing cuts the layer '{0}' out: give it a key first")]
    NoKey(LayerId),
    /// A value that the target doesn't take.
    #[error("{0}")]
    Value(String),
    /// A layer with the id of another.
    #[error("the scene has a layer '{0}' already: give this one another id")]
    SameId(LayerId),
    /// A scene with the name of another.
    #[error("there is a scene '{}' already", shown(.0))]
    SameScene(String),
    /// A place among the layers that doesn't exist.
    #[error("the scene has {layers} layers, so none can have {at} behind it")]
    NoSuchPlace {
        /// How many layers there are.
        layers: usize,
        /// How many were to be behind it.
        at: usize,
    },
    /// Too many layers, or none.
    #[error("a scene has 1 to {most} layers, not {layers}")]
    Layers {
        /// The most.
        most: usize,
        /// How many it would have.
        layers: usize,
    },
    /// A scene or source that something shows.
    #[error("{what} is used by the scene '{}': change that first", shown(.by))]
    InUse {
        /// The scene or source.
        what: String,
        /// The scene that uses it.
        by: String,
    },
    /// A source that doesn't exist.
    #[error("there is no source '{0}'")]
    NoSource(SourceId),
    /// The scene that it would make.
    #[error(transparent)]
    Scene(#[from] SceneError),
}

impl EditError {
    /// A value that isn't taken.
    pub(super) fn refused(what: &str, refusal: &Refusal) -> Self {
        Self::Value(refusal.sentence(what))
    }
}
