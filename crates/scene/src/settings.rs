//! Settings of effects. Each is defined once; checks, help, lists and documentation derive from it.

use crate::{EffectSpec, SceneError, nearest};
use serde::Serialize;
use std::fmt;

/// One setting of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SettingDef {
    /// Its name, as it is written.
    pub name: &'static str,
    /// What it takes.
    #[serde(flatten)]
    pub kind: SettingKind,
    /// What it does, in one line.
    pub help: &'static str,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum SettingKind {
    /// A number.
    Number {
        /// The least value.
        min: f64,
        /// The greatest value.
        max: f64,
        /// The value when none is given.
        default: f64,
        /// What one step on a slider is.
        step: f64,
        /// The unit, for example "px"; empty for a share.
        unit: &'static str,
        /// Words that stand for a value.
        #[serde(skip_serializing_if = "no_words")]
        words: &'static [(&'static str, f64)],
    },
    /// One of several words.
    Choice {
        /// The words.
        values: &'static [&'static str],
        /// The word when none is given.
        default: &'static str,
    },
    /// On or off.
    Switch {
        /// The state when none is given.
        default: bool,
    },
}

/// The checked value of a setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Of a [`SettingKind::Number`], inside its range.
    Number(f64),
    /// Of a [`SettingKind::Choice`], one of its words.
    Choice(&'static str),
    /// Of a [`SettingKind::Switch`].
    Switch(bool),
}

/// The checked settings of one effect, each with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings(Vec<(&'static str, Value)>);

fn no_words(words: &&[(&str, f64)]) -> bool {
    words.is_empty()
}

impl fmt::Display for SettingKind {
    /// What the setting takes, as it fits after "must be".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { min, max, unit, words, .. } => {
                write!(f, "{min} to {max}")?;
                let space = if unit.is_empty() { "" } else { " " };
                write!(f, "{space}{unit}")?;
                words.iter().try_for_each(|(word, _)| write!(f, " or {word}"))
            }
            Self::Choice { values, .. } => write!(f, "one of {}", values.join(", ")),
            Self::Switch { .. } => write!(f, "on or off"),
        }
    }
}

impl SettingKind {
    /// The value when none is given.
    pub const fn default_value(&self) -> Value {
        match *self {
            Self::Number { default, .. } => Value::Number(default),
            Self::Choice { default, .. } => Value::Choice(default),
            Self::Switch { default } => Value::Switch(default),
        }
    }

    /// Reads a value; `None` if the setting can't take it.
    fn read(&self, text: &str) -> Option<Value> {
        match *self {
            Self::Number { min, max, words, .. } => {
                let word = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
                let number = word.map_or_else(|| text.parse().ok(), |(_, value)| Some(*value))?;
                (min..=max).contains(&number).then_some(Value::Number(number))
            }
            Self::Choice { values, .. } => {
                values.iter().find(|v| v.eq_ignore_ascii_case(text)).map(|v| Value::Choice(v))
            }
            Self::Switch { .. } => match text {
                "on" | "true" | "yes" | "1" => Some(Value::Switch(true)),
                "off" | "false" | "no" | "0" => Some(Value::Switch(false)),
                _ => None,
            },
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Choice(word) => f.write_str(word),
            Self::Switch(on) => f.write_str(if *on { "on" } else { "off" }),
        }
    }
}

impl Settings {
    /// Checks what was given against the definitions; what is missing gets its default.
    ///
    /// # Errors
    /// Names the effect, the setting, and what it takes.
    pub fn resolve(spec: &EffectSpec, defs: &'static [SettingDef]) -> Result<Self, SceneError> {
        let mut values: Vec<_> = defs.iter().map(|d| (d.name, d.kind.default_value())).collect();
        for (name, text) in &spec.settings {
            let index = index_of(spec, name.as_deref(), defs)?;
            let def = &defs[index];
            let value = def.kind.read(text).ok_or_else(|| SceneError::Value {
                effect: spec.name.clone(),
                setting: def.name.to_owned(),
                expected: def.kind.to_string(),
                value: text.clone(),
            })?;
            values[index].1 = value;
        }
        Ok(Self(values))
    }

