//! Reads the coded data by itself, whatever is missing in it: the specification of the quick way, and what
//! tells how much of a picture is there.

#![forbid(unsafe_code)]

use crate::find::Found;
use crate::header::Header;
use crate::huffman::Table;

/// The present parts of a picture, in the smallest units that are encoded as one: 8x8 pixels or a
/// few times that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
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
    /// Whether the restart markers came in their order, and nothing fills the data: 0xFF before one with its zero.
    /// No encoder writes that, and decoders differ in what they make of it.
    pub in_order: bool,
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
/// (sequential, Huffman, one scan). It makes no pixels, and takes about half as long as decoding.
pub fn extent(found: &Found<'_>) -> Option<Extent> {
    if !found.in_one_scan {
        return None;
    }
    let header = Header::read(found).filter(|header| header.in_order)?;
    let tables = Tables::new(&header);
    walk(&header, &tables, &found.bytes[found.data..], &mut ())
}

/// The Huffman tables of a picture, to decode with.
#[derive(Clone, Debug)]
pub(crate) struct Tables {
    pub dc: [Option<Table>; 4],
    pub ac: [Option<Table>; 4],
}

impl Tables {
    /// Those of a header; none in place of one that can't be.
    pub fn new(header: &Header) -> Self {
        let build = |spec: &Option<crate::huffman::Spec>| spec.as_ref().and_then(Table::new);
        Self { dc: header.dc.each_ref().map(build), ac: header.ac.each_ref().map(build) }
    }
}

/// What is told of each block, in the order in which they are coded.
pub(crate) trait Sink {
    /// A block begins, with the step of its mean from that of the block before.
    fn begin(&mut self, step: i32);
    /// A coefficient, so many places after the one before.
    fn coefficient(&mut self, places: usize, value: i32);
    /// The unit is whole.
    fn keep(&mut self);
    /// The unit isn't whole: what came since the last whole one is void.
    fn forget(&mut self);
    /// So many units are missing.
    fn missing(&mut self, units: usize);
}

impl Sink for () {
    fn begin(&mut self, _: i32) {}
    fn coefficient(&mut self, _: usize, _: i32) {}
    fn keep(&mut self) {}
    fn forget(&mut self) {}
    fn missing(&mut self, _: usize) {}
}

/// Reads the coded data; `None` if a table is missing.
pub(crate) fn walk(
    header: &Header,
    tables: &Tables,
    data: &[u8],
    sink: &mut impl Sink,
) -> Option<Extent> {
    let (wide, high) = header.unit();
    let (across, down) = header.units();
    let total = across * down;
    let mut components = [None; 4];
    for (component, place) in header.components().iter().zip(&mut components) {
        let (wide, high) = header.blocks(component);
        let dc = tables.dc.get(component.tables.0)?.as_ref()?;
        let ac = tables.ac.get(component.tables.1)?.as_ref()?;
        *place = Some((wide * high, dc, ac));
    }
    let mut walk = Walk {
        components,
        interval: header.interval,
        bits: Bits::new(data),
        in_order: true,
        sink: &mut *sink,
    };
    let (present, end) = walk.units(total);
    let in_order = walk.in_order && !walk.bits.is_filled;
    Some(Extent { unit: (8 * wide, 8 * high), across, total, present, end, in_order })
}

struct Walk<'a, S> {
    /// Blocks and tables of each component.
    components: [Option<(usize, &'a Table, &'a Table)>; 4],
    interval: usize,
    bits: Bits<'a>,
    in_order: bool,
    sink: &'a mut S,
}

impl<S: Sink> Walk<'_, S> {
    /// Counts the present units, and finds the last one.
    fn units(&mut self, total: usize) -> (usize, usize) {
        let interval = if self.interval == 0 { total } else { self.interval };
        // So many units were told of.
        let (mut present, mut end, mut first, mut told) = (0, 0, 0, 0);
        while first < total {
            let last = (first + interval).min(total);
            self.sink.missing(first - told);
            told = first;
            for unit in first..last {
                if self.unit().is_none() {
                    self.sink.forget();
                    break;
                }
                self.sink.keep();
                (present, end, told) = (present + 1, unit + 1, unit + 1);
            }
            if last == total {
                break;
            }
            let Some(number) = self.bits.restart() else { break };
            // If the data between two markers is lost, so is a marker.
            let expected = first / interval % 8;
            let ahead = (8 + usize::from(number) - expected) % 8;
            self.in_order &= ahead == 0;
            first = last + if ahead <= 2 { ahead * interval } else { 0 };
        }
        self.sink.missing(total - told);
        (present, end)
    }

    /// One unit: every block of every component. `None` if it is missing or can't be read.
    fn unit(&mut self) -> Option<()> {
        for component in 0..self.components.len() {
            let Some((blocks, dc, ac)) = self.components[component] else { break };
            for _ in 0..blocks {
                self.block(dc, ac)?;
            }
        }
        Some(())
    }

    fn block(&mut self, dc: &Table, ac: &Table) -> Option<()> {
        let size = u32::from(self.bits.symbol(dc)?);
        let step = self.bits.value(size)?;
        self.sink.begin(step);
        let (mut place, mut before) = (1, 0);
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
            let value = self.bits.value(size)?;
            if size > 0 {
                self.sink.coefficient(place - before, value);
                before = place;
            }
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
    is_filled: bool,
}

impl<'a> Bits<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, held: 0, count: 0, is_filled: false }
    }

    fn fill(&mut self) {
        while self.count <= 56 {
            let Some(&byte) = self.bytes.get(self.at) else { return };
            if byte == 0xff {
                // In data a zero follows it, maybe after more of its kind; anything else makes it a marker.
                let more =
                    self.bytes[self.at + 1..].iter().take_while(|&&byte| byte == 0xff).count();
                if self.bytes.get(self.at + 1 + more) != Some(&0) {
                    return;
                }
                self.is_filled |= more > 0;
                self.at += 1 + more;
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

    /// A number of so many bits, whose first bit says whether it is positive (T.81, F.2.2.1).
    fn value(&mut self, size: u32) -> Option<i32> {
        self.skip(size)?;
        match size {
            0 => return Some(0),
            1..=16 => {}
            _ => return None,
        }
        let bits = (self.held >> self.count) as i64 & ((1 << size) - 1);
        let value = if bits >> (size - 1) == 0 { bits - (1 << size) + 1 } else { bits };
        Some(value as i32)
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
