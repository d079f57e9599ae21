//! Takes out of the coded data what isn't data, so that reading bits needs no test for it.

#![forbid(unsafe_code)]

/// Zeroes behind the data, so that reading ahead stays inside.
pub(crate) const PADDING: usize = 64;

/// The coded data up to the first marker that isn't a restart marker.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    /// Without the zero behind each 0xFF, and without markers; [`PADDING`] zeroes follow.
    pub bytes: Vec<u8>,
    /// Where each part begins that ends at a restart marker, or at the end.
    pub starts: Vec<usize>,
    /// Whether the restart markers have their numbers in order, and nothing fills the data: 0xFF before one with
    /// its zero, which no encoder writes.
    pub in_order: bool,
}

impl Plain {
    /// The number of bytes that are data.
    pub fn length(&self) -> usize {
        self.bytes.len() - PADDING
    }

    /// The bits of the parts: where each begins and ends.
    pub fn part(&self, index: usize) -> (usize, usize) {
        let end = self.starts.get(index + 1).copied().unwrap_or_else(|| self.length());
        (8 * self.starts[index], 8 * end)
    }

    /// Reads coded data.
    pub fn read(&mut self, data: &[u8]) {
        let bytes = &mut self.bytes;
        bytes.clear();
        bytes.reserve(data.len() + PADDING);
        self.starts.clear();
        self.starts.push(0);
        self.in_order = true;
        let mut from = 0;
        // Where the bytes begin that weren't copied yet.
        let mut fresh = 0;
        while let Some(place) = memchr::memchr(0xff, &data[from..]) {
            let at = from + place;
            match data.get(at + 1) {
                Some(0) => {
                    bytes.extend_from_slice(&data[fresh..=at]);
                    (from, fresh) = (at + 2, at + 2);
                }
                Some(0xff) => {
                    self.in_order &= data.get(at + 2) != Some(&0);
                    bytes.extend_from_slice(&data[fresh..at]);
                    (from, fresh) = (at + 1, at + 1);
                }
                Some(&marker @ 0xd0..=0xd7) => {
                    bytes.extend_from_slice(&data[fresh..at]);
                    let number = (self.starts.len() - 1) % 8;
                    self.in_order &= usize::from(marker - 0xd0) == number;
                    self.starts.push(bytes.len());
                    (from, fresh) = (at + 2, at + 2);
                }
                _ => {
                    bytes.extend_from_slice(&data[fresh..at]);
                    fresh = data.len();
                    break;
                }
            }
        }
        bytes.extend_from_slice(&data[fresh..]);
        bytes.resize(bytes.len() + PADDING, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(data: &[u8]) -> (Vec<u8>, Vec<usize>, bool) {
        let mut plain = Plain::default();
        plain.read(data);
        (plain.bytes[..plain.length()].to_vec(), plain.starts, plain.in_order)
    }

    #[test]
    fn what_is_no_data_is_left_out() {
        assert_eq!(plain(&[1, 2, 3]), (vec![1, 2, 3], vec![0], true));
        assert_eq!(plain(&[1, 0xff, 0, 2, 0xff, 0]), (vec![1, 0xff, 2, 0xff], vec![0], true));
        assert_eq!(plain(&[1, 0xff, 0xd9, 2]), (vec![1], vec![0], true));
        assert_eq!(plain(&[1, 0xff, 0xff, 0xff]), (vec![1], vec![0], true));
        let two = [1, 0xff, 0xd0, 2, 0xff, 0xff, 0xd1, 3, 0xff, 0xda, 4];
        assert_eq!(plain(&two), (vec![1, 2, 3], vec![0, 1, 2], true));
        assert_eq!(plain(&[1, 0xff, 0xff, 0, 2]), (vec![1, 0xff, 2], vec![0], false));
        assert_eq!(plain(&[1, 0xff, 0xff, 0xff, 0, 2]), (vec![1, 0xff, 2], vec![0], false));
        assert_eq!(plain(&[1, 0xff, 0xd1, 2]), (vec![1, 2], vec![0, 1], false));
        assert_eq!(plain(&[]), (vec![], vec![0], true));
    }
}
