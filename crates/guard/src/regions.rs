//! Regions of a camera's picture that its user painted: some always show, some never do.

use crate::Admission;
use backlot_media::{Matte, Plane};
use std::ops::Range;

/// Painted regions, at the size of a camera's mattes.
#[derive(Clone, Debug)]
pub struct Regions {
    keep: Option<Region>,
    hide: Option<Region>,
}

#[derive(Clone, Debug)]
struct Region {
    matte: Matte,
    /// The rows in which there is anything.
    rows: Range<usize>,
}

impl Regions {
    /// What always shows where it is 255, and what never shows where it is 255; less between. Where
    /// both hold, what is hidden stays hidden.
    pub fn new(keep: Option<Matte>, hide: Option<Matte>) -> Self {
        Self { keep: keep.map(Region::new), hide: hide.map(Region::new) }
    }

    /// Opens and closes the regions in a copy of a matte, after the guard let the matte through as
    /// its finder made it; nothing changes if it didn't, or judged another one.
    ///
    /// # Panics
    /// If the matte isn't of the regions' size.
    pub fn apply(&self, word: &Admission, matte: &mut Matte) {
        if !(word.shows() && word.is_of(matte)) {
            return;
        }
        if let Some(keep) = &self.keep {
            keep.each_row(matte, |to, keep| *to = (*to).max(keep));
        }
        if let Some(hide) = &self.hide {
            hide.each_row(matte, |to, hide| *to = (*to).min(255 - hide));
        }
    }
}

impl Region {
    fn new(matte: Matte) -> Self {
        let is_used = |(_, row): &(usize, &[u8])| row.iter().any(|&v| v > 0);
        let plane: Plane<'_> = matte.plane();
        let first = plane.rows().enumerate().find(is_used).map_or(0, |(y, _)| y);
        let last = plane.rows().enumerate().filter(is_used).last().map_or(0, |(y, _)| y + 1);
        Self { matte, rows: first..last }
    }

    fn each_row(&self, matte: &mut Matte, change: impl Fn(&mut u8, u8)) {
        assert_eq!(matte.size(), self.matte.size(), "regions are of the matte's size");
        let (region, mut plane) = (self.matte.plane(), matte.plane_mut());
        for y in self.rows.clone() {
            plane.row_mut(y).iter_mut().zip(region.row(y)).for_each(|(to, v)| change(to, *v));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Guard, Unjudged};
    use backlot_media::{Frame, PixelFormat, Size};

    const SIZE: Size = Size { width: 64, height: 36 };

    /// A matte whose rows and columns of a part have a value.
    fn part(rows: Range<usize>, columns: Range<usize>, value: u8) -> Matte {
        let mut matte = Matte::new(SIZE);
        for y in rows {
            matte.plane_mut().row_mut(y)[columns.clone()].fill(value);
        }
        matte
    }

    fn judged(matte: &Matte) -> Admission {
        let picture = Unjudged::new(Frame::new(PixelFormat::I420, SIZE));
        Guard::new(true).judge(&picture, Some(matte))
    }

    #[test]
    fn exactly_the_kept_region_opens_and_what_is_hidden_closes() {
        let keep = part(4..10, 40..60, 255);
        let hide = part(8..20, 10..50, 255);
        let person = part(6..36, 20..40, 200);
        let mut matte = person.clone();
        Regions::new(Some(keep), Some(hide)).apply(&judged(&person), &mut matte);
        for y in 0..36 {
            for x in 0..64 {
                let expected = match (y, x) {
                    (8..20, 10..50) => 0,
                    (4..10, 40..60) => 255,
                    _ => person.plane().row(y)[x],
                };
                assert_eq!(matte.plane().row(y)[x], expected, "{x} {y}");
            }
        }
    }

    #[test]
    fn a_soft_edge_only_adds_or_takes() {
        let regions = Regions::new(Some(part(0..36, 0..8, 100)), Some(part(0..36, 8..16, 100)));
        let person = part(0..36, 0..30, 120);
        let mut matte = person.clone();
        regions.apply(&judged(&person), &mut matte);
        assert_eq!(matte.plane().row(3)[..32], {
            let mut row = [120; 32];
            row[30..].fill(0);
            row
        });
        let full = part(0..36, 0..30, 255);
        let mut matte = full.clone();
        regions.apply(&judged(&full), &mut matte);
        assert_eq!((matte.plane().row(3)[4], matte.plane().row(3)[12]), (255, 155));
    }

    #[test]
    fn a_shield_stays_closed() {
        let regions = Regions::new(Some(part(0..36, 0..64, 255)), None);
        let full = part(0..36, 0..64, 255);
        assert!(!judged(&full).shows());
        let mut matte = part(0..36, 0..10, 255);
        let before = matte.clone();
        regions.apply(&judged(&full), &mut matte);
        assert_eq!(matte.coverage(), before.coverage(), "not admitted");
        let other = judged(&matte);
        matte.set_sequence(9);
        regions.apply(&other, &mut matte);
        assert_eq!(matte.coverage(), before.coverage(), "of another picture");
    }
}
