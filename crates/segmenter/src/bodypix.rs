//! BodyPix: networks that take pictures of any size, and tell persons and their 24 parts.
//!
//! What the library `@tensorflow-models/body-pix` 2.2 does around them is here, too: the size that it makes a picture
//! ([`BodyPixFrame::new`]), the zeros that it adds so that the picture keeps its shape, and the way back to a mask.

use crate::engine::{Engine, EngineError, Running};
use crate::form::{Form, Parts, Reading};
use crate::model::SegmentationModel;
use crate::segmenter::SegmenterError;
use backlot_kernels::Level;
use backlot_nn::{ModelError, Session, TensorShape, TfjsNetwork};

/// The node that tells of persons: log-odds.
pub(crate) const PERSON: &str = "float_segments";
/// The node that tells of their parts: log-odds for each.
pub(crate) const PARTS: &str = "float_part_heatmaps";
/// The most pixels to look at: half of 1280x1024. With ResNet50 they take 40 thousand million multiplications.
const MOST_PIXELS: f64 = 640.0 * 512.0;
/// A side from which a network's stride is told, and the largest stride.
const SIDE: usize = 257;

/// The library's names of parts, in its order, which is the channels'.
const NAMES: [&str; 24] = [
    "left-face",
    "right-face",
    "left-upper-arm-front",
    "left-upper-arm-back",
    "right-upper-arm-front",
    "right-upper-arm-back",
    "left-lower-arm-front",
    "left-lower-arm-back",
    "right-lower-arm-front",
    "right-lower-arm-back",
    "left-hand",
    "right-hand",
    "torso-front",
    "torso-back",
    "left-upper-leg-front",
    "left-upper-leg-back",
    "right-upper-leg-front",
    "right-upper-leg-back",
    "left-lower-leg-front",
    "left-lower-leg-back",
    "right-lower-leg-front",
    "right-lower-leg-back",
    "left-feet",
    "right-feet",
];

/// What the library calls `segmentationThreshold` and `internalResolution`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodyPixSettings {
    /// How likely a person a pixel must be, `0.0..1.0`: where ours is a half.
    pub threshold: f32,
    /// The share of the picture's size that the network looks at, above 0.
    pub resolution: f64,
}

impl Default for BodyPixSettings {
    /// The library's: 0.7, and 'medium', which is half of the picture's size.
    fn default() -> Self {
        Self { threshold: 0.7, resolution: 0.5 }
    }
}

/// A BodyPix network in our own executor.
#[derive(Debug)]
struct BodyPix {
    network: TfjsNetwork,
    outputs: Vec<&'static str>,
    /// Pixels of the picture for one of the result.
    stride: usize,
    resolution: f64,
}

impl BodyPix {
    fn start(&self, height: usize, width: usize, level: Level) -> Result<Session, ModelError> {
        Ok(Session::new(&self.network.model_for(height, width, &self.outputs)?, level))
    }
}

impl Engine for BodyPix {
    fn input(&self, width: usize, height: usize) -> TensorShape {
        let wanted = self.resolution;
        let pixels = width as f64 * height as f64 * wanted * wanted;
        let resolution = wanted * (MOST_PIXELS / pixels).sqrt().min(1.0);
        let (width, height) = input_size((width, height), resolution, self.stride);
        // Less than two values in a row tell nothing of a picture.
        let least = 1 + self.stride;
        TensorShape { height: height.max(least), width: width.max(least), channels: 3 }
    }

    fn start(&self, input: TensorShape, level: Level) -> Result<Box<dyn Running>, EngineError> {
        let session = self.start(input.height, input.width, level);
        Ok(Box::new(session.map_err(|error| EngineError(error.to_string()))?))
    }
}

