//! What a video contains, as `ffprobe` reports it.

use crate::color::{Cube, Primaries, Transfer, Transform};
use crate::intake::tools::{Tool, Tools};
use crate::still::blocks::{canvas_pixels, gif_is_cut, png_is_cut};
use crate::video::rate::{nominal_rate, rate_of, rate_of_times};
use crate::video::tracks::{Tags, Told, Track, Tracks};
use crate::{Damage, FilesError, Intake, open_file};
use backlot_launch::Limits;
use backlot_media::{ColorSpace, FrameRate, MAX_SIDE, Matrix, Size};
use serde::Deserialize;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The most that `ffprobe` may write.
const REPORT_BYTES: u64 = 4 << 20;

/// From this many rows up an untagged video is BT.709.
const HIGH_DEFINITION_ROWS: u32 = 720;

/// Bytes that ffmpeg takes for each pixel of an animated picture: the canvas, the previous canvas,
/// and the frame that is piped.
const ANIMATION_BYTES: u64 = 16;

/// What a video contains.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoInfo {
    /// The size when shown: turned upright, with square pixels.
    pub size: Size,
    /// A constant rate at which every frame shows.
    pub rate: FrameRate,
    /// Matrix of the delivered frames; the range is always limited.
    pub color: ColorSpace,
    /// How long the picture lasts, if the file states it.
    pub duration: Option<Duration>,
    /// Whether there is sound.
    pub has_sound: bool,
    /// How much later than the file the picture begins, according to the file; the first frame's time
    /// is more exact.
    pub(crate) delay: Duration,
    /// The timestamp in seconds at which the file begins.
    pub(crate) origin: f64,
    /// Whether its timestamps may be discontinuous.
    pub(crate) has_broken_times: bool,
    /// When the picture ends, counted from the file's beginning, if the file states it reliably: the
    /// last frame may show for long.
    pub(crate) end: Option<Duration>,
    /// Whether frames may be interlaced.
    pub(crate) is_interlaced: bool,
    /// The index of the picture's stream.
    pub(crate) stream: u32,
    /// ffmpeg's name of the file's format, if it is certain.
    pub(crate) format: Option<&'static str>,
    /// The file's matrix, as ffmpeg's scaler calls it.
    pub(crate) matrix: &'static str,
    /// Converts its colours to those of ordinary screens, if they differ.
    pub(crate) transform: Option<Transform>,
    /// Whether some of it may be transparent.
    pub(crate) has_alpha: bool,
    /// The decoder that reads the transparency, if the usual one ignores it: ffmpeg's own decoders
    /// of VP8 and VP9 ignore transparency, those of libvpx don't.
    pub(crate) alpha_decoder: Option<&'static str>,
    /// Whether we decode it and ffmpeg only scales it.
    pub(crate) is_piped: bool,
    /// Its sound, subtitles, chapters and tags.
    pub(crate) tracks: Tracks,
}

impl VideoInfo {
    /// Whether something may be seen through its pictures.
    pub const fn has_alpha(&self) -> bool {
        self.has_alpha
    }

    /// Runs `ffprobe` on a file, as one of a format if that is certain.
    pub(super) fn asked(
        path: &Path,
        format: Option<&'static str>,
        intake: &Intake,
    ) -> Result<Self, FilesError> {
        check_animation(path, format, intake)?;
        let report = ask(path, format, &intake.tools)?;
        let mut info = Self::from_report(path, format, &report)?;
        info.alpha_decoder = there(info.alpha_decoder, &intake.tools)?;
        if let Some(stream) = report.uneven() {
            let times = times_of_packets(path, &info, &intake.tools)?;
            info.rate = rate_of_times(&times, rate_of(stream.avg_frame_rate.as_deref()));
        }
        Ok(info)
    }

