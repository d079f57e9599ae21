//! What can be wrong with what the user asked for.

use crate::LayerId;
use backlot_schema::SchemaError;
use std::fmt;

/// Why a scene, or a part of one, is not usable.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SceneError {
    /// Text that names no background.
    #[error(
        "'{0}' is not a background: give a picture or video file, a colour like #204060 or navy, gradient:TOP,BOTTOM, blur, mosaic, original, transparent, or the name of a built-in set"
    )]
    Background(String),
    /// Text that is none of the words that a property takes.
    #[error("'{given}' is not a {kind}: choose {}", Choice(.words))]
    Word {
        /// What it should have been: "way to fit".
        kind: &'static str,
        /// What was given.
        given: String,
        /// The words.
        words: &'static [&'static str],
    },
    /// Text that is no length.
    #[error("'{0}' is not a length: write for example 40% or 120px")]
    Length(String),
    /// Text that can't be an id.
    #[error("'{given}' can't be the id of a {kind}: use 1 to 64 letters, digits and '-'")]
    Id {
        /// What it is for.
        kind: &'static str,
        /// What was given.
        given: String,
    },
    /// An effect, a scene or a colour that doesn't exist, or settings that an effect can't take.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Text that names no source of a layer.
    #[error(
        "'{0}' is not a source: give camera, a picture or video file, a colour, gradient:TOP,BOTTOM, a set, scene:NAME, or the name of a section [source.NAME]"
    )]
    Source(String),
    /// A background that is no source, but can be written as one.
    #[error("write source = \"camera\"{0}")]
    CameraWith(String),
    /// A source that isn't declared.
    #[error("there is no source '{0}': write a section [source.{0}]")]
    NoSource(String),
    /// A scene within another that doesn't exist.
    #[error("there is no scene '{0}': write a section [scene.{0}]")]
    NoScene(String),
    /// The length of a transition makes no sense.
    #[error(
        "'{given}' is not a transition: write cut, or fade, slide or wipe with 1 to {longest} milliseconds, as fade:400"
    )]
    SwitchLength {
        /// What was written.
        given: String,
        /// The most milliseconds.
        longest: u64,
    },
    /// A scene that shows itself.
    #[error("the scene '{0}' would show itself: choose another scene")]
    Circle(String),
    /// Scenes within scenes within scenes.
    #[error(
        "scenes may lie {most} deep inside one another at most, and those in '{scene}' would lie deeper: show an inner scene itself"
    )]
    TooDeep {
        /// The outermost scene.
        scene: String,
        /// The most.
        most: usize,
    },
    /// A scene whose scenes have too many layers.
    #[error(
        "with the scenes in it, the scene '{scene}' has {layers} layers: it may have {most} at most"
    )]
    TooManyLayers {
        /// The scene.
        scene: String,
        /// The most.
        most: usize,
        /// How many there are.
        layers: usize,
    },
    /// A key on a layer that shows no camera.
    #[error("only a camera is cut out, and the layer '{layer}' shows '{shown}': remove its key")]
    KeyWithoutCamera {
        /// The layer.
        layer: LayerId,
        /// What it shows.
        shown: String,
    },
    /// A scene with nothing in it.
    #[error("the scene has no layers: give it at least one")]
    NoLayers,
    /// Effects on the person of a scene in which none appears.
    #[error(
        "nobody appears in the scene, so no effect can be applied: leave out --effect, or choose another scene"
    )]
    NoPerson,
    /// Effects on the background of a scene that has none.
    #[error("nothing stands behind the person, so --background-effect has nothing to change")]
    NoBackground,
    /// A number of a layer that is out of range.
    #[error("layer {layer}: {setting} must be 0 to 1, not {value}")]
    OutOfRange {
        /// The layer, counted from 1 at the back.
        layer: usize,
        /// The setting.
        setting: &'static str,
        /// What was given.
        value: f32,
    },
}

struct Choice<'a>(&'a [&'static str]);

impl fmt::Display for Choice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [most @ .., last] if !most.is_empty() => write!(f, "{} or {last}", most.join(", ")),
            words => f.write_str(&words.join(", ")),
        }
    }
}
