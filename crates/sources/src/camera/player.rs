//! Plays a film as a camera, in real time.

use super::film::{Film, Reel};
use backlot_media::{
    Camera, CameraMode, CameraOpener, CameraTally, Clock, Delivery, Encoding, Frame, FrameRate,
    PixelFormat, RawPicture, Size, StreamError, Timestamp, Wish,
};
use std::sync::Arc;
use std::time::Duration;

/// Opens a film as a camera.
pub struct PlayerOpener {
    reel: Reel,
    clock: Arc<dyn Clock>,
}

impl PlayerOpener {
    /// Creates the opener of a film that runs by a clock.
    pub fn new(reel: Reel, clock: Arc<dyn Clock>) -> Self {
        Self { reel, clock }
    }
}

impl CameraOpener for PlayerOpener {
    fn name(&self) -> String {
        self.reel.name()
    }

    fn open(&mut self, wish: &Wish) -> Result<Box<dyn Camera>, StreamError> {
        let film = self.reel.start(wish)?;
        Ok(Box::new(Player::new(film, self.clock.clone())?))
    }
}

/// When each picture is due.
#[derive(Clone, Copy, Debug)]
struct Schedule {
    start: Timestamp,
    rate: FrameRate,
    next: u64,
    late: u64,
}

impl Schedule {
    fn due(&self) -> Timestamp {
        self.start + Duration::from_nanos(self.rate.time_of(self.next).nanos())
    }

    /// Time until the next picture.
    fn remaining(&self, now: Timestamp) -> Duration {
        self.due().since(now)
    }

    /// Skips pictures that are overdue, except the newest.
    fn catch_up(&mut self, now: Timestamp) {
        let elapsed = u128::from(now.since(self.start).as_nanos() as u64);
        let (over, under) = (self.rate.numerator(), self.rate.denominator());
        let newest = elapsed * u128::from(over) / (1_000_000_000 * u128::from(under));
        let skipped = (newest as u64).saturating_sub(self.next);
        self.next += skipped;
        self.late += skipped;
    }
}

/// A running film.
pub struct Player {
    film: Box<dyn Film>,
    clock: Arc<dyn Clock>,
    schedule: Schedule,
    mode: CameraMode,
    packed: Vec<u8>,
}

impl Player {
    /// Starts a film. Its first picture is due immediately.
    ///
    /// # Errors
    /// When the first picture can't be made.
    pub fn new(mut film: Box<dyn Film>, clock: Arc<dyn Clock>) -> Result<Self, StreamError> {
        let rate = film.rate();
        let first = film.picture(0)?;
        let encoding = Encoding::Raw(PixelFormat::I420);
        let mode = CameraMode { size: first.size(), rate, encoding, color: first.color };
        let packed = Vec::with_capacity(first.packed_bytes());
        let schedule = Schedule { start: clock.now(), rate, next: 0, late: 0 };
        Ok(Self { film, clock, schedule, mode, packed })
    }

    fn lend(&mut self, take: &mut dyn FnMut(RawPicture<'_>)) -> Result<(), StreamError> {
        let (time, sequence) = (self.schedule.due(), self.schedule.next);
        let frame = self.film.picture(sequence)?;
        let (bytes, stride) = contiguous(frame, self.mode.size, &mut self.packed);
        take(RawPicture { bytes, stride, time, sequence });
        Ok(())
    }
}

/// A frame's planes in one buffer, with proportional strides.
fn contiguous<'a>(frame: &'a Frame, size: Size, packed: &'a mut Vec<u8>) -> (&'a [u8], usize) {
    let [luma, chroma, _] = frame.yuv().map(|plane| plane.stride());
    if luma == 2 * chroma {
        return (frame.bytes(), luma);
    }
    packed.clear();
    frame.write_packed(packed);
    (packed, size.width as usize)
}

impl Camera for Player {
    fn mode(&self) -> CameraMode {
        self.mode
    }

    fn next(
        &mut self,
        wait: Duration,
        take: &mut dyn FnMut(RawPicture<'_>),
    ) -> Result<Delivery, StreamError> {
        self.schedule.catch_up(self.clock.now());
        // Prepare the next picture before it is due.
        self.film.picture(self.schedule.next)?;
        let remaining = self.schedule.remaining(self.clock.now());
        std::thread::sleep(remaining.min(wait));
        if remaining > wait {
            return Ok(Delivery::Nothing);
        }
        self.lend(take)?;
        self.schedule.next += 1;
        Ok(Delivery::Picture)
    }

    fn tally(&self) -> CameraTally {
        CameraTally { late: self.schedule.late, ..CameraTally::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Input;
    use backlot_media::ManualClock;

    fn player(clock: &Arc<ManualClock>, width: u32) -> Box<dyn Camera> {
        let reel = {
            let intake = backlot_files::Intake::default();
            Reel::new(&Input::find("presenter", &intake).unwrap(), &intake)
        }
        .unwrap();
        let rate = FrameRate::new(10, 1).unwrap();
        let wish = Wish { size: Size { width, height: 32 }, rate };
        PlayerOpener::new(reel, clock.clone()).open(&wish).unwrap()
    }

    /// Time in milliseconds and number of the picture that comes without waiting.
    fn poll(camera: &mut dyn Camera) -> Option<(u64, u64)> {
        let mut seen = None;
        let mut take = |p: RawPicture<'_>| seen = Some((p.time.nanos() / 1_000_000, p.sequence));
        let delivery = camera.next(Duration::ZERO, &mut take).unwrap();
        assert_eq!(delivery == Delivery::Picture, seen.is_some());
        seen
    }

    #[test]
    fn pictures_come_at_their_moment_and_late_ones_are_passed_over() {
        let clock = Arc::new(ManualClock::default());
        clock.advance(Duration::from_secs(5));
        let mut camera = player(&clock, 64);
        assert_eq!(poll(&mut *camera), Some((5000, 0)));
        assert_eq!(poll(&mut *camera), None);
        clock.advance(Duration::from_millis(99));
        assert_eq!(poll(&mut *camera), None);
        clock.advance(Duration::from_millis(2));
        assert_eq!(poll(&mut *camera), Some((5100, 1)));
        clock.advance(Duration::from_millis(450));
        assert_eq!(poll(&mut *camera), Some((5500, 5)), "the newest");
        assert_eq!(poll(&mut *camera), None);
        assert_eq!(camera.tally(), CameraTally { late: 3, ..CameraTally::default() });
    }

    #[test]
    fn planes_follow_one_another_with_strides_in_proportion() {
        for width in [64, 100, 128, 160] {
            let clock = Arc::new(ManualClock::default());
            let mut camera = player(&clock, width);
            let mut lent = None;
            let mut take = |p: RawPicture<'_>| lent = Some((p.bytes.len(), p.stride));
            camera.next(Duration::ZERO, &mut take).unwrap();
            let (bytes, stride) = lent.unwrap();
            assert!(stride >= width as usize && bytes == stride * 32 * 3 / 2, "{width}");
        }
    }
}
