//! Logs when the guard starts and stops showing shields, instead of each picture.

use backlot_pipeline::live::GuardStatus;

/// Seconds without a shield after which they are over.
const OVER_AFTER: f64 = 5.0;

/// The count so far.
#[derive(Debug, Default)]
pub struct Shields {
    shielded: u64,
    /// The count before the current shields, and the time of the last one.
    present: Option<(u64, f64)>,
}

/// A change to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Shields are shown, this many so far.
    Begun(u64),
    /// This many were shown, and none for a while.
    Over(u64),
}

impl Shields {
    /// Whether shields are shown.
    pub const fn is_shown(&self) -> bool {
        self.present.is_some()
    }

    /// Checks the guard's count, about once a second, and logs changes.
    pub fn look(&mut self, guard: &GuardStatus, seconds: f64) {
        let reason = || guard.reason.map(|reason| reason.to_string());
        match self.change(guard.shielded, seconds) {
            Some(Change::Begun(pictures)) => {
                tracing::warn!(pictures, reason = reason(), "the shield is shown");
            }
            Some(Change::Over(pictures)) => {
                tracing::info!(pictures, "the shield is no longer shown");
            }
            None => {}
        }
    }

    fn change(&mut self, shielded: u64, seconds: f64) -> Option<Change> {
        let before = std::mem::replace(&mut self.shielded, shielded);
        match self.present {
            // The count was reset.
            _ if shielded < before => {
                self.present.take().map(|(first, _)| Change::Over(before - first))
            }
            None if shielded > before => {
                self.present = Some((before, seconds));
                Some(Change::Begun(shielded - before))
            }
            Some((first, _)) if shielded > before => {
                self.present = Some((first, seconds));
                None
            }
            Some((first, last)) if seconds - last >= OVER_AFTER => {
                self.present = None;
                Some(Change::Over(shielded - first))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shields_are_told_at_their_beginning_and_their_end() {
        let mut shields = Shields::default();
        let counts = [0, 3, 3, 20, 20, 20, 20, 20, 20, 20, 21, 5, 5];
        let changes = (0..).zip(counts).filter_map(|(second, count)| {
            Some((second, shields.change(count, f64::from(second))?))
        });
        let changes: Vec<_> = changes.collect();
        let expected = [
            (1, Change::Begun(3)),
            (8, Change::Over(20)),
            (10, Change::Begun(1)),
            (11, Change::Over(1)),
        ];
        assert_eq!(changes, expected);
    }
}
