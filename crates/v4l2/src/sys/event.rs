//! Events.

use super::abi::{self, Plain};
use super::{BufType, Device};
use std::io;

/// Something that a driver tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which event.
    pub kind: u32,
    /// The object that it is about, a control for example.
    pub id: u32,
    /// How many more are waiting.
    pub pending: u32,
    /// What it says; the meaning depends on `kind`.
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
    /// Asks to be told of events of a kind; `initial` asks for the present state at once.
    ///
    /// # Errors
    /// The system's; `EINVAL` or `ENOTTY` if the driver has no such event.
    pub fn subscribe(&self, kind: u32, initial: bool) -> io::Result<()> {
        let flags = u32::from(initial);
        let mut wanted = abi::EventSubscription { kind, flags, ..Plain::zeroed() };
        self.call(&abi::SUBSCRIBE_EVENT, &mut wanted)
    }

    /// The next event that is waiting, `None` if none is.
    ///
    /// # Errors
    /// The system's.
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
    /// The system's.
    pub fn stream_on(&self, of: BufType) -> io::Result<()> {
        self.call(&abi::STREAMON, &mut (of.number() as libc::c_int))
    }

    /// Ends a stream; all buffers are the program's again.
    ///
    /// # Errors
    /// The system's.
    pub fn stream_off(&self, of: BufType) -> io::Result<()> {
        self.call(&abi::STREAMOFF, &mut (of.number() as libc::c_int))
    }
}

fn none_waits(error: &io::Error) -> bool {
    // Drivers differ: ENOENT is what the kernel says without waiting.
    error.kind() == io::ErrorKind::WouldBlock || error.raw_os_error() == Some(libc::ENOENT)
}
