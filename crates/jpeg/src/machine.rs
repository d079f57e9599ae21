//! Tables by which several symbols are read at once.
//!
//! An entry of a table says what the next bits mean: up to three records, how many bits they are, how many places they
//! go on in the block, and whether the block ends. There are two tables for each kind of blocks: one for its
//! beginning, whose first symbol is the mean's, and one for what follows. What no entry can say (long codes,
//! large values, no code at all) is read by itself.

#![forbid(unsafe_code)]

use crate::header::{Component, Header};
use crate::huffman::{Spec, Table};
use crate::mark::{MARK, MOST_BITS};
use crate::walk::Tables;

/// Bits by which the tables are looked up.
pub(crate) const BITS: u32 = 12;
/// Most bits that an entry takes.
pub(crate) const MOST_TAKEN: usize = BITS as usize;
/// Most bits that a symbol that is read by itself takes: code and value.
pub(crate) const MOST_ALONE: usize = 16 + 11;
/// Most records of such a symbol.
pub(crate) const MOST_RECORDS: usize = 17;
/// Most places of a block that an entry goes on.
const MOST_PLACES: u64 = 62;

/// An entry: three records of 16 bits; 6 bits for how many bits they are; a bit, [`ENDS`], that says whether the block
/// ends; an unused bit; 2 bits for the number of records; and 6 bits for the places that they go on.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    records: [u16; 3],
    count: u64,
    taken: u64,
    places: u64,
    ends: bool,
    /// What is known of a symbol that is read by itself.
    alone: u64,
}

/// An entry that doesn't go on: more places than a block can have. It says what is known of the symbol: in the low
/// bits what its first record has in the high byte, from [`SIZE_AT`] on the bits of its value, and from
/// [`LENGTH_AT`] on those of its code, or 0 if that is too long.
const ALONE: u64 = 63 << PLACES_AT;
const SIZE_AT: u32 = 16;
const LENGTH_AT: u32 = 24;

/// Where in an entry its bits begin; where the records' number; where the places.
pub(crate) const TAKEN_AT: u32 = 48;
pub(crate) const COUNT_AT: u32 = 56;
pub(crate) const PLACES_AT: u32 = 58;
/// In an entry from [`TAKEN_AT`] on: the block ends.
pub(crate) const ENDS: u64 = 64;

impl Entry {
    fn coded(self) -> u64 {
        if self.taken == 0 {
            return ALONE | self.alone;
        }
        let records = (0..).zip(self.records).map(|(at, record)| u64::from(record) << (16 * at));
        let flags = if self.ends { ENDS } else { 0 };
        records.sum::<u64>()
            | (self.taken | flags) << TAKEN_AT
            | self.count << COUNT_AT
            | self.places << PLACES_AT
    }

    /// Adds a record if there is room for it.
    fn add(&mut self, high: u64, value: i32, bits: u64) -> Option<()> {
        let places = if high < 64 { high } else { 0 };
        if self.count == 3 || self.places + places > MOST_PLACES || value.abs() > 127 {
            return None;
        }
        self.records[self.count as usize] = (high as u16) << 8 | u16::from(value as i8 as u8);
        (self.count, self.places, self.taken) =
            (self.count + 1, self.places + places, self.taken + bits);
        Some(())
    }
}

/// Eight entries, in a line of the processor's cache.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Line(pub [u64; 8]);

/// Lines of a table.
pub(crate) const LINES: usize = (1 << BITS) / 8;

/// A kind of blocks: which tables they have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kind {
    dc: usize,
    ac: usize,
}

/// The tables of a picture.
#[derive(Debug)]
pub(crate) struct Machine {
    lines: Vec<Line>,
    tables: Tables,
    kinds: Vec<Kind>,
    /// The kind of each block of a unit.
    pattern: Vec<usize>,
}

/// What tables depend on: the codes, and which component uses which.
#[derive(Debug)]
pub(crate) struct Key {
    dc: [Option<Spec>; 4],
    ac: [Option<Spec>; 4],
    components: [Component; 4],
    count: usize,
}

