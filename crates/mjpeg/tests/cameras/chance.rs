//! Random damage, the same for the same seed.

/// Random numbers (xorshift).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    /// One of the pictures with some damage, sometimes followed by another one.
    pub fn damaged(&mut self, pictures: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = pictures[self.below(pictures.len())].clone();
        if self.below(8) == 0 {
            bytes.extend(&pictures[self.below(pictures.len())]);
        }
        for _ in 0..1 + self.below(4) {
            self.damage(&mut bytes);
        }
        bytes
    }

    fn damage(&mut self, bytes: &mut Vec<u8>) {
        let (at, length) = (self.below(bytes.len()), 1 + self.below(40));
        let end = (at + length).min(bytes.len());
        match self.below(7) {
            0 => bytes[at] = self.below(256) as u8,
            1 => bytes[at] ^= 1 << self.below(8),
            2 => bytes[at..end].fill([0, 0xff, 0xd8, 0xda][length % 4]),
            3 => bytes.truncate(at.max(1)),
            4 => drop(bytes.drain(at..end)),
            5 => drop(bytes.splice(at..at, [0xff, 0xd8, 0xff, 0xc0 + (length % 32) as u8])),
            _ => {
                let part = bytes[at..end].to_vec();
                let to = self.below(bytes.len());
                drop(bytes.splice(to..to, part));
            }
        }
        if bytes.is_empty() {
            bytes.push(0xff);
        }
    }
}
