//! Lengths as people write them.

use crate::SceneError;
use crate::form::Value;
use std::fmt;
use std::str::FromStr;

/// A length on the canvas or in a source: a share of it, or pixels of a picture of 720 lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// A share of the whole, in per cent: `40%`.
    Percent(f32),
    /// Pixels of a picture of 720 lines: `120px`.
    Pixels(f32),
    /// The same, written without a unit: `120`.
    Plain(f32),
}

impl Length {
    /// Nothing.
    pub const ZERO: Self = Self::Plain(0.0);

    /// The length in pixels: `whole` is what per cent are of, and `unit` is the number of pixels
    /// that stand for one of a picture of 720 lines.
    pub fn of(self, whole: f64, unit: f64) -> f64 {
        match self {
            Self::Percent(share) => whole * f64::from(share) / 100.0,
            Self::Pixels(pixels) | Self::Plain(pixels) => unit * f64::from(pixels),
        }
    }

    /// The number, whatever its unit.
    pub const fn number(self) -> f32 {
        match self {
            Self::Percent(number) | Self::Pixels(number) | Self::Plain(number) => number,
        }
    }

    /// Whether it is none at all.
    pub fn is_zero(self) -> bool {
        self.number() == 0.0
    }
}

impl FromStr for Length {
    type Err = SceneError;

    fn from_str(text: &str) -> Result<Self, SceneError> {
        let number = |text: &str| {
            let number = text.trim().parse::<f32>().ok().filter(|number| number.is_finite());
            number.ok_or(())
        };
        let trimmed = text.trim();
        let length = match (trimmed.strip_suffix('%'), trimmed.strip_suffix("px")) {
            (Some(share), _) => number(share).map(Self::Percent),
            (_, Some(pixels)) => number(pixels).map(Self::Pixels),
            _ => number(trimmed).map(Self::Plain),
        };
        length.map_err(|()| SceneError::Length(text.to_owned()))
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(share) => write!(f, "{share}%"),
            Self::Pixels(pixels) => write!(f, "{pixels}px"),
            Self::Plain(pixels) => write!(f, "{pixels}"),
        }
    }
}

impl Length {
    /// As it was written: a mere number, or text with a unit.
    pub(crate) fn written(self) -> Value {
        match self {
            Self::Plain(number) => Value::single(number),
            length => Value::text(&length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written_as_they_stand() {
        for (text, length) in [
            ("40%", Length::Percent(40.0)),
            ("-2.5%", Length::Percent(-2.5)),
            ("120px", Length::Pixels(120.0)),
            ("120", Length::Plain(120.0)),
        ] {
            assert_eq!(text.parse(), Ok(length), "{text}");
            assert_eq!(length.to_string(), text);
        }
        for bad in ["", "%", "px", "nan", "inf%", "1e99px", "4 0%", "12em"] {
            assert!(matches!(bad.parse::<Length>(), Err(SceneError::Length(_))), "{bad}");
        }
        assert_eq!(Length::Percent(25.0).of(640.0, 0.5), 160.0);
        assert_eq!(Length::Pixels(100.0).of(640.0, 0.5), 50.0);
    }
}
