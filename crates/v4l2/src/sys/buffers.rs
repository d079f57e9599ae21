//! Buffers shared with the driver.

use super::abi::{self, Plain};
use super::{BufType, Device};
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::ptr::NonNull;

/// Shared memory of one buffer, unmapped when dropped.
#[derive(Debug)]
struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: it owns its memory as a box does.
unsafe impl Send for Mapping {}

impl Mapping {
    fn new(device: &Device, length: usize, offset: u64) -> io::Result<Self> {
        if length == 0 || isize::try_from(length).is_err() {
            return Err(io::Error::other(format!(
                "the driver returned a buffer of {length} bytes"
            )));
        }
        let offset = libc::off_t::try_from(offset).map_err(io::Error::other)?;
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let fd = device.as_fd().as_raw_fd();
        // SAFETY: a new mapping at an address that the kernel chooses touches no other memory.
        let start = unsafe {
            libc::mmap(std::ptr::null_mut(), length, access, libc::MAP_SHARED, fd, offset)
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = NonNull::new(start.cast()).ok_or_else(|| io::Error::other("mapped at 0"))?;
        Ok(Self { start, length })
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and nothing borrows it any more.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.length) };
    }
}

/// A buffer that came back from the driver, and what the driver reports about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Which buffer.
    pub index: usize,
    /// The number of filled bytes, never more than the buffer has.
    pub bytes: usize,
    /// Whether the driver says that the picture may be damaged.
    pub damaged: bool,
    /// Counts pictures.
    pub sequence: u32,
    /// The field, for interlaced pictures that come field by field: `V4L2_FIELD_*`.
    pub field: u32,
    /// When it was taken, ns on the monotonic clock; `None` if it is on another clock.
    pub time: Option<u64>,
}

/// Buffers in memory shared with a driver. The program reads and writes only those that the driver
/// doesn't have. Dropping them ends the stream and frees them.
#[derive(Debug)]
pub struct Buffers {
    device: std::sync::Arc<Device>,
    of: BufType,
    mappings: Vec<Mapping>,
    /// Whether the program has the buffer, and not the driver.
    ours: Vec<bool>,
}

impl Buffers {
    /// The most buffers to take from a driver that returns more than were asked for.
    pub const MAX: usize = 32;

    /// Asks for `count` buffers and maps them. The driver may return another number.
    ///
    /// # Errors
    /// Returns the system's error; `EBUSY` if another program has the stream.
    pub fn new(device: std::sync::Arc<Device>, of: BufType, count: u32) -> io::Result<Self> {
        let mut buffers = Self { device, of, mappings: Vec::new(), ours: Vec::new() };
        let granted = buffers.request(count)?;
        for index in 0..granted.min(Self::MAX as u32) {
            let mut buffer = buffers.describe(index);
            buffers.device.call(&abi::QUERYBUF, &mut buffer)?;
            let mapping = Mapping::new(&buffers.device, buffer.length as usize, buffer.offset)?;
            buffers.mappings.push(mapping);
            buffers.ours.push(true);
        }
        if buffers.mappings.is_empty() {
            return Err(io::Error::other("the driver returned no buffers"));
        }
        Ok(buffers)
    }

    /// The number of buffers, at least 1.
    pub fn count(&self) -> usize {
        self.mappings.len()
    }

    /// Bytes of the smallest buffer.
    pub fn smallest(&self) -> usize {
        self.mappings.iter().map(|mapping| mapping.length).min().unwrap_or(0)
    }

