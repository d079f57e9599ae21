//! How much memory stills take: no more than allowed, and no more than available.

use crate::common::Folder;
use backlot_files::{Budget, FilesError, Intake, StillReader, read_picture};
use std::path::Path;
use std::process::Command;

/// Tells [`reads_for_its_parent`] what to read.
const ORDER: &str = "BACKLOT_TEST_READS";

/// Reads one picture in a separate process, so that its memory can be measured and limited.
#[test]
fn reads_for_its_parent() {
    let Some(path) = std::env::var_os(ORDER) else { return };
    let found = match read_picture(Path::new(&path), &Intake::default()) {
        Ok(picture) => picture.size().to_string(),
        Err(error) => error.to_string(),
    };
    let still = StillReader::default().read(Path::new(&path), &Intake::default());
    let still = still.map_or_else(|error| error.to_string(), |frame| frame.size().to_string());
    assert_eq!(still, found);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("found: {found}\npeak: {}", peak.trim().trim_end_matches(" kB"));
}

/// The result of reading it, and the process's peak in megabytes; with less address space if `limit`.
fn read_apart(path: &Path, limit: Option<u64>) -> (String, u64) {
    let this = std::env::current_exe().unwrap();
    let limit = limit.map_or_else(|| "unlimited".to_owned(), |mb| (mb * 1000).to_string());
    let script =
        format!("ulimit -v {limit}; exec \"$0\" --exact peaks::reads_for_its_parent --nocapture");
    let output =
        Command::new("sh").args(["-c", &script]).arg(this).env(ORDER, path).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {text} {said}", path.display());
    let line = |name: &str| {
        text.lines().find_map(|line| Some(line.split_once(name)?.1.to_owned())).expect(&text)
    };
    (line("found: "), line("peak: ").parse::<u64>().unwrap() / 1000)
}

pub fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let sum = crc([&name[..], body].concat().as_slice());
    [&(body.len() as u32).to_be_bytes()[..], name, body, &sum.to_be_bytes()].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

/// Headers that announce a picture of this size, and almost no data.
fn bombs(side: u16) -> Vec<(&'static str, Vec<u8>)> {
    let (be, le) = (side.to_be_bytes(), side.to_le_bytes());
    let png = |depth: u8, color: u8, interlaced: u8| {
        let size = [[0, 0], be, [0, 0], be].concat();
        let head = chunk(b"IHDR", &[&size[..], &[depth, color, 0, 0, interlaced]].concat());
        [b"\x89PNG\r\n\x1a\n".to_vec(), head, chunk(b"IDAT", &[0x78, 1])].concat()
    };
    let bmp = |bits: u8, compression: u8| {
        let head = [&[0; 4][..], &[54, 4, 0, 0, 40, 0, 0, 0], &le, &[0, 0], &le, &[0, 0]].concat();
        [&b"BM\0\0\0\0"[..], &head, &[1, 0, bits, 0, compression, 0, 0, 0], &[0; 1100]].concat()
    };
    let gif = [
        b"GIF89a",
        &le[..],
        &le,
        &[0x80, 0, 0, 0, 0, 0, 1, 1, 1, 0x2c, 0, 0, 0, 0],
        &le,
        &le,
        &[0, 2, 2, 0x44, 1, 0, 0x3b],
    ]
    .concat();
    let jpeg = |start: u8| {
        let frame =
            [&[0xff, start, 0, 17, 8][..], &be, &be, &[3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]];
        let scan = [0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0, 1, 2, 3, 0xff, 0xd9];
        [&[0xff, 0xd8][..], &frame.concat(), &scan].concat()
    };
    let webp = |name: &[u8; 4], body: &[u8]| {
        let inner = [b"WEBP", &name[..], &(body.len() as u32).to_le_bytes(), body].concat();
        [b"RIFF", &(inner.len() as u32).to_le_bytes()[..], &inner].concat()
    };
    let last = u32::from(side) - 1;
    let lossless = [&[0x2f][..], &(last | (last << 14)).to_le_bytes(), &[0; 7]].concat();
    let lossy = [&[0x10, 0, 0, 0x9d, 1, 0x2a][..], &le, &le, &[0; 22]].concat();
    vec![
        ("16-bit.png", png(16, 6, 0)),
        ("16-bit-interlaced.png", png(16, 6, 1)),
        ("1-bit.png", png(1, 0, 0)),
        ("true.bmp", bmp(24, 0)),
        ("run-lengths.bmp", bmp(8, 1)),
        ("a.gif", gif),
        ("baseline.jpg", jpeg(0xc0)),
        ("progressive.jpg", jpeg(0xc2)),
        ("lossless.webp", webp(b"VP8L", &lossless)),
        ("lossy.webp", webp(b"VP8 ", &lossy)),
        ("float.tiff", tiff(side, 32, 3, 4)),
        ("wide.tiff", tiff(side, 16, 1, 4)),
        ("inks.tiff", tiff(side, 8, 1, 4)),
    ]
}

