//! The requested size, rate and part of a video.

use crate::error::SourceError;
use backlot_media::{FrameRate, Size};
use backlot_scene::Fit;
use std::str::FromStr;
use std::time::Duration;

/// The requested size, rate and part of a video.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Size of the frames, if not the input's.
    pub size: Option<Format>,
    /// Frames per second, if not the input's.
    pub rate: Option<FrameRate>,
    /// The time to start at.
    pub start: Duration,
    /// The longest duration.
    pub duration: Option<Duration>,
    /// How pictures of another shape fill the size.
    pub fit: Fit,
}

impl Wanted {
    /// The size for an input that has one of its own.
    pub fn size_for(&self, own: Size) -> Size {
        self.size.map_or(own, |format| format.size_for(own))
    }

    /// Number of frames in the duration, at a rate.
    pub fn limit(&self, rate: FrameRate) -> Option<u64> {
        self.duration.map(|duration| rate.frames_in(duration))
    }
}

/// A size as people write it: `1280x720`, or `720p`, which is 16:9, or 9:16 if the input is
/// portrait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// This size.
    Exact(Size),
    /// 16:9 with this many pixels on the shorter side.
    Lines(u32),
}

impl Format {
    /// The size for an input that has one of its own.
    pub const fn size_for(self, own: Size) -> Size {
        match self {
            Self::Exact(size) => size,
            Self::Lines(lines) => {
                // Rounded to an even number, as 4:2:0 video requires: 480p is 854x480.
                let long = (lines * 16 + 9) / 18 * 2;
                match own.height > own.width {
                    true => Size { width: lines, height: long },
                    false => Size { width: long, height: lines },
                }
            }
        }
    }

    /// The size for a camera.
    pub const fn of_a_camera(self) -> Size {
        self.size_for(Size { width: 16, height: 9 })
    }
}

impl FromStr for Format {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let low = text.trim().to_ascii_lowercase();
        let lines = match &*low {
            "4k" | "uhd" => Some(2160),
            "8k" => Some(4320),
            low => low.strip_suffix('p').and_then(|lines| lines.parse().ok()),
        };
        match lines {
            Some(lines) if (16..=8640).contains(&lines) && lines % 2 == 0 => Ok(Self::Lines(lines)),
            None if low.contains('x') => Ok(Self::Exact(text.parse()?)),
            _ => Err(SourceError::Format(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_names() {
        let (wide, tall) = (Size { width: 1920, height: 1080 }, Size { width: 1080, height: 1920 });
        let size = |text: &str, own| text.parse::<Format>().unwrap().size_for(own).to_string();
        for (text, landscape, portrait) in [
            ("480p", "854x480", "480x854"),
            ("720p", "1280x720", "720x1280"),
            ("1080P", "1920x1080", "1080x1920"),
            ("4k", "3840x2160", "2160x3840"),
            ("640x360", "640x360", "640x360"),
        ] {
            assert_eq!((&*size(text, wide), &*size(text, tall)), (landscape, portrait));
        }
        for bad in ["p", "0p", "721p", "big", "99999p", "x", "1280", "0x5", "k"] {
            assert!(bad.parse::<Format>().is_err(), "{bad}");
        }
    }
}
