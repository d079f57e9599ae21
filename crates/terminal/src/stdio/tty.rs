//! What the standard streams are.

use rustix::termios::tcgetwinsize;
use std::io::{self, IsTerminal};

/// Whether standard output is a terminal.
pub fn output_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard error is a terminal.
pub fn errors_are_on_terminal() -> bool {
    io::stderr().is_terminal()
}

/// The columns of the terminal that shows standard error.
pub fn columns() -> usize {
    tcgetwinsize(io::stderr()).map_or(80, |size| usize::from(size.ws_col))
}
