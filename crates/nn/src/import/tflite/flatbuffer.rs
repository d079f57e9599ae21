//! Reads FlatBuffers tables from untrusted bytes.
//!
//! The format (flatbuffers.dev, "Internals"): a table begins with a signed offset back to its
//! vtable, which lists the place of each field; unsigned forward offsets lead to the strings,
//! vectors and tables inside. Each read here checks its bounds; nothing recurses.

use crate::ModelError;

/// A file, or a part of it, read from the start.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a>(&'a [u8]);

/// A table at some place in a file.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    bytes: Bytes<'a>,
    at: usize,
    vtable: usize,
    vtable_len: usize,
}

/// A vector of elements of a fixed size.
#[derive(Clone, Copy)]
pub(crate) struct Vector<'a> {
    bytes: Bytes<'a>,
    start: usize,
    len: usize,
}

impl<'a> Bytes<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn get<const N: usize>(self, at: usize, what: &'static str) -> Result<[u8; N], ModelError> {
        let end = at.checked_add(N).ok_or(ModelError::Damaged(what))?;
        let part = self.0.get(at..end).ok_or(ModelError::Damaged(what))?;
        part.try_into().map_err(|_| ModelError::Damaged(what))
    }

    fn u32(self, at: usize, what: &'static str) -> Result<usize, ModelError> {
        Ok(u32::from_le_bytes(self.get(at, what)?) as usize)
    }

    /// The target of the offset stored at `at`.
    fn follow(self, at: usize, what: &'static str) -> Result<usize, ModelError> {
        at.checked_add(self.u32(at, what)?).ok_or(ModelError::Damaged(what))
    }

    /// The root table.
    pub(crate) fn root(self) -> Result<Table<'a>, ModelError> {
        let mark = self.get::<4>(4, "the file's mark").map_err(|_| ModelError::NotTflite)?;
        if &mark != b"TFL3" {
            return Err(ModelError::NotTflite);
        }
        self.table(self.follow(0, "the root table")?, "the root table")
    }

    fn table(self, at: usize, what: &'static str) -> Result<Table<'a>, ModelError> {
        let back = i64::from(i32::from_le_bytes(self.get(at, what)?));
        let vtable = usize::try_from(at as i64 - back).map_err(|_| ModelError::Damaged(what))?;
        let vtable_len = usize::from(u16::from_le_bytes(self.get(vtable, what)?));
        Ok(Table { bytes: self, at, vtable, vtable_len })
    }

    fn vector(self, at: usize, size: usize, what: &'static str) -> Result<Vector<'a>, ModelError> {
        let len = self.u32(at, what)?;
        let start = at + 4;
        let end = len.checked_mul(size).and_then(|n| n.checked_add(start));
        match end {
            Some(end) if end <= self.0.len() => Ok(Vector { bytes: self, start, len }),
            _ => Err(ModelError::Damaged(what)),
        }
    }
}

impl<'a> Table<'a> {
    /// The place of field `index`, if the table has it.
    fn field(&self, index: usize, what: &'static str) -> Result<Option<usize>, ModelError> {
        let slot = 4 + 2 * index;
        if slot + 2 > self.vtable_len {
            return Ok(None);
        }
        let offset = u16::from_le_bytes(self.bytes.get(self.vtable + slot, what)?);
        Ok((offset != 0).then_some(self.at + usize::from(offset)))
    }

    pub(crate) fn i8(&self, index: usize, what: &'static str) -> Result<i8, ModelError> {
        let at = self.field(index, what)?;
        at.map_or(Ok(0), |at| Ok(i8::from_le_bytes(self.bytes.get(at, what)?)))
    }

    pub(crate) fn i32(
        &self,
        index: usize,
        default: i32,
        what: &'static str,
    ) -> Result<i32, ModelError> {
        let at = self.field(index, what)?;
        at.map_or(Ok(default), |at| Ok(i32::from_le_bytes(self.bytes.get(at, what)?)))
    }

    pub(crate) fn table(
        &self,
        index: usize,
        what: &'static str,
    ) -> Result<Option<Table<'a>>, ModelError> {
        let Some(at) = self.field(index, what)? else { return Ok(None) };
        self.bytes.table(self.bytes.follow(at, what)?, what).map(Some)
    }

    /// A vector field whose elements take `size` bytes; an absent one is empty.
    fn vector(
        &self,
        index: usize,
        size: usize,
        what: &'static str,
    ) -> Result<Vector<'a>, ModelError> {
        match self.field(index, what)? {
            None => Ok(Vector { bytes: self.bytes, start: 0, len: 0 }),
            Some(at) => self.bytes.vector(self.bytes.follow(at, what)?, size, what),
        }
    }

    /// A vector of at most `most` 32-bit numbers.
    pub(crate) fn i32s(
        &self,
        index: usize,
        most: usize,
        what: &'static str,
    ) -> Result<Vec<i32>, ModelError> {
        let vector = self.vector(index, 4, what)?;
        if vector.len > most {
            let (found, limit) = (vector.len as u64, most as u64);
            return Err(ModelError::TooLarge { what, found, limit });
        }
        let bytes = &self.bytes.0[vector.start..][..4 * vector.len];
        Ok(bytes.chunks_exact(4).map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
    }

    /// A vector of bytes.
    pub(crate) fn u8s(&self, index: usize, what: &'static str) -> Result<&'a [u8], ModelError> {
        let vector = self.vector(index, 1, what)?;
        Ok(&self.bytes.0[vector.start..][..vector.len])
    }

    /// A vector of tables.
    pub(crate) fn tables(
        &self,
        index: usize,
        what: &'static str,
    ) -> Result<Vec<Table<'a>>, ModelError> {
        let vector = self.vector(index, 4, what)?;
        let place = |i: usize| vector.bytes.follow(vector.start + 4 * i, what);
        (0..vector.len).map(|i| vector.bytes.table(place(i)?, what)).collect()
    }
}
