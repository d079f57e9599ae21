//! Codes that are exchanged for the cookie, once.

use crate::secret::{random, same};
use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a code is valid: a browser that isn't running yet has to start.
pub(crate) const VALID: Duration = Duration::from_secs(30);
/// A code, in bytes.
const CODE_BYTES: usize = 16;
/// How many codes may be out; the next one takes the place of the oldest.
const MOST: usize = 8;

/// Codes that weren't used yet.
#[derive(Default)]
pub(crate) struct Codes(Mutex<VecDeque<(String, Instant)>>);

impl Codes {
    /// Makes one, which is valid from `now` on for [`VALID`].
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn make(&self, now: Instant) -> io::Result<String> {
        let code = random(CODE_BYTES)?;
        let mut codes = self.fresh(now);
        if codes.len() == MOST {
            codes.pop_front();
        }
        codes.push_back((code.clone(), now + VALID));
        Ok(code)
    }

    /// Whether a code is valid. It isn't any more then.
    pub fn take(&self, given: &str, now: Instant) -> bool {
        let mut codes = self.fresh(now);
        let mut found = None;
        for (place, (code, _)) in codes.iter().enumerate() {
            // All are compared, so that time tells nothing.
            if same(code, given) {
                found = Some(place);
            }
        }
        found.is_some_and(|place| codes.remove(place).is_some())
    }

    /// Those that are still valid.
    fn fresh(&self, now: Instant) -> MutexGuard<'_, VecDeque<(String, Instant)>> {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.retain(|(_, until)| now < *until);
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_taken_once_and_in_time() {
        let (codes, now) = (Codes::default(), Instant::now());
        let code = codes.make(now).unwrap();
        assert!(!codes.take("", now) && !codes.take(&code[1..], now));
        assert!(codes.take(&code, now + VALID - Duration::from_millis(1)));
        assert!(!codes.take(&code, now), "used twice");
        let late = codes.make(now).unwrap();
        assert!(!codes.take(&late, now + VALID));
    }

    #[test]
    fn only_a_few_are_out() {
        let (codes, now) = (Codes::default(), Instant::now());
        let all: Vec<_> = (0..MOST + 2).map(|_| codes.make(now).unwrap()).collect();
        let taken: Vec<_> = all.iter().map(|code| codes.take(code, now)).collect();
        assert_eq!(taken, [vec![false; 2], vec![true; MOST]].concat());
    }
}
