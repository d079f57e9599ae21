//! Animated pictures: damage, memory, and transparency in them and in stills.

use crate::common::{Folder, assert_near, ffmpeg, rgb_at};
use backlot_files::{
    BEHIND_TRANSPARENT, InputKind, Intake, LoopOptions, LoopedVideo, VideoOptions, VideoSource,
    picture_to_frame, read_picture,
};
use backlot_media::{ColorSpace, Frame, Matrix, Size, Timestamp};
use backlot_scene::Fit;
use image::{Rgba, RgbaImage};
use std::path::{Path, PathBuf};

/// Frames of a square that moves over transparent pixels, which have a hidden colour.
fn drawn(index: u32, hidden: [u8; 3]) -> RgbaImage {
    let mut state = index + 1;
    RgbaImage::from_fn(64, 48, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [r, g, b] = hidden;
        let is_seen = (x + 4 * index) % 64 >= 32 && y >= 8;
        let shade = (state >> 28) as u8;
        if is_seen { Rgba([40, 160 + shade, 90, 255]) } else { Rgba([r, g, b, 0]) }
    })
}

fn frames_in(folder: &Folder, count: u32) -> String {
    for index in 0..count {
        drawn(index, [250, 20, 30]).save(folder.at(&format!("f{index}.png"))).unwrap();
    }
    format!("-framerate 10 -i {}", folder.at("f%d.png").display())
}

/// An animated WebP of lossless frames, with transparency.
fn animated_webp(path: &Path, count: u32) {
    let chunk = |name: &[u8; 4], body: &[u8]| {
        let length = (body.len() as u32).to_le_bytes();
        [&name[..], &length, body, &[0][..body.len() % 2]].concat()
    };
    let frames = (0..count).flat_map(|index| {
        let mut still = std::io::Cursor::new(Vec::new());
        drawn(index, [250, 20, 30]).write_to(&mut still, image::ImageFormat::WebP).unwrap();
        let still = still.into_inner();
        // After the file's header comes the picture's chunk, perhaps after another one.
        let at = still.windows(4).position(|name| name == b"VP8L").unwrap();
        // Neither blended with the previous frame, nor kept.
        let head = [0, 0, 0, 0, 0, 0, 63, 0, 0, 47, 0, 0, 100, 0, 0, 3];
        chunk(b"ANMF", &[&head[..], &still[at..]].concat())
    });
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[0x12, 0, 0, 0, 63, 0, 0, 47, 0, 0]),
        chunk(b"ANIM", &[0, 0, 0, 0, 0, 0]),
        frames.collect(),
    ];
    std::fs::write(path, chunk(b"RIFF", &body.concat())).unwrap();
}

fn animations(folder: &Folder) -> Vec<PathBuf> {
    let words = frames_in(folder, 8);
    let [gif, apng, webp] = ["a.gif", "a.apng", "a.webp"].map(|name| folder.at(name));
    let split = "-vf split[a][b];[a]palettegen[p];[b][p]paletteuse=alpha_threshold=128";
    ffmpeg(&format!("{words} {split} -plays 0"), &gif);
    ffmpeg(&format!("{words} -f apng -plays 0"), &apng);
    animated_webp(&webp, 8);
    vec![gif, apng, webp]
}

/// Whether no hidden colour shows: the red one.
fn assert_not_red(frame: &Frame, what: &str) {
    let Size { width, height } = frame.size();
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x as usize, y as usize))) {
        let [r, g, _] = rgb_at(frame, x, y);
        assert!(r < 60 || r < g + 25, "{what} at {x}, {y}: {:?}", rgb_at(frame, x, y));
    }
}

