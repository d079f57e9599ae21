//! What viewers read where there is no picture for them.
//!
//! All of it is here word for word, so nothing that names a device, a file or a program of this
//! machine can get into a call. Those belong in the log and the status.

use backlot_generators::Card;
use backlot_media::{Frame, Trouble};

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
    /// The user takes a break.
    Paused,
    /// The user shows nothing.
    Off,
}

impl Notice {
    /// The text in large letters.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Starting | Self::Late => "One moment",
            Self::Camera(_) | Self::Scene | Self::Off => "No picture just now",
            Self::Paused => "Back soon",
        }
    }

    /// Draws it as a card on a whole I420 frame.
    pub fn draw(self, frame: &mut Frame) {
        Card { title: self.title(), line: self.line() }.draw(frame);
    }

    /// The sentence below.
    pub const fn line(self) -> &'static str {
        match self {
            Self::Starting => "The camera is starting.",
            Self::Late => "The picture is late.",
            Self::Scene => "The scene cannot be shown.",
            Self::Paused => "The camera is closed for a break.",
            Self::Off => "The camera is closed.",
            Self::Camera(Trouble::Absent) => "The camera is not connected.",
            Self::Camera(Trouble::Busy) => "The camera is in use by another program.",
            Self::Camera(Trouble::Denied) => "The camera cannot be opened.",
            Self::Camera(Trouble::Silent) => "The camera sends no pictures.",
            Self::Camera(Trouble::Unreadable) => "The pictures of the camera cannot be read.",
            Self::Camera(Trouble::Other) => "The camera does not work.",
        }
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
        let all = [Notice::Starting, Notice::Late, Notice::Scene, Notice::Paused, Notice::Off]
            .into_iter()
            .chain(of_camera);
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
}
