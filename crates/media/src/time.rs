//! Timestamps, clocks and frame rates.

use rustix::time::{ClockId, clock_gettime};
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Nanoseconds since a clock's start; monotonic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// A timestamp of so many nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// A timestamp of so many seconds (0 for anything negative or not a number).
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self((seconds * 1e9).round() as u64)
    }

    /// Nanoseconds since the start.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the start.
    pub fn secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// Time since an earlier timestamp, 0 if it is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(later.as_nanos() as u64))
    }
}

/// Tells the time. Fetched once per cycle and passed on, so that tests can set it.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The system's monotonic clock, `CLOCK_MONOTONIC`: the one that cameras use to stamp their
/// pictures.
#[derive(Clone, Copy, Debug, Default)]
pub struct MonotonicClock;

impl Clock for MonotonicClock {
    fn now(&self) -> Timestamp {
        let now = clock_gettime(ClockId::Monotonic);
        Timestamp::from_nanos(now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64)
    }
}

/// A clock set by hand.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(by.as_nanos() as u64, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// Frames per second as a fraction, `0 < rate <= 1000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameRate {
    numerator: u32,
    denominator: u32,
}

/// Why something is not a frame rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a frame rate: write frames per second, above 0 and at most 1000, for example 30, 29.97 or 30000/1001"
)]
pub struct FrameRateError(String);

impl FrameRate {
    /// 30 frames per second.
    pub const FPS_30: Self = Self { numerator: 30, denominator: 1 };

    /// A rate of `numerator / denominator` frames per second.
    ///
    /// # Errors
    /// [`FrameRateError`] when it is 0, has no value, or is above 1000.
    pub fn new(numerator: u32, denominator: u32) -> Result<Self, FrameRateError> {
        let possible = numerator > 0
            && denominator > 0
            && u64::from(numerator) <= 1000 * u64::from(denominator);
        if possible {
            Ok(Self { numerator, denominator })
        } else {
            Err(FrameRateError(format!("{numerator}/{denominator}")))
        }
    }

    /// The fraction's upper part.
    pub const fn numerator(self) -> u32 {
        self.numerator
    }

    /// The fraction's lower part.
    pub const fn denominator(self) -> u32 {
        self.denominator
    }

    /// Frames per second.
    pub fn fps(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// When frame `index` is due, counted from 0.
    pub fn time_of(self, index: u64) -> Timestamp {
        let nanos = u128::from(index) * 1_000_000_000 * u128::from(self.denominator)
            / u128::from(self.numerator);
        Timestamp::from_nanos(nanos as u64)
    }

    /// The frame that shows at a time, counted from 0.
    pub fn index_at(self, time: Timestamp) -> u64 {
        let scaled = u128::from(time.nanos()) * u128::from(self.numerator);
        (scaled / (u128::from(self.denominator) * 1_000_000_000)) as u64
    }

    /// The number of frames that begin before `duration` is over, at least one.
    pub fn frames_in(self, duration: Duration) -> u64 {
        ((duration.as_secs_f64() * self.fps()).round() as u64).max(1)
    }
}

impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

impl FromStr for FrameRate {
    type Err = FrameRateError;

    fn from_str(text: &str) -> Result<Self, FrameRateError> {
        let error = || FrameRateError(text.to_owned());
        if let Some((n, d)) = text.split_once('/') {
            let part = |s: &str| s.trim().parse().map_err(|_| error());
            return Self::new(part(n)?, part(d)?).map_err(|_| error());
        }
        let fps: f64 = text.trim().parse().map_err(|_| error())?;
        if !(fps.is_finite() && fps > 0.0 && fps <= 1000.0) {
            return Err(error());
        }
        // The NTSC rates are written with two decimals but mean n * 1000/1001.
        let ntsc = (fps * 1.001).round();
        let is_ntsc = fps.fract() != 0.0 && (ntsc / 1.001 - fps).abs() < 0.006;
        let (numerator, denominator) = if is_ntsc {
            (ntsc as u32 * 1000, 1001)
        } else {
            ((fps * 1000.0).round() as u32, 1000)
        };
        if !is_ntsc && fps.fract() == 0.0 {
            return Self::new(fps as u32, 1).map_err(|_| error());
        }
        Self::new(numerator, denominator).map_err(|_| error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_people_write_them() {
        let rate = |text: &str| text.parse::<FrameRate>().unwrap();
        assert_eq!(rate("30"), FrameRate::FPS_30);
        assert_eq!(rate("29.97"), FrameRate::new(30_000, 1001).unwrap());
        assert_eq!(rate("23.976"), FrameRate::new(24_000, 1001).unwrap());
        assert_eq!(rate("30000/1001"), FrameRate::new(30_000, 1001).unwrap());
        assert_eq!(rate("12.5"), FrameRate::new(12_500, 1000).unwrap());
        for bad in ["", "0", "-5", "nan", "inf", "1001", "a/b", "1/0", "0/1"] {
            assert!(bad.parse::<FrameRate>().is_err(), "{bad}");
        }
    }

    #[test]
    fn frame_times_do_not_drift() {
        let rate = FrameRate::new(30_000, 1001).unwrap();
        assert_eq!(rate.time_of(30_000), Timestamp::from_nanos(1_001_000_000_000));
        assert_eq!(FrameRate::FPS_30.frames_in(Duration::from_secs(10)), 300);
        assert_eq!(FrameRate::FPS_30.frames_in(Duration::ZERO), 1);
    }

    #[test]
    fn the_systems_clock_moves_on() {
        let (clock, start) = (MonotonicClock, MonotonicClock.now());
        std::thread::sleep(Duration::from_millis(1));
        assert!(clock.now().since(start) >= Duration::from_millis(1));
    }

    #[test]
    fn a_manual_clock_stands_still() {
        let clock = ManualClock::default();
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_millis(5));
        assert_eq!(clock.now().nanos(), 5_000_000);
    }
}
