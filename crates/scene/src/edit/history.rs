//! What was done, to be undone.

use super::{Edit, EditError, Target};
use crate::Document;
use crate::form::Value;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The most edits that can be undone.
const MOST: usize = 256;

/// How soon a value is set again where that is one edit with the one before.
const TOGETHER: Duration = Duration::from_secs(1);

/// The edits of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    undo: VecDeque<Edit>,
    redo: Vec<Edit>,
    /// What was set last, and when, as long as that is the last edit.
    set: Option<(String, Target, Instant)>,
}

impl History {
    /// Applies an edit, and remembers how to undo it.
    ///
    /// # Errors
    /// When it can't be applied; nothing changes then.
    pub fn apply(&mut self, document: &mut Document, edit: &Edit) -> Result<(), EditError> {
        let inverse = document.apply(edit)?;
        self.redo.clear();
        self.remember(inverse);
        self.set = None;
        Ok(())
    }

    /// As [`History::apply`], at a time: a value that is set again soon after is one edit with the one
    /// before, so that a slider's way is undone at once.
    ///
    /// # Errors
    /// As [`History::apply`].
    pub fn apply_at(
        &mut self,
        document: &mut Document,
        edit: &Edit,
        now: Instant,
    ) -> Result<(), EditError> {
        let set = match edit {
            // What sliders and hands on the picture change: no switches, no lists.
            Edit::Set {
                scene,
                target,
                value: Some(Value::Number(_) | Value::Text(_) | Value::Table(_)),
            } => Some((scene.clone(), target.clone(), now)),
            _ => None,
        };
        let continues = |(scene, target, then): &(String, Target, Instant)| {
            let is_same = set.as_ref().is_some_and(|(s, t, _)| (s, t) == (scene, target));
            is_same && now.saturating_duration_since(*then) < TOGETHER
        };
        if self.set.as_ref().is_some_and(continues) && self.can_undo() {
            document.apply(edit)?;
            self.redo.clear();
        } else {
            self.apply(document, edit)?;
        }
        self.set = set;
        Ok(())
    }

    /// Undoes the last edit that isn't undone; returns what was applied for that.
    ///
    /// # Errors
    /// When something else changed the document in between.
    pub fn undo(&mut self, document: &mut Document) -> Result<Option<Edit>, EditError> {
        self.set = None;
        let Some(edit) = self.undo.pop_back() else { return Ok(None) };
        self.redo.push(document.go_back(&edit)?);
        Ok(Some(edit))
    }

    /// Does the edit again that was undone last; returns what was applied for that.
    ///
    /// # Errors
    /// When something else changed the document in between.
    pub fn redo(&mut self, document: &mut Document) -> Result<Option<Edit>, EditError> {
        self.set = None;
        let Some(edit) = self.redo.pop() else { return Ok(None) };
        let inverse = document.go_back(&edit)?;
        self.remember(inverse);
        Ok(Some(edit))
    }

    /// Whether there is an edit to undo.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is an edit to do again.
    pub const fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    fn remember(&mut self, edit: Edit) {
        if self.undo.len() == MOST {
            self.undo.pop_front();
        }
        self.undo.push_back(edit);
    }
}
