//! What is asked of the running program: everything arrives at one inbox, in one order.

use backlot_control::{Answer, Asked, Inbox};
use backlot_pipeline::live::{Cover, Curtain};
use backlot_protocol::{Envelope, Request};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// How many requests are taken out of it at a time.
const AT_ONCE: usize = 64;

/// A request, and who waits for its result.
pub(crate) struct Order {
    pub request: Request,
    /// Whether the change is kept beyond the run.
    pub save: bool,
    pub answer: Answer,
}

/// The inbox, and the changes that wait for their turn.
pub(crate) struct Requests {
    inbox: Receiver<Asked>,
    changes: VecDeque<Order>,
    curtain: Curtain,
    has_quit: bool,
}

impl Requests {
    /// None yet. What covers the virtual cameras is done at once.
    pub fn new(curtain: Curtain) -> Self {
        let (_, inbox) = Inbox::new(1);
        Self { inbox, changes: VecDeque::new(), curtain, has_quit: false }
    }

    /// Reads them from an inbox from now on.
    pub fn read(&mut self, inbox: Receiver<Asked>) {
        self.inbox = inbox;
    }

    /// What covers the virtual cameras.
    pub const fn curtain(&self) -> &Curtain {
        &self.curtain
    }

    /// Whether the program is to end.
    pub const fn has_quit(&self) -> bool {
        self.has_quit
    }

    /// The next change.
    pub fn next(&mut self) -> Option<Order> {
        self.changes.pop_front()
    }

    /// Waits for requests, at most for `time`. Changes wait for their turn; what is done at once, and
    /// questions, are returned.
    pub fn wait(&mut self, time: Duration) -> Vec<Order> {
        let mut questions = Vec::new();
        let first = match self.inbox.recv_timeout(time) {
            Ok(first) => Some(first),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                // Nobody can ask for anything.
                std::thread::sleep(time);
                None
            }
        };
        let rest = std::iter::from_fn(|| self.inbox.try_recv().ok()).take(AT_ONCE);
        for asked in first.into_iter().chain(rest).collect::<Vec<_>>() {
            questions.extend(self.sort(asked));
        }
        questions
    }

    /// Does at once what is done at once. What changes the desk waits for its turn; everything else is
    /// returned.
    fn sort(&mut self, asked: Asked) -> Option<Order> {
        let Asked { envelope: Envelope { save, request, .. }, answer } = asked;
        match request {
            Request::Pause => self.curtain.set(Some(Cover::Pause)),
            Request::Panic => self.curtain.set(Some(Cover::Panic)),
            Request::Resume => self.curtain.set(None),
            Request::Quit => self.has_quit = true,
            _ => {}
        }
        let order = Order { request, save, answer };
        if !changes_the_desk(&order.request) {
            return Some(order);
        }
        self.changes.push_back(order);
        None
    }
}

/// Whether a request changes what is asked for, and not only what happens now.
fn changes_the_desk(request: &Request) -> bool {
    let happens_now = matches!(
        request,
        Request::Pause
            | Request::Panic
            | Request::Quit
            | Request::Panel { .. }
            | Request::Install
            | Request::Record { .. }
            | Request::StopRecording
    );
    request.is_edit() && !happens_now
}
