//! What requests of the page are carried out with.

use crate::codes::Codes;
use crate::pass::Pass;
use crate::projector::Projectors;
use crate::thumbnails::Thumbnails;
use crate::uploads::Uploads;
use crate::views::Views;
use backlot_control::{Answer, Asked, Inbox, Panic};
use backlot_protocol::{Envelope, Request, State};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// What all connections share. Clones of it are the same.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Inside>);

/// What a [`Desk`] leads to.
pub(crate) struct Inside {
    /// The address, and what the cookie holds.
    pub pass: Pass,
    /// Codes that aren't used yet.
    pub codes: Codes,
    /// Where requests go.
    pub inbox: Inbox,
    /// What a `panic` does at once.
    pub panic: Panic,
    /// Where pictures come from.
    pub views: Arc<dyn Views>,
    /// The previews that pages look at.
    pub projectors: Projectors,
    /// What draws small pictures.
    pub thumbnails: Thumbnails,
    /// The pictures and videos that pages handed in.
    pub uploads: Uploads,
    /// Whose turn it is to hand one in.
    pub uploading: Arc<Semaphore>,
    /// The state that was published last.
    pub state: watch::Receiver<Option<Arc<State>>>,
    /// How long a program may take to send a request.
    pub patience: Duration,
    /// Whether the server ends.
    pub ending: watch::Receiver<bool>,
}

impl Desk {
    pub fn new(inside: Inside) -> Self {
        Self(Arc::new(inside))
    }

    /// Puts a request into the inbox, as the control socket does.
    pub fn ask(&self, envelope: Envelope, answer: Answer) {
        if matches!(envelope.request, Request::Panic) {
            (self.panic)();
        }
        self.inbox.ask(Asked { envelope, answer });
    }

    /// Waits until the server ends.
    pub async fn ended(&self) {
        let mut ending = self.ending.clone();
        // Whoever would tell is gone, too, where this fails.
        let _ = ending.wait_for(|is_ending| *is_ending).await;
    }

    /// The state that was published last.
    pub fn state_now(&self) -> Option<Arc<State>> {
        self.state.borrow().clone()
    }
}

impl std::ops::Deref for Desk {
    type Target = Inside;

    fn deref(&self) -> &Inside {
        &self.0
    }
}
