//! Which scenes are watched, and so which cameras are open.

use super::outputs::OutputShared;
use crate::{CameraId, Program, Studio};
use std::sync::Arc;

/// The cameras of each scene on show, by the scene's name; `None` for the program's own.
pub(crate) type Casting = Arc<Vec<(Option<String>, Vec<CameraId>)>>;

/// The cameras of a studio's scenes.
pub(crate) fn casting(studio: &Studio) -> Casting {
    let ids: Vec<_> = studio.cameras().cloned().collect();
    let shows = studio.shows().enumerate().map(|(show, name)| {
        let leaving = if show == 0 { studio.cameras_leaving() } else { &[] };
        let cameras = studio.cameras_of(show).iter().chain(leaving);
        let cameras = cameras.map(|&at| ids[at].clone()).collect();
        (name.map(str::to_owned), cameras)
    });
    Arc::new(shows.collect())
}

/// What is known of that before the first studio is built, so that the camera opens meanwhile.
pub(crate) fn first_casting(program: &Program) -> Casting {
    let usual = program.shows_usual_camera().then_some(CameraId::Usual);
    let shows = program.shows().map(|(name, _)| (name.map(str::to_owned), usual.clone()));
    Arc::new(shows.map(|(name, usual)| (name, usual.into_iter().collect())).collect())
}

/// Whether anyone may be watching a scene.
pub(crate) fn is_watched(outputs: &[Arc<OutputShared>], show: Option<&str>) -> bool {
    outputs.iter().any(|output| output.is_watched() && output.shows(show))
}
