//! The presenter's look, as text: `presenter:hair=long,light=evening`.

use crate::GeneratorError;
use backlot_scene::nearest;
use std::fmt;
use std::str::FromStr;

/// Defines an enumeration whose values have names in the text form.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident, $key:literal { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every value, in the order in which users see them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            const NAMES: &'static [&'static str] = &[$($text),*];

            /// The value's name in the text form.
            pub const fn name(self) -> &'static str {
                Self::NAMES[self as usize]
            }

            fn parse(text: &str) -> Result<Self, GeneratorError> {
                choose($key, text, Self::NAMES).map(|i| Self::ALL[i])
            }
        }
    };
}

named! {
    /// The presenter's hair.
    Hair, "hair" {
        /// None at all.
        None = "none",
        /// Cut short.
        Short = "short",
        /// Over the shoulders.
        Long = "long",
        /// A cloud of curls.
        Curly = "curly",
        /// Tied up on the head.
        Bun = "bun",
    }
}

named! {
    /// The light in the room.
    Light, "light" {
        /// Daylight from a window at the left.
        Day = "day",
        /// Warm lamps after sunset.
        Evening = "evening",
        /// Little light, and the camera's noise with it.
        Dim = "dim",
        /// A bright window behind the person.
        Backlit = "backlit",
    }
}

named! {
    /// The room behind the presenter.
    Room, "room" {
        /// Shelves, books and plants.
        Office = "office",
        /// A sofa, pictures and a floor lamp.
        Living = "living",
        /// A bare wall.
        Plain = "plain",
    }
}

/// The presenter's look. The text form is `presenter` or `presenter:key=value,…`:
///
/// | key | values | default |
/// | --- | --- | --- |
/// | `hair` | `none`, `short`, `long`, `curly`, `bun` | `short` |
/// | `glasses` | `on`, `off` | `off` |
/// | `skin` | 1 (lightest) to 6 (darkest) | 2 |
/// | `light` | `day`, `evening`, `dim`, `backlit` | `day` |
/// | `people` | 0 (the room is empty), 1, 2 (a second person comes in) | 1 |
/// | `at` | where they stand, 0 (at the left border) to 1 (at the right one) | 0.5 |
/// | `room` | `office`, `living`, `plain` | `office` |
/// | `gesture` | `on`, `off`: whether the presenter waves now and then | `on` |
/// | `noise` | the camera's noise, 0 (none) to 1 | 0.3 |
/// | `seed` | a number that everything random follows from | 1 |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PresenterSpec {
    /// The hair.
    pub hair: Hair,
    /// Whether the presenter wears glasses.
    pub glasses: bool,
    /// Tone of the skin, 1 (lightest) to 6 (darkest).
    pub skin: u8,
    /// The light.
    pub light: Light,
    /// Number of people, 0 to 2.
    pub people: u8,
    /// Where they stand across the picture: 0 at the left border, 0.5 in the middle, 1 at the right.
    pub at: f32,
    /// The room.
    pub room: Room,
    /// Whether the presenter waves now and then.
    pub gesture: bool,
    /// How noisy the camera is, 0 to 1.
    pub noise: f32,
    /// The seed of everything random: movements, clothes, noise.
    pub seed: u64,
}

impl Default for PresenterSpec {
    fn default() -> Self {
        Self {
            hair: Hair::Short,
            glasses: false,
            skin: 2,
            light: Light::Day,
            people: 1,
            at: 0.5,
            room: Room::Office,
            gesture: true,
            noise: 0.3,
            seed: 1,
        }
    }
}

/// The word that the text form begins with.
const WORD: &str = "presenter";
const KEYS: &[&str] =
    &["hair", "glasses", "skin", "light", "people", "at", "room", "gesture", "noise", "seed"];
const SWITCH: &[&str] = &["off", "on"];

impl PresenterSpec {
    fn set(&mut self, key: &str, value: &str) -> Result<(), GeneratorError> {
        match key {
            "hair" => self.hair = Hair::parse(value)?,
            "glasses" => self.glasses = choose("glasses", value, SWITCH)? == 1,
            "skin" => self.skin = number("skin", value, "1 (lightest) to 6 (darkest)", 1..=6)?,
            "light" => self.light = Light::parse(value)?,
            "people" => self.people = number("people", value, "0, 1 or 2", 0..=2)?,
            "at" => self.at = number("at", value, "0 (left) to 1 (right)", 0.0..=1.0)?,
            "room" => self.room = Room::parse(value)?,
            "gesture" => self.gesture = choose("gesture", value, SWITCH)? == 1,
            "noise" => self.noise = number("noise", value, "0 to 1, for example 0.3", 0.0..=1.0)?,
            "seed" => self.seed = number("seed", value, "a whole number", 0..=u64::MAX)?,
            _ => {
                let (key, nearest) = (key.to_owned(), nearest(key, KEYS.iter().copied()));
                return Err(GeneratorError::UnknownKey { key, nearest, known: KEYS.to_vec() });
            }
        }
        Ok(())
    }
}

