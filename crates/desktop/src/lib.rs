//! The desktop around the running program: the service manager, the session's lock, notifications and
//! the tray.
//!
//! [`Desktop`] is told the [`State`] by `publish`, which costs the caller no more than to hand over a
//! pointer. Each part works on a thread of its own, and asks for what it wants through the [`Inbox`]
//! that everybody uses. Where what it speaks to isn't there, it is quiet: that is no error.

#![forbid(unsafe_code)]

mod away;
mod bus;
mod news;
mod notices;
mod notify;
mod tray;
mod words;

pub use notices::{Notice, Watch};
pub use notify::Notify;

use away::Away;
use backlot_control::Inbox;
use backlot_protocol::State;
use notices::Notices;
use std::sync::Arc;
use tray::Tray;

/// Which parts of the desktop are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// An icon in the tray.
    pub tray: bool,
    /// Notifications.
    pub notifications: bool,
    /// A pause while the session is locked or the machine sleeps.
    pub pause_on_lock: bool,
}

/// The desktop, as far as it is there, until it is dropped.
#[derive(Debug)]
pub struct Desktop {
    notify: Notify,
    inbox: Inbox,
    away: Option<Away>,
    notices: Option<Notices>,
    tray: Option<Tray>,
}

impl Desktop {
    /// Starts what is wanted; what the desktop asks for goes to an inbox. Waits for nobody.
    pub fn start(options: Options, inbox: Inbox) -> Self {
        let notify = Notify::start(|name| std::env::var_os(name));
        let mut desktop = Self { notify, inbox, away: None, notices: None, tray: None };
        desktop.set(options);
        desktop
    }

    /// Starts what is wanted from now on, and ends the rest. What starts is told by the next
    /// [`publish`](Self::publish).
    pub fn set(&mut self, options: Options) {
        let inbox = || self.inbox.clone();
        keep(&mut self.away, options.pause_on_lock, || Away::start(inbox()));
        keep(&mut self.notices, options.notifications, Notices::start);
        keep(&mut self.tray, options.tray, || Tray::start(inbox()));
    }

    /// Tells what the program does; the first time the service manager hears that it is ready, too.
    pub fn publish(&self, state: &Arc<State>) {
        self.notify.publish(state);
        if let Some(away) = &self.away {
            away.publish(state);
        }
        if let Some(notices) = &self.notices {
            notices.publish(state);
        }
        if let Some(tray) = &self.tray {
            tray.publish(state);
        }
    }

    /// Shows that the controller's loop turns: to be called at least every few seconds. See
    /// [`Notify::beat`].
    pub fn beat(&self) {
        self.notify.beat();
    }
}

/// Starts a part if it is wanted and not there, and ends it if it is not wanted.
fn keep<T>(part: &mut Option<T>, is_wanted: bool, start: impl FnOnce() -> T) {
    match is_wanted {
        false => *part = None,
        true if part.is_none() => *part = Some(start()),
        true => {}
    }
}
