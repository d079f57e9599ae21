//! Colours as people write them.

use crate::SceneError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Red, green and blue, `0..=255` each (sRGB); written `#rrggbb` or as a CSS colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rgb(pub [u8; 3]);

impl FromStr for Rgb {
    type Err = SceneError;

    fn from_str(text: &str) -> Result<Self, SceneError> {
        // The library also takes hexadecimal digits without the '#', which would make "fade" a
        // colour.
        let bare_digits = !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit());
        let color = if bare_digits { None } else { csscolorparser::parse(text).ok() };
        match color.ok_or_else(|| SceneError::Color(text.to_owned()))?.to_rgba8() {
            [r, g, b, 255] => Ok(Self([r, g, b])),
            _ => Err(SceneError::SeeThrough(text.to_owned())),
        }
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl TryFrom<String> for Rgb {
    type Error = SceneError;

    fn try_from(text: String) -> Result<Self, SceneError> {
        text.parse()
    }
}

impl From<Rgb> for String {
    fn from(color: Rgb) -> Self {
        color.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_css_and_written_as_hexadecimal() {
        for (text, rgb) in [("#0f0", "#00ff00"), ("teal", "#008080"), ("rgb(1, 2, 3)", "#010203")] {
            assert_eq!(text.parse::<Rgb>().unwrap().to_string(), rgb);
        }
        for bad in ["", "fade", "#ggg", "no-colour"] {
            assert!(matches!(bad.parse::<Rgb>(), Err(SceneError::Color(_))), "{bad}");
        }
        for glass in ["transparent", "#0000", "#20406080", "rgba(1, 2, 3, 0.5)"] {
            assert!(matches!(glass.parse::<Rgb>(), Err(SceneError::SeeThrough(_))), "{glass}");
        }
        assert_eq!("#204060ff".parse(), Ok(Rgb([0x20, 0x40, 0x60])));
    }
}
