//! The quick way from coded data to records.
//!
//! Without restart markers nobody knows where in the data a unit begins, but a JPEG reader that starts anywhere soon
//! falls into step. So one lane starts at the beginning, and others at a third and at two thirds, as if a unit began
//! there; these note where they believe that units begin. A lane goes on until a unit of its own begins where the
//! next lane noted one: from there on, both would read the same. What the next lane guessed before is
//! forgotten. If the two never meet, the lane goes on alone: what is read never rests on a guess.
//!
//! With restart markers each part between two is read by itself, by the lane that is free.
//!
//! Whatever looks wrong ends the quick way, and the picture is read again by [`walk`](crate::walk).

#![forbid(unsafe_code)]

use crate::avx2::Avx2;
use crate::avx2::lanes::{Context, Lane, close};
use crate::header::Header;
use crate::machine::Machine;
use crate::records::Coded;
use crate::unstuff::Plain;
use std::ops::Range;

/// With less data for each lane, one lane reads it all.
const LEAST_BITS: usize = 20_000;
/// For so many bits lanes note where they believe that units begin. JPEG falls into step within a few hundred bits, seldom
/// more than four thousand.
const NOTED_BITS: usize = 5000;
/// Records for each bit of the data, in their kind of memory: pictures have one for three bits or more.
const BITS_A_RECORD: usize = 2;
/// More room for records, for small pictures.
const MORE_RECORDS: usize = 4096;

/// Where a lane believes that a unit begins.
#[derive(Clone, Copy, Debug)]
struct Note {
    bit: usize,
    record: usize,
    units: usize,
}

/// Memory for reading.
#[derive(Debug, Default)]
pub(crate) struct Notes([Vec<Note>; 2]);

/// Reads the coded data into records. Returns whether all is as it must be.
pub(crate) fn read(
    avx2: Avx2,
    machine: &Machine,
    header: &Header,
    plain: &Plain,
    notes: &mut Notes,
    coded: &mut Coded,
) -> bool {
    let (across, down) = header.units();
    let total = across * down;
    let interval = if header.interval == 0 { total } else { header.interval };
    if !plain.in_order || plain.starts.len() != total.div_ceil(interval) {
        return false;
    }
    let context = Context::new(machine, &plain.bytes);
    let bits = 8 * plain.length();
    let room = bits / BITS_A_RECORD + MORE_RECORDS;
    coded.clear();
    coded.make_room(3 * room);
    let mut reader = Reader { avx2, context, total, bits, room, coded };
    if plain.starts.len() > 1 { reader.parts(plain, interval) } else { reader.whole(notes) }
}

struct Reader<'a> {
    avx2: Avx2,
    context: Context<'a>,
    /// Units of the picture.
    total: usize,
    bits: usize,
    /// Records for each lane.
    room: usize,
    coded: &'a mut Coded,
}

