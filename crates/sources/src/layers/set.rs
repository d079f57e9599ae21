//! Built-in sets: drawn by the program, as functions of time.

use super::{Booking, Facts, Material, Player};
use crate::SourceError;
use backlot_generators::{DrawnSet, build_set};
use backlot_media::{Frame, Matte, Timestamp, View};

/// A set, by its name.
pub(super) struct Set(String);

impl Set {
    pub fn named(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl Material for Set {
    fn facts(&self) -> Facts {
        Facts { size: None, has_alpha: false, moves: true }
    }

    fn start(&self, booking: &Booking<'_>) -> Result<Box<dyn Player>, SourceError> {
        let view = booking.whole_of(booking.size);
        let set = build_set(&self.0, view.size, booking.color)?;
        Ok(Box::new(Drawn { view, set }))
    }
}

struct Drawn {
    view: View,
    set: Box<dyn DrawnSet>,
}

impl Player for Drawn {
    fn view(&self) -> View {
        self.view
    }

    fn draw(
        &mut self,
        time: Timestamp,
        picture: &mut Frame,
        _: &mut Option<Matte>,
    ) -> Result<bool, SourceError> {
        self.set.draw(time, picture);
        Ok(true)
    }
}