    /// The table that converts the colours.
    ///
    /// # Errors
    /// When it can't be written to the temporary folder.
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
        let has_sound = report.streams.iter().any(|s| s.codec_type == "audio");
        let stream = report.picture().ok_or_else(|| FilesError::NoPicture(path.into()))?;
        let size = stream.upright_size(path)?;
        let (matrix, target) = matrices(stream, size);
        Ok(Self {
            size,
            rate: stream.nominal_rate().unwrap_or(FrameRate::FPS_30),
            color: ColorSpace { matrix: target, ..ColorSpace::default() },
            duration: stream.seconds().or(report.format.seconds()),
            end: report.end(stream),
            is_interlaced: stream.is_interlaced(),
            has_sound,
            origin: report.format.start(),
            delay: positive(stream.start() - report.format.start()),
            has_broken_times: report.format.format_name.as_deref().is_some_and(may_break_times),
            stream: stream.index,
            format,
            matrix,
            transform: stream.transform(),
            has_alpha: stream.has_alpha(),
            alpha_decoder: stream.alpha_decoder(),
            is_piped: false,
            tracks: report.tracks(),
        })
    }
}

/// A decoder, if ffmpeg has it.
fn there(decoder: Option<&'static str>, tools: &Tools) -> Result<Option<&'static str>, FilesError> {
    let Some(name) = decoder else { return Ok(None) };
    Ok(tools.list("-decoders")?.split_whitespace().any(|word| word == name).then_some(name))
}

/// Checks what ffmpeg does not check in animated pictures: how much memory they take, and whether
/// they are cut short.
fn check_animation(
    path: &Path,
    format: Option<&'static str>,
    intake: &Intake,
) -> Result<(), FilesError> {
    let is_cut: fn(BufReader<File>) -> bool = match format {
        Some("gif") => gif_is_cut,
        Some("apng") => png_is_cut,
        _ => return Ok(()),
    };
    let open = || open_file(path).map(BufReader::new);
    // A few bytes can announce a canvas of any size, and many frames of it.
    let pixels = canvas_pixels(open()?).unwrap_or(0);
    intake.budget.check(path, pixels.saturating_mul(ANIMATION_BYTES))?;
    if is_cut(open()?) {
        let why = "it ends too early".to_owned();
        intake.note(Damage { path: path.into(), why })?;
    }
    Ok(())
}

fn ask(path: &Path, format: Option<&'static str>, tools: &Tools) -> Result<Report, FilesError> {
    let mut job = tools.job(Tool::Ffprobe, Limits::PROBE);
    job.args(["-print_format", "json", "-show_format", "-show_streams", "-show_chapters"]);
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
        return Err(not_media("its format is not supported (lists of other files never are)"));
    }
    if ending.is_unknown_format() {
        return Err(not_media("its format is unknown"));
    }
    if !ending.success {
        return Err(damaged());
    }
    let report: Report = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    match report.streams.iter().any(|s| s.codec_type == "video" || s.codec_type == "audio") {
        true => Ok(report),
        false => Err(not_media("it contains no picture")),
    }
}

#[derive(Debug, Default, Deserialize)]
struct Report {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Container,
    #[serde(default)]
    chapters: Vec<Told>,
}

/// Whether a container's timestamps may be discontinuous, as in concatenated recordings.
fn may_break_times(format: &str) -> bool {
    format.starts_with("mpeg")
}

fn positive(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or_default()
}

/// Containers whose durations of frames are reliable.
const SURE_OF_LENGTHS: [&str; 4] = ["mov,", "matroska,", "gif", "apng"];

impl Report {
    /// The stream to show: the default one of the file, otherwise the largest.
    fn picture(&self) -> Option<&Stream> {
        let pictures = || self.streams.iter().filter(|s| s.is_moving_picture());
        let area = |s: &&Stream| s.width.saturating_mul(s.height);
        // The first of several equal ones.
        pictures()
            .find(|s| s.disposition.default == 1)
            .or_else(|| pictures().rev().max_by_key(area))
    }

    /// The picture, if the file's numbers don't determine its rate.
    fn uneven(&self) -> Option<&Stream> {
        self.picture().filter(|stream| stream.nominal_rate().is_none())
    }

