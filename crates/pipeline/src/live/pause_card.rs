//! What viewers see during a break.

use backlot_guard::{Cleared, Drawing, Image};
use backlot_media::Frame;
use std::sync::Arc;

/// The card of a break. It is made when it is chosen, so that showing it takes no longer than
/// showing the built-in one.
#[derive(Clone, Debug, Default)]
pub enum PauseCard {
    /// The built-in one.
    #[default]
    BuiltIn,
    /// A few words.
    Text(Arc<str>),
    /// A picture.
    Picture(Arc<Cleared>),
}

impl PauseCard {
    /// A picture that no camera took, in I420. Virtual cameras of another size show all of it.
    pub fn picture(frame: Frame) -> Self {
        Self::Picture(Arc::new(Drawing::of(Image::own(frame)).clear()))
    }

    /// Whether it is the same card, not only a like one.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::BuiltIn, Self::BuiltIn) => true,
            (Self::Text(one), Self::Text(other)) => Arc::ptr_eq(one, other),
            (Self::Picture(one), Self::Picture(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}
