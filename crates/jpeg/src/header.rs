//! What stands before a picture's coded data (ITU-T T.81, annex B).

#![forbid(unsafe_code)]

use crate::Refused;
use crate::find::{Found, segments};
use crate::huffman::Spec;

/// One component: luma, or one of chroma.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Component {
    pub id: u8,
    /// Blocks of a unit, across and down.
    pub across: usize,
    pub down: usize,
    /// Which of the tables of steps it uses.
    pub quantizer: usize,
    /// Tables for the first coefficient of a block, and for the others.
    pub tables: (usize, usize),
}

/// The header's facts about the coded data.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    /// Columns and rows.
    pub size: (usize, usize),
    pub components: [Component; 4],
    pub count: usize,
    pub dc: [Option<Spec>; 4],
    pub ac: [Option<Spec>; 4],
    /// Steps of the coefficients, in zigzag.
    pub quantizers: [Option<[u16; 64]>; 4],
    /// Units between restart markers; 0 if there are none.
    pub interval: usize,
    /// Whether the scan has all components, in the frame's order.
    pub in_order: bool,
    coding: Coding,
}

/// What only some decoders can read.
#[derive(Clone, Copy, Debug, Default)]
struct Coding {
    frames: usize,
    precision: u8,
    other: Option<&'static str>,
    has_jfif: bool,
    adobe: Option<u8>,
    /// A segment is longer or shorter than what it holds.
    odd_segment: bool,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            size: (0, 0),
            components: Default::default(),
            count: 0,
            dc: [Some(Spec::LUMA_DC), Some(Spec::CHROMA_DC), None, None],
            ac: [Some(Spec::LUMA_AC), Some(Spec::CHROMA_AC), None, None],
            quantizers: [None; 4],
            interval: 0,
            in_order: true,
            coding: Coding::default(),
        }
    }
}

impl Header {
    /// Reads it; `None` if it is broken.
    pub fn read(found: &Found<'_>) -> Option<Self> {
        let mut header = Self::default();
        for (marker, inside) in segments(found) {
            match marker {
                0xc0 | 0xc1 => header.frame(inside)?,
                0xc4 => header.huffman(inside)?,
                0xdb => header.quantizers(inside),
                0xdd => {
                    header.interval = usize::from(number(inside, 0)?);
                    header.coding.odd_segment |= inside.len() != 2;
                }
                0xda if header.scan(inside).is_none() => header.in_order = false,
                0xe0 if inside.len() >= 12 => {
                    header.coding.has_jfif |= inside.starts_with(b"JFIF\0");
                }
                0xee if inside.len() >= 12 && inside.starts_with(b"Adobe") => {
                    header.coding.adobe = Some(inside[11]);
                }
                _ => {
                    if let Some(other) = other_coding(marker) {
                        header.coding.other = Some(other);
                    }
                }
            }
        }
        Some(header)
    }

    /// Start of frame: precision, height, width, and the components.
    fn frame(&mut self, inside: &[u8]) -> Option<()> {
        self.coding.frames += 1;
        self.coding.precision = *inside.first()?;
        self.size = (usize::from(number(inside, 3)?), usize::from(number(inside, 1)?));
        self.count = usize::from(*inside.get(5)?);
        self.coding.odd_segment |= inside.len() != 6 + 3 * self.count;
        for (index, component) in self.components.get_mut(..self.count)?.iter_mut().enumerate() {
            let &[id, factors, quantizer] = inside.get(6 + 3 * index..9 + 3 * index)? else {
                return None;
            };
            let (across, down) = (usize::from(factors >> 4), usize::from(factors & 15));
            if !(1..=4).contains(&across) || !(1..=4).contains(&down) {
                return None;
            }
            let quantizer = usize::from(quantizer);
            *component = Component { id, across, down, quantizer, tables: (0, 0) };
        }
        Some(())
    }

    /// Huffman tables: class and number, 16 counts, symbols.
    fn huffman(&mut self, mut inside: &[u8]) -> Option<()> {
        while let Some((&which, rest)) = inside.split_first() {
            let counts: [u8; 16] = rest.get(..16)?.try_into().ok()?;
            let total = counts.iter().map(|&n| usize::from(n)).sum::<usize>();
            let symbols = rest.get(16..16 + total)?;
            self.coding.odd_segment |= which >> 4 > 1;
            let tables = if which >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            *tables.get_mut(usize::from(which & 15))? = Spec::new(counts, symbols);
            inside = &rest[16 + total..];
        }
        Some(())
    }

    /// Tables of steps: size and number, then 64 numbers of one byte or two.
    fn quantizers(&mut self, mut inside: &[u8]) {
        while let Some((&which, rest)) = inside.split_first() {
            let bytes = if which >> 4 == 0 { 64 } else { 128 };
            let table = self.quantizers.get_mut(usize::from(which & 15));
            let (Some(table), Some(steps)) = (table, rest.get(..bytes)) else {
                self.coding.odd_segment = true;
                return;
            };
            *table = Some(std::array::from_fn(|at| match bytes {
                64 => u16::from(steps[at]),
                _ => u16::from_be_bytes([steps[2 * at], steps[2 * at + 1]]),
            }));
            inside = &rest[bytes..];
        }
    }

