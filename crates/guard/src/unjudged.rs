//! Pictures of cameras that nobody has judged.

use backlot_kernels::{Level, Scaler, flip_rows};
use backlot_media::{Frame, Plane, Tiles};

/// A camera's picture before the guard has admitted it.
///
/// It can be looked at, to find people in it, and brought to another form, which stays unjudged. It
/// can't be drawn: only an [`Admission`](crate::Admission) makes an [`Image`](crate::Image) of it.
#[derive(Debug)]
pub struct Unjudged {
    frame: Frame,
    made: Made,
}

/// How much of a picture is there.
#[derive(Debug)]
enum Made {
    All,
    /// What these tiles say.
    Tiles(Box<Tiles>),
    /// Some of it, and nobody knows which.
    Some,
}

impl Made {
    fn is_all(&self) -> bool {
        match self {
            Self::All => true,
            Self::Tiles(tiles) => tiles.is_full(),
            Self::Some => false,
        }
    }

    /// For the picture in another form.
    fn changed(&self) -> Self {
        if self.is_all() { Self::All } else { Self::Some }
    }
}

impl Unjudged {
    /// Marks a frame as a camera's.
    pub const fn new(frame: Frame) -> Self {
        Self { frame, made: Made::All }
    }

    /// Marks a frame as a camera's of which only some tiles are made. Whatever else it holds is never drawn.
    pub const fn in_part(frame: Frame, made: Box<Tiles>) -> Self {
        Self { frame, made: Made::Tiles(made) }
    }

    /// Whether all of it is made.
    pub fn is_whole(&self) -> bool {
        self.made.is_all()
    }

    /// The tiles that are made; `None` for a picture that is whole, or of which that isn't known.
    pub fn made(&self) -> Option<&Tiles> {
        match &self.made {
            Made::Tiles(tiles) => Some(tiles),
            Made::All | Made::Some => None,
        }
    }

    /// Makes more of it: `make` writes pixels, and marks their tiles.
    pub fn make(&mut self, make: impl FnOnce(&mut Frame, &mut Tiles)) {
        if let Made::Tiles(made) = &mut self.made {
            make(&mut self.frame, made);
        }
    }

    /// Takes the memory of what is made away, once it is judged. No more of it can be made, and if a part is missing
    /// it can only be cut out.
    pub fn settle(&mut self) -> Option<Box<Tiles>> {
        let settled = self.made.changed();
        match std::mem::replace(&mut self.made, settled) {
            Made::Tiles(tiles) => Some(tiles),
            Made::All | Made::Some => None,
        }
    }

    /// Whether a matte of its size lets nothing be seen but what is made.
    pub(crate) fn covers(&self, matte: Plane<'_>) -> bool {
        let made = match &self.made {
            Made::All => return true,
            Made::Some => return false,
            Made::Tiles(made) => made,
        };
        (0..made.size().1).all(|row| {
            made.runs(row, false).all(|run| {
                let part = made.pixels(&run, row);
                let [x, y, width, height] =
                    [part.x, part.y, part.width, part.height].map(|v| v as usize);
                let mut rows = matte.crop(x, y, width, height).rows();
                rows.all(|row| row.iter().fold(0, |sum, &value| sum | value) == 0)
            })
        })
    }

    /// The pixels, for whoever looks for people in them.
    pub const fn look(&self) -> &Frame {
        &self.frame
    }

    /// The same picture with none of its pixels, for effects that draw it anew.
    #[must_use]
    pub fn blank(&self, mut memory: Frame) -> Self {
        memory.tag_like(&self.frame);
        Self { frame: memory, made: Made::Some }
    }

    /// The same picture in other memory.
    ///
    /// # Panics
    /// If `memory` has another format or size.
    #[must_use]
    pub fn copied(&self, mut memory: Frame) -> Self {
        memory.copy_from(&self.frame);
        Self { frame: memory, made: self.made.changed() }
    }

    /// A part of the picture in another size.
    ///
    /// # Panics
    /// If the picture or `memory` are not what the scaler takes.
    #[must_use]
    pub fn scaled(&self, mut memory: Frame, scaler: &mut Scaler) -> Self {
        scaler.run(&self.frame, &mut memory);
        Self { frame: memory, made: self.made.changed() }
    }

    /// The picture as `change` leaves it: turned, converted.
    #[must_use]
    pub fn changed(&self, mut memory: Frame, change: impl FnOnce(&Frame, &mut Frame)) -> Self {
        memory.tag_like(&self.frame);
        change(&self.frame, &mut memory);
        Self { frame: memory, made: self.made.changed() }
    }

    /// The picture with left and right swapped.
    #[must_use]
    pub fn mirrored(mut self, level: Level) -> Self {
        for plane in self.frame.yuv_mut() {
            flip_rows(level, plane);
        }
        self
    }

    pub(crate) fn into_frame(self) -> Frame {
        self.frame
    }
}
