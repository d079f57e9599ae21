//! A layer's outline: corners, border and shadow.

use super::Layer;
use super::length::Length;
use crate::Rgb;
use crate::form::{Field, Property, Refusal, Takes, Value};
use std::fmt::Display;
use std::str::FromStr;

/// The shape of a layer's corners.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Corners {
    /// As they are.
    #[default]
    Square,
    /// Rounded by this radius; shares are of the box's shorter side.
    Radius(Length),
    /// The whole box becomes the largest circle that fits into its middle.
    Circle,
}

/// A line along the inside of a layer's edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Border {
    /// How wide it is; shares are of the box's shorter side.
    pub width: Length,
    /// Its colour.
    pub color: Rgb,
}

/// The shadow that a layer casts on what is below. Shares are of the box's shorter side.
#[derive(Clone, Debug, PartialEq)]
pub struct Shadow {
    /// How soft it is: the standard deviation of a Gaussian is half of this.
    pub blur: Length,
    /// How far it lies to the right.
    pub x: Length,
    /// How far it lies below.
    pub y: Length,
    /// How dark it is, `0.0..=1.0`.
    pub opacity: f32,
    /// Its colour.
    pub color: Rgb,
}

impl Default for Border {
    fn default() -> Self {
        Self { width: Length::Pixels(4.0), color: Rgb::new([255; 3]) }
    }
}

impl Default for Shadow {
    fn default() -> Self {
        let (blur, down) = (Length::Pixels(24.0), Length::Pixels(8.0));
        Self { blur, x: Length::ZERO, y: down, opacity: 0.5, color: Rgb::new([0; 3]) }
    }
}

/// Widths, radii and how soft a shadow is.
const EXTENT: Takes = Takes::Length([0.0, 100.0], [0.0, 2_000.0]);
/// Where a shadow lies.
const OFFSET: Takes = Takes::Length([-100.0, 100.0], [-2_000.0, 2_000.0]);

/// `corners`
pub(super) const CORNERS: Property<Layer> = Property {
    name: "corners",
    takes: Takes::Either(&[Takes::Words(&["square", "circle"]), EXTENT]),
    help: "Its corners: square, circle, or a radius, in per cent of its shorter side or in pixels of 720 lines.",
    example: None,
    read: |layer, value| {
        layer.corners = match value.as_text() {
            Some(word) if word.eq_ignore_ascii_case("square") => Corners::Square,
            Some(word) if word.eq_ignore_ascii_case("circle") => Corners::Circle,
            _ => Corners::Radius(value.parsed()?),
        };
        Ok(())
    },
    write: |layer| {
        Some(match layer.corners {
            Corners::Square => Value::Text("square".into()),
            Corners::Circle => Value::Text("circle".into()),
            Corners::Radius(radius) => radius.written(),
        })
    },
};

/// `border`
pub(super) const BORDER: Property<Layer> = Property {
    name: "border",
    takes: Takes::Table(&[
        Field { name: "width", takes: EXTENT, help: "How wide it is." },
        Field { name: "color", takes: Takes::Color, help: "Its colour." },
    ]),
    help: "A line along the inside of its edge.",
    example: Some("{ width = \"4px\", color = \"white\" }"),
    read: |layer, value| {
        let plain = Border::default();
        layer.border = Some(Border {
            width: given(value, "width", plain.width)?,
            color: given(value, "color", plain.color)?,
        });
        Ok(())
    },
    write: |layer| {
        let (border, plain) = (layer.border.as_ref()?, Border::default());
        let width = (border.width != plain.width).then(|| border.width.written());
        let color = (border.color != plain.color).then(|| Value::text(&border.color));
        Some(Value::table([("width", width), ("color", color)]))
    },
};

/// `shadow`
pub(super) const SHADOW: Property<Layer> = Property {
    name: "shadow",
    takes: Takes::Table(&[
        Field { name: "blur", takes: EXTENT, help: "How soft it is." },
        Field { name: "x", takes: OFFSET, help: "How far it lies to the right." },
        Field { name: "y", takes: OFFSET, help: "How far it lies below." },
        Field { name: "opacity", takes: Takes::SHARE, help: "How dark it is, 0 to 1." },
        Field { name: "color", takes: Takes::Color, help: "Its colour." },
    ]),
    help: "The shadow that it casts on what is below.",
    example: Some("{ blur = \"24px\", y = \"8px\", opacity = 0.5 }"),
    read: |layer, value| {
        let plain = Shadow::default();
        let opacity = value.get("opacity").and_then(Value::as_number);
        layer.shadow = Some(Shadow {
            blur: given(value, "blur", plain.blur)?,
            x: given(value, "x", plain.x)?,
            y: given(value, "y", plain.y)?,
            opacity: opacity.map_or(plain.opacity, |opacity| opacity as f32),
            color: given(value, "color", plain.color)?,
        });
        Ok(())
    },
    write: |layer| {
        let (shadow, plain) = (layer.shadow.as_ref()?, Shadow::default());
        let length = |is: Length, was: Length| (is != was).then(|| is.written());
        let opacity = (shadow.opacity != plain.opacity).then(|| Value::single(shadow.opacity));
        let color = (shadow.color != plain.color).then(|| Value::text(&shadow.color));
        Some(Value::table([
            ("blur", length(shadow.blur, plain.blur)),
            ("x", length(shadow.x, plain.x)),
            ("y", length(shadow.y, plain.y)),
            ("opacity", opacity),
            ("color", color),
        ]))
    },
};

/// A field of a table, or its default.
fn given<T: FromStr<Err: Display>>(value: &Value, name: &str, default: T) -> Result<T, Refusal> {
    value.get(name).map_or(Ok(default), Value::parsed)
}