    /// Start of scan: the tables of each component, which are in the frame's order.
    fn scan(&mut self, inside: &[u8]) -> Option<()> {
        for (index, component) in self.components.get_mut(..self.count)?.iter_mut().enumerate() {
            let &[id, tables] = inside.get(1 + 2 * index..3 + 2 * index)? else { return None };
            self.in_order &= id == component.id;
            component.tables = (usize::from(tables >> 4), usize::from(tables & 15));
        }
        if inside.get(1 + 2 * self.count..) != Some(&[0, 63, 0]) {
            self.coding.odd_segment = true;
        }
        Some(())
    }

    /// The components.
    pub fn components(&self) -> &[Component] {
        &self.components[..self.count.min(4)]
    }

    /// Blocks of a unit, across and down. A single component comes block by block, whatever its factors are.
    pub fn unit(&self) -> (usize, usize) {
        if self.count == 1 {
            return (1, 1);
        }
        let most = |side: fn(&Component) -> usize| self.components().iter().map(side).max();
        (most(|c| c.across).unwrap_or(1), most(|c| c.down).unwrap_or(1))
    }

    /// Blocks of a component in a unit, across and down.
    pub fn blocks(&self, component: &Component) -> (usize, usize) {
        if self.count == 1 { (1, 1) } else { (component.across, component.down) }
    }

    /// Units in the whole picture, across and down.
    pub fn units(&self) -> (usize, usize) {
        let (wide, high) = self.unit();
        (self.size.0.div_ceil(8 * wide), self.size.1.div_ceil(8 * high))
    }

    /// Whether the picture is one that this decoder reads.
    pub fn check(&self, in_one_scan: bool) -> Result<(), Refused> {
        let coding = &self.coding;
        if let Some(other) = coding.other {
            return Err(Refused::Coding(other));
        }
        if coding.frames != 1 || coding.odd_segment {
            return Err(Refused::Coding("oddly headed"));
        }
        if coding.precision != 8 {
            return Err(Refused::Coding("of more than 8 bits"));
        }
        if !in_one_scan {
            return Err(Refused::Coding("in several scans"));
        }
        if !self.in_order {
            return Err(Refused::Coding("coded in another order"));
        }
        let (width, height) = self.size;
        if width == 0 || height == 0 {
            return Err(Refused::Damaged("it has no size"));
        }
        if width * height > crate::refused::MAX_PIXELS {
            return Err(Refused::TooLarge { width, height });
        }
        self.check_colours()?;
        let has = |component: &Component| {
            let dc = self.dc.get(component.tables.0).and_then(Option::as_ref);
            let ac = self.ac.get(component.tables.1).and_then(Option::as_ref);
            dc.is_some_and(Spec::is_of_means)
                && ac.is_some()
                && self.quantizers.get(component.quantizer).is_some_and(Option::is_some)
        };
        if !self.components().iter().all(has) {
            return Err(Refused::Damaged("a table is missing or broken"));
        }
        Ok(())
    }

    fn check_colours(&self) -> Result<(), Refused> {
        let ids: Vec4 = [0, 1, 2, 3].map(|at| self.components[at].id);
        match self.count {
            1 => return Ok(()),
            3 => {}
            _ => return Err(Refused::Colours("other than one or three components")),
        }
        let is_rgb = match (self.coding.has_jfif, self.coding.adobe) {
            (true, _) => false,
            (false, Some(transform)) => transform == 0,
            (false, None) => ids[..3] == *b"RGB",
        };
        if is_rgb {
            return Err(Refused::Colours("red, green and blue"));
        }
        let [luma, u, v, _] = &self.components;
        let same = (u.across, u.down) == (v.across, v.down);
        let whole = luma.across % u.across == 0 && luma.down % u.down == 0;
        let ratio = (luma.across / u.across, luma.down / u.down);
        let known = match ratio {
            (1, 1) | (2, 1) | (2, 2) | (1, 2) => luma.across <= 2 && luma.down <= 2,
            (4, 1) => luma.down == 1,
            _ => false,
        };
        if !same || !whole || !known || luma.across * luma.down + 2 * u.across * u.down > 10 {
            return Err(Refused::Colours("a rare subsampling"));
        }
        Ok(())
    }
}

type Vec4 = [u8; 4];

/// What a marker says about the coding, if that is none of ours.
const fn other_coding(marker: u8) -> Option<&'static str> {
    match marker {
        0xc2 | 0xc6 => Some("progressive"),
        0xc3 | 0xc7 | 0xcb | 0xcf => Some("lossless"),
        0xc9 | 0xca | 0xcc | 0xcd => Some("coded arithmetically"),
        0xc5 | 0xde | 0xdf => Some("hierarchical"),
        0x02..=0xbf | 0xc8 | 0xf0..=0xfd => Some("of an unknown kind"),
        _ => None,
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes([pair[0], pair[1]]))
}
