//! Huffman codes of JPEG pictures (ITU-T T.81, annexes C, F.2.2 and K.3).

#![forbid(unsafe_code)]

/// A table as a picture brings it: how many codes of each length, and what they stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spec {
    counts: [u8; 16],
    symbols: [u8; 256],
}

impl Spec {
    /// The standard's tables, which hold in a picture without tables, like most cameras'.
    pub const LUMA_DC: Self = Self::standard([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], &DC);
    /// The same for chroma.
    pub const CHROMA_DC: Self =
        Self::standard([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], &DC);
    /// The same for the other coefficients.
    pub const LUMA_AC: Self =
        Self::standard([0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d], &LUMA_AC);
    /// The same for those of chroma.
    pub const CHROMA_AC: Self =
        Self::standard([0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77], &CHROMA_AC);

    const fn standard(counts: [u8; 16], given: &[u8]) -> Self {
        let (mut symbols, mut at) = ([0; 256], 0);
        while at < given.len() {
            symbols[at] = given[at];
            at += 1;
        }
        Self { counts, symbols }
    }

    /// A table of `counts[i]` codes of `i + 1` bits each; `None` if there are too many.
    pub fn new(counts: [u8; 16], given: &[u8]) -> Option<Self> {
        let mut symbols = [0; 256];
        symbols.get_mut(..given.len())?.copy_from_slice(given);
        Some(Self { counts, symbols })
    }

    /// Whether all that it stands for are numbers of bits, as it must be in a table for means.
    pub fn is_of_means(&self) -> bool {
        self.symbols.iter().all(|&symbol| symbol < 16)
    }

    fn total(&self) -> usize {
        self.counts.iter().map(|&n| usize::from(n)).sum()
    }
}

/// Codes up to this length take one look-up.
const FAST: u32 = 9;

/// A table to decode with.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// Length and symbol by the first bits; length 0 for longer codes.
    fast: [(u8, u8); 1 << FAST],
    /// One more than the largest code of each length, shifted to 16 bits.
    limit: [u32; 17],
    /// The number to add to a code of each length to get the place of its symbol.
    offset: [i32; 17],
    symbols: [u8; 256],
}

impl Table {
    /// The table to decode with; `None` if there can't be such codes. Codes of ones alone are none.
    pub(crate) fn new(spec: &Spec) -> Option<Self> {
        if spec.total() > 256 {
            return None;
        }
        let symbols = spec.symbols;
        let mut table =
            Self { fast: [(0, 0); 1 << FAST], limit: [0; 17], offset: [0; 17], symbols };
        let (mut code, mut place) = (0_u32, 0_usize);
        for length in 1..=16_u32 {
            let count = u32::from(spec.counts[length as usize - 1]);
            table.offset[length as usize] = place as i32 - code as i32;
            if count > 0 && code + count >= 1 << length {
                return None;
            }
            if length <= FAST {
                let each = 1 << (FAST - length);
                let entries = &mut table.fast[(code as usize) * each..];
                let symbols = &table.symbols[place..place + count as usize];
                for (entries, &symbol) in entries.chunks_mut(each).zip(symbols) {
                    entries.fill((length as u8, symbol));
                }
            }
            place += count as usize;
            code += count;
            table.limit[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }

    /// The length and symbol of the code at the beginning of 16 bits; `None` if there is none.
    pub(crate) fn decode(&self, bits: u32) -> Option<(u32, u8)> {
        let (length, symbol) = self.fast[(bits >> (16 - FAST)) as usize & ((1 << FAST) - 1)];
        if length > 0 {
            return Some((u32::from(length), symbol));
        }
        for length in FAST + 1..=16 {
            if bits < self.limit[length as usize] {
                let code = (bits >> (16 - length)) as i32;
                let place = usize::try_from(code + self.offset[length as usize]).ok()?;
                return Some((length, *self.symbols.get(place)?));
            }
        }
        None
    }
}

const DC: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

#[rustfmt::skip]
const LUMA_AC: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71,
    0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72,
    0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37,
    0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59,
    0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83,
    0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3,
    0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
    0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
    0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
];

#[rustfmt::skip]
const CHROMA_AC: [u8; 162] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22,
    0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1,
    0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x35, 0x36,
    0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58,
    0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a,
    0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a,
    0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba,
    0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda,
    0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_length_are_read() {
        // One code each of 1 to 16 bits: 0, 10, 110, and so on.
        let symbols: Vec<u8> = (100..116).collect();
        let table = Table::new(&Spec::new([1; 16], &symbols).unwrap()).unwrap();
        for length in 1..=16_u32 {
            let ones = (1_u32 << (length - 1)) - 1;
            let code = (ones << 1) << (16 - length);
            let filled = code | ((1 << (16 - length)) - 1);
            for bits in [code, filled] {
                assert_eq!(table.decode(bits), Some((length, 99 + length as u8)), "{length}");
            }
        }
        assert_eq!(table.decode(0xffff), None);
    }

    #[test]
    fn impossible_tables_are_refused() {
        let of = |first: u8, second: u8| {
            let mut counts = [0; 16];
            (counts[0], counts[1]) = (first, second);
            Table::new(&Spec::new(counts, &[0; 256]).unwrap()).is_some()
        };
        assert!(of(1, 0) && of(1, 1) && of(0, 3) && of(0, 0));
        assert!(!of(2, 0) && !of(3, 0) && !of(2, 1) && !of(1, 2) && !of(0, 4));
        assert!(Table::new(&Spec::new([255; 16], &[0; 256]).unwrap()).is_none());
        assert!(Spec::new([1; 16], &[0; 257]).is_none());
    }

    #[test]
    fn the_standard_tables_are_tables() {
        for spec in [Spec::LUMA_DC, Spec::CHROMA_DC, Spec::LUMA_AC, Spec::CHROMA_AC] {
            assert!(Table::new(&spec).is_some());
        }
    }
}
