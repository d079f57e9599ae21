//! The pipes to and from a child: reading and writing end with the child, whoever else holds them
//! open.

use crate::ward::Ward;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use std::fmt;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::process::{ChildStdin, ChildStdout};
use std::sync::Arc;

/// How often to check whether the child is over.
const LOOK_EVERY: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// The wanted size of a pipe: it holds more of a frame than the usual 64 KiB, so that we and the
/// child switch less often. Any size works.
const PIPE_BYTES: usize = 1 << 20;

/// The input of a child.
pub struct Input {
    pipe: ChildStdin,
    ward: Arc<Ward>,
}

/// The output of a child.
pub struct Output {
    pipe: ChildStdout,
    ward: Arc<Ward>,
}

impl Input {
    pub(crate) fn new(pipe: ChildStdin, ward: Arc<Ward>) -> Self {
        widen(&pipe);
        // Without it, a child that hangs is still killed in time.
        let _ = fcntl_getfl(&pipe).and_then(|flags| fcntl_setfl(&pipe, flags | OFlags::NONBLOCK));
        Self { pipe, ward }
    }
}

impl Output {
    pub(crate) fn new(pipe: ChildStdout, ward: Arc<Ward>) -> Self {
        widen(&pipe);
        Self { pipe, ward }
    }
}

impl Read for Output {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match ready(&self.pipe, PollFlags::IN, &self.ward)? {
            true => self.pipe.read(buffer),
            false => Ok(0),
        }
    }
}

impl Write for Input {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.pipe.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return written,
            }
            if !ready(&self.pipe, PollFlags::OUT, &self.ward)? {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Waits until the pipe is ready; `false` when its child is over.
fn ready(pipe: &impl AsFd, what: PollFlags, ward: &Ward) -> io::Result<bool> {
    let mut ready = [PollFd::new(pipe, what)];
    // Mostly it is ready at once, and the wait needs no record.
    if poll(&mut ready, Some(&Timespec::default()))? > 0 {
        return Ok(true);
    }
    let _waiting = Waiting::for_(ward);
    loop {
        match poll(&mut ready, Some(&LOOK_EVERY)) {
            Ok(0) if ward.is_over() => return Ok(false),
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return Ok(true),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Records that a thread waits for the child.
pub(crate) struct Waiting<'a>(&'a Ward);

impl<'a> Waiting<'a> {
    pub fn for_(ward: &'a Ward) -> Self {
        ward.wait(true);
        Self(ward)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.wait(false);
    }
}

fn widen(pipe: impl AsFd) {
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_BYTES);
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("child", &self.ward.pid()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("child", &self.ward.pid()).finish_non_exhaustive()
    }
}
