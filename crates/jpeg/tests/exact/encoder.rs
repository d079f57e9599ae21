//! Writes baseline JPEG pictures of any coefficients, any factors, with restart markers and any tables.

/// Random numbers (xorshift, Marsaglia 2003).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % limit.max(1) as u64) as usize
    }
}

/// What blocks hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocks {
    /// Means alone.
    Flat,
    /// What cameras' pictures are like: few coefficients, small and in front.
    Usual,
    /// Many coefficients, also large ones, and blocks that are full.
    Wild,
}

/// Which Huffman tables a picture has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// The standard's, which aren't sent.
    Left,
    /// The standard's.
    Standard,
    /// Each of its own: the standard's lengths, for other symbols.
    Own,
    /// Luma's for all.
    One,
}

/// The picture to write.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    pub size: (usize, usize),
    /// Factors across and down of each component.
    pub factors: &'a [(usize, usize)],
    pub blocks: Blocks,
    /// Units between restart markers; 0 for none.
    pub interval: usize,
    pub tables: Tables,
    pub seed: u64,
}

type Codes = (Vec<u8>, Vec<u8>);

const DC_COUNTS: [[u8; 16]; 2] = [
    [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
    [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
];
const AC_COUNTS: [[u8; 16]; 2] = [
    [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
    [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
];
/// The standard's symbols with short codes; the others follow in their order.
const AC_FIRST: [&[u8]; 2] = [
    &[
        0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61,
        0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52,
        0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82,
    ],
    &[
        0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61,
        0x71, 0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33,
        0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25, 0xf1,
    ],
];

fn ac_symbols(which: usize) -> Vec<u8> {
    let mut symbols = AC_FIRST[which].to_vec();
    let all = (0..=255).filter(|s| (1..=10).contains(&(s & 15)) || [0, 0xf0].contains(s));
    let rest: Vec<u8> = all.filter(|s| !symbols.contains(s)).collect();
    symbols.extend(rest);
    symbols
}

/// Classes 0 and 1 (means and others), of luma and chroma.
fn tables(kind: Tables) -> [[Codes; 2]; 2] {
    let dc = |which: usize| (DC_COUNTS[which].to_vec(), (0..12).collect::<Vec<u8>>());
    let ac = |which: usize| (AC_COUNTS[which].to_vec(), ac_symbols(which));
    let mut all = [[dc(0), dc(1)], [ac(0), ac(1)]];
    if kind == Tables::Own {
        all[0].iter_mut().for_each(|table| table.1.rotate_left(3));
        all[1].iter_mut().for_each(|table| table.1.rotate_right(9));
    }
    if kind == Tables::One {
        for class in &mut all {
            class[1] = class[0].clone();
        }
    }
    all
}

/// The code and its length of each symbol.
fn codes((counts, symbols): &Codes) -> Vec<(u32, u32)> {
    let mut of = vec![(0, 0); 256];
    let (mut code, mut place) = (0, 0);
    for (length, &count) in (1..).zip(counts) {
        for _ in 0..count {
            of[usize::from(symbols[place])] = (code, length);
            (code, place) = (code + 1, place + 1);
        }
        code <<= 1;
    }
    of
}

/// Appends a marker and its segment.
pub fn segment(bytes: &mut Vec<u8>, marker: u8, inside: &[u8]) {
    bytes.extend([0xff, marker]);
    bytes.extend((inside.len() as u16 + 2).to_be_bytes());
    bytes.extend(inside);
}

impl Drawing<'_> {
    /// The picture, from start marker to end marker.
    pub fn jpeg(&self) -> Vec<u8> {
        let mut bytes = self.header();
        let tables = tables(self.tables);
        let codes = tables.each_ref().map(|class| class.each_ref().map(codes));
        let most =
            |side: fn(&(usize, usize)) -> usize| self.factors.iter().map(side).max().unwrap();
        let alone = self.factors.len() == 1;
        let (wide, high) = if alone { (1, 1) } else { (most(|f| f.0), most(|f| f.1)) };
        let units = self.size.0.div_ceil(8 * wide) * self.size.1.div_ceil(8 * high);
        let (mut bits, mut chance) = (Bits::default(), Chance::new(self.seed));
        let mut before = [0; 4];
        for unit in 0..units {
            if self.interval > 0 && unit > 0 && unit % self.interval == 0 {
                bits.flush(&mut bytes);
                bytes.extend([0xff, 0xd0 + (unit / self.interval - 1) as u8 % 8]);
                before = [0; 4];
            }
            for (component, &(wide, high)) in self.factors.iter().enumerate() {
                let which = component.min(1);
                for _ in 0..if alone { 1 } else { wide * high } {
                    let block = self.block(&mut chance, before[component]);
                    let (dc, ac) = (&codes[0][which], &codes[1][which]);
                    bits.block(&block, before[component], dc, ac, &mut bytes);
                    before[component] = block[0];
                }
            }
        }
        bits.flush(&mut bytes);
        bytes.extend([0xff, 0xd9]);
        bytes
    }

    /// A block in zigzag.
    fn block(&self, chance: &mut Chance, before: i32) -> [i32; 64] {
        let mut block = [0; 64];
        let spread =
            |chance: &mut Chance, most: usize| chance.below(2 * most + 1) as i32 - most as i32;
        let step = if chance.below(9) == 0 { 150 } else { 12 };
        block[0] = (before + spread(chance, step)).clamp(-240, 240);
        match self.blocks {
            Blocks::Flat => {}
            Blocks::Usual => {
                let mut place = 0;
                for _ in 0..chance.below(12) {
                    place += 1 + chance.below(3) * chance.below(3);
                    if place < 64 {
                        block[place] = spread(chance, 1 + 40 / (place + 1));
                    }
                }
            }
            Blocks::Wild => {
                let count = [3, 20, 64, 200, 1000][chance.below(5)];
                for _ in 0..chance.below(count) {
                    let most = [1, 1, 2, 30, 1023][chance.below(5)];
                    block[1 + chance.below(63)] = spread(chance, most);
                }
                if chance.below(5) == 0 {
                    block[63] = 1 - 2 * chance.below(2) as i32;
                }
            }
        }
        block
    }

    fn header(&self) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        let steps = |first: usize, each: usize| {
            (0..64).map(|at| (first + at * each / 8) as u8).collect::<Vec<_>>()
        };
        segment(&mut bytes, 0xdb, &[&[0][..], &steps(4, 3)].concat());
        segment(&mut bytes, 0xdb, &[&[1][..], &steps(4, 9)].concat());
        let (width, height) = (self.size.0 as u16, self.size.1 as u16);
        let mut frame = vec![8];
        frame.extend(height.to_be_bytes());
        frame.extend(width.to_be_bytes());
        frame.push(self.factors.len() as u8);
        let mut scan = vec![self.factors.len() as u8];
        for (index, (wide, high)) in self.factors.iter().enumerate() {
            let which = index.min(1) as u8;
            frame.extend([index as u8 + 1, (wide << 4 | high) as u8, which]);
            scan.extend([index as u8 + 1, which << 4 | which]);
        }
        segment(&mut bytes, 0xc0, &frame);
        if self.tables != Tables::Left {
            for (class, both) in (0..).zip(tables(self.tables)) {
                for (which, (counts, symbols)) in (0..).zip(both) {
                    let inside = [&[class << 4 | which][..], &counts, &symbols].concat();
                    segment(&mut bytes, 0xc4, &inside);
                }
            }
        }
        if self.interval > 0 {
            segment(&mut bytes, 0xdd, &(self.interval as u16).to_be_bytes());
        }
        scan.extend([0, 63, 0]);
        segment(&mut bytes, 0xda, &scan);
        bytes
    }
}

#[derive(Default)]
struct Bits {
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, (value, count): (u32, u32), bytes: &mut Vec<u8>) {
        self.held = self.held << count | u64::from(value);
        self.count += count;
        while self.count >= 8 {
            let byte = (self.held >> (self.count - 8)) as u8;
            bytes.push(byte);
            if byte == 0xff {
                bytes.push(0);
            }
            self.count -= 8;
        }
    }

    fn value(&mut self, value: i32, bytes: &mut Vec<u8>) {
        let size = size(value);
        let value = if value < 0 { value + (1 << size) - 1 } else { value };
        self.put((value as u32, size), bytes);
    }

    fn block(
        &mut self,
        block: &[i32; 64],
        before: i32,
        dc: &[(u32, u32)],
        ac: &[(u32, u32)],
        bytes: &mut Vec<u8>,
    ) {
        let step = block[0] - before;
        self.put(dc[size(step) as usize], bytes);
        self.value(step, bytes);
        let mut zeroes = 0;
        for &value in &block[1..] {
            if value == 0 {
                zeroes += 1;
                continue;
            }
            while zeroes > 15 {
                self.put(ac[0xf0], bytes);
                zeroes -= 16;
            }
            self.put(ac[zeroes << 4 | size(value) as usize], bytes);
            self.value(value, bytes);
            zeroes = 0;
        }
        if zeroes > 0 {
            self.put(ac[0], bytes);
        }
    }

    fn flush(&mut self, bytes: &mut Vec<u8>) {
        let rest = (8 - self.count % 8) % 8;
        self.put(((1 << rest) - 1, rest), bytes);
    }
}

fn size(value: i32) -> u32 {
    32 - value.unsigned_abs().leading_zeros()
}
