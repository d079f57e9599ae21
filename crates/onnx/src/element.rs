//! Numbers of a network's own types, and pictures in its order of values.

use crate::error::OnnxError;
use crate::wiring::Layout;
use backlot_segmenter::TensorShape;
use half::f16;
use ort::memory::Allocator;
use ort::value::{DynTensor, DynValue, PrimitiveTensorElementType, TensorElementType};
use std::fmt::Debug;

/// A type of numbers.
trait Number: PrimitiveTensorElementType + Copy + Debug {
    fn of(value: f32) -> Self;
    fn number(self) -> f32;
}

/// By `as`, which saturates.
macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Number for $type {
            fn of(value: f32) -> Self {
                value as Self
            }
            fn number(self) -> f32 {
                self as f32
            }
        }
    )*};
}

numbers!(f32 f64 i32 i64);

impl Number for f16 {
    fn of(value: f32) -> Self {
        Self::from_f32(value)
    }
    fn number(self) -> f32 {
        self.to_f32()
    }
}

impl Number for u8 {
    fn of(value: f32) -> Self {
        value.round() as Self
    }
    fn number(self) -> f32 {
        self.into()
    }
}

impl Number for bool {
    fn of(value: f32) -> Self {
        value != 0.0
    }
    fn number(self) -> f32 {
        f32::from(u8::from(self))
    }
}

/// Calls a function with a type of numbers; other types are refused.
macro_rules! typed {
    ($numbers:expr, $call:ident, $($argument:expr),*) => {
        match $numbers {
            TensorElementType::Float32 => $call::<f32>($($argument),*),
            TensorElementType::Float16 => $call::<f16>($($argument),*),
            TensorElementType::Float64 => $call::<f64>($($argument),*),
            TensorElementType::Uint8 => $call::<u8>($($argument),*),
            TensorElementType::Int32 => $call::<i32>($($argument),*),
            TensorElementType::Int64 => $call::<i64>($($argument),*),
            TensorElementType::Bool => $call::<bool>($($argument),*),
            other => Err(OnnxError::Unfit(format!(
                "it has numbers of the type {other}: use a network of float32, float16 or uint8"
            ))),
        }
    };
}

/// A tensor of that shape, which holds one number in all places, or one number for each.
pub(crate) fn filled(
    numbers: TensorElementType,
    shape: &[usize],
    values: &[f32],
) -> Result<DynTensor, OnnxError> {
    let mut tensor = DynTensor::new(&Allocator::default(), numbers, shape)
        .map_err(|error| OnnxError::Refused(crate::error::said(&error)))?;
    typed!(numbers, fill, &mut tensor, values)?;
    Ok(tensor)
}

fn fill<T: Number>(tensor: &mut DynTensor, values: &[f32]) -> Result<(), OnnxError> {
    let (_, memory) = tensor.try_extract_tensor_mut::<T>().map_err(refused)?;
    match values {
        [one] => memory.fill(T::of(*one)),
        values if values.len() == memory.len() => {
            memory.iter_mut().zip(values).for_each(|(to, from)| *to = T::of(*from));
        }
        values => {
            let (found, wanted) = (values.len(), memory.len());
            return Err(OnnxError::Unfit(format!(
                "a constant has {found} numbers instead of {wanted}"
            )));
        }
    }
    Ok(())
}

/// Writes a picture of three channels into a tensor of its size.
pub(crate) fn write(
    tensor: &mut DynTensor,
    picture: &[f32],
    layout: Layout,
) -> Result<(), OnnxError> {
    typed!(*tensor.data_type(), put, tensor, picture, layout)
}

