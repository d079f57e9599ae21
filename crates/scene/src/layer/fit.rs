//! How a picture of one shape fills a box of another.

use super::words::words;

/// How a picture of one shape fills a box of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fit {
    /// Fill the box, keep the shape, cut off the rest.
    #[default]
    Cover,
    /// Show everything, keep the shape, leave bars.
    Contain,
    /// Fill the box, change the shape.
    Stretch,
}

words!(Fit, "way to fit", Cover = "cover", Contain = "contain", Stretch = "stretch");
