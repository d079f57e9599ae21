//! Cameras' pictures that are made only as far as they are seen. What isn't made is full of a colour that no camera
//! sees; nothing of it is ever shown.

use backlot_effects::Canvas;
use backlot_files::Intake;
use backlot_generators::{Presenter, PresenterSpec};
use backlot_kernels::{Converter, Level};
use backlot_matte::{Foreground, MatteError};
use backlot_media::{
    CameraMode, ColorSpace, Encoding, Frame, FrameRate, Latent, Matte, PixelFormat, RawPicture,
    Size, Tiles, View,
};
use backlot_pipeline::live::Developer;
use backlot_pipeline::{CameraId, Exposed, Keyer, Program, Stages, Studio, StudioOptions, Verdict};
use backlot_scene::config::{Config, READY_SCENES};
use backlot_scene::{Background, Replacement, Scene};

pub const SIZE: Size = Size { width: 320, height: 192 };

fn canvas() -> Canvas {
    Canvas::new(SIZE, ColorSpace::BT601, Level::best())
}

/// What a finder asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asks {
    /// What it shows and what is read around that.
    Enough,
    /// A part of what it shows.
    TooLittle,
}

/// Finds somebody round, with a soft edge, who is elsewhere in each picture.
struct Racing(Asks);

impl Racing {
    fn draw(sequence: u64, matte: &mut Matte) {
        let Size { width, height } = matte.size();
        let at = |far: u64, of: u64, side: u32| far as f32 / of as f32 * side as f32;
        let x = at(40 + sequence * 97 % 240, 320, width);
        let y = at(30 + sequence * 61 % 130, 192, height);
        let radius = 0.234 * height as f32;
        for (row, line) in matte.plane_mut().rows_mut().enumerate() {
            for (column, value) in line.iter_mut().enumerate() {
                let far = (column as f32 - x).hypot(row as f32 - y);
                *value = ((radius - far) * 20.0).clamp(0.0, 255.0) as u8;
            }
        }
        matte.set_sequence(sequence);
    }
}

impl Keyer for Racing {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        Self::draw(frame.sequence, matte);
        Ok(())
    }

    fn find_in(&mut self, picture: &mut dyn Latent, matte: &mut Matte) -> Result<(), MatteError> {
        Self::draw(picture.sequence(), matte);
        let size = matte.size();
        let mut wanted = Tiles::new(size, (2, 2));
        let reach = if self.0 == Asks::Enough { Foreground::reach(size) } else { 0 };
        for (y, row) in (0..).zip(matte.plane().rows()) {
            for (x, _) in (0_u32..).zip(row).filter(|(_, v)| **v > 0) {
                if self.0 == Asks::Enough || x % 64 > 20 {
                    let around = |at: u32| at.saturating_sub(reach)..at + reach + 1;
                    wanted.mark(around(x), around(y));
                }
            }
        }
        picture.tiles(&wanted);
        Ok(())
    }
}

/// What finds somebody who is elsewhere in each picture.
pub fn racing(asks: Asks) -> Box<dyn Keyer> {
    Box::new(Racing(asks))
}

/// Pictures as a camera sends them, coded like a frame of this format.
pub struct Film {
    presenter: Presenter,
    convert: Converter,
    /// The last picture.
    pub coded: Frame,
}

impl Film {
    pub fn new(format: PixelFormat) -> Self {
        Self::of_size(format, SIZE)
    }

    pub fn of_size(format: PixelFormat, size: Size) -> Self {
        let spec: PresenterSpec = "presenter".parse().unwrap();
        let (from, to) = ((PixelFormat::I420, ColorSpace::BT601), (format, ColorSpace::JPEG));
        Self {
            presenter: Presenter::new(&spec, size, FrameRate::FPS_30, ColorSpace::BT601),
            convert: Converter::new(from, to, size, Level::best()),
            coded: Frame::new(format, size),
        }
    }

    /// Draws a picture.
    pub fn draw(&mut self, index: u64) {
        let mut frame = Frame::new(PixelFormat::I420, self.coded.size());
        frame.color = ColorSpace::BT601;
        self.presenter.draw(index, &mut frame, None);
        self.convert.run(&frame, &mut self.coded);
    }

    pub fn jpeg(&mut self, index: u64) -> Vec<u8> {
        self.draw(index);
        backlot_mjpeg::encode(&self.coded, 88).unwrap()
    }
}

pub fn developer() -> Developer {
    developer_of(SIZE)
}

pub fn developer_of(size: Size) -> Developer {
    let (rate, encoding, color) = (FrameRate::FPS_30, Encoding::Jpeg, ColorSpace::BT601);
    Developer::new(CameraMode { size, rate, encoding, color }).unwrap()
}

pub fn raw(jpeg: &[u8], index: u64) -> RawPicture<'_> {
    let time = FrameRate::FPS_30.time_of(index);
    RawPicture { bytes: jpeg, stride: 0, time, sequence: index }
}

pub fn studio(program: &Program, asks: Asks) -> Studio {
    studio_of(program, SIZE, |_| Box::new(Racing(asks)))
}

