//! What speaks to a desktop's services, on a bus of the test's own, with services of the test's own.

mod kit;
mod lock;
mod notices;
mod tray;