impl Reader<'_> {
    /// Where a lane's records lie.
    fn region(&self, lane: usize) -> Range<usize> {
        lane * self.room..(lane + 1) * self.room
    }

    /// Reads data without restart markers.
    fn whole(&mut self, notes: &mut Notes) -> bool {
        let starts = match self.bits / 3 {
            each if each >= LEAST_BITS => [0, each, 2 * each],
            _ => [0; 3],
        };
        let mut lanes = [0, 1, 2].map(|index| Lane::new(starts[index], self.region(index).start));
        if starts[1] > 0 {
            for (lane, notes) in lanes[1..].iter_mut().zip(&mut notes.0) {
                self.guess(lane, notes);
            }
        } else {
            lanes[1..].iter_mut().for_each(|lane| lane.is_lost = true);
        }
        let ends = [starts[1], starts[2], self.bits];
        for (index, lane) in lanes.iter_mut().enumerate() {
            let end = if ends[index] == 0 { self.bits } else { ends[index] };
            lane.stop_before(&self.context, end, self.region(index).end, self.total);
        }
        while self.run(&mut lanes) > 0 {}
        self.join(lanes, notes)
    }

    /// Runs the lanes that aren't done until one more is. Returns how many ran.
    fn run(&mut self, lanes: &mut [Lane; 3]) -> usize {
        let records = &mut self.coded.records;
        let (mut places, mut count) = ([0; 3], 0);
        for (place, lane) in lanes.iter().enumerate() {
            if !lane.is_done() {
                places[count] = place;
                count += 1;
            }
        }
        match count {
            3 => self.context.run(self.avx2, records, lanes),
            2 => {
                let mut two = [lanes[places[0]], lanes[places[1]]];
                self.context.run(self.avx2, records, &mut two);
                [lanes[places[0]], lanes[places[1]]] = two;
            }
            1 => {
                let mut one = [lanes[places[0]]];
                self.context.run(self.avx2, records, &mut one);
                [lanes[places[0]]] = one;
            }
            _ => {}
        }
        count
    }

    /// Starts a lane where no unit need begin, and notes where it believes that some do.
    fn guess(&mut self, lane: &mut Lane, notes: &mut Vec<Note>) {
        notes.clear();
        let (mut start, first) = (lane.at, lane.out);
        let end = start + NOTED_BITS;
        while lane.at < end {
            if let Some(units) = lane.units(&self.context) {
                notes.push(Note { bit: lane.at, record: lane.out, units });
            }
            if !self.context.advance(&mut self.coded.records, lane, end) {
                // That was no code: once more, from the next bit on.
                notes.clear();
                start += 1;
                *lane = Lane::new(start, first);
            }
        }
    }

    /// Puts together what the lanes read.
    fn join(&mut self, lanes: [Lane; 3], notes: &Notes) -> bool {
        let [mut lane, others @ ..] = lanes;
        let (mut units, mut region, mut from) = (0, 0, (0, lane.from));
        for (index, (other, notes)) in (1..).zip(others.iter().zip(&notes.0)) {
            if other.is_lost {
                continue;
            }
            if lane.is_lost {
                return false;
            }
            self.go_on(&mut lane, region, notes.first().map_or(0, |note| note.bit));
            let Some((own, note)) = self.meet(&mut lane, notes) else { continue };
            units += own - from.0;
            if !self.close(&mut lane, from.1) {
                return false;
            }
            (lane, region, from) = (*other, index, (note.units, note.record));
        }
        self.go_on(&mut lane, region, self.bits);
        let end = self.total - units.min(self.total) + from.0;
        self.finish(&mut lane, end, self.bits) && self.close(&mut lane, from.1)
    }

    /// Lets a lane run alone.
    fn go_on(&mut self, lane: &mut Lane, region: usize, end: usize) {
        lane.stop_before(&self.context, end, self.region(region).end, self.total);
        let mut one = [*lane];
        self.context.run(self.avx2, &mut self.coded.records, &mut one);
        [*lane] = one;
    }

    /// Goes on until a unit begins where one was noted: the lane's units until there, and the note.
    fn meet(&mut self, lane: &mut Lane, notes: &[Note]) -> Option<(usize, Note)> {
        let mut notes = notes.iter().peekable();
        loop {
            if let Some(units) = lane.units(&self.context) {
                while notes.next_if(|note| note.bit < lane.at).is_some() {}
                let note = **notes.peek()?;
                if note.bit == lane.at {
                    return Some((units, note));
                }
            }
            if !self.context.advance(&mut self.coded.records, lane, usize::MAX) {
                return None;
            }
        }
    }

    /// Goes on until a lane has so many units. Returns whether these end where the data ends.
    fn finish(&mut self, lane: &mut Lane, units: usize, end: usize) -> bool {
        loop {
            match lane.units(&self.context) {
                Some(own) if own >= units => {
                    return own == units && lane.at <= end && end - lane.at < 8;
                }
                _ if lane.at > end => return false,
                _ if !self.context.advance(&mut self.coded.records, lane, end + 1) => return false,
                _ => {}
            }
        }
    }

    /// Ends what a lane read, from a record on, and puts it behind what is there.
    fn close(&mut self, lane: &mut Lane, from: usize) -> bool {
        self.coded.parts.push(from..lane.out);
        close(&mut self.coded.records, lane);
        !lane.is_lost
    }

    /// Reads data with restart markers.
    fn parts(&mut self, plain: &Plain, interval: usize) -> bool {
        let count = plain.starts.len();
        self.coded.parts.resize(count, 0..0);
        let mut lanes = [0, 1, 2].map(|region| Lane::new(0, self.region(region).start));
        // The part that each lane reads, and the next one that none reads.
        let (mut own, mut next) = ([count; 3], 0);
        loop {
            for (region, lane) in lanes.iter_mut().enumerate() {
                while lane.is_done() {
                    if own[region] < count && !self.finish_part(own[region], interval, plain, lane)
                    {
                        return false;
                    }
                    own[region] = next.min(count);
                    if next == count {
                        break;
                    }
                    let (start, end) = plain.part(next);
                    *lane = Lane::new(start, lane.out);
                    let units = self.units_of(next, interval);
                    lane.stop_before(&self.context, end, self.region(region).end, units);
                    next += 1;
                }
            }
            if self.run(&mut lanes) == 0 {
                return true;
            }
        }
    }

    /// Units of a part.
    fn units_of(&self, part: usize, interval: usize) -> usize {
        interval.min(self.total - part * interval)
    }

    /// Reads a part to its end.
    fn finish_part(
        &mut self,
        part: usize,
        interval: usize,
        plain: &Plain,
        lane: &mut Lane,
    ) -> bool {
        let (units, end) = (self.units_of(part, interval), plain.part(part).1);
        if lane.is_lost || !self.finish(lane, units, end) {
            return false;
        }
        self.coded.parts[part] = lane.from..lane.out;
        close(&mut self.coded.records, lane);
        !lane.is_lost
    }
}
