//! The format of messages: a prefix distinguishes warnings and errors; with `--json`, each is a
//! line of JSON; in the journal, each line has its level.

use super::{escape, journal};
use crate::text::Paint;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing::Level;

/// Whether messages are lines of JSON.
static JSON: AtomicBool = AtomicBool::new(false);

/// From now on, messages are lines of JSON.
pub fn speak_json() {
    JSON.store(true, Ordering::Relaxed);
}

/// The kind of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Why the command fails.
    Error,
    /// A problem that does not stop the command.
    Warning,
    /// Information.
    Note,
    /// A line of the log.
    Log(Level),
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Log(_) => "log",
        }
    }

    /// The printed form of a message, without a line end.
    pub fn said(self, text: &str) -> String {
        let said = match JSON.load(Ordering::Relaxed) {
            true => self.as_json(text),
            false => self.in_words(text, Paint::choose(true)),
        };
        if journal::is_stderr() { journal::levelled(&said, self.priority()) } else { said }
    }

    /// As syslog counts.
    const fn priority(self) -> u8 {
        match self {
            Self::Error | Self::Log(Level::ERROR) => 3,
            Self::Warning | Self::Log(Level::WARN) => 4,
            Self::Note | Self::Log(Level::INFO) => 6,
            Self::Log(_) => 7,
        }
    }

    fn as_json(self, text: &str) -> String {
        let text = text.trim_end_matches('\n');
        escape::json(&serde_json::json!({ self.name(): text }).to_string()).into_owned()
    }

    fn in_words(self, text: &str, paint: Paint) -> String {
        let text = text.trim_end_matches('\n');
        match self {
            Self::Error => escape::line(&format!("{} {text}", paint.red("error:"))).into_owned(),
            Self::Warning => {
                escape::line(&format!("{} {text}", paint.yellow("warning:"))).into_owned()
            }
            Self::Note => escape::lines(text).into_owned(),
            Self::Log(_) => escape::line(text).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_warnings_are_one_line_and_told_apart() {
        let said = |kind: Kind, text| kind.in_words(text, Paint::PLAIN);
        assert_eq!(said(Kind::Error, "it fails\n"), "error: it fails");
        assert_eq!(said(Kind::Warning, "a\nerror: b"), r"warning: a\nerror: b");
        assert_eq!(said(Kind::Note, "a\nb\x1b[2J\n"), "a\nb\\x1b[2J");
        assert_eq!(said(Kind::Log(Level::INFO), "a\nb\n"), r"a\nb");
    }

    #[test]
    fn as_json_each_is_an_object_in_a_line() {
        assert_eq!(Kind::Error.as_json("'a\nb\u{202e}'\n"), r#"{"error":"'a\nb\u202e'"}"#);
        assert_eq!(Kind::Warning.as_json("x"), r#"{"warning":"x"}"#);
    }
}