/// Not compressed, with one strip, which is missing.
fn tiff(side: u16, bits: u16, format: u16, channels: u16) -> Vec<u8> {
    let ink = bits == 8;
    let short = |tag: u16, value: u16| (tag, 3_u16, 1_u32, u32::from(value));
    let bytes = u32::from(side) * u32::from(side) / 8;
    let entries = [
        short(256, side),
        short(257, side),
        short(258, bits),
        short(259, 1),
        short(262, if ink { 5 } else { 2 }),
        (273, 4, 1, 8),
        short(277, channels),
        short(278, side),
        (279, 4, 1, bytes),
        short(339, format),
    ];
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        file.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    file.extend([0; 4]);
    file
}

#[test]
fn bombs_are_refused_by_their_headers() {
    let folder = Folder::new();
    for (name, bytes) in bombs(16_383) {
        let path = folder.at(name);
        std::fs::write(&path, bytes).unwrap();
        let (found, peak) = read_apart(&path, None);
        assert!(found.contains("more than the 600 MB that a file may take"), "{name}: {found}");
        assert!(peak < 100, "{name}: {peak} MB");
    }
}

#[test]
fn what_is_announced_is_taken_only_where_the_system_has_it() {
    let folder = Folder::new();
    for (name, bytes) in bombs(6000) {
        let path = folder.at(name);
        std::fs::write(&path, bytes).unwrap();
        let (found, peak) = read_apart(&path, None);
        assert!(peak < 700, "{name}: {peak} MB, {found}");
        // 36 million pixels take 144 MB at least.
        let (found, _) = read_apart(&path, Some(140));
        let expected = ["which the system doesn't have", "more than the 600 MB"];
        assert!(expected.iter().any(|words| found.contains(words)), "{name}: {found}");
    }
}

#[test]
fn a_budget_of_ones_own_is_kept_and_told() {
    let folder = Folder::new();
    let path = folder.at("a.png");
    image::RgbImage::new(1000, 1000).save(&path).unwrap();
    let with = |bytes| Intake { budget: Budget::new(bytes), ..Intake::default() };
    assert!(read_picture(&path, &with(9_500_000)).is_ok());
    let error = read_picture(&path, &with(5_000_000)).unwrap_err();
    assert!(matches!(error, FilesError::Budget { .. }), "{error}");
    assert!(error.to_string().contains("takes 9 MB to decode, more than the 5 MB"), "{error}");
}

#[test]
fn a_panorama_is_made_smaller() {
    let folder = Folder::new();
    for name in ["a.png", "a.jpg", "a.bmp", "a.tiff"] {
        let path = folder.at(name);
        let color = |x: u32| if x < 10_001 { [200, 30, 40] } else { [20, 60, 180] };
        image::RgbImage::from_fn(20_001, 101, |x, _| image::Rgb(color(x))).save(&path).unwrap();
        let picture = read_picture(&path, &Intake::default()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((picture.size().width, picture.size().height), (10_001, 51), "{name}");
        let row = picture.frame().plane(0).row(50);
        for (x, expected) in [(0, [200, 30, 40]), (10_000, [20, 60, 180])] {
            let near = row[4 * x..].iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 4);
            assert!(near, "{name}: {:?}", &row[4 * x..][..4]);
        }
    }
}