impl SegmentationModel {
    /// A TensorFlow.js graph model, for our own executor: BodyPix, with MobileNet or ResNet50.
    ///
    /// # Errors
    /// Returns an error if the network is another one, or can't be run.
    pub fn from_tfjs(
        network: TfjsNetwork,
        settings: BodyPixSettings,
    ) -> Result<Self, SegmenterError> {
        if !network.has(PERSON) {
            return Err(SegmenterError::NotBodyPix);
        }
        let outputs: Vec<_> =
            [PERSON, PARTS].into_iter().filter(|name| network.has(name)).collect();
        let model = network.model_for(SIDE, SIDE, &outputs)?;
        let stride = (SIDE - 1) / (model.output().height - 1).max(1);
        let parts = model.outputs().get(1).is_some_and(|parts| parts.channels == NAMES.len());
        if model.output().channels != 1 || !matches!(stride, 8 | 16 | 32) {
            return Err(SegmenterError::NotBodyPix);
        }
        let form = form(network.has_part("resnet"), parts.then_some(1), settings.threshold);
        let resolution = settings.resolution;
        Ok(Self::new(BodyPix { network, outputs, stride, resolution }, form))
    }
}

/// What BodyPix's numbers mean, with ResNet50 or else MobileNet, and with its parts in that output.
pub(crate) fn form(resnet: bool, parts: Option<usize>, threshold: f32) -> Form {
    let middle = (threshold / (1.0 - threshold)).ln();
    let person = Reading::LogOdds { channel: 0, sharpness: 1.0, middle };
    let (scale, offset) = if resnet {
        // The mean of the pictures that it was trained with.
        ([255.0; 3], [-123.15, -115.90, -103.06])
    } else {
        ([2.0; 3], [-1.0; 3])
    };
    let parts = parts.map(|output| Parts {
        output,
        names: NAMES.map(str::to_owned).to_vec(),
        channels: (0..NAMES.len()).collect(),
        sharpness: 1.0,
    });
    Form { scale, offset, corners: true, parts, ..Form::signed(person) }
}

/// The library's size for a picture of (width, height): a multiple of the stride and one, at most one stride more
/// than `resolution` of the picture's.
fn input_size(picture: (usize, usize), resolution: f64, stride: usize) -> (usize, usize) {
    let side = |length: usize| {
        let (wanted, stride) = (length as f64 * resolution, stride as f64);
        let fits = (wanted - 1.0) % stride == 0.0;
        (if fits { wanted } else { (wanted / stride).floor() * stride + 1.0 }) as usize
    };
    (side(picture.0), side(picture.1))
}

/// The library's way from a picture to the network, and from what it says to a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyPixFrame {
    picture: (usize, usize),
    input: (usize, usize),
    /// Columns of zeros left and right of the picture each, and rows above and below.
    zeros: (usize, usize),
}

impl BodyPixFrame {
    /// For pictures of (width, height) and a network of a stride. `resolution` is `0.1..=2.0` of the picture's own; the
    /// library calls 0.25 low, 0.5 medium, 0.75 high and 1 full.
    pub fn new(picture: (usize, usize), resolution: f64, stride: usize) -> Self {
        let input = input_size(picture, resolution, stride);
        let (width, height) = (picture.0 as f64, picture.1 as f64);
        let target = input.0 as f64 / input.1 as f64;
        // JavaScript rounds halves up.
        let half = |missing: f64| (0.5 * missing + 0.5).floor() as usize;
        let zeros = if width / height < target {
            (half(target * height - width), 0)
        } else {
            (0, half(1.0 / target * width - height))
        };
        Self { picture, input, zeros }
    }

    /// The width and height of the network's picture.
    pub const fn input(&self) -> (usize, usize) {
        self.input
    }

