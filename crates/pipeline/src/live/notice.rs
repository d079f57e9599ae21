//! What viewers are told while there is no picture for them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A title and a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub title: String,
    pub line: String,
}

impl Notice {
    /// What is said before the camera delivers.
    pub fn starting() -> Self {
        Self { title: "One moment".to_owned(), line: "The camera is starting.".to_owned() }
    }

    /// What is said when the camera delivers but no picture is finished.
    pub fn late() -> Self {
        Self { title: "One moment".to_owned(), line: "The picture is late.".to_owned() }
    }

    /// What is said when something does not work.
    pub fn trouble(line: &str) -> Self {
        Self { title: "No picture just now".to_owned(), line: sentence(line) }
    }
}

/// A reason as a sentence of its own.
fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let mut text: String = first.chain(letters).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// The notice of now, and how often it has changed.
#[derive(Debug)]
pub(crate) struct Board {
    notice: Mutex<Arc<Notice>>,
    version: AtomicU64,
}

impl Board {
    /// Shows the notice of the start.
    pub fn new() -> Self {
        Self { notice: Mutex::new(Arc::new(Notice::starting())), version: AtomicU64::new(1) }
    }

    /// Shows another notice.
    pub fn post(&self, notice: Notice) {
        let mut shown = self.notice.lock().unwrap_or_else(PoisonError::into_inner);
        if **shown != notice {
            *shown = Arc::new(notice);
            self.version.fetch_add(1, Ordering::Release);
        }
    }

    /// Changes with each new notice.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// The notice of now.
    pub fn read(&self) -> Arc<Notice> {
        self.notice.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_becomes_a_sentence() {
        assert_eq!(Notice::trouble("it is gone").line, "It is gone.");
        assert_eq!(Notice::trouble("Gone!").line, "Gone!");
        assert_eq!(Notice::trouble("").line, ".");
    }

    #[test]
    fn only_news_counts() {
        let board = Board::new();
        let before = board.version();
        board.post(Notice::starting());
        assert_eq!(board.version(), before);
        board.post(Notice::trouble("it is gone"));
        assert_eq!(board.version(), before + 1);
        assert_eq!(board.read().line, "It is gone.");
    }
}
