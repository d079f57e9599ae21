//! Sums that tell one content from another, by accident different, not by intent.

use backlot_media::Frame;
use std::fmt;

/// The prime of FNV-1a.
const PRIME: u64 = 0x0100_0000_01b3;

/// A sum over bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum(u64);

impl Default for Sum {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Sum {
    /// The sum of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut sum = Self::default();
        sum.add(bytes);
        sum
    }

    /// Adds bytes, eight at a time.
    pub fn add(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        let mut sum = self.0;
        for word in words {
            sum = (sum ^ u64::from_le_bytes(*word)).wrapping_mul(PRIME);
            sum ^= sum >> 29;
        }
        for byte in rest {
            sum = (sum ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
        self.0 = sum ^ (sum >> 32);
    }

    /// Adds a frame's pixels.
    pub fn add_frame(&mut self, frame: &Frame) {
        for plane in frame.yuv() {
            plane.rows().for_each(|row| self.add(row));
        }
    }

    /// As it is written.
    pub fn text(self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
