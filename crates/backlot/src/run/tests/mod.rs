//! Runs on a machine that exists only here: settings are edited, and it is seen what comes of it.

mod desk;
mod devices;
mod keys;
mod scenes;
