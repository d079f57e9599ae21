//! The memory of each block: the room's picture, what moved, and how long nobody was there.

use super::blocks::{Blocks, SIDE};
use super::camera::Warp;
use super::structure::{FLAT, Structure};

/// A block moved if it changed by this many times as much as in an empty room.
const MOVED: f32 = 5.0;
/// This many times as much counts at once.
const STRONGLY: f32 = 2.0;
/// Below this many times, a block is unchanged.
const UNCHANGED: f32 = 2.0;
/// From this many times, it is changed.
const CHANGED: f32 = 3.0;
/// The least change of a room, from rounding, in code values.
const REST: f32 = 0.3;
/// The change in a room from coding errors and a trembling camera, as a share of the contrast.
const TREMBLE: f32 = 0.03;
/// The quantile of a room's changes that counts as its own change.
const OWN: f32 = 0.75;
/// The room's own change from which the camera may be moving.
const SUSPECT: f32 = 1.5;
/// A warp explains a change if it reduces it below this share.
const EXPLAINS: f32 = 0.8;
/// Cells by which the camera must move to count.
const CAMERA_MOVES: f32 = 0.15;
/// Seconds after which a moving camera's picture gets a newer reference.
const MOVING_SPAN: f32 = 0.8;
/// The room's own change, unexplained by any warp, that requires a newer reference.
const LOST: f32 = 4.0;
/// Seconds without anyone after which a block belongs to the room.
const EMPTY_FOR: f32 = 0.4;
/// Seconds after which something that the network took for a person, and that never moved, belongs
/// to the room.
const STILL_FOR: f32 = 15.0;
/// How fast the room's picture follows, for each look.
const FOLLOW: f32 = 0.05;
/// The contrast, relative to the room's own change, from which a block can be recognised.
const RECOGNISED: f32 = 6.0;
/// The number of moved blocks that makes a movement.
const LEAST: usize = 2;

/// The last look's result for a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// It moved in this look and the one before.
    pub moved: bool,
    /// It moved strongly.
    pub strongly: bool,
    /// Its owner.
    pub owner: Owner,
}

/// The owner of a block, if persons are near.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Owner {
    /// The room there is unknown, or it looks different.
    #[default]
    Person,
    /// It surely shows the known room.
    Room,
    /// It may show the known room: there is little to recognise, or something else is beside it.
    Unsure,
}

/// The memory of a division's blocks.
#[derive(Debug)]
pub(super) struct Memory {
    blocks: Blocks,
    structure: Structure,
    /// The reference picture to compare the present with.
    pub reference: Vec<f32>,
    warped: Vec<f32>,
    pub warp: Warp,
    /// Seconds since the reference was taken.
    pub age: f32,
    pub hot: Vec<u8>,
    pub known: Vec<bool>,
    pub empty: Vec<f32>,
    pub still: Vec<f32>,
    sorted: Vec<f32>,
    /// The last look's results.
    pub seen: Vec<Seen>,
}

impl Memory {
    pub fn new(blocks: Blocks) -> Self {
        let (cells, count) = (blocks.cells.0 * blocks.cells.1, blocks.count());
        Self {
            blocks,
            structure: Structure::new(blocks),
            reference: vec![0.0; cells],
            warped: vec![0.0; cells],
            warp: Warp::default(),
            age: 0.0,
            hot: vec![0; count],
            known: vec![false; count],
            empty: vec![0.0; count],
            still: vec![0.0; count],
            sorted: Vec::with_capacity(count),
            seen: vec![Seen::default(); count],
        }
    }

    /// Takes a picture as the first reference, in which nothing has moved.
    pub fn start(&mut self, now: &[f32]) {
        self.anchor(now);
        self.empty.fill(0.0);
        self.still.fill(0.0);
        self.seen.fill(Seen::default());
    }

    /// Takes another reference; the times without persons stay.
    pub fn anchor(&mut self, now: &[f32]) {
        self.reference.copy_from_slice(now);
        (self.warp, self.age) = (Warp::default(), 0.0);
        self.known.fill(false);
        self.hot.fill(0);
    }

    /// Compares the present with the memory. `maybe` marks where the network sees persons.
    pub fn look(&mut self, now: &[f32], maybe: &[bool], seconds: f32) {
        self.age += seconds;
        let moves = self.compare(now, maybe);
        let own = self.own_change(maybe);
        self.weigh(own + REST, maybe);
        for at in 0..self.blocks.count() {
            let (change, contrast) = (self.structure.change[at], self.structure.contrast[at]);
            let is_hot = change > MOVED;
            let hot = &mut self.hot[at];
            *hot = if is_hot { hot.saturating_add(1) } else { hot.saturating_sub(1) };
            self.seen[at] = Seen {
                moved: is_hot && *hot >= 2,
                strongly: change > STRONGLY * MOVED,
                owner: match change {
                    _ if !self.known[at] => Owner::Person,
                    CHANGED.. => Owner::Person,
                    ..UNCHANGED if contrast > RECOGNISED * (own + REST) => Owner::Room,
                    _ => Owner::Unsure,
                },
            };
        }
        self.spare_edges();
        let is_lost = own > LOST || moves;
        if is_lost && self.age > MOVING_SPAN {
            self.anchor(now);
        }
    }

