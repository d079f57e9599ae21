//! Pictures that carry their number, and a waker that counts.

use backlot_guard::{Cleared, Script};
use backlot_media::{ColorSpace, Frame, FrameRate, OutputMode, PixelFormat, Size, Waker};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Pictures of which every byte is known from their number.
pub struct Pattern {
    mode: OutputMode,
    picture: Cleared,
    number: u32,
}

impl Pattern {
    /// Pictures of a format and size.
    pub fn new(format: PixelFormat, size: Size) -> Self {
        let (rate, color) = (FrameRate::FPS_30, ColorSpace::BT601);
        let mode = OutputMode { size, rate, format, color };
        Self { mode, picture: Cleared::black(&mode), number: 0 }
    }

    /// The next picture.
    pub fn next(&mut self) -> &Cleared {
        self.number += 1;
        let script = Script { count: self.number.into(), ..Script::default() };
        self.picture = Cleared::drawn(&self.mode, &script, draw);
        &self.picture
    }

    fn bytes(number: u32, count: usize) -> Vec<u8> {
        let body = |i: usize| (i as u32).wrapping_mul(7).wrapping_add(number * 31) as u8;
        let mut bytes: Vec<u8> = (0..count).map(body).collect();
        bytes[..4].copy_from_slice(&number.to_le_bytes());
        bytes
    }

    /// The numbers of the pictures in packed bytes.
    ///
    /// # Panics
    /// If any of them is not exactly as it was put.
    pub fn numbers(packed: &[u8], size: usize) -> Vec<u32> {
        assert_eq!(packed.len() % size, 0, "{} bytes are not whole pictures", packed.len());
        let number = |picture: &[u8]| {
            let number = u32::from_le_bytes(picture[..4].try_into().unwrap());
            assert!(picture == Self::bytes(number, size), "picture {number} is not as it was put");
            number
        };
        packed.chunks(size).map(number).collect()
    }
}

fn draw(frame: &mut Frame, script: &Script<'_>) {
    let bytes = Pattern::bytes(script.count as u32, frame.packed_bytes());
    frame.fill_from_packed(&bytes).unwrap();
}

/// Counts how often it was woken.
#[derive(Clone, Default)]
pub struct Watcher(Arc<AtomicU32>);

impl Watcher {
    /// The waker to hand over.
    pub fn waker(&self) -> Waker {
        let count = self.0.clone();
        Arc::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
        })
    }

    /// How often it was called.
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}
