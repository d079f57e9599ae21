//! Decides which regions of a matte are persons, by a memory of what has moved.
//!
//! A network sometimes takes furniture for a person, and a single picture can't show the
//! difference. A region of the matte becomes a person when something in it moves as people do: the
//! structure of some blocks changes against the memory of the room by many times as much as the
//! room itself, not counting light, exposure and the camera's own movement. It stays a person while
//! the network sees it there, for hours. Where nobody is, the memory keeps the room, and anything
//! that looks as the room did belongs to the room, whatever the network says.
//!
//! For the first half second the network decides alone. It also does while the picture doesn't
//! change by a single bit: that is a still picture, in which nothing can move.

mod blocks;
mod camera;
mod memory;
mod regions;
mod structure;
mod tape;

use crate::geometry::Geometry;
use crate::motion::Motion;
use crate::window::SOMEBODY;
use backlot_kernels::matte::LUMA_ONE;
use backlot_media::Timestamp;
use blocks::{Blocks, FINE};
use memory::{Memory, Owner};
use regions::Regions;

/// Seconds for which the network decides alone.
const GRACE: f32 = 0.5;
/// The least number of seconds between two looks at what has moved.
const LOOK_EVERY: f32 = 0.09;
/// The longest gap between two pictures that counts, in seconds.
const LONGEST_GAP: f32 = 0.5;
/// From this value a cell may belong to a person.
const MAYBE: f32 = 0.75 * SOMEBODY;
/// From this value a cell surely does.
const SURE: f32 = 0.9;
/// The share of a region in which the network must be sure for it to become a person: a haze isn't
/// one.
const SURE_SHARE: f32 = 0.25;
/// The share of a region, or of all persons, that must belong to a person for the region to be one.
const SAME: f32 = 0.3;

/// Decides which regions are persons over the pictures of one source. [`PersonMatte`]s of the same
/// source can pass this memory on.
///
/// [`PersonMatte`]: crate::PersonMatte
#[derive(Debug)]
pub struct Presence {
    state: Option<State>,
}

#[derive(Debug)]
struct State {
    blocks: Blocks,
    memory: Memory,
    regions: Regions,
    /// Luma of the small cells, summed since the last look.
    sums: Vec<u32>,
    now: Vec<f32>,
    frames: u32,
    /// The luma of the last frame.
    last: Vec<u16>,
    /// The network's greatest value in each column of a row of blocks.
    most: Vec<f32>,
    maybe: Vec<bool>,
    sure: Vec<bool>,
    person: Vec<bool>,
    next: Vec<bool>,
    keep: Vec<bool>,
    time: Option<Timestamp>,
    /// Seconds since the last look.
    since_look: f32,
    /// Seconds for which the network still decides alone.
    grace: f32,
    is_started: bool,
}

impl Presence {
    /// Makes one for one size of pictures, and allocates everything.
    pub(crate) fn new(geometry: Geometry) -> Self {
        Self { state: Blocks::new(geometry).map(State::new) }
    }

    /// Forgets everything: the next frame is the first.
    pub(crate) fn reset(&mut self) {
        if let Some(state) = &mut self.state {
            state.reset();
        }
    }

    /// Continues with another one's memory, if its pictures are divided alike, as they mostly are
    /// with the same aspect ratio.
    pub fn take_over(&mut self, before: &mut Self) {
        if let (Some(ours), Some(theirs)) = (&mut self.state, &mut before.state)
            && ours.blocks == theirs.blocks
        {
            std::mem::swap(ours, theirs);
        }
    }

    /// What it remembers, as bytes.
    pub fn memory(&mut self) -> Vec<u8> {
        self.state.as_mut().map(tape::written).unwrap_or_default()
    }

    /// Goes on with what [`Presence::memory`] gave; returns whether those were the bytes of pictures
    /// divided alike. If not, nothing changes.
    pub fn recall(&mut self, memory: &[u8]) -> bool {
        let Some(state) = &mut self.state else { return memory.is_empty() };
        let mut read = State::new(state.blocks);
        let is_read = tape::read(memory, &mut read);
        if is_read {
            *state = read;
        }
        is_read
    }

    /// Takes a frame with its observed motion, and the network's matte of it on the grid.
    pub(crate) fn observe(&mut self, motion: &Motion, matte: &[f32], time: Timestamp) {
        if let Some(state) = &mut self.state {
            state.observe(motion, matte, time);
        }
    }

