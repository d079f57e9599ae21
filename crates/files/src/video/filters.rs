//! The chain of ffmpeg's filters from stored to delivered frames: time, transparency, size, colours.

use super::info::swscale_name;
use super::{VideoInfo, VideoOptions};
use crate::color::Cube;
use backlot_media::{FrameRate, MAX_SIDE, Matrix, Size};
use backlot_scene::Fit;
use std::time::Duration;

/// How sizes and colours are converted.
pub(crate) const SCALER: &str = "flags=bicubic+accurate_rnd+full_chroma_int";

/// Draws frames over black: hidden colours of transparent pixels never show, not even where scaling
/// mixes them with their neighbours.
const OVER_BLACK: &str = "premultiply=inplace=1";

/// Takes the black out again that shows through partly transparent pixels.
const NOT_OVER_BLACK: &str = "unpremultiply=inplace=1";

/// The unit of piped timestamps, in seconds.
pub(super) const TICK: &str = "1/90000";
const TICKS_A_SECOND: u64 = 90_000;

/// An offset added to all timestamps, so that none is negative: reading may begin with a frame long
/// before the requested start.
pub(super) const AHEAD: Duration = Duration::from_secs(100_000);

/// If the rate is lower than the video's by less than this, no frames are dropped beforehand.
const CLEARLY_LOWER: f64 = 0.9;

/// The format of what is piped.
pub(super) const fn piped(info: &VideoInfo, options: &VideoOptions) -> &'static str {
    if info.has_alpha && options.keeps_alpha { "yuva420p" } else { "yuv420p" }
}

/// The chain for one video.
///
/// A stream may change its size and format midway, and ffmpeg then rebuilds the chain. So no filter
/// counts from its start, and each part is fitted to the same canvas.
pub(super) fn chain(
    info: &VideoInfo,
    options: &VideoOptions,
    canvas: Size,
    matrix: Matrix,
    cube: Option<&Cube>,
) -> String {
    let mut filters = Vec::new();
    filters.extend(info.is_interlaced.then(|| WHOLE_FRAMES.to_owned()));
    filters.push(times(info.has_broken_times));
    filters.extend(options.rate.filter(|_| !options.as_stored).and_then(|rate| fewer(info, rate)));
    filters.extend(info.has_alpha.then(|| OVER_BLACK.to_owned()));
    let (from, to) = (info.matrix, swscale_name(matrix));
    let size = format!("scale={}:{SCALER}:in_color_matrix={from}", scaled(canvas, options.fit));
    let keeps_alpha = info.has_alpha && options.keeps_alpha;
    let between = if keeps_alpha { "yuva444p" } else { "yuv420p" };
    let shown = format!("out_color_matrix={to}:out_range=tv,format={between}");
    match cube {
        Some(cube) => {
            let colors = if keeps_alpha { "gbrap16" } else { "gbrp16" };
            filters.push(format!("{size},format={colors},{}", cube.filters()));
            filters.push(format!("scale={SCALER}:{shown}"));
        }
        None => filters.push(format!("{size}:{shown}")),
    }
    if keeps_alpha {
        filters.push(format!("{NOT_OVER_BLACK},scale={SCALER},format={}", piped(info, options)));
    }
    filters.extend(placed(canvas, options.fit, keeps_alpha));
    filters.join(",")
}

/// Deinterlaces frames; progressive ones pass unchanged.
const WHOLE_FRAMES: &str = "bwdif=mode=send_frame:deint=interlaced";

/// Timestamps in ticks. They always increase, as ffmpeg drops a frame with the time of another, and
/// continue across discontinuities.
fn times(may_break: bool) -> String {
    let ahead = AHEAD.as_secs() * TICKS_A_SECOND;
    let next = "PREV_OUTPTS+1";
    let mut later = format!("max(PTS+{ahead},{next})");
    if may_break {
        let step = "PTS-PREV_INPTS";
        later = format!(
            "if(gt(abs({step}),{LONGEST_STEP}/TB),PREV_OUTPTS+{USUAL_STEP}/TB,max(PREV_OUTPTS+{step},{next}))"
        );
    }
    let first = format!("if(isnan(PTS),0,PTS)+{ahead}");
    format!("settb={TICK},setpts='if(isnan(PREV_OUTPTS),{first},{later})'")
}

/// A longer step, in seconds, is a discontinuity; the frames after it follow those before.
const LONGEST_STEP: f64 = 10.0;
const USUAL_STEP: f64 = 0.04;

/// Whether fewer frames are wanted than there are.
pub(super) fn has_fewer(info: &VideoInfo, rate: FrameRate) -> bool {
    rate.fps() < CLEARLY_LOWER * info.rate.fps()
}

/// Drops frames that would not be used, before they are scaled.
fn fewer(info: &VideoInfo, rate: FrameRate) -> Option<String> {
    let slot = |time: &str| format!("round({time}*{rate})");
    let is_new = format!("gt({},{})", slot("t"), slot("prev_selected_t"));
    has_fewer(info, rate).then(|| format!("select='if(isnan(prev_selected_t),1,{is_new})'"))
}

/// The size that a picture of any shape is scaled to, as ffmpeg expressions: the same as
/// [`Placement`](crate::fit::Placement).
fn scaled(canvas: Size, fit: Fit) -> String {
    let Size { width, height } = canvas;
    let choose = match fit {
        Fit::Stretch => return format!("{width}:{height}"),
        Fit::Cover => |own: u32, other: &str| format!("min({MAX_SIDE},max({own},{other}))"),
        Fit::Contain => |own: u32, other: &str| format!("max(1,min({own},{other}))"),
    };
    let across = choose(width, &format!("round({height}*dar)"));
    let down = choose(height, &format!("round({width}/dar)"));
    format!("w='{across}':h='{down}'")
}

/// The shown part of the scaled picture, and its place. Lefts and tops are even.
fn placed(canvas: Size, fit: Fit, has_alpha: bool) -> Option<String> {
    let Size { width, height } = canvas;
    match fit {
        Fit::Stretch => None,
        Fit::Cover => {
            let middle = "floor((iw-ow)/4)*2:floor((ih-oh)/4)*2";
            Some(format!("crop={width}:{height}:{middle}:exact=1"))
        }
        Fit::Contain => {
            let (a, behind) = if has_alpha { ("a", "black@0") } else { ("", "black") };
            let middle = "floor((ow-iw)/4)*2:floor((oh-ih)/4)*2";
            let pad = format!("pad={width}:{height}:{middle}:{behind}");
            // The filter rounds sides to even with halved chroma.
            let is_odd = (width | height) % 2 == 1;
            Some(if is_odd { format!("format=yuv{a}444p,{pad},format=yuv{a}420p") } else { pad })
        }
    }
}
