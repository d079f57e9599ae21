//! The checked values of settings.

use crate::{SchemaError, Setting, Value, Written, nearest};

/// The settings that were given, each checked; every other one has its default.
///
/// They are read with the setting's own constant: `RADIUS.of(&values)`. A value that is the default
/// is the same as none, so values are equal when they mean the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values(Vec<(&'static str, Value)>);

impl Values {
    /// Checks what was written against the definitions. `owner` is what has the settings, as it
    /// stands in messages: "effect 'blur'".
    ///
    /// # Errors
    /// Names the owner, the setting, and what it takes.
    pub fn read(
        written: &Written,
        settings: &'static [Setting],
        owner: &str,
    ) -> Result<Self, SchemaError> {
        let mut values = Self::default();
        for (name, text) in &written.settings {
            let setting = find(name.as_deref(), text, settings, owner)?;
            values.put(setting, read(setting, text, owner)?);
        }
        Ok(values)
    }

    /// The value of a setting.
    pub fn get(&self, setting: &Setting) -> Value {
        self.given(setting.name).cloned().unwrap_or_else(|| setting.kind.default_value())
    }

    /// Gives a setting a value, which has to be one that it takes.
    pub fn put(&mut self, setting: &Setting, value: Value) {
        let is_default = value == setting.kind.default_value();
        match self.0.binary_search_by_key(&setting.name, |(name, _)| name) {
            Ok(at) if is_default => drop(self.0.remove(at)),
            Ok(at) => self.0[at].1 = value,
            Err(_) if is_default => {}
            Err(at) => self.0.insert(at, (setting.name, value)),
        }
    }

    /// The values that are not their settings' defaults, in the order of the definitions, as text.
    pub fn written<'a>(
        &'a self,
        settings: &'a [Setting],
    ) -> impl Iterator<Item = (&'static str, String)> + 'a {
        settings.iter().filter_map(|setting| {
            let value = self.given(setting.name)?;
            Some((setting.name, setting.kind.write(value)))
        })
    }

    /// The value of a setting that is not its default.
    pub(crate) fn given(&self, name: &str) -> Option<&Value> {
        let at = self.0.binary_search_by_key(&name, |(name, _)| name).ok()?;
        Some(&self.0[at].1)
    }
}

/// The setting of a name; without one, the first.
fn find(
    name: Option<&str>,
    text: &str,
    settings: &'static [Setting],
    owner: &str,
) -> Result<&'static Setting, SchemaError> {
    let found = match name {
        None => settings.first(),
        Some(name) => settings.iter().find(|setting| setting.name == name),
    };
    found.ok_or_else(|| {
        let name = name.unwrap_or(text);
        let known: Vec<_> = settings.iter().map(|setting| setting.name).collect();
        SchemaError::UnknownSetting {
            owner: owner.to_owned(),
            name: name.to_owned(),
            nearest: nearest(name, known.iter().copied()).map(str::to_owned),
            known: known.join(", "),
        }
    })
}

