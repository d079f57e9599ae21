//! The camera's thread: keeps the camera open while somebody watches, and passes pictures on.

use super::parcel::Packer;
use super::shared::Shared;
use super::{CameraStatus, Order, Patience, Supervisor};
use backlot_media::{Camera, CameraOpener, Delivery, Recovery, StreamError, Timestamp, Trouble};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Longest wait for a picture before looking whether the camera is still wanted.
const LOOK_AROUND: Duration = Duration::from_millis(100);

const NOTHING: &str = "the camera delivers nothing";
const UNREADABLE: &str = "the camera's pictures can't be read";
const UNEXPECTED: &str = "the camera's pictures are not what it promised";

/// How often what the driver counts is reported.
const REPORT_EVERY: Duration = Duration::from_millis(500);

pub(crate) struct CameraThread {
    shared: Arc<Shared>,
    opener: Box<dyn CameraOpener>,
    supervisor: Supervisor,
    trouble: Trouble,
    stream: Option<Stream>,
    sequence: u64,
    streams: u64,
    reported: Timestamp,
}

struct Stream {
    camera: Box<dyn Camera>,
    packer: Packer,
}

impl CameraThread {
    pub fn new(shared: Arc<Shared>, opener: Box<dyn CameraOpener>) -> Self {
        shared.camera.lock().name = opener.name();
        let supervisor = Supervisor::new(Patience::CAMERA);
        Self {
            shared,
            opener,
            supervisor,
            trouble: Trouble::Other,
            stream: None,
            sequence: 0,
            streams: 0,
            reported: Timestamp::default(),
        }
    }

    /// Until the whole is stopped.
    pub fn run(mut self) {
        while !self.shared.is_stopping() {
            self.change_camera();
            self.supervisor.set_linger(*self.shared.close_after.lock());
            let now = self.shared.now();
            self.supervisor.want(now, self.shared.demand.is_any());
            match self.supervisor.order(now) {
                Order::Rest => self.wait(None),
                Order::Wait(until) => self.wait(Some(until.since(now))),
                Order::Open => self.open(now),
                Order::Run => self.capture(),
                Order::Close => {
                    self.trouble = trouble_of_silence(self.supervisor.reason());
                    self.close();
                }
            }
        }
    }

    /// Takes over another camera, if one is to be.
    fn change_camera(&mut self) {
        let is_asked_anew = self.shared.reopen_camera.swap(false, Ordering::AcqRel);
        let Some(next) = self.shared.next_camera.lock().take() else {
            if is_asked_anew {
                self.supervisor = Supervisor::new(Patience::CAMERA);
                self.close();
            }
            return;
        };
        self.opener = next;
        self.supervisor = Supervisor::new(Patience::CAMERA);
        {
            let mut status = self.shared.camera.lock();
            *status = CameraStatus { name: self.opener.name(), ..CameraStatus::default() };
        }
        self.close();
    }

    fn wait(&mut self, time: Option<Duration>) {
        let _ = self.shared.demand.bell().take(time);
    }

    pub(super) fn open(&mut self, now: Timestamp) {
        self.report();
        let wish = *self.shared.wish.lock();
        match self.opener.open(&wish) {
            Ok(camera) => {
                let packer = Packer::new(camera.mode());
                self.shared.camera.lock().remark = camera.remark().map(str::to_owned);
                self.stream = Some(Stream { camera, packer });
                self.streams += 1;
                self.shared.spoiled_in_row.store(0, Ordering::Relaxed);
                self.supervisor.opened(self.shared.now());
                self.supervisor.suspect(NOTHING);
            }
            Err(error) => self.fail(now, &error),
        }
        self.report();
    }

    pub(super) fn capture(&mut self) {
        let Some(stream) = &mut self.stream else {
            let now = self.shared.now();
            self.supervisor.failed(now, Recovery::Reopen, "the camera is closed".to_owned());
            return;
        };
        let mut parcel = None;
        let (packer, sequence, of) = (&mut stream.packer, self.sequence, self.streams);
        let got =
            stream.camera.next(LOOK_AROUND, &mut |raw| parcel = packer.pack(raw, sequence, of));
        let now = self.shared.now();
        match got {
            Err(error) => self.fail(now, &error),
            Ok(Delivery::Nothing) => self.report_now_and_then(now),
            Ok(Delivery::Picture) => {
                match parcel {
                    Some(parcel) => {
                        self.sequence += 1;
                        self.shared.parcels.put(parcel);
                        self.note_sign_of_life(now);
                    }
                    None => self.supervisor.suspect(UNEXPECTED),
                }
                self.report_now_and_then(now);
            }
        }
    }

    /// A picture counts if those before it could be read.
    fn note_sign_of_life(&mut self, now: Timestamp) {
        if self.shared.spoiled_in_row.load(Ordering::Relaxed) > 0 {
            self.supervisor.suspect(UNREADABLE);
            return;
        }
        self.supervisor.suspect(NOTHING);
        let worked = self.supervisor.works();
        self.supervisor.delivered(now);
        if !worked {
            self.report();
        }
    }

    fn fail(&mut self, now: Timestamp, error: &StreamError) {
        self.trouble = error.trouble();
        self.supervisor.failed(now, error.recovery(), error.to_string());
        self.close();
    }

    /// Closes the camera, and takes back what is under way: it is of a stream that is over.
    fn close(&mut self) {
        self.stream = None;
        self.shared.parcels.clear();
        self.report();
    }

    fn report_now_and_then(&mut self, now: Timestamp) {
        if now.since(self.reported) >= REPORT_EVERY {
            self.report();
        }
    }

    fn report(&mut self) {
        self.reported = self.shared.now();
        {
            let mut status = self.shared.camera.lock();
            status.mode = self.stream.as_ref().map(|stream| stream.camera.mode());
            status.works = self.supervisor.works();
            status.failures = self.supervisor.failures();
            status.trouble = self.trouble;
            if let Some(stream) = &self.stream {
                status.tally = stream.camera.tally();
            }
            if status.reason.as_deref() != self.supervisor.reason() {
                status.reason = self.supervisor.reason().map(str::to_owned);
            }
        }
        self.shared.update_board();
    }
}

/// What viewers are told of a camera that was closed because nothing good came of it.
fn trouble_of_silence(reason: Option<&str>) -> Trouble {
    match reason {
        Some(UNREADABLE | UNEXPECTED) => Trouble::Unreadable,
        _ => Trouble::Silent,
    }
}
