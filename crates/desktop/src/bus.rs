//! A connection to a bus that another thread may close.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;

/// How long an answer is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The connection, while there is one.
#[derive(Debug, Default)]
pub(crate) struct Bus(Mutex<Place>);

#[derive(Debug, Default)]
enum Place {
    #[default]
    Empty,
    Open(Connection),
    Closed,
}

impl Bus {
    /// Connects, unless it was closed meanwhile.
    pub fn open(&self, builder: Builder<'_>) -> zbus::Result<Option<Connection>> {
        let connection = builder.method_timeout(PATIENCE).build()?;
        let mut place = self.lock();
        if matches!(*place, Place::Closed) {
            return Ok(None);
        }
        *place = Place::Open(connection.clone());
        Ok(Some(connection))
    }

    /// Ends whatever waits for the bus.
    pub fn close(&self) {
        let place = std::mem::replace(&mut *self.lock(), Place::Closed);
        if let Place::Open(connection) = place {
            // One that is broken is closed.
            let _ = connection.close();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