#[test]
fn what_is_transparent_is_black_in_every_kind_of_picture_at_every_size() {
    let folder = Folder::new();
    for path in animations(&folder) {
        for size in
            [None, Some(Size { width: 31, height: 23 }), Some(Size { width: 160, height: 120 })]
        {
            let what = format!("{} {size:?}", path.display());
            let options = VideoOptions { size, ..VideoOptions::default() };
            let mut source = VideoSource::open(&path, &options).unwrap();
            let frame = source.next_video_frame().unwrap().unwrap();
            assert_not_red(&frame, &what);
            let Size { width, height } = frame.size();
            let (x, y) = (width as usize / 4, height as usize / 2);
            assert_near(rgb_at(&frame, x, y), [0; 3], 12, &what);
            assert_near(rgb_at(&frame, 3 * x, y), [40, 168, 90], 24, &what);
        }
        let options = VideoOptions { keeps_alpha: true, ..VideoOptions::default() };
        let mut source = VideoSource::open(&path, &options).unwrap();
        let alpha = source.next_shot().unwrap().unwrap().alpha.unwrap();
        assert_eq!([16, 48].map(|x| alpha.plane().row(24)[x]), [0, 255], "{}", path.display());
        let options = LoopOptions::new(Size { width: 90, height: 60 }, Matrix::Bt709);
        let mut background = LoopedVideo::open(&path, &options).unwrap();
        let frame = background.frame_at(Timestamp::default()).unwrap();
        assert_not_red(frame, &format!("{} as background", path.display()));
    }
    for ending in ["png", "webp", "tiff", "gif", "bmp", "tga"] {
        let path = folder.at(&format!("still.{ending}"));
        drawn(0, [250, 20, 30]).save(&path).unwrap();
        let picture = read_picture(&path, &Intake::default()).unwrap();
        for size in
            [picture.size(), Size { width: 31, height: 23 }, Size { width: 160, height: 120 }]
        {
            let frame = picture_to_frame(
                &picture,
                size,
                Fit::Stretch,
                ColorSpace::BT709,
                BEHIND_TRANSPARENT,
            );
            assert_not_red(&frame, ending);
            let (x, y) = (size.width as usize / 4, size.height as usize / 2);
            assert_near(rgb_at(&frame, x, y), [0; 3], 4, ending);
        }
    }
}

#[test]
fn animations_that_are_cut_off() {
    let folder = Folder::new();
    for path in animations(&folder) {
        let whole = std::fs::read(&path).unwrap();
        for percent in [40, 70, 95] {
            std::fs::write(&path, &whole[..whole.len() * percent / 100]).unwrap();
            let what = format!("{} at {percent} %", path.display());
            let mut frames = 0;
            let options = VideoOptions::default();
            let mut source =
                VideoSource::open(&path, &options).unwrap_or_else(|e| panic!("{what}: {e}"));
            while source.next_video_frame().unwrap_or_else(|e| panic!("{what}: {e}")).is_some() {
                frames += 1;
            }
            let warning = options.intake.report.take();
            assert!(frames >= 2, "{what}: {frames} frames");
            assert!(!warning.is_empty(), "{what}: no word");
            assert!(warning[0].to_string().contains("is damaged or cut short"), "{}", warning[0]);
            let intake = Intake { strict: true, ..Intake::default() };
            let options = VideoOptions { intake, ..VideoOptions::default() };
            let strict = VideoSource::open(&path, &options).and_then(|mut source| {
                while source.next_video_frame()?.is_some() {}
                Ok(())
            });
            assert!(strict.is_err(), "{what}: with strict");
        }
    }
}

#[test]
fn canvases_that_take_too_much_are_refused() {
    let folder = Folder::new();
    for mut path in animations(&folder) {
        let mut bytes = std::fs::read(&path).unwrap();
        match path.extension().and_then(|e| e.to_str()) {
            Some("gif") => bytes[6..10].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]),
            Some("webp") => bytes[24..30].copy_from_slice(&[0xfe, 0x3f, 0, 0xfe, 0x3f, 0]),
            _ => {
                let size = [0, 0, 0x3f, 0xff, 0, 0, 0x3f, 0xff];
                let frame = bytes.windows(4).position(|name| name == b"fcTL").unwrap() + 4;
                for (name, start, end, at) in
                    [(b"IHDR", 16, 29, 16), (b"fcTL", frame, frame + 26, frame + 4)]
                {
                    bytes[at..at + 8].copy_from_slice(&size);
                    let chunk = crate::peaks::chunk(name, &bytes[start..end]);
                    bytes[start - 8..end + 4].copy_from_slice(&chunk);
                }
            }
        }
        path.set_file_name("bomb");
        std::fs::write(&path, bytes).unwrap();
        assert!(matches!(Intake::default().probe(&path).unwrap(), InputKind::Video(_)));
        let error = VideoSource::open(&path, &VideoOptions::default());
        let error = error.map(drop).unwrap_err().to_string();
        assert!(error.contains("more than the 600 MB"), "{error}");
    }
}
