//! The video files that are written, and how each is encoded.

use backlot_media::{ColorSpace, Matrix, Range, Size};
use std::path::Path;

/// A kind of video file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// MPEG-4: H.264.
    Mp4,
    /// Matroska: H.264.
    Mkv,
    /// QuickTime: H.264, or ProRes 4444 with transparency.
    Mov,
    /// WebM: VP9, with transparency too.
    Webm,
    /// An animated picture of 256 colours, without sound.
    Gif,
}

/// The quality of a video or a JPEG picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VideoQuality {
    /// Small files.
    Small,
    /// Hard to tell from the original at normal size.
    #[default]
    Good,
    /// For further editing: large files, slow.
    Best,
}

impl Container {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Mp4, Self::Mkv, Self::Mov, Self::Webm, Self::Gif];

    /// The endings of their names, for messages.
    pub const ENDINGS: &'static str = "mp4, mkv, mov, webm, gif";

    /// The ending of its name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Mkv => "mkv",
            Self::Mov => "mov",
            Self::Webm => "webm",
            Self::Gif => "gif",
        }
    }

    /// The container that the ending of a name stands for.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        let ending = if ending == "m4v" { "mp4" } else { &ending };
        Self::ALL.into_iter().find(|container| container.ending() == ending)
    }

    /// ffmpeg's name of it.
    pub(crate) const fn muxer(self) -> &'static str {
        match self {
            Self::Mkv => "matroska",
            other => other.ending(),
        }
    }

    /// The stored size for pictures of `size`: H.264 with halved chroma has only even sides, so an
    /// odd picture gets one more column or row, a copy of its last one.
    pub const fn stored_size(self, size: Size) -> Size {
        match self {
            Self::Mp4 | Self::Mkv | Self::Mov => size.rounded_to_even(),
            Self::Webm | Self::Gif => size,
        }
    }

    /// Options for the finished file.
    pub(crate) const fn muxing(self) -> &'static [&'static str] {
        match self {
            // The index first, so that a browser can begin to play before it has everything.
            Self::Mp4 | Self::Mov => &["-movflags", "+faststart"],
            _ => &[],
        }
    }

    /// Options for a file that is recorded: it can be played up to its last half second, whenever
    /// that is.
    pub(crate) const fn live_muxing(self) -> &'static [&'static str] {
        match self {
            Self::Mkv => &["-flush_packets", "1", "-cluster_time_limit", "500"],
            _ => &[
                "-movflags",
                "+empty_moov+default_base_moof",
                "-frag_duration",
                "500000",
                "-flush_packets",
                "1",
            ],
        }
    }

    /// The codec for sound that can't be copied.
    pub(crate) const fn sound_codec(self) -> &'static [&'static str] {
        match self {
            // The encoder refuses some channel layouts, such as 5.1(side).
            Self::Webm => &["-c:a", "libopus", "-b:a", "128k", "-filter:a", OPUS_CHANNELS],
            _ => &["-c:a", "aac", "-b:a", "192k"],
        }
    }
}

const OPUS_CHANNELS: &str = "aformat=channel_layouts=mono|stereo|3.0|quad|5.0|5.1|6.1|7.1";

/// H.264, with the best encoder in `encoders` (ffmpeg's list).
pub(crate) fn h264(encoders: &str, quality: VideoQuality) -> Option<Vec<&'static str>> {
    let has = |name: &str| encoders.split_whitespace().any(|word| word == name);
    let common = |mut args: Vec<&'static str>| {
        args.extend(["-pix_fmt", "yuv420p"]);
        args
    };
    if has("libx264") {
        let (preset, crf) = match quality {
            VideoQuality::Small => ("veryfast", "26"),
            VideoQuality::Good => ("veryfast", "19"),
            VideoQuality::Best => ("medium", "14"),
        };
        return Some(common(vec!["-c:v", "libx264", "-preset", preset, "-crf", crf]));
    }
    if has("libopenh264") {
        let rate = match quality {
            VideoQuality::Small => "3M",
            VideoQuality::Good => "8M",
            VideoQuality::Best => "20M",
        };
        return Some(common(vec!["-c:v", "libopenh264", "-b:v", rate]));
    }
    None
}

