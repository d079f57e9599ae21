//! A small encoder that writes what ours can't: any factors, restart markers, no Huffman tables.
//! Each block has one value.

/// The picture to write.
pub struct Tiny<'a> {
    pub size: (usize, usize),
    /// Factors across and down of each component.
    pub factors: &'a [(usize, usize)],
    /// Units between restart markers; 0 for none.
    pub interval: usize,
    /// The colours in Adobe's segment, if there is one.
    pub adobe: Option<u8>,
}

impl Tiny<'_> {
    /// The picture; `level` returns the value of a component's block at a place.
    pub fn jpeg(&self, level: impl Fn(usize, (usize, usize)) -> u8) -> Vec<u8> {
        let mut bytes = self.header();
        let most =
            |side: fn(&(usize, usize)) -> usize| self.factors.iter().map(side).max().unwrap();
        let (wide, high) =
            if self.factors.len() == 1 { (1, 1) } else { (most(|f| f.0), most(|f| f.1)) };
        let (across, down) = (self.size.0.div_ceil(8 * wide), self.size.1.div_ceil(8 * high));
        let mut bits = Bits::default();
        let mut before = [128; 4];
        for unit in 0..across * down {
            if self.interval > 0 && unit > 0 && unit % self.interval == 0 {
                bits.flush(&mut bytes);
                bytes.extend([0xff, 0xd0 + (unit / self.interval - 1) as u8 % 8]);
                before = [128; 4];
            }
            for (component, &(wide, high)) in self.factors.iter().enumerate() {
                let (wide, high) = if self.factors.len() == 1 { (1, 1) } else { (wide, high) };
                for block in 0..wide * high {
                    let x = unit % across * wide + block % wide;
                    let y = unit / across * high + block / wide;
                    let level = i32::from(level(component, (x, y)));
                    bits.block(level - before[component], &mut bytes);
                    before[component] = level;
                }
            }
        }
        bits.flush(&mut bytes);
        bytes.extend([0xff, 0xd9]);
        bytes
    }

    fn header(&self) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        if let Some(kind) = self.adobe {
            segment(&mut bytes, 0xee, &[b"Adobe", &[0, 100, 0, 0, 0, 0, kind][..]].concat());
        }
        // A step of 8 for a block's mean: the values are the levels.
        segment(&mut bytes, 0xdb, &[&[0][..], &[8; 64]].concat());
        let (width, height) = (self.size.0 as u16, self.size.1 as u16);
        let mut frame = vec![8];
        frame.extend(height.to_be_bytes());
        frame.extend(width.to_be_bytes());
        frame.push(self.factors.len() as u8);
        let mut scan = vec![self.factors.len() as u8];
        for (index, (wide, high)) in self.factors.iter().enumerate() {
            frame.extend([index as u8 + 1, (wide << 4 | high) as u8, 0]);
            scan.extend([index as u8 + 1, 0]);
        }
        segment(&mut bytes, 0xc0, &frame);
        if self.interval > 0 {
            segment(&mut bytes, 0xdd, &(self.interval as u16).to_be_bytes());
        }
        scan.extend([0, 63, 0]);
        segment(&mut bytes, 0xda, &scan);
        bytes
    }
}

/// Appends a marker and its segment.
pub fn segment(bytes: &mut Vec<u8>, marker: u8, inside: &[u8]) {
    bytes.extend([0xff, marker]);
    bytes.extend((inside.len() as u16 + 2).to_be_bytes());
    bytes.extend(inside);
}

#[derive(Default)]
struct Bits {
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32, bytes: &mut Vec<u8>) {
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

    /// The step from the block before, in the standard's codes for luma, and the end of the block.
    fn block(&mut self, step: i32, bytes: &mut Vec<u8>) {
        let size = 32 - step.unsigned_abs().leading_zeros();
        let (code, length) = match size {
            0 => (0b00, 2),
            1..=5 => (0b010 + size - 1, 3),
            _ => ((1 << (size - 2)) - 2, size - 2),
        };
        self.put(code, length, bytes);
        let value = if step < 0 { step + (1 << size) - 1 } else { step };
        self.put(value as u32, size, bytes);
        self.put(0b1010, 4, bytes);
    }

    fn flush(&mut self, bytes: &mut Vec<u8>) {
        let rest = (8 - self.count % 8) % 8;
        self.put((1 << rest) - 1, rest, bytes);
    }
}
