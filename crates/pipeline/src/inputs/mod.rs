//! What scenes are made of: cameras with their keys, and moving pictures. Several scenes share them.

mod adapter;
mod camera;
mod cut;
mod darkroom;
mod enlarger;
mod fitter;
mod kept;
mod key;
mod moving;
mod picture;
mod somebody;
mod trays;

pub(crate) use adapter::Adapter;
pub(crate) use camera::CameraNode;
pub(crate) use darkroom::Darkroom;
pub use darkroom::Exposed;
pub(crate) use fitter::Fitter;
pub use kept::Kept;
pub(crate) use key::KeyNode;
pub use key::Maker;
pub(crate) use moving::{Moving, MovingId};
pub(crate) use picture::{KnownPicture, PictureId, StillForm};

/// The inputs at work.
#[derive(Default)]
pub(crate) struct Inputs {
    /// The cameras, by number.
    pub cameras: Vec<CameraNode>,
    /// The moving pictures, by number.
    pub moving: Vec<Moving>,
    /// What is known of all pictures, for the studio after this one.
    pub known: Vec<KnownPicture>,
}
