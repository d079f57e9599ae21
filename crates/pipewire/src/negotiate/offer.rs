//! The offers that a camera reports. Any of it may be nonsense: meaningless parts are skipped, and
//! lists are bounded.

use super::video::format_of;
use backlot_media::{ColorSpace, Encoding, FrameRate, Matrix, Range, Size};
use pipewire::spa::param::format::{FormatProperties, MediaSubtype, MediaType};
use pipewire::spa::pod::deserialize::PodDeserializer;
use pipewire::spa::pod::{ChoiceValue, Object, Value};
use pipewire::spa::sys;
use pipewire::spa::utils::{Choice, ChoiceEnum, Fraction, Id, Rectangle};

/// The most alternatives to read for one property.
const MOST: usize = 128;

/// Values to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Span<T> {
    /// Nothing is reported.
    Unknown,
    /// One of these.
    List(Vec<T>),
    /// Anything between these.
    Range(T, T),
}

impl<T: Copy> Span<T> {
    /// A whole list, or the ends of a range.
    pub(crate) fn ends(&self) -> Vec<T> {
        match self {
            Self::Unknown => Vec::new(),
            Self::List(list) => list.clone(),
            Self::Range(min, max) => vec![*min, *max],
        }
    }
}

/// One entry of a camera's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) encoding: Encoding,
    pub(crate) sizes: Span<Size>,
    pub(crate) rates: Span<FrameRate>,
    pub(crate) color: ColorSpace,
}

/// The offers of one parameter, one for each encoding that we can read.
pub(crate) fn offers_in(param: &[u8]) -> Vec<Offer> {
    // The bindings' parser panics on some malformed parameters, and a panic that reaches the
    // library would end the program.
    let parsed = std::panic::catch_unwind(|| PodDeserializer::deserialize_any_from(param).ok());
    match parsed {
        Ok(Some((_, Value::Object(object)))) => offers_of(&object),
        _ => Vec::new(),
    }
}

fn offers_of(object: &Object) -> Vec<Offer> {
    let sizes = span(find(object, FormatProperties::VideoSize), rectangles, size);
    let rates = span(find(object, FormatProperties::VideoFramerate), fractions, rate);
    if first_id(object, FormatProperties::MediaType) != Some(MediaType::Video.as_raw()) {
        return Vec::new();
    }
    let offer = |encoding| Offer {
        encoding,
        sizes: sizes.clone(),
        rates: rates.clone(),
        color: color(object, encoding),
    };
    encodings(object).into_iter().map(offer).collect()
}

fn encodings(object: &Object) -> Vec<Encoding> {
    match first_id(object, FormatProperties::MediaSubtype) {
        Some(s) if s == MediaSubtype::Mjpg.as_raw() => vec![Encoding::Jpeg],
        Some(s) if s == MediaSubtype::Raw.as_raw() => {
            let mut found: Vec<_> = ids(object, FormatProperties::VideoFormat)
                .into_iter()
                .filter_map(format_of)
                .map(Encoding::Raw)
                .collect();
            // The default of a choice is among its alternatives too.
            found.dedup();
            found
        }
        _ => Vec::new(),
    }
}

fn color(object: &Object, encoding: Encoding) -> ColorSpace {
    if encoding == Encoding::Jpeg {
        return ColorSpace::JPEG;
    }
    let range = match first_id(object, FormatProperties::VideoColorRange) {
        Some(sys::SPA_VIDEO_COLOR_RANGE_0_255) => Range::Full,
        _ => Range::Limited,
    };
    let matrix = match first_id(object, FormatProperties::VideoColorMatrix) {
        Some(sys::SPA_VIDEO_COLOR_MATRIX_BT709) => Matrix::Bt709,
        _ => Matrix::Bt601,
    };
    ColorSpace { matrix, range }
}

fn find(object: &Object, key: FormatProperties) -> Option<&Value> {
    object.properties.iter().find(|p| p.key == key.as_raw()).map(|p| &p.value)
}

