//! What was done, to be undone.

use super::{Edit, EditError};
use crate::Document;
use std::collections::VecDeque;

/// The most edits that can be undone.
const MOST: usize = 256;

/// The edits of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    undo: VecDeque<Edit>,
    redo: Vec<Edit>,
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
        Ok(())
    }

    /// Undoes the last edit that isn't undone; returns what was applied for that.
    ///
    /// # Errors
    /// When something else changed the document in between.
    pub fn undo(&mut self, document: &mut Document) -> Result<Option<Edit>, EditError> {
        let Some(edit) = self.undo.pop_back() else { return Ok(None) };
        self.redo.push(document.apply(&edit)?);
        Ok(Some(edit))
    }

    /// Does the edit again that was undone last; returns what was applied for that.
    ///
    /// # Errors
    /// When something else changed the document in between.
    pub fn redo(&mut self, document: &mut Document) -> Result<Option<Edit>, EditError> {
        let Some(edit) = self.redo.pop() else { return Ok(None) };
        let inverse = document.apply(&edit)?;
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
