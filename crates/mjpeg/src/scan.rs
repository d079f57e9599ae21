//! How much of a picture is present.
//!
//! The codec shows something for every missing part and says little about it. This module reads the
//! coded data just enough to know where each block ends, and so how many there are. It costs about
//! half as much as decoding, so it runs only where the codec found a fault.

use crate::find::{Found, segments};
use crate::huffman::{Table, standard_ac, standard_dc};

/// The present parts of a picture, in the smallest units that are encoded as one: 8x8 pixels or a
/// few times that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Width and height of a unit in pixels.
    pub unit: (usize, usize),
    /// Units in a row.
    pub across: usize,
    /// Units in the whole picture.
    pub total: usize,
    /// Present units.
    pub present: usize,
    /// After this unit, none is present.
    pub end: usize,
}

impl Extent {
    /// Whether nothing is missing.
    pub const fn is_whole(&self) -> bool {
        self.present == self.total
    }

    /// Whether more is present than missing.
    pub const fn is_mostly_there(&self) -> bool {
        2 * self.present > self.total
    }
}

/// Measures how much of the picture is present; `None` if it isn't encoded as cameras do it
/// (sequential, Huffman, one scan).
pub(crate) fn extent(found: &Found<'_>) -> Option<Extent> {
    if !found.in_one_scan {
        return None;
    }
    let mut plan = Plan::default();
    for (marker, inside) in segments(found) {
        match marker {
            0xc0 | 0xc1 => plan.frame(inside)?,
            0xc4 => plan.tables(inside)?,
            0xdd => plan.interval = usize::from(number(inside, 0)?),
            0xda => plan.scan(inside)?,
            _ => {}
        }
    }
    plan.walk(&found.bytes[found.data..])
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes([pair[0], pair[1]]))
}

#[derive(Clone, Copy, Default)]
struct Component {
    id: u8,
    across: usize,
    down: usize,
    /// Tables for the first coefficient of a block, and for the others.
    tables: (usize, usize),
}

/// The header's facts about the coded data.
struct Plan {
    size: (usize, usize),
    components: [Component; 4],
    count: usize,
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
    /// Units between restart markers; 0 if there are none.
    interval: usize,
}

impl Default for Plan {
    fn default() -> Self {
        let four = |[a, b]: [Option<Table>; 2]| [a, b, None, None];
        Self {
            size: (0, 0),
            components: Default::default(),
            count: 0,
            dc: four(standard_dc()),
            ac: four(standard_ac()),
            interval: 0,
        }
    }
}

impl Plan {
    /// Start of frame: precision, height, width, and the components.
    fn frame(&mut self, inside: &[u8]) -> Option<()> {
        self.size = (usize::from(number(inside, 3)?), usize::from(number(inside, 1)?));
        self.count = usize::from(*inside.get(5)?);
        for (index, component) in self.components.get_mut(..self.count)?.iter_mut().enumerate() {
            let &[id, factors, _] = inside.get(6 + 3 * index..9 + 3 * index)? else { return None };
            let (across, down) = (usize::from(factors >> 4), usize::from(factors & 15));
            if !(1..=4).contains(&across) || !(1..=4).contains(&down) {
                return None;
            }
            *component = Component { id, across, down, tables: (0, 0) };
        }
        Some(())
    }

    /// Huffman tables: class and number, 16 counts, symbols.
    fn tables(&mut self, mut inside: &[u8]) -> Option<()> {
        while let Some((&which, rest)) = inside.split_first() {
            let counts: [u8; 16] = rest.get(..16)?.try_into().ok()?;
            let total = counts.iter().map(|&n| usize::from(n)).sum::<usize>();
            let symbols = rest.get(16..16 + total)?;
            let tables = if which >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            *tables.get_mut(usize::from(which & 15))? = Table::new(counts, symbols);
            inside = &rest[16 + total..];
        }
        Some(())
    }

    /// Start of scan: the tables of each component, which are in the frame's order.
    fn scan(&mut self, inside: &[u8]) -> Option<()> {
        for (index, component) in self.components.get_mut(..self.count)?.iter_mut().enumerate() {
            let &[id, tables] = inside.get(1 + 2 * index..3 + 2 * index)? else { return None };
            if id != component.id {
                return None;
            }
            component.tables = (usize::from(tables >> 4), usize::from(tables & 15));
        }
        Some(())
    }

