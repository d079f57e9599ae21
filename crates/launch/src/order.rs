//! The program to start.

use crate::Limits;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A program that could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LaunchError {
    /// It does not exist.
    #[error("the program '{}' does not exist", .0.display())]
    Missing(PathBuf),
    /// The system can't start it.
    #[error("the program '{}' can't be started: {source}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// A program with its arguments and its limits.
#[derive(Clone, Debug)]
pub struct Order {
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    pub(crate) environment: Vec<(OsString, OsString)>,
    pub(crate) limits: Limits,
    pub(crate) has_input: bool,
    pub(crate) has_output: bool,
}

impl Order {
    /// A program, by its path or by a name in `PATH`. It reads and writes nothing yet.
    pub fn new(program: impl Into<PathBuf>, limits: Limits) -> Self {
        let (args, environment) = (Vec::new(), Vec::new());
        let program = program.into();
        Self { program, args, environment, limits, has_input: false, has_output: false }
    }

    /// Adds arguments.
    pub fn args<T: Into<OsString>>(&mut self, args: impl IntoIterator<Item = T>) -> &mut Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of its environment.
    pub fn variable(&mut self, name: &str, value: impl AsRef<OsStr>) -> &mut Self {
        self.environment.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Gives it a pipe to read from.
    pub const fn with_input(&mut self) -> &mut Self {
        self.has_input = true;
        self
    }

    /// Gives it a pipe to write to.
    pub const fn with_output(&mut self) -> &mut Self {
        self.has_output = true;
        self
    }
}

/// The file of a program: itself where its name is a path, else what `PATH` leads to.
pub fn found(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 || program.is_absolute() {
        return program.exists().then(|| program.to_owned());
    }
    let is_program = |path: &PathBuf| {
        path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
    };
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(is_program)
}
