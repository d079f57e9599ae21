//! A camera that streams.

use crate::error::Error;
use crate::fields::Fields;
use crate::sys::{BufType, Buffers, Device, Ready, Taken};
use backlot_media::{
    Camera, CameraMode, CameraTally, Clock, Delivery, Encoding, MonotonicClock, PlaneShape,
    RawPicture, StreamError, Timestamp,
};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the driver granted.
pub(crate) struct Granted {
    pub mode: CameraMode,
    /// Bytes of a raw picture, 0 for JPEG.
    pub bytes: usize,
    /// Bytes from one row to the next, 0 for JPEG.
    pub stride: usize,
    /// For interlaced pictures: the order of their fields, and the planes that the driver delivers.
    pub fields: Option<(Fields, Vec<PlaneShape>)>,
}

/// A camera that streams through memory shared with its driver.
pub(crate) struct V4l2Camera {
    device: Arc<Device>,
    buffers: Buffers,
    granted: Granted,
    name: String,
    path: PathBuf,
    counter: Counter,
    tally: CameraTally,
    remark: Option<String>,
    /// Holds a whole picture made of interlaced fields.
    whole: Vec<u8>,
}

impl V4l2Camera {
    /// Starts the stream.
    pub fn start(
        device: Arc<Device>,
        mut buffers: Buffers,
        granted: Granted,
        name: String,
        path: PathBuf,
    ) -> io::Result<Self> {
        buffers.queue_all()?;
        device.stream_on(BufType::Capture)?;
        let (counter, tally) = (Counter::default(), CameraTally::default());
        let (remark, whole) = (None, Vec::new());
        Ok(Self { device, buffers, granted, name, path, counter, tally, remark, whole })
    }

    /// Adds a remark about what it was asked for and can't do.
    pub fn with_remark(self, remark: Option<String>) -> Self {
        Self { remark, ..self }
    }

    /// Its name for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Takes all waiting buffers and returns the newest good picture, with its place in the stream.
    fn newest(&mut self) -> io::Result<Option<(Taken, u64)>> {
        let mut newest: Option<(Taken, u64)> = None;
        // A driver could stay faster than this loop for ever.
        for _ in 0..2 * Buffers::MAX {
            let Some(taken) = self.buffers.dequeue()? else { break };
            let (place, lost) = self.counter.count(taken.sequence);
            self.tally.lost += lost;
            let refused = if self.is_good(&taken) {
                let older = newest.replace((taken, place));
                self.tally.late += u64::from(older.is_some());
                older.map(|(older, _)| older)
            } else {
                self.tally.damaged += 1;
                Some(taken)
            };
            if let Some(refused) = refused {
                self.give_back(&refused)?;
            }
        }
        Ok(newest)
    }

    /// Whether there is something to read. Only decoding shows whether a JPEG picture is good.
    fn is_good(&self, taken: &Taken) -> bool {
        let is_there = match self.granted.mode.encoding {
            Encoding::Raw(_) => taken.bytes >= self.granted.bytes,
            Encoding::Jpeg => !self.filled(taken).is_empty(),
        };
        is_there && !taken.damaged
    }

    /// The bytes that the driver filled. A JPEG picture loses the zeroes that some drivers append,
    /// except two that may belong to it.
    fn filled(&self, taken: &Taken) -> &[u8] {
        let bytes = self.buffers.bytes(taken.index);
        let bytes = &bytes[..taken.bytes.min(bytes.len())];
        match self.granted.mode.encoding {
            Encoding::Raw(_) => &bytes[..self.granted.bytes.min(bytes.len())],
            Encoding::Jpeg => {
                let end = bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 3);
                &bytes[..end.min(bytes.len())]
            }
        }
    }

    /// If the driver doesn't take a buffer now, the next wait offers it again.
    fn give_back(&mut self, taken: &Taken) -> io::Result<()> {
        match self.buffers.queue(taken.index, 0) {
            Err(error) if is_gone(&error) => Err(error),
            _ => Ok(()),
        }
    }

    fn picture<'a>(&'a self, taken: &Taken, place: u64, time: Timestamp) -> RawPicture<'a> {
        let bytes = if self.granted.fields.is_some() { &self.whole } else { self.filled(taken) };
        RawPicture { bytes, stride: self.granted.stride, time, sequence: place }
    }

    /// Makes a whole picture of an interlaced one.
    fn weave(&mut self, taken: &Taken) {
        if let Some((fields, planes)) = &self.granted.fields {
            let mut whole = std::mem::take(&mut self.whole);
            let shape = (&planes[..], self.granted.stride);
            // It has all its bytes, otherwise it would not have been taken.
            let _ = fields.weave(self.filled(taken), shape, taken.field, &mut whole);
            self.whole = whole;
        }
    }

    fn deliver(
        &mut self,
        wait: Duration,
        take: &mut dyn FnMut(RawPicture<'_>),
    ) -> io::Result<Delivery> {
        let until = Instant::now() + wait;
        self.buffers.queue_all()?;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let wanted = Ready { readable: true, ..Ready::default() };
            let ready = self.device.poll(wanted, Some(left))?;
            if !ready.readable && !ready.error {
                return Ok(Delivery::Nothing);
            }
            if let Some((taken, place)) = self.newest()? {
                let time = self.counter.time(taken.time, MonotonicClock.now());
                self.weave(&taken);
                take(self.picture(&taken, place, time));
                self.give_back(&taken)?;
                return Ok(Delivery::Picture);
            }
            if ready.error {
                // The stream ended, and no call said why.
                return Err(io::Error::from_raw_os_error(libc::ENODEV));
            }
        }
    }
}

