//! Which network and quality were asked for.

use backlot_matte::MatteSettings;
use std::ffi::OsString;
use std::path::PathBuf;

/// The network and the quality that were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct MattingChoice {
    /// A network's name, its file, or its address if it runs elsewhere.
    pub model: OsString,
    /// The quality of the matte, if it was given.
    pub quality: Option<String>,
    /// The most that a network which looks now and then takes of a core, `0.0..=1.0`.
    pub teacher_share: f32,
    /// How a network elsewhere is spoken to.
    pub line: LineChoice,
}

impl Default for MattingChoice {
    /// What is best for the purpose.
    fn default() -> Self {
        let teacher_share = MatteSettings::default().teacher_share;
        Self { model: "auto".into(), quality: None, teacher_share, line: LineChoice::default() }
    }
}

impl MattingChoice {
    /// A network of that name, file or address.
    pub fn of(model: impl Into<OsString>) -> Self {
        Self { model: model.into(), ..Self::default() }
    }

    /// The network's file, if the name is that of an existing file.
    pub fn file(&self) -> Option<PathBuf> {
        Some(PathBuf::from(&self.model)).filter(|path| path.exists())
    }
}

/// How a network elsewhere is spoken to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineChoice {
    /// The file with the token that it wants.
    pub token_file: Option<PathBuf>,
    /// Certificates (PEM) to trust besides the system's.
    pub authorities: Option<PathBuf>,
}
