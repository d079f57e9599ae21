//! Networks that are made up: they see persons in the picture's colours.

use backlot_kernels::Level;
use backlot_media::{ColorSpace, Frame, PixelFormat, Size, Timestamp};
use backlot_segmenter::{
    Engine, EngineError, Form, Parts, Reading, Running, SegmentationModel, TensorShape,
};
use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

const SHAPE: TensorShape = TensorShape { height: 36, width: 64, channels: 3 };
pub const SQUARE: usize = 60;
pub const RED: [u8; 3] = [81, 90, 240];
pub const GREEN: [u8; 3] = [145, 54, 34];

/// What happens to a picture before the network returns it.
type Mishap = dyn Fn(&mut [f32]) -> Result<(), EngineError> + Send + Sync;

/// Returns the picture that it gets, unless something happens.
#[derive(Clone)]
struct Mirror(Vec<f32>, Arc<Mishap>);

impl Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mirror")
    }
}

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
        (self.1)(&mut self.0)
    }

    fn output(&self, _: usize) -> &[f32] {
        &self.0
    }

    fn output_shape(&self, index: usize) -> Option<TensorShape> {
        (index == 0).then_some(SHAPE)
    }
}

/// A network for which colour `channel` is a person.
pub fn sees(
    channel: usize,
    parts: Option<Parts>,
    mishap: impl Fn(&mut [f32]) -> Result<(), EngineError> + Send + Sync + 'static,
) -> SegmentationModel {
    let person = Reading::LogOdds { channel, sharpness: 30.0, middle: 0.5 };
    let picture = vec![0.0; 3 * SHAPE.width * SHAPE.height];
    let mirror = Mirror(picture, Arc::new(mishap));
    SegmentationModel::new(mirror, Form { person, parts, ..Form::PROBABILITY })
}

pub fn size() -> Size {
    Size::new(320, 180).expect("a size")
}

/// A dark picture with squares of a colour (Y, Cb, Cr) at columns.
pub fn frame(number: u64, squares: &[(usize, [u8; 3])]) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, size());
    frame.color = ColorSpace::BT601;
    for (plane, dark) in [(0, 40), (1, 128), (2, 128)] {
        let step = if plane == 0 { 1 } else { 2 };
        let mut plane_mut = frame.plane_mut(plane);
        plane_mut.fill(dark);
        for y in 60 / step..120 / step {
            for (left, color) in squares {
                plane_mut.row_mut(y)[left / step..(left + SQUARE) / step].fill(color[plane]);
            }
        }
    }
    frame.sequence = number;
    frame.time = Timestamp::default() + Duration::from_millis(33 * number);
    frame
}
