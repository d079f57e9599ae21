//! When a still of the user is taken, and what stands for it until then.

use super::still::Still;
use crate::private;
use backlot_guard::Seen;
use backlot_media::Size;
use backlot_pipeline::live::{Backlog, ViewWish, Viewing};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Who looks, in the status.
const NAME: &str = "still";
/// How long taking a still may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many pictures are let pass first, in which a matte settles.
const SETTLING: u32 = 5;
/// How long after a still that didn't succeed the next is tried, at first and at most.
const PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// How long a still is good for.
const AGE: Duration = Duration::from_secs(8 * 3600);

/// The still of the user, and the presenter's.
#[derive(Debug, Default)]
pub(crate) struct Stills(Mutex<Inside>);

#[derive(Debug, Default)]
struct Inside {
    still: Option<(Arc<Still>, Instant)>,
    /// How often a still was due.
    count: u32,
    /// Whether small pictures were asked for since the last still.
    is_asked_for: bool,
    is_due: bool,
    /// Not before then, and how long it is waited after another failure.
    pause: Option<(Instant, Duration)>,
}

impl Stills {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sees to it that a still is taken with the next small picture, if it is time; `is_seen` tells whether a
    /// camera shows pictures to somebody.
    pub fn look(&self, is_seen: bool) {
        let (mut inside, now) = (self.inside(), Instant::now());
        let is_good = |(still, taken): &(Arc<Still>, Instant)| {
            still.number() > 0 && now.duration_since(*taken) < AGE
        };
        let is_over = inside.pause.is_none_or(|(until, _)| now >= until);
        let is_known = inside.still.as_ref().is_some_and(is_good);
        if is_seen && inside.is_asked_for && !inside.is_due && !is_known && is_over {
            inside.is_due = true;
            inside.count += 1;
        }
    }

    /// Another number, and small pictures are to be fetched again.
    pub fn count(&self) -> u32 {
        self.inside().count
    }

    /// The still to draw with, of about a size, in pixels. Takes one if it is due, and a moment for that.
    pub fn now(&self, size: Size, viewing: &Viewing) -> Arc<Still> {
        let due = {
            let mut inside = self.inside();
            inside.is_asked_for = true;
            inside.is_due.then_some(inside.count)
        };
        let taken = due.map(|count| take(size, viewing, count));
        let (mut inside, now) = (self.inside(), Instant::now());
        inside.is_due &= taken.is_none();
        match taken {
            Some(Some(still)) => {
                (inside.still, inside.pause) = (Some((Arc::new(still), now)), None);
                inside.is_asked_for = false;
            }
            Some(None) => {
                let pause = inside.pause.map_or(PAUSE, |(_, pause)| pause);
                inside.pause = Some((now + pause, (2 * pause).min(LONGEST_PAUSE)));
            }
            None => {}
        }
        let is_of_now =
            |(still, _): &&(Arc<Still>, Instant)| still.number() > 0 || still.size() == size;
        if let Some((still, _)) = inside.still.as_ref().filter(is_of_now) {
            return Arc::clone(still);
        }
        let still = Arc::new(Still::presenter(size));
        inside.still = Some((Arc::clone(&still), now));
        still
    }
}

/// Looks at whoever a camera that is open shows; opens none.
fn take(size: Size, viewing: &Viewing, number: u32) -> Option<Still> {
    let start = Instant::now();
    let wish = ViewWish {
        scene: Some(private::STILL.to_owned()),
        size: Size::new(2 * size.width, 2 * size.height).ok(),
        is_guest: true,
        ..ViewWish::new(NAME, Backlog::Latest)
    };
    let view = viewing.open(wish).ok()?;
    let mut seen = 0;
    while start.elapsed() < PATIENCE {
        match view.take(PATIENCE.saturating_sub(start.elapsed())) {
            Seen::Picture { picture, .. } if picture.sequence > 0 => {
                if let Some(cut) = Still::cut(&picture) {
                    seen += 1;
                    if seen > SETTLING {
                        return Some(Still::of(&picture, cut, number));
                    }
                }
            }
            Seen::Picture { .. } | Seen::Nothing => {}
            Seen::Over => return None,
        }
    }
    None
}
