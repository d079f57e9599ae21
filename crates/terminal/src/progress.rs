//! The progress bar of a job: on terminals only, and on standard error.

use indicatif::{ProgressBar, ProgressStyle};

/// The progress of a job.
pub struct Progress(ProgressBar);

impl Progress {
    /// Creates a bar up to `frames`, or a counter if their number is unknown.
    pub fn new(frames: Option<u64>, quiet: bool) -> Self {
        let bar = match frames {
            _ if quiet => ProgressBar::hidden(),
            Some(frames) => ProgressBar::new(frames)
                .with_style(style("{bar:30} {pos}/{len} frames, {per_sec:.1}, {eta} left")),
            None => {
                ProgressBar::no_length().with_style(style("{spinner} {pos} frames, {per_sec:.1}"))
            }
        };
        Self(bar)
    }

    /// Counts a frame.
    pub fn advance(&self) {
        self.0.inc(1);
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.with_key("per_sec", |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
        let _ = write!(out, "{:.1} frames/s", state.per_sec());
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_understood() {
        for frames in [None, Some(10)] {
            let progress = Progress::new(frames, true);
            progress.advance();
            progress.finish();
        }
        assert!(ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} {eta}").is_ok());
    }
}
