//! A thread that runs PipeWire's loop, with the means to wake and end it.

use crate::Error;
use backlot_media::threads;
use pipewire::channel::{Receiver, Sender, channel};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

/// How long opening may take before it counts as failed.
const START: Duration = Duration::from_secs(5);

/// A message to the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// A picture is in the slot.
    Picture,
    /// It is time to end.
    Quit,
}

/// Reports once how starting went.
pub(crate) type Report<T> = mpsc::SyncSender<Result<T, Error>>;

/// The thread. Dropping it ends the thread, and waits for that.
pub(crate) struct Worker {
    signals: Sender<Signal>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts a thread with `body`, and waits until it reports (`what` names its task) or fails.
    pub(crate) fn start<T: Send + 'static>(
        what: &'static str,
        body: impl FnOnce(Receiver<Signal>, &Report<T>) -> Result<(), Error> + Send + 'static,
    ) -> Result<(Self, T), Error> {
        let (signals, receiver) = channel();
        let (report, reported) = mpsc::sync_channel(2);
        let thread = threads::start("pipewire", move || {
            let done = crate::sys::init().and_then(|()| body(receiver, &report));
            if let Err(error) = done {
                let _ = report.try_send(Err(error));
            }
        });
        let worker = Self { signals, thread: Some(thread.map_err(Error::Thread)?) };
        match reported.recv_timeout(START) {
            Ok(answer) => answer.map(|value| (worker, value)),
            Err(_) => Err(Error::Slow(what, START.as_secs())),
        }
    }

    /// Sends the thread a message. Returns false if it has ended.
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