fn put<T: Number>(
    tensor: &mut DynTensor,
    picture: &[f32],
    layout: Layout,
) -> Result<(), OnnxError> {
    let (_, memory) = tensor.try_extract_tensor_mut::<T>().map_err(refused)?;
    let (pixels, _) = picture.as_chunks::<3>();
    match layout {
        Layout::Pixels => {
            memory.iter_mut().zip(picture).for_each(|(to, from)| *to = T::of(*from));
        }
        Layout::Planes => {
            for (channel, plane) in memory.chunks_exact_mut(pixels.len()).enumerate() {
                plane.iter_mut().zip(pixels).for_each(|(to, pixel)| *to = T::of(pixel[channel]));
            }
        }
    }
    Ok(())
}

/// Reads an output as a picture: all channels of a pixel together.
pub(crate) fn read(
    value: &DynValue,
    layout: Layout,
    out: &mut Vec<f32>,
) -> Result<TensorShape, OnnxError> {
    let Some(numbers) = value.dtype().tensor_type() else {
        return Err(OnnxError::Unfit("an output holds no numbers".into()));
    };
    typed!(numbers, get, value, layout, out)
}

fn get<T: Number>(
    value: &DynValue,
    layout: Layout,
    out: &mut Vec<f32>,
) -> Result<TensorShape, OnnxError> {
    let (sides, values) = value.try_extract_tensor::<T>().map_err(refused)?;
    let sides: &[i64] = sides;
    let shape = picture_of(sides.iter().map(|side| *side as usize), layout).ok_or_else(|| {
        let sides: Vec<_> = sides.iter().map(ToString::to_string).collect();
        OnnxError::Unfit(format!("an output of {} values is no picture", sides.join("x")))
    })?;
    out.clear();
    if layout == Layout::Pixels || shape.channels == 1 {
        out.extend(values.iter().map(|value| value.number()));
        return Ok(shape);
    }
    out.resize(values.len(), 0.0);
    let pixels = shape.width * shape.height;
    for (channel, plane) in values.chunks_exact(pixels.max(1)).enumerate() {
        let to = out.iter_mut().skip(channel).step_by(shape.channels);
        to.zip(plane).for_each(|(to, from)| *to = from.number());
    }
    Ok(shape)
}

/// The picture that a shape is of; nothing if it is none.
pub(crate) fn picture_of(
    sides: impl IntoIterator<Item = usize>,
    layout: Layout,
) -> Option<TensorShape> {
    let sides: Vec<_> = sides.into_iter().collect();
    let (height, width, channels) = match (&sides[..], layout) {
        ([1, channels, height, width], Layout::Planes)
        | ([1, height, width, channels], Layout::Pixels) => (height, width, channels),
        ([1, height, width] | [height, width], _) => (height, width, &1),
        ([channels, height, width], Layout::Planes)
        | ([height, width, channels], Layout::Pixels) => (height, width, channels),
        _ => return None,
    };
    let is_one = *height > 0 && *width > 0 && *channels > 0;
    is_one.then_some(TensorShape { height: *height, width: *width, channels: *channels })
}

fn refused(error: ort::Error) -> OnnxError {
    OnnxError::Refused(crate::error::said(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_pictures_or_not() {
        let of = |sides: &[usize], layout| {
            let shape = picture_of(sides.iter().copied(), layout)?;
            Some([shape.height, shape.width, shape.channels])
        };
        assert_eq!(of(&[1, 2, 4, 6], Layout::Planes), Some([4, 6, 2]));
        assert_eq!(of(&[1, 4, 6, 2], Layout::Pixels), Some([4, 6, 2]));
        assert_eq!(of(&[1, 4, 6], Layout::Planes), Some([4, 6, 1]));
        assert_eq!(of(&[2, 4, 6], Layout::Planes), Some([4, 6, 2]));
        assert_eq!(of(&[4, 6], Layout::Pixels), Some([4, 6, 1]));
        assert_eq!(of(&[2, 2, 4, 6], Layout::Planes), None);
        assert_eq!(of(&[1, 0, 4, 6], Layout::Planes), None);
        assert_eq!(of(&[7], Layout::Planes), None);
    }
}
