//! Chooses the mode of a camera that suits a wish best. Nothing in here queries a device.

use crate::sys::{Fourcc, Interval, Intervals, Sizes};
use backlot_media::{Encoding, FrameRate, PixelFormat, Size, Wish};

/// How to read pictures of a format; `None` if that isn't supported.
pub fn encoding_of(fourcc: Fourcc) -> Option<Encoding> {
    Some(match fourcc {
        Fourcc::MJPG | Fourcc::JPEG => Encoding::Jpeg,
        Fourcc::YUYV => Encoding::Raw(PixelFormat::Yuyv),
        Fourcc::NV12 => Encoding::Raw(PixelFormat::Nv12),
        Fourcc::YU12 => Encoding::Raw(PixelFormat::I420),
        Fourcc::YUV422P => Encoding::Raw(PixelFormat::I422),
        Fourcc::GREY => Encoding::Raw(PixelFormat::Gray8),
        Fourcc::RGB3 => Encoding::Raw(PixelFormat::Rgb24),
        _ => return None,
    })
}

/// A format at a size, and its rates there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub fourcc: Fourcc,
    pub encoding: Encoding,
    pub size: Size,
    /// Empty if the driver doesn't report any.
    pub rates: Vec<Intervals>,
}

/// A mode to ask the driver for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choice {
    pub fourcc: Fourcc,
    pub encoding: Encoding,
    pub size: Size,
    pub rate: FrameRate,
    cost: f64,
}

/// Returns all modes, the most suitable first.
///
/// The cost of a mode is in doublings: half the pixels weigh about as much as half the rate below
/// what the eye takes for motion. Cameras' offers differ so much that no fixed order, size before
/// rate or rate before size, suits them all.
pub(crate) fn rank(candidates: &[Candidate], wish: &Wish) -> Vec<Choice> {
    let mut choices: Vec<Choice> = candidates.iter().map(|c| choice(c, wish)).collect();
    choices.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    choices
}

fn choice(candidate: &Candidate, wish: &Wish) -> Choice {
    let Candidate { fourcc, encoding, size, .. } = *candidate;
    let rate = nearest_rate(&candidate.rates, wish.rate);
    let cost = size_cost(size, wish.size) + rate_cost(rate, wish.rate) + format_cost(encoding);
    Choice { fourcc, encoding, size, rate, cost }
}

fn size_cost(size: Size, wished: Size) -> f64 {
    let doublings = (size.pixels() as f64 / wished.pixels() as f64).log2();
    let aspect = |s: Size| f64::from(s.width) / f64::from(s.height);
    let other_aspect = (aspect(size) / aspect(wished)).ln().abs() > 0.02;
    let pixels = if doublings < 0.0 { -doublings } else { 0.5 * doublings };
    pixels + if other_aspect { 0.3 } else { 0.0 }
}

/// Below this many pictures a second, motion looks like a series of stills.
const SMOOTH: f64 = 24.0;

fn rate_cost(rate: FrameRate, wished: FrameRate) -> f64 {
    let (rate, wished) = (rate.fps(), wished.fps());
    if rate >= wished {
        return 0.05 * (rate / wished).log2();
    }
    let smooth = wished.min(SMOOTH);
    let slow = 0.5 * (wished / rate.max(smooth)).log2();
    slow + 1.5 * (smooth / rate.min(smooth)).log2()
}

/// Raw pictures take less work than JPEG; among raw ones, the nearer to the working format the
/// better.
const fn format_cost(encoding: Encoding) -> f64 {
    match encoding {
        Encoding::Raw(PixelFormat::I420) => 0.0,
        Encoding::Raw(PixelFormat::Nv12) => 0.01,
        Encoding::Raw(PixelFormat::Yuyv) => 0.02,
        Encoding::Raw(PixelFormat::I422) => 0.03,
        Encoding::Raw(PixelFormat::Gray8) => 2.0,
        Encoding::Raw(_) => 0.06,
        Encoding::Jpeg => 0.1,
    }
}

