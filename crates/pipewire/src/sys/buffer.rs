//! A buffer of a stream, with the header beside its picture.

use super::memory::Memory;
use pipewire::spa::sys as spa_sys;
use pipewire::stream::Stream;
use pipewire::sys as pw_sys;
use std::ptr::NonNull;

/// A stream has no more buffers than this.
const MOST_BUFFERS: usize = 32;

/// The facts about a picture besides its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// When it was taken, in ns of the monotonic clock.
    pub(crate) time: i64,
    /// Counts the pictures.
    pub(crate) sequence: u64,
    /// Whether its maker reports that it is damaged.
    pub(crate) damaged: bool,
}

/// A buffer taken from a stream, which gets it back on drop.
struct Buffer<'s> {
    stream: &'s Stream,
    raw: NonNull<pw_sys::pw_buffer>,
}

impl<'s> Buffer<'s> {
    fn take(stream: &'s Stream) -> Option<Self> {
        // SAFETY: the stream is alive; a null pointer, which says that no buffer is free, ends
        // here. The buffer goes back exactly once, when this value is dropped.
        let raw = unsafe { stream.dequeue_raw_buffer() };
        Some(Self { stream, raw: NonNull::new(raw)? })
    }

    fn inner(&self) -> Option<&spa_sys::spa_buffer> {
        // SAFETY: the library's buffers live as long as the stream's negotiation, which can only
        // change from the loop of this thread, and so not while this value is borrowed.
        unsafe { self.raw.as_ref().buffer.as_ref() }
    }

    fn header(&self) -> Option<NonNull<spa_sys::spa_meta_header>> {
        let inner = self.inner()?;
        if inner.metas.is_null() {
            return None;
        }
        // SAFETY: the library allocated `n_metas` entries there.
        let metas = unsafe { std::slice::from_raw_parts(inner.metas, inner.n_metas as usize) };
        let meta = metas.iter().find(|meta| {
            meta.type_ == spa_sys::SPA_META_Header
                && meta.size as usize >= size_of::<spa_sys::spa_meta_header>()
        })?;
        NonNull::new(meta.data.cast())
    }

    fn data(&self) -> Option<&spa_sys::spa_data> {
        let inner = self.inner()?;
        if inner.n_datas == 0 {
            return None;
        }
        // SAFETY: the library allocated at least one entry there, which lives as long as the buffer.
        unsafe { inner.datas.as_ref() }
    }

    fn memory(&self) -> Option<Memory<'_>> {
        let data = self.data()?;
        // SAFETY: the library's description of a buffer that lives while this value is borrowed.
        unsafe { Memory::of(data) }
    }

    fn chunk(&self) -> Option<NonNull<spa_sys::spa_chunk>> {
        NonNull::new(self.data()?.chunk)
    }
}

impl Drop for Buffer<'_> {
    fn drop(&mut self) {
        // SAFETY: the buffer came from this stream and goes back once.
        unsafe { self.stream.queue_raw_buffer(self.raw.as_ptr()) }
    }
}

/// A buffer to fill and show.
pub(crate) struct Outgoing<'s>(Buffer<'s>);

impl<'s> Outgoing<'s> {
    /// The next free buffer of an output stream, if one is free.
    /// The library also answers "none" if the next one in turn is still being read, and then moves
    /// on to the one after it.
    pub(crate) fn next(stream: &'s Stream) -> Option<Self> {
        (0..MOST_BUFFERS).find_map(|_| Buffer::take(stream)).map(Self)
    }

