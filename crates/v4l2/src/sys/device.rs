//! An open device and the calls on the whole of it.

use super::abi::{self, Plain, Request};
use super::text;
use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

/// One of a device's two streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BufType {
    /// Pictures come out of the device.
    Capture,
    /// Pictures go into the device.
    Output,
}

impl BufType {
    pub(super) const fn number(self) -> u32 {
        match self {
            Self::Capture => 1,
            Self::Output => 2,
        }
    }
}

/// What a device reports about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// The driver's name, such as `uvcvideo` or `v4l2 loopback`.
    pub driver: String,
    /// The device's name, as people know it.
    pub card: String,
    /// Where it is plugged in.
    pub bus_info: String,
    /// The kernel's version, as `major << 16 | minor << 8 | patch`; of v4l2loopback its own.
    pub version: u32,
    /// What this very node can do (`device_caps`, or `capabilities` from drivers without it).
    pub caps: u32,
}

impl Capability {
    /// Whether it delivers pictures, in one plane of memory.
    pub const fn captures(&self) -> bool {
        self.caps & 0x0000_0001 != 0
    }

    /// Whether it takes pictures, in one plane of memory.
    pub const fn outputs(&self) -> bool {
        self.caps & 0x0000_0002 != 0
    }

    /// Whether it is a memory-to-memory device, an encoder for example, and so not a camera.
    pub const fn is_codec(&self) -> bool {
        self.caps & 0x0000_c000 != 0
    }

    /// Whether it delivers pictures in several planes of memory (cameras on phones and boards).
    pub const fn captures_multiplanar(&self) -> bool {
        self.caps & 0x0000_1000 != 0
    }

    /// Whether it delivers data about pictures.
    pub const fn captures_metadata(&self) -> bool {
        self.caps & 0x0080_0000 != 0
    }

    /// Whether it exchanges pictures in shared memory.
    pub const fn streams(&self) -> bool {
        self.caps & 0x0400_0000 != 0
    }
}

/// What a device is ready for, or what to wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// A picture can be taken.
    pub readable: bool,
    /// A picture can be handed over.
    pub writable: bool,
    /// An event can be taken.
    pub event: bool,
    /// The stream is not running, or the device is gone. Never waited for, always reported.
    pub error: bool,
}

/// An open device; closed when dropped.
#[derive(Debug)]
pub struct Device {
    fd: OwnedFd,
}

impl Device {
    /// Opens a device to read and write; calls on it don't block, and child processes don't inherit
    /// it.
    ///
    /// # Errors
    /// Returns the system's error: not there, no permission, busy.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = CString::new(path.as_os_str().as_bytes())?;
        let flags = libc::O_RDWR | libc::O_NONBLOCK | libc::O_CLOEXEC;
        let fd = loop {
            // SAFETY: the path ends with a zero and lives during the call.
            match answer(unsafe { libc::open(path.as_ptr(), flags) }) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        // SAFETY: the descriptor is new and ours.
        Ok(Self { fd: unsafe { OwnedFd::from_raw_fd(fd) } })
    }

    /// One call. The kernel reads and writes `argument`, whose size is in the call's number.
    pub(super) fn call<T: Plain>(&self, request: &Request<T>, argument: &mut T) -> io::Result<()> {
        let pointer: *mut T = argument;
        // SAFETY: `Plain` promises that any answer is a value, and the size is the call's.
        unsafe { self.call_raw(request, pointer) }
    }

    /// One call, repeated if a signal interrupts it.
    ///
    /// # Safety
    /// `argument` points to a `T` that the kernel may read and write, and the same holds for
    /// anything that the `T` points to.
    pub(super) unsafe fn call_raw<T>(
        &self,
        request: &Request<T>,
        argument: *mut T,
    ) -> io::Result<()> {
        loop {
            // SAFETY: by this function's own contract.
            let result = unsafe { libc::ioctl(self.fd.as_raw_fd(), request.number, argument) };
            match answer(result) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other.map(|_| ()),
            }
        }
    }

    /// Returns driver, name and abilities.
    ///
    /// # Errors
    /// Returns `ENOTTY` if it isn't a video device.
    pub fn querycap(&self) -> io::Result<Capability> {
        let mut answer = abi::Capability::zeroed();
        self.call(&abi::QUERYCAP, &mut answer)?;
        let has_own = answer.capabilities & 0x8000_0000 != 0;
        Ok(Capability {
            driver: text(&answer.driver),
            card: text(&answer.card),
            bus_info: text(&answer.bus_info),
            version: answer.version,
            caps: if has_own { answer.device_caps } else { answer.capabilities },
        })
    }

    /// Waits until the device is ready for something of `wanted`, at most for `wait` (`None`: for
    /// ever). If nothing is ready, the whole answer is `false`.
    ///
    /// # Errors
    /// Returns the system's error.
    pub fn poll(&self, wanted: Ready, wait: Option<Duration>) -> io::Result<Ready> {
        let when = |wanted: bool, flags| if wanted { flags } else { 0 };
        let mut entry = libc::pollfd {
            fd: self.fd.as_raw_fd(),
            events: when(wanted.readable, libc::POLLIN)
                | when(wanted.writable, libc::POLLOUT)
                | when(wanted.event, libc::POLLPRI),
            revents: 0,
        };
        let until = wait.map(|wait| std::time::Instant::now() + wait);
        loop {
            let left =
                until.map(|until| until.saturating_duration_since(std::time::Instant::now()));
            let limit = left.map(|left| libc::timespec {
                tv_sec: left.as_secs().min(1 << 31) as libc::time_t,
                tv_nsec: left.subsec_nanos().into(),
            });
            let limit = limit.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
            // SAFETY: one entry, and a limit that is null or lives during the call.
            let count = unsafe { libc::ppoll(&raw mut entry, 1, limit, std::ptr::null()) };
            match answer(count) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(_) => break,
            }
        }
        let got = |flags| entry.revents & flags != 0;
        Ok(Ready {
            readable: got(libc::POLLIN),
            writable: got(libc::POLLOUT),
            event: got(libc::POLLPRI),
            error: got(libc::POLLERR | libc::POLLHUP | libc::POLLNVAL),
        })
    }

    /// Gives the device bytes by `write`, and returns how many it took.
    ///
    /// # Errors
    /// Returns the system's error; `WouldBlock` if it takes none now.
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            // SAFETY: the bytes live during the call.
            let count =
                unsafe { libc::write(self.fd.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) };
            match usize::try_from(count) {
                Ok(count) => return Ok(count),
                Err(_) => {
                    let error = io::Error::last_os_error();
                    if error.kind() != io::ErrorKind::Interrupted {
                        return Err(error);
                    }
                }
            }
        }
    }
}

impl AsFd for Device {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn answer(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_device_is_refused() {
        let null = Device::open(Path::new("/dev/null")).unwrap();
        assert_eq!(null.querycap().unwrap_err().raw_os_error(), Some(libc::ENOTTY));
        let error = Device::open(Path::new("/dev/no-such-device")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn waiting_ends() {
        let null = Device::open(Path::new("/dev/null")).unwrap();
        let wanted = Ready { readable: true, ..Ready::default() };
        assert!(null.poll(wanted, None).unwrap().readable);
        let ready = null.poll(Ready::default(), Some(Duration::from_millis(1))).unwrap();
        assert_eq!(ready, Ready::default());
        assert_eq!(null.write(&[1, 2, 3]).unwrap(), 3);
    }
}
