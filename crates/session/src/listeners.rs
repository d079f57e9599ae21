//! Who is told what the program does, and may ask for something: clients of the socket, the desktop,
//! programs that steer OBS, and the control panel.

use crate::preview::{Facts, Previews};
use backlot_control::{Inbox, Panic, Server};
use backlot_desktop::{Desktop, Options};
use backlot_obs::{ObsOptions, ObsServer};
use backlot_panel::{Panel, PanelError, PanelOptions, pass_beside};
use backlot_pipeline::live::Viewing;
use backlot_protocol::{Activity, Camera, CameraState, Mode, Output, State};
use backlot_scene::config::{Config, DesktopConfig, ObsWebsocketConfig, PanelConfig};
use backlot_settings::Places;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everyone who is told.
#[derive(Default)]
pub(crate) struct Listeners {
    /// Where they ask, once there is something to ask.
    inbox: Option<Inbox>,
    server: Option<Server>,
    desktop: Option<Desktop>,
    obs: Followed<ObsWebsocketConfig, ObsServer>,
    panel: Followed<PanelConfig, Panel>,
    /// What the panel needs: without a socket, there is none.
    place: Option<PanelPlace>,
    /// What was told last.
    told: Option<Arc<State>>,
}

/// What the panel needs.
#[derive(Clone)]
pub(crate) struct PanelPlace {
    /// Where the socket is.
    pub socket: PathBuf,
    /// What a panic does at once.
    pub panic: Panic,
    /// What previews have to know.
    pub facts: Arc<Facts>,
    /// What opens views.
    pub viewing: Viewing,
}

/// A server that settings turn on and off.
struct Followed<C, S> {
    settings: Option<C>,
    server: Option<S>,
    /// Why it can't be served.
    objection: Option<String>,
}

impl<C, S> Default for Followed<C, S> {
    fn default() -> Self {
        Self { settings: None, server: None, objection: None }
    }
}

impl<C: PartialEq + Clone, S> Followed<C, S> {
    /// Opens it anew with other settings; `open` returns none where they want none.
    fn follow<E: ToString>(&mut self, settings: &C, open: impl FnOnce(&C) -> Option<Result<S, E>>) {
        if self.settings.as_ref() == Some(settings) {
            return;
        }
        // The port is free again before it is opened anew.
        *self = Self { settings: Some(settings.clone()), ..Self::default() };
        match open(settings) {
            Some(Ok(server)) => self.server = Some(server),
            Some(Err(error)) => self.objection = Some(error.to_string()),
            None => {}
        }
    }
}

/// Where pictures are kept that the panel takes in.
fn uploads(socket: &Path) -> PathBuf {
    let beside = || socket.with_file_name("");
    Places::new().data().unwrap_or_else(beside).join("backgrounds")
}

impl Listeners {
    /// Lets them ask from now on; without a `place`, there is no panel.
    pub fn connect(&mut self, inbox: Inbox, server: Option<Server>, place: Option<PanelPlace>) {
        (self.inbox, self.server, self.place) = (Some(inbox), server, place);
    }

    /// Follows the settings.
    pub fn follow(&mut self, config: &Config) {
        let Some(inbox) = self.inbox.clone() else { return };
        let DesktopConfig { tray, notifications, pause_on_lock } = config.desktop;
        let options = Options { tray, notifications, pause_on_lock };
        match &mut self.desktop {
            Some(desktop) => desktop.set(options),
            None => self.desktop = Some(Desktop::start(options, inbox.clone())),
        }
        self.obs.follow(&config.obs_websocket, |obs| {
            let ObsWebsocketConfig { port, password, .. } = obs.clone();
            let options = ObsOptions { port, password, ..ObsOptions::default() };
            obs.enabled.then(|| ObsServer::open(options, inbox.clone()))
        });
        if let Some(place) = &self.place {
            place.facts.follow(config.clone());
        }
        self.follow_panel(inbox, &config.panel);
    }

    fn follow_panel(&mut self, inbox: Inbox, config: &PanelConfig) {
        let (place, told) = (self.place.clone(), self.told.clone());
        self.panel.follow(config, |config| {
            let PanelPlace { socket, panic, facts, viewing } = place.filter(|_| config.enabled)?;
            let options = PanelOptions {
                port: config.port,
                ..PanelOptions::new(pass_beside(&socket), uploads(&socket))
            };
            let previews = Arc::new(Previews { viewing, facts });
            let opened = Panel::open(&options, inbox, panic, previews);
            if let (Ok(panel), Some(told)) = (&opened, &told) {
                panel.publish(told);
            }
            Some::<Result<_, PanelError>>(opened)
        });
    }

    /// An address that lets one browser into the panel; one that `moves` shuts all out who were let in.
    ///
    /// # Errors
    /// Why there is none.
    pub fn panel_address(&mut self, moves: bool, config: &PanelConfig) -> Result<String, String> {
        if let (true, Some(place), Some(inbox)) = (moves, &self.place, self.inbox.clone()) {
            self.panel = Followed::default();
            backlot_panel::forget(&pass_beside(&place.socket))
                .map_err(|error| error.to_string())?;
            self.follow_panel(inbox, config);
        }
        let Followed { server, objection, .. } = &self.panel;
        match (server, objection) {
            (Some(panel), _) => panel.address().map_err(|error| error.to_string()),
            (None, Some(objection)) => Err(objection.clone()),
            (None, None) if config.enabled => {
                Err("there is no panel, as this run has no socket".to_owned())
            }
            (None, None) => Err("the panel is off: 'enabled = true' in [panel], or a run without \
                                 --no-panel, has one"
                .to_owned()),
        }
    }

    /// Another number, and small pictures are to be fetched again.
    pub fn stills(&self) -> u32 {
        self.place.as_ref().map_or(0, |place| place.facts.stills.count())
    }

    /// Why somebody can't be told.
    pub fn objections(&self) -> impl Iterator<Item = &str> {
        self.obs.objection.iter().chain(&self.panel.objection).map(String::as_str)
    }

    /// Tells all of them. Waits for none.
    pub fn publish(&mut self, state: &Arc<State>) {
        self.desktop.iter().for_each(|desktop| desktop.publish(state));
        self.server.iter().for_each(|server| server.publish(state));
        self.obs.server.iter().for_each(|obs| obs.publish(state));
        self.panel.server.iter().for_each(|panel| panel.publish(state));
        if let Some(place) = &self.place {
            let watches = |output: &Output| output.viewers.is_none_or(|viewers| viewers > 0);
            place.facts.watched(state.outputs.iter().any(watches));
            let is_seen = state.mode == Mode::Running && state.activity == Activity::Live;
            let works = |camera: &Camera| camera.state == CameraState::Works;
            place.facts.stills.look(is_seen && state.cameras.first().is_some_and(works));
        }
        self.told = Some(Arc::clone(state));
    }

    /// Shows that the program is alive.
    pub fn beat(&self) {
        self.desktop.iter().for_each(Desktop::beat);
    }
}
