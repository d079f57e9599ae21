//! One run, from its request to its end.

use crate::error::Result;
use crate::machine::ThisMachine;
use crate::report::{Reporter, StatusForm};
use crate::request::RunRequest;
use crate::session::Session;
use crate::socket::Socket;
use backlot_settings::StateFile;
use backlot_terminal::{Outcome, interrupt, stdio};
use std::time::Duration;

/// How long shutting down may take, whatever hangs.
const LONGEST_END: Duration = Duration::from_millis(1400);

/// Runs until Ctrl-C, or for this long, and tells the status in this form.
///
/// # Errors
/// One sentence about what can't be opened.
pub fn run(request: &RunRequest, limit: Option<Duration>, form: StatusForm) -> Result<Outcome> {
    backlot_kernels::give_back_large_memory();
    stdio::in_background()?;
    // Before anything that could hang.
    let stop = interrupt::watch_for(LONGEST_END, backlot_files::abandon)?;
    let machine = ThisMachine::default();
    let socket = Socket::open(&request.socket)?;
    let mut session = Session::open(request, &machine, StateFile::new(), Reporter::new(form))?;
    session.serve(socket);
    session.run(stop, limit)
}
