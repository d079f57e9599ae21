//! When nobody has been in the picture for a while: another scene is shown until somebody is.

use crate::asked::Asked;
use backlot_media::Size;
use backlot_pipeline::live::{Backlog, LiveState, LiveStatus, View, ViewWish, Viewing};
use backlot_pipeline::{PRESENCE, PipelineError};
use std::time::{Duration, Instant};

/// The size of pictures that nobody sees.
const SMALL: Size = Size { width: 64, height: 36 };

/// How long a scene that could not be shown is left alone.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// How the program's own view is called.
const LOOKOUT: &str = "presence";

/// Watches over who is there.
#[derive(Default)]
pub(crate) struct Away {
    /// Since when nobody is there.
    since: Option<Instant>,
    /// When it last asked for another scene.
    turned: Option<Instant>,
    /// Keeps the camera looked at while the scene on show has none.
    lookout: Option<View>,
}

impl Away {
    /// Whether the other scene is to be shown, instead of or as before.
    pub fn look(&mut self, asked: &Asked, status: &LiveStatus, now: Instant) -> bool {
        let Some(away) = asked.away().filter(|_| is_watched(status)) else {
            self.since = None;
            return false;
        };
        match status.somebody {
            Some(false) if asked.is_away => true,
            Some(false) if status.state == LiveState::Live => {
                now.duration_since(*self.since.get_or_insert(now)) >= away.after
            }
            Some(true) => {
                self.since = None;
                false
            }
            _ => {
                self.since = None;
                asked.is_away
            }
        }
    }

    /// Whether it may turn to another scene now: not at once after an attempt that failed.
    pub fn may_turn(&mut self, now: Instant) -> bool {
        let may = self.turned.is_none_or(|at| now.duration_since(at) >= AGAIN_AFTER);
        if may {
            self.turned = Some(now);
        }
        may
    }

    /// A turn has succeeded: the next may come at once.
    pub fn has_turned(&mut self) {
        (self.turned, self.since) = (None, None);
    }

    /// Has the camera looked at while the other scene is shown, and no longer.
    ///
    /// # Errors
    /// When its thread can't start.
    pub fn look_out(&mut self, wanted: bool, viewing: &Viewing) -> Result<(), PipelineError> {
        if !wanted {
            self.lookout = None;
        } else if self.lookout.is_none() {
            self.lookout = Some(viewing.open(ViewWish {
                scene: Some(PRESENCE.to_owned()),
                size: Some(SMALL),
                ..ViewWish::new(LOOKOUT, Backlog::Latest)
            })?);
        }
        Ok(())
    }
}

/// Whether somebody may watch, apart from the lookout.
fn is_watched(status: &LiveStatus) -> bool {
    status.outputs.iter().any(|output| output.viewers.may_watch())
        || status.views.iter().any(|view| view != LOOKOUT)
}
