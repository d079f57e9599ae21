//! A child as everyone involved sees it: its owner, those who wait for it, and the thread that
//! enforces its limits.

use crate::{Ending, Limits, Overdue};
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};
use std::process::{Child, ExitStatus};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many bytes of a child's complaints to keep: the last ones.
const LOG_BYTES: usize = 16 * 1024;

/// How long to wait for a child after it ended or was killed. By then its pipes are closed, unless
/// something that it started holds them open.
const GRACE: Duration = Duration::from_millis(500);

/// How long to wait for a killed child. One that hangs in the kernel ends when it can.
const LONGEST_END: Duration = Duration::from_secs(1);

/// A child, from its start until nothing is left of it.
pub(crate) struct Ward {
    pid: u32,
    limits: Limits,
    start: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    child: Child,
    status: Option<ExitStatus>,
    /// When it ended or was killed, whichever came first.
    over: Option<Instant>,
    log: Vec<u8>,
    log_ended: bool,
    overdue: Option<Overdue>,
    /// How many wait for it, and since when it has been idle.
    waiting: usize,
    still: Option<(Instant, u64)>,
    /// Counts the bytes through its pipes.
    passed: u64,
}

impl Ward {
    /// A new child. It gets its limit of memory.
    pub fn new(child: Child, limits: Limits) -> Self {
        let pid = child.id();
        if let Some(pid) = raw(pid) {
            let limit = Rlimit { current: Some(limits.memory), maximum: Some(limits.memory) };
            // It may have ended already.
            let _ = prlimit(Some(pid), Resource::Data, limit);
        }
        let state = State {
            child,
            status: None,
            over: None,
            log: Vec::new(),
            log_ended: false,
            overdue: None,
            waiting: 0,
            still: None,
            passed: 0,
        };
        let (start, state, changed) = (Instant::now(), Mutex::new(state), Condvar::new());
        Self { pid, limits, start, state, changed }
    }

    pub const fn pid(&self) -> u32 {
        self.pid
    }

    /// The time since its start.
    pub fn age(&self, now: Instant) -> Duration {
        now.duration_since(self.start)
    }

    /// Never held during a wait.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills the child and everything that it started, unless it has ended.
    pub fn kill(&self) {
        self.state().kill(self.pid);
    }

    /// Whether it has ended. Never waits.
    pub fn has_ended(&self) -> bool {
        let ended = self.state().look();
        if ended {
            self.changed.notify_all();
        }
        ended
    }

    /// Waits until it has ended, if it was killed at that time.
    pub fn until_gone(&self, killed: Instant) {
        let mut pause = Duration::from_micros(200);
        while !self.has_ended() && killed.elapsed() < LONGEST_END {
            std::thread::sleep(pause);
            pause = (2 * pause).min(Duration::from_millis(10));
        }
    }

    /// Whether its pipes are finished: it ended or was killed some time ago, and only another
    /// process can hold them open.
    pub fn is_over(&self) -> bool {
        self.state().is_over()
    }

    /// A wait for the child begins or ends.
    pub fn wait(&self, begins: bool) {
        let mut state = self.state();
        if begins {
            state.waiting += 1;
        } else {
            state.waiting -= 1;
            state.passed += 1;
        }
    }

    /// Adds to its complaints.
    pub fn complain(&self, bytes: &[u8]) {
        let mut state = self.state();
        state.log.extend_from_slice(bytes);
        if state.log.len() > 2 * LOG_BYTES {
            let surplus = state.log.len() - LOG_BYTES;
            state.log.drain(..surplus);
        }
    }

    /// Its complaints so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&self.state().log).into_owned()
    }

    /// Notes that there are no more complaints.
    pub fn end_log(&self) {
        self.state().log_ended = true;
        self.changed.notify_all();
    }

    /// Kills the child if it exceeds a limit of time.
    pub fn keep_limits(&self, now: Instant) {
        let mut state = self.state();
        if state.over.is_some() {
            return;
        }
        let late = self.limits.total.filter(|limit| self.age(now) >= *limit);
        let idle = self.limits.idle.filter(|limit| state.has_been_idle(self.pid, now, *limit));
        state.overdue = late.map(Overdue::Total).or(idle.map(Overdue::Idle));
        if state.overdue.is_some() {
            state.kill(self.pid);
        }
    }

    /// Waits until it and its complaints have ended, or until waiting is of no use.
    pub fn ending(&self) -> Ending {
        let mut pause = Duration::from_millis(1);
        loop {
            let mut state = self.state();
            let ended = state.look();
            if (ended && state.log_ended) || state.is_over() {
                return state.ending();
            }
            let waited = self.changed.wait_timeout(state, pause);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            pause = (2 * pause).min(Duration::from_millis(20));
        }
    }
}

impl State {
    fn is_over(&self) -> bool {
        self.over.is_some_and(|over| over.elapsed() >= GRACE)
    }

    fn look(&mut self) -> bool {
        if self.status.is_none() {
            self.status = self.child.try_wait().ok().flatten();
            if self.status.is_some() {
                self.over.get_or_insert_with(Instant::now);
            }
        }
        self.status.is_some()
    }

    fn kill(&mut self, pid: u32) {
        // Until someone waits for it, no other process can get its number.
        if self.look() {
            return;
        }
        if let Some(group) = raw(pid) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.kill();
        self.over.get_or_insert_with(Instant::now);
    }

    /// Whether a wait has lasted this long with the child idle.
    fn has_been_idle(&mut self, pid: u32, now: Instant, limit: Duration) -> bool {
        if self.waiting == 0 {
            self.still = None;
            return false;
        }
        let done = self.passed.wrapping_add(processor_ticks(pid).unwrap_or_default());
        match self.still {
            Some((since, before)) if before == done => now.duration_since(since) >= limit,
            _ => {
                self.still = Some((now, done));
                false
            }
        }
    }

    fn ending(&self) -> Ending {
        Ending {
            success: self.overdue.is_none() && self.status.is_some_and(|s| s.success()),
            code: self.status.and_then(|status| status.code()),
            log: String::from_utf8_lossy(&self.log).into_owned(),
            overdue: self.overdue,
        }
    }
}

fn raw(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

/// The processor time that a process has used, in ticks: user and system, fields 14 and 15 of
/// `/proc/PID/stat`, which follow its name in brackets.
fn processor_ticks(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_past_any_name() {
        let own = std::process::id();
        let before = processor_ticks(own).unwrap();
        let start = Instant::now();
        let mut sum = 0_u64;
        while start.elapsed() < Duration::from_millis(60) {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(processor_ticks(own).unwrap() > before);
        assert_eq!(processor_ticks(u32::MAX), None);
    }
}
