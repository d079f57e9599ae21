//! Effects as people write them: `blur`, `blur:20`, `hologram:ghost=0.5,tint=1`.

use crate::SceneError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An effect and the settings that were given for it, unchecked: the table of effects knows which
/// exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EffectSpec {
    /// The effect's name.
    pub name: String,
    /// Settings in the order in which they were given; one without a name is for the effect's
    /// first setting.
    pub settings: Vec<(Option<String>, String)>,
}

impl EffectSpec {
    /// An effect with its default settings.
    pub fn plain(name: &str) -> Self {
        Self { name: name.to_owned(), settings: Vec::new() }
    }
}

impl FromStr for EffectSpec {
    type Err = SceneError;

    fn from_str(text: &str) -> Result<Self, SceneError> {
        let syntax = || SceneError::EffectSyntax(text.to_owned());
        let (name, tail) = text.split_once(':').map_or((text, None), |(n, t)| (n, Some(t)));
        let name = name.trim();
        let is_name = |s: &str| {
            !s.is_empty() && s.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        if !is_name(name) {
            return Err(syntax());
        }
        let setting = |part: &str| match part.split_once('=') {
            Some((key, value)) if is_name(key.trim()) && !value.trim().is_empty() => {
                Ok((Some(key.trim().to_owned()), value.trim().to_owned()))
            }
            None if !part.trim().is_empty() => Ok((None, part.trim().to_owned())),
            _ => Err(syntax()),
        };
        let parts = tail.map(|t| t.split(',').map(setting).collect()).transpose()?;
        Ok(Self { name: name.to_owned(), settings: parts.unwrap_or_default() })
    }
}

impl fmt::Display for EffectSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (index, (key, value)) in self.settings.iter().enumerate() {
            f.write_str(if index == 0 { ":" } else { "," })?;
            if let Some(key) = key {
                write!(f, "{key}=")?;
            }
            f.write_str(value)?;
        }
        Ok(())
    }
}

impl TryFrom<String> for EffectSpec {
    type Error = SceneError;

    fn try_from(text: String) -> Result<Self, SceneError> {
        text.parse()
    }
}

impl From<EffectSpec> for String {
    fn from(spec: EffectSpec) -> Self {
        spec.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_forms_that_people_write() {
        let spec: EffectSpec = "hologram:0.5, ghost = 1".parse().unwrap();
        assert_eq!(spec.name, "hologram");
        let settings = [(None, "0.5".to_owned()), (Some("ghost".to_owned()), "1".to_owned())];
        assert_eq!(spec.settings, settings);
        assert_eq!("blur".parse::<EffectSpec>(), Ok(EffectSpec::plain("blur")));
        for bad in ["", ":", ":5", "blur:", "blur:a=", "blur:=1", "blur:1,,2", "bl ur", "a/b"] {
            assert!(bad.parse::<EffectSpec>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn writing_undoes_reading(text in "[a-z]{1,8}(:([a-z]{1,5}=)?[0-9.]{1,4}(,[a-z]{1,5}=[a-z0-9]{1,4}){0,3})?") {
            let spec: EffectSpec = text.parse().unwrap();
            prop_assert_eq!(spec.to_string(), text);
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = text.parse::<EffectSpec>();
        }
    }
}
