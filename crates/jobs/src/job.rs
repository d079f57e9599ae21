//! A job, ready to run: what is read, what is written, and how.

use crate::along::Along;
use crate::names::result_name;
use crate::output::Output;
use crate::sinks;
use crate::work::What;
use backlot_files::{Intake, Permit, VideoQuality};
use backlot_sources::{Input, Stills, Wanted};
use std::path::PathBuf;

/// How a job is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Quality of videos and JPEG pictures, if it was given.
    pub encode: Option<VideoQuality>,
    /// Whether files that exist are replaced.
    pub force: bool,
    /// Whether results that exist are kept.
    pub skip_existing: bool,
    /// Whether folders within the folder are read too.
    pub recursive: bool,
    /// Whether neither progress nor summary is printed.
    pub quiet: bool,
    /// Whether the summary is JSON.
    pub json: bool,
}

/// A job, ready to run.
pub struct Job<'a> {
    /// Where frames come from.
    pub input: &'a Input,
    /// Where results go.
    pub output: &'a Output,
    /// Which frames to make.
    pub wanted: Wanted,
    /// What is written.
    pub what: What,
    /// How files are read.
    pub intake: Intake,
    /// Files that are read besides the input.
    pub reads: Vec<PathBuf>,
    /// How the job is run.
    pub manner: Manner,
    /// What the result keeps of the input besides the picture.
    pub along: Along,
    /// Warnings to print at the end in any case.
    pub notices: Vec<String>,
}

impl Job<'_> {
    /// The file of the only result, if it is one file.
    pub fn target(&self) -> Option<PathBuf> {
        match (self.input, self.output) {
            (Input::Picture(picture), Output::Folder(folder)) => {
                Some(folder.join(result_name(picture, self.what)))
            }
            (_, Output::Stdout | Output::Folder(_)) => None,
            (_, Output::Video(path) | Output::Picture(path)) => Some(path.clone()),
        }
    }

    /// Quality of videos and JPEG pictures.
    pub fn quality(&self) -> VideoQuality {
        self.manner.encode.unwrap_or_default()
    }

    /// Whether nothing is printed while it runs.
    pub const fn is_quiet(&self) -> bool {
        self.manner.quiet || self.manner.json
    }

    /// What may be overwritten: nothing that the job reads, otherwise what the user allows.
    pub fn permit(&self, stills: Option<&Stills>) -> Permit {
        let pictures = stills.map_or(&[][..], Stills::paths).iter();
        let all = pictures.chain(&self.reads).map(PathBuf::as_path).chain(self.input.path());
        sinks::permit(self.manner.force, all)
    }
}
