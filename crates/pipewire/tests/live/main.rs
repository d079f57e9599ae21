//! Tests against a real daemon with its session manager, in their own runtime folder.

mod camera;
mod output;
mod restart;
mod support;
