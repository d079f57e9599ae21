//! From an order to a child at work.

use crate::child::Child;
use crate::order::{Order, found};
use crate::{Ending, LaunchError, thread};
use std::io::Read;

impl Order {
    /// Starts it.
    ///
    /// # Errors
    /// If it doesn't exist, or the system can't start it.
    pub fn start(&self) -> Result<Child, LaunchError> {
        let program = found(&self.program).ok_or(LaunchError::Missing(self.program.clone()))?;
        let order = Self { program, ..self.clone() };
        thread::start(order)
            .map_err(|source| LaunchError::Start { program: self.program.clone(), source })
    }

    /// Runs it to its end, and returns what it wrote, at most `limit` bytes.
    ///
    /// # Errors
    /// As [`Order::start`].
    pub fn output(&self, limit: u64) -> Result<(Vec<u8>, Ending), LaunchError> {
        let mut order = self.clone();
        let mut child = order.with_output().start()?;
        let mut bytes = Vec::new();
        if let Some(pipe) = child.output() {
            // The way the program ends shows a broken pipe.
            let _ = pipe.take(limit).read_to_end(&mut bytes);
        }
        Ok((bytes, child.wait().clone()))
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// As [`Order::start`].
    pub fn run(&self) -> Result<Ending, LaunchError> {
        Ok(self.start()?.wait().clone())
    }
}