    fn tracks(&self) -> Tracks {
        let of = |kind| self.streams.iter().filter(move |s| s.codec_type == kind);
        let mut tracks = Tracks {
            sounds: of("audio").map(Stream::track).collect(),
            subtitles: of("subtitle").map(Stream::track).collect(),
            chapters: self.chapters.iter().filter_map(Told::chapter).collect(),
            tags: Vec::new(),
        };
        tracks.add_tags(&self.format.tags);
        tracks
    }

    fn end(&self, stream: &Stream) -> Option<Duration> {
        let is_sure = |name: &String| SURE_OF_LENGTHS.iter().any(|sure| name.starts_with(sure));
        self.format.format_name.as_ref().filter(|name| is_sure(name))?;
        let tagged = || stream.tags.get("DURATION").and_then(clock).map(|d| d.as_secs_f64());
        let length = stream.seconds().map(|length| length.as_secs_f64());
        let end = length.map(|length| stream.start() + length).or_else(tagged)?;
        Some(positive(end - self.format.start()))
    }
}

#[derive(Debug, Default, Deserialize)]
struct Container {
    format_name: Option<String>,
    duration: Option<String>,
    start_time: Option<String>,
    #[serde(default)]
    tags: Tags,
}

/// The sorted times of a video's packets in seconds: at its beginning and at two later places.
fn times_of_packets(path: &Path, info: &VideoInfo, tools: &Tools) -> Result<Vec<f64>, FilesError> {
    let mut job = tools.job(Tool::Ffprobe, Limits::PROBE);
    job.args(["-select_streams".to_owned(), info.stream.to_string()]);
    job.args(["-show_entries", "packet=pts_time", "-of", "csv=p=0", "-read_intervals"]);
    let third = info.duration.unwrap_or_default().as_secs() / 3;
    job.arg(match third > LOOK_SECONDS {
        true => format!("%+{LOOK_SECONDS},{third}%+{LOOK_SECONDS},{}%+{LOOK_SECONDS}", 2 * third),
        false => format!("%+{}", 3 * LOOK_SECONDS),
    });
    if let Some(format) = info.format {
        job.args(["-f", format]);
    }
    let (bytes, _) = job.input(path).output_of(REPORT_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    let time =
        |line: &str| line.trim_matches([',', ' ']).parse().ok().filter(|t: &f64| t.is_finite());
    let mut times: Vec<f64> = text.lines().filter_map(time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    Ok(times)
}

/// How many seconds of a video with uneven times are read at each place.
const LOOK_SECONDS: u64 = 20;

/// A time as `00:00:02.040000000`.
fn clock(text: &str) -> Option<Duration> {
    let mut parts = text.splitn(3, ':').map(|part| part.parse::<f64>().ok());
    let [hours, minutes, seconds] = [parts.next()??, parts.next()??, parts.next()??];
    Duration::try_from_secs_f64(hours * 3600.0 + minutes * 60.0 + seconds).ok()
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
    field_order: Option<String>,
    disposition: Disposition,
    side_data_list: Vec<SideData>,
    tags: Tags,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Disposition {
    default: u8,
    attached_pic: u8,
    timed_thumbnails: u8,
    still_image: u8,
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

    fn start(&self) -> f64 {
        start(self.start_time.as_deref())
    }
}

/// In seconds; may be negative.
fn start(text: Option<&str>) -> f64 {
    text.and_then(|text| text.parse().ok()).filter(|start: &f64| start.is_finite()).unwrap_or(0.0)
}

fn seconds(text: Option<&str>) -> Option<Duration> {
    let seconds: f64 = text?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|d| !d.is_zero())
}

impl Stream {
    fn seconds(&self) -> Option<Duration> {
        seconds(self.duration.as_deref())
    }

    fn start(&self) -> f64 {
        start(self.start_time.as_deref())
    }

    fn track(&self) -> Track {
        let (codec, tags) = (self.codec_name.clone(), &self.tags);
        let [language, title] = [tags.owned("language"), tags.owned("title")];
        Track { stream: self.index, codec, language, title }
    }

    fn is_moving_picture(&self) -> bool {
        let Disposition { attached_pic, timed_thumbnails, still_image, .. } = self.disposition;
        self.codec_type == "video" && attached_pic | timed_thumbnails | still_image == 0
    }

    fn is_interlaced(&self) -> bool {
        matches!(self.field_order.as_deref(), Some("tt" | "bb" | "tb" | "bt"))
    }

    fn nominal_rate(&self) -> Option<FrameRate> {
        nominal_rate(self.r_frame_rate.as_deref(), self.avg_frame_rate.as_deref())
    }

    /// Converts its colours to a screen's, if they differ.
    fn transform(&self) -> Option<Transform> {
        let primaries = self.color_primaries.as_deref().and_then(Primaries::named);
        let transfer = self.color_transfer.as_deref().map_or(Transfer::Screen, Transfer::named);
        // High dynamic range without stated primaries has those of BT.2020.
        let usual = match transfer.is_high_range() {
            true => Primaries::named("bt2020").unwrap_or(Primaries::BT709),
            false => Primaries::BT709,
        };
        Transform::new(primaries.unwrap_or(usual), transfer)
    }

    fn alpha_decoder(&self) -> Option<&'static str> {
        let is_tagged = self.tags.get("alpha_mode") == Some("1");
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

    /// The size when shown.
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

/// A ratio of two numbers, both nonzero.
fn ratio(text: Option<&str>, mark: char) -> Option<(f64, f64)> {
    let (over, under) = text?.split_once(mark)?;
    let (over, under): (f64, f64) = (over.parse().ok()?, under.parse().ok()?);
    (over > 0.0 && under > 0.0 && over / under < 1e3 && under / over < 1e3).then_some((over, under))
}

/// The file's matrix, and the one of the delivered frames.
fn matrices(stream: &Stream, size: Size) -> (&'static str, Matrix) {
    let by_size = matrix_by_size(size);
    match stream.color_space.as_deref() {
        Some("bt709") => ("bt709", Matrix::Bt709),
        Some("bt470bg" | "smpte170m") => ("bt601", Matrix::Bt601),
        Some("fcc") => ("fcc", Matrix::Bt601),
        Some("smpte240m") => ("smpte240m", Matrix::Bt709),
        Some("bt2020nc" | "bt2020c") => ("bt2020", Matrix::Bt709),
        // JPEG has no other matrix.
        _ if stream.pix_fmt.as_deref().is_some_and(|f| f.starts_with("yuvj")) => {
            ("bt601", Matrix::Bt601)
        }
        _ => (swscale_name(by_size), by_size),
    }
}

/// The matrix of a picture that does not state one.
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
    fn what_stands_beside_the_picture_is_known() {
        let tracks = info(
            r#"{"streams":[{"codec_type":"video","width":8,"height":8},
            {"index":1,"codec_type":"audio","codec_name":"aac","tags":{"language":"ger"}},
            {"index":2,"codec_type":"subtitle","codec_name":"subrip","tags":{"TITLE":"t"}}],
            "chapters":[{"start_time":"0.5","end_time":"2","tags":{"title":"one"}},{}],
            "format":{"tags":{"TITLE":"A","title":"b","DATE":"2024","location":"+1+2/"}}}"#,
        );
        let tracks = tracks.unwrap().tracks;
        let [sound, words] = [&tracks.sounds[0], &tracks.subtitles[0]];
        assert_eq!(
            (sound.stream, &*sound.codec, sound.language.as_deref()),
            (1, "aac", Some("ger"))
        );
        assert_eq!((words.stream, &*words.codec, words.title.as_deref()), (2, "subrip", Some("t")));
        assert_eq!((tracks.chapters.len(), tracks.chapters[0].start), (1, 0.5));
        assert_eq!(tracks.tags, [("title", "b".to_owned()), ("date", "2024".to_owned())]);
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
