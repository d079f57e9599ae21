//! The text of settings and scenes.

use crate::error::SettingsError;
use backlot_files::open_file;
use backlot_scene::config::{Issue, MOST_BYTES, Place};
use std::io::Read;
use std::path::Path;

/// A settings file's text.
///
/// # Errors
/// One sentence when it can't be read, or is not text.
pub fn text(path: &Path) -> Result<String, SettingsError> {
    decoded(bytes(path)?).map_err(|issue| SettingsError::issue(path, &issue))
}

/// A settings file's bytes, up to one more than the limit.
///
/// # Errors
/// One sentence when it can't be read.
pub fn bytes(path: &Path) -> Result<Vec<u8>, SettingsError> {
    let mut bytes = Vec::new();
    let file = open_file(path).map_err(SettingsError::unreadable)?;
    // One byte over the limit shows that the file is too large.
    file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| {
        let path = path.display();
        SettingsError::unreadable(format_args!("'{path}' can't be read: {error}"))
    })?;
    Ok(bytes)
}

/// Decodes UTF-8.
///
/// # Errors
/// The place of the first invalid byte.
pub fn decoded(bytes: Vec<u8>) -> Result<String, Issue> {
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let good = String::from_utf8_lossy(good);
        let last = good.rsplit('\n').next().unwrap_or_default();
        let count = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        let (line, column) = (count(good.matches('\n').count()), count(last.chars().count()));
        Issue::new(Place { line, column }, "this is not UTF-8 text: save the file as UTF-8")
    })
}
