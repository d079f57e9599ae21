//! The typeface: from characters to shapes.

use super::shapes::{Letter, Shapes, Step};
use crate::paint::path::Path;
use crate::paint::{Affine, pt};

/// Width of the box that stands for a letter that the typeface lacks, in ems.
const BOX: f32 = 0.62;

/// One weight of the typeface. Lengths are in ems: the size of the letters is 1.
pub(super) struct Font {
    shapes: Shapes,
}

impl std::fmt::Debug for Font {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Font").field("em", &self.shapes.em).finish_non_exhaustive()
    }
}

impl Font {
    /// For lines of text.
    pub fn regular() -> Self {
        Self::new(include_bytes!("../../fonts/inter-regular.shapes"))
    }

    /// For titles.
    pub fn strong() -> Self {
        Self::new(include_bytes!("../../fonts/inter-semibold.shapes"))
    }

    fn new(bytes: &'static [u8]) -> Self {
        Self { shapes: Shapes::of(bytes).expect("the program's own typeface is sound") }
    }

    /// Whether the typeface has a shape for the character.
    #[cfg(test)]
    pub fn has(&self, c: char) -> bool {
        self.shapes.letter(c).is_some()
    }

    /// How far a character moves the next one.
    fn advance(&self, c: char) -> f32 {
        self.shapes.letter(c).map_or(BOX, |letter| letter.advance / self.shapes.em)
    }

    /// The width of a text on one row.
    pub fn width(&self, text: &str) -> f32 {
        text.chars().map(|c| self.advance(c)).sum()
    }

    /// Adds the shapes of a text whose baseline begins at the map's (0, 0).
    pub fn trace(&self, text: &str, map: Affine, path: &mut Path) {
        let mut x = 0.0;
        for c in text.chars() {
            let place = map.moved(x, 0.0);
            match self.shapes.letter(c) {
                Some(letter) => {
                    let unit = 1.0 / self.shapes.em;
                    trace_letter(letter, place.scaled(unit, -unit), path);
                }
                None => trace_box(place, path),
            }
            x += self.advance(c);
        }
    }
}

/// A frame, drawn as four bars.
fn trace_box(map: Affine, path: &mut Path) {
    let (left, right, top, bottom, pen) = (0.08, BOX - 0.08, -0.72, 0.0, 0.06);
    for (x0, y0, x1, y1) in [
        (left, top, right, top + pen),
        (left, bottom - pen, right, bottom),
        (left, top + pen, left + pen, bottom - pen),
        (right - pen, top + pen, right, bottom - pen),
    ] {
        path.polygon(map, &[pt(x0, y0), pt(x1, y0), pt(x1, y1), pt(x0, y1)]);
    }
}

fn trace_letter(letter: Letter, map: Affine, path: &mut Path) {
    for step in letter.outline() {
        match step {
            Step::Move(p) => path.move_to(map.apply(p)),
            Step::Line(p) => path.line_to(map.apply(p)),
            Step::Curve(a, b, end) => path.cubic_to(map.apply(a), map.apply(b), map.apply(end)),
        }
    }
    path.end_contour();
}
