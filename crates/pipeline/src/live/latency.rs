//! The age of pictures when viewers get them: a histogram of fixed size.

use backlot_media::Timestamp;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// Bins per doubling: neighbours differ by 9 %.
const PER_OCTAVE: f64 = 8.0;
/// The lower end of the first bin.
const LEAST_MICROS: f64 = 50.0;
/// Up to 50 µs * 2^16, about three seconds.
const BINS: usize = 128;

/// The seconds over which ages are told.
const SECONDS: usize = 10;

/// The ages of recent pictures, counted in bins whose width grows with them. One thread adds; any
/// may read, which takes nothing away.
#[derive(Debug)]
pub struct Latency([Slot; SECONDS]);

/// The pictures of one second.
#[derive(Debug)]
struct Slot {
    /// Which second, from 1; 0 is none yet.
    second: AtomicU64,
    bins: [AtomicU32; BINS],
}

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
        let slot =
            || Slot { second: AtomicU64::new(0), bins: std::array::from_fn(|_| AtomicU32::new(0)) };
        Self(std::array::from_fn(|_| slot()))
    }
}

/// The second of a time, from 1.
const fn second(now: Timestamp) -> u64 {
    now.nanos() / 1_000_000_000 + 1
}

impl Latency {
    /// Counts a picture of this age.
    pub fn add(&self, age: Duration, now: Timestamp) {
        let second = second(now);
        let slot = &self.0[(second % SECONDS as u64) as usize];
        if slot.second.load(Ordering::Relaxed) != second {
            slot.clear();
            slot.second.store(second, Ordering::Relaxed);
        }
        slot.bins[bin(age)].fetch_add(1, Ordering::Relaxed);
    }

    /// The counts of the last ten seconds.
    pub fn counts(&self, now: Timestamp) -> LatencyCounts {
        let after = second(now).saturating_sub(SECONDS as u64);
        let mut counts = LatencyCounts::default();
        for slot in self.0.iter().filter(|s| s.second.load(Ordering::Relaxed) > after) {
            let bins = counts.0.iter_mut().zip(&slot.bins);
            bins.for_each(|(sum, n)| *sum = sum.saturating_add(n.load(Ordering::Relaxed)));
        }
        counts
    }

    /// Forgets all pictures until now.
    pub fn forget(&self) {
        self.0.iter().for_each(Slot::clear);
    }
}

impl Slot {
    fn clear(&self) {
        self.bins.iter().for_each(|bin| bin.store(0, Ordering::Relaxed));
    }
}

/// Counts of a [`Latency`], which can be added up.
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

    const fn at(seconds: u64) -> Timestamp {
        Timestamp::from_nanos(seconds * 1_000_000_000)
    }

    #[test]
    fn median_and_tail_are_within_a_bin() {
        let latency = Latency::default();
        for i in 0..1000 {
            let age = Duration::from_micros(if i % 50 == 0 { 90_000 } else { 8000 + i });
            latency.add(age, at(i / 100));
        }
        let summary = latency.counts(at(9)).summary();
        assert_eq!(summary.count, 1000);
        assert!((summary.median_ms / 8.5 - 1.0).abs() < 0.07, "{summary:?}");
        assert!((summary.p99_ms / 90.0 - 1.0).abs() < 0.07, "{summary:?}");
    }

    #[test]
    fn who_reads_takes_nothing_from_others_and_what_is_old_is_forgotten() {
        let latency = Latency::default();
        for second in [0, 1, 5, 9] {
            latency.add(Duration::from_millis(8), at(second));
        }
        let count = |now| latency.counts(at(now)).summary().count;
        assert_eq!([9, 9, 10, 11, 14, 19].map(count), [4, 4, 3, 2, 2, 0]);
        latency.add(Duration::from_millis(8), at(20));
        assert_eq!(count(20), 1);
        latency.forget();
        assert_eq!(count(20), 0);
    }

    #[test]
    fn anything_finds_a_bin() {
        assert_eq!(bin(Duration::ZERO), 0);
        assert_eq!(bin(Duration::MAX), BINS - 1);
        let mut sum = LatencyCounts::default();
        let latency = Latency::default();
        latency.add(Duration::from_secs(3600), at(1));
        sum.merge(&latency.counts(at(1)));
        assert_eq!(sum.summary().count, 1);
    }
}
