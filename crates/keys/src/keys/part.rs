//! *part*: one part of a body, or several that belong together, as networks like BodyPix tell 24 of them
//! apart.

use crate::definition::{Cut, KeyDef};
use backlot_schema::{Choice, Words};

/// Defines the parts under the names that users write, and what a network calls what belongs to each.
macro_rules! parts {
    ($($part:ident = $word:literal: [$($of:literal),+ $(,)?],)+) => {
        /// A part of a body.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Part { $($part),+ }

        impl Words for Part {
            const ALL: &'static [Self] = &[$(Self::$part),+];
            const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl Part {
            const fn of(self) -> &'static [&'static str] {
                match self { $(Self::$part => &[$($of),+]),+ }
            }
        }
    };
}

parts! {
    Head = "head": ["left-face", "right-face", "hair", "face"],
    Torso = "torso": ["torso-front", "torso-back"],
    Arms = "arms": ["left-upper-arm-front", "left-upper-arm-back", "left-lower-arm-front", "left-lower-arm-back", "right-upper-arm-front", "right-upper-arm-back", "right-lower-arm-front", "right-lower-arm-back"],
    Hands = "hands": ["left-hand", "right-hand"],
    Legs = "legs": ["left-upper-leg-front", "left-upper-leg-back", "left-lower-leg-front", "left-lower-leg-back", "right-upper-leg-front", "right-upper-leg-back", "right-lower-leg-front", "right-lower-leg-back"],
    Feet = "feet": ["left-feet", "right-feet"],
    LeftFace = "left-face": ["left-face"],
    RightFace = "right-face": ["right-face"],
    LeftUpperArmFront = "left-upper-arm-front": ["left-upper-arm-front"],
    LeftUpperArmBack = "left-upper-arm-back": ["left-upper-arm-back"],
    RightUpperArmFront = "right-upper-arm-front": ["right-upper-arm-front"],
    RightUpperArmBack = "right-upper-arm-back": ["right-upper-arm-back"],
    LeftLowerArmFront = "left-lower-arm-front": ["left-lower-arm-front"],
    LeftLowerArmBack = "left-lower-arm-back": ["left-lower-arm-back"],
    RightLowerArmFront = "right-lower-arm-front": ["right-lower-arm-front"],
    RightLowerArmBack = "right-lower-arm-back": ["right-lower-arm-back"],
    LeftHand = "left-hand": ["left-hand"],
    RightHand = "right-hand": ["right-hand"],
    TorsoFront = "torso-front": ["torso-front"],
    TorsoBack = "torso-back": ["torso-back"],
    LeftUpperLegFront = "left-upper-leg-front": ["left-upper-leg-front"],
    LeftUpperLegBack = "left-upper-leg-back": ["left-upper-leg-back"],
    RightUpperLegFront = "right-upper-leg-front": ["right-upper-leg-front"],
    RightUpperLegBack = "right-upper-leg-back": ["right-upper-leg-back"],
    LeftLowerLegFront = "left-lower-leg-front": ["left-lower-leg-front"],
    LeftLowerLegBack = "left-lower-leg-back": ["left-lower-leg-back"],
    RightLowerLegFront = "right-lower-leg-front": ["right-lower-leg-front"],
    RightLowerLegBack = "right-lower-leg-back": ["right-lower-leg-back"],
    LeftFoot = "left-foot": ["left-feet"],
    RightFoot = "right-foot": ["right-feet"],
}

const NAME: Choice<Part> = Choice::new("name", Part::Head, "head", "Which part");

/// What people need to know of it.
pub const DEF: KeyDef = KeyDef {
    name: "part",
    summary: "Cut out a part of the body, with a network that knows it, like BodyPix",
    settings: &[NAME.setting()],
    cut: Cut::Parts(|values| NAME.of(values).of().iter().map(|name| (*name).to_owned()).collect()),
};
