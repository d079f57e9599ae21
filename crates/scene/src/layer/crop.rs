//! What is taken off a source's sides.

use super::length::Length;

/// What is taken off a source's sides before it is turned and placed. Shares are of the source's
/// width or height, pixels those of the source as if it had 720 lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    /// From the left.
    pub left: Length,
    /// From the top.
    pub top: Length,
    /// From the right.
    pub right: Length,
    /// From the bottom.
    pub bottom: Length,
}

impl Crop {
    /// Nothing is taken off.
    pub const NONE: Self =
        Self { left: Length::ZERO, top: Length::ZERO, right: Length::ZERO, bottom: Length::ZERO };
}

impl Default for Crop {
    fn default() -> Self {
        Self::NONE
    }
}
