//! The non-empty part of a row: from its first byte that isn't 0 to its last.

use crate::dispatch::dispatch;
use std::ops::Range;

dispatch! {
    /// The columns from the first that is not 0 to the last; empty if all are.
    pub fn span(row: &[u8]) -> Range<usize> = scalar::span;
}

mod scalar {
    use std::ops::Range;

    const STEP: usize = 64;

    #[inline(always)]
    pub fn span(row: &[u8]) -> Range<usize> {
        let (chunks, rest) = row.as_chunks::<STEP>();
        let mut skipped = 0;
        for chunk in chunks {
            if is_filled(chunk) {
                break;
            }
            skipped += STEP;
        }
        let Some(first) = row[skipped..].iter().position(|&v| v != 0) else {
            return 0..0;
        };
        let mut end = row.len();
        if !is_filled(rest) {
            end -= rest.len();
            for chunk in chunks.iter().rev() {
                if is_filled(chunk) {
                    break;
                }
                end -= STEP;
            }
        }
        let last = row[..end].iter().rposition(|&v| v != 0).unwrap_or(0);
        skipped + first..last + 1
    }

    #[inline(always)]
    fn is_filled(chunk: &[u8]) -> bool {
        chunk.iter().fold(0, |all, &v| all | v) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    #[test]
    fn spans_reach_from_the_first_to_the_last() {
        for level in Level::available() {
            for width in 0..=200 {
                assert_eq!(span(level, &vec![0; width]), 0..0, "{level} {width}");
                for (first, last) in [(0, 0), (1, 63), (5, 64), (64, 127), (63, 130), (130, 199)] {
                    if last < width {
                        let mut row = vec![0; width];
                        (row[first], row[last]) = (1, 128);
                        assert_eq!(span(level, &row), first..last + 1, "{level} {width}");
                    }
                }
            }
        }
    }
}
