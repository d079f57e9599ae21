//! The chain of ffmpeg's filters from what is stored to what is delivered: time, transparency, size,
//! colours.

use super::info::swscale_name;
use super::{VideoInfo, VideoOptions};
use crate::color::Cube;
use crate::fit::Placement;
use backlot_media::{FrameRate, Matrix};

/// How sizes and colours are converted.
const SCALER: &str = "flags=bicubic+accurate_rnd+full_chroma_int";

/// What is drawn over black: hidden colours of what is transparent never show, not even where
/// scaling mixes them with their neighbours.
const OVER_BLACK: &str = "premultiply=inplace=1";

/// The chain for one video.
///
/// Time comes first, so that no more frames are scaled than are used. Frames count from the
/// picture's own start; [`Sound`](crate::Sound) knows how much later than the sound that is.
pub(super) fn chain(
    info: &VideoInfo,
    options: &VideoOptions,
    placement: Placement,
    (rate, matrix): (FrameRate, Matrix),
    cube: Option<&Cube>,
) -> String {
    let mut filters = vec![match options.as_stored {
        true => format!("setpts=N/({rate})/TB"),
        false => format!("setpts=PTS-STARTPTS,fps={rate}"),
    }];
    filters.extend(info.has_alpha.then(|| OVER_BLACK.to_owned()));
    let Placement { scaled, window, .. } = placement;
    let (width, height, from, to) =
        (scaled.width, scaled.height, info.matrix, swscale_name(matrix));
    let size = format!("scale={width}:{height}:{SCALER}:in_color_matrix={from}");
    let shown = format!("out_color_matrix={to}:out_range=tv,format=yuv420p");
    match cube {
        Some(cube) => {
            filters.push(format!("{size},format=gbrp16,{}", cube.filters()));
            filters.push(format!("scale={SCALER}:{shown}"));
        }
        None => filters.push(format!("{size}:{shown}")),
    }
    if (window.width, window.height) != (scaled.width, scaled.height) {
        let [w, h, x, y] = [window.width, window.height, window.x, window.y];
        filters.push(format!("crop={w}:{h}:{x}:{y}:exact=1"));
    }
    filters.join(",")
}
