//! Random damage to a file.

/// A small random number generator (xorshift, Marsaglia 2003).
pub struct Random(u64);

impl Random {
    /// Starts it; any seed will do.
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`.
    pub const fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }
}

/// The places where the file's structure is dense: far from the long runs of weights.
pub fn structure(file: &[u8]) -> Vec<usize> {
    let zeros = |at: usize| file[at..file.len().min(at + 16)].iter().filter(|b| **b == 0).count();
    (0..file.len()).filter(|at| zeros(*at) >= 4).collect()
}

/// Damages one to four places, mostly among those of [`structure`].
pub fn damage(file: &[u8], places: &[usize], random: &mut Random) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..=random.below(4) {
        let at = match random.below(8) {
            0 => random.below(bytes.len()),
            _ => places[random.below(places.len())].min(bytes.len() - 1),
        };
        let word = at / 4 * 4;
        match random.below(8) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = [0, 1, 2, 3, 32, 127, 128, 255][random.below(8)],
            2 => bytes[at] = bytes[at].wrapping_add(1),
            3 => bytes[at] = bytes[at].wrapping_sub(1),
            4 => {
                let words = [0, 1, 2, 4096, 65536, i32::MAX, i32::MIN, -1];
                overwrite(&mut bytes, word, words[random.below(8)]);
            }
            5 => overwrite(&mut bytes, word, random.below(file.len()) as i32),
            6 => {
                // A word from elsewhere: the most likely to still make sense.
                let from = places[random.below(places.len())] / 4 * 4;
                let copied = file.get(from..from + 4).and_then(|b| b.try_into().ok());
                overwrite(&mut bytes, word, copied.map_or(0, i32::from_le_bytes));
            }
            _ if random.below(8) == 0 => bytes.truncate(1 + random.below(file.len())),
            _ => bytes[at] = random.below(256) as u8,
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

fn overwrite(bytes: &mut [u8], at: usize, value: i32) {
    if let Some(word) = bytes.get_mut(at..at + 4) {
        word.copy_from_slice(&value.to_le_bytes());
    }
}
