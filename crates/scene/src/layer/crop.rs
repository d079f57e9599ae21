//! What is taken off a source's sides.

use super::Layer;
use super::length::Length;
use crate::form::{Field, Property, Refusal, Takes, Value};

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

/// How much may be taken off a side.
const CUT: Takes = Takes::Length([0.0, 99.0], [0.0, 10_000.0]);

const fn side(name: &'static str, help: &'static str) -> Field {
    Field { name, takes: CUT, help }
}

/// `crop`
pub(super) const CROP: Property<Layer> = Property {
    name: "crop",
    takes: Takes::Table(&[
        side("left", "From the left."),
        side("top", "From the top."),
        side("right", "From the right."),
        side("bottom", "From the bottom."),
    ]),
    help: "What is taken off the source's sides first, in per cent of it or in its own pixels as if it had 720 lines.",
    example: Some("{ left = \"20%\", right = \"20%\" }"),
    read: |layer, value| {
        let cut = |name| match value.get(name) {
            Some(length) => length.parsed(),
            None => Ok(Length::ZERO),
        };
        let crop = Crop {
            left: cut("left")?,
            top: cut("top")?,
            right: cut("right")?,
            bottom: cut("bottom")?,
        };
        let leaves = |near: Length, far: Length| match (near, far) {
            (Length::Percent(near), Length::Percent(far)) => near + far <= 99.0,
            _ => true,
        };
        if !(leaves(crop.left, crop.right) && leaves(crop.top, crop.bottom)) {
            return Err(Refusal::says(&"this takes everything off: leave at least 1%"));
        }
        layer.crop = crop;
        Ok(())
    },
    write: |layer| {
        let Crop { left, top, right, bottom } = layer.crop;
        let cut = |length: Length| (length != Length::ZERO).then(|| length.written());
        let entries = [
            ("left", cut(left)),
            ("top", cut(top)),
            ("right", cut(right)),
            ("bottom", cut(bottom)),
        ];
        Some(Value::table(entries))
    },
};
