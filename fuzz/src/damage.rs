//! Random damage to bytes, for whoever has no fuzzer at hand.

/// Numbers at which programs go wrong.
const NUMBERS: [u32; 10] = [0, 1, 2, 16, 255, 256, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff];
/// The longest that damage makes an input.
const LONGEST: usize = 1 << 16;

/// A small random number generator (xorshift, Marsaglia 2003).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Starts it; any seed will do.
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`, which is not 0.
    pub const fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    /// One of the inputs, damaged in one to six places, maybe with parts of another.
    pub fn damaged(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = inputs[self.below(inputs.len())].clone();
        for _ in 0..=self.below(6) {
            let other = &inputs[self.below(inputs.len())];
            self.damage(&mut bytes, other);
        }
        bytes.truncate(LONGEST);
        bytes
    }

    fn damage(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        if bytes.is_empty() {
            bytes.extend_from_slice(other);
            return;
        }
        let at = self.below(bytes.len());
        match self.below(10) {
            0 => bytes[at] ^= 1 << self.below(8),
            1 => bytes[at] = self.below(256) as u8,
            2 => bytes[at] = bytes[at].wrapping_add(1),
            3 | 4 => self.put_number(bytes, at),
            5 => drop(bytes.drain(at..bytes.len().min(at + 1 + self.below(16)))),
            6 => {
                let part = bytes[at..bytes.len().min(at + 1 + self.below(32))].to_vec();
                bytes.splice(at..at, part);
            }
            7 if !other.is_empty() => {
                let from = self.below(other.len());
                let part = &other[from..other.len().min(from + 1 + self.below(64))];
                let end = bytes.len().min(at + self.below(part.len() + 1));
                bytes.splice(at..end, part.iter().copied());
            }
            8 if self.below(8) == 0 => bytes.truncate(at),
            _ => bytes[at] = [0, b'0', b'9', b' ', b'\n', b'"', 0x7f, 0xff][self.below(8)],
        }
    }

    /// A number of one, two or four bytes, in either order.
    fn put_number(&mut self, bytes: &mut [u8], at: usize) {
        let number = NUMBERS[self.below(NUMBERS.len())];
        let mut coded = number.to_le_bytes();
        let length = [1, 2, 4][self.below(3)];
        if self.below(2) == 0 {
            coded[..length].reverse();
        }
        for (byte, new) in bytes[at..].iter_mut().zip(&coded[..length]) {
            *byte = *new;
        }
    }
}
