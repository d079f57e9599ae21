//! What a client sends, until it is whole lines.

use backlot_protocol::REQUEST_BYTES;

/// Bytes that arrived, and were not taken as lines yet.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    bytes: Vec<u8>,
    /// Where the next line begins.
    start: usize,
    /// Where the line begins that is not whole yet.
    tail: usize,
    /// How many lines are whole.
    whole: usize,
}

impl Lines {
    /// Whether more is to be read: to make a line whole, or as long as there is room.
    pub fn has_room(&self) -> bool {
        self.whole == 0 || self.waiting().len() < REQUEST_BYTES
    }

    /// Whether there is a whole line.
    pub fn has_line(&self) -> bool {
        self.whole > 0
    }

    /// Whether what is there is longer than a line may be, and no line.
    pub fn is_too_long(&self) -> bool {
        self.whole == 0 && self.waiting().len() > REQUEST_BYTES
    }

    fn waiting(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Adds bytes, and lends each line that they make whole.
    pub fn push(&mut self, bytes: &[u8], mut look: impl FnMut(&[u8])) {
        self.bytes.drain(..self.start);
        self.tail -= self.start;
        self.start = 0;
        let old = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        for end in old..self.bytes.len() {
            if self.bytes[end] == b'\n' {
                look(&self.bytes[self.tail..end]);
                self.tail = end + 1;
                self.whole += 1;
            }
        }
    }

    /// Nothing more arrives: what is there is a line, even without an end.
    pub fn end(&mut self, look: impl FnMut(&[u8])) {
        if self.waiting().last().is_some_and(|byte| *byte != b'\n') {
            self.push(b"\n", look);
        }
    }

    /// The next line, without its end.
    pub fn take(&mut self) -> Option<&[u8]> {
        self.whole = self.whole.checked_sub(1)?;
        let length = self.waiting().iter().position(|byte| *byte == b'\n')?;
        let start = self.start;
        self.start += length + 1;
        Some(&self.bytes[start..start + length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_however_they_arrived() {
        let text = b"one\n\ntwo three\nfour";
        for size in 1..=text.len() {
            let (mut lines, mut looked, mut taken) = (Lines::default(), Vec::new(), Vec::new());
            for (number, part) in text.chunks(size).enumerate() {
                lines.push(part, |line| looked.push(line.to_vec()));
                // Taking some of them in between changes nothing.
                if number % 3 == 1 {
                    taken.extend(lines.take().map(<[u8]>::to_vec));
                }
            }
            lines.end(|line| looked.push(line.to_vec()));
            while let Some(line) = lines.take() {
                taken.push(line.to_vec());
            }
            assert_eq!(taken, [&b"one"[..], b"", b"two three", b"four"], "{size}");
            assert_eq!(looked, taken);
            assert!(!lines.has_line());
            lines.end(|_| panic!("there is nothing"));
        }
    }

    #[test]
    fn what_is_too_long_is_no_line() {
        let mut lines = Lines::default();
        lines.push(&[b'a'; REQUEST_BYTES], |_| ());
        assert!(!lines.is_too_long() && lines.has_room(), "its end may come");
        lines.push(b"a", |_| ());
        assert!(lines.is_too_long());
        let mut lines = Lines::default();
        lines.push(b"a\n", |_| ());
        lines.push(&[b'a'; REQUEST_BYTES], |_| ());
        assert!(!lines.is_too_long(), "there is a line to take before");
        assert!(!lines.has_room());
    }
}
