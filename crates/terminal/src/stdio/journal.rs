//! The journal: where standard error is one of its streams, the level of a line stands before it, as
//! `sd-daemon(3)` describes.

use rustix::fs::fstat;
use std::ffi::OsStr;
use std::io;
use std::sync::OnceLock;

static IS_STDERR: OnceLock<bool> = OnceLock::new();

/// Whether standard error leads to the journal.
pub fn is_stderr() -> bool {
    *IS_STDERR.get_or_init(|| {
        let Some(named) = std::env::var_os("JOURNAL_STREAM") else { return false };
        fstat(io::stderr()).is_ok_and(|about| names(&named, about.st_dev, about.st_ino))
    })
}

/// Whether the variable means what has this device and this number: programs that are started with
/// another standard error still get it.
fn names(variable: &OsStr, device: u64, inode: u64) -> bool {
    variable.to_str() == Some(&format!("{device}:{inode}"))
}

/// The lines with their level, as syslog counts.
pub fn levelled(text: &str, priority: u8) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!("<{priority}>{line}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_is_known_by_its_numbers() {
        assert!(names(OsStr::new("9:31744"), 9, 31744));
        for other in ["9:31745", "8:31744", "9", "", " 9:31744", "9:31744:"] {
            assert!(!names(OsStr::new(other), 9, 31744), "{other}");
        }
        assert_eq!(levelled("a\nb", 4), "<4>a\n<4>b");
    }
}
