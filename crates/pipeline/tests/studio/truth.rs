//! A finder that knows the presenter.

use backlot_generators::Presenter;
use backlot_matte::MatteError;
use backlot_media::{Frame, Matte, PixelFormat};
use backlot_pipeline::Keyer;

/// Finds the presenter where they are drawn.
pub struct Truth(pub Presenter);

/// A frame of the presenter, and its exact matte.
pub fn drawn(presenter: &mut Presenter, index: u64) -> (Frame, Matte) {
    let size = presenter.size();
    let (mut frame, mut matte) = (Frame::new(PixelFormat::I420, size), Matte::new(size));
    presenter.draw(index, &mut frame, Some(&mut matte));
    (frame, matte)
}

impl Keyer for Truth {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        matte.copy_from(&drawn(&mut self.0, frame.sequence).1);
        Ok(())
    }
}
