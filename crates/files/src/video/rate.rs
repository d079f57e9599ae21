//! The constant rate at which a video's frames are delivered: one at which no frame is lost.
//!
//! `ffprobe` reports two: the lowest rate of which all timestamps are multiples (r), and the number
//! of frames over the duration (avg). Where they agree, the frames are evenly spaced; where r is a
//! usual rate, frames lie on its grid, with pauses. Otherwise (a phone's frames jitter around 30,
//! a recorded screen has frames only when something changes) the times of the frames themselves
//! decide: the lowest usual rate at which each of them shows.

use super::retime;
use backlot_media::FrameRate;

/// The usual rates of cameras and recorders.
const USUAL: [(u32, u32); 12] = [
    (10, 1),
    (12, 1),
    (15, 1),
    (20, 1),
    (24_000, 1001),
    (24, 1),
    (25, 1),
    (30_000, 1001),
    (30, 1),
    (50, 1),
    (60_000, 1001),
    (60, 1),
];

/// Higher rates are accepted only for frames that are evenly spaced, or nearly so.
const FASTEST_USUAL: f64 = 60.0;

/// Higher rates are units of time, not of frames.
const FASTEST_RASTER: f64 = 300.0;

fn usual() -> impl Iterator<Item = FrameRate> {
    USUAL.iter().filter_map(|&(over, under)| FrameRate::new(over, under).ok())
}

fn fastest() -> FrameRate {
    usual().last().unwrap_or(FrameRate::FPS_30)
}

/// The rate of a video with these two rates of ffprobe (`30000/1001`, `0/0`), if they determine it.
pub(crate) fn nominal_rate(
    lowest_multiple: Option<&str>,
    average: Option<&str>,
) -> Option<FrameRate> {
    let (multiple, average) = (rate_of(lowest_multiple)?, rate_of(average));
    let share = average.map_or(0.0, |average| average.fps() / multiple.fps());
    let evenly = (share - 1.0).abs() < 0.02;
    // The frames of a stream with short gaps still lie on its grid.
    let nearly = multiple.fps() <= FASTEST_RASTER && share > 0.8;
    // For interlaced frames, r is the rate of fields.
    let may_be_of_fields = (share - 0.5).abs() < 0.02;
    let is_usual = || multiple.fps() <= FASTEST_USUAL && is_usual(multiple) && !may_be_of_fields;
    let is_alone = || average.is_none() && multiple.fps() <= FASTEST_USUAL;
    (evenly || nearly || is_usual() || is_alone()).then_some(multiple)
}

/// The lowest usual rate at which all frames of these times show. Without times, the next one at or
/// above the average.
pub(crate) fn rate_of_times(times: &[f64], average: Option<FrameRate>) -> FrameRate {
    let Some(average) = average else {
        return usual().find(|&rate| loses_few(times, rate)).unwrap_or(FrameRate::FPS_30);
    };
    let from = next_usual(average.fps());
    let usual = usual().filter(|rate| rate.fps() >= from.fps());
    usual.into_iter().find(|&rate| loses_few(times, rate)).unwrap_or_else(fastest)
}

/// Whether almost no frame is lost: at most one in two thousand, for broken times.
fn loses_few(times: &[f64], rate: FrameRate) -> bool {
    (times.len() - retime::shown(times, rate)) * 2000 <= times.len()
}

fn is_usual(rate: FrameRate) -> bool {
    usual().any(|usual| (usual.fps() / rate.fps() - 1.0).abs() < 1e-4)
}

pub(crate) fn rate_of(text: Option<&str>) -> Option<FrameRate> {
    let (over, under) = text?.split_once('/')?;
    FrameRate::new(over.parse().ok()?, under.parse().ok()?).ok()
}

/// The rate of frames that last this many milliseconds.
pub(crate) fn rate_of_delay(milliseconds: u32) -> FrameRate {
    FrameRate::new(1000, milliseconds).unwrap_or(FrameRate::FPS_30)
}

/// The first usual rate that is not clearly lower.
pub(crate) fn next_usual(fps: f64) -> FrameRate {
    usual().find(|usual| usual.fps() > 0.985 * fps).unwrap_or_else(fastest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_rates_tell_it_where_frames_lie_on_a_raster() {
        let nominal = |r: &str, avg: &str| nominal_rate(Some(r), Some(avg)).map(|r| r.to_string());
        let is = |rate: &str| Some(rate.to_owned());
        assert_eq!(nominal("30/1", "30/1"), is("30"));
        assert_eq!(nominal("30000/1001", "30000/1001"), is("30000/1001"));
        assert_eq!(nominal("240/1", "240/1"), is("240"));
        assert_eq!(nominal("1/1", "1/1"), is("1"));
        assert_eq!(nominal("30/1", "1234/43"), is("30"), "dropped frames");
        assert_eq!(nominal("30/1", "6/1"), is("30"), "pauses");
        assert_eq!(nominal("50/1", "25/1"), None, "fields, or pauses");
        assert_eq!(nominal("120/1", "110/1"), is("120"), "a game");
        assert_eq!(nominal("90000/1", "2670000/89999"), None, "a phone");
        assert_eq!(nominal("1000/1", "7/1"), None, "a recorded screen");
        assert_eq!(nominal("25/1", "0/0"), is("25"));
        assert_eq!(nominal("0/0", "0/0"), None);
        assert_eq!(nominal_rate(None, Some("25/1")), None);
        assert_eq!(nominal_rate(Some("1/0"), Some("x")), None);
    }

    #[test]
    fn no_picture_is_lost_at_the_rate_of_uneven_times() {
        let average = |fps| FrameRate::new(fps, 1).ok();
        let even = |count: u32, fps: f64, from: f64| -> Vec<f64> {
            (0..count).map(|i| ((from + f64::from(i) / fps) * 1e3).round() / 1e3).collect()
        };
        let rate = |times: &[f64], fps| rate_of_times(times, average(fps)).to_string();
        let jitter: Vec<f64> =
            (0..300).map(|i| f64::from(i) * 0.0337 + f64::from(i * 7 % 5) * 0.0012).collect();
        assert_eq!(rate(&jitter, 29), "30000/1001", "a phone");
        let bursts = [even(30, 30.0, 0.0), even(30, 30.0, 9.0), vec![20.0]].concat();
        assert_eq!(rate(&bursts, 3), "30000/1001", "a screen that moves now and then");
        assert_eq!(rate(&[even(60, 60.0, 0.0), vec![9.0]].concat(), 6), "60000/1001");
        assert_eq!(rate(&even(90, 90.0, 0.0), 90), "60", "no faster than that");
        assert_eq!(rate(&[0.0, 1.0, 3.0], 1), "10");
        assert_eq!(rate(&[], 7), "10");
        assert_eq!(rate_of_times(&even(50, 25.0, 0.0), None).to_string(), "25");
        assert_eq!(rate_of_times(&[], None).to_string(), "10");
    }
}
