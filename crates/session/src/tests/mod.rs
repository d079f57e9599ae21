//! Runs on a simulated machine: each test edits settings and checks the result.

mod away;
mod desk;
mod devices;
mod keys;
mod panel;
mod preview;
mod scenes;
mod several;
mod steering;
mod thumbnails;
