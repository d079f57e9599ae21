//! Where a layer stands on the canvas.

use super::Layer;
use super::length::Length;
use super::words::words;
use crate::form::{Field, Property, Refusal, Takes, Value};

/// Where a layer stands on the canvas, and how large it is.
///
/// With neither width nor height the layer fills the canvas; with one of them the other follows
/// the shape of the source, after its crop and turn; with both, the source fills that box by its
/// [`Fit`](super::Fit). Shares of widths are of the canvas' width, those of heights of its height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Which point of the canvas the same point of the layer lies at.
    pub anchor: Anchor,
    /// How wide it is.
    pub width: Option<Length>,
    /// How high it is.
    pub height: Option<Length>,
    /// How far it is from the anchored edges; from the middle, to the right and down. Negative ones
    /// push it over the edge.
    pub margin: Margin,
}

/// How far a layer is from the edges of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Margin {
    /// As far sideways as up or down: shares are of the canvas' height.
    Both(Length),
    /// Sideways, a share of the canvas' width, and up or down, one of its height.
    Each(Length, Length),
}

impl Default for Place {
    fn default() -> Self {
        let margin = Margin::Both(Length::ZERO);
        Self { anchor: Anchor::Center, width: None, height: None, margin }
    }
}

/// A point of the canvas: its middle, a corner, or the middle of an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// The upper left corner.
    TopLeft,
    /// The middle of the upper edge.
    Top,
    /// The upper right corner.
    TopRight,
    /// The middle of the left edge.
    Left,
    /// The middle.
    #[default]
    Center,
    /// The middle of the right edge.
    Right,
    /// The lower left corner.
    BottomLeft,
    /// The middle of the lower edge.
    Bottom,
    /// The lower right corner.
    BottomRight,
}

words!(
    Anchor,
    "place to anchor at",
    TopLeft = "top-left",
    Top = "top",
    TopRight = "top-right",
    Left = "left",
    Center = "center",
    Right = "right",
    BottomLeft = "bottom-left",
    Bottom = "bottom",
    BottomRight = "bottom-right",
);

impl Anchor {
    /// Which way it lies from the middle: left and up are -1, right and down 1.
    pub const fn direction(self) -> (i8, i8) {
        let across = match self {
            Self::TopLeft | Self::Left | Self::BottomLeft => -1,
            Self::Top | Self::Center | Self::Bottom => 0,
            Self::TopRight | Self::Right | Self::BottomRight => 1,
        };
        let down = match self {
            Self::TopLeft | Self::Top | Self::TopRight => -1,
            Self::Left | Self::Center | Self::Right => 0,
            Self::BottomLeft | Self::Bottom | Self::BottomRight => 1,
        };
        (across, down)
    }
}

/// The sizes that a box may have.
const SIDE: Takes = Takes::Length([0.1, 400.0], [1.0, 10_000.0]);
/// How far a box may be from an edge.
const MARGIN: Takes = Takes::Length([-100.0, 100.0], [-10_000.0, 10_000.0]);

/// `place`
pub(super) const PLACE: Property<Layer> = Property {
    name: "place",
    takes: Takes::Table(&[
        Field {
            name: "anchor",
            takes: Takes::Words(Anchor::WORDS),
            help: "The corner, edge or middle of the canvas that it stands at.",
        },
        Field {
            name: "width",
            takes: SIDE,
            help: "How wide it is, of the canvas' width or in pixels of 720 lines; without it, as its height and shape demand.",
        },
        Field {
            name: "height",
            takes: SIDE,
            help: "How high it is, of the canvas' height or in pixels of 720 lines; without it, as its width and shape demand.",
        },
        Field {
            name: "margin",
            takes: Takes::Pair(&MARGIN),
            help: "How far it is from the edges: one length, of the canvas' height, or [sideways, up or down].",
        },
    ]),
    help: "Where it stands and how large it is: a corner, an edge or center, a width or a height or both, in per \
           cent of the canvas or in pixels of 720 lines, and a margin. Without it, it fills the canvas.",
    example: Some("{ anchor = \"bottom-right\", width = \"40%\", margin = \"2%\" }"),
    read: |layer, value| {
        layer.place = Place::read(value)?;
        Ok(())
    },
    write: |layer| Some(layer.place.written()),
};

impl Place {
    fn read(value: &Value) -> Result<Self, Refusal> {
        let length = |name| value.get(name).map(Value::parsed::<Length>).transpose();
        let margin = match value.get("margin") {
            Some(Value::List(pair)) if pair.len() == 2 => {
                Margin::Each(pair[0].parsed()?, pair[1].parsed()?)
            }
            Some(one) => Margin::Both(one.parsed()?),
            None => Self::default().margin,
        };
        let anchor = value.get("anchor").map(Value::parsed).transpose()?.unwrap_or_default();
        Ok(Self { anchor, width: length("width")?, height: length("height")?, margin })
    }

    /// As it is written in the settings.
    pub(crate) fn written(&self) -> Value {
        let plain = Self::default();
        let anchor = (self.anchor != plain.anchor).then(|| Value::text(&self.anchor));
        let [width, height] = [self.width, self.height].map(|side| side.map(Length::written));
        let margin = (self.margin != plain.margin).then(|| match self.margin {
            Margin::Both(margin) => margin.written(),
            Margin::Each(x, y) => Value::List(vec![x.written(), y.written()]),
        });
        let entries =
            [("anchor", anchor), ("width", width), ("height", height), ("margin", margin)];
        Value::table(entries)
    }
}
