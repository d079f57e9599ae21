//! When to pause, and when to end that: decided by what is told alone.

use backlot_protocol::{Mode, Request};

/// Something that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The session was locked, or unlocked.
    Locked(bool),
    /// The machine is about to sleep, or woke up.
    Sleeping(bool),
    /// What the program does.
    Mode(Mode),
}

/// Knows who paused.
#[derive(Debug, Default)]
pub struct Pauser {
    is_locked: bool,
    is_asleep: bool,
    mode: Mode,
    /// The pause that was asked for, as long as nobody changed something else.
    own: Option<Own>,
}

#[derive(Debug)]
struct Own {
    before: Mode,
    /// Whether the program was seen paused.
    is_seen: bool,
}

impl Pauser {
    /// What is to be done now.
    pub fn look(&mut self, sign: Sign) -> Option<Request> {
        let was_away = self.is_away();
        match sign {
            Sign::Locked(is) => self.is_locked = is,
            Sign::Sleeping(is) => self.is_asleep = is,
            Sign::Mode(mode) => self.see(mode),
        }
        match (was_away, self.is_away()) {
            (false, true) => self.pause(),
            (true, false) => self.own.take().map(|own| back_to(own.before)),
            _ => None,
        }
    }

    fn is_away(&self) -> bool {
        self.is_locked || self.is_asleep
    }

    fn pause(&mut self) -> Option<Request> {
        // Neither is there a camera to hide, nor is it ours to end.
        if matches!(self.mode, Mode::Paused | Mode::Panic) {
            return None;
        }
        self.own = Some(Own { before: self.mode, is_seen: false });
        Some(Request::Pause)
    }

    /// A pause that somebody else ended or replaced is not ours any more.
    fn see(&mut self, mode: Mode) {
        self.mode = mode;
        if let Some(own) = &mut self.own {
            match mode == Mode::Paused {
                true => own.is_seen = true,
                // What was told before the pause took place.
                false if mode == own.before && !own.is_seen => {}
                false => self.own = None,
            }
        }
    }
}

/// Ends a pause, so that what was shown before it is shown again.
fn back_to(mode: Mode) -> Request {
    match mode {
        Mode::Off => Request::Off,
        _ => Request::Resume,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Mode::{Off, Panic, Paused, Running};
    use Sign::{Locked, Mode as Told, Sleeping};

    /// What is asked for, sign by sign.
    fn asked(signs: &[Sign]) -> Vec<Request> {
        let mut pauser = Pauser::default();
        signs.iter().filter_map(|sign| pauser.look(*sign)).collect()
    }

    #[test]
    fn who_is_away_is_paused_once() {
        let away = [Locked(true), Told(Paused), Sleeping(true), Locked(true)];
        assert_eq!(asked(&away), [Request::Pause]);
        let back = [&away[..], &[Sleeping(false), Locked(false), Locked(false)]].concat();
        assert_eq!(asked(&back), [Request::Pause, Request::Resume]);
        // The state may lag behind.
        let quick = [Told(Running), Locked(true), Told(Running), Locked(false)];
        assert_eq!(asked(&quick), [Request::Pause, Request::Resume]);
        let off = [Told(Off), Sleeping(true), Told(Paused), Sleeping(false)];
        assert_eq!(asked(&off), [Request::Pause, Request::Off]);
    }

    #[test]
    fn what_the_user_paused_stays() {
        for mode in [Paused, Panic] {
            assert_eq!(asked(&[Told(mode), Locked(true), Told(mode), Locked(false)]), []);
        }
        // The user resumed and paused, or panicked, while the screen was locked.
        for mode in [Running, Off, Panic] {
            let signs = [Locked(true), Told(Paused), Told(mode), Told(Paused), Locked(false)];
            assert_eq!(asked(&signs), [Request::Pause], "{mode:?}");
        }
        let panicked = [Locked(true), Told(Panic), Told(Paused), Locked(false)];
        assert_eq!(asked(&panicked), [Request::Pause]);
    }
}
