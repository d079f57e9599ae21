//! The memory of a room as bytes, so that another process goes on with it.

use super::State;
use super::memory::Owner;
use backlot_media::Timestamp;

/// Bytes that a state's values are written to, or read from: one order for both.
struct Tape<'a> {
    written: Vec<u8>,
    /// What is left to read; `None` to write.
    left: Option<&'a [u8]>,
    is_sound: bool,
}

/// Writes what a state remembers.
pub(super) fn written(state: &mut State) -> Vec<u8> {
    let mut tape = Tape { written: Vec::new(), left: None, is_sound: true };
    tape.state(state);
    tape.written
}

/// Reads it into a new state of the same division; returns whether the bytes are those of one.
pub(super) fn read(bytes: &[u8], state: &mut State) -> bool {
    let mut tape = Tape { written: Vec::new(), left: Some(bytes), is_sound: true };
    tape.state(state);
    tape.is_sound && tape.left.is_some_and(<[u8]>::is_empty)
}

impl Tape<'_> {
    fn pass<const N: usize>(&mut self, value: [u8; N]) -> [u8; N] {
        match &mut self.left {
            None => self.written.extend(value),
            Some(left) => match left.split_first_chunk() {
                Some((read, rest)) => {
                    *left = rest;
                    return *read;
                }
                None => self.is_sound = false,
            },
        }
        value
    }

    fn number(&mut self, value: &mut f32) {
        let passed = f32::from_le_bytes(self.pass(value.to_le_bytes()));
        self.is_sound &= passed.is_finite();
        *value = passed;
    }

    fn numbers(&mut self, values: &mut [f32]) {
        values.iter_mut().for_each(|value| self.number(value));
    }

    fn flag(&mut self, value: &mut bool) {
        *value = self.pass([u8::from(*value)]) != [0];
    }

    fn flags(&mut self, values: &mut [bool]) {
        values.iter_mut().for_each(|value| self.flag(value));
    }

    fn count(&mut self, value: &mut u32) {
        *value = u32::from_le_bytes(self.pass(value.to_le_bytes()));
    }

    fn same(&mut self, value: usize) {
        let mut passed = value as u32;
        self.count(&mut passed);
        self.is_sound &= passed == value as u32;
    }

    fn state(&mut self, state: &mut State) {
        let (columns, rows) = state.blocks.grid;
        self.same(columns);
        self.same(rows);
        let mut time = state.time.map_or(u64::MAX, |time| time.nanos());
        time = u64::from_le_bytes(self.pass(time.to_le_bytes()));
        state.time = (time != u64::MAX).then(|| Timestamp::from_nanos(time));
        for value in &mut state.last {
            *value = u16::from_le_bytes(self.pass(value.to_le_bytes()));
        }
        state.sums.iter_mut().for_each(|sum| self.count(sum));
        self.count(&mut state.frames);
        self.flags(&mut state.person);
        self.flags(&mut state.keep);
        self.number(&mut state.since_look);
        self.number(&mut state.grace);
        self.flag(&mut state.is_started);
        let memory = &mut state.memory;
        self.numbers(&mut memory.reference);
        let warp = &mut memory.warp;
        for value in [&mut warp.shift.0, &mut warp.shift.1, &mut warp.zoom] {
            self.number(value);
        }
        self.number(&mut memory.age);
        for hot in &mut memory.hot {
            [*hot] = self.pass([*hot]);
        }
        self.flags(&mut memory.known);
        self.numbers(&mut memory.empty);
        self.numbers(&mut memory.still);
        for seen in &mut memory.seen {
            self.flag(&mut seen.moved);
            self.flag(&mut seen.strongly);
            let owner = match seen.owner {
                Owner::Person => 0,
                Owner::Room => 1,
                Owner::Unsure => 2,
            };
            seen.owner = match self.pass([owner]) {
                [0] => Owner::Person,
                [1] => Owner::Room,
                _ => Owner::Unsure,
            };
        }
    }
}