    /// Gives a buffer to the driver; `bytes` of it are filled (of an output).
    ///
    /// # Errors
    /// Returns the system's error, and `EINVAL` if the driver already has it or the buffer doesn't
    /// exist.
    pub fn queue(&mut self, index: usize, bytes: usize) -> io::Result<()> {
        if self.ours.get(index) != Some(&true) {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        let mut buffer = self.describe(index as u32);
        buffer.bytesused = bytes.min(self.mappings[index].length) as u32;
        // Whatever the answer, the driver may have it.
        self.ours[index] = false;
        let result = self.device.call(&abi::QBUF, &mut buffer);
        self.ours[index] = result.is_err();
        result
    }

    /// Gives all buffers that the program has to the driver, empty.
    ///
    /// # Errors
    /// Returns the last error of the system, if the driver then has none at all.
    pub fn queue_all(&mut self) -> io::Result<()> {
        let mut last = None;
        for index in 0..self.count() {
            if self.ours[index] {
                last = self.queue(index, 0).err().or(last);
            }
        }
        match last {
            Some(error) if self.ours.iter().all(|&ours| ours) => Err(error),
            _ => Ok(()),
        }
    }

    /// Takes the oldest buffer that the driver is done with; `None` if there is none yet.
    ///
    /// # Errors
    /// Returns the system's error; `ENODEV` if the device is gone.
    pub fn dequeue(&mut self) -> io::Result<Option<Taken>> {
        let mut buffer = self.describe(0);
        match self.device.call(&abi::DQBUF, &mut buffer) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error),
        }
        let index = buffer.index as usize;
        let Some(ours) = self.ours.get_mut(index) else {
            return Err(io::Error::other(format!("the driver returned buffer {index}")));
        };
        *ours = true;
        Ok(Some(Taken {
            index,
            bytes: (buffer.bytesused as usize).min(self.mappings[index].length),
            damaged: buffer.flags & FLAG_ERROR != 0,
            sequence: buffer.sequence,
            field: buffer.field,
            time: monotonic(&buffer),
        }))
    }

    /// The memory of a buffer that the program has, to read; empty while the driver has it.
    ///
    /// It keeps its mapped size, whatever happens to the device: a driver can't take back mapped
    /// memory, and the memory of an unplugged device lives until it is unmapped.
    pub fn bytes(&self, index: usize) -> &[u8] {
        match (self.mappings.get(index), self.ours.get(index)) {
            // SAFETY: the mapping lives as long as `self`; the driver writes no buffer that was not given
            // to it, and `queue` can't be called while the bytes are borrowed.
            (Some(m), Some(true)) => unsafe {
                std::slice::from_raw_parts(m.start.as_ptr(), m.length)
            },
            _ => &[],
        }
    }

    fn request(&self, count: u32) -> io::Result<u32> {
        let kind = self.of.number();
        let mut request =
            abi::RequestBuffers { count, kind, memory: MEMORY_MMAP, ..Plain::zeroed() };
        self.device.call(&abi::REQBUFS, &mut request)?;
        Ok(request.count)
    }

    fn describe(&self, index: u32) -> abi::Buffer {
        abi::Buffer { index, kind: self.of.number(), memory: MEMORY_MMAP, ..Plain::zeroed() }
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        // A device that is gone refuses both; its memory is freed with the descriptor.
        let _ = self.device.stream_off(self.of);
        self.mappings.clear();
        let _ = self.request(0);
    }
}

const MEMORY_MMAP: u32 = 1;
const FLAG_ERROR: u32 = 0x0040;
const FLAG_TIMESTAMP_MASK: u32 = 0xe000;
const FLAG_TIMESTAMP_MONOTONIC: u32 = 0x2000;

fn monotonic(buffer: &abi::Buffer) -> Option<u64> {
    if buffer.flags & FLAG_TIMESTAMP_MASK != FLAG_TIMESTAMP_MONOTONIC {
        return None;
    }
    let seconds = u64::try_from(buffer.timestamp.seconds).ok()?;
    let micros = u64::try_from(buffer.timestamp.micros).ok()?;
    seconds.checked_mul(1_000_000_000)?.checked_add(micros.checked_mul(1000)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_other_clocks_are_ignored() {
        let mut buffer = abi::Buffer::zeroed();
        buffer.timestamp = abi::Timeval { seconds: 2, micros: 5 };
        assert_eq!(monotonic(&buffer), None);
        buffer.flags = FLAG_TIMESTAMP_MONOTONIC;
        assert_eq!(monotonic(&buffer), Some(2_000_005_000));
        buffer.timestamp.seconds = -1;
        assert_eq!(monotonic(&buffer), None);
        buffer.timestamp.seconds = i64::MAX;
        assert_eq!(monotonic(&buffer), None);
    }

    #[test]
    fn a_file_that_is_no_device_gives_no_buffers() {
        let null = Device::open(std::path::Path::new("/dev/null")).unwrap();
        let error = Buffers::new(std::sync::Arc::new(null), BufType::Capture, 4).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ENOTTY));
    }
}
