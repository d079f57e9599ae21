//! What a video contains besides its picture: sound, subtitles, chapters, a title and dates.

use serde::Deserialize;
use std::collections::HashMap;

/// The tags that are kept. The location is private, so it isn't.
const TOLD: [&str; 3] = ["title", "date", "creation_time"];

/// What a video contains besides its picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tracks {
    pub sounds: Vec<Track>,
    pub subtitles: Vec<Track>,
    pub chapters: Vec<Chapter>,
    /// Names and values of the tags of the file.
    pub tags: Vec<(&'static str, String)>,
}

/// A track of sound or of subtitles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Track {
    /// The index of its stream.
    pub stream: u32,
    /// ffmpeg's name of its codec; empty if unknown.
    pub codec: String,
    pub language: Option<String>,
    pub title: Option<String>,
}

/// A chapter, with the file's timestamps in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Chapter {
    pub start: f64,
    pub end: f64,
    pub title: Option<String>,
}

impl Tracks {
    pub const fn is_empty(&self) -> bool {
        let has_none = self.sounds.is_empty() && self.subtitles.is_empty();
        has_none && self.chapters.is_empty() && self.tags.is_empty()
    }

    pub(super) fn add_tags(&mut self, tags: &Tags) {
        let told = TOLD.iter().filter_map(|&name| Some((name, tags.get(name)?.to_owned())));
        self.tags.extend(told);
    }
}

/// Tags of a file or a stream, by name.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Tags(HashMap<String, String>);

impl Tags {
    /// The value of a name, in any case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let in_any_case = || self.0.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).min();
        let value = self.0.get(name).or_else(|| in_any_case().map(|(_, value)| value))?;
        (!value.is_empty()).then_some(value)
    }

    pub fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}

/// A chapter as `ffprobe` reports it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Told {
    start_time: String,
    end_time: String,
    tags: Tags,
}

impl Told {
    pub fn chapter(&self) -> Option<Chapter> {
        let seconds = |text: &str| text.parse().ok().filter(|s: &f64| s.is_finite());
        let [start, end] = [seconds(&self.start_time)?, seconds(&self.end_time)?];
        Some(Chapter { start, end, title: self.tags.owned("title") })
    }
}
