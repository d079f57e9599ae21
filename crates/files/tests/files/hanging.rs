//! Programs and files that never answer.

use crate::common::{Folder, ffmpeg};
use backlot_files::{
    FilesError, Intake, LoopOptions, LoopedVideo, Tools, VideoInfo, VideoOptions, VideoSource,
};
use backlot_media::{Matrix, Size, Source, Timestamp};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A program of this script. It must not be started by many at once: a file that is open to be
/// written can't be run.
fn program(folder: &Folder, name: &str, script: &str) -> PathBuf {
    let path = folder.at(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// The process whose number a script has written to a file.
fn noted(path: &Path) -> u32 {
    std::fs::read_to_string(path).unwrap().trim().parse().unwrap()
}

fn until_gone(pid: u32) {
    let start = Instant::now();
    let is_there = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, fields)| !fields.trim_start().starts_with('Z'))
    };
    while is_there() {
        assert!(start.elapsed() < Duration::from_secs(10), "process {pid} stays");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_probe_that_hangs_is_given_up_and_leaves_nobody_behind() {
    let folder = Folder::new();
    std::fs::write(folder.at("a.mp4"), [0, 0, 0, 32, b'f', b't', b'y', b'p', 0, 1, 2, 3]).unwrap();
    let note = folder.at("pid");
    let script = format!("sleep 1000 & echo $! > '{}'; wait", note.display());
    let ffprobe = program(&folder, "ffprobe", &script);
    let tools = Tools { ffprobe, ..Tools::default() };
    let start = Instant::now();
    let error =
        VideoInfo::read(&folder.at("a.mp4"), &Intake { tools, ..Intake::default() }).unwrap_err();
    assert!(start.elapsed() >= Duration::from_secs(9) && matches!(error, FilesError::Hangs { .. }));
    let said = error.to_string();
    assert!(said.ends_with("a.mp4' can't be read: ffprobe was not done after 10s"), "{said}");
    until_gone(noted(&note));
}

#[test]
fn a_decoder_that_hangs_in_the_middle_is_given_up() {
    let folder = Folder::new();
    ffmpeg("-f lavfi -i testsrc2=size=64x36:rate=10:duration=1", &folder.at("a.mkv"));
    let (note, piped) = (folder.at("pid"), folder.at("piped.nut"));
    // The times are those that the decoder is asked for.
    let words = "-frames:v 3 -vf setpts=PTS+100000/TB,format=yuv420p -c:v rawvideo -avoid_negative_ts disabled";
    ffmpeg(&format!("-i {} {words}", folder.at("a.mkv").display()), &piped);
    let script =
        format!("echo $$ > '{}'; cat '{}'; exec sleep 1000", note.display(), piped.display());
    let tools = Tools { ffmpeg: program(&folder, "ffmpeg", &script), ..Tools::default() };
    let intake = Intake { tools, ..Intake::default() };
    let options = VideoOptions { is_live: true, intake: intake.clone(), ..VideoOptions::default() };
    let mut source = VideoSource::open(&folder.at("a.mkv"), &options).unwrap();
    for _ in 0..2 {
        assert!(source.next_frame().unwrap().is_some());
    }
    let error = source.next_video_frame().unwrap_err();
    assert!(matches!(&error, FilesError::Hangs { why, .. } if why == "ffmpeg did nothing for 3s"));
    until_gone(noted(&note));
    // A loop does not mistake it for the end.
    let size = Size::new(64, 36).unwrap();
    let options = LoopOptions { intake, ..LoopOptions::new(size, Matrix::Bt709) };
    let mut video = LoopedVideo::open(&folder.at("a.mkv"), &options).unwrap();
    let later = Timestamp::from_nanos(500_000_000);
    assert!(matches!(video.frame_at(later), Err(FilesError::Hangs { .. })));
}
