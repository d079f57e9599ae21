//! Names that other parts of the settings refer to.

use super::Layer;
use crate::SceneError;
use crate::form::{Property, Takes, Value};
use std::fmt;
use std::str::FromStr;

/// The longest id, in characters.
const LONGEST: usize = 64;

/// Whether text can be an id: letters, digits and `-`.
fn is_id(text: &str) -> bool {
    let fits = (1..=LONGEST).contains(&text.len());
    fits && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

macro_rules! id {
    ($(#[$doc:meta])* $type:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(Box<str>);

        impl $type {
            /// The text of it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $type {
            type Err = SceneError;

            fn from_str(text: &str) -> Result<Self, SceneError> {
                let id = is_id(text).then(|| Self(text.into()));
                id.ok_or_else(|| SceneError::Id { kind: $kind, given: text.to_owned() })
            }
        }
    };
}

id! {
    /// What a layer is called by edits; unique in its scene.
    LayerId, "layer"
}

id! {
    /// What a source of `[source.NAME]` is called by.
    SourceId, "source"
}

impl LayerId {
    /// The id of what stands behind the person in a short form.
    pub fn background() -> Self {
        Self("background".into())
    }

    /// The id of the person in a short form.
    pub fn person() -> Self {
        Self("person".into())
    }

    /// The id of a camera that is alone in a short form.
    pub fn camera() -> Self {
        Self("camera".into())
    }

    /// No layer's id.
    pub(crate) fn unset() -> Self {
        Self("".into())
    }

    /// The id of a layer that has none, by its number from 1 at the back.
    pub fn numbered(number: usize) -> Self {
        Self(format!("layer-{number}").into())
    }
}

/// `id`
pub(super) const ID: Property<Layer> = Property {
    name: "id",
    takes: Takes::Text,
    help: "What edits call it by: letters, digits and '-', unique in the scene.",
    example: Some("\"me\""),
    read: |layer, value| {
        layer.id = value.parsed()?;
        Ok(())
    },
    write: |layer| Some(Value::text(&layer.id)),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_letters_digits_and_hyphens() {
        for good in ["a", "Camera-2", "0", &"x".repeat(64)] {
            assert_eq!(good.parse::<LayerId>().map(|id| id.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "a b", "a_b", "ä", "a\n", "../a", &"x".repeat(65)] {
            let error = bad.parse::<SourceId>().unwrap_err().to_string();
            assert!(error.contains("letters, digits and '-'"), "{error}");
        }
    }
}
