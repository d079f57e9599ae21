//! The age of pictures when viewers get them: a histogram of fixed size.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Bins per doubling: neighbours differ by 9 %.
const PER_OCTAVE: f64 = 8.0;
/// The lower end of the first bin.
const LEAST_MICROS: f64 = 50.0;
/// Up to 50 µs * 2^16, about three seconds.
const BINS: usize = 128;

/// Recent durations, counted in bins whose width grows with them. Any thread may add.
#[derive(Debug)]
pub struct Latency([AtomicU32; BINS]);

/// Durations that a share of the pictures didn't exceed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LatencySummary {
    /// Pictures counted.
    pub count: u64,
    /// Half of them are not older, in milliseconds.
    pub median_ms: f64,
    /// 99 of 100 are not older, in milliseconds.
    pub p99_ms: f64,
}

impl Default for Latency {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU32::new(0)))
    }
}

impl Latency {
    /// Counts one picture.
    pub fn add(&self, age: Duration) {
        self.0[bin(age)].fetch_add(1, Ordering::Relaxed);
    }

    /// The counts since the last call.
    pub fn drain(&self) -> LatencyCounts {
        LatencyCounts(std::array::from_fn(|i| self.0[i].swap(0, Ordering::Relaxed)))
    }
}

/// Counts taken out of a [`Latency`], to add up over a while.
#[derive(Clone, Debug)]
pub struct LatencyCounts([u32; BINS]);

impl Default for LatencyCounts {
    fn default() -> Self {
        Self([0; BINS])
    }
}

impl LatencyCounts {
    /// Adds others.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, n)| *sum = sum.saturating_add(n));
    }

    /// Median and 99th percentile.
    pub fn summary(&self) -> LatencySummary {
        let count = self.0.iter().map(|&n| u64::from(n)).sum();
        LatencySummary {
            count,
            median_ms: self.quantile(count, 0.5),
            p99_ms: self.quantile(count, 0.99),
        }
    }

    fn quantile(&self, count: u64, share: f64) -> f64 {
        let rank = (count as f64 * share).ceil().max(1.0) as u64;
        let mut below = 0;
        for (index, &n) in self.0.iter().enumerate() {
            below += u64::from(n);
            if below >= rank {
                return middle_ms(index);
            }
        }
        0.0
    }
}

fn bin(age: Duration) -> usize {
    let micros = age.as_secs_f64() * 1e6;
    let octaves = (micros / LEAST_MICROS).max(1.0).log2();
    ((octaves * PER_OCTAVE) as usize).min(BINS - 1)
}

fn middle_ms(index: usize) -> f64 {
    LEAST_MICROS / 1e3 * ((index as f64 + 0.5) / PER_OCTAVE).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_and_tail_are_within_a_bin() {
        let latency = Latency::default();
        for i in 0..1000 {
            latency.add(Duration::from_micros(if i % 50 == 0 { 90_000 } else { 8000 + i }));
        }
        let summary = latency.drain().summary();
        assert_eq!(summary.count, 1000);
        assert!((summary.median_ms / 8.5 - 1.0).abs() < 0.07, "{summary:?}");
        assert!((summary.p99_ms / 90.0 - 1.0).abs() < 0.07, "{summary:?}");
        assert_eq!(latency.drain().summary(), LatencySummary::default());
    }

    #[test]
    fn anything_finds_a_bin() {
        assert_eq!(bin(Duration::ZERO), 0);
        assert_eq!(bin(Duration::MAX), BINS - 1);
        let mut sum = LatencyCounts::default();
        let latency = Latency::default();
        latency.add(Duration::from_secs(3600));
        sum.merge(&latency.drain());
        assert_eq!(sum.summary().count, 1);
    }
}
