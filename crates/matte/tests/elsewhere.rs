//! A network that runs elsewhere: it leads while it answers in time. Both networks are made up: they read
//! the picture's colours.

mod colors;

use backlot_kernels::Level;
use backlot_matte::{MatteSettings, PersonMatte};
use backlot_media::Matte;
use backlot_segmenter::{EngineError, Role, SegmenterError};
use colors::{GREEN, RED, SQUARE, frame, sees, size};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// What becomes of the next questions.
#[derive(Debug, Default)]
struct Line {
    /// Milliseconds until an answer comes.
    delay: AtomicU64,
    /// Whether there is none: 1 for an error, 2 for rubbish.
    fault: AtomicU32,
}

impl Line {
    /// What becomes of a picture on it.
    fn carry(&self, picture: &mut [f32]) -> Result<(), EngineError> {
        std::thread::sleep(Duration::from_millis(self.delay.load(Ordering::Relaxed)));
        match self.fault.load(Ordering::Relaxed) {
            1 => return Err(EngineError("the line was cut".to_owned())),
            2 => picture.fill(f32::NAN),
            _ => {}
        }
        Ok(())
    }
}

/// A camera before which a red and a green person sit: this machine's own network sees the red one, the one
/// elsewhere the green one.
struct Camera {
    maker: PersonMatte,
    line: Arc<Line>,
    number: u64,
}

impl Camera {
    fn new(found_after: u32) -> Self {
        let line = Arc::new(Line::default());
        let (own, tries) = (line.clone(), AtomicU32::new(0));
        let far = sees(1, None, move |picture| own.carry(picture));
        let find = move || match tries.fetch_add(1, Ordering::Relaxed) >= found_after {
            true => Ok(far.clone()),
            false => Err(SegmenterError::Second("nobody is there".to_owned())),
        };
        let model = sees(0, None, |_| Ok(())).with_second(Role::Elsewhere, find);
        let settings = MatteSettings { presence: false, ..MatteSettings::default() };
        let maker = PersonMatte::new(&model, size(), settings, Level::best()).expect("a maker");
        Self { maker, line, number: 0 }
    }

    /// Who is seen in the next picture, the red and the green one; answers have 3 ms.
    fn next(&mut self) -> (bool, bool) {
        std::thread::sleep(Duration::from_millis(3));
        let (red, green) = (60, 200);
        let frame = frame(self.number, &[(red, RED), (green, GREEN)]);
        self.number += 1;
        let mut matte = Matte::new(size());
        self.maker.segment(&frame).expect("a mask");
        self.maker.refine(&frame, &mut matte).expect("a matte");
        let row = matte.plane().row(90);
        (row[red + SQUARE / 2] > 128, row[green + SQUARE / 2] > 128)
    }

    /// How many pictures it takes until one is seen as `wanted`, 300 at most.
    fn until(&mut self, wanted: (bool, bool)) -> usize {
        (0..300).find(|_| self.next() == wanted).expect("it comes to that")
    }
}

const OWN: (bool, bool) = (true, false);
const ELSEWHERE: (bool, bool) = (false, true);

#[test]
fn it_leads_once_it_has_answered_for_a_while() {
    let mut camera = Camera::new(0);
    assert_eq!(camera.next(), OWN, "nothing is known at first");
    let taken = camera.until(ELSEWHERE);
    assert!(taken >= 8, "after {taken}");
}

#[test]
fn a_cut_line_is_taken_over_within_a_second_and_back() {
    let mut camera = Camera::new(0);
    for fault in [1, 2] {
        camera.until(ELSEWHERE);
        camera.line.fault.store(fault, Ordering::Relaxed);
        let taken = camera.until(OWN);
        assert!(taken < 30, "after {taken} pictures");
        assert!((0..30).all(|_| camera.next() == OWN), "they never alternate");
        camera.line.fault.store(0, Ordering::Relaxed);
    }
    camera.until(ELSEWHERE);
}

#[test]
fn a_line_that_stalls_is_taken_over() {
    let mut camera = Camera::new(0);
    camera.until(ELSEWHERE);
    camera.line.delay.store(400, Ordering::Relaxed);
    assert!(camera.until(OWN) < 30);
    camera.line.delay.store(0, Ordering::Relaxed);
    camera.until(ELSEWHERE);
}

#[test]
fn a_network_that_is_not_there_yet_is_looked_for_again() {
    let mut camera = Camera::new(4);
    assert!((0..20).all(|_| camera.next() == OWN));
    let is_found = (0..20_000).any(|_| camera.next() == ELSEWHERE);
    assert!(is_found, "after three pauses it is there");
}
