//! Detects viewers, by the driver's events or among the system's processes.

use crate::openers::openers;
use crate::sys::Device;
use backlot_media::{Viewers, Waker, threads};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;

/// How viewers are detected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewerDetection {
    /// By the driver's events (v4l2loopback 0.13 and later).
    Events,
    /// By looking twice a second at which processes have the device open. A program that has it
    /// open without watching counts; a hidden one, another user's or in a sandbox, doesn't.
    Scan,
    /// Not at all: there might be one.
    None,
}

/// The event for viewers that come and go, and the number that some distributions patched in.
const CLIENT_USAGE: [u32; 2] = [0x10E0_0001, 0x0800_0000];

/// The time between two looks at the processes.
const SCAN_EVERY: Timespec = Timespec { tv_sec: 0, tv_nsec: 500_000_000 };

/// The number of viewers, for all threads.
#[derive(Debug)]
pub(super) struct Count(AtomicU32);

impl Count {
    const UNKNOWN: u32 = u32::MAX;

    const fn new() -> Self {
        Self(AtomicU32::new(Self::UNKNOWN))
    }

    fn set(&self, count: u32) -> bool {
        self.0.swap(count, Ordering::AcqRel) != count
    }

    pub(super) fn viewers(&self) -> Viewers {
        match self.0.load(Ordering::Acquire) {
            Self::UNKNOWN => Viewers::Unknown,
            count => Viewers::Count(count),
        }
    }
}

/// Watches until dropped.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) count: Arc<Count>,
    pub(super) detection: ViewerDetection,
    thread: Option<(Arc<OwnedFd>, JoinHandle<()>)>,
}

impl Watch {
    /// Watches by events if the driver has them, otherwise by looking at processes if `scan` allows
    /// it.
    pub(super) fn start(
        device: &Arc<Device>,
        path: &Path,
        scan: bool,
        changed: Waker,
    ) -> io::Result<Self> {
        let count = Arc::new(Count::new());
        let subscribed = CLIENT_USAGE.iter().any(|&kind| device.subscribe(kind, true).is_ok());
        let detection = match (subscribed, scan) {
            (true, _) => ViewerDetection::Events,
            (false, true) => ViewerDetection::Scan,
            (false, false) => ViewerDetection::None,
        };
        let mut watch = Self { count: count.clone(), detection, thread: None };
        let stop = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
        let stopped = stop.clone();
        let work: Box<dyn FnOnce() + Send> = match detection {
            ViewerDetection::None => return Ok(watch),
            ViewerDetection::Events => {
                drain(device, &count);
                let device = device.clone();
                Box::new(move || by_events(&device, &stopped, &count, &changed))
            }
            ViewerDetection::Scan => {
                let path = path.to_owned();
                count.set(holders(&path));
                Box::new(move || by_scan(&path, &stopped, &count, &changed))
            }
        };
        let thread = threads::start("viewers", work)?;
        watch.thread = Some((stop, thread));
        Ok(watch)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.thread.take() {
            // A counter of 1 always has room in a new eventfd.
            let _ = rustix::io::write(&*stop, &1_u64.to_ne_bytes());
            // A panic of it has already been reported.
            let _ = thread.join();
        }
    }
}

fn by_events(device: &Device, stop: &OwnedFd, count: &Count, changed: &Waker) {
    loop {
        let mut fds = [
            PollFd::from_borrowed_fd(device.as_fd(), PollFlags::PRI),
            PollFd::new(stop, PollFlags::IN),
        ];
        match poll(&mut fds, None) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => break,
        }
        if !fds[1].revents().is_empty() {
            return;
        }
        let before = count.viewers();
        // Ready without an event: the device is gone, and would stay ready for ever.
        if drain(device, count) == 0 {
            break;
        }
        if count.viewers() != before {
            changed();
        }
    }
    if count.set(Count::UNKNOWN) {
        changed();
    }
}

/// Takes all waiting events, and returns how many there were.
fn drain(device: &Device, count: &Count) -> usize {
    let mut taken = 0;
    while let Ok(Some(event)) = device.dequeue_event() {
        taken += 1;
        if CLIENT_USAGE.contains(&event.kind) {
            count.set(event.first_u32().min(Count::UNKNOWN - 1));
        }
    }
    taken
}

fn by_scan(path: &Path, stop: &OwnedFd, count: &Count, changed: &Waker) {
    loop {
        let mut fds = [PollFd::new(stop, PollFlags::IN)];
        match poll(&mut fds, Some(&SCAN_EVERY)) {
            Ok(0) => {
                if count.set(holders(path)) {
                    changed();
                }
            }
            Err(rustix::io::Errno::INTR) => {}
            _ => return,
        }
    }
}

fn holders(path: &Path) -> u32 {
    openers(path).len().min(1000) as u32
}

/// The file as `/proc` names it.
pub(super) fn real_path(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};
    use std::sync::mpsc;

    #[test]
    fn without_events_processes_are_looked_at_if_wanted() {
        let _alone = crate::openers::only_children();
        let file = tempfile::NamedTempFile::new().unwrap();
        let device = Arc::new(Device::open(file.path()).unwrap());
        let none = Watch::start(&device, file.path(), false, Arc::new(|| ())).unwrap();
        assert_eq!(none.detection, ViewerDetection::None);
        assert_eq!(none.count.viewers(), Viewers::Unknown);

        let (tell, told) = mpsc::channel();
        let waker: Waker = Arc::new(move || tell.send(()).unwrap());
        let watch = Watch::start(&device, file.path(), true, waker).unwrap();
        assert_eq!(watch.detection, ViewerDetection::Scan);
        assert_eq!(watch.count.viewers(), Viewers::Count(0));
        let input = Stdio::from(std::fs::File::open(file.path()).unwrap());
        let mut child = Command::new("sleep").arg("60").stdin(input).spawn().unwrap();
        told.recv().unwrap();
        assert_eq!(watch.count.viewers(), Viewers::Count(1));
        child.kill().unwrap();
        child.wait().unwrap();
        told.recv().unwrap();
        assert_eq!(watch.count.viewers(), Viewers::Count(0));
        drop(watch);
    }

    #[test]
    fn watching_ends_at_once_when_dropped() {
        let null = Arc::new(Device::open(Path::new("/dev/null")).unwrap());
        let watch = Watch::start(&null, Path::new("/dev/null"), true, Arc::new(|| ())).unwrap();
        drop(watch);
    }
}
