//! The presenter's look, as text: `presenter:hair=long,light=evening`.

use backlot_schema::{Choice, Number, SchemaError, Setting, Switch, Values, Whole, Words, Written};
use std::fmt;
use std::str::FromStr;

/// Defines an enumeration whose values have names in the text form.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every value, in the order in which users see them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
        }

        impl Words for $name {
            const ALL: &'static [Self] = Self::ALL;
            const WORDS: &'static [&'static str] = &[$($text),*];
        }
    };
}

named! {
    /// The presenter's hair.
    Hair {
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
    Light {
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
    Room {
        /// Shelves, books and plants.
        Office = "office",
        /// A sofa, pictures and a floor lamp.
        Living = "living",
        /// A bare wall.
        Plain = "plain",
        /// A green screen in uneven light, which falls on the person too.
        Green = "green",
        /// A yellow screen, likewise.
        Yellow = "yellow",
    }
}

const HAIR: Choice<Hair> = Choice::new("hair", Hair::Short, "short", "The hair");
const GLASSES: Switch = Switch::new("glasses", false, "Whether the presenter wears glasses");
const SKIN: Whole =
    Whole::new("skin", 1..=6, 2, "Tone of the skin, from 1 (lightest) to 6 (darkest)");
const LIGHT: Choice<Light> = Choice::new("light", Light::Day, "day", "The light in the room");
const PEOPLE: Whole =
    Whole::new("people", 0..=2, 1, "0 leaves the room empty, 2 lets a second person come in");
const AT: Number = Number::new(
    "at",
    0.0..=1.0,
    0.5,
    "Where they stand, from 0 (at the left border) to 1 (at the right one)",
);
const ROOM: Choice<Room> =
    Choice::new("room", Room::Office, "office", "The room behind the presenter");
const GESTURE: Switch = Switch::new("gesture", true, "Whether the presenter waves now and then");
const NOISE: Number =
    Number::new("noise", 0.0..=1.0, 0.3, "The camera's noise, from 0 (none) to 1");
const SEED: Whole =
    Whole::new("seed", 0..=u64::MAX, 1, "A number that everything random follows from");

/// The presenter's look. The text form is `presenter` or `presenter:key=value,…`, with
/// [`PresenterSpec::SETTINGS`].
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
    pub at: f64,
    /// The room.
    pub room: Room,
    /// Whether the presenter waves now and then.
    pub gesture: bool,
    /// How noisy the camera is, 0 to 1.
    pub noise: f64,
    /// The seed of everything random: movements, clothes, noise.
    pub seed: u64,
}

impl Default for PresenterSpec {
    fn default() -> Self {
        Self::of(&Values::default())
    }
}

/// The word that the text form begins with.
const WORD: &str = "presenter";

impl PresenterSpec {
    /// The settings of the text form.
    pub const SETTINGS: &'static [Setting] = &[
        HAIR.setting(),
        GLASSES.setting(),
        SKIN.setting(),
        LIGHT.setting(),
        PEOPLE.setting(),
        AT.setting(),
        ROOM.setting(),
        GESTURE.setting(),
        NOISE.setting(),
        SEED.setting(),
    ];

    fn of(values: &Values) -> Self {
        Self {
            hair: HAIR.of(values),
            glasses: GLASSES.of(values),
            skin: SKIN.of(values) as u8,
            light: LIGHT.of(values),
            people: PEOPLE.of(values) as u8,
            at: AT.of(values),
            room: ROOM.of(values),
            gesture: GESTURE.of(values),
            noise: NOISE.of(values),
            seed: SEED.of(values),
        }
    }

    fn values(&self) -> Values {
        let mut values = Values::default();
        HAIR.put(&mut values, self.hair);
        GLASSES.put(&mut values, self.glasses);
        SKIN.put(&mut values, self.skin.into());
        LIGHT.put(&mut values, self.light);
        PEOPLE.put(&mut values, self.people.into());
        AT.put(&mut values, self.at);
        ROOM.put(&mut values, self.room);
        GESTURE.put(&mut values, self.gesture);
        NOISE.put(&mut values, self.noise);
        SEED.put(&mut values, self.seed);
        values
    }
}

impl FromStr for PresenterSpec {
    type Err = SchemaError;

    fn from_str(text: &str) -> Result<Self, SchemaError> {
        let kind = "a presenter";
        let written = Written::read(text, kind)?;
        if written.name != WORD {
            return Err(SchemaError::Syntax { kind: kind.to_owned(), text: text.to_owned() });
        }
        Ok(Self::of(&Values::read(&written, Self::SETTINGS, "the presenter")?))
    }
}

impl fmt::Display for PresenterSpec {
    /// The text form, with the settings that differ from the default.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WORD)?;
        let mut mark = ':';
        for (name, value) in self.values().written(Self::SETTINGS) {
            write!(f, "{mark}{name}={value}")?;
            mark = ',';
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
            "the presenter has no setting 'hiar': did you mean 'hair'?"
        );
        assert_eq!(
            error("presenter:hair=curled"),
            "the presenter: hair must be one of none, short, long, curly, bun, not 'curled' (did you mean 'curly'?)"
        );
        assert_eq!(error("presenter:noise=nan"), "the presenter: noise must be 0 to 1, not 'nan'");
        assert_eq!(
            error("presenter:skin=7"),
            "the presenter: skin must be a whole number from 1 to 6, not '7'"
        );
        for bad in ["presented", "presenter:", "", "presenterhair=long"] {
            assert!(error(bad).contains("is not a presenter"), "{bad}");
        }
    }
}