fn choose(
    key: &'static str,
    value: &str,
    names: &'static [&'static str],
) -> Result<usize, GeneratorError> {
    names.iter().position(|n| *n == value).ok_or_else(|| GeneratorError::UnknownValue {
        key,
        value: value.to_owned(),
        nearest: nearest(value, names.iter().copied()),
        known: names.to_vec(),
    })
}

fn number<T: FromStr + PartialOrd>(
    key: &'static str,
    value: &str,
    expected: &'static str,
    range: std::ops::RangeInclusive<T>,
) -> Result<T, GeneratorError> {
    let parsed = value.parse().ok().filter(|n| range.contains(n));
    parsed.ok_or_else(|| GeneratorError::BadNumber { key, value: value.to_owned(), expected })
}

impl FromStr for PresenterSpec {
    type Err = GeneratorError;

    fn from_str(text: &str) -> Result<Self, GeneratorError> {
        let syntax = || GeneratorError::Syntax(text.to_owned());
        let rest = text.trim().strip_prefix(WORD).ok_or_else(syntax)?;
        let mut spec = Self::default();
        if rest.is_empty() {
            return Ok(spec);
        }
        let pairs = rest.strip_prefix(':').ok_or_else(syntax)?;
        for pair in pairs.split(',') {
            let (key, value) = pair.split_once('=').ok_or_else(syntax)?;
            spec.set(key.trim(), value.trim())?;
        }
        Ok(spec)
    }
}

impl fmt::Display for PresenterSpec {
    /// The text form, with the keys that differ from the default.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let switch = |on: bool| SWITCH[usize::from(on)].to_owned();
        let values = |s: &Self| {
            [
                s.hair.name().to_owned(),
                switch(s.glasses),
                s.skin.to_string(),
                s.light.name().to_owned(),
                s.people.to_string(),
                s.at.to_string(),
                s.room.name().to_owned(),
                switch(s.gesture),
                s.noise.to_string(),
                s.seed.to_string(),
            ]
        };
        f.write_str(WORD)?;
        let usual = values(&Self::default());
        let mut mark = ':';
        for ((key, value), usual) in KEYS.iter().zip(values(self)).zip(usual) {
            if value != usual {
                write!(f, "{mark}{key}={value}")?;
                mark = ',';
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in [
            "presenter",
            "presenter:hair=curly,glasses=on",
            "presenter:skin=6,light=dim,people=2,at=0.25,room=plain,gesture=off,noise=0.5,seed=99",
        ] {
            let spec: PresenterSpec = text.parse().unwrap();
            assert_eq!(spec.to_string(), text);
        }
        let spec: PresenterSpec = "presenter: hair = none , skin=6".parse().unwrap();
        assert_eq!((spec.hair, spec.skin), (Hair::None, 6));
    }

    #[test]
    fn mistakes_get_a_sentence_that_helps() {
        let error = |text: &str| text.parse::<PresenterSpec>().unwrap_err().to_string();
        assert_eq!(
            error("presenter:hiar=long"),
            "the presenter has no 'hiar': did you mean 'hair'?"
        );
        assert_eq!(
            error("presenter:hair=curled"),
            "the presenter's hair can't be 'curled': did you mean 'curly'?"
        );
        assert_eq!(
            error("presenter:room=spaceship"),
            "the presenter's room can't be 'spaceship': there are office, living, plain"
        );
        assert_eq!(
            error("presenter:noise=nan"),
            "the presenter's noise can't be 'nan': write 0 to 1, for example 0.3"
        );
        assert!(error("presenter:at=left").contains("0 (left) to 1 (right)"));
        assert!(error("presenter:skin=7").contains("1 (lightest) to 6 (darkest)"));
        for bad in ["presented", "presenter:", "presenter:hair", "", "presenterhair=long"] {
            assert!(error(bad).contains("does not describe a presenter"), "{bad}");
        }
    }
}
