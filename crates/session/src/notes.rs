//! Notes about the current settings: printed once, and part of every status.

use crate::report::Reporter;

/// The current notes.
#[derive(Debug, Default)]
pub struct Notes(Vec<String>);

impl Notes {
    /// Replaces the notes, and prints the new ones.
    pub fn set(&mut self, notes: Vec<String>, reporter: &mut Reporter) {
        for note in notes.iter().filter(|note| !self.0.contains(note)) {
            reporter.warn(note);
        }
        self.0 = notes;
    }

    /// A status's message, followed by the notes.
    pub fn behind(&self, message: Option<String>) -> Option<String> {
        let all: Vec<_> = message.iter().chain(&self.0).map(String::as_str).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::StatusForm;
    use super::*;

    #[test]
    fn notes_stand_behind_what_is_wrong() {
        let mut notes = Notes::default();
        assert_eq!(notes.behind(None), None);
        notes.set(vec!["one".into(), "two".into()], &mut Reporter::new(StatusForm::Quiet));
        assert_eq!(notes.behind(None).as_deref(), Some("one; two"));
        assert_eq!(notes.behind(Some("broken".into())).as_deref(), Some("broken; one; two"));
        notes.set(Vec::new(), &mut Reporter::new(StatusForm::Quiet));
        assert_eq!(notes.behind(Some("broken".into())).as_deref(), Some("broken"));
    }
}
