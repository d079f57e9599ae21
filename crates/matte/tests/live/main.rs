//! Live mattes on the presenter, whose exact matte is known.

mod allocation;
mod carry;
mod common;
mod motion;
mod refusals;
mod steadiness;