    fn walk(&self, data: &[u8]) -> Option<Extent> {
        let components = self.components.get(..self.count)?;
        let most = |side: fn(&Component) -> usize| components.iter().map(side).max();
        // A single component comes block by block, whatever its factors are.
        let (wide, high) =
            if self.count == 1 { (1, 1) } else { (most(|c| c.across)?, most(|c| c.down)?) };
        let unit = (8 * wide, 8 * high);
        let across = self.size.0.div_ceil(unit.0);
        let total = across * self.size.1.div_ceil(unit.1);
        let mut walk = Walk { plan: self, bits: Bits::new(data) };
        let (present, end) = walk.units(total)?;
        Some(Extent { unit, across, total, present, end })
    }
}

struct Walk<'a> {
    plan: &'a Plan,
    bits: Bits<'a>,
}

/// A part of the data that is missing or can't be read.
struct Missing;

impl Walk<'_> {
    /// Counts the present units, and finds the last one.
    fn units(&mut self, total: usize) -> Option<(usize, usize)> {
        let interval = if self.plan.interval == 0 { total } else { self.plan.interval };
        let (mut present, mut end, mut first) = (0, 0, 0);
        while first < total {
            let last = (first + interval).min(total);
            for unit in first..last {
                if self.unit()?.is_err() {
                    break;
                }
                (present, end) = (present + 1, unit + 1);
            }
            if last == total {
                break;
            }
            let Some(number) = self.bits.restart() else { break };
            // If the data between two markers is lost, so is a marker.
            let expected = first / interval % 8;
            let ahead = (8 + usize::from(number) - expected) % 8;
            first = last + if ahead <= 2 { ahead * interval } else { 0 };
        }
        Some((present, end))
    }

    /// One unit: every block of every component. `None` if a table is missing.
    fn unit(&mut self) -> Option<Result<(), Missing>> {
        let plan = self.plan;
        let components = &plan.components[..plan.count];
        for component in components {
            let blocks = if plan.count == 1 { 1 } else { component.across * component.down };
            let dc = plan.dc.get(component.tables.0)?.as_ref()?;
            let ac = plan.ac.get(component.tables.1)?.as_ref()?;
            for _ in 0..blocks {
                if self.block(dc, ac).is_none() {
                    return Some(Err(Missing));
                }
            }
        }
        Some(Ok(()))
    }

    fn block(&mut self, dc: &Table, ac: &Table) -> Option<()> {
        let size = self.bits.symbol(dc)?;
        self.bits.skip(u32::from(size))?;
        let mut place = 1;
        while place < 64 {
            let symbol = self.bits.symbol(ac)?;
            let (zeroes, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 && zeroes < 15 {
                break;
            }
            place += zeroes;
            if size > 0 && place > 63 {
                return None;
            }
            self.bits.skip(size)?;
            place += 1;
        }
        Some(())
    }
}

/// The bits of the coded data up to the next marker.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, held: 0, count: 0 }
    }

    fn fill(&mut self) {
        while self.count <= 56 {
            let Some(&byte) = self.bytes.get(self.at) else { return };
            if byte == 0xff {
                // In data a zero follows it; anything else makes it a marker.
                if self.bytes.get(self.at + 1) != Some(&0) {
                    return;
                }
                self.at += 1;
            }
            self.at += 1;
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
    }

    fn symbol(&mut self, table: &Table) -> Option<u8> {
        if self.count < 16 {
            self.fill();
        }
        let bits = if self.count >= 16 {
            self.held >> (self.count - 16)
        } else {
            self.held << (16 - self.count)
        };
        let (length, symbol) = table.decode(bits as u32 & 0xffff)?;
        self.skip(length)?;
        Some(symbol)
    }

    fn skip(&mut self, length: u32) -> Option<()> {
        if self.count < length {
            self.fill();
        }
        self.count = self.count.checked_sub(length)?;
        Some(())
    }

    /// Continues after the next restart marker, and returns its number.
    fn restart(&mut self) -> Option<u8> {
        (self.held, self.count) = (0, 0);
        loop {
            self.at += memchr::memchr(0xff, self.bytes.get(self.at..)?)?;
            let next = *self.bytes.get(self.at + 1)?;
            self.at += if next == 0xff { 1 } else { 2 };
            match next {
                0xd0..=0xd7 => return Some(next - 0xd0),
                0 | 0xff => {}
                _ => return None,
            }
        }
    }
}
