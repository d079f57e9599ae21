//! How a picture of one shape fills a box of another.

use super::Layer;
use super::words::words;
use crate::form::{Property, Takes, Value};

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

/// `fit`
pub(super) const FIT: Property<Layer> = Property {
    name: "fit",
    takes: Takes::Words(Fit::WORDS),
    help: "How a source of another shape fills its box: cover, contain (what is left over shows what is below) or stretch.",
    example: None,
    read: |layer, value| {
        layer.fit = value.parsed()?;
        Ok(())
    },
    write: |layer| Some(Value::text(&layer.fit)),
};