/// The slowest rate that is fast enough, else the fastest.
fn nearest_rate(offered: &[Intervals], wished: FrameRate) -> FrameRate {
    let rates = offered.iter().filter_map(|range| rate_within(range, wished));
    let fps = |rate: &FrameRate| rate.fps();
    // A wish for 30 includes 29.97.
    let enough = |rate: &FrameRate| rate.fps() >= 0.99 * wished.fps();
    let (fast, slow): (Vec<_>, Vec<_>) = rates.partition(enough);
    let slowest = fast.into_iter().min_by(|a, b| fps(a).total_cmp(&fps(b)));
    let fastest = slow.into_iter().max_by(|a, b| fps(a).total_cmp(&fps(b)));
    slowest.or(fastest).unwrap_or(wished)
}

fn rate_within(range: &Intervals, wished: FrameRate) -> Option<FrameRate> {
    let fastest = rate_of(range.min);
    let slowest = rate_of(range.max);
    match (slowest, fastest) {
        (Some(slowest), Some(fastest)) if wished.fps() > fastest.fps() => {
            Some(fastest.max(slowest))
        }
        (Some(slowest), _) if wished.fps() < slowest.fps() => Some(slowest),
        (None, None) => None,
        (None, Some(fastest)) if wished.fps() > fastest.fps() => Some(fastest),
        _ => Some(wished),
    }
}

/// The larger of two rates.
trait Larger {
    fn max(self, other: Self) -> Self;
}

impl Larger for FrameRate {
    fn max(self, other: Self) -> Self {
        if other.fps() > self.fps() { other } else { self }
    }
}

/// Pictures per second, if the interval is possible.
pub(crate) fn rate_of(interval: Interval) -> Option<FrameRate> {
    FrameRate::new(interval.denominator, interval.numerator).ok()
}

/// The size of an offer that is nearest to a wish, `None` if the offer has no possible size.
pub(crate) fn nearest_size(offer: &Sizes, wished: Size, encoding: Encoding) -> Option<Size> {
    let side = |min: u32, max: u32, step: u32, wished: u32| {
        let wished = wished.clamp(min, max.max(min));
        // Up to the next step, or down from the last.
        let steps = (wished - min).div_ceil(step);
        let up = u64::from(min) + u64::from(steps) * u64::from(step);
        let last = min + (max.max(min) - min) / step * step;
        u32::try_from(up).map_or(last, |up| up.min(last))
    };
    let width = side(offer.min.0, offer.max.0, offer.step.0.max(1), wished.width);
    let height = side(offer.min.1, offer.max.1, offer.step.1.max(1), wished.height);
    let size = Size::new(width, height).ok()?;
    let halved = match encoding {
        Encoding::Raw(PixelFormat::I420 | PixelFormat::Nv12) => (true, true),
        Encoding::Raw(PixelFormat::I422 | PixelFormat::Yuyv) => (true, false),
        _ => (false, false),
    };
    // Drivers don't agree on how to round odd chroma planes.
    let odd = (halved.0 && size.width % 2 == 1) || (halved.1 && size.height % 2 == 1);
    (!odd).then_some(size)
}

