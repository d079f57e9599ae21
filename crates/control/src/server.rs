//! The server, as those see it who own it.

use crate::claim::Claim;
use crate::error::ControlError;
use crate::inbox::Inbox;
use crate::service::{Panic, Service};
use crate::shared::Shared;
use backlot_media::threads;
use backlot_protocol::State;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Serves the socket until it is dropped.
pub struct Server {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    /// Given back after the thread has ended.
    _claim: Claim,
}

impl Server {
    /// Opens the socket, and hands requests to an inbox. `panic` is called the moment that a
    /// `panic` arrives, which then goes to the inbox like every other request.
    ///
    /// Clients are served from the first [`publish`](Self::publish) on.
    ///
    /// # Errors
    /// When another program serves the socket, when others may change what is in its folder, and
    /// when the system refuses.
    pub fn open(path: &Path, inbox: Inbox, panic: Panic) -> Result<Self, ControlError> {
        let (claim, listener) = Claim::take(path)?;
        let failed = |source| ControlError::Io { path: path.to_owned(), source };
        let shared = Arc::new(Shared::new().map_err(failed)?);
        let service = Service::new(listener, Arc::clone(&shared), inbox, panic);
        let thread =
            threads::start("control", move || service.run()).map_err(ControlError::Thread)?;
        Ok(Self { shared, thread: Some(thread), _claim: claim })
    }

    /// Tells all clients what differs from the state that was published before. Costs the caller
    /// no more than to hand over a pointer; while nobody is connected, nothing else happens.
    pub fn publish(&self, state: &Arc<State>) {
        self.shared.publish(state);
    }

    /// Whether anybody is connected.
    pub fn is_heard(&self) -> bool {
        self.shared.is_heard()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.end();
        if let Some(thread) = self.thread.take() {
            // Its panic was told when it happened.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("shared", &self.shared).finish_non_exhaustive()
    }
}
