//! A buffer of a stream, with the header that lies beside its picture.

use pipewire::spa::buffer::Data;
use pipewire::spa::sys as spa_sys;
use pipewire::stream::Stream;
use pipewire::sys as pw_sys;
use std::ptr::NonNull;

/// A stream has no more buffers than this.
const MOST_BUFFERS: usize = 32;

/// What is known of a picture besides its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// When it was taken, in ns of the monotonic clock.
    pub(crate) time: i64,
    /// Counts the pictures.
    pub(crate) sequence: u64,
    /// Whether its maker says that it is damaged.
    pub(crate) damaged: bool,
}

/// A buffer that was taken from a stream, and goes back to it when dropped.
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

    fn data(&mut self) -> Option<&mut Data> {
        let inner = self.inner()?;
        if inner.n_datas == 0 {
            return None;
        }
        let first = inner.datas.cast::<Data>();
        // SAFETY: the library allocated at least one entry there, `Data` is a transparent wrapper
        // of it, and this value is borrowed for as long as the reference lives.
        let data = unsafe { first.as_mut() }?;
        (!data.as_raw().chunk.is_null()).then_some(data)
    }
}

impl Drop for Buffer<'_> {
    fn drop(&mut self) {
        // SAFETY: the buffer came from this stream and goes back once.
        unsafe { self.stream.queue_raw_buffer(self.raw.as_ptr()) }
    }
}

/// A buffer to be filled and shown.
pub(crate) struct Outgoing<'s>(Buffer<'s>);

impl<'s> Outgoing<'s> {
    /// The next free buffer of an output stream, if one is free.
    ///
    /// The library answers "none" as well if the one whose turn it is is still being read, and
    /// passes on to the one after it.
    pub(crate) fn next(stream: &'s Stream) -> Option<Self> {
        (0..MOST_BUFFERS).find_map(|_| Buffer::take(stream)).map(Self)
    }

    /// Copies a picture in. If the buffer cannot hold it, viewers are told to pass it over.
    pub(crate) fn fill(&mut self, picture: &[u8], stride: i32, header: Header) -> bool {
        let target = self.0.header();
        let fits = self.0.data().is_some_and(|data| copy_into(data, picture, stride));
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

/// A buffer that was filled by a camera.
pub(crate) struct Incoming<'s>(Buffer<'s>);

impl<'s> Incoming<'s> {
    /// The oldest filled buffer of an input stream, if there is one.
    pub(crate) fn next(stream: &'s Stream) -> Option<Self> {
        Buffer::take(stream).map(Self)
    }

    /// What the camera says of the picture, if it says anything.
    pub(crate) fn header(&self) -> Option<Header> {
        let header = self.0.header()?;
        // SAFETY: the library's memory of at least this size, aligned to 8 bytes. The camera may
        // write there meanwhile: any bytes are a valid value, and it is read once.
        let header = unsafe { header.read_volatile() };
        let damaged = header.flags & spa_sys::SPA_META_HEADER_FLAG_CORRUPTED != 0;
        Some(Header { time: header.pts, sequence: header.seq, damaged })
    }

    /// The bytes of the picture and its stride (0 if the camera says none). Nothing if they are
    /// damaged by the camera's own account, lie outside the buffer, or can't be read by us.
    pub(crate) fn picture(&mut self) -> Option<(&[u8], usize)> {
        let data = self.0.data()?;
        let chunk = *data.chunk().as_raw();
        if chunk.flags & spa_sys::SPA_CHUNK_FLAG_CORRUPTED as i32 != 0 {
            return None;
        }
        let (offset, size) = (chunk.offset as usize, chunk.size as usize);
        let stride = usize::try_from(chunk.stride).ok()?;
        let bytes = data.data()?.get(offset..offset.checked_add(size)?)?;
        (!bytes.is_empty()).then_some((bytes, stride))
    }
}

fn copy_into(data: &mut Data, picture: &[u8], stride: i32) -> bool {
    let room = data.data().and_then(|all| all.get_mut(..picture.len()));
    let fits = room.map(|room| room.copy_from_slice(picture)).is_some();
    let chunk = data.chunk_mut();
    *chunk.offset_mut() = 0;
    *chunk.stride_mut() = stride;
    *chunk.size_mut() = if fits { picture.len() as u32 } else { 0 };
    fits
}
