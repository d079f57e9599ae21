//! The steady rate at which a video's frames are delivered.
//!
//! `ffprobe` tells two: the lowest rate of which all timestamps are multiples (r), and the number
//! of frames over the duration (avg). Where they agree, the frames are evenly spaced. A phone's
//! frames jitter around 30; a recorded screen has frames only when something changes. Those get
//! the next usual rate from avg up, so that frames are repeated rather than lost.

use backlot_media::FrameRate;

/// What people film and record at.
const USUAL: [(u32, u32); 11] = [
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
    (60, 1),
];

/// Rates above this are taken only from evenly spaced frames.
const FASTEST_USUAL: f64 = 60.0;

/// The steady rate for a video with these rates, as ffprobe writes them (`30000/1001`, `0/0`).
pub(crate) fn choose_rate(lowest_multiple: Option<&str>, average: Option<&str>) -> FrameRate {
    let (multiple, average) = (rate(lowest_multiple), rate(average));
    match (multiple, average) {
        (Some(multiple), Some(average)) => {
            let evenly = (multiple.fps() / average.fps() - 1.0).abs() < 0.02;
            // The frames of a stream with short gaps lie on its raster all the same.
            let nearly = multiple.fps() <= FASTEST_USUAL && average.fps() > 0.8 * multiple.fps();
            if evenly || nearly { multiple } else { next_usual(average.fps()) }
        }
        (None, Some(average)) => next_usual(average.fps()),
        (Some(multiple), None) if multiple.fps() <= FASTEST_USUAL => multiple,
        _ => FrameRate::FPS_30,
    }
}

fn rate(text: Option<&str>) -> Option<FrameRate> {
    let (over, under) = text?.split_once('/')?;
    FrameRate::new(over.parse().ok()?, under.parse().ok()?).ok()
}

/// The rate of frames that show for so many milliseconds.
pub(crate) fn rate_of_delay(milliseconds: u32) -> FrameRate {
    FrameRate::new(1000, milliseconds).unwrap_or(FrameRate::FPS_30)
}

/// The first usual rate that is not clearly below.
pub(crate) fn next_usual(fps: f64) -> FrameRate {
    USUAL
        .iter()
        .filter_map(|&(over, under)| FrameRate::new(over, under).ok())
        .find(|usual| usual.fps() > 0.985 * fps)
        .or_else(|| FrameRate::new(60, 1).ok())
        .unwrap_or(FrameRate::FPS_30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_frames_keep_their_rate_and_uneven_ones_get_a_usual_one() {
        let choose = |r: &str, avg: &str| choose_rate(Some(r), Some(avg)).to_string();
        assert_eq!(choose("30/1", "30/1"), "30");
        assert_eq!(choose("30000/1001", "30000/1001"), "30000/1001");
        assert_eq!(choose("240/1", "240/1"), "240");
        assert_eq!(choose("1/1", "1/1"), "1");
        assert_eq!(choose("90000/1", "2670000/89999"), "30000/1001", "a phone");
        assert_eq!(choose("120/1", "29970/1000"), "30000/1001", "a phone");
        assert_eq!(choose("30/1", "1234/43"), "30", "dropped frames");
        assert_eq!(choose("1000/1", "7/1"), "10", "a recorded screen");
        assert_eq!(choose("1000/1", "90/1"), "60");
        assert_eq!(choose("0/0", "0/0"), "30");
        assert_eq!(choose("25/1", "0/0"), "25");
        assert_eq!(choose_rate(None, None), FrameRate::FPS_30);
        assert_eq!(choose_rate(Some("1/0"), Some("x")), FrameRate::FPS_30);
    }
}
