//! Opening files that users name.

use crate::FilesError;
use rustix::fs::OFlags;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Opens a regular file for reading. It never waits: a pipe or a device is refused, not read.
///
/// # Errors
/// One sentence when the file does not exist, is not a regular file, or reading it is forbidden.
pub fn open_file(path: &Path) -> Result<File, FilesError> {
    let read_error = |source| FilesError::read(path, source);
    // Checked before opening, as merely opening some devices has effects, and again
    // after, as the name may lead elsewhere by then.
    check(path, &std::fs::metadata(path).map_err(read_error)?)?;
    let file =
        OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open(path);
    let file = file.map_err(read_error)?;
    check(path, &file.metadata().map_err(read_error)?)?;
    Ok(file)
}

/// Reads a regular file of at most `most` bytes.
///
/// # Errors
/// As [`open_file`], and when the file is larger.
pub fn read_file(path: &Path, most: u64) -> Result<Vec<u8>, FilesError> {
    let mut bytes = Vec::new();
    let file = open_file(path)?;
    let length = file.metadata().map_err(|e| FilesError::read(path, e))?.len();
    if length > most {
        return Err(FilesError::TooLong { path: path.to_owned(), most });
    }
    // It may grow meanwhile: one byte more than allowed shows that the file is too long.
    file.take(most + 1).read_to_end(&mut bytes).map_err(|e| FilesError::read(path, e))?;
    if bytes.len() as u64 > most {
        return Err(FilesError::TooLong { path: path.to_owned(), most });
    }
    Ok(bytes)
}

fn check(path: &Path, meta: &std::fs::Metadata) -> Result<(), FilesError> {
    if meta.is_dir() {
        let source = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(FilesError::Read { path: path.to_owned(), source });
    }
    if !meta.is_file() {
        return Err(FilesError::NoFile(path.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_opened_and_only_short_ones_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(read_file(&path, 3).unwrap(), b"abc");
        let message = |path: &Path| read_file(path, 2).unwrap_err().to_string();
        assert!(message(&path).contains("longer than 2 bytes"), "{}", message(&path));
        assert!(message(Path::new("/dev/zero")).ends_with("pipe or the like: name a file"));
        assert!(message(folder.path()).contains("can't be read"));
        assert!(message(&folder.path().join("b")).contains("does not exist"));
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
        assert!(message(&pipe).contains("is not a regular file"));
    }
}