impl Key {
    /// That of a header.
    pub fn new(header: &Header) -> Self {
        let (dc, ac) = (header.dc.clone(), header.ac.clone());
        Self { dc, ac, components: header.components, count: header.count }
    }

    /// Whether it is that of a header.
    pub fn is_of(&self, header: &Header) -> bool {
        let same = |(a, b): (&Component, &Component)| {
            (a.across, a.down, a.tables) == (b.across, b.down, b.tables)
        };
        self.count == header.count
            && self.components.iter().zip(&header.components).all(same)
            && self.dc == header.dc
            && self.ac == header.ac
    }
}

/// A symbol that was read by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol {
    /// What the first record has in its high byte.
    pub high: u16,
    pub value: i32,
    /// The bits that it took.
    pub taken: usize,
    /// The last place of the block so far.
    pub place: usize,
    pub ends: bool,
    /// Whether it has a value, which may be 0.
    has_value: bool,
}

impl Symbol {
    /// The end of a block.
    const fn end(taken: u32, place: usize) -> Self {
        Self { high: 0, value: 0, taken: taken as usize, place, ends: true, has_value: false }
    }

    /// How many records it takes.
    pub const fn records(&self) -> usize {
        if !self.has_value {
            return 0;
        }
        let most = self.value.unsigned_abs().div_ceil(127) as usize;
        if most == 0 { 1 } else { most }
    }
}

impl Machine {
    /// The tables for a header; `None` if one is missing.
    pub fn new(header: &Header) -> Option<Self> {
        let tables = Tables::new(header);
        let (mut lines, mut kinds, mut pattern) = (Vec::new(), Vec::new(), Vec::new());
        for component in header.components() {
            let kind = Kind { dc: component.tables.0, ac: component.tables.1 };
            let known = kinds.iter().position(|known| *known == kind);
            let index = known.unwrap_or(kinds.len());
            if known.is_none() {
                let dc = tables.dc.get(kind.dc)?.as_ref()?;
                let ac = tables.ac.get(kind.ac)?.as_ref()?;
                kinds.push(kind);
                push_table(&mut lines, |bits| beginning(bits, dc, ac));
                push_table(&mut lines, |bits| following(Entry::default(), bits, ac));
            }
            let (wide, high) = header.blocks(component);
            pattern.extend(std::iter::repeat_n(index, wide * high));
        }
        Some(Self { lines, tables, kinds, pattern })
    }

    /// The blocks of a unit.
    pub const fn blocks(&self) -> usize {
        self.pattern.len()
    }

    /// The entries of a block's beginning (0) or of what follows (1).
    pub fn table(&self, block: usize, part: usize) -> &[Line; LINES] {
        let (tables, _) = self.lines.as_chunks();
        &tables[2 * self.pattern[block] + part]
    }

    /// Reads one symbol of a block from bits that begin at the top, for which a table had an entry. `None` if there is none.
    #[inline]
    pub fn symbol(
        &self,
        block: usize,
        place: Option<usize>,
        bits: u64,
        entry: u64,
    ) -> Option<Symbol> {
        let length = (entry >> LENGTH_AT) as u32 & 63;
        if entry < ALONE || length == 0 {
            return self.searched(block, place, bits);
        }
        let (high, size) = (entry as u16, (entry >> SIZE_AT) as u32 & 63);
        let value = value(bits << length, size);
        let (taken, step) = ((length + size) as usize, usize::from(high >> 8));
        let Some(place) = place else {
            return Some(Symbol { high, value, taken, place: 0, ends: false, has_value: true });
        };
        let place = place + step;
        let symbol = Symbol { high, value, taken, place, ends: place == 63, has_value: true };
        (place <= 63).then_some(symbol)
    }

