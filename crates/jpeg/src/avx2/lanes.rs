//! Reads symbols from several places of the coded data at once.
//!
//! A step takes an entry of a table, which says what to write and how far to go on: it has no branch but the one
//! for what no entry can say. A single lane waits for each look-up; several fill one another's gaps.
//!
//! All pointers are made in this file, from slices whose lengths are checked where a run begins. A lane
//! stops before what it could read or write in a batch of [`STEPS`] leaves them.

use super::Avx2;
use crate::machine::{
    BITS, COUNT_AT, ENDS, LINES, Line, MOST_ALONE, MOST_RECORDS, MOST_TAKEN, Machine, PLACES_AT,
    TAKEN_AT,
};
use crate::mark::MARK;
use crate::unstuff::PADDING;
use std::hint::select_unpredictable;

/// Steps between loads: 7 bits of the first byte and those of four steps fit into 63.
const STEPS: usize = 4;
const _: () = assert!(7 + STEPS * MOST_TAKEN < 64);
/// Most bits that a batch takes, if no entry helps.
pub(crate) const MOST_BITS: usize = STEPS * MOST_ALONE;
/// Most records that a batch writes, and what it writes behind them.
const MOST_WRITTEN: usize = STEPS * MOST_RECORDS + 4;
const _: () = assert!(MOST_BITS / 8 + 8 <= PADDING);

/// Where a block's tables are, which have an entry for each [`BITS`].
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Node {
    /// Of what follows the beginning.
    inside: *const u64,
    /// Of the beginning.
    start: *const u64,
}

/// Bytes of a node, by which lanes count blocks: the same as the bit that says that a block ends.
const NODE: usize = size_of::<Node>();
const _: () = assert!(NODE == ENDS as usize);
/// Nodes of a turn: of one unit, or of several small ones, so that a batch can't go round twice.
const MOST_NODES: usize = 10;
/// A turn, and as many blocks as a batch can end, and the one behind.
const NODES: usize = MOST_NODES + STEPS + 1;

/// What lanes read.
pub(crate) struct Context<'a> {
    machine: &'a Machine,
    /// Coded data without markers, and [`PADDING`] bytes.
    data: &'a [u8],
    nodes: [Node; NODES],
    /// Blocks of a unit.
    unit: usize,
    /// Units of a turn.
    units: usize,
}

/// A place at which symbols are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane {
    /// The bit that comes next.
    pub at: usize,
    /// Where its first record is.
    pub from: usize,
    /// Where the next record goes.
    pub out: usize,
    /// Whole turns.
    turns: usize,
    /// Blocks of this turn.
    block: usize,
    /// The last place of the block, or none at its beginning.
    place: Option<usize>,
    /// Whether there is something that isn't code.
    pub is_lost: bool,
    /// From here on, the run ends: a bit, a record, and a turn.
    stop: (usize, usize, usize),
}

impl Lane {
    /// A lane that begins with a unit.
    pub const fn new(at: usize, out: usize) -> Self {
        let stop = (0, 0, 0);
        Self { at, from: out, out, turns: 0, block: 0, place: None, is_lost: false, stop }
    }

    /// Ends runs before a bit, a record, and a number of units.
    pub fn stop_before(&mut self, context: &Context<'_>, bit: usize, out: usize, units: usize) {
        self.stop = (
            bit.saturating_sub(MOST_BITS),
            out.saturating_sub(MOST_WRITTEN),
            // The turn that is begun, and the one that a batch may begin.
            (units / context.units).saturating_sub(2),
        );
    }

    /// Whether a run would end at once.
    pub const fn is_done(&self) -> bool {
        let (bit, out, turns) = self.stop;
        self.is_lost || self.at >= bit || self.out >= out || self.turns >= turns
    }

    /// The number of units, if one begins here.
    pub fn units(&self, context: &Context<'_>) -> Option<usize> {
        (self.place.is_none() && self.block.is_multiple_of(context.unit))
            .then(|| self.turns * context.units + self.block / context.unit)
    }
}

impl<'a> Context<'a> {
    /// What lanes read. `data` has [`PADDING`] bytes that don't count.
    pub fn new(machine: &'a Machine, data: &'a [u8]) -> Self {
        let unit = machine.blocks();
        let units = (MOST_NODES / unit).max(1);
        assert!(unit > 0 && unit <= MOST_NODES && unit * units >= STEPS);
        let table = |block: usize, part: usize| {
            const { assert!(size_of::<[Line; LINES]>() == 8 << BITS) };
            std::ptr::from_ref(machine.table(block % unit, part)).cast()
        };
        let nodes =
            std::array::from_fn(|block| Node { inside: table(block, 1), start: table(block, 0) });
        Self { machine, data, nodes, unit, units }
    }

