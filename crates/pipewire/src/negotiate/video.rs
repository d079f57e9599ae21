//! Formats of video.

use backlot_media::{
    ColorSpace, Encoding, FrameRate, Matrix, OutputMode, PixelFormat, Range, Size,
};
use pipewire::spa::param::ParamType;
use pipewire::spa::param::format::{FormatProperties, MediaSubtype, MediaType};
use pipewire::spa::param::video::VideoFormat;
use pipewire::spa::pod::{Object, Property, Value};
use pipewire::spa::sys;
use pipewire::spa::utils::{Fraction, Id, Rectangle, SpaTypes};

/// A format with nothing left to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Video {
    pub(crate) size: Size,
    /// Unknown if the camera promises none.
    pub(crate) rate: Option<FrameRate>,
    pub(crate) encoding: Encoding,
    pub(crate) color: ColorSpace,
}

impl From<OutputMode> for Video {
    fn from(mode: OutputMode) -> Self {
        let OutputMode { size, rate, format, color } = mode;
        Self { size, rate: Some(rate), encoding: Encoding::Raw(format), color }
    }
}

/// PipeWire's number of a raw format that viewers take.
fn number_of(format: PixelFormat) -> Option<VideoFormat> {
    match format {
        PixelFormat::Yuyv => Some(VideoFormat::YUY2),
        PixelFormat::I420 => Some(VideoFormat::I420),
        PixelFormat::Nv12 => Some(VideoFormat::NV12),
        _ => None,
    }
}

/// The format that has this number, if we can read it.
pub(crate) fn format_of(number: u32) -> Option<PixelFormat> {
    [PixelFormat::Yuyv, PixelFormat::I420, PixelFormat::Nv12]
        .into_iter()
        .find(|&format| number_of(format).is_some_and(|f| f.as_raw() == number))
}

fn id(key: FormatProperties, value: u32) -> Property {
    Property::new(key.as_raw(), Value::Id(Id(value)))
}

/// An EnumFormat entry with these properties after the type of media.
fn entry(encoding: Encoding, mut more: Vec<Property>) -> Option<Object> {
    let (subtype, format) = match encoding {
        Encoding::Raw(format) => (MediaSubtype::Raw, Some(number_of(format)?)),
        Encoding::Jpeg => (MediaSubtype::Mjpg, None),
    };
    let mut properties = vec![
        id(FormatProperties::MediaType, MediaType::Video.as_raw()),
        id(FormatProperties::MediaSubtype, subtype.as_raw()),
    ];
    properties.extend(format.map(|f| id(FormatProperties::VideoFormat, f.as_raw())));
    properties.append(&mut more);
    Some(Object {
        type_: SpaTypes::ObjectParamFormat.as_raw(),
        id: ParamType::EnumFormat.as_raw(),
        properties,
    })
}

const fn rectangle(size: Size) -> Rectangle {
    Rectangle { width: size.width, height: size.height }
}

const fn fraction(rate: FrameRate) -> Fraction {
    Fraction { num: rate.numerator(), denom: rate.denominator() }
}

/// The one format of a virtual camera, with nothing left to choose: some viewers skip entries that
/// are ranges or lists.
pub(crate) fn fixed(video: &Video) -> Option<Object> {
    let mut more = shape_properties(video);
    more.extend(color_properties(video.color));
    entry(video.encoding, more)
}

/// The one format to ask a camera for. It says nothing about colours: the camera knows them.
pub(crate) fn wanted(video: &Video) -> Option<Object> {
    entry(video.encoding, shape_properties(video))
}

fn shape_properties(video: &Video) -> Vec<Property> {
    let size = Value::Rectangle(rectangle(video.size));
    let rate = video.rate.map(|rate| {
        let value = Value::Fraction(fraction(rate));
        Property::new(FormatProperties::VideoFramerate.as_raw(), value)
    });
    let size = Property::new(FormatProperties::VideoSize.as_raw(), size);
    [size].into_iter().chain(rate).collect()
}

fn color_properties(color: ColorSpace) -> [Property; 4] {
    let range = match color.range {
        Range::Limited => sys::SPA_VIDEO_COLOR_RANGE_16_235,
        Range::Full => sys::SPA_VIDEO_COLOR_RANGE_0_255,
    };
    let (matrix, primaries) = match color.matrix {
        Matrix::Bt601 => {
            (sys::SPA_VIDEO_COLOR_MATRIX_BT601, sys::SPA_VIDEO_COLOR_PRIMARIES_SMPTE170M)
        }
        Matrix::Bt709 => (sys::SPA_VIDEO_COLOR_MATRIX_BT709, sys::SPA_VIDEO_COLOR_PRIMARIES_BT709),
    };
    [
        id(FormatProperties::VideoColorRange, range),
        id(FormatProperties::VideoColorMatrix, matrix),
        id(FormatProperties::VideoTransferFunction, sys::SPA_VIDEO_TRANSFER_BT709),
        id(FormatProperties::VideoColorPrimaries, primaries),
    ]
}
