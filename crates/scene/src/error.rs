//! What can be wrong with what the user asked for.

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
    /// A colour that isn't opaque.
    #[error("'{0}' is a colour that can be seen through: give an opaque one")]
    SeeThrough(String),
    /// Text that names no colour.
    #[error("'{0}' is not a colour: write #rrggbb or a CSS colour name like navy")]
    Color(String),
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
    /// A name that doesn't exist.
    #[error("there is no {kind} '{name}'{}: 'backlot {list}' lists what there is", DidYouMean(.nearest))]
    Unknown {
        /// What was looked for: "effect", "built-in set".
        kind: &'static str,
        /// The name that was given.
        name: String,
        /// A known name that is similar.
        nearest: Option<String>,
        /// The command that lists them.
        list: &'static str,
    },
    /// A setting that the effect does not have.
    #[error("effect '{effect}' has no setting '{name}'{}", Known(.nearest, .known))]
    UnknownSetting {
        /// The effect.
        effect: String,
        /// The name that was given.
        name: String,
        /// A known name that is similar.
        nearest: Option<String>,
        /// All its settings, separated by commas; empty when it has none.
        known: String,
    },
    /// A value that a setting can't take.
    #[error("effect '{effect}': {setting} must be {expected}, not '{value}'")]
    Value {
        /// The effect.
        effect: String,
        /// The setting.
        setting: String,
        /// What it takes.
        expected: String,
        /// What was given.
        value: String,
    },
    /// Text that is not `NAME[:SETTINGS]`.
    #[error("'{0}' is not an effect: write NAME or NAME:VALUE or NAME:SETTING=VALUE,SETTING=VALUE")]
    EffectSyntax(String),
    /// A source that isn't declared.
    #[error("there is no source '{0}': write a section [source.{0}]")]
    NoSource(String),
    /// A scene within another that doesn't exist.
    #[error("there is no scene '{0}': write a section [scene.{0}]")]
    NoScene(String),
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

struct DidYouMean<'a>(&'a Option<String>);

impl fmt::Display for DidYouMean<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |nearest| write!(f, " (did you mean '{nearest}'?)"))
    }
}

struct Known<'a>(&'a Option<String>, &'a str);

impl fmt::Display for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(Some(nearest), _) => write!(f, ": did you mean '{nearest}'?"),
            Self(None, "") => write!(f, ": it has no settings"),
            Self(None, known) => write!(f, ": it has {known}"),
        }
    }
}
