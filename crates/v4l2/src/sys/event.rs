//! Events.

use super::abi::{self, Plain};
use super::{BufType, Device};
use std::io;

/// A message from a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which event.
    pub kind: u32,
    /// The object concerned, a control for example.
    pub id: u32,
    /// How many more are waiting.
    pub pending: u32,
    /// Its data; the meaning depends on `kind`.
    pub data: [u8; 64],
}

impl Event {
    /// The first four bytes of the data as a number.
    pub fn first_u32(&self) -> u32 {
        let [a, b, c, d, ..] = self.data;
        u32::from_ne_bytes([a, b, c, d])
    }
}

impl Device {
    /// Subscribes to events of a kind; `initial` asks for the present state at once.
    ///
    /// # Errors
    /// Returns the system's error; `EINVAL` or `ENOTTY` if the driver has no such event.
    pub fn subscribe(&self, kind: u32, initial: bool) -> io::Result<()> {
        let flags = u32::from(initial);
        let mut wanted = abi::EventSubscription { kind, flags, ..Plain::zeroed() };
        self.call(&abi::SUBSCRIBE_EVENT, &mut wanted)
    }

    /// The next waiting event; `None` if there is none.
    ///
    /// # Errors
    /// Returns the system's error.
    pub fn dequeue_event(&self) -> io::Result<Option<Event>> {
        let mut event = abi::Event::zeroed();
        match self.call(&abi::DQEVENT, &mut event) {
            Ok(()) => {}
            Err(error) if none_waits(&error) => return Ok(None),
            Err(error) => return Err(error),
        }
        let abi::Event { kind, id, pending, data, .. } = event;
        Ok(Some(Event { kind, id, pending, data: data.0 }))
    }

    /// Starts a stream.
    ///
    /// # Errors
    /// Returns the system's error.
    pub fn stream_on(&self, of: BufType) -> io::Result<()> {
        self.call(&abi::STREAMON, &mut (of.number() as libc::c_int))
    }

    /// Ends a stream; all buffers are the program's again.
    ///
    /// # Errors
    /// Returns the system's error.
    pub fn stream_off(&self, of: BufType) -> io::Result<()> {
        self.call(&abi::STREAMOFF, &mut (of.number() as libc::c_int))
    }
}

fn none_waits(error: &io::Error) -> bool {
    // Drivers differ; the kernel itself reports ENOENT without waiting.
    error.kind() == io::ErrorKind::WouldBlock || error.raw_os_error() == Some(libc::ENOENT)
}