    /// The matte with only persons.
    pub(crate) fn gate(&self, matte: &[f32], out: &mut [f32]) {
        match &self.state {
            Some(state) => state.gate(matte, out),
            None => out.copy_from_slice(matte),
        }
    }
}

impl State {
    fn new(blocks: Blocks) -> Self {
        let cells = blocks.cells.0 * blocks.cells.1;
        let flags = || vec![false; blocks.count()];
        Self {
            blocks,
            memory: Memory::new(blocks),
            regions: Regions::new(blocks),
            sums: vec![0; cells],
            now: vec![0.0; cells],
            frames: 0,
            last: vec![0; blocks.grid.0 * blocks.grid.1],
            most: vec![0.0; blocks.grid.0],
            maybe: flags(),
            sure: flags(),
            person: flags(),
            next: flags(),
            keep: vec![true; blocks.count()],
            time: None,
            since_look: 0.0,
            grace: GRACE,
            is_started: false,
        }
    }

    fn reset(&mut self) {
        self.time = None;
        self.person.fill(false);
    }

    fn observe(&mut self, motion: &Motion, matte: &[f32], time: Timestamp) {
        let luma = motion.luma();
        mark(self.blocks, matte, &mut self.most, &mut self.maybe, &mut self.sure);
        let Some(before) = self.time else {
            return self.start(luma, time);
        };
        if self.last == luma {
            return self.follow(motion, false);
        }
        self.last.copy_from_slice(luma);
        self.time = Some(time);
        let seconds = time.since(before).as_secs_f32().clamp(0.0, LONGEST_GAP);
        self.since_look += seconds;
        if motion.is_cut() {
            self.cut(luma);
        }
        self.add(luma);
        if self.since_look >= LOOK_EVERY {
            self.look(motion);
        } else {
            self.follow(motion, false);
        }
    }

    /// The first frame.
    fn start(&mut self, luma: &[u16], time: Timestamp) {
        self.last.copy_from_slice(luma);
        self.time = Some(time);
        self.take_alone(luma);
        self.memory.start(&self.now);
        (self.since_look, self.grace, self.is_started) = (0.0, GRACE, false);
        self.person.fill(false);
        self.keep.fill(true);
    }

    /// Most of the picture is different. Unless that comes from light, the memory is of another
    /// room; whoever was there before gets the first half second again.
    fn cut(&mut self, luma: &[u16]) {
        self.take_alone(luma);
        if self.memory.is_other_picture(&self.now) {
            self.memory.start(&self.now);
            let was_somebody = self.grace > 0.0 || self.person.contains(&true);
            (self.since_look, self.is_started) = (0.0, false);
            self.grace = if was_somebody { GRACE } else { 0.0 };
            self.person.fill(false);
        }
    }

    /// Takes a frame without the earlier ones.
    fn take_alone(&mut self, luma: &[u16]) {
        self.sums.fill(0);
        self.frames = 0;
        self.add(luma);
        self.average();
    }

    /// Adds a frame to the sums.
    fn add(&mut self, luma: &[u16]) {
        let (columns, across) = (self.blocks.grid.0, self.blocks.cells.0);
        let rows = luma.chunks_exact(FINE * columns);
        for (sums, rows) in self.sums.chunks_exact_mut(across).zip(rows) {
            let (upper, lower) = rows.split_at(columns);
            let pairs = upper.as_chunks::<FINE>().0.iter().zip(lower.as_chunks::<FINE>().0);
            for (sum, ([a, b], [c, d])) in sums.iter_mut().zip(pairs) {
                *sum += u32::from(*a) + u32::from(*b) + u32::from(*c) + u32::from(*d);
            }
        }
        self.frames += 1;
    }

    /// The mean of the frames since the last look, in code values.
    fn average(&mut self) {
        const CELLS: f32 = (FINE * FINE) as f32;
        let factor = 1.0 / (CELLS * f32::from(LUMA_ONE) * self.frames.max(1) as f32);
        for (now, sum) in self.now.iter_mut().zip(&mut self.sums) {
            *now = *sum as f32 * factor;
            *sum = 0;
        }
        self.frames = 0;
    }

