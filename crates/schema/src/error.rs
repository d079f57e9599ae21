//! What can be wrong with a name, a setting or a colour that somebody wrote.

use crate::nearest;
use std::fmt;

/// Why text is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A colour that isn't opaque.
    #[error("'{0}' is a colour that can be seen through: give an opaque one")]
    SeeThrough(String),
    /// Text that names no colour.
    #[error("'{0}' is not a colour: write #rrggbb or a CSS colour name like navy")]
    Color(String),
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
    /// A setting that doesn't exist.
    #[error("{owner} has no setting '{name}'{}", Known(.nearest, .known))]
    UnknownSetting {
        /// What has the settings: "effect 'blur'".
        owner: String,
        /// The name that was given.
        name: String,
        /// A known name that is similar.
        nearest: Option<String>,
        /// All its settings, separated by commas; empty when it has none.
        known: String,
    },
    /// A value that a setting can't take.
    #[error("{owner}: {setting} must be {expected}, not '{value}'{}", DidYouMean(.nearest))]
    Value {
        /// What has the setting: "effect 'blur'".
        owner: String,
        /// The setting.
        setting: &'static str,
        /// What it takes.
        expected: String,
        /// What was given.
        value: String,
        /// A word that it takes and that is similar.
        nearest: Option<String>,
    },
    /// Text that is not `NAME[:SETTINGS]`.
    #[error("'{text}' is not {kind}: write NAME or NAME:VALUE or NAME:SETTING=VALUE,SETTING=VALUE")]
    Syntax {
        /// What it should be: "an effect".
        kind: String,
        /// What was given.
        text: String,
    },
}

impl SchemaError {
    /// No `kind` has that name; `list` is the command that lists what there is.
    pub fn unknown<'a>(
        kind: &'static str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
        list: &'static str,
    ) -> Self {
        let nearest = nearest(name, known).map(str::to_owned);
        Self::Unknown { kind, name: name.to_owned(), nearest, list }
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
