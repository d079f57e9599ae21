//! Where requests are carried out: what they ask of, and what they change.

use crate::shared::Shared;
use crate::status::Failure;
use backlot_control::{Answer, Asked, Inbox};
use backlot_protocol::{Envelope, State};
use serde_json::Value;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether the server ends meanwhile.
const LOOK: Duration = Duration::from_millis(100);

/// Where requests are carried out.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    inbox: Inbox,
    pub shared: Arc<Shared>,
}

impl Desk {
    pub const fn new(inbox: Inbox, shared: Arc<Shared>) -> Self {
        Self { inbox, shared }
    }

    /// What is known of the program.
    pub fn state(&self) -> Result<Arc<State>, Failure> {
        let starting = || Failure::new(Failure::NOT_READY, "Backlot is starting");
        self.shared.state().ok_or_else(starting)
    }

    /// Asks whoever carries requests out, by a request as it is sent to the control socket: so it is
    /// looked at in the same way.
    pub fn ask(&self, request: Value) -> Result<Value, Failure> {
        let refused = |sentence: String| Failure::new(Failure::INVALID, sentence);
        let envelope = Envelope::try_from(request).map_err(|refusal| refused(refusal.sentence))?;
        let (answer, result) = Answer::pair();
        self.inbox.ask(Asked { envelope, answer });
        let until = Instant::now() + PATIENCE;
        loop {
            match result.recv_timeout(LOOK) {
                Ok(result) => {
                    return result.map_err(|sentence| Failure::new(Failure::FAILED, sentence));
                }
                Err(RecvTimeoutError::Timeout)
                    if Instant::now() < until && !self.shared.is_ending() => {}
                Err(_) => return Err(Failure::new(Failure::FAILED, "Backlot did not answer")),
            }
        }
    }
}
