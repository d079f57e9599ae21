//! How a picture becomes a model's input, and what its output means: from what the server says of both.

use crate::fault::DistantError;
use backlot_oip::{Datatype, InferAnswer, ModelMetadata, Tensor, TensorMetadata};
use bytes::Bytes;

/// The longer side of pictures for models that take any size.
const LONGER: usize = 256;
/// The largest side that is believed.
const LARGEST: usize = 4096;

/// Where the colours of a pixel lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Beside each other.
    Nhwc,
    /// Each colour in a picture of its own.
    Nchw,
}

/// How a picture becomes an input, and which output is the mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fit {
    input: String,
    is_float: bool,
    layout: Layout,
    /// Whether pictures have a place in a row of several.
    has_batch: bool,
    width: Option<usize>,
    height: Option<usize>,
    /// The output's name.
    pub output: String,
}

impl Fit {
    /// From a model's description.
    ///
    /// # Errors
    /// One sentence when it takes no picture or gives no mask.
    pub fn of(metadata: &ModelMetadata) -> Result<Self, DistantError> {
        let name = &metadata.name;
        let listed = |tensors: &[TensorMetadata]| {
            let one = |t: &TensorMetadata| format!("{} {} {:?}", t.name, t.datatype, t.shape);
            tensors.iter().take(4).map(one).collect::<Vec<_>>().join(", ")
        };
        let fit = if let [input] = &*metadata.inputs { Self::input(input) } else { None };
        let Some(fit) = fit else {
            return Err(DistantError::new(format!(
                "the model '{name}' takes no picture that is known (UINT8 or FP32, NHWC or NCHW): it takes {}",
                listed(&metadata.inputs)
            )));
        };
        let is_mask = |output: &&TensorMetadata| {
            ["UINT8", "FP32"].contains(&&*output.datatype) && (2..=4).contains(&output.shape.len())
        };
        let by_name =
            metadata.outputs.iter().find(|output| output.name == "matte" && is_mask(output));
        let output =
            by_name.or_else(|| metadata.outputs.iter().find(is_mask)).ok_or_else(|| {
                DistantError::new(format!(
                    "the model '{name}' gives no mask that is known (UINT8 or FP32): it gives {}",
                    listed(&metadata.outputs)
                ))
            })?;
        Ok(Self { output: output.name.clone(), ..fit })
    }

    fn input(input: &TensorMetadata) -> Option<Self> {
        let is_float = match &*input.datatype {
            "FP32" => true,
            "UINT8" => false,
            _ => return None,
        };
        let (has_batch, sizes) = match &*input.shape {
            [a, b, c] => (false, [*a, *b, *c]),
            [n, a, b, c] if *n == -1 || *n >= 1 => (true, [*a, *b, *c]),
            _ => return None,
        };
        let (layout, height, width) = match sizes {
            [height, width, 3] => (Layout::Nhwc, height, width),
            [3, height, width] => (Layout::Nchw, height, width),
            _ => return None,
        };
        let side = |size: i64| match size {
            -1 => Some(None),
            size => usize::try_from(size).ok().filter(|s| (1..=LARGEST).contains(s)).map(Some),
        };
        let (width, height) = (side(width)?, side(height)?);
        let (input, output) = (input.name.clone(), String::new());
        Some(Self { input, is_float, layout, has_batch, width, height, output })
    }

    /// The picture that it takes for a source's pictures of that width and height.
    pub fn size(&self, width: usize, height: usize) -> (usize, usize) {
        let (free_width, free_height) = small(width, height);
        (self.width.unwrap_or(free_width), self.height.unwrap_or(free_height))
    }

    /// A picture of `(width, height)`, R'G'B' of 0.0 to 1.0 beside each other, as the model takes it.
    pub fn tensor(
        &self,
        (width, height): (usize, usize),
        picture: &[f32],
    ) -> Result<Tensor, DistantError> {
        let mut data = Vec::with_capacity(if self.is_float { 4 } else { 1 } * picture.len());
        match self.layout {
            Layout::Nhwc => self.write(picture.iter().copied(), &mut data),
            Layout::Nchw => {
                for color in 0..3 {
                    self.write(picture.iter().skip(color).step_by(3).copied(), &mut data);
                }
            }
        }
        let (width, height) = (width as u64, height as u64);
        let mut shape = match self.layout {
            Layout::Nhwc => vec![height, width, 3],
            Layout::Nchw => vec![3, height, width],
        };
        if self.has_batch {
            shape.insert(0, 1);
        }
        let kind = if self.is_float { Datatype::Fp32 } else { Datatype::Uint8 };
        Tensor::new(self.input.clone(), kind, shape, Bytes::from(data)).map_err(DistantError::new)
    }

    fn write(&self, values: impl Iterator<Item = f32>, data: &mut Vec<u8>) {
        match self.is_float {
            true => values.for_each(|value| data.extend_from_slice(&value.to_le_bytes())),
            false => data.extend(values.map(byte)),
        }
    }

    /// Reads the mask of an answer; returns its width and height.
    pub fn mask(
        &self,
        answer: &InferAnswer,
        mask: &mut Vec<f32>,
    ) -> Result<(usize, usize), DistantError> {
        let named = answer.outputs.iter().find(|output| output.name == self.output);
        let output = named.ok_or_else(|| {
            DistantError::new(format!("the answer has no output '{}'", self.output))
        })?;
        let wrong = || {
            let Tensor { name, datatype, shape, .. } = output;
            DistantError::new(format!(
                "the output '{name}' is {datatype} of {shape:?}, which is no mask: [1, height, width] is expected"
            ))
        };
        // The mask is all that isn't 1, the first two of it; in front of or behind it may be one for the room.
        let shape: Vec<usize> = output.shape.iter().map(|size| *size as usize).collect();
        let (width, height, step, skip) = match *shape.as_slice() {
            [height, width]
            | [1, height, width]
            | [1, 1, height, width]
            | [1, height, width, 1] => (width, height, 1, 0),
            [1, height, width, 2] => (width, height, 2, 1),
            [1, 2, height, width] => (width, height, 1, height * width),
            _ => return Err(wrong()),
        };
        if !(1..=LARGEST).contains(&width) || !(1..=LARGEST).contains(&height) {
            return Err(wrong());
        }
        let count = width * height;
        mask.clear();
        match output.datatype {
            Datatype::Uint8 => {
                let values = output.data.iter().skip(skip).step_by(step).take(count);
                mask.extend(values.map(|value| f32::from(*value) / 255.0));
            }
            Datatype::Fp32 => {
                let values = output.data.as_chunks::<4>().0.iter().skip(skip).step_by(step);
                mask.extend(values.take(count).map(|value| f32::from_le_bytes(*value)));
            }
            _ => return Err(wrong()),
        }
        if mask.len() == count { Ok((width, height)) } else { Err(wrong()) }
    }
}

/// A picture's shape with its longer side as networks like it.
pub(crate) fn small(width: usize, height: usize) -> (usize, usize) {
    let longer = width.max(height).max(1);
    let side = |pixels: usize| ((pixels * LONGER).div_ceil(longer)).next_multiple_of(8).min(LONGER);
    (side(width.max(1)), side(height.max(1)))
}

/// A value of 0.0 to 1.0 as a byte.
pub(crate) fn byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}
