//! Cameras that send pixels: what is shown is that of the whole picture, whoever looks at less of it.

use crate::in_part::{Asks, Film, SIZE, racing, studio_of};
use crate::scaled_in_part::{Looking, person, scene};
use backlot_media::{CameraMode, ColorSpace, Encoding, FrameRate, PixelFormat, RawPicture, Size};
use backlot_pipeline::live::Developer;
use backlot_pipeline::{Exposed, Stages};
use backlot_scene::Anchor;

const FORMATS: [PixelFormat; 2] = [PixelFormat::Yuyv, PixelFormat::Nv12];

fn camera(format: PixelFormat, size: Size) -> Developer {
    let (rate, encoding, color) = (FrameRate::FPS_30, Encoding::Raw(format), ColorSpace::JPEG);
    Developer::new(CameraMode { size, rate, encoding, color }).unwrap()
}

fn picture(film: &mut Film, index: u64) -> RawPicture<'_> {
    film.draw(index);
    let (stride, time) = (film.coded.plane(0).stride(), FrameRate::FPS_30.time_of(index));
    RawPicture { bytes: film.coded.bytes(), stride, time, sequence: index }
}

#[test]
fn somebody_cut_out_is_the_same_to_the_byte() {
    for (format, size) in FORMATS.into_iter().zip([SIZE, Size { width: 334, height: 212 }]) {
        for height in [100.0, 60.0] {
            let program = scene([person(1, height, Anchor::Bottom, |_| ())]);
            let mut studios = [(); 2].map(|()| studio_of(&program, size, |_| racing(Asks::Enough)));
            let mut cameras = [(); 2].map(|()| camera(format, size));
            let (mut film, mut stages) = (Film::of_size(format, size), Stages::default());
            for index in 0..6 {
                let raw = picture(&mut film, index);
                let exposed = cameras[0].expose(raw, &mut stages).unwrap();
                assert!(matches!(exposed, Exposed::Raw(_)));
                studios[0].accept(0, exposed);
                studios[1].accept(0, cameras[1].develop(raw, &mut stages).unwrap());
                let time = FrameRate::FPS_30.time_of(index);
                let [some, all] =
                    studios.each_mut().map(|studio| studio.draw(0, time, index).unwrap());
                assert_eq!(some.verdict, all.verdict);
                for (some, all) in some.picture.yuv().into_iter().zip(all.picture.yuv()) {
                    assert!(some.rows().eq(all.rows()), "{format} {height} {index}");
                }
            }
        }
    }
}

#[test]
fn what_is_looked_at_are_means_of_blocks() {
    for format in FORMATS {
        let program = scene([person(1, 100.0, Anchor::Bottom, |_| ())]);
        let mut studio = studio_of(&program, SIZE, |_| Box::new(Looking));
        let (mut camera, mut film) = (camera(format, SIZE), Film::of_size(format, SIZE));
        for index in 0..2 {
            let raw = picture(&mut film, index);
            studio.accept(0, camera.expose(raw, &mut Stages::default()).unwrap());
            studio.draw(0, FrameRate::FPS_30.time_of(index), index).unwrap();
        }
    }
}
