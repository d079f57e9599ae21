//! Colours as people write them.

use crate::SchemaError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// An opaque colour in sRGB; written `#rrggbb` or as a CSS colour, and written back as it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rgb {
    bytes: [u8; 3],
    /// How the user wrote it.
    written: Option<Box<str>>,
}

impl Rgb {
    /// Red, green and blue, `0..=255` each.
    pub const fn new(bytes: [u8; 3]) -> Self {
        Self { bytes, written: None }
    }

    /// Red, green and blue, `0..=255` each.
    pub const fn bytes(&self) -> [u8; 3] {
        self.bytes
    }
}

impl PartialEq for Rgb {
    /// Whether both are the same colour, however they are written.
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Rgb {}

impl Hash for Rgb {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl FromStr for Rgb {
    type Err = SchemaError;

    fn from_str(text: &str) -> Result<Self, SchemaError> {
        // The library also takes hexadecimal digits without the '#', which would make "fade" a
        // colour.
        let text = text.trim();
        let bare_digits = !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit());
        let color = if bare_digits { None } else { csscolorparser::parse(text).ok() };
        match color.ok_or_else(|| SchemaError::Color(text.to_owned()))?.to_rgba8() {
            [r, g, b, 255] => Ok(Self { bytes: [r, g, b], written: Some(text.into()) }),
            _ => Err(SchemaError::SeeThrough(text.to_owned())),
        }
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.bytes;
        match &self.written {
            Some(written) => f.write_str(written),
            None => write!(f, "#{r:02x}{g:02x}{b:02x}"),
        }
    }
}

impl TryFrom<String> for Rgb {
    type Error = SchemaError;

    fn try_from(text: String) -> Result<Self, SchemaError> {
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
    fn colours_are_read_as_css_and_written_as_the_user_did() {
        for (text, bytes) in [
            ("#0f0", [0, 255, 0]),
            ("teal", [0, 128, 128]),
            ("rgb(1, 2, 3)", [1, 2, 3]),
            ("#204060ff", [0x20, 0x40, 0x60]),
        ] {
            let color: Rgb = text.parse().unwrap();
            assert_eq!((color.bytes(), color.to_string()), (bytes, text.to_owned()));
            assert_eq!(color, Rgb::new(bytes), "how it is written doesn't count");
        }
        assert_eq!(Rgb::new([0, 128, 255]).to_string(), "#0080ff");
        for bad in ["", "fade", "#ggg", "no-colour", " 204060"] {
            assert!(matches!(bad.parse::<Rgb>(), Err(SchemaError::Color(_))), "{bad}");
        }
        for glass in ["transparent", "#0000", "#20406080", "rgba(1, 2, 3, 0.5)"] {
            assert!(matches!(glass.parse::<Rgb>(), Err(SchemaError::SeeThrough(_))), "{glass}");
        }
    }
}