    /// Looks at what has moved.
    fn look(&mut self, motion: &Motion) {
        let seconds = std::mem::take(&mut self.since_look);
        self.average();
        self.memory.look(&self.now, &self.maybe, seconds);
        self.follow(motion, true);
        self.memory.remember(&self.now, &self.maybe, &self.person, seconds);
        self.grace = (self.grace - seconds).max(0.0);
        if !self.is_started && self.grace <= 0.0 {
            self.is_started = true;
            self.memory.anchor(&self.now);
            self.keep_persons();
        }
    }

    /// Finds the persons among the network's regions: the earlier ones and, after a look, those who
    /// moved.
    fn follow(&mut self, motion: &Motion, looked: bool) {
        let (blocks, least) = (self.blocks, motion.least_of_moved());
        let (moved, _) = motion.present();
        let is_quiet = |at: u32| blocks.all(at as usize, moved, |&v| v <= least);
        self.next.fill(false);
        let all = self.person.iter().filter(|&&person| person).count();
        let (memory, person, next) = (&self.memory, &self.person, &mut self.next);
        let sure = &self.sure;
        let is_clear = |region: &[u32]| {
            let count = region.iter().filter(|&&at| sure[at as usize]).count();
            count as f32 >= SURE_SHARE * region.len() as f32
        };
        self.regions.each(blocks, &self.maybe, |regions, region| {
            let same = region.iter().filter(|&&at| person[at as usize]).count();
            let least = SAME * all.min(region.len()) as f32;
            let is_known = same > 0 && same as f32 >= least;
            if is_known || (looked && is_clear(region) && memory.has_moved(region)) {
                let owner = |at: u32| match memory.seen[at as usize].owner {
                    Owner::Room if !is_quiet(at) => Owner::Person,
                    owner => owner,
                };
                regions.divide(blocks, region, owner, |at| next[at as usize] = true);
            }
        });
        std::mem::swap(&mut self.person, &mut self.next);
        self.keep_persons();
    }

    /// Keeps persons and their surroundings.
    fn keep_persons(&mut self) {
        if self.grace > 0.0 {
            return self.keep.fill(true);
        }
        self.keep.fill(false);
        for at in (0..self.person.len()).filter(|&at| self.person[at]) {
            self.blocks.around(at).for_each(|at| self.keep[at] = true);
        }
    }

    fn gate(&self, matte: &[f32], out: &mut [f32]) {
        let (columns, across) = (self.blocks.grid.0, self.blocks.size.0);
        for (row, keep) in self.keep.chunks_exact(across).enumerate() {
            for y in self.blocks.rows(row) {
                let line = y * columns..(y + 1) * columns;
                let (from, to) = (&matte[line.clone()], &mut out[line]);
                let mut column = 0;
                for run in keep.chunk_by(|a, b| a == b) {
                    let last = column + run.len() - 1;
                    let cells = self.blocks.columns(column).start..self.blocks.columns(last).end;
                    match run[0] {
                        true => to[cells.clone()].copy_from_slice(&from[cells]),
                        false => to[cells].fill(0.0),
                    }
                    column += run.len();
                }
            }
        }
    }
}

/// Marks the blocks in which the network sees persons, and those in which it is sure. `most` has
/// room for a row.
fn mark(blocks: Blocks, matte: &[f32], most: &mut [f32], maybe: &mut [bool], sure: &mut [bool]) {
    let (columns, across) = (blocks.grid.0, blocks.size.0);
    let flags = maybe.chunks_exact_mut(across).zip(sure.chunks_exact_mut(across));
    for (row, (maybe, sure)) in flags.enumerate() {
        most.fill(0.0);
        let rows = blocks.rows(row);
        for line in matte[rows.start * columns..rows.end * columns].chunks_exact(columns) {
            most.iter_mut()
                .zip(line)
                .for_each(|(most, &v)| *most = if v > *most { v } else { *most });
        }
        for (column, (maybe, sure)) in maybe.iter_mut().zip(sure.iter_mut()).enumerate() {
            let cells = &most[blocks.columns(column)];
            let most = cells.iter().fold(0.0, |most, &v| if v > most { v } else { most });
            (*maybe, *sure) = (most > MAYBE, most > SURE);
        }
    }
}

#[cfg(test)]
mod tests;