fn ids(object: &Object, key: FormatProperties) -> Vec<u32> {
    let raw = |values: Vec<Id>| values.into_iter().take(MOST).map(|id| id.0).collect();
    match find(object, key) {
        Some(Value::Id(id)) => vec![id.0],
        Some(Value::Choice(ChoiceValue::Id(choice))) => match values(choice) {
            Values::List(list) => raw(list),
            Values::Range(..) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn first_id(object: &Object, key: FormatProperties) -> Option<u32> {
    ids(object, key).first().copied()
}

enum Values<T> {
    List(Vec<T>),
    Range(T, T),
}

fn values<T: Clone + pipewire::spa::pod::CanonicalFixedSizedPod>(choice: &Choice<T>) -> Values<T> {
    match choice.1.clone() {
        ChoiceEnum::None(one) => Values::List(vec![one]),
        ChoiceEnum::Range { min, max, .. } | ChoiceEnum::Step { min, max, .. } => {
            Values::Range(min, max)
        }
        ChoiceEnum::Enum { default, alternatives: mut list }
        | ChoiceEnum::Flags { default, flags: mut list } => {
            if list.is_empty() {
                list.push(default);
            }
            Values::List(list)
        }
    }
}

fn rectangles(value: &Value) -> Option<Values<Rectangle>> {
    match value {
        Value::Rectangle(one) => Some(Values::List(vec![*one])),
        Value::Choice(ChoiceValue::Rectangle(choice)) => Some(values(choice)),
        _ => None,
    }
}

fn fractions(value: &Value) -> Option<Values<Fraction>> {
    match value {
        Value::Fraction(one) => Some(Values::List(vec![*one])),
        Value::Choice(ChoiceValue::Fraction(choice)) => Some(values(choice)),
        _ => None,
    }
}

fn span<R, T>(
    value: Option<&Value>,
    read: impl Fn(&Value) -> Option<Values<R>>,
    valid: impl Fn(&R, End) -> Option<T>,
) -> Span<T> {
    match value.and_then(read) {
        Some(Values::List(list)) => {
            let list: Vec<T> =
                list.iter().filter_map(|v| valid(v, End::Neither)).take(MOST).collect();
            if list.is_empty() { Span::Unknown } else { Span::List(list) }
        }
        Some(Values::Range(min, max)) => match (valid(&min, End::Low), valid(&max, End::High)) {
            (Some(min), Some(max)) => Span::Range(min, max),
            _ => Span::Unknown,
        },
        None => Span::Unknown,
    }
}

/// The end of a range from a value. Cameras write 0 and the largest possible number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Neither,
    Low,
    High,
}

fn size(value: &Rectangle, end: End) -> Option<Size> {
    let side = |side: u32| match end {
        End::Neither => side,
        End::Low => side.max(1),
        End::High => side.min(backlot_media::MAX_SIDE),
    };
    Size::new(side(value.width), side(value.height)).ok()
}

fn rate(value: &Fraction, end: End) -> Option<FrameRate> {
    let rate = FrameRate::new(value.num, value.denom).ok();
    match end {
        End::Neither => rate,
        End::Low => rate.or(FrameRate::new(1, 1).ok()),
        End::High => rate.or(FrameRate::new(1000, 1).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::pods::Pods;
    use super::super::video::{Video, fixed};
    use super::*;
    use backlot_media::PixelFormat;

    fn video() -> Video {
        Video {
            size: Size::new(640, 480).unwrap(),
            rate: Some(FrameRate::FPS_30),
            encoding: Encoding::Raw(PixelFormat::Yuyv),
            color: ColorSpace { matrix: Matrix::Bt709, range: Range::Full },
        }
    }

    fn read(video: &Video) -> Vec<Offer> {
        offers_in(Pods::new(fixed(video)).as_params()[0].as_bytes())
    }

    #[test]
    fn our_own_offers_can_be_read() {
        for encoding in [Encoding::Raw(PixelFormat::Nv12), Encoding::Raw(PixelFormat::I420)] {
            let video = Video { encoding, ..video() };
            let offer = &read(&video)[0];
            assert_eq!(offer.encoding, encoding);
            assert_eq!(offer.sizes, Span::List(vec![video.size]));
            assert_eq!(offer.rates, Span::List(vec![FrameRate::FPS_30]));
            assert_eq!(offer.color, video.color);
        }
        let jpeg = Video { encoding: Encoding::Jpeg, ..video() };
        assert_eq!(read(&jpeg)[0].color, ColorSpace::JPEG);
    }

    #[test]
    fn choices_are_read_and_their_nonsense_left_out() {
        let mut object = fixed(&video()).unwrap();
        let set = |object: &mut Object, key: FormatProperties, value| {
            object.properties.iter_mut().find(|p| p.key == key.as_raw()).unwrap().value = value;
        };
        let (low, high) =
            (Rectangle { width: 0, height: 0 }, Rectangle { width: u32::MAX, height: 720 });
        let range = ChoiceEnum::Range { default: low, min: low, max: high };
        let choice =
            ChoiceValue::Rectangle(Choice(pipewire::spa::utils::ChoiceFlags::empty(), range));
        set(&mut object, FormatProperties::VideoSize, Value::Choice(choice));
        let fractions = [(30, 1), (0, 0), (u32::MAX, 1), (15, 1)];
        let list = fractions.map(|(num, denom)| Fraction { num, denom }).to_vec();
        let list = ChoiceEnum::Enum { default: list[0], alternatives: list };
        let choice =
            ChoiceValue::Fraction(Choice(pipewire::spa::utils::ChoiceFlags::empty(), list));
        set(&mut object, FormatProperties::VideoFramerate, Value::Choice(choice));
        let pods = Pods::new([object]);
        let offer = &offers_in(pods.as_params()[0].as_bytes())[0];
        let most = Size::new(backlot_media::MAX_SIDE, 720).unwrap();
        assert_eq!(offer.sizes, Span::Range(Size::new(1, 1).unwrap(), most));
        let rates = [30, 15].map(|r| FrameRate::new(r, 1).unwrap());
        assert_eq!(offer.rates, Span::List(rates.to_vec()));
    }

    #[test]
    fn damaged_parameters_are_no_offers_and_no_panic() {
        let pods = Pods::new(fixed(&video()));
        let good = pods.as_params()[0].as_bytes();
        for length in 0..good.len() {
            offers_in(&good[..length]);
        }
        for at in 0..good.len() {
            for value in [0, 1, 19, 0x7f, 0xff] {
                let mut bad = good.to_vec();
                bad[at] = value;
                offers_in(&bad);
            }
        }
    }
}
