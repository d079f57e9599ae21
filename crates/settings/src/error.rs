//! Why settings can't be read or written.

use backlot_scene::config::{Issue, Issues};
use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

/// Why settings don't apply, or can't be saved: one sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The named file is not there.
    #[error("the settings file '{0}' does not exist")]
    Missing(PathBuf),
    /// The file was there, and is gone.
    #[error("the settings file is gone: the last settings stay")]
    Gone,
    /// The file can't be read.
    #[error("the settings file {0}")]
    Unreadable(String),
    /// What is wrong in it, with its name.
    #[error("{0}")]
    Wrong(String),
    /// A change is wrong, so it does not apply.
    #[error("the last good settings stay: {0}")]
    Stays(#[source] Box<Self>),
    /// There is no place for a file.
    #[error("there is no folder for settings: set HOME, or name a FILE")]
    Nowhere,
    /// There is a file already.
    #[error("'{0}' already exists and stays as it is: 'backlot validate' checks it")]
    Exists(PathBuf),
    /// A scene that doesn't exist.
    #[error("there is no scene '{0}': 'backlot validate' and 'backlot scenes' list what there is")]
    NoScene(String),
    /// An archive of a scene, and what is wrong with it.
    #[error("the scene's archive can't be used: {0}")]
    Archive(String),
    /// A scene without a file of its own.
    #[error("the scene '{0}' was not edited, so there is nothing to revert")]
    NotEdited(String),
    /// A file that can't be removed.
    #[error("removing '{0}'")]
    Remove(PathBuf, #[source] io::Error),
    /// It can't be written.
    #[error("writing '{0}'")]
    Write(PathBuf, #[source] io::Error),
    /// Its folder can't be made.
    #[error("making the folder '{0}'")]
    Folder(PathBuf, #[source] io::Error),
}

impl SettingsError {
    pub(crate) fn unreadable(error: impl Display) -> Self {
        Self::Unreadable(error.to_string())
    }

    pub(crate) fn issue(path: &Path, issue: &Issue) -> Self {
        Self::Wrong(format!("{}:{issue}", path.display()))
    }

    pub(crate) fn issues(path: &Path, issues: &Issues) -> Self {
        Self::Wrong(format!("{}:{issues}", path.display()))
    }
}
