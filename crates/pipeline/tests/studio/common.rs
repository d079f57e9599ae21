//! Pictures, and people found where the test wants them.

use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_matte::MatteError;
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size};
use backlot_pipeline::{Keyer, Studio};
use backlot_scene::{Background, Edge, Replacement, Scene};

pub const WIDTH: usize = 96;
pub const HEIGHT: usize = 64;
pub const ROOM: u8 = 200;
pub const PERSON: u8 = 100;

pub fn canvas() -> Canvas {
    let size = Size::new(WIDTH as u32, HEIGHT as u32).unwrap();
    Canvas::new(size, ColorSpace::BT601, Level::best())
}

/// A person stands in the middle third of a room with thin stripes.
pub const fn is_person(x: usize) -> bool {
    x >= WIDTH / 3 && x < 2 * WIDTH / 3
}

/// A camera's picture.
pub fn camera(sequence: u64) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, canvas().size);
    let [mut y, mut u, mut v] = frame.yuv_mut();
    for row in y.rows_mut() {
        for (x, value) in row.iter_mut().enumerate() {
            *value = if is_person(x) { PERSON } else { ROOM + 30 * (x as u8 & 1) };
        }
    }
    u.fill(100);
    v.fill(150);
    frame.sequence = sequence;
    frame.time = FrameRate::FPS_30.time_of(sequence);
    frame
}

/// What a finder does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Behaviour {
    Right,
    Fails,
    SaysOtherFrame,
    LetsAllThrough,
}

/// Finds the person where they are, or does what the test says, frame by frame.
pub struct Scripted(pub Vec<Behaviour>);

impl Keyer for Scripted {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        let behaviour = self.0[frame.sequence as usize % self.0.len()];
        for row in matte.plane_mut().rows_mut() {
            let width = row.len();
            for (x, value) in row.iter_mut().enumerate() {
                let through =
                    is_person(x * WIDTH / width) || behaviour == Behaviour::LetsAllThrough;
                *value = if through { 255 } else { 0 };
            }
        }
        let other = u64::from(behaviour == Behaviour::SaysOtherFrame);
        matte.set_sequence(frame.sequence + other);
        match behaviour {
            Behaviour::Fails => Err(MatteError::WrongFormat(PixelFormat::I420)),
            _ => Ok(()),
        }
    }
}

/// The person before a background, with nothing done to their edge.
pub fn replace(background: &str) -> Scene {
    let edge = Edge { decontaminate: 0.0, light_wrap: 0.0 };
    let background: Background = background.parse().unwrap();
    Scene::replace(background, Replacement { edge, ..Replacement::default() })
}

pub fn studio(scene: &Scene, behaviours: &[Behaviour]) -> Studio {
    let finder = Box::new(Scripted(behaviours.to_vec()));
    Studio::with_finder(scene, canvas(), Some(finder)).unwrap()
}

/// Luma at a pixel.
pub fn luma(frame: &Frame, x: usize, y: usize) -> u8 {
    frame.plane(0).row(y)[x]
}
