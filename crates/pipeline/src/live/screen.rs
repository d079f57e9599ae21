//! Converts pictures to the form that a virtual camera takes, and keeps the last one.

use super::pause_card::PauseCard;
use crate::notice::Notice;
use backlot_generators::Card;
use backlot_guard::{Cleared, Outlet, Script};
use backlot_kernels::{Converter, Level, Scaler};
use backlot_media::{ColorSpace, Frame, FramePool, OutputMode, PixelFormat, Size, StreamError};
use backlot_scene::Fit;
use backlot_sources::placed;

/// The number of frames that may be in use at once without allocating: the one shown last and the
/// next.
const POOLED_FRAMES: usize = 2;

/// The last picture of one virtual camera, and the means to make the next.
pub(crate) struct Screen {
    mode: OutputMode,
    pool: FramePool,
    scaled: FramePool,
    steps: Option<Steps>,
    last: Option<Cleared>,
    calm: Option<(Notice, Cleared)>,
    pause: Option<(PauseCard, Cleared)>,
}

/// How to convert pictures of one size and colour space to the mode's form.
struct Steps {
    from: (Size, ColorSpace),
    scale: Option<Scaler>,
    convert: Option<Converter>,
}

impl Screen {
    /// For a virtual camera's mode.
    pub fn new(mode: OutputMode) -> Self {
        Self {
            mode,
            pool: FramePool::new(mode.format, mode.size, POOLED_FRAMES),
            scaled: FramePool::new(PixelFormat::I420, mode.size, 1),
            steps: None,
            last: None,
            calm: None,
            pause: None,
        }
    }

    /// Shows a fresh picture.
    pub fn show(&mut self, outlet: &mut Outlet, picture: &Cleared) -> Result<(), StreamError> {
        self.last = None;
        let fresh = self.fit(picture);
        let shown = outlet.show(&fresh);
        self.last = Some(fresh);
        shown
    }

    /// Shows the last fresh picture again, if there was one.
    pub fn repeat(&mut self, outlet: &mut Outlet) -> Result<(), StreamError> {
        self.last.as_ref().map_or(Ok(()), |last| outlet.show(last))
    }

    /// Forgets the last fresh picture.
    pub fn forget(&mut self) {
        self.last = None;
    }

    /// Shows a notice, and forgets the last fresh picture.
    pub fn calm(&mut self, outlet: &mut Outlet, notice: Notice) -> Result<(), StreamError> {
        self.last = None;
        if self.calm.as_ref().is_none_or(|(drawn, _)| *drawn != notice) {
            self.calm = Some((notice, self.draw(notice.title(), notice.line())));
        }
        self.calm.as_ref().map_or(Ok(()), |(_, card)| outlet.show(card))
    }

    /// Shows the card of a break, and forgets the last fresh picture.
    pub fn pause(&mut self, outlet: &mut Outlet, card: &PauseCard) -> Result<(), StreamError> {
        self.last = None;
        if self.pause.as_ref().is_none_or(|(drawn, _)| !drawn.is(card)) {
            let made = match card {
                PauseCard::BuiltIn => self.draw(Notice::Paused.title(), Notice::Paused.line()),
                PauseCard::Text(text) => self.draw(text, Notice::Paused.line()),
                PauseCard::Picture(picture) => self.fit(picture),
            };
            self.pause = Some((card.clone(), made));
        }
        self.pause.as_ref().map_or(Ok(()), |(_, card)| outlet.show(card))
    }

    fn draw(&mut self, title: &str, line: &str) -> Cleared {
        let mode = OutputMode { format: PixelFormat::I420, ..self.mode };
        let script = Script { title, line, count: 0 };
        self.fit(&Cleared::drawn(&mode, &script, draw_card))
    }

    /// The picture in the mode's form.
    fn fit(&mut self, picture: &Cleared) -> Cleared {
        let from = (picture.size(), picture.color);
        if self.steps.as_ref().is_none_or(|steps| steps.from != from) {
            self.steps = Some(Steps::new(from, self.mode));
        }
        let Some(steps) = &mut self.steps else { return picture.copied(self.pool.take()) };
        let out = self.pool.take();
        match (&mut steps.scale, &mut steps.convert) {
            (None, None) => picture.copied(out),
            (None, Some(converter)) => picture.converted(out, converter),
            (Some(scaler), None) => picture.scaled(out, scaler),
            (Some(scaler), Some(converter)) => {
                picture.scaled(self.scaled.take(), scaler).converted(out, converter)
            }
        }
    }
}

fn draw_card(frame: &mut Frame, script: &Script<'_>) {
    Card { title: script.title, line: script.line }.draw(frame);
}

impl Steps {
    fn new((size, color): (Size, ColorSpace), mode: OutputMode) -> Self {
        let level = Level::best();
        let scale = (size != mode.size).then(|| {
            let (crop, target) = placed(size, mode.size, Fit::Contain);
            Scaler::placed((size, crop), (mode.size, target), level)
        });
        let (from, to) = ((PixelFormat::I420, color), (mode.format, mode.color));
        let convert = (from != to).then(|| Converter::new(from, to, mode.size, level));
        Self { from: (size, color), scale, convert }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_guard::VirtualCamera;
    use backlot_media::{FrameRate, Viewers};
    use std::sync::{Arc, Mutex};

    /// Keeps the last picture.
    struct Mirror(OutputMode, Arc<Mutex<Vec<u8>>>);

    impl VirtualCamera for Mirror {
        fn mode(&self) -> OutputMode {
            self.0
        }

        fn put(&mut self, picture: &Cleared) -> Result<(), StreamError> {
            *self.1.lock().unwrap() = picture.bytes().to_vec();
            Ok(())
        }

        fn viewers(&self) -> Viewers {
            Viewers::Count(1)
        }
    }

    #[test]
    fn a_break_has_the_card_that_was_chosen_and_other_troubles_have_ours() {
        let (size, color) = (Size::new(320, 180).unwrap(), ColorSpace::BT709);
        let mode = OutputMode { size, rate: FrameRate::FPS_30, format: PixelFormat::I420, color };
        let last = Arc::new(Mutex::new(Vec::new()));
        let mut outlet = Outlet::new(Box::new(Mirror(mode, last.clone())));
        let mut screen = Screen::new(mode);
        let text = |text: &str| PauseCard::Text(text.into());
        let mut white = Frame::new(PixelFormat::I420, Size::new(160, 120).unwrap());
        white.blacken();
        white.plane_mut(0).fill(235);
        let cards = [PauseCard::BuiltIn, text("Tea"), text("Cake"), PauseCard::picture(white)];
        let shown = cards.map(|card| {
            screen.pause(&mut outlet, &card).unwrap();
            last.lock().unwrap().clone()
        });
        for (one, bytes) in shown.iter().enumerate() {
            assert!(!shown[..one].contains(bytes), "card {one} looks like one before");
        }
        // All of a picture of another shape is there.
        assert_eq!([shown[3][320 * 90], shown[3][320 * 90 + 160]], [16, 235]);
        screen.calm(&mut outlet, Notice::Paused).unwrap();
        assert_eq!(*last.lock().unwrap(), shown[0]);
        screen.calm(&mut outlet, Notice::Off).unwrap();
        assert!(!shown.contains(&last.lock().unwrap()));
    }
}
