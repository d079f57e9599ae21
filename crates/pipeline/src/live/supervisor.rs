//! Keeps a device open while it is wanted: opens it, notices when it fails or falls silent, and
//! tries again after a while. Pure: the caller passes the time, and it says what to do.

use backlot_media::{Recovery, Timestamp};
use std::borrow::Cow;
use std::time::Duration;

/// How patient a supervisor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The wait after the first failure; doubled after each further one.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
    /// The silence after which an open device counts as failed.
    pub silence: Duration,
    /// The same right after opening.
    pub first_silence: Duration,
    /// How long an unwanted device stays open.
    pub linger: Duration,
}

impl Patience {
    /// For cameras.
    pub const CAMERA: Self = Self {
        first_wait: Duration::from_millis(250),
        longest_wait: Duration::from_secs(2),
        silence: Duration::from_secs(2),
        first_silence: Duration::from_secs(5),
        linger: Duration::from_secs(1),
    };

    /// For virtual cameras, which are always wanted and never silent.
    pub const OUTPUT: Self = Self {
        first_wait: Duration::from_millis(250),
        longest_wait: Duration::from_secs(2),
        silence: Duration::MAX,
        first_silence: Duration::MAX,
        linger: Duration::ZERO,
    };
}

/// What to do with the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Open it now, and report the result.
    Open,
    /// It is open; ask again at that time, at the latest.
    Run,
    /// Close it.
    Close,
    /// It is closed; ask again at that time.
    Wait(Timestamp),
    /// It is closed and not wanted.
    Rest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed { not_before: Timestamp },
    Open { last_sign: Timestamp, delivered: bool },
}

/// The state of one device.
#[derive(Clone, Debug)]
pub struct Supervisor {
    patience: Patience,
    state: State,
    wait: Duration,
    wanted: bool,
    unwanted_since: Timestamp,
    failures: u64,
    reason: Option<String>,
    silence_means: Cow<'static, str>,
}

/// The usual meaning of a device's silence.
const SILENCE: Cow<'static, str> = Cow::Borrowed("it delivers nothing");

impl Supervisor {
    /// A device that is closed and not wanted.
    pub const fn new(patience: Patience) -> Self {
        Self {
            patience,
            state: State::Closed { not_before: Timestamp::from_nanos(0) },
            wait: patience.first_wait,
            wanted: false,
            unwanted_since: Timestamp::from_nanos(0),
            failures: 0,
            reason: None,
            silence_means: SILENCE,
        }
    }

    /// Sets what it means if the device shows no sign of life any more.
    pub fn suspect(&mut self, meaning: &'static str) {
        self.silence_means = Cow::Borrowed(meaning);
    }

    /// Notes why the device shows no sign of life, before it counts as failed.
    pub fn explain(&mut self, reason: &str) {
        self.silence_means = Cow::Owned(reason.to_owned());
        self.reason = Some(reason.to_owned());
    }

    /// Sets how long the device stays open when nobody wants it any more.
    pub const fn set_linger(&mut self, linger: Duration) {
        self.patience.linger = linger;
    }

    /// Sets whether the device is wanted from now on.
    pub fn want(&mut self, now: Timestamp, wanted: bool) {
        if self.wanted && !wanted {
            self.unwanted_since = now;
        }
        if !self.wanted && wanted {
            // A new viewer doesn't wait because of an old failure.
            if let State::Closed { not_before } = &mut self.state {
                *not_before = (*not_before).min(now);
            }
        }
        self.wanted = wanted;
    }

    /// What to do now.
    pub fn order(&mut self, now: Timestamp) -> Order {
        match self.state {
            State::Closed { .. } if !self.wanted => Order::Rest,
            State::Closed { not_before } if now < not_before => Order::Wait(not_before),
            State::Closed { .. } => Order::Open,
            State::Open { .. } if self.is_unwanted(now) => {
                self.state = State::Closed { not_before: now };
                (self.reason, self.wait) = (None, self.patience.first_wait);
                Order::Close
            }
            State::Open { last_sign, delivered } if self.is_silent(now, last_sign, delivered) => {
                let reason = self.silence_means.to_string();
                self.fail(now, reason);
                Order::Close
            }
            State::Open { .. } => Order::Run,
        }
    }

    fn is_unwanted(&self, now: Timestamp) -> bool {
        !self.wanted && now.since(self.unwanted_since) >= self.patience.linger
    }

    fn is_silent(&self, now: Timestamp, last_sign: Timestamp, delivered: bool) -> bool {
        let Patience { silence, first_silence, .. } = self.patience;
        now.since(last_sign) >= if delivered { silence } else { first_silence }
    }

