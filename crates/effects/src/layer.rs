//! What effects change.

use crate::Canvas;
use backlot_kernels::{Level, span};
use backlot_media::{Plane, PlaneMut, Timestamp};
use std::ops::Range;

/// One layer of one frame: the picture, and the part of it that counts.
#[derive(Debug)]
pub struct Layer<'a> {
    /// Y, U and V, chroma halved both ways (I420), of the canvas' size.
    pub picture: [PlaneMut<'a>; 3],
    /// What cuts the layer out, at the size of Y: 0 is nothing, 255 all. An effect may reshape it.
    /// Pixels where it stays 0 are invisible, and an effect may leave anything in them.
    pub matte: Option<PlaneMut<'a>>,
    /// The person whom a layer in front draws again, at the size of Y. An effect must not smear
    /// them into their surroundings.
    pub person: Option<Person<'a>>,
    /// When the frame is shown.
    pub time: Timestamp,
}

/// The matte of a person who is to be left out.
#[derive(Debug)]
pub enum Person<'a> {
    /// To look at, for effects that leave pixels where they are.
    Lent(Plane<'a>),
    /// For effects that move pixels, and these with them.
    Own(PlaneMut<'a>),
}

impl Person<'_> {
    /// The matte to look at.
    pub const fn as_ref(&self) -> Plane<'_> {
        match self {
            Self::Lent(plane) => *plane,
            Self::Own(plane) => plane.as_ref(),
        }
    }

    /// The same for a while.
    pub const fn reborrow(&mut self) -> Person<'_> {
        match self {
            Self::Lent(plane) => Person::Lent(*plane),
            Self::Own(plane) => Person::Own(plane.reborrow()),
        }
    }
}

impl Layer<'_> {
    /// Whether every plane has the canvas' size.
    pub(crate) fn fits(&self, canvas: &Canvas) -> bool {
        let size = |p: &PlaneMut<'_>| (p.width(), p.height());
        let [y, u, v] = &self.picture;
        let person = self.person.as_ref().map(Person::as_ref);
        size(y) == canvas.luma()
            && [u, v].iter().all(|c| size(c) == canvas.chroma())
            && self.matte.iter().all(|matte| size(matte) == canvas.luma())
            && person.iter().all(|p| (p.width(), p.height()) == canvas.luma())
    }

    /// The visible columns of luma in the two rows of a row of chroma, beginning at an even one.
    pub(crate) fn seen(&self, level: Level, chroma_row: usize) -> Range<usize> {
        let Some(matte) = &self.matte else {
            return 0..self.picture[0].width();
        };
        let below = (2 * chroma_row + 1).min(matte.height() - 1);
        let (a, b) = (span(level, matte.row(2 * chroma_row)), span(level, matte.row(below)));
        let both = match (a.is_empty(), b.is_empty()) {
            (true, _) => b,
            (_, true) => a,
            _ => a.start.min(b.start)..a.end.max(b.end),
        };
        // Whole pixels of chroma, unless the width is odd.
        both.start & !1..both.end.next_multiple_of(2).min(matte.width())
    }
}
