//! The picture that viewers will see, while it is being drawn.

use crate::{Cleared, Image};
use backlot_kernels::{
    Blender, Level, blend_planes, compose, compose_under, opacity_byte, paint_planes, window,
    window_mut,
};
use backlot_media::{Frame, Matte, Plane, Rect};

/// A picture in the making: it consists of [`Image`]s and nothing else.
///
/// # Panics
/// Every way to draw panics if a picture must be cut out and nothing cuts it, or sizes differ: the
/// room is never let through by a mistake of the caller.
#[derive(Debug)]
pub struct Drawing {
    frame: Frame,
}

/// How an image lies over what is drawn already.
#[derive(Clone, Copy, Debug)]
pub struct Over<'a> {
    /// Which part of the image is drawn.
    pub part: Rect,
    /// Where that part's corner lies in the drawing; even numbers.
    pub at: (u32, u32),
    /// How much of each pixel of the image shows; `None` is all of it.
    pub cut: Option<Plane<'a>>,
    /// How much of the whole shows, `0.0..=1.0`.
    pub opacity: f32,
    /// How colours mix, if not by covering.
    pub blender: Option<&'a Blender>,
}

impl Drawing {
    /// A black picture with the tags of `memory`.
    pub fn black(mut memory: Frame) -> Self {
        memory.blacken();
        Self { frame: memory }
    }

    /// A copy of an image in other memory.
    pub fn copy(image: &Image, mut memory: Frame) -> Self {
        forbid_uncut(image, None);
        memory.copy_picture(image.picture());
        Self { frame: memory }
    }

    /// An image, in its own memory.
    pub fn of(image: Image) -> Self {
        forbid_uncut(&image, None);
        Self { frame: image.into_frame() }
    }

    /// An image over another, in other memory.
    pub fn composed(
        level: Level,
        mut memory: Frame,
        below: &Image,
        top: &Image,
        cut: Plane<'_>,
    ) -> Self {
        forbid_uncut(below, None);
        compose(level, &mut memory, below.picture(), top.picture(), cut);
        Self { frame: memory }
    }

    /// An image over another, in the upper one's memory.
    pub fn under(level: Level, top: Image, below: &Image, cut: Plane<'_>) -> Self {
        forbid_uncut(below, None);
        let mut frame = top.into_frame();
        compose_under(level, &mut frame, below.picture(), cut);
        Self { frame }
    }

    /// The part of an image that its cut leaves, unblended, and black elsewhere: for files that hold
    /// transparency beside the picture. `cut` has the size of the drawing.
    pub fn cut_out(&mut self, level: Level, image: &Image, over: &Over<'_>, cut: Plane<'_>) {
        let unblended = Over { cut: None, opacity: 1.0, blender: None, ..*over };
        forbid_uncut(image, Some(cut));
        self.lay(level, image, &unblended);
        blacken_outside(&mut self.frame, cut);
    }

    /// Draws a part of an image over what is there.
    pub fn place(&mut self, level: Level, image: &Image, over: &Over<'_>) {
        forbid_uncut(image, over.cut);
        self.lay(level, image, over);
    }

    fn lay(&mut self, level: Level, image: &Image, over: &Over<'_>) {
        let Rect { x, y, width, height } = over.part;
        let area = Rect { x: over.at.0, y: over.at.1, width, height };
        let bottom = window_mut(self.frame.yuv_mut(), area);
        let top = window(image.picture().yuv(), over.part);
        let cut = over.cut.map(|cut| {
            let [x, y, width, height] = [x, y, width, height].map(|v| v as usize);
            cut.crop(x, y, width, height)
        });
        let opacity = opacity_byte(over.opacity);
        match over.blender {
            Some(blender) => blender.blend(level, bottom, top, cut, opacity),
            None => blend_planes(level, bottom, top, cut, opacity),
        }
    }

    /// Paints a colour, in code values, by the part of a mask that lies at a place.
    pub fn paint(&mut self, level: Level, color: [u8; 3], mask: &Matte, over: &Over<'_>) {
        let Rect { x, y, width, height } = over.part;
        let area = Rect { x: over.at.0, y: over.at.1, width, height };
        let [x, y, width, height] = [x, y, width, height].map(|v| v as usize);
        let mask = mask.plane().crop(x, y, width, height);
        let bottom = window_mut(self.frame.yuv_mut(), area);
        paint_planes(level, bottom, color, mask, opacity_byte(over.opacity));
    }

    /// Changes the finished picture: effects on the whole.
    pub fn change(&mut self, change: impl FnOnce(&mut Frame)) {
        change(&mut self.frame);
    }

    pub(crate) const fn frame_mut(&mut self) -> &mut Frame {
        &mut self.frame
    }

    /// What is drawn so far.
    pub const fn picture(&self) -> &Frame {
        &self.frame
    }

    /// The drawing as an image of another drawing: a scene inside a scene.
    pub fn into_image(self) -> Image {
        Image::own(self.frame)
    }

    /// The finished picture.
    pub fn clear(self) -> Cleared {
        Cleared::drawn_of_images(self.frame)
    }
}

fn forbid_uncut(image: &Image, cut: Option<Plane<'_>>) {
    assert!(cut.is_some() || !image.must_be_cut(), "a picture with the room is never drawn uncut");
}

/// Blackens everything that a matte leaves out.
fn blacken_outside(frame: &mut Frame, matte: Plane<'_>) {
    let black = frame.color.range.black();
    let [mut luma, chroma @ ..] = frame.yuv_mut();
    for (row, seen) in luma.rows_mut().zip(matte.rows()) {
        row.iter_mut().zip(seen).filter(|(_, seen)| **seen == 0).for_each(|(v, _)| *v = black);
    }
    for mut plane in chroma {
        for (j, row) in plane.rows_mut().enumerate() {
            let pair = [2 * j, (2 * j + 1).min(matte.height() - 1)].map(|y| matte.row(y));
            for (i, value) in row.iter_mut().enumerate() {
                let span = 2 * i..(2 * i + 2).min(matte.width());
                if pair.iter().all(|seen| seen[span.clone()].iter().all(|&m| m == 0)) {
                    *value = 128;
                }
            }
        }
    }
}
