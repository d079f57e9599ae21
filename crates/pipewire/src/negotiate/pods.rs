//! Parameters as PipeWire's bytes.

use pipewire::spa::param::ParamType;
use pipewire::spa::pod::serialize::PodSerializer;
use pipewire::spa::pod::{ChoiceValue, Object, Pod, Property, Value};
use pipewire::spa::sys;
use pipewire::spa::utils::{Choice, ChoiceEnum, ChoiceFlags, Id, SpaTypes};
use std::io::Cursor;

/// Buffers of a stream: enough for some slow viewers, each of which may hold on to one or two.
const BUFFERS: i32 = 8;

/// Serialised parameters.
pub(crate) struct Pods(Vec<Vec<u8>>);

impl Pods {
    /// Serialises.
    pub(crate) fn new(objects: impl IntoIterator<Item = Object>) -> Self {
        Self(objects.into_iter().filter_map(|object| bytes(&Value::Object(object))).collect())
    }

    /// The form that the library's calls take.
    pub(crate) fn as_params(&self) -> Vec<&Pod> {
        self.0.iter().filter_map(|bytes| Pod::from_bytes(bytes)).collect()
    }
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    let (cursor, _) = PodSerializer::serialize(Cursor::new(Vec::new()), value).ok()?;
    Some(cursor.into_inner())
}

/// A choice of numbers.
fn choice(choice: ChoiceEnum<i32>) -> Value {
    Value::Choice(ChoiceValue::Int(Choice(ChoiceFlags::empty(), choice)))
}

/// Memory that any process can map, or that is in ours; never graphics memory, which browsers and
/// we ourselves cannot read.
fn memory() -> Value {
    let flags = 1 << sys::SPA_DATA_MemPtr | 1 << sys::SPA_DATA_MemFd;
    choice(ChoiceEnum::Flags { default: flags, flags: vec![flags] })
}

/// Buffers for pictures of so many bytes; without a size, the other side chooses.
pub(crate) fn buffers(picture: Option<(i32, i32)>) -> Object {
    let count = choice(ChoiceEnum::Range { default: BUFFERS, min: 1, max: 32 });
    let mut properties = vec![
        Property::new(sys::SPA_PARAM_BUFFERS_buffers, count),
        Property::new(sys::SPA_PARAM_BUFFERS_blocks, Value::Int(1)),
        Property::new(sys::SPA_PARAM_BUFFERS_dataType, memory()),
    ];
    if let Some((size, stride)) = picture {
        properties.push(Property::new(sys::SPA_PARAM_BUFFERS_size, Value::Int(size)));
        properties.push(Property::new(sys::SPA_PARAM_BUFFERS_stride, Value::Int(stride)));
    }
    Object {
        type_: SpaTypes::ObjectParamBuffers.as_raw(),
        id: ParamType::Buffers.as_raw(),
        properties,
    }
}

/// The header that goes with each picture: some viewers read it without asking whether it exists.
pub(crate) fn meta() -> Object {
    let size = size_of::<sys::spa_meta_header>() as i32;
    Object {
        type_: SpaTypes::ObjectParamMeta.as_raw(),
        id: ParamType::Meta.as_raw(),
        properties: vec![
            Property::new(sys::SPA_PARAM_META_type, Value::Id(Id(sys::SPA_META_Header))),
            Property::new(sys::SPA_PARAM_META_size, Value::Int(size)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_valid_bytes() {
        let pods = Pods::new([buffers(Some((1_843_200, 2560))), buffers(None), meta()]);
        let params = pods.as_params();
        assert_eq!(params.len(), 3);
        assert!(params.iter().all(|pod| pod.is_object()));
    }

    #[test]
    fn the_header_has_the_size_that_viewers_expect() {
        assert_eq!(meta().properties[1].value, Value::Int(32));
    }
}
