//! A connection to the daemon, and the loop that serves it. Belongs to one thread.

use crate::Error;
use pipewire::context::ContextRc;
use pipewire::core::{CoreRc, Listener, PW_ID_CORE};
use pipewire::main_loop::MainLoopRc;
use pipewire::properties::PropertiesBox;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Where the daemon listens: the session's own, unless a socket is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Remote(pub(crate) Option<PathBuf>);

impl Remote {
    fn properties(&self) -> Option<PropertiesBox> {
        let socket = self.0.as_deref().and_then(Path::to_str)?;
        let mut properties = PropertiesBox::new();
        properties.insert(*pipewire::keys::REMOTE_NAME, socket);
        Some(properties)
    }
}

/// Why the loop ended.
#[derive(Clone, Default)]
pub(crate) struct End(Rc<RefCell<Option<String>>>);

impl End {
    /// Notes the reason, unless there is one already.
    pub(crate) fn because(&self, why: impl Into<String>) {
        self.0.borrow_mut().get_or_insert_with(|| why.into());
    }

    /// The reason, once there is one.
    pub(crate) fn reason(&self) -> Option<String> {
        self.0.borrow().clone()
    }
}

/// A connection.
pub(crate) struct Session {
    // Dropped in this order.
    _errors: Listener,
    pub(crate) core: CoreRc,
    _context: ContextRc,
    pub(crate) main: MainLoopRc,
    pub(crate) end: End,
}

impl Session {
    /// Connects.
    pub(crate) fn connect(remote: &Remote) -> Result<Self, Error> {
        let main = MainLoopRc::new(None).map_err(Error::refused("make a loop"))?;
        let context =
            ContextRc::new(&main, None).map_err(Error::refused("load its configuration"))?;
        let core = context.connect_rc(remote.properties()).map_err(|_| Error::NotRunning)?;
        let end = End::default();
        let errors = core
            .add_listener_local()
            .error({
                let (main, end) = (main.clone(), end.clone());
                move |id, _, result, message| {
                    if id == PW_ID_CORE && result == -BROKEN_PIPE {
                        end.because(message);
                        main.quit();
                    }
                }
            })
            .register();
        Ok(Self { _errors: errors, core, _context: context, main, end })
    }
}

/// Why nothing can be done where there is no session: none runs, or the library to talk to one is missing.
pub fn absent() -> Error {
    crate::sys::load().err().unwrap_or(Error::NotRunning)
}

/// EPIPE, by which the library reports that the daemon is gone.
const BROKEN_PIPE: i32 = 32;
