//! What stands behind the person, as people write it.

use crate::{Effect, Rgb, SceneError};
use backlot_schema::SchemaError;
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
    /// The room itself, through an effect that can hide it: `blur`, `blur:light`, `mosaic:40`.
    Room(Effect),
    /// The room as it is: `original`. It has to be asked for by that name.
    Original,
    /// Nothing, where the output can hold that: `transparent`.
    Transparent,
    /// One colour: `#204060`, `navy`.
    Color(Rgb),
    /// From the first colour at the top to the second at the bottom: `gradient:navy,#204060`.
    Gradient(Rgb, Rgb),
    /// A picture or a video (which runs in a loop): anything with a dot or a slash in it.
    File(PathBuf),
    /// A built-in set.
    Set(String),
}

impl FromStr for Background {
    type Err = SceneError;

    fn from_str(text: &str) -> Result<Self, SceneError> {
        let (head, tail) = text.split_once(':').map_or((text, None), |(h, t)| (h, Some(t)));
        if backlot_effects::all().iter().any(|def| def.name == head && def.hiding.is_some()) {
            return Ok(Self::Room(text.parse()?));
        }
        match (head, tail) {
            ("original", None) => return Ok(Self::Original),
            ("transparent", None) => return Ok(Self::Transparent),
            ("gradient", Some(colors)) => return gradient(text, colors),
            _ => {}
        }
        match text.parse() {
            Ok(color) => return Ok(Self::Color(color)),
            Err(error @ SchemaError::SeeThrough(_)) => return Err(error.into()),
            Err(_) => {}
        }
        if text.contains(['.', '/']) && !text.trim().is_empty() {
            return Ok(Self::File(text.into()));
        }
        if text.starts_with('#') || text.trim().is_empty() {
            return Err(SceneError::Background(text.to_owned()));
        }
        Ok(Self::Set(text.to_owned()))
    }
}

/// Two colours; a comma inside `rgb(…)` doesn't separate them.
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
            Self::Original => f.write_str("original"),
            Self::Transparent => f.write_str("transparent"),
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
        assert_eq!(parse("#204060"), Background::Color(Rgb::new([0x20, 0x40, 0x60])));
        assert_eq!(parse("black"), Background::Color(Rgb::new([0; 3])));
        assert_eq!(parse("original"), Background::Original);
        assert_eq!(parse("transparent"), Background::Transparent);
        assert_eq!(parse("beach.jpg"), Background::File("beach.jpg".into()));
        assert_eq!(parse("./blur"), Background::File("./blur".into()));
        assert_eq!(parse("#1.jpg"), Background::File("#1.jpg".into()));
        assert_eq!(parse("hyperspace"), Background::Set("hyperspace".into()));
        let gradient = Background::Gradient(Rgb::new([0, 0, 128]), Rgb::new([1, 2, 3]));
        assert_eq!(parse("gradient:navy,rgb(1,2,3)"), gradient);
        for text in [
            "blur:20",
            "#204060",
            "gradient:navy,rgb(1,2,3)",
            "a/b.png",
            "aurora",
            "original",
            "transparent",
        ] {
            assert_eq!(parse(text).to_string(), text);
        }
    }

    #[test]
    fn the_room_is_a_background_through_every_effect_that_can_hide_it_and_no_other() {
        for def in backlot_effects::all() {
            let is_room = matches!(parse(def.name), Background::Room(_));
            assert_eq!(is_room, def.hiding.is_some(), "{}", def.name);
        }
        let error = "blur:0".parse::<Background>().unwrap_err().to_string();
        assert!(error.starts_with("effect 'blur': radius must be 1 to 100"), "{error}");
    }

    #[test]
    fn bad_backgrounds_are_refused_in_one_sentence() {
        for bad in ["", " ", "#12", "#xyzxyz", "gradient:red", "gradient:red, 204060"] {
            let error = bad.parse::<Background>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("'{bad}' is not a background")), "{error}");
        }
        for glass in ["#00000000", "rgba(0, 0, 0, 0.5)", "#1234"] {
            let error = glass.parse::<Background>().unwrap_err().to_string();
            assert!(error.contains("seen through"), "{error}");
        }
    }
}
