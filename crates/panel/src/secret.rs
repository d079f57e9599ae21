//! Random texts, and how they are compared.

use std::fmt::Write;
use std::io;

/// A random text of `bytes` bytes in hexadecimal digits.
///
/// # Errors
/// When the system gives no random numbers.
pub(crate) fn random(bytes: usize) -> io::Result<String> {
    let mut numbers = vec![0; bytes];
    getrandom::fill(&mut numbers).map_err(io::Error::other)?;
    let mut text = String::with_capacity(2 * bytes);
    for number in numbers {
        // Writing to a text can't fail.
        let _ = write!(text, "{number:02x}");
    }
    Ok(text)
}

/// Whether two texts are the same. How long this takes tells only their lengths.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && std::hint::black_box(differing) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_texts_are_long_and_differ() {
        let (one, other) = (random(16).unwrap(), random(16).unwrap());
        assert_eq!(one.len(), 32);
        assert!(one.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(!same(&one, &other) && same(&one, &one.clone()));
    }

    #[test]
    fn every_byte_counts() {
        assert!(same("", ""));
        for other in ["abd", "bbc", "adc", "ab", "abcd", ""] {
            assert!(!same("abc", other), "{other}");
        }
    }
}
