//! Ends runs that take too long.

use crate::error::{OnnxError, said};
use backlot_media::threads;
use ort::session::RunOptions;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// No run is going on.
const IDLE: u64 = 0;
/// The run took too long, and was told to end.
const OVER: u64 = u64::MAX;

/// Watches the runs of one session. Its thread sleeps while there are none.
pub(crate) struct Watch {
    shared: Arc<Shared>,
    thread: Thread,
}

struct Shared {
    options: RunOptions,
    limit: Duration,
    epoch: Instant,
    /// When the run began, in milliseconds after the epoch, and one more.
    since: AtomicU64,
    /// Whether the run that is over has been told to end.
    told: AtomicBool,
    asleep: AtomicBool,
    done: AtomicBool,
}

impl Watch {
    /// Starts to watch for runs that take longer than `limit`.
    pub fn new(limit: Duration) -> Result<Self, OnnxError> {
        let mut options = RunOptions::new().map_err(|error| OnnxError::Refused(said(&error)))?;
        // What goes wrong is returned, and needn't be printed.
        let quiet = options.set_log_level(ort::logging::LogLevel::Fatal);
        quiet.map_err(|error| OnnxError::Refused(said(&error)))?;
        let shared = Arc::new(Shared {
            options,
            limit,
            epoch: Instant::now(),
            since: AtomicU64::new(IDLE),
            told: AtomicBool::new(false),
            asleep: AtomicBool::new(false),
            done: AtomicBool::new(false),
        });
        let watched = Arc::clone(&shared);
        let handle = threads::start("onnx-watch", move || watched.watch());
        let handle = handle.map_err(|error| OnnxError::Refused(format!("no thread: {error}")))?;
        Ok(Self { shared, thread: handle.thread().clone() })
    }

    /// Runs something that heeds the options. Returns what it returned, or nothing if it took too
    /// long.
    pub fn run<T>(&self, call: impl FnOnce(&RunOptions) -> T) -> Option<T> {
        let shared = &*self.shared;
        shared.since.store(shared.now(), SeqCst);
        if shared.asleep.load(SeqCst) {
            self.thread.unpark();
        }
        let result = call(&shared.options);
        if shared.since.swap(IDLE, SeqCst) != OVER {
            return Some(result);
        }
        while !shared.told.swap(false, SeqCst) {
            thread::yield_now();
        }
        // If that fails, the next run ends at once, and says so.
        let _ = shared.options.unterminate();
        None
    }

    /// The longest that a run may take.
    pub fn limit(&self) -> Duration {
        self.shared.limit
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("limit", &self.shared.limit).finish_non_exhaustive()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.done.store(true, SeqCst);
        self.thread.unpark();
    }
}

impl Shared {
    fn now(&self) -> u64 {
        self.epoch.elapsed().as_millis() as u64 + 1
    }

    fn watch(&self) {
        let tick = (self.limit / 4).min(Duration::from_secs(1));
        while !self.done.load(SeqCst) {
            let since = self.since.load(SeqCst);
            if since == IDLE {
                self.asleep.store(true, SeqCst);
                if self.since.load(SeqCst) == IDLE && !self.done.load(SeqCst) {
                    thread::park();
                }
                self.asleep.store(false, SeqCst);
                continue;
            }
            let is_late = since != OVER && self.now() - since >= self.limit.as_millis() as u64;
            if is_late && self.since.compare_exchange(since, OVER, SeqCst, SeqCst).is_ok() {
                // If that fails, the run goes on, and nothing ends it.
                let _ = self.options.terminate();
                self.told.store(true, SeqCst);
            }
            thread::park_timeout(tick);
        }
    }
}