    /// Notes that the device opened.
    pub fn opened(&mut self, now: Timestamp) {
        self.silence_means = SILENCE;
        self.state = State::Open { last_sign: now, delivered: false };
    }

    /// Notes that the device works: a picture came in, or went out.
    pub fn delivered(&mut self, now: Timestamp) {
        self.state = State::Open { last_sign: now, delivered: true };
        self.wait = self.patience.first_wait;
        self.reason = None;
    }

    /// Notes that the device failed, or could not be opened; it is closed now.
    pub fn failed(&mut self, now: Timestamp, recovery: Recovery, reason: String) {
        if recovery == Recovery::Fatal {
            self.wait = self.patience.longest_wait;
        }
        self.fail(now, reason);
    }

    fn fail(&mut self, now: Timestamp, reason: String) {
        self.failures += 1;
        self.state = State::Closed { not_before: now + self.wait };
        self.wait = (self.wait * 2).min(self.patience.longest_wait);
        self.reason = Some(reason);
    }

    /// Whether the device is open and has delivered.
    pub const fn works(&self) -> bool {
        matches!(self.state, State::Open { delivered: true, .. })
    }

    /// Whether the device is open.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    /// Why the device has not worked since it last did.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// How often it failed.
    pub const fn failures(&self) -> u64 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_nanos(millis * 1_000_000)
    }

    fn wanted() -> Supervisor {
        let mut device = Supervisor::new(Patience::CAMERA);
        device.want(at(0), true);
        device
    }

    #[test]
    fn an_unwanted_device_is_not_opened() {
        let mut device = Supervisor::new(Patience::CAMERA);
        assert_eq!(device.order(at(0)), Order::Rest);
        device.want(at(5), true);
        assert_eq!(device.order(at(5)), Order::Open);
    }

    #[test]
    fn an_unwanted_device_closes_after_a_second_unless_someone_returns() {
        let mut device = wanted();
        device.opened(at(10));
        device.delivered(at(20));
        device.want(at(100), false);
        assert_eq!(device.order(at(1099)), Order::Run);
        device.want(at(1099), true);
        device.delivered(at(1100));
        assert_eq!(device.order(at(1200)), Order::Run);
        device.want(at(1200), false);
        assert_eq!(device.order(at(2200)), Order::Close);
        assert_eq!(device.order(at(2201)), Order::Rest);
        assert_eq!((device.reason(), device.failures()), (None, 0));
    }

    #[test]
    fn waits_double_up_to_the_longest_and_restart_after_success() {
        let mut device = wanted();
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..6 {
            assert_eq!(device.order(at(now)), Order::Open);
            device.failed(at(now), Recovery::Reopen, "it is gone".to_owned());
            let Order::Wait(until) = device.order(at(now)) else { panic!("no wait") };
            waits.push(until.nanos() / 1_000_000 - now);
            now = until.nanos() / 1_000_000;
        }
        assert_eq!(waits, [250, 500, 1000, 2000, 2000, 2000]);
        assert_eq!(device.reason(), Some("it is gone"));
        device.opened(at(now));
        assert!(device.is_open() && !device.works() && device.reason().is_some());
        device.delivered(at(now));
        assert!(device.works() && device.reason().is_none());
        device.failed(at(now), Recovery::Reopen, "again".to_owned());
        assert_eq!(device.order(at(now)), Order::Wait(at(now + 250)));
        assert_eq!(device.failures(), 7);
    }

    #[test]
    fn a_silent_device_has_failed() {
        let mut device = wanted();
        device.opened(at(0));
        assert_eq!(device.order(at(4999)), Order::Run);
        assert_eq!(device.order(at(5000)), Order::Close);
        assert_eq!(device.reason(), Some("it delivers nothing"));
        device.opened(at(6000));
        device.delivered(at(6100));
        assert_eq!(device.order(at(8099)), Order::Run);
        assert_eq!(device.order(at(8100)), Order::Close);
    }

    #[test]
    fn a_fatal_failure_is_retried_seldom() {
        let mut device = wanted();
        device.failed(at(0), Recovery::Fatal, "no permission".to_owned());
        assert_eq!(device.order(at(1)), Order::Wait(at(2000)));
    }

    #[test]
    fn a_new_viewer_does_not_wait_for_an_old_failure() {
        let mut device = wanted();
        device.failed(at(0), Recovery::Fatal, "no permission".to_owned());
        device.want(at(10), false);
        assert_eq!(device.order(at(20)), Order::Rest);
        device.want(at(30), true);
        assert_eq!(device.order(at(30)), Order::Open);
    }
}
