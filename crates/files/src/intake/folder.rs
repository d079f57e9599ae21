//! The order of names in a folder.

use std::cmp::Ordering;
use std::ffi::OsStr;

/// Compares names in natural order: each run of digits is a number.
pub fn by_number(a: &OsStr, b: &OsStr) -> Ordering {
    natural(a, b)
}

fn natural(a: &OsStr, b: &OsStr) -> Ordering {
    let (mut left, mut right) = (a.as_encoded_bytes(), b.as_encoded_bytes());
    while let (Some(x), Some(y)) = (left.first(), right.first()) {
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            by_value(take_digits(&mut left), take_digits(&mut right))
        } else {
            (left, right) = (&left[1..], &right[1..]);
            x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase())
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

fn take_digits<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|c| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits
}

fn by_value(a: &[u8], b: &[u8]) -> Ordering {
    let significant = |digits: &[u8]| digits.iter().skip_while(|&&c| c == b'0').count();
    let (x, y) = (significant(a), significant(b));
    x.cmp(&y).then_with(|| a[a.len() - x..].cmp(&b[b.len() - y..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    #[test]
    fn two_comes_before_ten() {
        let mut names = ["a10", "a2", "A1", "b", "a02", "a", "", "10", "9"].map(OsString::from);
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["", "9", "10", "a", "A1", "a02", "a2", "a10", "b"].map(OsString::from));
    }
}
