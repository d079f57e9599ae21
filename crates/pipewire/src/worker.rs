//! A thread that runs PipeWire's loop, and how it is woken and ended.

use crate::Error;
use backlot_media::threads;
use pipewire::channel::{Receiver, Sender, channel};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

/// How long opening may take before it counts as failed.
const START: Duration = Duration::from_secs(5);

/// What the thread is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// A picture lies in the slot.
    Picture,
    /// It is time to end.
    Quit,
}

/// Says once how starting went.
pub(crate) type Report<T> = mpsc::SyncSender<Result<T, Error>>;

/// The thread. Dropping it ends it, and waits for that.
pub(crate) struct Worker {
    signals: Sender<Signal>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts a thread with `body`, and waits until it reports (`what` names what it has to do)
    /// or fails.
    pub(crate) fn start<T: Send + 'static>(
        what: &'static str,
        body: impl FnOnce(Receiver<Signal>, &Report<T>) -> Result<(), Error> + Send + 'static,
    ) -> Result<(Self, T), Error> {
        let (signals, receiver) = channel();
        let (report, reported) = mpsc::sync_channel(2);
        let thread = threads::start("pipewire", move || {
            crate::sys::init();
            if let Err(error) = body(receiver, &report) {
                let _ = report.try_send(Err(error));
            }
        });
        let worker = Self { signals, thread: Some(thread.map_err(Error::Thread)?) };
        match reported.recv_timeout(START) {
            Ok(answer) => answer.map(|value| (worker, value)),
            Err(_) => Err(Error::Slow(what, START.as_secs())),
        }
    }

    /// Tells the thread something. False if it has ended.
    pub(crate) fn tell(&self, signal: Signal) -> bool {
        self.signals.send(signal).is_ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.tell(Signal::Quit);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
