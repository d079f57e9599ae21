//! What viewers read while there is no picture for them.
//!
//! All of it is here word for word, so nothing that names a device, a file or a program of this
//! machine can get into a call. Those belong in the log and the status.

use backlot_media::Trouble;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// A title and a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The camera has not delivered yet.
    Starting,
    /// The camera delivers but no picture is finished.
    Late,
    /// Something is wrong with the camera.
    Camera(Trouble),
    /// The scene can't be drawn.
    Scene,
}

impl Notice {
    /// The text in large letters.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Starting | Self::Late => "One moment",
            Self::Camera(_) | Self::Scene => "No picture just now",
        }
    }

    /// The sentence below.
    pub const fn line(self) -> &'static str {
        match self {
            Self::Starting => "The camera is starting.",
            Self::Late => "The picture is late.",
            Self::Scene => "The scene cannot be shown.",
            Self::Camera(Trouble::Absent) => "The camera is not connected.",
            Self::Camera(Trouble::Busy) => "The camera is in use by another program.",
            Self::Camera(Trouble::Denied) => "The camera cannot be opened.",
            Self::Camera(Trouble::Silent) => "The camera sends no pictures.",
            Self::Camera(Trouble::Unreadable) => "The pictures of the camera cannot be read.",
            Self::Camera(Trouble::Other) => "The camera does not work.",
        }
    }
}

/// The present notice, and how often it has changed.
#[derive(Debug)]
pub(crate) struct Board {
    notice: Mutex<Notice>,
    version: AtomicU64,
}

impl Board {
    /// Shows the notice of the start.
    pub const fn new() -> Self {
        Self { notice: Mutex::new(Notice::Starting), version: AtomicU64::new(1) }
    }

    /// Shows another notice.
    pub fn post(&self, notice: Notice) {
        let mut shown = self.notice.lock().unwrap_or_else(PoisonError::into_inner);
        if *shown != notice {
            *shown = notice;
            self.version.fetch_add(1, Ordering::Release);
        }
    }

    /// Changes with each new notice.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// The present notice.
    pub fn read(&self) -> Notice {
        *self.notice.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TROUBLES: [Trouble; 6] = [
        Trouble::Absent,
        Trouble::Busy,
        Trouble::Denied,
        Trouble::Silent,
        Trouble::Unreadable,
        Trouble::Other,
    ];

    #[test]
    fn notices_are_plain_and_name_nothing() {
        let of_camera = TROUBLES.map(Notice::Camera);
        let all = [Notice::Starting, Notice::Late, Notice::Scene].into_iter().chain(of_camera);
        for notice in all {
            let (title, line) = (notice.title(), notice.line());
            let sentence = line.strip_suffix('.').unwrap_or_else(|| panic!("no sentence: {line}"));
            let is_plain = |c: char| c.is_ascii_alphabetic() || c == ' ';
            assert!(title.chars().chain(sentence.chars()).all(is_plain), "{title}: {line}");
            // One capital letter at the beginning: no names.
            for text in [title, sentence] {
                assert_eq!(text.chars().filter(char::is_ascii_uppercase).count(), 1, "{text}");
                assert!(text.starts_with(|c: char| c.is_ascii_uppercase()), "{text}");
            }
            assert!(line.len() <= 60, "{line}");
        }
    }

    #[test]
    fn only_news_counts() {
        let board = Board::new();
        let before = board.version();
        board.post(Notice::Starting);
        assert_eq!(board.version(), before);
        board.post(Notice::Camera(Trouble::Absent));
        assert_eq!(board.version(), before + 1);
        assert_eq!(board.read(), Notice::Camera(Trouble::Absent));
    }
}
