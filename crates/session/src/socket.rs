//! The control socket of a run.

use crate::error::Result;
use backlot_control::{Asked, ControlError, Inbox, Panic, Server, default_path};
use backlot_pipeline::live::{Cover, Curtain};
use backlot_terminal::stdio;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, OnceLock};

/// How many requests may wait in the inbox.
const ROOM: usize = 64;

/// What a run is steered through, opened before anything else of it.
pub struct Socket {
    /// The socket, where there is one.
    pub(crate) server: Option<Server>,
    /// Where requests are put in.
    pub(crate) sender: Inbox,
    pub(crate) inbox: Receiver<Asked>,
    /// Where the socket is, if it is anywhere.
    pub(crate) path: Option<PathBuf>,
    /// Set as soon as there is something to cover.
    pub(crate) curtain: Arc<OnceLock<Curtain>>,
}

/// Where a run may be steered from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The usual socket.
    #[default]
    Usual,
    /// A named one.
    At(PathBuf),
    /// Nowhere.
    Nowhere,
}

impl Socket {
    /// Opens it. Where there is no place for a socket, a warning says so, and commands can't steer the
    /// run.
    ///
    /// # Errors
    /// When another program serves it: one runs already.
    pub fn open(place: &Place) -> Result<Self> {
        let mut socket = Self::nowhere();
        let opened = match place {
            Place::Nowhere => return Ok(socket),
            Place::At(path) => socket.serve(path),
            Place::Usual => default_path().and_then(|path| socket.serve(&path)),
        };
        match opened {
            Ok(()) => {}
            Err(error @ ControlError::Running { .. }) => refuse!("{error}"),
            Err(error) => stdio::warn(format!("{error}; commands can't steer this run")),
        }
        Ok(socket)
    }

    /// Without a socket.
    fn nowhere() -> Self {
        let (sender, inbox) = Inbox::new(ROOM);
        Self { server: None, sender, inbox, path: None, curtain: Arc::default() }
    }

    fn serve(&mut self, path: &Path) -> std::result::Result<(), ControlError> {
        self.server = Some(Server::open(path, self.sender.clone(), self.panic())?);
        self.path = Some(path.to_owned());
        Ok(())
    }

    /// What a `panic` does at once.
    pub(crate) fn panic(&self) -> Panic {
        let later = self.curtain.clone();
        Arc::new(move || {
            if let Some(curtain) = later.get() {
                curtain.set(Some(Cover::Panic));
            }
        })
    }
}
