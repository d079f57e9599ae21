//! What of a video goes along beside its picture.

use backlot_files::Companions;

/// What of a video goes along beside its picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// Nothing: the result is none for viewers.
    Nothing,
    /// All but the sound.
    Silent,
    /// Sound, subtitles, chapters, title and date.
    All,
}

impl Along {
    /// That, of what there is.
    pub fn of(self, companions: Option<Companions>) -> Option<Companions> {
        match self {
            Self::Nothing => None,
            Self::Silent => companions.map(Companions::without_sound),
            Self::All => companions,
        }
    }
}
