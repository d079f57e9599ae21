//! What stands behind the person, as people write it.

use crate::{EffectSpec, Rgb, SceneError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// What replaces the room.
///
/// Reading one looks at the text alone; whether a file or a set of that name exists is found out
/// when the scene is compiled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Background {
    /// The room itself, through an effect that hides it: `blur`, `blur:20`, `mosaic:24`. With less
    /// than [`LEAST_HIDING`] pixels it does not, and the scene counts as one that shows the room.
    Room(EffectSpec),
    /// One colour: `#204060`, `navy`.
    Color(Rgb),
    /// From the first colour at the top to the second at the bottom: `gradient:navy,#204060`.
    Gradient(Rgb, Rgb),
    /// A picture or a video (which runs in a loop): anything with a dot or a slash in it.
    File(PathBuf),
    /// A built-in set.
    Set(String),
}

/// The effects that can hide a room, and so be a background by themselves, with the setting that
/// says how coarse they are.
const HIDING_EFFECTS: [(&str, &str); 2] = [("blur", "radius"), ("mosaic", "size")];

/// The least value of that setting with which a room counts as hidden, in pixels at 720 lines:
/// below it, faces on photographs and letters on the spines of books can be made out.
pub const LEAST_HIDING: f64 = 8.0;

/// Whether an effect hides a room well enough. Its default setting does; a value that can't be
/// read does not.
pub(crate) fn hides(effect: &EffectSpec) -> bool {
    let Some((_, setting)) = HIDING_EFFECTS.iter().find(|(name, _)| *name == effect.name) else {
        return false;
    };
    let is_it = |name: &Option<String>| name.as_deref().is_none_or(|name| name == *setting);
    let given = effect.settings.iter().rfind(|(name, _)| is_it(name));
    given.is_none_or(|(_, value)| value.parse().is_ok_and(|value: f64| value >= LEAST_HIDING))
}

impl FromStr for Background {
    type Err = SceneError;

    fn from_str(text: &str) -> Result<Self, SceneError> {
        let (head, tail) = text.split_once(':').map_or((text, None), |(h, t)| (h, Some(t)));
        if HIDING_EFFECTS.iter().any(|(name, _)| *name == head) {
            return Ok(Self::Room(text.parse()?));
        }
        if let ("gradient", Some(colors)) = (head, tail) {
            return gradient(text, colors);
        }
        if let Ok(color) = text.parse() {
            return Ok(Self::Color(color));
        }
        if text.starts_with('#') || text.trim().is_empty() {
            return Err(SceneError::Background(text.to_owned()));
        }
        if text.contains(['.', '/']) {
            return Ok(Self::File(text.into()));
        }
        Ok(Self::Set(text.to_owned()))
    }
}

/// Two colours; the comma between them may not be one inside of `rgb(…)`.
fn gradient(text: &str, colors: &str) -> Result<Background, SceneError> {
    let parts = colors
        .match_indices(',')
        .find_map(|(at, _)| Some((colors[..at].parse().ok()?, colors[at + 1..].parse().ok()?)));
    let (top, bottom) = parts.ok_or_else(|| SceneError::Background(text.to_owned()))?;
    Ok(Background::Gradient(top, bottom))
}

impl fmt::Display for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(effect) => effect.fmt(f),
            Self::Color(color) => color.fmt(f),
            Self::Gradient(top, bottom) => write!(f, "gradient:{top},{bottom}"),
            Self::File(path) => path.display().fmt(f),
            Self::Set(name) => f.write_str(name),
        }
    }
}

impl TryFrom<String> for Background {
    type Error = SceneError;

    fn try_from(text: String) -> Result<Self, SceneError> {
        text.parse()
    }
}

impl From<Background> for String {
    fn from(background: Background) -> Self {
        background.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Background {
        text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn every_form_is_told_apart_and_written_back() {
        assert!(matches!(parse("blur"), Background::Room(_)));
        assert!(matches!(parse("mosaic:24"), Background::Room(_)));
        assert_eq!(parse("#204060"), Background::Color(Rgb([0x20, 0x40, 0x60])));
        assert_eq!(parse("black"), Background::Color(Rgb([0; 3])));
        assert_eq!(parse("beach.jpg"), Background::File("beach.jpg".into()));
        assert_eq!(parse("./blur"), Background::File("./blur".into()));
        assert_eq!(parse("hyperspace"), Background::Set("hyperspace".into()));
        let gradient = Background::Gradient(Rgb([0, 0, 128]), Rgb([1, 2, 3]));
        assert_eq!(parse("gradient:navy,rgb(1,2,3)"), gradient);
        for text in ["blur:20", "#204060", "gradient:#000080,#010203", "a/b.png", "aurora"] {
            assert_eq!(parse(text).to_string(), text);
        }
    }

    #[test]
    fn a_room_is_hidden_by_a_coarse_effect_only() {
        for hiding in ["blur", "blur:8", "blur:radius=20", "mosaic", "mosaic:24", "mosaic:3,9"] {
            assert!(hides(&hiding.parse().unwrap()), "{hiding}");
        }
        for showing in [
            "blur:1",
            "blur:7.9",
            "blur:20,radius=2",
            "blur:nan",
            "blur:much",
            "mosaic:size=4",
            "mirror",
            "hologram:100",
            "colormap",
        ] {
            assert!(!hides(&showing.parse().unwrap()), "{showing}");
        }
    }

    #[test]
    fn what_cannot_be_a_background_is_refused_in_one_sentence() {
        for bad in ["", " ", "#12", "#xyzxyz", "gradient:red", "gradient:red,nocolour"] {
            let error = bad.parse::<Background>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("'{bad}' is not a background")), "{error}");
        }
    }
}
