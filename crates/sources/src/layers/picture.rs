//! Still pictures, of files.

use super::{Booking, Facts, Fixed, Material, Player};
use crate::SourceError;
use backlot_files::{FilesError, Intake, Picture, picture_in_view, read_picture};
use backlot_media::Shot;
use std::path::Path;

/// A picture, decoded.
pub(super) struct Still(Picture);

impl Still {
    pub fn read(path: &Path, intake: &Intake) -> Result<Self, FilesError> {
        Ok(Self(read_picture(path, intake)?))
    }
}

impl Material for Still {
    fn facts(&self) -> Facts {
        Facts { size: Some(self.0.size()), has_alpha: self.0.has_alpha(), moves: false }
    }

    fn start(&self, booking: &Booking<'_>) -> Result<Box<dyn Player>, SourceError> {
        let view = booking.view_of(self.0.size());
        let form = (view.window, view.size);
        let (picture, alpha) = picture_in_view(&self.0, form, booking.color);
        Ok(Box::new(Fixed { view, shot: Shot { picture, alpha } }))
    }
}
