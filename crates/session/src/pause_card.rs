//! The card that the user chose for breaks.

use crate::asked::Asked;
use crate::machine::Machine;
use backlot_files::{FilesError, Intake, picture_to_frame, read_picture};
use backlot_media::{ColorSpace, Frame, Size, threads};
use backlot_pipeline::live::{Live, PauseCard};
use backlot_scene::Fit;
use backlot_scene::config::{self, MemorySize};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

/// The card of the settings: a picture is read by a thread of its own, and until it is there viewers
/// see the card of before.
#[derive(Default)]
pub(crate) struct Chosen {
    wanted: Wanted,
    reading: Option<Receiver<Result<Frame, FilesError>>>,
    objection: Option<String>,
}

/// What a card is made from.
#[derive(Clone, Default, PartialEq)]
struct Wanted {
    card: Option<config::PauseCard>,
    /// Of a picture: its file, and how it is read.
    picture: Option<(PathBuf, Size, MemorySize, bool)>,
}

impl Chosen {
    /// Follows the settings.
    pub fn follow(&mut self, asked: &Asked, machine: &dyn Machine, live: &Live) {
        let wanted = Wanted::of(asked);
        if wanted == self.wanted {
            return;
        }
        (self.reading, self.objection) = (None, None);
        match (&wanted.card, &wanted.picture) {
            (_, Some((path, size, ..))) => self.read(path, *size, machine.intake(asked)),
            (Some(config::PauseCard::Text(text)), _) => {
                live.set_pause_card(PauseCard::Text(text.as_str().into()));
            }
            _ => live.set_pause_card(PauseCard::BuiltIn),
        }
        self.wanted = wanted;
    }

    fn read(&mut self, path: &Path, size: Size, intake: Intake) {
        let (sender, reading) = sync_channel(1);
        let path = path.to_owned();
        // Where no thread can be started, nothing is sent.
        let _ = threads::start("pause card", move || {
            // Nobody waits for it if the settings changed again.
            let _ = sender.send(read(&path, size, &intake));
        });
        self.reading = Some(reading);
    }

    /// Shows a picture once it is read.
    pub fn look(&mut self, live: &Live) {
        let Some(reading) = &self.reading else { return };
        let why = match reading.try_recv() {
            Ok(Ok(frame)) => {
                live.set_pause_card(PauseCard::picture(frame));
                None
            }
            Ok(Err(error)) => Some(error.to_string()),
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => Some("the picture can't be read".to_owned()),
        };
        self.reading = None;
        if let Some(why) = why {
            live.set_pause_card(PauseCard::BuiltIn);
            self.objection = Some(format!("'run.pause_card' has no effect: {why}"));
        }
    }

    /// Why the card is the built-in one, if it should be another.
    pub fn objection(&self) -> Option<&str> {
        self.objection.as_deref()
    }
}

impl Wanted {
    fn of(asked: &Asked) -> Self {
        let run = &asked.config.run;
        let picture = match &run.pause_card {
            Some(config::PauseCard::Picture(path)) => {
                let size = asked.wish().size.rounded_to_even();
                Some((asked.config.files.placed(path), size, run.memory, asked.is_strict))
            }
            _ => None,
        };
        Self { card: run.pause_card.clone(), picture }
    }
}

fn read(path: &Path, size: Size, intake: &Intake) -> Result<Frame, FilesError> {
    let picture = read_picture(path, intake)?;
    // Nothing of a card is cut off, as it may have words.
    Ok(picture_to_frame(&picture, size, Fit::Contain, ColorSpace::BT709, [0; 3]))
}
