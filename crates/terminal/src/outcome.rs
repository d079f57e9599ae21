//! How a command ended.

use std::error::Error;

/// How a command ended, if it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// A problem was found.
    Faulty,
    /// The user interrupted it; what was done until then stays.
    Interrupted,
}

/// An error and its causes on one line, without repetitions.
pub fn sentence(error: &dyn Error) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TerminalError;
    use std::io;

    #[test]
    fn an_error_is_one_line_that_says_nothing_twice() {
        let error = |cause: &'static str| TerminalError::Thread(io::Error::other(cause));
        assert_eq!(sentence(&error("starting")), "starting a thread");
        assert_eq!(sentence(&error("no\nroom")), "starting a thread: no room");
    }
}