    /// Copies a picture in. If the buffer can't hold it, the header tells viewers to skip it.
    pub(crate) fn fill(&mut self, picture: &[u8], stride: i32, header: Header) -> bool {
        let target = self.0.header();
        let fits = self.0.memory().is_some_and(|mut memory| memory.write(picture));
        if let Some(chunk) = self.0.chunk() {
            let size = if fits { u32::try_from(picture.len()).unwrap_or(0) } else { 0 };
            let value = spa_sys::spa_chunk { offset: 0, size, stride, flags: 0 };
            // SAFETY: the library's memory of this size, aligned to 4 bytes; others may read it.
            unsafe { chunk.write_volatile(value) }
        }
        if let Some(target) = target {
            let flags = if fits { 0 } else { spa_sys::SPA_META_HEADER_FLAG_CORRUPTED };
            let value = spa_sys::spa_meta_header {
                flags,
                offset: 0,
                pts: header.time,
                dts_offset: 0,
                seq: header.sequence,
            };
            // SAFETY: the library's memory of at least this size, aligned to 8 bytes; others may
            // read it, but only once it has been queued.
            unsafe { target.write_volatile(value) }
        }
        fits
    }
}

/// A buffer that a camera filled.
pub(crate) struct Incoming<'s>(Buffer<'s>);

impl<'s> Incoming<'s> {
    /// The oldest filled buffer of an input stream, if there is one.
    pub(crate) fn next(stream: &'s Stream) -> Option<Self> {
        Buffer::take(stream).map(Self)
    }

    /// The camera's header for the picture, if there is one.
    pub(crate) fn header(&self) -> Option<Header> {
        let header = self.0.header()?;
        // SAFETY: the library's memory of at least this size, aligned to 8 bytes. The camera may
        // write there meanwhile: any bytes are a valid value, and it is read once.
        let header = unsafe { header.read_volatile() };
        let damaged = header.flags & spa_sys::SPA_META_HEADER_FLAG_CORRUPTED != 0;
        Some(Header { time: header.pts, sequence: header.seq, damaged })
    }

    /// The place of the picture. `None` if the camera reports it as damaged, or if it is outside
    /// the buffer.
    pub(crate) fn part(&self) -> Option<Part> {
        let chunk = self.0.chunk()?;
        // SAFETY: the library's memory of this size, aligned to 4 bytes. The camera may write there
        // meanwhile: any bytes are a valid value, and it is read once.
        let chunk = unsafe { chunk.read_volatile() };
        Part::of(&chunk, self.0.memory()?.length())
    }

    /// Copies the beginning of a picture, as many bytes as `into` has. Returns false if they aren't
    /// there: memory checked a moment ago may be gone.
    pub(crate) fn copy(&self, part: &Part, into: &mut [u8]) -> bool {
        into.len() <= part.size
            && self.0.memory().is_some_and(|memory| memory.read(part.offset, into))
    }
}

/// The place of a picture in a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    offset: usize,
    /// Bytes of the picture.
    pub(crate) size: usize,
    /// Bytes from one row to the next, 0 if the camera doesn't say.
    pub(crate) stride: usize,
}

impl Part {
    /// The place that a camera reports, if it is possible in a buffer of so many bytes.
    fn of(chunk: &spa_sys::spa_chunk, length: usize) -> Option<Self> {
        if chunk.flags & spa_sys::SPA_CHUNK_FLAG_CORRUPTED as i32 != 0 {
            return None;
        }
        let (offset, size) = (chunk.offset as usize, chunk.size as usize);
        let stride = usize::try_from(chunk.stride).ok()?;
        let is_inside = offset.checked_add(size).is_some_and(|end| end <= length);
        (is_inside && size > 0).then_some(Self { offset, size, stride })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_lies_in_its_buffer_or_is_none() {
        let of = |offset, size, stride, flags| {
            Part::of(&spa_sys::spa_chunk { offset, size, stride, flags }, 1000)
        };
        let part = Part { offset: 10, size: 990, stride: 30 };
        assert_eq!(of(10, 990, 30, 0), Some(part));
        for (offset, size) in [
            (0, 0),
            (0, 1001),
            (11, 990),
            (1000, 1),
            (u32::MAX, 1),
            (1, u32::MAX),
            (u32::MAX, u32::MAX),
        ] {
            assert_eq!(of(offset, size, 0, 0), None, "{offset} {size}");
        }
        assert_eq!(of(0, 10, -1, 0), None);
        assert_eq!(of(0, 10, 0, spa_sys::SPA_CHUNK_FLAG_CORRUPTED as i32), None);
    }
}
