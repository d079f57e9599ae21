//! What the status line, its JSON and clients read of cameras and virtual cameras alike.

use backlot_media::Viewers;
use backlot_pipeline::live::{CameraStatus, OutputStatus};
use backlot_protocol::{CameraState, Lead, OutputState};

/// Whether a camera works.
pub(crate) const fn camera_state(camera: &CameraStatus) -> CameraState {
    match (camera.works, &camera.mode, &camera.reason) {
        (true, ..) => CameraState::Works,
        (false, Some(_), _) => CameraState::Starting,
        (false, None, Some(_)) => CameraState::Waiting,
        (false, None, None) => CameraState::Closed,
    }
}

/// Whether a virtual camera is there.
pub(crate) const fn output_state(output: &OutputStatus) -> OutputState {
    if output.mode.is_some() { OutputState::Open } else { OutputState::Waiting }
}

/// Format, size and rate of a virtual camera, while it is there.
pub(crate) fn output_mode(output: &OutputStatus) -> Option<String> {
    output.mode.map(|mode| format!("{} {} at {} fps", mode.format, mode.size, mode.rate))
}

/// How many watch a virtual camera, where that can be known.
pub(crate) const fn viewers(output: &OutputStatus) -> Option<u32> {
    match output.viewers {
        Viewers::Count(count) => Some(count),
        Viewers::Unknown => None,
    }
}

/// Which network makes the mattes.
pub(crate) const fn lead(lead: backlot_matte::Lead) -> Lead {
    match lead {
        backlot_matte::Lead::Elsewhere => Lead::Elsewhere,
        backlot_matte::Lead::Own => Lead::Own,
    }
}

/// All pictures that a virtual camera got.
pub(crate) const fn written(output: &OutputStatus) -> u64 {
    let tally = &output.tally;
    tally.shown + tally.repeated + tally.calm
}