impl Camera for V4l2Camera {
    fn mode(&self) -> CameraMode {
        self.granted.mode
    }

    fn next(
        &mut self,
        wait: Duration,
        take: &mut dyn FnMut(RawPicture<'_>),
    ) -> Result<Delivery, StreamError> {
        self.deliver(wait, take).map_err(|error| {
            let error = if is_gone(&error) {
                Error::Gone { name: self.name.clone() }
            } else {
                Error::of_call(&self.name, &self.path, "waiting for a picture", error)
            };
            // Once it streams, any failure means that the camera must be opened again.
            StreamError::new(error, backlot_media::Recovery::Reopen)
        })
    }

    fn tally(&self) -> CameraTally {
        self.tally
    }

    fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }
}

fn is_gone(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENODEV | libc::ENXIO | libc::EBADF))
}

/// Follows the driver's numbers and times, which may be missing, restart or be rubbish.
#[derive(Debug, Default)]
struct Counter {
    last: Option<u32>,
    place: u64,
    time: Timestamp,
}

/// Longer gaps mean that the driver's numbers restarted.
const LONGEST_GAP: u32 = 10_000;

/// No waiting picture can be older than this.
const OLDEST: Duration = Duration::from_secs(10);

impl Counter {
    /// The picture's place in the stream, and the number of pictures missing before it.
    fn count(&mut self, sequence: u32) -> (u64, u64) {
        let Some(last) = self.last.replace(sequence) else { return (self.place, 0) };
        let step = sequence.wrapping_sub(last);
        let step = if (1..=LONGEST_GAP).contains(&step) { u64::from(step) } else { 1 };
        self.place += step;
        (self.place, step - 1)
    }

    /// The time of a picture: the driver's if it is possible, and never before the last one.
    fn time(&mut self, told: Option<u64>, now: Timestamp) -> Timestamp {
        let told = told.map(Timestamp::from_nanos);
        let possible = told.filter(|&told| told <= now && now.since(told) <= OLDEST);
        self.time = possible.unwrap_or(now).max(self.time);
        self.time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_counted_and_new_starts_are_not() {
        let mut counter = Counter::default();
        // sequence, place, lost
        let table = [
            (7, 0, 0),
            (8, 1, 0),
            (11, 4, 2),
            (11, 5, 0),
            (0, 6, 0),
            (1, 7, 0),
            (u32::MAX - 1, 8, 0),
            (u32::MAX, 9, 0),
            (1, 11, 1),
        ];
        for (sequence, place, lost) in table {
            assert_eq!(counter.count(sequence), (place, lost), "{sequence}");
        }
    }

    #[test]
    fn times_are_possible_and_go_on() {
        let at = Timestamp::from_nanos;
        let mut counter = Counter::default();
        let now = at(20_000_000_000);
        assert_eq!(counter.time(Some(15_000_000_000), now), at(15_000_000_000));
        assert_eq!(counter.time(Some(14_000_000_000), now), at(15_000_000_000));
        assert_eq!(counter.time(Some(1), now), now);
        assert_eq!(counter.time(Some(u64::MAX), now), now);
        assert_eq!(counter.time(None, at(21_000_000_000)), at(21_000_000_000));
    }
}
