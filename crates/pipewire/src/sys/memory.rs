//! The memory of a buffer, which another program may change and truncate during use.
//!
//! Reading mapped memory past the end of its file kills a process (SIGBUS). The daemon's own memory
//! is sealed against shrinking and stays mapped; so does a driver's memory, which isn't a file. Any
//! other file is read and written by `pread` and `pwrite`, which only fail.

use pipewire::spa::sys as spa_sys;
use rustix::fs::{FileType, SealFlags, fcntl_get_seals, fstat};
use rustix::io::{Errno, pread, pwrite};
use std::os::fd::BorrowedFd;
use std::ptr::NonNull;

/// The place of a buffer's bytes.
pub(super) enum Memory<'b> {
    /// Mapped, and of its stated size for as long as it is mapped.
    Mapped { start: NonNull<u8>, length: usize },
    /// In a file that may shrink, from an offset on.
    File { file: BorrowedFd<'b>, from: u64, length: usize },
}

impl<'b> Memory<'b> {
    /// The memory that the library's description of a buffer stands for.
    ///
    /// # Safety
    /// For as long as the result lives, `data` describes a buffer of the library: its descriptor is
    /// open, and what is mapped is `maxsize` bytes long.
    pub(super) unsafe fn of(data: &'b spa_sys::spa_data) -> Option<Self> {
        let length = data.maxsize as usize;
        let is_shared = matches!(data.type_, spa_sys::SPA_DATA_MemFd | spa_sys::SPA_DATA_DmaBuf);
        if is_shared && data.fd >= 0 {
            let number = i32::try_from(data.fd).ok()?;
            // SAFETY: it is open, by this function's contract.
            let file = unsafe { BorrowedFd::borrow_raw(number) };
            let from = u64::from(data.mapoffset);
            if may_shrink(file, from + length as u64)? {
                return Some(Self::File { file, from, length });
            }
        }
        let start = NonNull::new(data.data.cast())?;
        Some(Self::Mapped { start, length })
    }

    /// The number of bytes.
    pub(super) const fn length(&self) -> usize {
        match self {
            Self::Mapped { length, .. } | Self::File { length, .. } => *length,
        }
    }

    /// Copies bytes out. Returns false if some are missing.
    pub(super) fn read(&self, offset: usize, into: &mut [u8]) -> bool {
        if !self.has(offset, into.len()) {
            return false;
        }
        match *self {
            Self::Mapped { start, .. } => {
                // SAFETY: the bytes lie in the mapping. Others may write there meanwhile; nothing
                // refers to them, and any bytes are a picture.
                unsafe {
                    let from = start.as_ptr().add(offset);
                    std::ptr::copy_nonoverlapping(from, into.as_mut_ptr(), into.len());
                }
                true
            }
            Self::File { file, from, .. } => {
                let at = from + offset as u64;
                whole(into.len(), |done| pread(file, &mut into[done..], at + done as u64))
            }
        }
    }

    /// Copies bytes to the beginning. Returns false if there is no room for them all.
    pub(super) fn write(&mut self, bytes: &[u8]) -> bool {
        if !self.has(0, bytes.len()) {
            return false;
        }
        match *self {
            Self::Mapped { start, .. } => {
                // SAFETY: the bytes fit into the mapping, and nothing refers to what is in it.
                unsafe {
                    let to = start.as_ptr();
                    std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len());
                }
                true
            }
            Self::File { file, from, .. } => {
                whole(bytes.len(), |done| pwrite(file, &bytes[done..], from + done as u64))
            }
        }
    }

    fn has(&self, offset: usize, length: usize) -> bool {
        offset.checked_add(length).is_some_and(|end| end <= self.length())
    }
}

/// Whether a file could end before `end` while it is mapped. `None` if it already does, and is
/// sealed that way.
fn may_shrink(file: BorrowedFd<'_>, end: u64) -> Option<bool> {
    let status = fstat(file).ok()?;
    if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
        return Some(false);
    }
    let is_sealed = fcntl_get_seals(file).is_ok_and(|seals| seals.contains(SealFlags::SHRINK));
    let is_there = u64::try_from(status.st_size).is_ok_and(|size| end <= size);
    if is_sealed && !is_there { None } else { Some(!is_sealed) }
}

