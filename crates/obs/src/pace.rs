//! How fast a client may ask.

use std::time::{Duration, Instant};

/// How many messages may come at once.
const BURST: f64 = 256.0;
/// How many may come each second in the long run.
const RATE: f64 = 2000.0;

/// A flood is held up, not refused: no client has the processor for itself.
#[derive(Debug)]
pub(crate) struct Pace {
    left: f64,
    at: Instant,
}

impl Pace {
    pub const fn new(now: Instant) -> Self {
        Self { left: BURST, at: now }
    }

    /// Counts a message; how long to wait before it is looked at.
    pub fn take(&mut self, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + passed * RATE).min(BURST) - 1.0;
        Duration::from_secs_f64((-self.left).max(0.0) / RATE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_held_up_and_others_are_not() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        assert!((0..256).all(|_| pace.take(now).is_zero()));
        let wait = pace.take(now);
        assert_eq!(wait, Duration::from_secs_f64(1.0 / RATE));
        for _ in 0..1000 {
            now += Duration::from_millis(1);
            assert!(pace.take(now).is_zero());
        }
    }
}