fn read(setting: &Setting, text: &str, owner: &str) -> Result<Value, SchemaError> {
    setting.kind.read(text).ok_or_else(|| SchemaError::Value {
        owner: owner.to_owned(),
        setting: setting.name,
        expected: setting.kind.to_string(),
        value: text.to_owned(),
        nearest: setting.kind.nearest_word(text).map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, Color, Number, Rgb, Switch, Whole, Words};

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Map {
        Bone,
        Winter,
    }

    impl Words for Map {
        const ALL: &'static [Self] = &[Self::Bone, Self::Winter];
        const WORDS: &'static [&'static str] = &["bone", "winter"];
    }

    const RADIUS: Number =
        Number::new("radius", 0.0..=100.0, 20.0, "").unit("px", 1.0).words(&[("light", 8.0)]);
    const MAP: Choice<Map> = Choice::new("map", Map::Bone, "bone", "");
    const SOFT: Switch = Switch::new("soft", true, "");
    const SEED: Whole = Whole::new("seed", 1..=9, 1, "");
    const COLOR: Color = Color::new("color", "auto", "");
    const SETTINGS: &[Setting] =
        &[RADIUS.setting(), MAP.setting(), SOFT.setting(), SEED.setting(), COLOR.setting()];

    fn values(text: &str) -> Result<Values, String> {
        let written = Written::read(text, "an effect").unwrap();
        Values::read(&written, SETTINGS, "effect 'blur'").map_err(|e| e.to_string())
    }

    #[test]
    fn given_values_replace_defaults() {
        let given = values("blur:5,map=WINTER,soft=off,seed=7,color=rgb(1, 2, 3)").unwrap();
        assert_eq!(RADIUS.of(&given), 5.0);
        assert_eq!(MAP.of(&given), Map::Winter);
        assert!(!SOFT.of(&given));
        assert_eq!((SEED.of(&given), COLOR.of(&given)), (7, Some(Rgb::new([1, 2, 3]))));
        assert_eq!(RADIUS.of(&values("blur:light").unwrap()), 8.0);
        let plain = values("blur").unwrap();
        assert_eq!((RADIUS.of(&plain), MAP.of(&plain)), (20.0, Map::Bone));
        assert_eq!((SOFT.of(&plain), SEED.of(&plain), COLOR.of(&plain)), (true, 1, None));
    }

    #[test]
    fn what_means_the_same_is_the_same() {
        assert_eq!(values("blur:20,color=auto").unwrap(), Values::default());
        assert_eq!(values("blur:soft=off,5").unwrap(), values("blur:5,soft=no").unwrap());
        let mut changed = values("blur:5").unwrap();
        RADIUS.put(&mut changed, 500.0);
        assert_eq!(RADIUS.of(&changed), 100.0, "it keeps to the range");
        RADIUS.put(&mut changed, 20.0);
        assert_eq!(changed, Values::default());
    }

    #[test]
    fn values_are_written_as_they_are_read() {
        let given = values("blur:soft=off,map=winter,seed=3,color=navy,radius=2.5").unwrap();
        let parts: Vec<_> =
            given.written(SETTINGS).map(|(name, value)| format!("{name}={value}")).collect();
        let text = "radius=2.5,map=winter,soft=off,seed=3,color=navy";
        assert_eq!(parts.join(","), text);
        assert_eq!(values(&format!("blur:{text}")).unwrap(), given);
    }

    #[test]
    fn bad_values_are_refused_in_one_sentence() {
        let error = |text: &str| values(text).unwrap_err();
        for bad in ["500", "nan"] {
            let expected =
                format!("effect 'blur': radius must be 0 to 100 px or light, not '{bad}'");
            assert_eq!(error(&format!("blur:{bad}")), expected);
        }
        assert_eq!(
            error("blur:map=wintr"),
            "effect 'blur': map must be one of bone, winter, not 'wintr' (did you mean 'winter'?)"
        );
        assert_eq!(
            error("blur:seed=0.5"),
            "effect 'blur': seed must be a whole number from 1 to 9, not '0.5'"
        );
        assert_eq!(
            error("blur:radus=1"),
            "effect 'blur' has no setting 'radus': did you mean 'radius'?"
        );
        assert_eq!(
            error("blur:zzz=1"),
            "effect 'blur' has no setting 'zzz': it has radius, map, soft, seed, color"
        );
        assert!(error("blur:color=rgba(0,0,0,0)").contains("color must be a colour"));
    }

    #[test]
    fn where_there_are_no_settings_none_is_taken() {
        let written = Written::read("mirror:3", "an effect").unwrap();
        let error = Values::read(&written, &[], "effect 'mirror'").unwrap_err();
        assert_eq!(error.to_string(), "effect 'mirror' has no setting '3': it has no settings");
    }
}
