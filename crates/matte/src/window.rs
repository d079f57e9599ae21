//! Chooses the part of the picture that the network looks at.
//!
//! The network's picture is small, so the person fills more of it when it only sees the person's
//! surroundings. It looks at the whole picture while it finds nobody, when something moves or a
//! person appears elsewhere, and now and then in any case. The box stays where it is while it fits,
//! because a mask changes a little with every box.

use crate::geometry::{Cells, Geometry};

/// Margin around the person, as a share of the longer side, of a new box.
const MARGIN: f32 = 0.14;
/// The margin below which a new box is made.
const LEAST_MARGIN: f32 = 0.03;
/// How many times larger than a new one a box may be before a new one is made.
const TOO_LARGE: f32 = 1.6;
/// A box larger than this share of the picture gains nothing.
const WORTHWHILE: f32 = 0.72;
/// Frames between two looks at the whole picture.
const PERIOD: u32 = 16;
/// How many frames the network sees whole after something happened elsewhere.
const HOLD: u32 = 20;
/// The share of the picture's cells that must move, or be a person, to count.
const NOTABLE: f32 = 0.002;
/// From this value a cell is a person.
pub(crate) const SOMEBODY: f32 = 0.4;

/// Where the network looks, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// At everything.
    Whole,
    /// At everything for one frame, although a box is tracked.
    Glance,
    /// At a box.
    Box(Cells),
}

#[derive(Debug)]
pub(crate) struct Tracker {
    geometry: Geometry,
    tracked: Option<Cells>,
    since_whole: u32,
    hold: u32,
}

impl Tracker {
    pub const fn new(geometry: Geometry) -> Self {
        Self { geometry, tracked: None, since_whole: 0, hold: 0 }
    }

    pub const fn reset(&mut self) {
        *self = Self::new(self.geometry);
    }

    /// The box, if it is worthwhile.
    pub fn tracked(&self) -> Option<Cells> {
        let most = WORTHWHILE * self.geometry.cells() as f32;
        self.tracked.filter(|cells| cells.area() as f32 <= most)
    }

    /// Where to look in this frame, a share of which has moved outside the box.
    pub fn look(&mut self, moved_outside: f32) -> Look {
        let Some(cells) = self.tracked() else { return Look::Whole };
        if moved_outside > NOTABLE {
            self.hold = HOLD;
        }
        self.since_whole += 1;
        if self.hold > 0 {
            self.hold -= 1;
            self.since_whole = 0;
            return Look::Whole;
        }
        if self.since_whole >= PERIOD {
            self.since_whole = 0;
            return Look::Glance;
        }
        Look::Box(cells)
    }

    /// After a glance: whether a person is outside the box, so that the next looks are at
    /// everything.
    pub fn noticed(&mut self, mask: &[f32]) -> bool {
        let Some(inside) = self.tracked else { return false };
        let count = |cells: &[f32]| cells.iter().filter(|&&v| v > 0.5).count();
        let rows = mask.chunks_exact(self.geometry.grid.0).enumerate();
        let outside: usize = rows
            .map(|(y, row)| {
                if (inside.top..inside.bottom).contains(&y) {
                    count(&row[..inside.left]) + count(&row[inside.right..])
                } else {
                    count(row)
                }
            })
            .sum();
        let noticed = outside as f32 > NOTABLE * self.geometry.cells() as f32;
        if noticed {
            self.hold = HOLD;
        }
        noticed
    }

    /// Follows the persons to their place in the matte.
    pub fn follow(&mut self, persons: Option<Cells>) {
        let Some(persons) = persons else {
            self.tracked = None;
            return;
        };
        let grid = self.geometry.grid;
        let fresh = persons.grown(MARGIN, grid);
        let fits = |old: Cells| {
            old.holds(persons.grown(LEAST_MARGIN, grid))
                && old.area() as f32 <= TOO_LARGE * fresh.area() as f32
        };
        self.tracked = self.tracked.filter(|&old| fits(old)).or(Some(fresh));
    }
}

/// The rectangle around all cells that are a person.
pub(crate) fn persons(matte: &[f32], columns: usize) -> Option<Cells> {
    let somebody = |v: &f32| *v > SOMEBODY;
    let mut found: Option<Cells> = None;
    for (y, row) in matte.chunks_exact(columns).enumerate() {
        let left = found.map_or(columns, |f| f.left);
        let right = found.map_or(0, |f| f.right);
        let Some(first) = row.iter().position(somebody) else { continue };
        let last = row.iter().rposition(somebody).map_or(first, |last| last) + 1;
        found = Some(Cells {
            left: left.min(first),
            top: found.map_or(y, |f| f.top),
            right: right.max(last),
            bottom: y + 1,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::Size;

    fn geometry() -> Geometry {
        Geometry::new(Size::new(640, 360).unwrap())
    }

    fn around(left: usize, top: usize, right: usize, bottom: usize) -> Option<Cells> {
        Some(Cells { left, top, right, bottom })
    }

    #[test]
    fn persons_are_all_of_them() {
        let mut matte = vec![0.0; 320 * 180];
        assert_eq!(persons(&matte, 320), None);
        matte[20 * 320 + 30] = 0.9;
        matte[90 * 320 + 250] = 0.5;
        matte[100 * 320] = 0.1;
        assert_eq!(persons(&matte, 320), around(30, 20, 251, 91));
    }

    #[test]
    fn a_box_is_kept_until_it_does_not_fit() {
        let mut tracker = Tracker::new(geometry());
        assert_eq!(tracker.look(0.0), Look::Whole);
        tracker.follow(around(100, 60, 180, 180));
        let first = tracker.tracked().expect("a box");
        tracker.follow(around(95, 62, 183, 180));
        assert_eq!(tracker.tracked(), Some(first));
        tracker.follow(around(84, 60, 180, 180));
        assert_ne!(tracker.tracked(), Some(first), "the person would touch it");
        tracker.follow(around(130, 120, 160, 180));
        assert!(tracker.tracked().unwrap().area() < first.area() / 2);
        tracker.follow(None);
        assert_eq!(tracker.look(0.0), Look::Whole);
    }

    #[test]
    fn a_large_person_is_seen_with_the_whole_picture() {
        let mut tracker = Tracker::new(geometry());
        tracker.follow(around(20, 20, 300, 180));
        assert_eq!(tracker.look(0.0), Look::Whole);
    }

    #[test]
    fn the_whole_is_looked_at_now_and_then_and_after_motion() {
        let mut tracker = Tracker::new(geometry());
        tracker.follow(around(100, 60, 180, 180));
        let looks: Vec<Look> = (0..3 * PERIOD).map(|_| tracker.look(0.0)).collect();
        assert_eq!(looks.iter().filter(|&&l| l == Look::Glance).count(), 3);
        assert_eq!(tracker.look(0.1), Look::Whole);
        assert!((1..HOLD).all(|_| tracker.look(0.0) == Look::Whole));
        assert_ne!(tracker.look(0.0), Look::Whole);
        let mut mask = vec![0.0; 320 * 180];
        assert!(!tracker.noticed(&mask));
        mask[..320 * 10].fill(0.9);
        assert!(tracker.noticed(&mask));
        assert_eq!(tracker.look(0.0), Look::Whole);
    }
}
