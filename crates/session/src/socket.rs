//! The control socket of a run.

use crate::error::Result;
use backlot_control::{Asked, ControlError, Inbox, Server, default_path};
use backlot_pipeline::live::{Cover, Curtain};
use backlot_terminal::stdio;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, OnceLock};

/// How many requests may wait in the inbox.
const ROOM: usize = 64;

/// The socket through which a run is steered, opened before anything else of it.
pub struct Socket {
    pub(crate) server: Server,
    pub(crate) inbox: Receiver<Asked>,
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
    /// Opens it. Where there is no place for it, a warning says so, and the run can't be steered.
    ///
    /// # Errors
    /// When another program serves it: one runs already.
    pub fn open(place: &Place) -> Result<Option<Self>> {
        let opened = match place {
            Place::Nowhere => return Ok(None),
            Place::At(path) => Self::at(path.clone()),
            Place::Usual => default_path().and_then(Self::at),
        };
        match opened {
            Ok(socket) => Ok(Some(socket)),
            Err(error @ ControlError::Running { .. }) => refuse!("{error}"),
            Err(error) => {
                stdio::warn(format!("{error}; this run can't be steered"));
                Ok(None)
            }
        }
    }

    fn at(path: PathBuf) -> std::result::Result<Self, ControlError> {
        let (sender, inbox) = Inbox::new(ROOM);
        let curtain = Arc::new(OnceLock::<Curtain>::new());
        let later = curtain.clone();
        let cover = move || {
            if let Some(curtain) = later.get() {
                curtain.set(Some(Cover::Panic));
            }
        };
        let server = Server::open(&path, sender, Arc::new(cover))?;
        Ok(Self { server, inbox, curtain })
    }
}
