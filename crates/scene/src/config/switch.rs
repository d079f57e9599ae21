//! How one scene gives way to the next.

use crate::{SceneError, words};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SwitchKind {
    /// At once.
    #[default]
    Cut,
    /// It becomes transparent.
    Fade,
    /// The next pushes it out to the left.
    Slide,
    /// The next covers it from the left.
    Wipe,
}

words!(SwitchKind, "transition", Cut = "cut", Fade = "fade", Slide = "slide", Wipe = "wipe");

/// The way, and how long it takes, as `fade` or `fade:400` (milliseconds).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Switch {
    /// The way.
    pub kind: SwitchKind,
    /// How long it takes; nothing for a cut.
    pub length: Duration,
}

/// Without a number.
const USUAL: u64 = 400;
/// The longest, in milliseconds.
const LONGEST: u64 = 5000;

impl Default for Switch {
    fn default() -> Self {
        Self { kind: SwitchKind::Cut, length: Duration::ZERO }
    }
}

impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            SwitchKind::Cut => f.write_str("cut"),
            kind => write!(f, "{kind}:{}", self.length.as_millis()),
        }
    }
}

impl FromStr for Switch {
    type Err = SceneError;

    fn from_str(text: &str) -> Result<Self, SceneError> {
        let (kind, millis) = text.split_once(':').map_or((text, None), |(a, b)| (a, Some(b)));
        let kind: SwitchKind = kind.trim().parse()?;
        let wrong = || SceneError::SwitchLength { given: text.to_owned(), longest: LONGEST };
        let millis = match (kind, millis) {
            (SwitchKind::Cut, None) => 0,
            (SwitchKind::Cut, Some(_)) => return Err(wrong()),
            (_, None) => USUAL,
            (_, Some(given)) => {
                let given = given.trim().parse().ok();
                given.filter(|millis| (1..=LONGEST).contains(millis)).ok_or_else(wrong)?
            }
        };
        Ok(Self { kind, length: Duration::from_millis(millis) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_written_back() {
        for (text, back) in [
            ("cut", "cut"),
            ("fade", "fade:400"),
            ("Wipe: 1200", "wipe:1200"),
            ("slide:1", "slide:1"),
        ] {
            assert_eq!(text.parse::<Switch>().unwrap().to_string(), back);
        }
        for text in ["", "melt", "cut:5", "fade:", "fade:0", "fade:5001", "fade:-1", "fade:1e3"] {
            let error = text.parse::<Switch>().unwrap_err().to_string();
            assert!(error.contains("fade"), "{text}: {error}");
        }
    }
}
