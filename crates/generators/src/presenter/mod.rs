//! The presenter: a person who moves and talks in a room, drawn, with an exact matte.

mod figure;
mod lens;
mod look;
mod noise;
mod pose;
mod room;
mod source;
mod spec;

pub use source::PresenterSource;
pub use spec::{Hair, Light, PresenterSpec, Room};

use crate::paint::{Affine, Pen, Point, pt};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size};
use figure::Figure;
use lens::Lens;
use look::Look;
use noise::Noise;
use pose::Pose;

/// The least width of a picture, in pixels of one 720 high; in a narrower one the person shrinks.
const NARROWEST: f32 = 720.0;
/// Height of the pit of the neck over the lower border of a picture 720 high.
const NECK: f32 = 222.0;

/// A frame depends only on the specification, the size, the rate, the colour space and its index.
/// It has the same bytes on every machine, and frames can be drawn in any order.
#[derive(Debug)]
pub struct Presenter {
    spec: PresenterSpec,
    size: Size,
    rate: FrameRate,
    color: ColorSpace,
    scale: f32,
    looks: [Look; 2],
    room: Frame,
    pen: Pen,
    lens: Lens,
    noise: Noise,
}

impl Presenter {
    /// Draws the room and gets ready. It needs about 30 bytes a pixel.
    pub fn new(spec: &PresenterSpec, size: Size, rate: FrameRate, color: ColorSpace) -> Self {
        let (w, h) = (size.width as f32, size.height as f32);
        let scale = (h / 720.0).min(w / NARROWEST);
        let lens = Lens::new(size, color);
        let looks = [Look::new(spec), Look::new(&companion(spec))];
        Self {
            spec: *spec,
            size,
            rate,
            color,
            scale,
            room: room::draw(spec, size, scale, color, &lens),
            pen: Pen::new(size.width as usize, size.height as usize, color.matrix),
            noise: Noise::new(spec, looks[0].mood.noise),
            looks,
            lens,
        }
    }

    /// The specification.
    pub const fn spec(&self) -> &PresenterSpec {
        &self.spec
    }

    /// Size of the frames in pixels.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Frames per second.
    pub const fn rate(&self) -> FrameRate {
        self.rate
    }

    /// Colour space of the frames.
    pub const fn color(&self) -> ColorSpace {
        self.color
    }

    /// Draws frame `index` with its tags, and the share of each pixel that is person.
    ///
    /// # Panics
    /// If the frame isn't I420, or if it or the matte doesn't have the presenter's size.
    pub fn draw(&mut self, index: u64, frame: &mut Frame, mut truth: Option<&mut Matte>) {
        assert_eq!((frame.format(), frame.size()), (PixelFormat::I420, self.size), "wrong frame");
        lens::copy_planes(&self.room, frame);
        frame.color = self.color;
        frame.time = self.rate.time_of(index);
        frame.sequence = index;
        self.paint_people(index);
        if let Some(matte) = &mut truth {
            assert_eq!(matte.size(), self.size, "the matte has another size");
            matte.set_sequence(index);
        }
        self.lens.expose(&self.pen.canvas, frame, truth);
        for (plane, pixels) in frame.yuv_mut().into_iter().enumerate() {
            self.noise.add(index, plane as u64, pixels);
        }
    }

    /// How far the waving hand moved since the frame before, in pixels; 0 while it is down.
    pub fn hand_motion(&self, index: u64) -> f32 {
        let tip = |index| self.hand_tip(index);
        match (index.checked_sub(1).and_then(tip), tip(index)) {
            (Some(before), Some(now)) => (now - before).length(),
            _ => 0.0,
        }
    }

    /// The first index in `from..from + 900` whose hand moved by more than `pixels`.
    pub fn fast_hand_from(&self, from: u64, pixels: f32) -> Option<u64> {
        (from..from + 900).find(|&i| self.hand_motion(i) > pixels)
    }

    fn hand_tip(&self, index: u64) -> Option<Point> {
        let (spec, seconds) = (&self.spec, self.rate.time_of(index).secs_f64());
        if spec.people == 0 {
            return None;
        }
        let pose = Pose::at(seconds, spec.seed, spec.gesture);
        figure::hand_tip(&Figure::new(&self.looks[0], pose, self.place(self.first_place(), 1.0)))
    }

    fn paint_people(&mut self, index: u64) {
        let seconds = self.rate.time_of(index).secs_f64();
        let PresenterSpec { seed, people, gesture, .. } = self.spec;
        self.pen.canvas.clear();
        if people > 1 {
            let come = pose::visit(seconds);
            if come > 0.0 {
                let place = self.place(900.0 - 650.0 * come, 0.86);
                let pose = Pose::at(seconds + 31.0, seed.wrapping_add(7), false);
                Figure::new(&self.looks[1], pose, place).draw(&mut self.pen);
            }
        }
        if people > 0 {
            let place = self.place(self.first_place(), 1.0);
            let pose = Pose::at(seconds, seed, gesture);
            Figure::new(&self.looks[0], pose, place).draw(&mut self.pen);
        }
    }

    /// Where the first person is, to the right of the people's place.
    const fn first_place(&self) -> f32 {
        if self.spec.people > 1 { -170.0 } else { 0.0 }
    }

    /// From the coordinates of a person's body to pixels.
    fn place(&self, x: f32, size: f32) -> Affine {
        let k = self.scale;
        let foot =
            pt(self.size.width as f32 * self.spec.at as f32 + k * x, self.size.height as f32);
        Affine::shift(foot.x, foot.y).scaled(k * size, k * size).moved(0.0, -NECK)
    }
}

/// The second person, as unlike the first as possible.
fn companion(spec: &PresenterSpec) -> PresenterSpec {
    let hair = match spec.hair {
        Hair::None | Hair::Short => Hair::Bun,
        Hair::Long | Hair::Bun => Hair::Short,
        Hair::Curly => Hair::Long,
    };
    let skin = if spec.skin <= 3 { spec.skin + 3 } else { spec.skin - 3 };
    PresenterSpec { hair, skin, glasses: !spec.glasses, seed: spec.seed.wrapping_add(7), ..*spec }
}
