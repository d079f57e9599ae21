//! What the result keeps of a video besides its picture.

use backlot_files::Companions;

/// What the result keeps of a video besides its picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// Nothing: the result is not for viewers.
    Nothing,
    /// Everything but the sound.
    Silent,
    /// Sound, subtitles, chapters, title and date.
    All,
}

impl Along {
    /// Filters the extras of a file.
    pub fn of(self, companions: Option<Companions>) -> Option<Companions> {
        match self {
            Self::Nothing => None,
            Self::Silent => companions.map(Companions::without_sound),
            Self::All => companions,
        }
    }
}
