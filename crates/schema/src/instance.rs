//! What a user wrote for something that is defined: `blur`, `blur:20`, `hologram:ghost=0.5,tint=1`.

use crate::{Definition, SchemaError, Values, Written, find};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A definition with values for its settings. It exists, and so do its settings: text is checked
/// when it is read. It is written back as the user wrote it.
#[derive(Clone, Debug)]
pub struct Instance<D: 'static> {
    def: &'static D,
    values: Values,
    written: Written,
}

impl<D: Definition> Instance<D> {
    /// With its default settings.
    pub fn plain(def: &'static D) -> Self {
        Self { def, values: Values::default(), written: Written::plain(def.name()) }
    }

    /// With values.
    pub fn with(def: &'static D, values: Values) -> Self {
        let given =
            values.written(def.settings()).map(|(name, text)| (Some(name.to_owned()), text));
        let written = Written { name: def.name().to_owned(), settings: given.collect() };
        Self { def, values, written }
    }

    /// The definition.
    pub const fn def(&self) -> &'static D {
        self.def
    }

    /// The values of its settings.
    pub const fn values(&self) -> &Values {
        &self.values
    }

    /// Gives one setting another value. The others stay as the user wrote them.
    ///
    /// # Errors
    /// As for reading; nothing changes then.
    pub fn set(&mut self, setting: &str, text: &str) -> Result<(), SchemaError> {
        let first = self.def.settings().first().map(|first| first.name);
        let mut written = self.written.clone();
        written.set(setting, text, first);
        *self = Self::checked(written)?;
        Ok(())
    }

    fn checked(written: Written) -> Result<Self, SchemaError> {
        let def: &'static D = find(&written.name)?;
        let owner = format!("{} '{}'", D::KIND, written.name);
        let values = Values::read(&written, def.settings(), &owner)?;
        Ok(Self { def, values, written })
    }
}

impl<D: Definition> PartialEq for Instance<D> {
    /// Whether both mean the same, however it is written.
    fn eq(&self, other: &Self) -> bool {
        self.def.name() == other.def.name() && self.values == other.values
    }
}

impl<D: Definition> FromStr for Instance<D> {
    type Err = SchemaError;

    fn from_str(text: &str) -> Result<Self, SchemaError> {
        let article = if D::KIND.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        Self::checked(Written::read(text, &format!("{article} {}", D::KIND))?)
    }
}

impl<D> fmt::Display for Instance<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.written.fmt(f)
    }
}

impl<D> Serialize for Instance<D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, D: Definition> Deserialize<'de> for Instance<D> {
    fn deserialize<T: Deserializer<'de>>(deserializer: T) -> Result<Self, T::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Number, Setting, Switch};

    #[derive(Debug)]
    struct Toy(&'static str, &'static [Setting]);

    const SIZE: Number = Number::new("size", 0.0..=10.0, 1.0, "");
    const WILD: Switch = Switch::new("wild", false, "");

    impl Definition for Toy {
        const KIND: &'static str = "toy";
        const LIST: &'static str = "toys";

        fn all() -> &'static [Self] {
            const { &[Self("ball", &[SIZE.setting(), WILD.setting()]), Self("doll", &[])] }
        }

        fn name(&self) -> &'static str {
            self.0
        }

        fn summary(&self) -> &'static str {
            ""
        }

        fn settings(&self) -> &'static [Setting] {
            self.1
        }
    }

    fn toy(text: &str) -> Instance<Toy> {
        text.parse().unwrap()
    }

    #[test]
    fn text_is_checked_and_kept() {
        let ball = toy("ball:3.0,wild=yes");
        assert_eq!((SIZE.of(ball.values()), WILD.of(ball.values())), (3.0, true));
        assert_eq!(ball.to_string(), "ball:3.0,wild=yes");
        assert_eq!(ball, toy("ball:wild=on,size=3"));
        assert_eq!(
            Instance::with(ball.def(), ball.values().clone()).to_string(),
            "ball:size=3,wild=on"
        );
        let json = serde_json::to_string(&ball).unwrap();
        assert_eq!(json, "\"ball:3.0,wild=yes\"");
        assert_eq!(
            serde_json::from_str::<Instance<Toy>>(&json).unwrap().to_string(),
            ball.to_string()
        );
    }

    #[test]
    fn slips_are_refused_with_the_nearest_name() {
        let error = |text: &str| text.parse::<Instance<Toy>>().unwrap_err().to_string();
        assert_eq!(
            error("bal:3"),
            "there is no toy 'bal' (did you mean 'ball'?): 'backlot toys' lists what there is"
        );
        assert_eq!(error("ball:11"), "toy 'ball': size must be 0 to 10, not '11'");
        assert!(error("a b").starts_with("'a b' is not a toy: write NAME"));
    }

    #[test]
    fn one_value_changes_and_the_others_stay_as_they_were_written() {
        let mut ball = toy("ball:2.50,wild=yes");
        ball.set("wild", "off").unwrap();
        assert_eq!(ball.to_string(), "ball:2.50,wild=off");
        ball.set("size", "4").unwrap();
        assert_eq!(ball.to_string(), "ball:4,wild=off");
        assert!(ball.set("size", "40").is_err() && ball.set("weight", "4").is_err());
        assert_eq!(ball.to_string(), "ball:4,wild=off");
        let mut plain = toy("ball");
        plain.set("wild", "on").unwrap();
        assert_eq!(plain.to_string(), "ball:wild=on");
    }
}
