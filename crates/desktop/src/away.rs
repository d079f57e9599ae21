//! The user's session: whether it is locked or the machine is about to sleep, as logind tells. The
//! camera pauses meanwhile.

mod logind;
mod pauser;

use crate::bus::Bus;
use backlot_control::Inbox;
use backlot_media::threads;
use backlot_protocol::{Request, State};
use logind::Logind;
use pauser::{Pauser, Sign};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often, and how long each time, a full inbox is waited for.
const TRIES: u32 = 100;
const TRY: Duration = Duration::from_millis(50);

/// Pauses while the user is away, and ends what it began itself, until it is dropped.
#[derive(Debug)]
pub(crate) struct Away(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    pauser: Mutex<Pauser>,
    inbox: Inbox,
    bus: Bus,
}

impl Away {
    /// Asks for a pause through an inbox. Without logind, nothing happens.
    pub fn start(inbox: Inbox) -> Self {
        let shared = Shared { pauser: Mutex::default(), inbox, bus: Bus::default() };
        let shared = Arc::new(shared);
        let own = Arc::clone(&shared);
        let started = threads::start("session-lock", move || {
            if let Err(error) = own.follow() {
                tracing::debug!(%error, "the session's lock isn't followed");
            }
        });
        if let Err(error) = started {
            tracing::warn!(%error, "the session's lock isn't followed: no thread can be started");
        }
        Self(shared)
    }

    /// Tells what the program does, as the user may pause and resume it meanwhile.
    pub fn publish(&self, state: &State) {
        self.0.look(Sign::Mode(state.mode));
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        self.0.bus.close();
    }
}

impl Shared {
    /// Follows logind for as long as it can be.
    fn follow(&self) -> zbus::Result<()> {
        let Some(connection) = self.bus.open(zbus::blocking::connection::Builder::system()?)?
        else {
            return Ok(());
        };
        let mut logind = Logind::new(connection)?;
        if logind.is_locked() {
            self.take(Sign::Locked(true));
        }
        while let Some(sign) = logind.next()? {
            self.take(sign);
        }
        Ok(())
    }

    fn look(&self, sign: Sign) -> Option<Request> {
        self.pauser.lock().unwrap_or_else(PoisonError::into_inner).look(sign)
    }

    fn take(&self, sign: Sign) {
        tracing::info!(?sign, "the session");
        let Some(request) = self.look(sign) else { return };
        // What hides the picture of who has gone is not given up because others ask, too.
        for _ in 0..TRIES {
            if self.inbox.tell(request.clone()) {
                return;
            }
            std::thread::sleep(TRY);
        }
        tracing::warn!(?request, "the controller has no room for what the session's lock asks");
    }
}