/// The same for pictures that come one by one: each is encoded at once.
pub(crate) fn live_h264(encoders: &str, quality: VideoQuality) -> Option<Vec<&'static str>> {
    let mut args = h264(encoders, quality)?;
    if args.contains(&"libx264") {
        args.extend(["-tune", "zerolatency"]);
    }
    Some(args)
}

/// VP9; `alpha` with a plane of transparency.
pub(crate) fn vp9(quality: VideoQuality, alpha: bool) -> Vec<&'static str> {
    // Measured at 1280x720: "realtime" takes a quarter of the time of "good" at the same similarity,
    // for a fifth more bytes.
    let (deadline, effort, crf) = match quality {
        VideoQuality::Small => ("good", "5", "38"),
        VideoQuality::Good => ("realtime", "5", "28"),
        VideoQuality::Best => ("good", "3", "18"),
    };
    let mut args = vec!["-c:v", "libvpx-vp9", "-crf", crf, "-b:v", "0", "-deadline", deadline];
    args.extend(["-cpu-used", effort, "-row-mt", "1", "-g", "240"]);
    if alpha {
        // Hidden reference frames break the pairing with the alpha stream.
        args.extend(["-auto-alt-ref", "0", "-pix_fmt", "yuva420p"]);
    } else {
        args.extend(["-pix_fmt", "yuv420p"]);
    }
    args
}

/// ProRes 4444 with 16 bits of alpha.
pub(crate) const PRORES_4444: [&str; 10] = [
    "-c:v",
    "prores_ks",
    "-profile:v",
    "4444",
    "-alpha_bits",
    "16",
    "-vendor",
    "apl0",
    "-pix_fmt",
    "yuva444p10le",
];

/// Lossless, for intermediate files.
pub(crate) const LOSSLESS: [&str; 6] = ["-c:v", "ffv1", "-g", "1", "-pix_fmt", "yuv420p"];

/// The same with a plane of transparency.
pub(crate) const LOSSLESS_ALPHA: [&str; 6] = ["-c:v", "ffv1", "-g", "1", "-pix_fmt", "yuva420p"];

/// The filter that tags the colours, for encoders and for ffmpeg's own conversions.
pub(crate) fn tagging(color: ColorSpace) -> String {
    let name = color_name(color.matrix);
    let range = match color.range {
        Range::Limited => "tv",
        Range::Full => "pc",
    };
    let to_limited = match color.range {
        Range::Limited => "",
        Range::Full => "scale=in_range=pc:out_range=tv,",
    };
    format!(
        "setparams=range={range}:colorspace={name},{to_limited}\
         setparams=range=tv:colorspace={name}:color_primaries=bt709:color_trc=bt709,setsar=1"
    )
}

/// The options that write the same tags into the file.
pub(crate) fn color_options(color: ColorSpace) -> [&'static str; 8] {
    let name = color_name(color.matrix);
    ["-color_range", "tv", "-colorspace", name, "-color_primaries", "bt709", "-color_trc", "bt709"]
}

const fn color_name(matrix: Matrix) -> &'static str {
    match matrix {
        Matrix::Bt601 => "smpte170m",
        Matrix::Bt709 => "bt709",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_container() {
        let of = |name: &str| Container::of(Path::new(name));
        assert_eq!(of("a/b.MP4"), Some(Container::Mp4));
        assert_eq!(of("x.webm"), Some(Container::Webm));
        assert_eq!((of("x.avi"), of("mp4"), of(".mp4")), (None, None, None));
        let listed: Vec<_> = Container::ENDINGS.split(", ").collect();
        assert_eq!(listed, Container::ALL.map(Container::ending));
    }

    #[test]
    fn without_any_h264_encoder_there_is_none() {
        assert!(h264(" V....D libx264  H.264\n", VideoQuality::Good).unwrap().contains(&"libx264"));
        let free = h264(" V..... libopenh264  OpenH264\n", VideoQuality::Good).unwrap();
        assert!(free.contains(&"libopenh264"));
        assert_eq!(h264(" V..... libx264rgb\n", VideoQuality::Good), None);
    }
}
