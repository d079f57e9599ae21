//! What fields of requests take.

use crate::words::{either, kind_of};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};
use std::fmt;
use std::path::{Path, PathBuf};

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// A text on one line.
    Text,
    /// The absolute path of a file.
    File,
    /// A text on one line, a number, or true or false: what would be written in the settings.
    Plain,
    /// True or false.
    Flag,
    /// A whole number, 0 or more.
    Count,
    /// Anything.
    Any,
    /// A table, as in the settings.
    Object,
    /// One of these names.
    Choice(&'static [&'static str]),
}

impl FieldKind {
    /// What it takes, in words.
    pub fn wants(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::File => "the absolute path of a file".to_owned(),
            Self::Plain => "a text, a number, or true or false".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Count => "a whole number, 0 or more".to_owned(),
            Self::Any => "any value".to_owned(),
            Self::Object => "an object".to_owned(),
            Self::Choice(names) => either(names),
        }
    }

    /// What it takes, as JSON Schema.
    pub fn schema(self) -> Value {
        // As `char::is_control` says.
        const LINE: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";
        match self {
            Self::Text => json!({ "type": "string", "pattern": LINE }),
            Self::File => json!({ "type": "string", "pattern": "^/" }),
            Self::Plain => json!({ "type": ["string", "number", "boolean"], "pattern": LINE }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Count => json!({ "type": "integer", "minimum": 0 }),
            Self::Any => json!({}),
            Self::Object => json!({ "type": "object", "additionalProperties": true }),
            Self::Choice(names) => json!({ "type": "string", "enum": names }),
        }
    }

    /// Looks at a value.
    ///
    /// # Errors
    /// What it is instead.
    pub(crate) fn check(self, value: &Value) -> Result<(), String> {
        let is_taken = match (self, value) {
            (Self::Any, _) | (Self::Object, Value::Object(_)) | (Self::Flag, Value::Bool(_)) => {
                true
            }
            (Self::Plain, Value::Number(_) | Value::Bool(_)) => true,
            (Self::Text | Self::Plain, Value::String(text)) => {
                if text.contains(char::is_control) {
                    return Err("a text with control characters".to_owned());
                }
                true
            }
            (Self::File, Value::String(text)) => Path::new(text).is_absolute(),
            (Self::Count, Value::Number(number)) => {
                number.as_u64().is_some_and(|number| usize::try_from(number).is_ok())
            }
            (Self::Choice(names), Value::String(text)) => names.contains(&text.as_str()),
            _ => false,
        };
        if is_taken { Ok(()) } else { Err(kind_of(value)) }
    }
}

/// A field of a request.
#[derive(Clone, Copy, Debug)]
pub struct FieldDef {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub help: &'static str,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it may be missing.
    pub is_optional: bool,
}

/// A type of fields.
pub(crate) trait Field {
    const KIND: FieldKind;
    const IS_OPTIONAL: bool = false;

    /// Whether it isn't written.
    fn is_absent(&self) -> bool {
        false
    }
}

impl Field for String {
    const KIND: FieldKind = FieldKind::Text;
}

impl Field for PathBuf {
    const KIND: FieldKind = FieldKind::File;
}

impl Field for Plain {
    const KIND: FieldKind = FieldKind::Plain;
}

impl Field for bool {
    const KIND: FieldKind = FieldKind::Flag;
}

impl Field for usize {
    const KIND: FieldKind = FieldKind::Count;
}

impl Field for Value {
    const KIND: FieldKind = FieldKind::Any;
}

impl Field for Map<String, Value> {
    const KIND: FieldKind = FieldKind::Object;
}

impl<T: Field> Field for Option<T> {
    const KIND: FieldKind = T::KIND;
    const IS_OPTIONAL: bool = true;

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// A value as it would be written in the settings: `20` and `"20"` are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Plain(pub String);

impl From<&str> for Plain {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            Value::Bool(on) => Ok(Self(on.to_string())),
            other => Err(serde::de::Error::custom(format!(
                "this takes {}, not {}",
                FieldKind::Plain.wants(),
                kind_of(&other)
            ))),
        }
    }
}

/// An enum of names, each of them a choice of a field.
macro_rules! choice {
    ($(#[$about:meta])* $type:ident { $($(#[$help:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $type {
            $($(#[$help])* #[serde(rename = $name)] $variant,)+
        }

        impl $type {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl Field for $type {
            const KIND: FieldKind = FieldKind::Choice(&[$($name),+]);
        }
    };
}

choice! {
    /// Which scene from the one that is shown.
    Step {
        /// The one after it.
        Next = "next",
        /// The one before it.
        Previous = "previous",
    }
}

choice! {
    /// What can be listed.
    What {
        /// The scenes, with where each is written.
        Scenes = "scenes",
        /// The built-in sets.
        Sets = "sets",
        /// The effects, with their settings.
        Effects = "effects",
        /// The keys, with their settings.
        Keys = "keys",
        /// The cameras of this machine, with what their controls take.
        Cameras = "cameras",
        /// The virtual cameras.
        Outputs = "outputs",
        /// The layers of a scene.
        Layers = "layers",
        /// The ways in which one scene gives way to the next.
        Transitions = "transitions",
        /// The properties of layers, with what each takes.
        Properties = "properties",
        /// The recordings of this run, and those in the folder for videos: the latest first, 50 at most, each
        /// with its `file`, `bytes`, and the time of its end in seconds since 1970 as `at`.
        Recordings = "recordings",
    }
}