/// A studio with a camera of some size.
pub fn studio_of(
    program: &Program,
    camera: Size,
    finder: impl Fn(View) -> Box<dyn Keyer>,
) -> Studio {
    let intake = Intake::default();
    let mut make = |_: &_, view| -> Result<Box<dyn Keyer>, _> { Ok(finder(view)) };
    let sizes = [(CameraId::Usual, camera)];
    let options = StudioOptions::new(canvas(), None, Default::default(), &intake);
    Studio::with_finders(program, StudioOptions { sizes: &sizes, ..options }, &mut make).unwrap()
}

/// The greatest difference between a scene's pictures that were made in part, and those that were made in whole.
fn worst(program: &Program, format: PixelFormat) -> u8 {
    compared(program, format, SIZE).0
}

/// The greatest difference between a scene's pictures of a camera that were made in part, and those that were made in
/// whole, and the share of the camera's that was made.
pub fn compared(program: &Program, format: PixelFormat, size: Size) -> (u8, f64) {
    let studio = || studio_of(program, size, |_| Box::new(Racing(Asks::Enough)));
    let (mut in_part, mut in_whole) = (studio(), studio());
    let (mut some, mut all) = (developer_of(size), developer_of(size));
    let mut film = Film::of_size(format, size);
    let (mut worst, mut stages) = (0, Stages::default());
    for index in 0..12 {
        let jpeg = film.jpeg(index);
        let cameras = in_part.cameras().len();
        for camera in 0..cameras {
            let exposed = some.expose(raw(&jpeg, index), &mut stages).unwrap();
            assert!(matches!(exposed, Exposed::Negative(_)), "{format}");
            in_part.accept(camera, exposed);
            in_whole.accept(camera, all.develop(raw(&jpeg, index), &mut stages).unwrap());
        }
        let time = FrameRate::FPS_30.time_of(index);
        let [some, all] =
            [&mut in_part, &mut in_whole].map(|studio| studio.draw(0, time, index).unwrap());
        assert_eq!(some.verdict, all.verdict);
        let differences = |(a, b): (backlot_media::Plane<'_>, backlot_media::Plane<'_>)| {
            let rows = a.rows().zip(b.rows());
            rows.flat_map(|(a, b)| a.iter().zip(b)).map(|(a, b)| a.abs_diff(*b)).max()
        };
        let planes = some.picture.yuv().into_iter().zip(all.picture.yuv());
        worst = worst.max(planes.filter_map(differences).max().unwrap());
    }
    (worst, in_part.made().map_or(1.0, |made| made.share))
}

pub const FORMATS: [PixelFormat; 3] = [PixelFormat::I422, PixelFormat::I420, PixelFormat::I444];

#[test]
fn ready_scenes_show_the_same_as_with_pictures_that_were_made_in_whole() {
    let document = Config::default().document;
    for ready in READY_SCENES {
        let scene = document.scene(ready.name).unwrap().form.scene();
        let program = Program::new(scene, &document);
        for format in FORMATS {
            assert_eq!(worst(&program, format), 0, "{} {format}", ready.name);
        }
    }
}

#[test]
fn somebody_cut_out_is_the_same_to_the_byte() {
    for effects in [&[][..], &["hologram"], &["blur:12"], &["gain:1.2", "invert"], &["mosaic:9"]] {
        for (mirror, light_wrap) in [(false, 0.3), (true, 0.0)] {
            let background: Background = "gradient:navy,white".parse().unwrap();
            let mut scene = Scene::replace(background, Replacement::default());
            let person = &mut scene.layers[1];
            person.effects = effects.iter().map(|effect| effect.parse().unwrap()).collect();
            (person.mirror, person.edge.light_wrap) = (mirror, light_wrap);
            for format in FORMATS {
                let program = scene.clone().into();
                assert_eq!(worst(&program, format), 0, "{effects:?} {mirror} {format}");
            }
        }
    }
}

#[test]
fn a_room_that_is_hidden_comes_from_a_quarter_of_the_picture() {
    // A cell that somebody nearly covers has the colour of few pixels, and in the quarter of fewer.
    for (background, most) in [("blur", 5), ("blur:80", 5), ("mosaic:64", 32)] {
        let scene = Scene::replace(background.parse().unwrap(), Replacement::default());
        let (worst, share) = compared(&scene.into(), FORMATS[0], SIZE);
        println!("{background}: at most {worst}, of {share:.2} of the picture");
        assert!(worst <= most, "{background}: {worst}");
        assert!(share < 0.5, "{background}: {share} of the picture was made");
    }
    let lightly = Scene::replace("blur:30".parse().unwrap(), Replacement::default());
    assert_eq!(worst(&lightly.into(), FORMATS[0]), 0, "a room that shows is made in whole");
}

#[test]
fn what_shows_more_than_was_made_gets_the_shield() {
    let scene = Scene::replace("navy".parse().unwrap(), Replacement::default());
    let mut studio = studio(&scene.into(), Asks::TooLittle);
    let (mut camera, mut film) = (developer(), Film::new(PixelFormat::I422));
    for index in 0..6 {
        let jpeg = film.jpeg(index);
        studio.accept(0, camera.expose(raw(&jpeg, index), &mut Stages::default()).unwrap());
        let finished = studio.draw(0, FrameRate::FPS_30.time_of(index), index).unwrap();
        assert!(matches!(finished.verdict, Verdict::Shield(_)));
        let luma = finished.picture.plane(0);
        let (least, most) = (luma.rows().flatten().min(), luma.rows().flatten().max());
        assert!(most <= least.map(|least| least + 1).as_ref(), "{index}: only the background");
    }
}
