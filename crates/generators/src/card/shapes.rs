//! The shapes of a typeface's letters, as `scripts/typeface.py` writes and describes them.

use crate::paint::{Point, pt};

/// Bytes of a letter in the list: the character, its advance, where its shape begins.
const ENTRY: usize = 10;

/// The letters of a typeface. Lengths are in units, [`Shapes::em`] of them to an em.
#[derive(Clone, Copy)]
pub(super) struct Shapes {
    /// Units in an em.
    pub em: f32,
    letters: &'static [[u8; ENTRY]],
    steps: &'static [u8],
}

/// One letter.
#[derive(Clone, Copy)]
pub(super) struct Letter {
    /// How far it moves the next letter.
    pub advance: f32,
    steps: &'static [u8],
}

/// One step of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// A new contour begins, and the earlier one ends.
    Move(Point),
    /// A straight side.
    Line(Point),
    /// A cubic curve: its handles and its end.
    Curve(Point, Point, Point),
}

impl Shapes {
    /// Reads a typeface; `None` if the bytes aren't one.
    pub fn of(bytes: &'static [u8]) -> Option<Self> {
        let (em, rest) = bytes.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let length = usize::from(u16::from_le_bytes(*count)) * ENTRY;
        let (list, steps) = rest.split_at_checked(length)?;
        let em = f32::from(u16::from_le_bytes(*em));
        Some(Self { em, letters: list.as_chunks().0, steps })
    }

    /// The letter for a character, if the typeface has it.
    pub fn letter(&self, c: char) -> Option<Letter> {
        let character = |[a, b, c, d, ..]: &[u8; ENTRY]| u32::from_le_bytes([*a, *b, *c, *d]);
        let found = self.letters.binary_search_by_key(&u32::from(c), character).ok()?;
        let [_, _, _, _, low, high, place @ ..] = self.letters[found];
        let place = u32::from_le_bytes(place) as usize;
        let advance = f32::from(u16::from_le_bytes([low, high]));
        Some(Letter { advance, steps: self.steps.get(place..)? })
    }
}

impl Letter {
    /// Its outline.
    pub fn outline(&self) -> Outline {
        Outline { rest: self.steps.iter(), at: (0, 0) }
    }
}

/// The steps of a letter.
pub(super) struct Outline {
    rest: std::slice::Iter<'static, u8>,
    at: (i32, i32),
}

impl Iterator for Outline {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let head = *self.rest.next()?;
        let present = head >> 2;
        match head & 3 {
            1 => self.point(present).map(Step::Move),
            2 => self.point(present).map(Step::Line),
            3 => {
                let (a, b) = (self.point(present)?, self.point(present >> 2)?);
                Some(Step::Curve(a, b, self.point(present >> 4)?))
            }
            _ => None,
        }
    }
}

impl Outline {
    /// The next point; the lowest two bits say which of its numbers are there.
    fn point(&mut self, present: u8) -> Option<Point> {
        if present & 1 != 0 {
            self.at.0 += self.number()?;
        }
        if present & 2 != 0 {
            self.at.1 += self.number()?;
        }
        Some(pt(self.at.0 as f32, self.at.1 as f32))
    }

    fn number(&mut self) -> Option<i32> {
        let (mut packed, mut shift) = (0, 0);
        loop {
            let byte = i32::from(*self.rest.next()?);
            packed |= (byte & 127) << shift;
            if byte < 128 {
                return Some((packed >> 1) ^ -(packed & 1));
            }
            shift = (shift + 7).min(21);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGULAR: &[u8] = include_bytes!("../../fonts/inter-regular.shapes");

    #[test]
    fn letters_are_those_of_the_typeface() {
        let shapes = Shapes::of(REGULAR).unwrap();
        assert_eq!(shapes.em, 2816.0);
        // Numbers that fonttools prints for the typeface.
        let advance = |c: char| shapes.letter(c).map(|letter| letter.advance);
        assert_eq!(['A', 'é', 'Ж', ' '].map(advance), [1904.0, 1640.0, 2672.0, 792.0].map(Some));
        assert!(advance('語').is_none());
        let steps: Vec<_> = shapes.letter('.').unwrap().outline().collect();
        let curve = |[a, b, c, d, x, y]: [f32; 6]| Step::Curve(pt(a, b), pt(c, d), pt(x, y));
        let dot = [
            [487.0, -16.0, 568.0, 65.0, 568.0, 164.0],
            [568.0, 263.0, 487.0, 344.0, 388.0, 344.0],
            [289.0, 344.0, 208.0, 263.0, 208.0, 164.0],
            [208.0, 65.0, 289.0, -16.0, 388.0, -16.0],
        ];
        assert_eq!((steps[0], &steps[1..]), (Step::Move(pt(388.0, -16.0)), &dot.map(curve)[..]));
        assert_eq!(shapes.letter(' ').unwrap().outline().count(), 0);
    }

    #[test]
    fn every_outline_is_closed_within_a_letters_reach() {
        let shapes = Shapes::of(REGULAR).unwrap();
        let letters = (0..0x11_0000).filter_map(char::from_u32).filter_map(|c| shapes.letter(c));
        let mut count = 0;
        for letter in letters {
            count += 1;
            let mut steps = letter.outline();
            assert!(steps.next().is_none_or(|first| matches!(first, Step::Move(_))));
            for step in steps {
                let (Step::Move(p) | Step::Line(p) | Step::Curve(.., p)) = step;
                assert!(p.x.abs() < 2.5 * shapes.em && p.y.abs() < 1.5 * shapes.em, "{p:?}");
            }
        }
        assert_eq!(count, shapes.letters.len());
    }

    #[test]
    fn bytes_that_are_not_a_typeface_end_early() {
        assert!(Shapes::of(&[]).is_none() && Shapes::of(&[0, 8, 1, 0, 65]).is_none());
        let cut = Shapes::of(&[0, 8, 1, 0, 65, 0, 0, 0, 1, 0, 0, 0, 0, 0, 5 | 8, 255]).unwrap();
        assert_eq!(cut.letter('A').unwrap().outline().count(), 0);
    }
}
