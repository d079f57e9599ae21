//! A network that runs elsewhere: it leads while it answers in time. Both networks are made up: they read
//! the picture's colours.

use backlot_kernels::Level;
use backlot_matte::{MatteSettings, PersonMatte};
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Size, Timestamp};
use backlot_segmenter::{
    Engine, EngineError, Form, Reading, Role, Running, SegmentationModel, SegmenterError,
    TensorShape,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

const SHAPE: TensorShape = TensorShape { height: 36, width: 64, channels: 3 };
const RED: [u8; 3] = [81, 90, 240];
const GREEN: [u8; 3] = [145, 54, 34];

/// What becomes of the next questions.
#[derive(Debug, Default)]
struct Line {
    /// Milliseconds until an answer comes.
    delay: AtomicU64,
    /// Whether there is none: 1 for an error, 2 for rubbish.
    fault: AtomicU32,
}

/// Returns the picture that it gets, as far as the line lets it.
#[derive(Clone, Debug)]
struct Mirror(Vec<f32>, Arc<Line>);

impl Engine for Mirror {
    fn input(&self, _: usize, _: usize) -> TensorShape {
        SHAPE
    }

    fn start(&self, _: TensorShape, _: Level) -> Result<Box<dyn Running>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}

impl Running for Mirror {
    fn input_mut(&mut self) -> &mut [f32] {
        &mut self.0
    }

    fn run(&mut self) -> Result<(), EngineError> {
        std::thread::sleep(Duration::from_millis(self.1.delay.load(Ordering::Relaxed)));
        match self.1.fault.load(Ordering::Relaxed) {
            1 => return Err(EngineError("the line was cut".to_owned())),
            2 => self.0.fill(f32::NAN),
            _ => {}
        }
        Ok(())
    }

    fn output(&self, _: usize) -> &[f32] {
        &self.0
    }

    fn output_shape(&self, index: usize) -> Option<TensorShape> {
        (index == 0).then_some(SHAPE)
    }
}

/// A network for which colour `channel` is a person.
fn sees(channel: usize, line: &Arc<Line>) -> SegmentationModel {
    let person = Reading::LogOdds { channel, sharpness: 30.0, middle: 0.5 };
    let picture = vec![0.0; 3 * SHAPE.width * SHAPE.height];
    SegmentationModel::new(Mirror(picture, line.clone()), Form { person, ..Form::PROBABILITY })
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
        let (far, tries) = (sees(1, &line), AtomicU32::new(0));
        let find = move || match tries.fetch_add(1, Ordering::Relaxed) >= found_after {
            true => Ok(far.clone()),
            false => Err(SegmenterError::Second("nobody is there".to_owned())),
        };
        let model = sees(0, &Arc::default()).with_second(Role::Elsewhere, find);
        let settings = MatteSettings { presence: false, ..MatteSettings::default() };
        let maker = PersonMatte::new(&model, size(), settings, Level::best()).expect("a maker");
        Self { maker, line, number: 0 }
    }

    /// Who is seen in the next picture, the red and the green one; answers have 3 ms.
    fn next(&mut self) -> (bool, bool) {
        std::thread::sleep(Duration::from_millis(3));
        let mut frame = Frame::new(PixelFormat::I420, size());
        frame.color = ColorSpace::BT601;
        for (plane, dark) in [(0, 40), (1, 128), (2, 128)] {
            let step = if plane == 0 { 1 } else { 2 };
            let mut plane_mut = frame.plane_mut(plane);
            plane_mut.fill(dark);
            for y in 60 / step..120 / step {
                for (left, color) in [(60, RED), (200, GREEN)] {
                    plane_mut.row_mut(y)[left / step..(left + 60) / step].fill(color[plane]);
                }
            }
        }
        frame.sequence = self.number;
        frame.time = Timestamp::default() + Duration::from_millis(33 * self.number);
        self.number += 1;
        let mut matte = Matte::new(size());
        self.maker.segment(&frame).expect("a mask");
        self.maker.refine(&frame, &mut matte).expect("a matte");
        let row = matte.plane().row(90);
        (row[90] > 128, row[230] > 128)
    }

    /// How many pictures it takes until one is seen as `wanted`, 300 at most.
    fn until(&mut self, wanted: (bool, bool)) -> usize {
        (0..300).find(|_| self.next() == wanted).expect("it comes to that")
    }
}

const OWN: (bool, bool) = (true, false);
const ELSEWHERE: (bool, bool) = (false, true);

fn size() -> Size {
    Size::new(320, 180).expect("a size")
}

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
