//! What this process uses of the machine.

use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// Use since the last measurement.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Per cent of one core.
    pub cpu_percent: f64,
    /// Resident memory in millions of bytes.
    pub memory_mb: f64,
}

/// Measures the use at intervals.
pub struct Meter {
    at: Instant,
    spent: Duration,
}

impl Default for Meter {
    fn default() -> Self {
        Self::new()
    }
}

impl Meter {
    /// Takes the first measurement.
    pub fn new() -> Self {
        Self { at: Instant::now(), spent: spent() }
    }

    /// The use since the last call.
    pub fn look(&mut self) -> Usage {
        let (now, spent) = (Instant::now(), spent());
        let wall = (now - self.at).as_secs_f64().max(1e-6);
        let cpu_percent = 100.0 * spent.saturating_sub(self.spent).as_secs_f64() / wall;
        (self.at, self.spent) = (now, spent);
        Usage { cpu_percent, memory_mb: memory_mb().unwrap_or_default() }
    }
}

/// Processor time of all threads so far.
pub fn spent() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

fn memory_mb() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: f64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_seen() {
        let mut meter = Meter::new();
        let mut sum = 0_u64;
        while spent().saturating_sub(meter.spent) < Duration::from_millis(20) {
            sum = std::hint::black_box(sum.wrapping_mul(31) + 1);
        }
        let usage = meter.look();
        assert!(usage.cpu_percent > 1.0 && usage.memory_mb > 1.0, "{usage:?}");
    }
}
