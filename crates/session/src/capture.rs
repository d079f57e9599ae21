//! Pictures of what viewers see, for whoever asks.

use backlot_control::Answer;
use backlot_files::{Content, Overwrite, Permit, write_picture};
use backlot_guard::{Cleared, Seen};
use backlot_media::threads;
use backlot_pipeline::live::{Backlog, View, ViewWish, Viewing};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How many pictures of the scene are let pass: a camera that was just opened adapts.
const SETTLING: u32 = 3;

/// How long a picture is waited for; a scene that isn't shown yet has to be built first.
const PATIENCE: Duration = Duration::from_secs(4);
const PATIENCE_FOR_A_SCENE: Duration = Duration::from_secs(15);

/// Writes a picture of what viewers see, or would see of another scene, and answers then.
pub(crate) fn begin(
    file: PathBuf,
    overwrite: Overwrite,
    scene: Option<String>,
    viewing: &Viewing,
    answer: Answer,
) {
    let patience = if scene.is_some() { PATIENCE_FOR_A_SCENE } else { PATIENCE };
    let wish = ViewWish { scene, ..ViewWish::new("snapshot", Backlog::Latest) };
    let view = match viewing.open(wish) {
        Ok(view) => view,
        Err(error) => return answer.error(error.to_string()),
    };
    // Where no thread can be started, the answer says that there is none.
    let _ = threads::start("capture", move || {
        answer.send(written(&view, patience, &file, overwrite).map(|()| json!({ "file": file })));
    });
}

fn written(
    view: &View,
    patience: Duration,
    file: &Path,
    overwrite: Overwrite,
) -> Result<(), String> {
    let permit = Permit::from(overwrite);
    permit.check(file).map_err(|error| error.to_string())?;
    let picture = settled(view, patience)?;
    write_picture(file, Content::Frame(&picture), &permit).map_err(|error| error.to_string())
}

/// A picture of the scene from a camera that has adapted.
fn settled(view: &View, patience: Duration) -> Result<Cleared, String> {
    let (start, mut seen) = (Instant::now(), 0);
    loop {
        match view.take(patience.saturating_sub(start.elapsed())) {
            // Cards have no number.
            Seen::Picture { picture, .. } if picture.sequence > 0 => {
                seen += 1;
                if seen >= SETTLING {
                    return Ok(picture);
                }
            }
            Seen::Picture { .. } if start.elapsed() < patience => {}
            Seen::Over => return Err("the program ends".to_owned()),
            Seen::Picture { .. } | Seen::Nothing => {
                return Err("there is no picture: does the camera work?".to_owned());
            }
        }
    }
}