    /// The number of a setting.
    ///
    /// # Panics
    /// If the effect's definitions have no number of that name.
    pub fn number(&self, name: &str) -> f64 {
        match self.get(name) {
            Some(Value::Number(number)) => number,
            other => panic!("setting '{name}' is defined as {other:?}, not as a number"),
        }
    }

    /// The word of a setting.
    ///
    /// # Panics
    /// If the effect's definitions have no choice of that name.
    pub fn choice(&self, name: &str) -> &'static str {
        match self.get(name) {
            Some(Value::Choice(word)) => word,
            other => panic!("setting '{name}' is defined as {other:?}, not as a choice"),
        }
    }

    /// The state of a setting.
    ///
    /// # Panics
    /// If the effect's definitions have no switch of that name.
    pub fn switch(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Switch(on)) => on,
            other => panic!("setting '{name}' is defined as {other:?}, not as a switch"),
        }
    }

    fn get(&self, name: &str) -> Option<Value> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// Which definition a given setting is for.
fn index_of(
    spec: &EffectSpec,
    name: Option<&str>,
    defs: &'static [SettingDef],
) -> Result<usize, SceneError> {
    let found = match name {
        None if !defs.is_empty() => Some(0),
        None => None,
        Some(name) => defs.iter().position(|d| d.name == name),
    };
    found.ok_or_else(|| {
        let name = name.unwrap_or_else(|| &spec.settings[0].1);
        let known: Vec<_> = defs.iter().map(|d| d.name).collect();
        SceneError::UnknownSetting {
            effect: spec.name.clone(),
            name: name.to_owned(),
            nearest: nearest(name, known.iter().copied()).map(str::to_owned),
            known: known.join(", "),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFS: &[SettingDef] = &[
        SettingDef {
            name: "radius",
            kind: SettingKind::Number {
                min: 0.0,
                max: 100.0,
                default: 20.0,
                step: 1.0,
                unit: "px",
                words: &[("light", 8.0)],
            },
            help: "",
        },
        SettingDef {
            name: "map",
            kind: SettingKind::Choice { values: &["bone", "winter"], default: "bone" },
            help: "",
        },
        SettingDef { name: "soft", kind: SettingKind::Switch { default: true }, help: "" },
    ];

    fn resolve(text: &str) -> Result<Settings, String> {
        Settings::resolve(&text.parse().unwrap(), DEFS).map_err(|e| e.to_string())
    }

    #[test]
    fn given_values_replace_defaults() {
        let settings = resolve("blur:5,map=WINTER,soft=off").unwrap();
        assert_eq!(settings.number("radius"), 5.0);
        assert_eq!(settings.choice("map"), "winter");
        assert!(!settings.switch("soft"));
        assert_eq!(resolve("blur:light").unwrap().number("radius"), 8.0);
        let settings = resolve("blur").unwrap();
        assert_eq!((settings.number("radius"), settings.choice("map")), (20.0, "bone"));
        assert!(settings.switch("soft"));
    }

    #[test]
    fn bad_values_are_refused_in_one_sentence() {
        let error = |text: &str| resolve(text).unwrap_err();
        assert_eq!(
            error("blur:500"),
            "effect 'blur': radius must be 0 to 100 px or light, not '500'"
        );
        assert_eq!(
            error("blur:nan"),
            "effect 'blur': radius must be 0 to 100 px or light, not 'nan'"
        );
        assert_eq!(error("blur:map=x"), "effect 'blur': map must be one of bone, winter, not 'x'");
        assert_eq!(
            error("blur:radus=1"),
            "effect 'blur' has no setting 'radus': did you mean 'radius'?"
        );
        assert_eq!(
            error("blur:zzz=1"),
            "effect 'blur' has no setting 'zzz': it has radius, map, soft"
        );
    }

    #[test]
    fn an_effect_without_settings_takes_none() {
        let error = Settings::resolve(&"mirror:3".parse().unwrap(), &[]).unwrap_err();
        assert_eq!(error.to_string(), "effect 'mirror' has no setting '3': it has no settings");
    }
}