    /// Compares, taking a moved camera into account. Returns whether it moved.
    fn compare(&mut self, now: &[f32], maybe: &[bool]) -> bool {
        self.structure.compare(self.blocks, now, &self.reference);
        let before = self.own_change(maybe);
        if before < SUSPECT {
            self.warp = Warp::default();
            return false;
        }
        let (blocks, size) = (self.blocks, self.blocks.cells);
        let block = |x: usize, y: usize| {
            let at = |cell: usize, count: usize| (cell.saturating_sub(1) / SIDE).min(count - 1);
            at(y, blocks.size.1) * blocks.size.0 + at(x, blocks.size.0)
        };
        let free = |x, y| !maybe[block(x, y)];
        let warp = self.warp.refined(size, now, &self.reference, free);
        warp.apply(size, &self.reference, &mut self.warped);
        self.structure.compare(blocks, now, &self.warped);
        if self.own_change(maybe) < EXPLAINS * before {
            self.warp = warp;
            return warp.length(size) > CAMERA_MOVES;
        }
        self.structure.compare(blocks, now, &self.reference);
        false
    }

    /// Turns changes from code values into multiples of the change in an empty room.
    fn weigh(&mut self, rest: f32, maybe: &[bool]) {
        let changes = self.structure.change.iter_mut().zip(&self.structure.contrast);
        changes.for_each(|(change, contrast)| *change /= rest + TREMBLE * contrast);
        let own = self.quantile(OWN, maybe).max(1.0);
        self.structure.change.iter_mut().for_each(|change| *change /= own);
    }

    /// The median change of the blocks where nobody is, in code values.
    fn own_change(&mut self, maybe: &[bool]) -> f32 {
        self.quantile(0.5, maybe)
    }

    /// A quantile of the changes of the blocks where nobody is.
    fn quantile(&mut self, share: f32, maybe: &[bool]) -> f32 {
        self.sorted.clear();
        let change = &self.structure.change;
        let free =
            change.iter().zip(maybe).filter(|(_, maybe)| !**maybe).map(|(change, _)| *change);
        self.sorted.extend(free);
        if self.sorted.len() < 20 {
            self.sorted.clear();
            self.sorted.extend_from_slice(change);
        }
        let at = (share * (self.sorted.len() - 1) as f32) as usize;
        *self.sorted.select_nth_unstable_by(at, f32::total_cmp).1
    }

    /// A block beside a person's isn't surely the room's: an edge may run through it.
    fn spare_edges(&mut self) {
        for at in 0..self.blocks.count() {
            let is_person = |at: usize| self.seen[at].owner == Owner::Person;
            if self.seen[at].owner == Owner::Room && self.blocks.around(at).any(is_person) {
                self.seen[at].owner = Owner::Unsure;
            }
        }
    }

    /// Whether a region's change is a movement like a person's.
    pub fn has_moved(&self, region: &[u32]) -> bool {
        let count = |what: fn(&Seen) -> bool| {
            region.iter().filter(|&&at| what(&self.seen[at as usize])).count()
        };
        count(|seen| seen.moved) >= LEAST || count(|seen| seen.strongly) >= LEAST
    }

    /// Remembers the room where nobody is. `person` marks where persons are, `maybe` where the
    /// network sees some.
    pub fn remember(&mut self, now: &[f32], maybe: &[bool], person: &[bool], seconds: f32) {
        let is_fixed = self.warp == Warp::default();
        let light = self.light(now, maybe);
        for at in 0..self.blocks.count() {
            let nobody = !maybe[at] && !person[at];
            self.empty[at] = if nobody { self.empty[at] + seconds } else { 0.0 };
            let hidden = maybe[at] && !person[at];
            self.still[at] = if hidden { self.still[at] + seconds } else { 0.0 };
            if self.still[at] > STILL_FOR {
                self.known[at] = true;
            }
            if is_fixed && self.empty[at] > EMPTY_FOR {
                let share = if self.known[at] { FOLLOW } else { 1.0 };
                self.follow(now, light, at, share);
                self.known[at] = true;
            }
        }
    }

    /// Gain and offset from the present picture to the remembered one, where nobody is: a part that
    /// is taken over must have the same light as its surroundings.
    fn light(&self, now: &[f32], maybe: &[bool]) -> (f32, f32) {
        let (mut sums, mut count) = ([0.0_f32; 4], 0.0_f32);
        for at in (0..self.blocks.count()).filter(|&at| !maybe[at] && self.known[at]) {
            // One cell of each block is enough.
            let (across, down) = self.blocks.cells_of(at);
            let middle = (down.start + SIDE / 2) * self.blocks.cells.0 + across.start + SIDE / 2;
            let (a, b) = (now[middle] - 128.0, self.reference[middle] - 128.0);
            [a, b, b * b, a * b].iter().zip(&mut sums).for_each(|(value, sum)| *sum += value);
            count += 1.0;
        }
        if count < 20.0 {
            return (1.0, 0.0);
        }
        let [now, before, square, product] = sums.map(|sum| sum / count);
        let variance = square - before * before;
        let gain = (product - now * before + FLAT) / (variance + FLAT);
        let gain = gain.clamp(0.5, 2.0);
        (gain, now + 128.0 - gain * (before + 128.0))
    }

    fn follow(&mut self, now: &[f32], (gain, offset): (f32, f32), at: usize, share: f32) {
        let columns = self.blocks.cells.0;
        let (across, down) = self.blocks.cells_of(at);
        for row in down {
            let cells = row * columns + across.start..row * columns + across.end;
            let pairs = self.reference[cells.clone()].iter_mut().zip(&now[cells]);
            pairs.for_each(|(before, now)| *before += share * ((now - offset) / gain - *before));
        }
    }

    /// Whether the present picture differs from the remembered one: most of it does, whatever its
    /// light and wherever the camera points.
    pub fn is_other_picture(&mut self, now: &[f32]) -> bool {
        self.structure.compare(self.blocks, now, &self.reference);
        let (change, contrast) = (&self.structure.change, &self.structure.contrast);
        let differs = |(change, contrast): (&f32, &f32)| *change > LOST && *change > 0.5 * contrast;
        let other = change.iter().zip(contrast).filter(|pair| differs(*pair)).count();
        2 * other > self.blocks.count()
    }
}
