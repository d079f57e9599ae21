//! A finder that finds the person as the test says, rightly or wrongly.

use backlot_matte::MatteError;
use backlot_media::{Frame, Matte, PixelFormat};
use backlot_pipeline::Keyer;
use backlot_testkit::is_somebody;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the finder does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Conduct {
    /// Finds the person where they are.
    #[default]
    Right,
    /// The same, later.
    Slow(Duration),
    /// Returns an error.
    Fails,
    /// Panics.
    Panics,
    /// Finds nobody.
    Nobody,
    /// Takes everything for the person.
    Everything,
    /// Takes everything for the person by this much of 255.
    Haze(u8),
    /// Random values, in blocks of so many pixels.
    Noise(usize),
    /// The room is the person.
    InsideOut,
    /// The matte of the frame before.
    OtherFrame,
    /// Some bytes are wrong and the rest is old, with an error.
    HalfDone,
}

impl Conduct {
    /// Everything that the guard must shield.
    pub const WRONG: [Self; 12] = [
        Self::Fails,
        Self::Everything,
        Self::Haze(240),
        Self::Haze(128),
        Self::Haze(30),
        Self::Noise(1),
        Self::Noise(4),
        Self::Noise(10),
        Self::InsideOut,
        Self::OtherFrame,
        Self::HalfDone,
        Self::Panics,
    ];
    /// What viewers may see as the scene.
    pub const HARMLESS: [Self; 3] =
        [Self::Right, Self::Nobody, Self::Slow(Duration::from_millis(120))];
}

/// The test's handle on the finder.
#[derive(Clone, Default)]
pub struct FinderHandle(Arc<Mutex<Conduct>>);

impl FinderHandle {
    pub fn set(&self, conduct: Conduct) {
        *self.0.lock().unwrap() = conduct;
    }

    fn conduct(&self) -> Conduct {
        *self.0.lock().unwrap()
    }
}

/// Finds the person, or does what the test says.
pub struct FaultyFinder(pub FinderHandle);

fn chance(x: usize, y: usize, block: usize, sequence: u64) -> u8 {
    let seed = (x / block) as u64 + 10_000 * (y / block) as u64 + 100_000_000 * sequence;
    let mixed = (seed ^ 0x9e37_79b9).wrapping_mul(0xd134_2543_de82_ef95);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 56) as u8
}

fn value(conduct: Conduct, sequence: u64, at: (usize, usize), of: (usize, usize)) -> u8 {
    let person = if is_somebody(at.0, at.1, of.0, of.1) { 255 } else { 0 };
    match conduct {
        Conduct::Nobody => 0,
        Conduct::Everything | Conduct::HalfDone => 255,
        Conduct::Haze(haze) => haze,
        Conduct::Noise(block) => chance(at.0, at.1, block, sequence),
        Conduct::InsideOut => 255 - person,
        _ => person,
    }
}

impl Keyer for FaultyFinder {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        let conduct = self.0.conduct();
        assert!(conduct != Conduct::Panics, "as the test wants it");
        if let Conduct::Slow(time) = conduct {
            std::thread::sleep(time);
        }
        let of = (matte.plane().width(), matte.plane().height());
        let rows = if conduct == Conduct::HalfDone { of.1 / 2 } else { of.1 };
        for (y, row) in matte.plane_mut().rows_mut().take(rows).enumerate() {
            for (x, to) in row.iter_mut().enumerate() {
                *to = value(conduct, frame.sequence, (x, y), of);
            }
        }
        let before = u64::from(conduct == Conduct::OtherFrame);
        matte.set_sequence(frame.sequence.wrapping_sub(before));
        match conduct {
            Conduct::Fails | Conduct::HalfDone => Err(MatteError::WrongFormat(PixelFormat::I420)),
            _ => Ok(()),
        }
    }
}
