//! Muxes a picture and what accompanies it into one file.

use crate::intake::tools::{Ending, Tool};
use crate::video::tracks::Track;
use crate::write::companions::{Companions, Extent};
use crate::write::container::Container;
use crate::write::description::description;
use crate::write::part::Part;
use crate::write::pending::{Pending, finished_file};
use crate::write::plan::Plan;
use crate::write::subtitles;
use crate::{FilesError, Tools, read_file};
use backlot_launch::Limits;
use std::path::Path;
use std::time::Duration;

/// Numbers of the inputs.
const PICTURE: usize = 0;
const DESCRIPTION: usize = 1;

/// What accompanies a picture, and the target.
pub(super) struct Muxing<'a> {
    pub tools: &'a Tools,
    pub pending: &'a Pending,
    pub container: Container,
    pub with: &'a Companions,
    pub extent: Extent,
}

/// Subtitles that are cut to a part, in a file of their own.
type Cut<'a> = (Part, &'a Track, &'static str);

impl<'a> Muxing<'a> {
    /// Muxes the picture and the planned tracks into one file; returns the notices.
    pub fn mux(
        &self,
        stage: &Path,
        mut plan: Plan<'a>,
    ) -> Result<(Ending, Vec<String>), FilesError> {
        let mut notices = std::mem::take(&mut plan.notices);
        let cut = self.cut_subtitles(&plan)?;
        if cut.is_none() {
            let path = self.with.path.display();
            notices.push(format!("the subtitles of '{path}' can't be cut: left out"));
        }
        let cut = cut.unwrap_or_default();
        let description = self.described()?;
        let mut job = self.tools.job(Tool::Ffmpeg, Limits::WORK);
        // The picture waits only for its sound.
        match plan.is_empty() {
            true => _ = job.input(stage),
            false => self.with.picture(&mut job, stage),
        }
        job.own_input("ffmetadata", description.path());
        if plan.needs_source() {
            self.with.source(&mut job, self.extent);
        }
        cut.iter().for_each(|(part, ..)| _ = job.own_input("ass", part.path()));
        job.args(["-map".to_owned(), format!("{PICTURE}:v:0")]);
        let words = tracks(&plan, &cut);
        let described = format!("{DESCRIPTION}");
        job.args(["-map_metadata", &described, "-map_chapters", &described]);
        job.args(["-c:v", "copy"]).args(words);
        let ending = finished_file(&mut job, self.container, self.pending).run()?;
        Ok((ending, notices))
    }

    fn described(&self) -> Result<Part, FilesError> {
        let part = self.pending.another()?;
        self.write(&part, &description(self.with, self.extent))?;
        Ok(part)
    }

    fn write(&self, part: &Part, text: &str) -> Result<(), FilesError> {
        let written = std::fs::write(part.path(), text);
        written.map_err(|source| FilesError::write(self.pending.target(), source))
    }

    /// Reads and cuts the subtitles; `None` if they can't be read.
    fn cut_subtitles(&self, plan: &Plan<'a>) -> Result<Option<Vec<Cut<'a>>>, FilesError> {
        if plan.cut.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let mut job = self.tools.job(Tool::Ffmpeg, Limits::WORK);
        self.with.source(&mut job, Extent { start: Duration::ZERO, length: self.extent.end() });
        let mut parts = Vec::new();
        for (track, codec) in &plan.cut {
            let part = self.pending.another()?;
            job.args(["-map".to_owned(), format!("0:{}", track.stream)]);
            job.args(["-c:s", "ass", "-f", "ass"]).output(part.path());
            parts.push((part, *track, *codec));
        }
        if !job.run()?.success {
            return Ok(None);
        }
        let mut shown = Vec::new();
        for (part, track, codec) in parts {
            let Ok(bytes) = read_file(part.path(), subtitles::MOST_BYTES) else { return Ok(None) };
            if let Some(text) = subtitles::cut(&String::from_utf8_lossy(&bytes), self.extent) {
                self.write(&part, &text)?;
                shown.push((part, track, codec));
            }
        }
        Ok(Some(shown))
    }
}

/// The options that take the tracks from their inputs.
fn tracks(plan: &Plan<'_>, cut: &[Cut<'_>]) -> Vec<String> {
    let mut words = Vec::new();
    let source = DESCRIPTION + 1;
    for (index, (track, codec)) in plan.sounds.iter().enumerate() {
        words.extend(["-map".to_owned(), format!("{source}:{}", track.stream)]);
        words.extend(codec.iter().map(|word| match word.starts_with('-') {
            true => format!("{word}:{index}"),
            false => (*word).to_owned(),
        }));
    }
    for (index, (track, codec)) in plan.whole.iter().enumerate() {
        words.extend(["-map".to_owned(), format!("{source}:{}", track.stream)]);
        words.extend([format!("-c:s:{index}"), (*codec).to_owned()]);
    }
    let first = source + usize::from(plan.needs_source());
    for (index, (_, track, codec)) in cut.iter().enumerate() {
        words.extend(["-map".to_owned(), format!("{}:0", first + index)]);
        let index = plan.whole.len() + index;
        words.extend([format!("-c:s:{index}"), (*codec).to_owned()]);
        let told = [("language", &track.language), ("title", &track.title)];
        for (name, value) in told.into_iter().filter_map(|(n, v)| Some((n, v.as_ref()?))) {
            words.extend([format!("-metadata:s:s:{index}"), format!("{name}={value}")]);
        }
    }
    words
}
