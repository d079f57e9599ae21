//! Areas of a picture, as people paint them.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// The most shapes of an area.
const MOST_SHAPES: usize = 128;
/// The most points of all shapes together.
const MOST_POINTS: usize = 2048;
/// The word for an area without shapes.
pub(crate) const NONE: &str = "none";

/// A part of a picture: all that one of its shapes covers. Written as shapes with spaces between
/// them, each the points of its line in per cent of the picture's width and height:
/// `10x20-30x20-30x80` is filled, `4@50x50-60x55` is a stroke of a brush, 4 per cent of the picture's
/// width across.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    shapes: Vec<Shape>,
}

/// One shape of an area.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shape {
    /// The brush's width in per cent of the picture's width; none for a shape that is filled.
    pub brush: Option<f32>,
    /// Its points, across and down, in per cent of the picture's width and height: three at least
    /// for a shape that is filled, one for a stroke.
    pub points: Vec<[f32; 2]>,
}

impl Area {
    /// Covers nothing.
    pub const NONE: Self = Self { shapes: Vec::new() };

    /// The shapes.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// Whether it covers nothing.
    pub const fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }
}

/// Text that is no area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoArea;

impl FromStr for Area {
    type Err = NoArea;

    fn from_str(text: &str) -> Result<Self, NoArea> {
        if text.eq_ignore_ascii_case(NONE) {
            return Ok(Self::NONE);
        }
        let (mut shapes, mut points) = (Vec::new(), 0);
        for written in text.split_ascii_whitespace() {
            let shape: Shape = written.parse()?;
            points += shape.points.len();
            shapes.push(shape);
            if shapes.len() > MOST_SHAPES || points > MOST_POINTS {
                return Err(NoArea);
            }
        }
        if shapes.is_empty() { Err(NoArea) } else { Ok(Self { shapes }) }
    }
}

impl FromStr for Shape {
    type Err = NoArea;

    fn from_str(text: &str) -> Result<Self, NoArea> {
        let (brush, line) = match text.split_once('@') {
            Some((brush, line)) => (Some(per_cent(brush)?), line),
            None => (None, text),
        };
        let points: Vec<_> = line.split('-').map(point).collect::<Result<_, _>>()?;
        let is_shape = match brush {
            Some(width) => width > 0.0,
            None => points.len() >= 3,
        };
        if is_shape { Ok(Self { brush, points }) } else { Err(NoArea) }
    }
}

fn point(text: &str) -> Result<[f32; 2], NoArea> {
    let (across, down) = text.split_once('x').ok_or(NoArea)?;
    Ok([per_cent(across)?, per_cent(down)?])
}

fn per_cent(text: &str) -> Result<f32, NoArea> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number = text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.filter(|_| is_plain).ok_or(NoArea)
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str(NONE);
        }
        for (index, shape) in self.shapes.iter().enumerate() {
            write!(f, "{}{shape}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(brush) = self.brush {
            write!(f, "{brush}@")?;
        }
        for (index, [across, down]) in self.points.iter().enumerate() {
            write!(f, "{}{across}x{down}", if index == 0 { "" } else { "-" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shapes_are_filled_or_strokes() {
        let area: Area = "10x20-30x20-30.5x80  4@50x50".parse().unwrap();
        let filled = Shape { brush: None, points: vec![[10.0, 20.0], [30.0, 20.0], [30.5, 80.0]] };
        let stroke = Shape { brush: Some(4.0), points: vec![[50.0, 50.0]] };
        assert_eq!(area.shapes(), [filled, stroke]);
        assert_eq!(area.to_string(), "10x20-30x20-30.5x80 4@50x50");
        assert!("none".parse::<Area>().unwrap().is_empty());
        assert_eq!(Area::NONE.to_string(), "none");
    }

    #[test]
    fn what_is_no_area_is_refused() {
        for bad in [
            "",
            " ",
            "10x20",
            "10x20-30x20",
            "0@1x1",
            "4@",
            "4@1",
            "1x2-3x101-4x5",
            "@1x1",
            "1e1x2-3x4-5x6",
            "nanx1-2x2-3x3",
            "-1x2-3x4-5x6",
            "1x2,3x4,5x6",
            "infx1-1x1-1x1",
        ] {
            assert_eq!(bad.parse::<Area>(), Err(NoArea), "{bad}");
        }
        let many = |count: usize| vec!["1@1x1"; count].join(" ");
        assert!(many(MOST_SHAPES).parse::<Area>().is_ok());
        assert_eq!(many(MOST_SHAPES + 1).parse::<Area>(), Err(NoArea));
        let long = |count: usize| format!("1@{}", vec!["1x1"; count].join("-"));
        assert!(long(MOST_POINTS).parse::<Area>().is_ok());
        assert_eq!(long(MOST_POINTS + 1).parse::<Area>(), Err(NoArea));
    }

    proptest! {
        #[test]
        fn writing_undoes_reading(points in prop::collection::vec((0.0_f32..=100.0, 0.0_f32..=100.0), 3..9), brush in 0.1_f32..50.0) {
            let points: Vec<_> = points.into_iter().map(|(x, y)| [x, y]).collect();
            let shapes = vec![Shape { brush: None, points: points.clone() }, Shape { brush: Some(brush), points }];
            let area = Area { shapes };
            prop_assert_eq!(area.to_string().parse::<Area>(), Ok(area));
        }

        #[test]
        fn no_text_panics(text in "[0-9x@. -]{0,40}") {
            let _ = text.parse::<Area>();
        }
    }
}
