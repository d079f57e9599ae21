//! Live mattes on the presenter, whose exact matte is known.

mod allocation;
mod carry;
mod common;
mod motion;
#[path = "../network/mod.rs"]
mod network;
mod refusals;
mod steadiness;
