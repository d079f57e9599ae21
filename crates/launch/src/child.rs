//! A child as its owner sees it.

use crate::Ending;
use crate::end;
use crate::pipes::{Input, Output, Waiting};
use crate::ward::Ward;
use rustix::process::{Pid, setpriority_process};
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

/// How much others come first: 0 is not at all, 19 always.
const NICENESS: i32 = 10;
const LEAST: i32 = 19;

/// Makes this thread work only when there is nothing more urgent to do.
pub fn yield_to_others() {
    // It is as good without.
    let _ = setpriority_process(None, NICENESS);
}

/// Makes this thread the last one of all.
pub fn yield_to_all() {
    // It is as good without.
    let _ = setpriority_process(None, LEAST);
}

/// A child process. Dropping this kills it, with everything that it started.
pub struct Child {
    ward: Arc<Ward>,
    input: Option<Input>,
    output: Option<Output>,
    ending: Option<Ending>,
}

impl Child {
    pub(crate) const fn new(ward: Arc<Ward>, input: Option<Input>, output: Option<Output>) -> Self {
        Self { ward, input, output, ending: None }
    }

    pub(crate) const fn ward(&self) -> &Arc<Ward> {
        &self.ward
    }

    /// Its process number.
    pub fn id(&self) -> u32 {
        self.ward.pid()
    }

    /// Makes it work only when there is nothing more urgent to do. Call it before it has begun.
    pub fn yield_to_others(&self) {
        let pid = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        // It is as good without.
        let _ = setpriority_process(pid, NICENESS);
    }

    /// Takes the pipe that it reads from, once. Dropping the pipe ends the child's input.
    pub const fn input(&mut self) -> Option<Input> {
        self.input.take()
    }

    /// Takes the pipe that it writes to, once.
    pub const fn output(&mut self) -> Option<Output> {
        self.output.take()
    }

    /// The last of what it has written to standard error.
    pub fn log(&self) -> String {
        self.ward.log()
    }

    /// Waits for its end, or for the end of its time. Its pipes must be read to the end or dropped
    /// before.
    pub fn wait(&mut self) -> &Ending {
        let ward = &self.ward;
        self.ending.get_or_insert_with(|| {
            let _waiting = Waiting::for_(ward);
            let ending = ward.ending();
            end::wait_if_all_end();
            ending
        })
    }

    /// Kills it now.
    pub fn kill(&mut self) -> &Ending {
        self.ward.kill();
        self.wait()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.ward.kill();
        self.ward.until_gone(Instant::now());
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child").field("id", &self.id()).finish_non_exhaustive()
    }
}
