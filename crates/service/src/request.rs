//! The service from its start to its end, as the command line asks for it.

use crate::error::ServiceError;
use crate::options::ServiceOptions;
use crate::server::Service;
use backlot_files::read_file;
use backlot_terminal::{interrupt, stdio};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The longest file with a token.
const TOKEN_BYTES: u64 = 4096;
/// How often it is looked whether to end.
const LOOK: Duration = Duration::from_millis(50);

/// What is to be served, until somebody interrupts it.
#[derive(Clone, Debug, Default)]
pub struct ServeRequest {
    /// What, and where.
    pub options: ServiceOptions,
    /// The file with the token, if there is one.
    pub token_file: Option<PathBuf>,
}

impl ServeRequest {
    /// Serves until an interrupt, then finishes what was begun.
    ///
    /// # Errors
    /// As [`Service::open`], and when the file with the token can't be read.
    pub fn run(mut self) -> Result<(), ServiceError> {
        if let Some(path) = &self.token_file {
            let text = String::from_utf8(read_file(path, TOKEN_BYTES)?);
            self.options.token = Some(text.map_err(|_| ServiceError::Token)?.trim().to_owned());
        }
        let limits = self.options.limits;
        let longest = limits.deadline + 2 * limits.patience;
        let stop = interrupt::watch_for(longest, backlot_files::abandon)?;
        let service = Service::open(&self.options)?;
        tell(&service);
        while !stop.load(Ordering::Relaxed) {
            std::thread::sleep(LOOK);
        }
        service.end();
        Ok(())
    }
}

fn tell(service: &Service) {
    let models = service.models().collect::<Vec<_>>().join(", ");
    stdio::tell(format_args!("mattes at http://{}/, by {models}\n", service.address()));
    if let Some(address) = service.grpc_address() {
        stdio::tell(format_args!("and by gRPC at {address}\n"));
    }
    let places = [Some(service.address()), service.grpc_address()];
    for address in places.into_iter().flatten().filter(|address| !address.ip().is_loopback()) {
        stdio::warn(format_args!(
            "{address} can be reached from other machines, and what goes there isn't encrypted: keep it in a network that you trust, or behind a proxy that speaks TLS"
        ));
    }
}
