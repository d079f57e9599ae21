//! What is in a video, as `ffprobe` tells it.

use crate::color::{Cube, Primaries, Transfer, Transform};
use crate::intake::kind::{Head, sniff};
use crate::intake::tools::{Program, Tools};
use crate::video::rate::choose_rate;
use crate::{FilesError, Intake};
use backlot_launch::Limits;
use backlot_media::{ColorSpace, FrameRate, MAX_SIDE, Matrix, Size};
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The most that `ffprobe` may write.
const REPORT_BYTES: u64 = 4 << 20;

/// From this many rows up an untagged video is BT.709.
const HIGH_DEFINITION_ROWS: u32 = 720;

/// What is in a video.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoInfo {
    /// Size as it is shown: turned upright, with square pixels.
    pub size: Size,
    /// A steady rate that does justice to its frames.
    pub rate: FrameRate,
    /// Matrix of the frames that are delivered; the range is always limited.
    pub color: ColorSpace,
    /// How long the picture lasts, where the file tells.
    pub duration: Option<Duration>,
    /// Whether there is sound.
    pub has_sound: bool,
    /// How much later than the file the picture begins; the sound may begin before it.
    pub(crate) delay: Duration,
    /// The picture's place among the file's streams.
    pub(crate) stream: u32,
    /// The name of the file's format for ffmpeg, where it is sure.
    pub(crate) format: Option<&'static str>,
    /// The matrix that the file's numbers are in, as ffmpeg's scaler calls it.
    pub(crate) matrix: &'static str,
    /// What makes its colours those of ordinary screens, where they are others.
    pub(crate) transform: Option<Transform>,
    /// Whether some of it may be transparent.
    pub(crate) has_alpha: bool,
    /// The decoder that reads the transparency, where the usual one does not.
    pub(crate) alpha_decoder: Option<&'static str>,
    /// Whether we decode it and ffmpeg only scales it.
    pub(crate) is_piped: bool,
}

impl VideoInfo {
    /// Asks `ffprobe`.
    ///
    /// # Errors
    /// One sentence when the file is no video, has no picture, or one of an impossible size.
    pub fn read(path: &Path, intake: &Intake) -> Result<Self, FilesError> {
        let format = match sniff(path)? {
            Head::Folder => {
                let why = "it is a folder".to_owned();
                return Err(FilesError::NotMedia { path: path.into(), why });
            }
            Head::Video(format) => format,
            Head::Picture(image::ImageFormat::Gif) | Head::Animation(image::ImageFormat::Gif) => {
                Some("gif")
            }
            Head::Animation(image::ImageFormat::WebP) => {
                return crate::still::animation::info(path, intake);
            }
            Head::Animation(image::ImageFormat::Png) => Some("apng"),
            Head::Foreign(format) => Some(format),
            Head::Heic => return Err(FilesError::Heic(path.into())),
            Head::Picture(_) | Head::Animation(_) => None,
        };
        let report = ask(path, format, &intake.tools)?;
        Self::from_report(path, format, &report)
    }

    /// The table that the colours need.
    ///
    /// # Errors
    /// When it can't be written to the folder of temporary files.
    pub(crate) fn cube(&self) -> Result<Option<Arc<Cube>>, FilesError> {
        let cube = self.transform.as_ref().map(Cube::new).transpose();
        let error = |source| FilesError::write(&std::env::temp_dir(), source);
        Ok(cube.map_err(error)?.map(Arc::new))
    }

    fn from_report(
        path: &Path,
        format: Option<&'static str>,
        report: &Report,
    ) -> Result<Self, FilesError> {
        let is_picture = |s: &&Stream| s.codec_type == "video" && s.disposition.attached_pic == 0;
        let has_sound = report.streams.iter().any(|s| s.codec_type == "audio");
        let stream = report.streams.iter().find(is_picture);
        let stream = stream.ok_or_else(|| FilesError::NoPicture(path.into()))?;
        let size = stream.upright_size(path)?;
        let (matrix, target) = matrices(stream, size);
        Ok(Self {
            size,
            rate: choose_rate(stream.r_frame_rate.as_deref(), stream.avg_frame_rate.as_deref()),
            color: ColorSpace { matrix: target, ..ColorSpace::default() },
            duration: stream.seconds().or(report.format.seconds()),
            has_sound,
            delay: stream.start().saturating_sub(report.format.start()),
            stream: stream.index,
            format,
            matrix,
            transform: stream.transform(),
            has_alpha: stream.has_alpha(),
            alpha_decoder: stream.alpha_decoder(),
            is_piped: false,
        })
    }
}

