//! Pictures of cameras that nobody has judged.

use backlot_kernels::{Level, flip_rows};
use backlot_media::{Frame, Matte, Plane, Rect, Tiles};

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
    /// All that its matte shows.
    Shown,
    /// Some of it, and nobody knows which.
    Some,
}

impl Made {
    fn is_all(&self) -> bool {
        match self {
            Self::All => true,
            Self::Tiles(tiles) => tiles.is_full(),
            Self::Shown | Self::Some => false,
        }
    }

    /// For the same pixels, whose tiles somebody else keeps. Only if its matte was judged is anything of it drawn.
    fn settled(&self) -> Self {
        match self {
            Self::Some => Self::Some,
            _ if self.is_all() => Self::All,
            _ => Self::Shown,
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
            Made::All | Made::Shown | Made::Some => None,
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
        let settled = self.made.settled();
        match std::mem::replace(&mut self.made, settled) {
            Made::Tiles(tiles) => Some(tiles),
            Made::All | Made::Shown | Made::Some => None,
        }
    }

    /// Whether a matte of its size lets nothing be seen but what is made.
    pub(crate) fn covers(&self, matte: Plane<'_>) -> bool {
        self.covers_around(matte, 0)
    }

    /// The same, where the matte also shows what is up to `reach` pixels beside it.
    fn covers_around(&self, matte: Plane<'_>, reach: u32) -> bool {
        let made = match &self.made {
            Made::All => return true,
            Made::Shown | Made::Some => return false,
            Made::Tiles(made) => made,
        };
        (0..made.size().1).all(|row| {
            made.runs(row, false).all(|run| {
                let Rect { x, y, width, height } = made.pixels(&run, row);
                let grown = |at: u32, length: u32, side: usize| {
                    let from = at.saturating_sub(reach) as usize;
                    (from, ((at + length + reach) as usize).min(side) - from)
                };
                let (x, width) = grown(x, width, matte.width());
                let (y, height) = grown(y, height, matte.height());
                let mut rows = matte.crop(x, y, width, height).rows();
                rows.all(|row| row.iter().fold(0, |sum, &value| sum | value) == 0)
            })
        })
    }

    /// Whether it may be cut out by its matte, once that was judged.
    pub(crate) const fn may_be_cut(&self) -> bool {
        !matches!(self.made, Made::Some)
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

    /// The same picture in other memory. If a part is missing it can only be cut out.
    ///
    /// # Panics
    /// If `memory` has another format or size.
    #[must_use]
    pub fn copied(&self, mut memory: Frame) -> Self {
        memory.copy_from(&self.frame);
        Self { frame: memory, made: self.made.settled() }
    }

    /// The picture as `change` leaves it: turned, converted. If a part is missing nothing of it is drawn.
    #[must_use]
    pub fn changed(&self, mut memory: Frame, change: impl FnOnce(&Frame, &mut Frame)) -> Self {
        memory.tag_like(&self.frame);
        change(&self.frame, &mut memory);
        Self { frame: memory, made: self.made.changed() }
    }

    /// The same, if all is made that its matte shows and what is up to `reach` pixels beside that: for changes that
    /// make each pixel from those that lie so far apart at most.
    #[must_use]
    pub fn changed_around(
        &self,
        memory: Frame,
        matte: &Matte,
        reach: u32,
        change: impl FnOnce(&Frame, &mut Frame),
    ) -> Option<Self> {
        let is_its = matte.size() == self.frame.size() && matte.sequence() == self.frame.sequence;
        if !is_its || !self.covers_around(matte.plane(), reach) {
            return None;
        }
        let made = if self.is_whole() { Made::All } else { Made::Shown };
        Some(Self { made, ..self.changed(memory, change) })
    }

    /// The picture with left and right swapped.
    #[must_use]
    pub fn mirrored(mut self, level: Level) -> Self {
        for plane in self.frame.yuv_mut() {
            flip_rows(level, plane);
        }
        self.made = self.made.settled();
        self
    }

    pub(crate) fn into_frame(self) -> Frame {
        self.frame
    }
}
