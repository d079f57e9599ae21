//! Whatever breaks in the running thing, viewers never see the room: fault by fault, with a camera
//! whose room is unmistakable and a virtual camera that looks for it in every picture.

mod devices;
mod finder;
mod mattes;
mod scenes;
mod stand;
mod storm;