    /// Runs lanes until one of them must stop or is lost.
    pub fn run<const LANES: usize>(&self, _: Avx2, records: &mut [u16], lanes: &mut [Lane; LANES]) {
        let bits = 8 * (self.data.len() - PADDING);
        for lane in &mut *lanes {
            lane.stop.0 = lane.stop.0.min(bits);
            lane.stop.1 = lane.stop.1.min(records.len().saturating_sub(MOST_WRITTEN));
            assert!(lane.block < self.unit * self.units, "the lane is one of this context");
        }
        // SAFETY: the processor has the instructions, as `Avx2` says. No lane reads or writes where it must not, as
        // it stops before.
        unsafe { self.run_unchecked(records.as_mut_ptr(), lanes) }
    }

    /// # Safety
    /// The lanes stop before the data's end without the padding, and [`MOST_WRITTEN`] before the records' end.
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    unsafe fn run_unchecked<const LANES: usize>(
        &self,
        records: *mut u16,
        lanes: &mut [Lane; LANES],
    ) {
        // SAFETY: lanes write behind their first record, and stop before the last ones.
        let mut running = lanes.each_ref().map(|lane| unsafe { self.running(lane, records) });
        let stops = lanes.each_ref().map(|lane| {
            let (bit, out, turns) = lane.stop;
            (bit, records.wrapping_add(out), turns)
        });
        let turn = self.unit * self.units;
        loop {
            let mut stop = false;
            for (lane, (bit, out, turns)) in running.iter().zip(&stops) {
                stop |=
                    (lane.at >= *bit) | (lane.out.cast_const() >= *out) | (lane.turns >= *turns);
            }
            if stop {
                break;
            }
            for _ in 0..STEPS {
                for lane in &mut running {
                    // SAFETY: since the loop's beginning, a lane took `MOST_BITS` at most, wrote
                    // `MOST_WRITTEN` at most, and ended `STEPS` blocks at most.
                    unsafe { self.step(lane) };
                }
            }
            for lane in &mut running {
                lane.go_on();
                let is_round = lane.node >= &raw const self.nodes[turn];
                lane.node = lane.node.wrapping_sub(select_unpredictable(is_round, turn, 0));
                lane.turns += usize::from(is_round);
                // SAFETY: the lane is less than `MOST_BITS` behind where it had to stop.
                lane.bits = unsafe { self.load(lane.at) };
            }
        }
        for (lane, running) in lanes.iter_mut().zip(&running) {
            *lane = self.rest(lane, running, records);
        }
    }

    /// # Safety
    /// There are as many records as the lane wrote.
    unsafe fn running(&self, lane: &Lane, records: *mut u16) -> Running {
        let node = &self.nodes[lane.block];
        Running {
            bits: self.load_checked(lane.at),
            table: if lane.place.is_some() { node.inside } else { node.start },
            places: places(lane.place.unwrap_or(0)),
            node,
            // SAFETY: as the caller promises.
            out: unsafe { records.add(lane.out) },
            at: if lane.is_lost { LOST } else { lane.at },
            turns: lane.turns,
        }
    }

    fn rest(&self, lane: &Lane, running: &Running, records: *mut u16) -> Lane {
        let block = self.block(running);
        let is_start = running.table == self.nodes[block].start;
        Lane {
            at: running.at,
            from: lane.from,
            out: (running.out.addr() - records.addr()) / size_of::<u16>(),
            turns: running.turns,
            block,
            place: (!is_start).then(|| running.place()),
            is_lost: running.at >= LOST,
            stop: lane.stop,
        }
    }

    /// The block of a lane.
    fn block(&self, lane: &Running) -> usize {
        (lane.node.addr() - self.nodes.as_ptr().addr()) / NODE
    }

    /// The bits from one on, at the top: 56 at least. A one stands behind the last.
    fn load_checked(&self, at: usize) -> u64 {
        let bytes = self.data.get(at / 8..at / 8 + 8).and_then(|bytes| bytes.try_into().ok());
        (bytes.map_or(0, u64::from_be_bytes) | 1) << (at % 8)
    }

    /// # Safety
    /// The bit lies 8 bytes or more before the data's end, padding included, or it is [`LOST`].
    #[inline(always)]
    unsafe fn load(&self, at: usize) -> u64 {
        let byte = (at >> 3) & !(LOST >> 3);
        // SAFETY: as the caller promises; of a lane that is lost, the first bytes are read.
        let bytes = unsafe { self.data.as_ptr().add(byte).cast::<u64>().read_unaligned() };
        (u64::from_be(bytes) | 1) << (at & 7)
    }

