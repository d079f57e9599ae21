//! One camera's pictures on their way into the studio.

use super::Taken;
use super::develop::Unpacker;
use super::port::Port;
use crate::inputs::Exposed;
use crate::notice::Notice;
use crate::{Stages, Studio};
use backlot_media::{Timestamp, Trouble};
use std::sync::Arc;
use std::time::Duration;

/// A camera that delivers nothing for this long, or for two of its periods, doesn't time scenes any
/// more.
const LATE: Duration = Duration::from_millis(400);

/// After this time, or four periods, its last picture gives way to a card.
const GONE: Duration = Duration::from_secs(1);

/// The longest time between two pictures that counts as a period.
const LONGEST_PERIOD: Duration = Duration::from_secs(1);

/// One camera of the studio, as the worker sees it.
pub(super) struct Line {
    /// `None` for a camera that could not be put to work.
    port: Option<Arc<Port>>,
    unpacker: Option<Unpacker>,
    /// The stream of the last picture.
    stream: u64,
    /// When the last picture arrived.
    last: Option<Timestamp>,
    /// The time between the last two.
    period: Duration,
    /// When the picture of this round was taken.
    fresh: Option<Timestamp>,
    spoiled: u64,
}

impl Line {
    pub fn new(port: Option<Arc<Port>>) -> Self {
        let period = Duration::ZERO;
        Self { port, unpacker: None, stream: 0, last: None, period, fresh: None, spoiled: 0 }
    }

    pub fn is_of(&self, port: &Arc<Port>) -> bool {
        self.port.as_ref().is_some_and(|own| Arc::ptr_eq(own, port))
    }

    /// Takes the next picture in, if there is one, with its time since `epoch`.
    pub fn take(
        &mut self,
        at: usize,
        studio: &mut Studio,
        stages: &mut Stages,
        (now, epoch): (Timestamp, Timestamp),
    ) {
        self.fresh = None;
        let Some(port) = self.port.clone() else {
            return studio.miss(at, Notice::Camera(Trouble::Absent));
        };
        let Taken::Item(parcel) = port.parcels.take(Some(Duration::ZERO)) else {
            if let Some(notice) = self.missing(&port, now) {
                studio.miss(at, notice);
            }
            return;
        };
        if std::mem::replace(&mut self.stream, parcel.stream) != parcel.stream {
            studio.reset_camera(at);
            self.last = None;
        }
        let taken = parcel.time;
        match self.unpack(&port, parcel, stages) {
            Some((mut picture, sequence)) => {
                let time = Timestamp::from_nanos(taken.since(epoch).as_nanos() as u64);
                picture.tag(time, sequence);
                studio.accept(at, picture);
                self.period = self.last.map_or(Duration::ZERO, |last| now.since(last));
                (self.last, self.fresh) = (Some(now), Some(taken));
            }
            None => self.count_spoiled(&port),
        }
    }

    fn unpack(
        &mut self,
        port: &Port,
        parcel: super::parcel::Parcel,
        stages: &mut Stages,
    ) -> Option<(Exposed, u64)> {
        let sequence = parcel.sequence;
        let unpacked = match &mut self.unpacker {
            Some(unpacker) => unpacker.unpack(parcel, stages),
            None => {
                Unpacker::new().and_then(|new| self.unpacker.insert(new).unpack(parcel, stages))
            }
        };
        match unpacked {
            Ok((picture, is_damaged)) => {
                port.reading.lock().of(self.stream).note_read();
                if is_damaged {
                    self.count_spoiled(port);
                }
                Some((picture, sequence))
            }
            Err(error) => {
                let (recovery, why) = (error.recovery(), error.to_string());
                port.reading.lock().of(self.stream).note_spoiled(recovery, why);
                None
            }
        }
    }

    fn count_spoiled(&mut self, port: &Port) {
        self.spoiled += 1;
        port.status.lock().spoiled = self.spoiled;
    }

    /// When the picture of this round was taken, if there is one.
    pub const fn fresh(&self) -> Option<Timestamp> {
        self.fresh
    }

    /// Whether the camera keeps time well enough to time scenes.
    pub fn is_on_time(&self, now: Timestamp) -> bool {
        let patience = LATE.max(2 * self.period.min(LONGEST_PERIOD));
        self.last.is_some_and(|last| now.since(last) <= patience)
    }

    /// What layers show in place of the last picture, if that is too old.
    fn missing(&self, port: &Port, now: Timestamp) -> Option<Notice> {
        let notice = port.notice();
        let patience = GONE.max(4 * self.period.min(LONGEST_PERIOD));
        let is_old = self.last.is_none_or(|last| now.since(last) > patience);
        (is_old || matches!(notice, Notice::Camera(_))).then_some(notice)
    }
}
