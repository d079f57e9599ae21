//! The line that is being completed.

use super::words::Typed;
use backlot_files::at_home;
use std::path::PathBuf;

/// Its words, the one at the cursor included.
pub(super) fn words() -> Vec<String> {
    let line = std::env::var("BACKLOT_LINE").unwrap_or_default();
    match line.is_empty() {
        true => std::env::args().collect(),
        false => Typed::read(&line, "").words,
    }
}

/// The file that an option of it names.
pub(super) fn file_of(option: &str) -> Option<PathBuf> {
    let words = words();
    let found =
        words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix(option)? {
            "" => words.get(at + 1).map(String::as_str),
            rest => rest.strip_prefix('='),
        });
    found.map(|path| at_home(path.as_ref()))
}

/// The word behind others that follow one another in it.
pub(super) fn word_after(first: &str, second: &str) -> Option<String> {
    let words = words();
    let at = words.windows(2).position(|pair| pair[0] == first && pair[1] == second)?;
    words.get(at + 2).cloned()
}