    /// # Safety
    /// There is room for four records; the lane has bits for an entry; and less than [`STEPS`] blocks ended since it was in
    /// its turn.
    #[inline(always)]
    unsafe fn step(&self, lane: &mut Running) {
        // SAFETY: the table has an entry for each number of so many bits.
        let entry = unsafe { lane.table.add((lane.bits >> (64 - BITS)) as usize).read() };
        let (places, is_beyond) = lane.places.overflowing_add(entry >> PLACES_AT);
        if is_beyond {
            // SAFETY: as the caller promises.
            *lane = unsafe { self.alone(*lane, entry) };
            return;
        }
        // Both are loaded before it is known which one counts: a load that waits for that would take as long as
        // all the rest. This is what volatile says here.
        // SAFETY: the block and the one behind it are nodes, as few blocks ended in this batch.
        let (inside, start) = unsafe {
            (
                (&raw const (*lane.node).inside).read_volatile(),
                (&raw const (*lane.node.add(1)).start).read_volatile(),
            )
        };
        // SAFETY: there is room for four records.
        unsafe { lane.out.cast::<u64>().write_unaligned(entry) };
        // SAFETY: as above.
        lane.out = unsafe { lane.out.add((entry >> COUNT_AT) as usize & 3) };
        let rest = entry >> TAKEN_AT;
        lane.bits <<= rest & 63;
        let ends = rest & ENDS != 0;
        lane.table = select_unpredictable(ends, start, inside);
        lane.places = select_unpredictable(ends, self::places(0), places);
        // SAFETY: as above.
        lane.node = unsafe { lane.node.byte_add((rest & ENDS) as usize) };
    }

    /// Reads a symbol by itself.
    ///
    /// # Safety
    /// There is room for [`MOST_RECORDS`].
    #[cold]
    #[inline(never)]
    unsafe fn alone(&self, mut lane: Running, entry: u64) -> Running {
        let block = self.block(&lane);
        let node = self.nodes[block];
        let place = (lane.table == node.inside).then(|| lane.place());
        lane.go_on();
        let Some(symbol) = self.machine.symbol(block, place, self.load_checked(lane.at), entry)
        else {
            // It goes nowhere until the batch is over, and then stops.
            (lane.at, lane.bits) = (LOST, 1);
            return lane;
        };
        let (mut left, mut high) = (symbol.value, symbol.high);
        for _ in 0..symbol.records() {
            let part = left.clamp(-127, 127);
            // SAFETY: as the caller promises.
            lane.out = unsafe {
                lane.out.write(high | u16::from(part as i8 as u8));
                lane.out.add(1)
            };
            (left, high) = (left - part, 0);
        }
        lane.at += symbol.taken;
        lane.bits = self.load_checked(lane.at);
        lane.table = if symbol.ends { self.nodes[block + 1].start } else { node.inside };
        lane.places = places(if symbol.ends { 0 } else { symbol.place });
        lane.node = &raw const self.nodes[block + usize::from(symbol.ends)];
        lane
    }

    /// Goes on to where the next unit begins, or to `end`, by one entry or symbol at least. Returns whether it could.
    pub fn advance(&self, records: &mut [u16], lane: &mut Lane, end: usize) -> bool {
        let turn = self.unit * self.units;
        let most = records.len().saturating_sub(MOST_WRITTEN);
        let is_inside = |out: usize, at: usize| out < most && at / 8 + 8 <= self.data.len();
        if !is_inside(lane.out, lane.at) || lane.block >= turn || lane.is_lost {
            lane.is_lost = true;
            return false;
        }
        let first = records.as_mut_ptr();
        // SAFETY: there are as many records as the lane wrote.
        let mut running = unsafe { self.running(lane, first) };
        loop {
            // SAFETY: there is room, the bits were just loaded, and the lane is in its turn.
            unsafe { self.step(&mut running) };
            running.go_on();
            let mut block = self.block(&running);
            if block >= turn {
                (running.node, running.turns) =
                    (running.node.wrapping_sub(turn), running.turns + 1);
                block -= turn;
            }
            let is_start = running.table == self.nodes[block].start;
            if is_start && block.is_multiple_of(self.unit) || running.at >= end {
                break;
            }
            if !is_inside((running.out.addr() - first.addr()) / size_of::<u16>(), running.at) {
                running.at = LOST;
                break;
            }
            running.bits = self.load_checked(running.at);
        }
        *lane = self.rest(lane, &running, first);
        !lane.is_lost
    }
}

/// The bit at which lanes are that met something that isn't code: beyond all data.
const LOST: usize = 1 << 62;

/// A place of a block so far below the end of numbers that it overflows where it is beyond the block.
const fn places(place: usize) -> u64 {
    (place as u64).wrapping_sub(63)
}

/// A lane while it runs.
#[derive(Clone, Copy)]
struct Running {
    /// The next bits, at the top, and a one behind the last: so many zeroes are below it as bits were taken since the byte
    /// in which `at` is began.
    bits: u64,
    /// The table by which they are looked up, as a node has it.
    table: *const u64,
    /// The last place of the block, see [`places`].
    places: u64,
    node: *const Node,
    out: *mut u16,
    at: usize,
    turns: usize,
}

impl Running {
    /// The last place of the block.
    const fn place(&self) -> usize {
        self.places.wrapping_add(63) as usize
    }

    /// Brings `at` to the next bit. The bits must be loaded anew.
    #[inline(always)]
    fn go_on(&mut self) {
        self.at = (self.at & !7) + self.bits.trailing_zeros() as usize;
    }
}

/// Ends what a lane wrote, so that the last block has an end.
pub(crate) fn close(records: &mut [u16], lane: &mut Lane) {
    if let Some(record) = records.get_mut(lane.out) {
        *record = MARK;
        lane.out += 1;
    } else {
        lane.is_lost = true;
    }
}
