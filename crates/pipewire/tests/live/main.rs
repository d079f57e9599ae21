//! Against a real daemon with its session manager, in a runtime folder of its own.

mod camera;
mod output;
mod restart;
mod support;
