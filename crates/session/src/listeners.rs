//! Who is told what the program does, and may ask for something: clients of the socket, the desktop, and
//! programs that steer OBS.

use backlot_control::{Inbox, Server};
use backlot_desktop::{Desktop, Options};
use backlot_obs::{ObsOptions, ObsServer};
use backlot_protocol::State;
use backlot_scene::config::{Config, DesktopConfig, ObsWebsocketConfig};
use std::sync::Arc;

/// Everyone who is told.
#[derive(Default)]
pub(crate) struct Listeners {
    /// Where they ask, once there is something to ask.
    inbox: Option<Inbox>,
    server: Option<Server>,
    desktop: Option<Desktop>,
    obs: Option<ObsServer>,
    /// The settings of the last two.
    followed: Option<(DesktopConfig, ObsWebsocketConfig)>,
    /// Why programs that steer OBS can't be served.
    objection: Option<String>,
}

impl Listeners {
    /// Lets them ask from now on.
    pub fn connect(&mut self, inbox: Inbox, server: Option<Server>) {
        (self.inbox, self.server) = (Some(inbox), server);
    }

    /// Follows the settings.
    pub fn follow(&mut self, config: &Config) {
        let Some(inbox) = &self.inbox else { return };
        let wanted = (config.desktop, config.obs_websocket.clone());
        let before = self.followed.replace(wanted.clone());
        let (desktop, obs) = wanted;
        let options = Options {
            tray: desktop.tray,
            notifications: desktop.notifications,
            pause_on_lock: desktop.pause_on_lock,
        };
        match &mut self.desktop {
            Some(desktop) => desktop.set(options),
            None => self.desktop = Some(Desktop::start(options, inbox.clone())),
        }
        if before.is_some_and(|(_, before)| before == obs) {
            return;
        }
        // The port is free again before it is opened anew.
        (self.obs, self.objection) = (None, None);
        if obs.enabled {
            let ObsWebsocketConfig { port, password, .. } = obs;
            let options = ObsOptions { port, password, ..ObsOptions::default() };
            match ObsServer::open(options, inbox.clone()) {
                Ok(server) => self.obs = Some(server),
                Err(error) => self.objection = Some(error.to_string()),
            }
        }
    }

    /// Why somebody can't be told.
    pub fn objection(&self) -> Option<&str> {
        self.objection.as_deref()
    }

    /// Tells all of them. Waits for none.
    pub fn publish(&self, state: &Arc<State>) {
        self.desktop.iter().for_each(|desktop| desktop.publish(state));
        self.server.iter().for_each(|server| server.publish(state));
        self.obs.iter().for_each(|obs| obs.publish(state));
    }

    /// Shows that the program is alive.
    pub fn beat(&self) {
        self.desktop.iter().for_each(Desktop::beat);
    }
}
