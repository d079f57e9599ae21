//! When there is something to tell, decided by states and time alone.

use crate::words::plain;
use backlot_protocol::{Activity, Mode, State};
use std::time::{Duration, Instant};

/// How long viewers get no camera before that is told.
const GONE_AFTER: Duration = Duration::from_secs(2);
/// How long they see the shield before that is told.
const SHIELDED_AFTER: Duration = Duration::from_secs(5);
/// How long the same isn't told again.
const QUIET: Duration = Duration::from_secs(60);

/// Something to tell the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The camera went while somebody watches: why, in one sentence, where that is known.
    Gone(Option<String>),
    /// It came back.
    Back,
    /// The privacy guard has been replacing the picture: why, where that is known.
    Shielding(Option<String>),
}

impl Notice {
    /// Its heading.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Gone(_) => "The camera is gone",
            Self::Back => "The camera is back",
            Self::Shielding(_) => "Your picture is shielded",
        }
    }

    /// What it says below.
    pub fn text(&self) -> String {
        let because = |why: &Option<String>| {
            why.as_ref().map(|why| format!(": {}", plain(why))).unwrap_or_default()
        };
        match self {
            Self::Gone(why) => format!("Viewers see a calm picture{}", because(why)),
            Self::Back => "Viewers see you again".to_owned(),
            Self::Shielding(why) => {
                format!("Viewers see no camera, so that your room doesn't show{}", because(why))
            }
        }
    }
}

/// Looks at one state after another.
#[derive(Debug, Default)]
pub struct Watch {
    gone: Trouble,
    shielding: Trouble,
}

/// Something that is told if it lasts.
#[derive(Debug, Default)]
struct Trouble {
    since: Option<Instant>,
    /// Whether this time was told.
    is_told: bool,
    told: Option<Instant>,
}

impl Trouble {
    /// Follows whether it is there. Returns whether it ended after it was told.
    fn follow(&mut self, is_there: bool, now: Instant) -> bool {
        match (is_there, self.since) {
            (true, None) => self.since = Some(now),
            (false, Some(_)) => {
                self.since = None;
                return std::mem::take(&mut self.is_told);
            }
            _ => {}
        }
        false
    }

    /// When it is to be told.
    fn due(&self, after: Duration) -> Option<Instant> {
        let lasting = self.since.filter(|_| !self.is_told)? + after;
        Some(self.told.map_or(lasting, |told| lasting.max(told + QUIET)))
    }

    fn is_due(&mut self, after: Duration, now: Instant) -> bool {
        let is_due = self.due(after).is_some_and(|due| due <= now);
        if is_due {
            self.is_told = true;
            self.told = Some(now);
        }
        is_due
    }
}

impl Watch {
    /// What is to be told now, in this state.
    pub fn look(&mut self, state: &State, now: Instant) -> Option<Notice> {
        let is_watched = state.outputs.iter().any(|output| output.viewers != Some(0));
        let is_shown = is_watched && matches!(state.mode, Mode::Running | Mode::Off | Mode::Away);
        let is_gone = is_shown && state.activity == Activity::Waiting;
        let ended = self.gone.follow(is_gone, now);
        self.shielding.follow(is_shown && state.guard.shielding, now);
        if ended && is_shown && state.activity == Activity::Live {
            return Some(Notice::Back);
        }
        if self.gone.is_due(GONE_AFTER, now) {
            return Some(Notice::Gone(state.message.clone()));
        }
        let is_shielding = self.shielding.is_due(SHIELDED_AFTER, now);
        is_shielding.then(|| Notice::Shielding(state.guard.reason.clone()))
    }

    /// When to look again, should the state stay as it is.
    pub fn due(&self) -> Option<Instant> {
        let dues = [self.gone.due(GONE_AFTER), self.shielding.due(SHIELDED_AFTER)];
        dues.into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_protocol::{Guard, Output};

    fn state(activity: Activity) -> State {
        let outputs = vec![Output { viewers: Some(1), ..Output::default() }];
        State { activity, outputs, ..State::default() }
    }

    /// What is told, each with its second, of states with theirs.
    fn told(states: &[(f64, State)], end: f64) -> Vec<(f64, Notice)> {
        let (start, mut watch, mut told) = (Instant::now(), Watch::default(), Vec::new());
        let at = |seconds: f64| start + Duration::from_secs_f64(seconds);
        let mut look = |watch: &mut Watch, state: &State, now: Instant| {
            let notice = watch.look(state, now);
            let after = (now - start).as_secs_f64();
            told.extend(notice.map(|notice| (after, notice)));
        };
        for (place, (seconds, state)) in states.iter().enumerate() {
            look(&mut watch, state, at(*seconds));
            let next = at(states.get(place + 1).map_or(end, |next| next.0));
            while let Some(due) = watch.due().filter(|due| *due < next) {
                look(&mut watch, state, due);
            }
        }
        told
    }

    #[test]
    fn a_camera_that_goes_and_comes_back_is_told() {
        let why = Some("it was unplugged".to_owned());
        let gone = State { message: why.clone(), ..state(Activity::Waiting) };
        let live = state(Activity::Live);
        let seen = told(&[(0.0, live.clone()), (1.0, gone.clone()), (9.0, live.clone())], 20.0);
        assert_eq!(seen, [(3.0, Notice::Gone(why.clone())), (9.0, Notice::Back)]);
        // A short one isn't, and one after the other only once a minute.
        assert_eq!(told(&[(0.0, gone.clone()), (1.5, live.clone())], 20.0), []);
        let flapping: Vec<_> = (0..40)
            .map(|n| (f64::from(n) * 4.0, if n % 2 == 0 { gone.clone() } else { live.clone() }))
            .collect();
        let seen = told(&flapping, 160.0);
        let gone: Vec<_> = seen.iter().filter(|(_, notice)| *notice != Notice::Back).collect();
        assert_eq!(gone.len(), 3, "{seen:?}");
        assert!(seen.len() <= 6, "{seen:?}");
    }

    #[test]
    fn what_nobody_sees_is_not_told() {
        let mut unseen = state(Activity::Waiting);
        unseen.outputs[0].viewers = Some(0);
        assert_eq!(told(&[(0.0, unseen.clone())], 60.0), []);
        for mode in [Mode::Paused, Mode::Panic] {
            assert_eq!(told(&[(0.0, State { mode, ..state(Activity::Waiting) })], 60.0), []);
        }
        // Who doesn't watch any more isn't told that the camera is back.
        let seen = told(&[(0.0, state(Activity::Waiting)), (5.0, unseen)], 60.0);
        assert_eq!(seen, [(2.0, Notice::Gone(None))]);
        // Where viewers can't be counted, there may be some.
        let mut unknown = state(Activity::Waiting);
        unknown.outputs[0].viewers = None;
        assert_eq!(told(&[(0.0, unknown)], 60.0).len(), 1);
    }

    #[test]
    fn a_shield_that_stays_is_told_once() {
        let reason = Some("nobody was found".to_owned());
        let guard = Guard { shielding: true, reason: reason.clone(), ..Guard::default() };
        let shielded = State { guard, ..state(Activity::Live) };
        let seen = told(&[(0.0, shielded.clone()), (90.0, shielded)], 300.0);
        assert_eq!(seen, [(5.0, Notice::Shielding(reason))]);
        let text = seen[0].1.text();
        assert!(text.ends_with(": nobody was found"), "{text}");
    }
}
