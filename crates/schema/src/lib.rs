//! Settings of effects, keys and whatever else has some: defined once, read from text, and typed ever
//! after.
//!
//! A setting is a constant that knows its name, its range and its default ([`Number`], [`Whole`],
//! [`Choice`], [`Switch`], [`Color`], [`Areas`]) and reads its value from [`Values`], which were checked when
//! the text was read. Lists, help and JSON Schema derive from the same constant ([`Setting`]).
//!
//! Something that has a name and settings is a [`Definition`]; what a user wrote for one,
//! `blur:radius=20`, is an [`Instance`] of it.

#![forbid(unsafe_code)]

mod area;
mod definition;
mod error;
mod handles;
mod instance;
mod json;
mod nearest;
mod rgb;
mod setting;
mod table;
mod values;
mod written;

pub use area::{Area, NoArea, Shape};
pub use definition::{Definition, find};
pub use error::SchemaError;
pub use handles::{Areas, Choice, Color, Number, Switch, Whole, Words};
pub use instance::Instance;
pub use json::{instance_schema, settings_schema};
pub use nearest::nearest;
pub use rgb::Rgb;
pub use setting::{Kind, Setting, Value};
pub use table::faults_of_table;
pub use values::Values;
pub use written::Written;