    /// Looks for the code in the picture's tables.
    #[inline(never)]
    fn searched(&self, block: usize, place: Option<usize>, bits: u64) -> Option<Symbol> {
        let kind = self.kinds[self.pattern[block % self.pattern.len()]];
        let Some(place) = place else {
            let (length, size) = self.tables.dc[kind.dc].as_ref()?.decode((bits >> 48) as u32)?;
            let size = u32::from(size);
            if size > MOST_BITS.0 {
                return None;
            }
            let value = value(bits << length, size);
            let taken = (length + size) as usize;
            return Some(Symbol {
                high: MARK,
                value,
                taken,
                place: 0,
                ends: false,
                has_value: true,
            });
        };
        let (length, symbol) = self.tables.ac[kind.ac].as_ref()?.decode((bits >> 48) as u32)?;
        let (zeroes, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if size == 0 && zeroes < 15 {
            return Some(Symbol::end(length, place));
        }
        if size == 0 {
            // Sixteen zeroes, which may be more than there is room for.
            if place + 16 >= 63 {
                return Some(Symbol::end(length, place));
            }
            let (taken, place) = (length as usize, place + 16);
            return Some(Symbol {
                high: 16 << 8,
                value: 0,
                taken,
                place,
                ends: false,
                has_value: true,
            });
        }
        let place = place + zeroes + 1;
        if place > 63 || size > MOST_BITS.1 {
            return None;
        }
        let value = value(bits << length, size);
        let (high, taken) = ((zeroes as u16 + 1) << 8, (length + size) as usize);
        Some(Symbol { high, value, taken, place, ends: place == 63, has_value: true })
    }
}

/// A number of `size` bits at the top, whose first bit says whether it is positive.
const fn value(bits: u64, size: u32) -> i32 {
    if size == 0 {
        return 0;
    }
    let number = (bits >> (64 - size)) as i32;
    if bits >> 63 == 0 { number - (1 << size) + 1 } else { number }
}

fn push_table(lines: &mut Vec<Line>, entry: impl Fn(u64) -> Entry) {
    for line in 0..LINES as u64 {
        lines.push(Line(std::array::from_fn(|at| {
            entry((8 * line + at as u64) << (64 - BITS)).coded()
        })));
    }
}

/// The entry of a block's beginning, for bits at the top.
fn beginning(bits: u64, dc: &Table, ac: &Table) -> Entry {
    let mut entry = Entry::default();
    let Some((length, size)) = dc.decode((bits >> 48) as u32) else { return entry };
    let size = u32::from(size);
    if length <= BITS && size <= MOST_BITS.0 {
        entry.alone = alone(MARK, length, size);
    }
    if length + size > BITS || size > 7 {
        return entry;
    }
    let value = value(bits << length, size);
    if entry.add(u64::from(MARK >> 8), value, u64::from(length + size)).is_some() {
        entry = following(entry, bits, ac);
    }
    entry
}

fn alone(high: u16, length: u32, size: u32) -> u64 {
    u64::from(high) | u64::from(size) << SIZE_AT | u64::from(length) << LENGTH_AT
}

/// Adds what follows in a block, as far as it fits.
fn following(mut entry: Entry, bits: u64, ac: &Table) -> Entry {
    loop {
        let left = BITS - entry.taken as u32;
        let bits = bits << entry.taken;
        let Some((length, symbol)) = ac.decode((bits >> 48) as u32) else { return entry };
        let (zeroes, size) = (u64::from(symbol >> 4), u32::from(symbol & 15));
        if entry.taken == 0 && length <= BITS && (1..=MOST_BITS.1).contains(&size) {
            entry.alone = alone((zeroes as u16 + 1) << 8, length, size);
        }
        if length + size > left {
            return entry;
        }
        let taken = u64::from(length + size);
        if size == 0 && zeroes < 15 {
            (entry.taken, entry.ends) = (entry.taken + taken, true);
            return entry;
        }
        if size > 7 || entry.add(zeroes + 1, value(bits << length, size), taken).is_none() {
            return entry;
        }
    }
}
