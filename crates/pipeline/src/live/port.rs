//! Where the pictures of one camera come in.

use super::cell::Cell;
use super::parcel::Parcel;
use super::{CameraStatus, Mailbox};
use crate::CameraId;
use crate::notice::Notice;
use backlot_launch::Errand;
use backlot_media::{CameraOpener, Recovery, Size, Wish};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The state of one camera.
pub(crate) struct Port {
    pub id: CameraId,
    /// The name of a declared camera's device; empty for the usual one.
    pub device: String,
    /// What it is asked for.
    pub wish: Cell<Wish>,
    /// The latest picture on its way to the worker.
    pub parcels: Mailbox<Parcel>,
    /// Wakes its thread.
    pub bell: Mailbox<()>,
    /// The report of its thread.
    pub status: Cell<CameraStatus>,
    /// The worker's report on its pictures.
    pub reading: Cell<Reading>,
    /// The camera that replaces this one.
    pub next: Cell<Option<Box<dyn CameraOpener>>>,
    /// The opening that is under way, if one is.
    pub errand: Cell<Errand>,
    /// The size of its pictures, once it was open.
    pub size: Cell<Option<Size>>,
    is_asked_anew: AtomicBool,
    is_leaving: AtomicBool,
}

impl Port {
    pub fn new(id: CameraId, device: String, wish: Wish) -> Self {
        Self {
            id,
            device,
            wish: Cell::new(wish),
            parcels: Mailbox::default(),
            bell: Mailbox::default(),
            status: Cell::default(),
            reading: Cell::default(),
            next: Cell::default(),
            errand: Cell::default(),
            size: Cell::default(),
            is_asked_anew: AtomicBool::new(false),
            is_leaving: AtomicBool::new(false),
        }
    }

    /// Asks the camera for something else.
    pub fn ask(&self, wish: Wish) {
        self.wish.set(wish);
        self.is_asked_anew.store(true, Ordering::Release);
        self.bell.wake();
    }

    /// Whether it was asked for something else since the last call.
    pub fn take_question(&self) -> bool {
        self.is_asked_anew.swap(false, Ordering::AcqRel)
    }

    /// Replaces the camera. One that doesn't answer gives way at once.
    pub fn replace(&self, camera: Box<dyn CameraOpener>) {
        self.next.set(Some(camera));
        self.errand.lock().give_up();
        self.bell.wake();
    }

    /// Makes its thread close the camera and end.
    pub fn leave(&self) {
        self.is_leaving.store(true, Ordering::Release);
        self.errand.lock().give_up();
        self.bell.wake();
    }

    pub fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Acquire)
    }

    /// What viewers should read while it delivers nothing.
    pub fn notice(&self) -> Notice {
        let status = self.status.lock();
        match &status.reason {
            Some(_) => Notice::Camera(status.trouble),
            None if status.works => Notice::Late,
            None => Notice::Starting,
        }
    }

    pub fn status(&self) -> CameraStatus {
        CameraStatus { dropped: self.parcels.dropped(), ..self.status.lock().clone() }
    }
}

/// The worker's report on the pictures of one stream of a camera.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Which stream.
    pub stream: u64,
    /// Pictures that could be read.
    pub read: u64,
    /// Pictures in a row that could not.
    pub spoiled_in_row: u32,
    /// Why the last of them could not, and what helps.
    pub fault: Option<(Recovery, String)>,
}

impl Reading {
    /// The facts about a stream.
    pub fn of(&mut self, stream: u64) -> &mut Self {
        if self.stream != stream {
            *self = Self { stream, ..Self::default() };
        }
        self
    }

    /// A picture could be read.
    pub fn note_read(&mut self) {
        self.read += 1;
        (self.spoiled_in_row, self.fault) = (0, None);
    }

    /// A picture could not be read.
    pub fn note_spoiled(&mut self, recovery: Recovery, why: String) {
        self.spoiled_in_row = self.spoiled_in_row.saturating_add(1);
        self.fault = Some((recovery, why));
    }
}

/// All cameras, the usual one first. Looking at them doesn't allocate.
pub(crate) struct Ports(Mutex<Arc<Vec<Arc<Port>>>>);

impl Ports {
    /// Only the usual one.
    pub fn new(usual: Port) -> Self {
        Self(Mutex::new(Arc::new(vec![Arc::new(usual)])))
    }

    /// The present ones.
    pub fn all(&self) -> Arc<Vec<Arc<Port>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The usual one.
    pub fn usual(&self) -> Arc<Port> {
        self.all()[0].clone()
    }

    /// Keeps these, beside the usual one.
    pub fn set_declared(&self, declared: &[Arc<Port>]) {
        let all = std::iter::once(self.usual()).chain(declared.iter().cloned()).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(all);
    }
}
