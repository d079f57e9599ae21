//! A camera's thread: keeps the camera open while anyone watches it, and passes pictures on.

use super::call::Call;
use super::parcel::Packer;
use super::port::Port;
use super::shared::Shared;
use super::{CameraStatus, Order, Patience, Supervisor};
use backlot_launch::Errand;
use backlot_media::{
    Camera, CameraMode, CameraOpener, Delivery, Encoding, Recovery, Seldom, StreamError, Timestamp,
    Trouble,
};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

/// The longest wait for a picture before checking whether the camera is still wanted.
const LOOK_AROUND: Duration = Duration::from_millis(100);

const NOTHING: &str = "the camera delivers nothing";
const DAMAGED: &str = "the camera's pictures arrive damaged: try another cable or port";
const UNREADABLE: &str = "the camera's pictures can't be read";
const UNEXPECTED: &str = "the camera's pictures are not what it promised";

/// This many unreadable pictures in a row are no accident.
const NO_ACCIDENT: u32 = 10;

/// How often to report the driver's counts.
const REPORT_EVERY: Duration = Duration::from_millis(500);

pub(crate) struct CameraThread {
    shared: Arc<Shared>,
    port: Arc<Port>,
    calls: Sender<Call>,
    opener: Box<dyn CameraOpener>,
    supervisor: Supervisor,
    trouble: Trouble,
    stream: Option<Stream>,
    sequence: u64,
    streams: u64,
    reported: Timestamp,
    /// The pictures that could not be read, in a sentence, so that they are no longer requested.
    avoided: Option<(Encoding, String)>,
    told: Seldom,
}

struct Stream {
    camera: Box<dyn Camera>,
    packer: Packer,
    /// How many of its pictures the worker could read.
    read: u64,
    /// Pictures that the driver marked as damaged.
    damaged: u64,
    /// Whether it reported that pictures can't be read.
    is_explained: bool,
}

impl CameraThread {
    pub fn new(
        shared: Arc<Shared>,
        port: Arc<Port>,
        calls: Sender<Call>,
        opener: Box<dyn CameraOpener>,
    ) -> Self {
        port.status.lock().name = opener.name();
        let supervisor = Supervisor::new(Patience::CAMERA);
        Self {
            shared,
            port,
            calls,
            opener,
            supervisor,
            trouble: Trouble::Other,
            stream: None,
            sequence: 0,
            streams: 0,
            reported: Timestamp::default(),
            avoided: None,
            told: Seldom::new(),
        }
    }

    /// Runs until everything stops, or it is no longer needed.
    pub fn run(mut self) {
        while !self.is_over() {
            self.change_camera();
            self.supervisor.set_linger(*self.shared.close_after.lock());
            let now = self.shared.now();
            self.supervisor.want(now, self.shared.is_wanted(&self.port.id));
            match self.supervisor.order(now) {
                Order::Rest => self.wait(None),
                Order::Wait(until) => self.wait(Some(until.since(now))),
                Order::Open => self.open(now),
                Order::Run => self.capture(),
                Order::Close => {
                    self.trouble = trouble_of_silence(self.supervisor.reason());
                    self.avoid_unreadable();
                    self.close();
                }
            }
        }
    }

    fn is_over(&self) -> bool {
        self.shared.is_stopping() || self.port.is_leaving()
    }

    /// The scene is built again if it was built for pictures of another size.
    fn note_size(&self, mode: CameraMode) {
        let wished = self.port.wish.lock().size;
        let known = self.port.size.lock().replace(mode.size).unwrap_or(wished);
        if known != mode.size {
            // The receiver is gone only while everything stops.
            let _ = self.calls.send(Call::Renew);
        }
    }

    /// Switches to another camera, if one is requested.
    fn change_camera(&mut self) {
        let is_asked_anew = self.port.take_question();
        let Some(next) = self.port.next.lock().take() else {
            if is_asked_anew {
                self.supervisor = Supervisor::new(Patience::CAMERA);
                self.close();
            }
            return;
        };
        (self.opener, self.avoided) = (next, None);
        tracing::info!(camera = self.opener.name(), "another camera");
        self.supervisor = Supervisor::new(Patience::CAMERA);
        {
            let mut status = self.port.status.lock();
            *status = CameraStatus { name: self.opener.name(), ..CameraStatus::default() };
        }
        self.close();
    }

    fn wait(&mut self, time: Option<Duration>) {
        let _ = self.port.bell.take(time);
    }

