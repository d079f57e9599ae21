//! Who is told what the program does: clients of the socket, and the service manager.

use backlot_control::Server;
use backlot_desktop::Notify;
use backlot_protocol::State;
use std::sync::Arc;

/// Everyone who is told.
pub(crate) struct Listeners {
    /// The socket, where there is one.
    server: Option<Server>,
    notify: Notify,
}

impl Default for Listeners {
    /// The service manager, if one has started the program.
    fn default() -> Self {
        Self { server: None, notify: Notify::start(|name| std::env::var_os(name)) }
    }
}

impl Listeners {
    /// Tells the clients of a socket, too.
    pub fn add(&mut self, server: Server) {
        self.server = Some(server);
    }

    /// Tells all of them. Waits for none.
    pub fn publish(&self, state: &Arc<State>) {
        self.notify.publish(state);
        self.server.iter().for_each(|server| server.publish(state));
    }

    /// Shows that the program is alive.
    pub fn beat(&self) {
        self.notify.beat();
    }
}
