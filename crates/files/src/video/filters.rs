//! The chain of ffmpeg's filters from what is stored to what is delivered: time, transparency, size,
//! colours.

use super::info::swscale_name;
use super::{VideoInfo, VideoOptions};
use crate::color::Cube;
use backlot_media::{FrameRate, MAX_SIDE, Matrix, Size};
use backlot_scene::Fit;
use std::time::Duration;

/// How sizes and colours are converted.
pub(crate) const SCALER: &str = "flags=bicubic+accurate_rnd+full_chroma_int";

/// What is drawn over black: hidden colours of what is transparent never show, not even where
/// scaling mixes them with their neighbours.
const OVER_BLACK: &str = "premultiply=inplace=1";

/// Units of the times that are piped, in seconds.
pub(super) const TICK: &str = "1/90000";
const TICKS_A_SECOND: u64 = 90_000;

/// How much is added to all times, so that none is below zero: reading may begin with a frame long
/// before the place that was asked for.
pub(super) const AHEAD: Duration = Duration::from_secs(100_000);

/// A rate that is lower than the video's by less is no reason to leave frames out beforehand.
const CLEARLY_LOWER: f64 = 0.9;

/// The chain for one video.
///
/// A stream may change its size and format in its middle, and ffmpeg builds the chain anew then.
/// So nothing in it counts from where it begins, and each part is fitted to the same canvas.
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
    let shown = format!("out_color_matrix={to}:out_range=tv,format=yuv420p");
    match cube {
        Some(cube) => {
            filters.push(format!("{size},format=gbrp16,{}", cube.filters()));
            filters.push(format!("scale={SCALER}:{shown}"));
        }
        None => filters.push(format!("{size}:{shown}")),
    }
    filters.extend(placed(canvas, options.fit));
    filters.join(",")
}

/// Fields become whole frames; frames that are whole pass as they are.
const WHOLE_FRAMES: &str = "bwdif=mode=send_frame:deint=interlaced";

/// Times in ticks. They never stand still, as ffmpeg leaves out what has the time of another, and
/// where jumps mean nothing they go on.
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

/// A longer step, in seconds, is a jump; what follows it comes after the other.
const LONGEST_STEP: f64 = 10.0;
const USUAL_STEP: f64 = 0.04;

/// Whether fewer frames are wanted than there are.
pub(super) fn has_fewer(info: &VideoInfo, rate: FrameRate) -> bool {
    rate.fps() < CLEARLY_LOWER * info.rate.fps()
}

/// Leaves out frames that would not be used, before they are scaled.
fn fewer(info: &VideoInfo, rate: FrameRate) -> Option<String> {
    let slot = |time: &str| format!("round({time}*{rate})");
    let is_new = format!("gt({},{})", slot("t"), slot("prev_selected_t"));
    has_fewer(info, rate).then(|| format!("select='if(isnan(prev_selected_t),1,{is_new})'"))
}

/// The size that a picture of any shape is scaled to, as ffmpeg's expressions: those of
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

/// What shows of the scaled picture, and where. Lefts and tops are even.
fn placed(canvas: Size, fit: Fit) -> Option<String> {
    let Size { width, height } = canvas;
    match fit {
        Fit::Stretch => None,
        Fit::Cover => {
            let middle = "floor((iw-ow)/4)*2:floor((ih-oh)/4)*2";
            Some(format!("crop={width}:{height}:{middle}:exact=1"))
        }
        Fit::Contain => {
            let pad = format!("pad={width}:{height}:floor((ow-iw)/4)*2:floor((oh-ih)/4)*2");
            // The filter makes sides even where chroma is halved.
            let is_odd = (width | height) % 2 == 1;
            Some(if is_odd { format!("format=yuv444p,{pad},format=yuv420p") } else { pad })
        }
    }
}
