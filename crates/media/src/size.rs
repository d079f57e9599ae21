//! Sizes and rectangles in pixels.

use std::fmt;
use std::str::FromStr;

/// The longest side that a picture may have, in pixels.
pub const MAX_SIDE: u32 = 16_384;

/// Width and height in pixels, each `1..=`[`MAX_SIDE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// Why something is not a size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// A side is 0 or too long.
    #[error("a size of {0}x{1} is not possible: each side must be 1 to {MAX_SIDE} pixels")]
    OutOfRange(u32, u32),
    /// The text is not of the form `1280x720`.
    #[error("'{0}' is not a size: write WIDTHxHEIGHT, for example 1280x720")]
    Syntax(String),
}

impl Size {
    /// A size, if both sides are possible.
    ///
    /// # Errors
    /// [`SizeError::OutOfRange`] when a side is 0 or longer than [`MAX_SIDE`].
    pub const fn new(width: u32, height: u32) -> Result<Self, SizeError> {
        if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE {
            return Err(SizeError::OutOfRange(width, height));
        }
        Ok(Self { width, height })
    }

    /// Number of pixels.
    pub const fn pixels(self) -> usize {
        self.width as usize * self.height as usize
    }

    /// The next size whose sides are even, as 4:2:0 video wants it (rounded up).
    pub const fn rounded_to_even(self) -> Self {
        Self { width: self.width + self.width % 2, height: self.height + self.height % 2 }
    }

    /// The size of the picture whose pixels stand for `divisor` by `divisor` of this one (rounded up).
    ///
    /// # Panics
    /// If the divisor is 0.
    #[must_use]
    pub const fn divided(self, divisor: u32) -> Self {
        Self { width: self.width.div_ceil(divisor), height: self.height.div_ceil(divisor) }
    }

    /// The whole picture as a rectangle.
    pub const fn rect(self) -> Rect {
        Rect { x: 0, y: 0, width: self.width, height: self.height }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for Size {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        let syntax = || SizeError::Syntax(text.to_owned());
        let (width, height) = text.split_once(['x', 'X']).ok_or_else(syntax)?;
        let side = |s: &str| s.trim().parse().map_err(|_| syntax());
        Self::new(side(width)?, side(height)?)
    }
}

/// A rectangle of pixels inside a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rect {
    /// Left column.
    pub x: u32,
    /// Top row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// A window in a picture, in pixels and fractions of them. It may reach beyond the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Columns.
    pub width: f32,
    /// Rows.
    pub height: f32,
}

impl Window {
    /// The whole of a picture.
    pub const fn whole(size: Size) -> Self {
        Self { x: 0.0, y: 0.0, width: size.width as f32, height: size.height as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_a_size() {
        assert_eq!("1280x720".parse(), Size::new(1280, 720));
        assert_eq!("8X6".parse(), Size::new(8, 6));
        for bad in ["", "x", "12", "12x", "axb", "1x2x3", "-1x5", "99999999999x1"] {
            assert_eq!(bad.parse::<Size>(), Err(SizeError::Syntax(bad.into())), "{bad}");
        }
        assert_eq!("0x5".parse::<Size>(), Err(SizeError::OutOfRange(0, 5)));
        assert!("16385x1".parse::<Size>().is_err());
    }
}
