//! What scenes are built with.

use crate::inputs::{Kept, Maker};
use crate::{CameraId, Keyer, PipelineError};
use backlot_files::Intake;
use backlot_media::{Size, View};
use backlot_scene::{Document, Key, SourceSpec};
use backlot_sources::Timing;

/// Makes the finder of a key for pictures of a form.
pub type MakeFinder<'a> = dyn FnMut(&Key, View) -> Result<Box<dyn Keyer>, PipelineError> + 'a;

/// What scenes are built with.
pub(crate) struct Cast<'a> {
    pub document: &'a Document,
    pub intake: &'a Intake,
    pub make_finder: &'a mut MakeFinder<'a>,
    /// Who makes finders, if several may be of the same.
    pub maker: Option<Maker>,
    /// The sizes of cameras' pictures; the others' are the canvas'.
    pub sizes: &'a [(CameraId, Size)],
    /// What the studio before hands on.
    pub kept: &'a [Kept],
    /// What moving pictures do that aren't ready in time.
    pub timing: Timing,
    /// Sources that were started anew, and how often.
    pub restarted: &'a [(SourceSpec, u32)],
}

impl Cast<'_> {
    /// Who made a key that is handed on, if it is.
    pub fn kept_by(&self, form: (&CameraId, Size, View), key: &Key) -> Option<Maker> {
        Kept::maker_of(self.kept, self.maker.as_ref()?, form, key)
    }
}