    pub(super) fn open(&mut self, now: Timestamp) {
        self.report();
        let (wish, errand) = (*self.port.wish.lock(), Errand::new());
        self.port.errand.set(errand.clone());
        if self.port.next.lock().is_some() || self.is_over() {
            return;
        }
        let opened = errand.within(|| self.opener.open(&wish));
        // From now on its children belong to the camera.
        self.port.errand.set(Errand::new());
        if errand.is_given_up() {
            // Another camera is wanted: the result of this one doesn't matter.
            return;
        }
        match opened {
            Ok(camera) => {
                let mode = camera.mode();
                tracing::info!(camera = self.opener.name(), %mode, "camera opened");
                let packer = Packer::new(camera.mode());
                let remarks = [camera.remark().map(str::to_owned), self.remark(camera.mode())];
                let remarks: Vec<String> = remarks.into_iter().flatten().collect();
                let remark = (!remarks.is_empty()).then(|| remarks.join("; "));
                self.port.status.lock().remark = remark;
                self.note_size(camera.mode());
                let (read, damaged, is_explained) = (0, 0, false);
                self.stream = Some(Stream { camera, packer, read, damaged, is_explained });
                self.streams += 1;
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
            Ok(Delivery::Nothing) => self.look_for_signs_of_life(now, false),
            Ok(Delivery::Picture) => {
                let is_picture = parcel.is_some();
                match parcel {
                    Some(parcel) => {
                        self.sequence += 1;
                        self.port.parcels.put(parcel);
                        self.shared.bell.wake();
                    }
                    None => self.supervisor.suspect(UNEXPECTED),
                }
                self.look_for_signs_of_life(now, is_picture);
            }
        }
    }

    /// A stream works once one of its pictures could be read. From then on each delivered picture
    /// counts, unless the last one could not be read.
    fn look_for_signs_of_life(&mut self, now: Timestamp, has_delivered: bool) {
        let Some(stream) = &mut self.stream else { return };
        let (read, spoiled) = {
            let mut reading = self.port.reading.lock();
            let reading = reading.of(self.streams);
            (reading.read, reading.spoiled_in_row)
        };
        let damaged = stream.camera.tally().damaged;
        let has_read = std::mem::replace(&mut stream.read, read) < read;
        let has_damaged = std::mem::replace(&mut stream.damaged, damaged) < damaged;
        let worked = self.supervisor.works();
        if spoiled == 0 && (has_read || has_delivered && worked) {
            stream.is_explained = false;
            self.supervisor.suspect(NOTHING);
            self.supervisor.delivered(now);
            if !worked {
                self.report();
            }
        } else if spoiled >= NO_ACCIDENT {
            self.explain_unreadable(now);
        } else if spoiled > 0 {
            self.supervisor.suspect(UNREADABLE);
        } else if has_damaged {
            self.supervisor.suspect(DAMAGED);
        }
        self.report_now_and_then(now);
    }

    /// Reports that pictures can't be read, and why. If later ones can't be better, it asks for
    /// another format at once.
    fn explain_unreadable(&mut self, now: Timestamp) {
        let fault = self.port.reading.lock().of(self.streams).fault.clone();
        let (Some(stream), Some((recovery, why))) = (&mut self.stream, fault) else { return };
        let is_new = !std::mem::replace(&mut stream.is_explained, true);
        let reason = format!("{UNREADABLE}: {why}");
        if recovery == Recovery::Reconfigure && stream.read == 0 {
            self.avoid_unreadable();
            self.trouble = Trouble::Unreadable;
            self.supervisor.failed(now, recovery, reason);
            self.close();
        } else if is_new {
            self.trouble = Trouble::Unreadable;
            self.supervisor.explain(&reason);
            self.report();
        }
    }

    /// Asks for pictures in another encoding from now on, if pictures arrived and none of them
    /// could be read.
    fn avoid_unreadable(&mut self) {
        let Some(stream) = &self.stream else { return };
        let fault = {
            let mut reading = self.port.reading.lock();
            let reading = reading.of(self.streams);
            let is_hopeless = reading.read == 0 && reading.spoiled_in_row >= NO_ACCIDENT;
            reading.fault.clone().filter(|_| is_hopeless)
        };
        let Some((_, why)) = fault else { return };
        let encoding = stream.camera.mode().encoding;
        self.opener.avoid(encoding);
        self.avoided = Some((encoding, why));
    }

    /// What differs from the request, although the camera works.
    fn remark(&self, mode: CameraMode) -> Option<String> {
        let (encoding, why) = self.avoided.as_ref()?;
        (mode.encoding != *encoding).then(|| {
            format!(
                "the camera is asked for {mode}, as its {encoding} pictures can't be read: {why}"
            )
        })
    }

    fn fail(&mut self, now: Timestamp, error: &StreamError) {
        self.trouble = error.trouble();
        let reason = error.to_string();
        if let Some(times) = self.told.tell(&reason, now) {
            tracing::warn!(camera = self.opener.name(), times, reason, "camera failed");
        }
        self.supervisor.failed(now, error.recovery(), reason);
        self.close();
    }

    /// Closes the camera, and drops pictures under way: they belong to a stream that is over.
    fn close(&mut self) {
        if self.stream.take().is_some() {
            tracing::info!("camera closed");
        }
        self.port.parcels.clear();
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
            let mut status = self.port.status.lock();
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
    }
}

/// What viewers learn about a camera that was closed because it delivered nothing good.
fn trouble_of_silence(reason: Option<&str>) -> Trouble {
    match reason {
        Some(DAMAGED | UNEXPECTED) => Trouble::Unreadable,
        Some(reason) if reason.starts_with(UNREADABLE) => Trouble::Unreadable,
        _ => Trouble::Silent,
    }
}
