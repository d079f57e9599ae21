//! Repeated faults, reported seldom.

use crate::Timestamp;
use std::time::Duration;

/// The number of different faults to remember.
const REMEMBERED: usize = 8;

/// Decides when to report a repeated fault: the first time, and then once a minute.
#[derive(Clone, Debug, Default)]
pub struct Seldom {
    faults: Vec<Fault>,
}

#[derive(Clone, Debug)]
struct Fault {
    text: String,
    told: Timestamp,
    /// How often it has occurred since.
    count: u64,
}

impl Seldom {
    /// The time between two reports of the same fault.
    pub const EVERY: Duration = Duration::from_secs(60);

    /// Nothing reported yet.
    pub const fn new() -> Self {
        Self { faults: Vec::new() }
    }

    /// Notes a fault. If it is time to report it, returns how often it occurred since the last
    /// report, this time included.
    pub fn tell(&mut self, text: &str, now: Timestamp) -> Option<u64> {
        let Some(at) = self.faults.iter().position(|fault| fault.text == text) else {
            if self.faults.len() == REMEMBERED {
                self.faults.remove(0);
            }
            self.faults.push(Fault { text: text.to_owned(), told: now, count: 0 });
            return Some(1);
        };
        let fault = &mut self.faults[at];
        fault.count += 1;
        if now.since(fault.told) < Self::EVERY {
            return None;
        }
        fault.told = now;
        Some(std::mem::take(&mut fault.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_reported_at_once_and_then_once_a_minute() {
        let at = |seconds: u64| Timestamp::from_nanos(seconds * 1_000_000_000);
        let mut seldom = Seldom::new();
        assert_eq!(seldom.tell("a", at(0)), Some(1));
        assert_eq!(seldom.tell("b", at(1)), Some(1));
        let told: Vec<_> = (1..=180).filter_map(|second| seldom.tell("a", at(second))).collect();
        assert_eq!(told, [60, 60, 60]);
        assert_eq!(seldom.tell("b", at(200)), Some(1));
    }

    #[test]
    fn only_so_many_are_remembered() {
        let (mut seldom, now) = (Seldom::new(), Timestamp::default());
        (0..1000).for_each(|n| assert_eq!(seldom.tell(&format!("{n}"), now), Some(1)));
        assert_eq!(seldom.faults.len(), REMEMBERED);
        assert_eq!(seldom.tell("999", now), None);
    }
}
