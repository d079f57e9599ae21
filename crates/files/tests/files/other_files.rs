//! No file makes the decoder read another one.

use crate::common::{Folder, ffmpeg};
use backlot_files::{
    FilesError, Intake, LoopOptions, LoopedVideo, VideoInfo, VideoOptions, VideoSource,
};
use backlot_media::{Matrix, Size};
use std::path::Path;

const WHITE: &str = "-f lavfi -i color=white:s=32x18:r=5:d=1";

/// An ID3 tag and bytes that are not UTF-8, which ffmpeg skips before it looks for a format.
const ID3: &[u8] = b"ID3\x03\0\0\0\0\0\x0eTIT2\0\0\0\x06\0\0\xff\xfe\xff\xff";

/// The ways in which a user's file is read as a video; each probes it first.
fn is_refused(path: &Path) {
    let error = VideoInfo::read(path, &Intake::default());
    let error = error.expect_err(&format!("{} is read", path.display()));
    let is_refusal = matches!(error, FilesError::NotMedia { .. } | FilesError::Damaged { .. });
    assert!(is_refusal, "{}: {error}", path.display());
}

fn is_refused_in_all_ways(path: &Path) {
    let size = Size::new(32, 18).unwrap();
    is_refused(path);
    assert!(Intake::default().probe(path).is_err());
    assert!(VideoSource::open(path, &VideoOptions::default()).is_err());
    assert!(LoopedVideo::open(path, &LoopOptions::new(size, Matrix::Bt601)).is_err());
}

#[test]
fn lists_behind_other_bytes_are_refused() {
    let folder = Folder::new();
    let private = folder.at("private.ts");
    ffmpeg(WHITE, &private);
    let private = private.display();
    let hls = |name: &str| {
        format!(
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.0,\n{name}\n#EXT-X-ENDLIST\n"
        )
    };
    let dash = format!(
        "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" \
         profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\" type=\"static\"><Period><AdaptationSet \
         contentType=\"video\"><Representation id=\"a\" mimeType=\"video/mp4\"><BaseURL>{private}</BaseURL>\
         </Representation></AdaptationSet></Period></MPD>"
    );
    let pipe = folder.at("pipe.ts");
    let (kind, mode) =
        (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR);
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, mode, 0).unwrap();
    let lists = [
        ("hls", hls(&private.to_string())),
        ("hls with a protocol", hls(&format!("file://{private}"))),
        ("hls with a pipe", hls(&pipe.display().to_string())),
        ("concat", format!("ffconcat version 1.0\nfile '{private}'\n")),
        ("dash", dash),
        ("sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=a\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n".into()),
        ("dvd", format!("# VobSub index file, v7\nid: en, index: 0\ntimestamp: 00:00:00:000, filepos: 0\n# {private}\n")),
    ];
    for (name, list) in &lists {
        for (kind, head) in [("plain", &b""[..]), ("tagged", ID3)] {
            let path = folder.at(&format!("{kind} {name}.mp4"));
            std::fs::write(&path, [head, list.as_bytes(), b"\xff\n"].concat()).unwrap();
            is_refused(&path);
        }
    }
    is_refused_in_all_ways(&folder.at("tagged hls.mp4"));
}

#[test]
fn a_name_with_a_number_in_it_is_no_pattern() {
    let folder = Folder::new();
    for ending in ["jp2", "tga", "jpg", "png"] {
        let other = folder.at(&format!("s001.{ending}"));
        let codec = match ending {
            "jp2" => "jpeg2000",
            "tga" => "targa",
            "jpg" => "mjpeg",
            _ => "png",
        };
        ffmpeg(&format!("{WHITE} -frames:v 1 -f image2 -c:v {codec}"), &other);
        let path = folder.at(&format!("s%03d.{ending}"));
        std::fs::write(&path, b"\x01\xff\xfenothing that is a picture").unwrap();
        let errors = [
            Intake::default().probe(&path).map(drop),
            VideoInfo::read(&path, &Intake::default()).map(drop),
        ];
        assert!(errors.iter().all(Result::is_err), "{ending}: {errors:?}");
    }
}

/// QuickTime files can name the file that holds their pictures.
#[test]
fn a_film_whose_pictures_are_elsewhere_is_not_followed() {
    let folder = Folder::new();
    let path = folder.at("a.mov");
    ffmpeg(&format!("{WHITE} -c:v mpeg4"), &path);
    let film = std::fs::read(&path).unwrap();
    std::fs::write(folder.at("private.mov"), &film).unwrap();
    std::fs::write(&path, with_pictures_elsewhere(film, "private.mov")).unwrap();
    let frame = VideoSource::open(&path, &VideoOptions::default())
        .and_then(|mut source| source.next_video_frame());
    assert!(frame.is_err(), "{frame:?}");
}

/// Replaces the reference to the film itself by an alias to a file beside it, and the pictures by
/// nothing. The film's index comes last, so that no place in it changes.
fn with_pictures_elsewhere(mut film: Vec<u8>, name: &str) -> Vec<u8> {
    let find = |film: &[u8], name: &[u8]| film.windows(4).position(|w| w == name).unwrap();
    let data = find(&film, b"mdat");
    let length = u32::from_be_bytes(film[data - 4..data].try_into().unwrap()) as usize;
    film[data + 4..data - 4 + length].fill(0);
    let alias = alias(name);
    let old = find(&film, b"dref") + 12;
    assert!(film[old + 4..].starts_with(b"url "), "{:?}", &film[old..old + 12]);
    let grown = alias.len() as u32 - 12;
    film.splice(old..old + 12, alias);
    for name in [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"] {
        let at = find(&film, name) - 4;
        let size = u32::from_be_bytes(film[at..at + 4].try_into().unwrap()) + grown;
        film[at..at + 4].copy_from_slice(&size.to_be_bytes());
    }
    film
}

/// An entry of `dref` (QuickTime File Format Specification; Alias Manager records).
fn alias(name: &str) -> Vec<u8> {
    let mut alias = vec![0; 162];
    alias[4..8].copy_from_slice(b"alis");
    alias[62] = name.len() as u8;
    alias[63..63 + name.len()].copy_from_slice(name.as_bytes());
    // One folder up from the film, and one down to the other.
    alias[142..146].copy_from_slice(&[0, 1, 0, 1]);
    let path = format!("disk:{name}");
    alias.extend([&[0, 2][..], &(path.len() as u16).to_be_bytes(), path.as_bytes()].concat());
    alias.resize(alias.len().next_multiple_of(2), 0);
    alias.extend([0xff, 0xff, 0, 0]);
    let length = (alias.len() as u32).to_be_bytes();
    alias[..4].copy_from_slice(&length);
    alias
}