    /// The network's picture, R'G'B' of `0.0..=1.0`, of a picture with three bytes a pixel.
    pub fn shrink(&self, picture: &[u8], out: &mut [f32]) {
        let (width, height) = self.picture;
        let columns = taps(width + 2 * self.zeros.0, self.input.0, false);
        let rows = taps(height + 2 * self.zeros.1, self.input.1, false);
        let value = |x: usize, y: usize, channel: usize| {
            let (x, y) = (x.wrapping_sub(self.zeros.0), y.wrapping_sub(self.zeros.1));
            let is_inside = x < width && y < height;
            if is_inside { f32::from(picture[(y * width + x) * 3 + channel]) / 255.0 } else { 0.0 }
        };
        for (row, y) in out.chunks_exact_mut(3 * self.input.0).zip(&rows) {
            for (pixel, x) in row.as_chunks_mut::<3>().0.iter_mut().zip(&columns) {
                for (channel, out) in pixel.iter_mut().enumerate() {
                    *out = mix(|x, y| value(x, y, channel), *x, *y);
                }
            }
        }
    }

    /// The probability of a person for each pixel of the picture, of log-odds for (width, height) parts of the network's.
    pub fn enlarge(&self, log_odds: &[f32], size: (usize, usize)) -> Vec<f32> {
        let (width, height) = self.input;
        let (columns, rows) = (taps(size.0, width, true), taps(size.1, height, true));
        let mut large = Vec::with_capacity(width * height);
        for y in &rows {
            let line = |x: &Tap| mix(|x, y| log_odds[y * size.0 + x], *x, *y);
            large.extend(columns.iter().map(|x| 1.0 / (1.0 + (-line(x)).exp())));
        }
        let columns = cut(self.picture.0, self.zeros.0, width);
        let rows = cut(self.picture.1, self.zeros.1, height);
        let pixel = |y: &Tap, x: &Tap| mix(|x, y| large[y * width + x], *x, *y);
        rows.iter().flat_map(|y| columns.iter().map(move |x| pixel(y, x))).collect()
    }
}

/// Two neighbours, and the share of the second.
type Tap = (usize, usize, f32);

/// The neighbours of a place, of so many.
fn tap(place: f32, of: usize) -> Tap {
    let first = (place as usize).min(of - 1);
    (first, (first + 1).min(of - 1), place - first as f32)
}

/// What each pixel of a side is mixed of when it becomes another size, with the corners on each other or not.
fn taps(from: usize, to: usize, corners: bool) -> Vec<Tap> {
    let less = usize::from(corners && to > 1);
    let scale = (from - less) as f32 / (to - less) as f32;
    (0..to).map(|at| tap(at as f32 * scale, from)).collect()
}

/// The same for what lies between zeros before and after.
fn cut(to: usize, zeros: usize, from: usize) -> Vec<Tap> {
    let (last, whole) = ((from - 1) as f32, (to + 2 * zeros) as f32 - 1.0);
    let (first, end) = (zeros as f32 / whole, (zeros + to - 1) as f32 / whole);
    let scale = (end - first) * last / (to.max(2) - 1) as f32;
    (0..to).map(|at| tap((first * last + at as f32 * scale).min(last), from)).collect()
}

fn mix(value: impl Fn(usize, usize) -> f32, x: Tap, y: Tap) -> f32 {
    let line = |y| value(x.0, y) + (value(x.1, y) - value(x.0, y)) * x.2;
    let (above, below) = (line(y.0), line(y.1));
    above + (below - above) * y.2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_the_librarys() {
        assert_eq!(input_size((1280, 720), 0.5, 16), (641, 353));
        assert_eq!(input_size((640, 480), 0.5, 16), (321, 241));
        assert_eq!(input_size((641, 353), 1.0, 32), (641, 353));
        assert_eq!(input_size((770, 1026), 0.25, 8), (193, 257));
    }

    #[test]
    fn zeros_keep_the_pictures_shape() {
        let frame = BodyPixFrame::new((1280, 720), 0.5, 16);
        assert_eq!((frame.input(), frame.zeros), ((641, 353), (14, 0)));
        let frame = BodyPixFrame::new((640, 480), 0.5, 32);
        assert_eq!((frame.input(), frame.zeros), ((321, 225), (22, 0)));
    }
}