/// Bytes of a raw picture, and the stride of its first plane, when the driver reports rows `stride`
/// bytes apart (0: without a gap). `None` if that is impossible.
pub(crate) fn raw_layout(format: PixelFormat, size: Size, stride: u32) -> Option<(usize, usize)> {
    let planes = format.planes(size);
    let first = planes.first()?;
    let stride = if stride == 0 { first.row_bytes } else { stride as usize };
    let widest = 8 * backlot_media::MAX_SIDE as usize;
    if stride < first.row_bytes || stride > widest {
        return None;
    }
    let mut bytes = 0_usize;
    for (index, plane) in planes.iter().enumerate() {
        let halved = index > 0 && matches!(format, PixelFormat::I420 | PixelFormat::I422);
        let own = if halved { stride / 2 } else { stride };
        if own < plane.row_bytes {
            return None;
        }
        bytes = bytes.checked_add(own.checked_mul(plane.rows)?)?;
    }
    Some((bytes, stride))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(fourcc: Fourcc, text: &str, rates: &[u32]) -> Candidate {
        let interval = |&fps: &u32| Interval { numerator: 1, denominator: fps };
        let rates = rates.iter().map(interval).map(|i| Intervals { min: i, max: i }).collect();
        let encoding = encoding_of(fourcc).unwrap();
        Candidate { fourcc, encoding, size: text.parse().unwrap(), rates }
    }

    fn best(candidates: &[Candidate], size: &str, fps: u32) -> String {
        let wish = Wish { size: size.parse().unwrap(), rate: FrameRate::new(fps, 1).unwrap() };
        let choice = rank(candidates, &wish)[0];
        format!("{} {} {}", choice.fourcc, choice.size, choice.rate)
    }

    const MJPG: Fourcc = Fourcc::MJPG;
    const YUYV: Fourcc = Fourcc::YUYV;

    /// A typical webcam, on USB 2.
    fn webcam() -> Vec<Candidate> {
        vec![
            at(YUYV, "640x480", &[30, 15]),
            at(YUYV, "1280x720", &[10, 5]),
            at(YUYV, "1920x1080", &[5]),
            at(MJPG, "640x480", &[30, 15]),
            at(MJPG, "1280x720", &[60, 30, 15]),
            at(MJPG, "1920x1080", &[30]),
        ]
    }

    #[test]
    fn a_webcam_gives_raw_where_that_is_fast_enough() {
        let table = [
            (("1280x720", 30), "MJPG 1280x720 30"),
            (("1280x720", 60), "MJPG 1280x720 60"),
            (("1280x720", 10), "YUYV 1280x720 10"),
            (("640x480", 30), "YUYV 640x480 30"),
            (("1920x1080", 30), "MJPG 1920x1080 30"),
            (("1920x1080", 60), "MJPG 1920x1080 30"),
            (("3840x2160", 30), "MJPG 1920x1080 30"),
            (("960x540", 30), "MJPG 1280x720 30"),
            (("320x240", 30), "YUYV 640x480 30"),
        ];
        for ((size, fps), wanted) in table {
            assert_eq!(best(&webcam(), size, fps), wanted, "{size} at {fps}");
        }
    }

    #[test]
    fn a_usable_rate_and_a_usable_size_are_weighed() {
        let slow = |fps| [at(YUYV, "1280x720", &[fps]), at(YUYV, "640x480", &[30])];
        assert_eq!(best(&slow(15), "1280x720", 30), "YUYV 1280x720 15");
        assert_eq!(best(&slow(10), "1280x720", 30), "YUYV 640x480 30");
        let tiny = [at(YUYV, "1280x720", &[5]), at(YUYV, "160x120", &[30])];
        assert_eq!(best(&tiny, "1280x720", 30), "YUYV 1280x720 5");
    }

    #[test]
    fn not_smaller_and_the_same_shape_are_preferred() {
        let sizes = |list: &[&str]| -> Vec<_> { list.iter().map(|s| at(MJPG, s, &[30])).collect() };
        let of = |list: &[&str]| best(&sizes(list), "1280x720", 30);
        assert_eq!(of(&["640x360", "1920x1080"]), "MJPG 1920x1080 30");
        assert_eq!(of(&["1280x960", "1280x800", "1920x1080"]), "MJPG 1280x800 30");
        assert_eq!(of(&["960x720", "1024x576"]), "MJPG 1024x576 30");
    }

    #[test]
    fn grey_is_the_last_resort_and_unknown_rates_are_trusted() {
        let both = [at(Fourcc::GREY, "640x480", &[30]), at(MJPG, "1920x1080", &[30])];
        assert_eq!(best(&both, "640x480", 30), "MJPG 1920x1080 30");
        assert_eq!(best(&[at(YUYV, "640x480", &[])], "640x480", 25), "YUYV 640x480 25");
        let ntsc = Interval { numerator: 1001, denominator: 30_000 };
        let mut camera = at(YUYV, "640x480", &[60]);
        camera.rates.push(Intervals { min: ntsc, max: ntsc });
        assert_eq!(best(&[camera], "640x480", 30), "YUYV 640x480 30000/1001");
    }

    #[test]
    fn ranges_give_the_wish_or_their_end() {
        let range = |min, max| Intervals { min: interval(min), max: interval(max) };
        let wide = range((1, 60), (1, 2));
        let rate = |range, fps| nearest_rate(&[range], FrameRate::new(fps, 1).unwrap()).to_string();
        assert_eq!(rate(wide, 30), "30");
        assert_eq!(rate(wide, 90), "60");
        assert_eq!(rate(wide, 1), "2");
        // Rubbish from a driver.
        assert_eq!(rate(range((0, 0), (0, 0)), 30), "30");
        assert_eq!(rate(range((0, 1), (u32::MAX, 1)), 30), "30");
        assert_eq!(rate(range((1, 2), (1, 60)), 30), "60");
    }

    fn interval((numerator, denominator): (u32, u32)) -> Interval {
        Interval { numerator, denominator }
    }

    #[test]
    fn ranges_of_sizes_are_kept_to() {
        let offer = |min, max, step| Sizes { min, max, step };
        let near = |offer, text: &str| {
            let jpeg = nearest_size(&offer, text.parse().unwrap(), Encoding::Jpeg);
            jpeg.map_or("none".into(), |size| size.to_string())
        };
        let wide = offer((16, 16), (4000, 3000), (2, 2));
        assert_eq!(near(wide, "1280x720"), "1280x720");
        assert_eq!(near(wide, "1281x721"), "1282x722");
        assert_eq!(near(wide, "8000x8"), "4000x16");
        assert_eq!(near(offer((100, 100), (130, 130), (16, 16)), "128x128"), "116x116");
        assert_eq!(near(offer((0, 0), (0, 0), (0, 0)), "640x480"), "none");
        assert_eq!(near(offer((9, 9), (5, 5), (1, 1)), "640x480"), "9x9");
        let all = offer((1, 1), (u32::MAX, u32::MAX), (u32::MAX, u32::MAX));
        assert_eq!(near(all, "640x480"), "1x1");
        assert_eq!(near(offer((u32::MAX, 1), (u32::MAX, 1), (1, 1)), "640x480"), "none");
        let odd = offer((641, 481), (641, 481), (1, 1));
        let raw = Encoding::Raw(PixelFormat::Yuyv);
        assert_eq!(nearest_size(&odd, "640x480".parse().unwrap(), raw), None);
    }

    #[test]
    fn raw_pictures_have_a_length_or_are_impossible() {
        let size = Size::new(640, 480).unwrap();
        let of = |format, stride| raw_layout(format, size, stride);
        assert_eq!(of(PixelFormat::Yuyv, 0), Some((614_400, 1280)));
        assert_eq!(of(PixelFormat::Yuyv, 1344), Some((645_120, 1344)));
        assert_eq!(of(PixelFormat::I420, 640), Some((460_800, 640)));
        assert_eq!(of(PixelFormat::I420, 704), Some((506_880, 704)));
        assert_eq!(of(PixelFormat::I422, 640), Some((614_400, 640)));
        assert_eq!(of(PixelFormat::Nv12, 640), Some((460_800, 640)));
        assert_eq!(of(PixelFormat::Rgb24, 1920), Some((921_600, 1920)));
        assert_eq!(of(PixelFormat::Yuyv, 1279), None);
        assert_eq!(of(PixelFormat::Yuyv, u32::MAX), None);
        let most = Size::new(backlot_media::MAX_SIDE, backlot_media::MAX_SIDE).unwrap();
        assert!(raw_layout(PixelFormat::Rgb24, most, 0).is_some());
    }
}
