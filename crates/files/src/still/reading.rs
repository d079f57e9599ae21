//! What every decoder of stills gets: the file, its limits, and where to report damage.

use super::samples::Samples;
use super::upright::{Shape, Upright};
use crate::color::profile::{Described, ToSrgb};
use crate::{Damage, FilesError, Intake, open_file, read_file};
use backlot_media::{MAX_SIDE, Size};
use image::metadata::Orientation;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes that each pixel takes later, when the picture is scaled, cut out, drawn on and written at
/// its own size. A job takes up to half as much again, so it stays below 900 MB with the usual
/// budget.
const LATER: u64 = 5;

/// The most bytes of a profile or of Exif data.
pub(super) const NOTE_BYTES: usize = 16 << 20;

/// Why a picture is damaged, in the words that all decoders share.
pub(super) const CUT: &str = "it ends too early";
pub(super) const SPOILT: &str = "a part of it is invalid";

/// A file that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub path: &'a Path,
    /// What is in it, if that was not read from a file; `path` is only its name then.
    pub bytes: Option<&'a [u8]>,
    pub intake: &'a Intake,
}

/// Where decoders read from.
#[derive(Debug)]
pub(super) enum Stored<'a> {
    File(File),
    Bytes(Cursor<&'a [u8]>),
}

impl<'a> Stored<'a> {
    /// At its beginning.
    pub fn open(reading: Reading<'a>) -> Result<Self, FilesError> {
        match reading.bytes {
            Some(bytes) => Ok(Self::Bytes(Cursor::new(bytes))),
            None => open_file(reading.path).map(Self::File),
        }
    }

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        match self {
            Self::File(file) => file.metadata().map_or(0, |meta| meta.len()),
            Self::Bytes(bytes) => bytes.get_ref().len() as u64,
        }
    }
}

impl Read for Stored<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(to),
            Self::Bytes(bytes) => bytes.read(to),
        }
    }
}

impl Seek for Stored<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Bytes(bytes) => bytes.seek(to),
        }
    }
}

/// The contents of a file's header.
#[derive(Debug)]
pub(super) struct Header {
    pub width: u32,
    pub height: u32,
    pub samples: Samples,
    pub described: Option<Described>,
    pub orientation: Option<Orientation>,
    /// Bytes that decoding takes besides the finished picture.
    pub besides: u64,
}

impl<'a> Reading<'a> {
    /// All bytes, if they are within the budget.
    pub fn whole(&self) -> Result<Cow<'a, [u8]>, FilesError> {
        match self.bytes {
            Some(bytes) => Ok(Cow::Borrowed(bytes)),
            None => read_file(self.path, self.intake.budget.bytes()).map(Cow::Owned),
        }
    }

    /// Checks that a picture may be decoded, and allocates its memory.
    pub fn begin(&self, header: &Header) -> Result<Upright, FilesError> {
        let Header { width, height, samples, .. } = *header;
        let orientation = header.orientation.unwrap_or(Orientation::NoTransforms);
        let shape = Shape { width, height, orientation };
        let size = shape.size().ok_or_else(|| FilesError::Size {
            path: self.path.into(),
            width: width.into(),
            height: height.into(),
            limit: "a picture has at least one pixel".to_owned(),
        })?;
        self.claim(shape, size, header.besides)?;
        let to_srgb = match &header.described {
            None => None,
            Some(described) => ToSrgb::new(described, samples.model).or_else(|why| {
                self.note(&format!("{why}, so its colours are taken as sRGB")).map(|()| None)
            })?,
        };
        Ok(Upright::new(shape, size, samples, to_srgb))
    }

    /// Checks that a picture of this size may be decoded.
    pub fn claim(&self, shape: Shape, size: Size, besides: u64) -> Result<(), FilesError> {
        let finished = size.pixels() as u64 * 4;
        let rows = u64::from(shape.width) * 64;
        let later = finished + size.pixels() as u64 * LATER;
        // Even a pixel that takes no memory takes time.
        let pixels = u64::from(shape.width) * u64::from(shape.height);
        if let Some(most) = self.intake.most_pixels
            && (pixels > most || shape.width.max(shape.height) > MAX_SIDE)
        {
            return Err(FilesError::Size {
                path: self.path.into(),
                width: shape.width.into(),
                height: shape.height.into(),
                limit: format!("at most {most} pixels are taken, and {MAX_SIDE} a side"),
            });
        }
        let needed = (finished + rows).saturating_add(besides).max(later).max(pixels);
        self.intake.budget.claim(self.path, needed)
    }

    /// Memory for samples, all 0: those never decoded are black.
    pub fn zeros(&self, bytes: u64) -> Result<Vec<u8>, FilesError> {
        let none = || FilesError::Memory { path: self.path.into(), needed: bytes };
        let bytes = usize::try_from(bytes).map_err(|_| none())?;
        let mut zeros = Vec::new();
        zeros.try_reserve_exact(bytes).map_err(|_| none())?;
        zeros.resize(bytes, 0);
        Ok(zeros)
    }

    /// Reports damage to a picture that can be used in part.
    pub fn note(&self, why: &str) -> Result<(), FilesError> {
        self.intake.note(Damage { path: self.path.into(), why: why.to_owned() })
    }

    /// Reports missing rows; an error if all are missing.
    pub fn note_missing(&self, upright: &Upright, error: FilesError) -> Result<(), FilesError> {
        if upright.rows() == 0 {
            return Err(error);
        }
        match error {
            FilesError::Damaged { why, .. } => self.note(&why),
            other => Err(other),
        }
    }

    /// An error for a picture of which no part can be used.
    pub fn damaged(&self, why: impl std::fmt::Display) -> FilesError {
        let why = why.to_string();
        let why = why.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
        FilesError::Damaged { path: self.path.into(), why }
    }

    /// A picture that its decoder can't make sense of; the words are for those who wrote it.
    pub fn spoilt(&self) -> FilesError {
        self.damaged(SPOILT)
    }

    /// An error for a picture that is cut short.
    pub fn cut(&self) -> FilesError {
        self.damaged(CUT)
    }

    /// An error of the operating system during decoding.
    pub fn io(&self, error: std::io::Error) -> FilesError {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => self.cut(),
            std::io::ErrorKind::InvalidData
            | std::io::ErrorKind::InvalidInput
            | std::io::ErrorKind::Other => self.spoilt(),
            _ => FilesError::read(self.path, error),
        }
    }

    /// An error for an undamaged picture of an unsupported kind.
    pub fn unsupported(&self, why: impl std::fmt::Display) -> FilesError {
        let why = why.to_string();
        let why = why.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
        FilesError::Unsupported { path: self.path.into(), why }
    }
}

/// The orientation in Exif data, with or without a leading `Exif\0\0`.
pub(super) fn orientation(exif: &[u8]) -> Option<Orientation> {
    Orientation::from_exif_chunk(exif.strip_prefix(b"Exif\0\0").unwrap_or(exif))
}
