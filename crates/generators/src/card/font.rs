//! The typeface: from characters to shapes.

use crate::paint::path::Path;
use crate::paint::{Affine, Point, pt};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Width of the box that stands for a letter that the typeface does not have, in ems.
const BOX: f32 = 0.62;

/// One weight of the typeface. Lengths are in ems: the size of the letters is 1.
pub(super) struct Font {
    face: Face<'static>,
    em: f32,
}

impl std::fmt::Debug for Font {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Font").field("em", &self.em).finish_non_exhaustive()
    }
}

impl Font {
    /// For lines of text.
    pub fn regular() -> Self {
        Self::new(include_bytes!("../../fonts/inter-regular.otf"))
    }

    /// For titles.
    pub fn strong() -> Self {
        Self::new(include_bytes!("../../fonts/inter-semibold.otf"))
    }

    fn new(bytes: &'static [u8]) -> Self {
        let face = Face::parse(bytes, 0).expect("the program's own typeface is sound");
        Self { em: f32::from(face.units_per_em()), face }
    }

    /// Whether the typeface has a shape for the character.
    #[cfg(test)]
    pub fn has(&self, c: char) -> bool {
        self.glyph(c).is_some()
    }

    fn glyph(&self, c: char) -> Option<GlyphId> {
        self.face.glyph_index(c).filter(|glyph| glyph.0 != 0)
    }

    /// How far one character moves the next.
    fn advance(&self, c: char) -> f32 {
        match self.glyph(c) {
            Some(glyph) => {
                f32::from(self.face.glyph_hor_advance(glyph).unwrap_or_default()) / self.em
            }
            None => BOX,
        }
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
            match self.glyph(c) {
                Some(glyph) => {
                    let map = place.scaled(1.0 / self.em, -1.0 / self.em);
                    let mut outline = Outline { path, map, at: Point::default() };
                    self.face.outline_glyph(glyph, &mut outline);
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

/// Takes the outline of a letter over into a path.
struct Outline<'a> {
    path: &'a mut Path,
    map: Affine,
    /// Where the last side ended, in the letter's own units.
    at: Point,
}

impl Outline<'_> {
    fn step(&mut self, x: f32, y: f32) -> Point {
        self.at = pt(x, y);
        self.map.apply(self.at)
    }
}

impl OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        let p = self.step(x, y);
        self.path.move_to(p);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let p = self.step(x, y);
        self.path.line_to(p);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (from, handle, end) = (self.at, pt(x1, y1), pt(x, y));
        let (a, b) = (from.mix(handle, 2.0 / 3.0), end.mix(handle, 2.0 / 3.0));
        self.curve_to(a.x, a.y, b.x, b.y, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b) = (self.map.apply(pt(x1, y1)), self.map.apply(pt(x2, y2)));
        let end = self.step(x, y);
        self.path.cubic_to(a, b, end);
    }

    fn close(&mut self) {
        self.path.end_contour();
    }
}
