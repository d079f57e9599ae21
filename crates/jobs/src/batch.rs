//! What became of the files of a folder.

use serde::Serialize;

/// The most failures and names to print.
const MOST_TOLD: usize = 5;

/// The outcome of a folder.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Batch {
    /// Pictures written.
    pub pictures: usize,
    /// Videos written.
    pub videos: usize,
    /// Results that existed already.
    pub skipped: usize,
    /// Why others failed, in one sentence each.
    pub failed: Vec<String>,
    /// Files that are neither a picture nor a video.
    pub left_out: Vec<String>,
}

impl Batch {
    /// What was done, as part of a line.
    pub fn words(&self, output: &str) -> String {
        let count = |n: usize, one: &str| match n {
            1 => format!("1 {one}"),
            n => format!("{n} {one}s"),
        };
        let mut done = Vec::new();
        if self.pictures > 0 || self.videos == 0 {
            done.push(count(self.pictures, "picture"));
        }
        if self.videos > 0 {
            done.push(count(self.videos, "video"));
        }
        let mut text = format!("{} to {output}", done.join(" and "));
        if self.skipped > 0 {
            text += &format!(", {} already there", self.skipped);
        }
        if !self.failed.is_empty() {
            text += &format!(", {} failed", self.failed.len());
        }
        text
    }

    /// The first few failures.
    pub fn failures(&self) -> Vec<String> {
        let more = self.failed.len().saturating_sub(MOST_TOLD);
        let mut told: Vec<_> = self.failed.iter().take(MOST_TOLD).cloned().collect();
        told.extend((more > 0).then(|| format!("{more} more failed (--json lists all)")));
        told
    }

    /// What was left out, on one line.
    pub fn omissions(&self) -> Option<String> {
        let names = some_of(&self.left_out);
        let has_folder = self.left_out.iter().any(|name| name.ends_with('/'));
        let hint = if has_folder { " (--recursive includes folders)" } else { "" };
        (!names.is_empty())
            .then(|| format!("left out (no readable picture or video): {names}{hint}"))
    }
}

/// The first few names, on one line.
pub fn some_of(names: &[String]) -> String {
    let told = names[..names.len().min(MOST_TOLD)].join(", ");
    match names.len().saturating_sub(MOST_TOLD) {
        0 => told,
        more => format!("{told} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_told_in_a_line() {
        let failed: Vec<_> = (0..7).map(|n| format!("'{n}' is damaged")).collect();
        let left_out = vec!["notes.txt".to_owned(), "deep/".to_owned()];
        let batch = Batch { pictures: 41, videos: 1, skipped: 0, failed, left_out };
        assert_eq!(batch.words("out/"), "41 pictures and 1 video to out/, 7 failed");
        assert_eq!(batch.failures().len(), 6);
        assert!(batch.failures()[5].starts_with("2 more"));
        let omissions = batch.omissions().unwrap();
        assert!(omissions.contains("notes.txt, deep/ (--recursive"), "{omissions}");
        assert_eq!(Batch::default().omissions(), None);
    }
}
