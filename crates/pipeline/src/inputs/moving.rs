//! A moving picture that doesn't come from a camera.

use super::picture::PictureId;
use crate::PipelineError;
use backlot_guard::Image;
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Timestamp, View};
use backlot_scene::Play;
use backlot_sources::Player;

/// A source that changes, and its present picture.
pub(crate) struct Moving {
    id: MovingId,
    view: View,
    /// `None` until the studio before hands it on.
    player: Option<Box<dyn Player>>,
    image: Image,
    alpha: Option<Matte>,
    /// The time of the picture.
    at: Option<Timestamp>,
    is_over: bool,
}

/// What tells moving sources apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MovingId {
    pub picture: PictureId,
    pub play: Play,
    pub views: Vec<View>,
    pub color: ColorSpace,
    /// How often it was started anew.
    pub start: u32,
}

impl Moving {
    /// A source at work.
    pub fn new(id: MovingId, player: Box<dyn Player>) -> Self {
        let view = player.view();
        Self { player: Some(player), ..Self::awaited(id, view) }
    }

    /// A source that the studio before is at work with.
    pub fn awaited(id: MovingId, view: View) -> Self {
        let image = Image::own(Frame::new(PixelFormat::I420, view.size));
        Self { id, view, player: None, image, alpha: None, at: None, is_over: false }
    }

    /// Whether the studio before should have handed it on.
    pub const fn is_awaited(&self) -> bool {
        self.player.is_none()
    }

    /// Which it is, and the form of its pictures, for another studio that goes on with it.
    pub fn kept(&self) -> Option<(MovingId, View)> {
        self.player.is_some().then(|| (self.id.clone(), self.view))
    }

    /// Goes on where another was, if that is the same.
    pub fn continue_with(&mut self, before: &mut Self) {
        if self.id == before.id && !before.is_awaited() {
            std::mem::swap(self, before);
        }
    }

    /// The form of its pictures.
    pub const fn view(&self) -> View {
        self.view
    }

    /// Makes the picture at a time, once for all layers.
    pub fn advance(&mut self, time: Timestamp) -> Result<(), PipelineError> {
        let Self { player: Some(player), image, alpha, at, .. } = self else { return Ok(()) };
        if *at == Some(time) {
            return Ok(());
        }
        let mut drawn = Ok(true);
        image.redraw(|picture| drawn = player.draw(time, picture, alpha));
        self.is_over = !drawn.map_err(PipelineError::Background)?;
        self.at = Some(time);
        Ok(())
    }

    /// The present picture; `None` when it is over.
    pub fn image(&self) -> Option<&Image> {
        (!self.is_over && !self.is_awaited()).then_some(&self.image)
    }

    /// How much of each of its pixels shows; `None` if all of it does.
    pub const fn alpha(&self) -> Option<&Matte> {
        self.alpha.as_ref()
    }
}