/// Repeats the call until all bytes are done. Returns false if that fails.
fn whole(length: usize, mut step: impl FnMut(usize) -> Result<usize, Errno>) -> bool {
    let mut done = 0;
    while done < length {
        match step(done) {
            Ok(0) => return false,
            Ok(count) => done += count,
            Err(Errno::INTR) => {}
            Err(_) => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{MemfdFlags, fcntl_add_seals, ftruncate, memfd_create};
    use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
    use std::os::fd::{AsFd, AsRawFd, OwnedFd};

    const LENGTH: usize = 65_536;

    /// Memory as another program shares it: 7 everywhere.
    struct Shared {
        file: OwnedFd,
        data: spa_sys::spa_data,
        _chunk: Box<spa_sys::spa_chunk>,
    }

    impl Shared {
        fn new(seals: SealFlags) -> Self {
            let flags = MemfdFlags::ALLOW_SEALING | MemfdFlags::CLOEXEC;
            let file = memfd_create("shared", flags).unwrap();
            ftruncate(&file, LENGTH as u64).unwrap();
            assert!(whole(LENGTH, |done| pwrite(&file, &[7; LENGTH][done..], done as u64)));
            if !seals.is_empty() {
                fcntl_add_seals(&file, seals).unwrap();
            }
            let access = ProtFlags::READ | ProtFlags::WRITE;
            // SAFETY: a new mapping, at an address that the kernel chooses.
            let start = unsafe {
                mmap(std::ptr::null_mut(), LENGTH, access, MapFlags::SHARED, &file, 0).unwrap()
            };
            let mut chunk =
                Box::new(spa_sys::spa_chunk { offset: 0, size: 0, stride: 0, flags: 0 });
            let data = spa_sys::spa_data {
                type_: spa_sys::SPA_DATA_MemFd,
                flags: 0,
                fd: i64::from(file.as_raw_fd()),
                mapoffset: 0,
                maxsize: LENGTH as u32,
                data: start,
                chunk: &raw mut *chunk,
            };
            Self { file, data, _chunk: chunk }
        }

        fn memory(&self) -> Option<Memory<'_>> {
            // SAFETY: the file is open and mapped in all its length while `self` lives.
            unsafe { Memory::of(&self.data) }
        }

        fn shrink(&self, to: u64) -> bool {
            ftruncate(self.file.as_fd(), to).is_ok()
        }
    }

    impl Drop for Shared {
        fn drop(&mut self) {
            // SAFETY: the mapping is ours, and no `Memory` borrows it any more.
            unsafe { munmap(self.data.data, LENGTH).unwrap() }
        }
    }

    #[test]
    fn memory_that_cannot_shrink_stays_mapped() {
        let shared = Shared::new(SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL);
        let mut memory = shared.memory().unwrap();
        assert!(matches!(memory, Memory::Mapped { .. }));
        assert!(!shared.shrink(4096));
        let mut bytes = vec![0; 100];
        assert!(memory.read(LENGTH - 100, &mut bytes) && bytes == [7; 100]);
        assert!(memory.write(&[9; 50]) && memory.read(0, &mut bytes));
        assert_eq!((bytes[49], bytes[50]), (9, 7));
    }

    #[test]
    fn memory_that_shrinks_harms_nobody() {
        let shared = Shared::new(SealFlags::empty());
        let mut memory = shared.memory().unwrap();
        assert!(matches!(memory, Memory::File { .. }));
        let mut bytes = vec![0; LENGTH];
        assert!(memory.read(0, &mut bytes) && bytes == vec![7; LENGTH]);
        assert!(shared.shrink(4096));
        assert!(!memory.read(0, &mut bytes));
        assert!(memory.read(100, &mut bytes[..3996]) && !memory.read(4096, &mut bytes[..1]));
        // It grows again, so that writing works.
        assert!(memory.write(&[1; 9000]) && memory.read(8000, &mut bytes[..1000]));
        assert!(shared.shrink(0) && !memory.read(0, &mut bytes[..1]));
    }

    #[test]
    fn memory_that_shrinks_all_the_time_harms_nobody() {
        let shared = Shared::new(SealFlags::empty());
        let end = std::time::Instant::now() + std::time::Duration::from_millis(200);
        std::thread::scope(|scope| {
            let file = shared.file.as_fd();
            scope.spawn(move || {
                while std::time::Instant::now() < end {
                    ftruncate(file, 100).unwrap();
                    ftruncate(file, LENGTH as u64).unwrap();
                }
            });
            let mut bytes = vec![0; LENGTH];
            let (mut whole, mut refused) = (0, 0);
            while std::time::Instant::now() < end {
                let there = shared.memory().unwrap().read(0, &mut bytes);
                *(if there { &mut whole } else { &mut refused }) += 1;
            }
            assert!(whole + refused > 0);
        });
    }

    #[test]
    fn what_was_never_there_is_refused() {
        let mut shared = Shared::new(SealFlags::SHRINK);
        shared.data.maxsize = LENGTH as u32 + 1;
        assert!(shared.memory().is_none());
        (shared.data.maxsize, shared.data.mapoffset) = (LENGTH as u32, 4096);
        assert!(shared.memory().is_none());
        shared.data.mapoffset = 0;
        let memory = shared.memory().unwrap();
        let mut bytes = [0; 10];
        for offset in [LENGTH - 9, LENGTH, usize::MAX, usize::MAX - 5] {
            assert!(!memory.read(offset, &mut bytes), "{offset}");
        }
        assert!(memory.read(LENGTH - 10, &mut bytes));
    }
}