fn ask(path: &Path, format: Option<&'static str>, tools: &Tools) -> Result<Report, FilesError> {
    let mut job = tools.job(Program::Ffprobe, Limits::PROBE);
    job.args(["-print_format", "json", "-show_format", "-show_streams"]);
    if let Some(format) = format {
        job.args(["-f", format]);
    }
    let (bytes, ending) = job.input(path).output_of(REPORT_BYTES)?;
    let damaged = || FilesError::Damaged { path: path.into(), why: ending.reason() };
    if let Some(why) = ending.hung {
        return Err(FilesError::Hangs { path: path.into(), why });
    }
    let not_media = |why: &str| FilesError::NotMedia { path: path.into(), why: why.to_owned() };
    if ending.is_refused_format() {
        return Err(not_media("its format is none that is read (lists of other files never are)"));
    }
    if ending.is_unknown_format() {
        return Err(not_media("its format is not known"));
    }
    if !ending.success {
        return Err(damaged());
    }
    let report: Report = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    match report.streams.iter().any(|s| s.codec_type == "video" || s.codec_type == "audio") {
        true => Ok(report),
        false => Err(not_media("nothing in it is a picture")),
    }
}

#[derive(Debug, Default, Deserialize)]
struct Report {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Container,
}

#[derive(Debug, Default, Deserialize)]
struct Container {
    duration: Option<String>,
    start_time: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stream {
    index: u32,
    codec_type: String,
    width: u64,
    height: u64,
    codec_name: String,
    pix_fmt: Option<String>,
    color_space: Option<String>,
    color_primaries: Option<String>,
    color_transfer: Option<String>,
    sample_aspect_ratio: Option<String>,
    r_frame_rate: Option<String>,
    avg_frame_rate: Option<String>,
    duration: Option<String>,
    start_time: Option<String>,
    disposition: Disposition,
    side_data_list: Vec<SideData>,
    tags: Tags,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tags {
    #[serde(alias = "ALPHA_MODE")]
    alpha_mode: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Disposition {
    attached_pic: u8,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SideData {
    rotation: Option<f64>,
}

impl Container {
    fn seconds(&self) -> Option<Duration> {
        seconds(self.duration.as_deref())
    }

    fn start(&self) -> Duration {
        seconds(self.start_time.as_deref()).unwrap_or_default()
    }
}

fn seconds(text: Option<&str>) -> Option<Duration> {
    let seconds: f64 = text?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|d| !d.is_zero())
}

impl Stream {
    fn seconds(&self) -> Option<Duration> {
        seconds(self.duration.as_deref())
    }

    fn start(&self) -> Duration {
        seconds(self.start_time.as_deref()).unwrap_or_default()
    }

    /// What makes its colours a screen's, where they are others.
    fn transform(&self) -> Option<Transform> {
        let primaries = self.color_primaries.as_deref().and_then(Primaries::named);
        let transfer = self.color_transfer.as_deref().map_or(Transfer::Screen, Transfer::named);
        // High dynamic range that does not tell its primaries has those of BT.2020.
        let usual = match transfer.is_high_range() {
            true => Primaries::named("bt2020").unwrap_or(Primaries::BT709),
            false => Primaries::BT709,
        };
        Transform::new(primaries.unwrap_or(usual), transfer)
    }

    fn alpha_decoder(&self) -> Option<&'static str> {
        let is_tagged = self.tags.alpha_mode.as_deref() == Some("1");
        match self.codec_name.as_str() {
            "vp8" if is_tagged => Some("libvpx"),
            "vp9" if is_tagged => Some("libvpx-vp9"),
            _ => None,
        }
    }

    fn has_alpha(&self) -> bool {
        const FORMATS: [&str; 9] =
            ["yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16", "pal8"];
        let format = self.pix_fmt.as_deref().unwrap_or_default();
        self.alpha_decoder().is_some() || FORMATS.iter().any(|name| format.starts_with(name))
    }

    /// The size as it is shown.
    fn upright_size(&self, path: &Path) -> Result<Size, FilesError> {
        let (mut width, mut height) = (self.width, self.height);
        if let Some((over, under)) = ratio(self.sample_aspect_ratio.as_deref(), ':') {
            // Pixels wider than high make the picture wider, never smaller.
            if over > under {
                width = (width as f64 * over / under).round() as u64;
            } else {
                height = (height as f64 * under / over).round() as u64;
            }
        }
        if self.lies_on_its_side() {
            std::mem::swap(&mut width, &mut height);
        }
        let side = |s: u64| u32::try_from(s).unwrap_or(u32::MAX);
        Size::new(side(width), side(height)).map_err(|_| FilesError::Size {
            path: path.into(),
            width,
            height,
            limit: format!("each side must be 1 to {MAX_SIDE} pixels"),
        })
    }

    fn lies_on_its_side(&self) -> bool {
        let turn = self.side_data_list.iter().find_map(|s| s.rotation).unwrap_or(0.0);
        (turn.rem_euclid(180.0) - 90.0).abs() < 1.0
    }
}

/// A ratio of two numbers, neither of them 0.
fn ratio(text: Option<&str>, mark: char) -> Option<(f64, f64)> {
    let (over, under) = text?.split_once(mark)?;
    let (over, under): (f64, f64) = (over.parse().ok()?, under.parse().ok()?);
    (over > 0.0 && under > 0.0 && over / under < 1e3 && under / over < 1e3).then_some((over, under))
}

/// The matrix that the file's numbers are in, and the one that they are delivered in.
fn matrices(stream: &Stream, size: Size) -> (&'static str, Matrix) {
    let by_size = matrix_by_size(size);
    match stream.color_space.as_deref() {
        Some("bt709") => ("bt709", Matrix::Bt709),
        Some("bt470bg" | "smpte170m") => ("bt601", Matrix::Bt601),
        Some("fcc") => ("fcc", Matrix::Bt601),
        Some("smpte240m") => ("smpte240m", Matrix::Bt709),
        Some("bt2020nc" | "bt2020c") => ("bt2020", Matrix::Bt709),
        // JPEG knows no other matrix.
        _ if stream.pix_fmt.as_deref().is_some_and(|f| f.starts_with("yuvj")) => {
            ("bt601", Matrix::Bt601)
        }
        _ => (swscale_name(by_size), by_size),
    }
}

/// The matrix of a picture that does not tell.
pub(crate) const fn matrix_by_size(size: Size) -> Matrix {
    if size.height >= HIGH_DEFINITION_ROWS { Matrix::Bt709 } else { Matrix::Bt601 }
}

/// What ffmpeg's scaler calls a matrix.
pub(crate) const fn swscale_name(matrix: Matrix) -> &'static str {
    match matrix {
        Matrix::Bt601 => "bt601",
        Matrix::Bt709 => "bt709",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(json: &str) -> Result<VideoInfo, FilesError> {
        let report: Report = serde_json::from_str(json).unwrap();
        VideoInfo::from_report(Path::new("a.mp4"), None, &report)
    }

    #[test]
    fn a_phone_video_is_upright_and_broad_pixels_are_made_square() {
        let phone = info(
            r#"{"streams":[{"index":1,"codec_type":"video","width":1920,"height":1080,
            "r_frame_rate":"30/1","avg_frame_rate":"30/1","side_data_list":[{"rotation":-90}]}]}"#,
        );
        let phone = phone.unwrap();
        assert_eq!((phone.size, phone.stream), (Size::new(1080, 1920).unwrap(), 1));
        assert_eq!(phone.color, ColorSpace::BT709);
        let dv = info(
            r#"{"streams":[{"codec_type":"video","width":720,"height":576,
            "sample_aspect_ratio":"64:45","color_space":"bt470bg"}],"format":{"duration":"2.5"}}"#,
        );
        let dv = dv.unwrap();
        assert_eq!((dv.size, dv.color), (Size::new(1024, 576).unwrap(), ColorSpace::BT601));
        assert_eq!(dv.duration, Some(Duration::from_millis(2500)));
    }

    #[test]
    fn sound_with_a_cover_picture_is_no_video() {
        let error = info(
            r#"{"streams":[{"codec_type":"audio"},
            {"codec_type":"video","width":500,"height":500,"disposition":{"attached_pic":1}}]}"#,
        );
        assert!(matches!(error, Err(FilesError::NoPicture(_))));
    }

    #[test]
    fn impossible_sizes_are_refused() {
        for (width, height) in [(0, 5), (5, 0), (20_000, 10), (u64::MAX / 2, 1)] {
            let json = format!(
                r#"{{"streams":[{{"codec_type":"video","width":{width},"height":{height}}}]}}"#
            );
            let message = info(&json).unwrap_err().to_string();
            assert!(message.contains("each side must be 1 to 16384"), "{message}");
        }
    }
}
