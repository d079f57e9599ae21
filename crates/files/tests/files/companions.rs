//! What a result takes from a video besides its picture: subtitles, chapters, title, dates.

use crate::common::{Folder, ffmpeg, ffmpeg_says};
use backlot_files::{Companions, VideoOptions, VideoOutOptions, VideoSink, VideoSource};
use backlot_media::Source;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Copies a part of one file to the other, as a job does.
fn carry(from: &Path, to: &Path, start: Duration, limit: Option<Duration>) -> Vec<String> {
    let options = VideoOptions { start, limit, ..VideoOptions::default() };
    let mut source = VideoSource::open(from, &options).unwrap();
    let mut options = VideoOutOptions::new(source.size(), source.rate().unwrap(), source.color());
    options.companions = Some(Companions::of_video(from, source.info(), start, limit));
    let mut sink = VideoSink::create(to, &options).unwrap();
    while let Some(frame) = source.next_video_frame().unwrap() {
        sink.write(&frame).unwrap();
    }
    sink.complete().unwrap()
}

fn carry_all(from: &Path, to: &Path) -> Vec<String> {
    carry(from, to, Duration::ZERO, None)
}

/// What ffprobe reports about its contents.
fn told(path: &Path) -> String {
    let mut command = Command::new("ffprobe");
    command.args(["-v", "error", "-show_streams", "-show_format", "-show_chapters"]);
    let output = command.arg(path).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// When its first subtitles show, and their text; within a tenth of a second, as containers begin a
/// little later because of the sound.
fn check(path: &Path, expected: &[(f64, f64, &str)]) {
    let what = path.display().to_string();
    let text = ffmpeg_says(&["-i", &what, "-map", "0:s:0", "-f", "srt", "-"]);
    let seconds = |time: &str| {
        let (minute, rest) = time.rsplit_once(':').unwrap();
        assert_eq!(minute, "00:00");
        rest.replace(',', ".").parse::<f64>().unwrap()
    };
    let blocks: Vec<_> = text.trim().split("\n\n").collect();
    assert_eq!(blocks.len(), expected.len(), "{what}: {text}");
    for (block, (from, to, says)) in blocks.into_iter().zip(expected) {
        let mut lines = block.lines().skip(1);
        let (begin, end) = lines.next().unwrap().split_once(" --> ").unwrap();
        let words = lines.next().unwrap().replace("<i>", "").replace("</i>", "");
        assert_eq!(words, *says, "{what}");
        let error = (seconds(begin) - from).abs().max((seconds(end) - to).abs());
        assert!(error < 0.1, "{what}: {block}");
    }
}

/// Four seconds with a tone in two languages, subtitles, chapters, a title, a date and a place.
fn talk(folder: &Folder) -> PathBuf {
    let (text, info, path) = (folder.at("a.srt"), folder.at("a.txt"), folder.at("talk.mkv"));
    let lines = "1\n00:00:00,200 --> 00:00:00,800\nHello\n\n2\n00:00:01,000 --> 00:00:03,000\n\
        <i>Still</i> here\n\n3\n00:00:03,600 --> 00:00:03,900\nBye\n";
    std::fs::write(&text, lines).unwrap();
    let chapter = |start, end, title| {
        format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n")
    };
    let chapters =
        [chapter(0, 1500, "one"), chapter(1500, 3000, "two"), chapter(3000, 4000, "three")];
    std::fs::write(&info, format!(";FFMETADATA1\ntitle=My \\= talk\n{}", chapters.concat()))
        .unwrap();
    let made = format!(
        "-f lavfi -i testsrc=s=64x48:r=25:d=4 -f lavfi -i sine=d=4 -f lavfi -i sine=880:d=4 -i {} -i {} \
         -map 0 -map 1 -map 2 -map 3 -map_metadata 4 -map_chapters 4 -metadata date=2024-05-01 \
         -metadata creation_time=2024-05-02T10:00:00Z -metadata location=+1+2/ \
         -metadata:s:a:0 language=ger -metadata:s:a:1 language=ita -metadata:s:s:0 language=dan \
         -c:s srt -c:a alac -g 100 -pix_fmt yuv420p",
        text.display(),
        info.display()
    );
    ffmpeg(&made, &path);
    path
}

#[test]
fn each_container_takes_what_goes_with_the_picture() {
    let folder = Folder::new();
    let from = talk(&folder);
    for (ending, codec) in
        [("mp4", "mov_text"), ("mkv", "subrip"), ("webm", "webvtt"), ("mov", "mov_text")]
    {
        let to = folder.at(&format!("b.{ending}"));
        let notices = carry_all(&from, &to);
        assert_eq!(notices.len(), usize::from(ending == "webm"), "{notices:?}");
        let found = told(&to);
        let codec = format!("codec_name={codec}");
        let wanted =
            [&*codec, "title=My = talk", "title=one", "title=three", "2024-05-01", "2024-05-02"];
        let languages = ["language=ger", "language=ita", "language=dan"];
        for wanted in wanted.into_iter().chain(languages) {
            assert!(found.contains(wanted), "{ending} without {wanted}: {found}");
        }
        assert!(!found.contains("+1+2"), "{ending} tells where it was made");
        check(&to, &[(0.2, 0.8, "Hello"), (1.0, 3.0, "Still here"), (3.6, 3.9, "Bye")]);
    }
    let again = folder.at("again.mkv");
    assert_eq!(carry_all(&folder.at("b.mp4"), &again), Vec::<String>::new());
    check(&again, &[(0.2, 0.8, "Hello"), (1.0, 3.0, "Still here"), (3.6, 3.9, "Bye")]);
    assert!(told(&again).contains("title=two"));
}

#[test]
fn a_part_has_the_subtitles_and_chapters_that_show_in_it() {
    let folder = Folder::new();
    let from = talk(&folder);
    for ending in ["mkv", "mp4", "webm"] {
        let to = folder.at(&format!("part.{ending}"));
        carry(&from, &to, Duration::from_secs(2), Some(Duration::from_millis(1700)));
        let found = told(&to);
        check(&to, &[(0.0, 1.0, "Still here"), (1.6, 1.7, "Bye")]);
        assert!(found.contains("language=dan") && found.contains("title=My = talk"), "{found}");
        let chapters: Vec<_> = found
            .lines()
            .filter_map(|line| {
                let is_chapter = line.starts_with("TAG:title=t");
                is_chapter.then_some(line).or_else(|| line.strip_prefix("end_time="))
            })
            .collect();
        assert_eq!(
            chapters,
            ["1.000000", "TAG:title=two", "1.700000", "TAG:title=three"],
            "{ending}"
        );
    }
}

#[test]
fn subtitles_that_are_pictures_go_where_they_can_and_are_named_elsewhere() {
    let folder = Folder::new();
    let from = folder.at("a.mkv");
    // ffmpeg makes subtitles that are pictures only from others like them.
    let made = "-f lavfi -i testsrc=s=64x48:r=25:d=1 -c:v libx264 -pix_fmt yuv420p";
    ffmpeg(made, &from);
    let path = folder.at("pictures.sup");
    std::fs::write(&path, presentation()).unwrap();
    let both = folder.at("both.mkv");
    let words = format!("-i {} -f sup -i {} -map 0 -map 1 -c copy", from.display(), path.display());
    ffmpeg(&words, &both);
    let [mkv, mp4] = ["b.mkv", "b.mp4"].map(|name| folder.at(name));
    assert_eq!(carry_all(&both, &mkv), Vec::<String>::new());
    assert!(told(&mkv).contains("codec_name=hdmv_pgs_subtitle"));
    let notices = carry_all(&both, &mp4);
    assert!(notices.len() == 1 && notices[0].contains("mkv can"), "{notices:?}");
    let notices = carry(&both, &folder.at("part.mkv"), Duration::from_millis(200), None);
    assert!(notices.len() == 1 && notices[0].contains("can't be cut"), "{notices:?}");
}

/// The shortest stream of Blu-ray subtitles, which shows nothing.
fn presentation() -> Vec<u8> {
    let segment = |time: u32, kind: u8, body: &[u8]| {
        let length = (body.len() as u16).to_be_bytes();
        [b"PG", &time.to_be_bytes()[..], &[0; 4], &[kind], &length, body].concat()
    };
    let shown = [0, 64, 0, 48, 0x10, 0, 1, 0x80, 0, 0, 0];
    [90_00_u32, 45_000]
        .into_iter()
        .flat_map(|time| [segment(time, 0x16, &shown), segment(time, 0x80, &[])].concat())
        .collect()
}
