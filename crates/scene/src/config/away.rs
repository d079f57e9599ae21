//! What is shown while nobody is in the picture.

use crate::form::shown;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A scene, and how long nobody must have been there, as `be-right-back:30` (seconds).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// The scene's name.
    pub scene: String,
    /// How long: 1 to 3600 seconds, whole ones.
    pub after: Duration,
}

/// The longest wait, in seconds.
const LONGEST: u64 = 3600;

impl FromStr for Away {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once(':').and_then(|(scene, seconds)| {
            let seconds = seconds.trim().parse().ok().filter(|s| (1..=LONGEST).contains(s))?;
            let scene = Some(scene.trim()).filter(|scene| !scene.is_empty())?;
            Some((scene, seconds))
        });
        let Some((scene, seconds)) = parts else {
            let there = shown(text);
            return Err(format!(
                "'{there}' is no scene with 1 to {LONGEST} whole seconds: write for example be-right-back:30"
            ));
        };
        Ok(Self { scene: scene.to_owned(), after: Duration::from_secs(seconds) })
    }
}

impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scene, self.after.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_and_seconds_are_read_and_written_back() {
        for text in ["be-right-back:30", "my: own:1", "two of me:3600"] {
            assert_eq!(text.parse::<Away>().unwrap().to_string(), text);
        }
        for bad in ["", "calm", "calm:", ":30", "calm:0", "calm:3601", "calm:1.5", "calm:-1"] {
            let error = bad.parse::<Away>().unwrap_err();
            assert!(error.contains("be-right-back:30"), "{error}");
        }
    }
}
