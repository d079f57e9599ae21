//! PipeWire cameras, if the program was built with PipeWire.

use crate::error::SourceError;
use backlot_media::CameraOpener;

/// A camera of PipeWire, by its name or the first.
///
/// # Errors
/// When the program was built without PipeWire.
#[cfg(feature = "pipewire")]
pub fn opener(name: Option<&str>) -> Result<Box<dyn CameraOpener>, SourceError> {
    use backlot_pipewire::PipewireCameraOpener;
    Ok(Box::new(name.map_or_else(PipewireCameraOpener::auto, PipewireCameraOpener::named)))
}

/// Whether PipeWire has a camera now.
#[cfg(feature = "pipewire")]
pub fn has_cameras() -> bool {
    backlot_pipewire::list().is_ok_and(|cameras| !cameras.is_empty())
}

/// Whether PipeWire has a camera of that name now.
///
/// # Errors
/// One sentence when it has none, or PipeWire doesn't run.
#[cfg(feature = "pipewire")]
pub fn check(name: &str) -> Result<(), SourceError> {
    Ok(backlot_pipewire::check(name)?)
}

/// Whether PipeWire has a camera of that name now.
///
/// # Errors
/// When the program was built without PipeWire.
#[cfg(not(feature = "pipewire"))]
pub fn check(_: &str) -> Result<(), SourceError> {
    opener(None).map(|_| ())
}

/// A camera of PipeWire, by its name or the first.
///
/// # Errors
/// When the program was built without PipeWire.
#[cfg(not(feature = "pipewire"))]
pub fn opener(_: Option<&str>) -> Result<Box<dyn CameraOpener>, SourceError> {
    Err(SourceError::WithoutPipeWire)
}

/// Whether PipeWire has a camera now.
#[cfg(not(feature = "pipewire"))]
pub const fn has_cameras() -> bool {
    false
}
