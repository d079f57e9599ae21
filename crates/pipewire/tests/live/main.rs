//! Against a real daemon with its session manager, in a runtime folder of its own.

mod output;
mod support;
