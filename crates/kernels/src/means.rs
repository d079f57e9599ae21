//! Small sizes of a picture that comes in full, for whoever only looks: the means of its blocks, each made once.

use crate::{Level, block_means_into};
use backlot_media::{Frame, PixelFormat, Size};

/// Memory for pictures of one size with their sides divided by 2 and by 4.
#[derive(Clone, Debug)]
pub struct Means {
    level: Level,
    small: [Mean; 2],
}

#[derive(Clone, Debug)]
struct Mean {
    divisor: u32,
    frame: Frame,
    is_made: bool,
}

impl Means {
    /// For I420 pictures of a size; allocates everything.
    pub fn new(size: Size, level: Level) -> Self {
        let small = [2, 4].map(|divisor| {
            let frame = Frame::new(PixelFormat::I420, size.divided(divisor));
            Mean { divisor, frame, is_made: false }
        });
        Self { level, small }
    }

    /// There is another picture.
    pub fn clear(&mut self) {
        self.small.iter_mut().for_each(|mean| mean.is_made = false);
    }

    /// The picture with its sides divided by 2 or 4, rounded up; itself for other divisors. Until [`Means::clear`] it is taken
    /// to be the same.
    ///
    /// # Panics
    /// If the picture isn't I420, or has another size.
    pub fn of<'a>(&'a mut self, picture: &'a Frame, divisor: u32) -> &'a Frame {
        let Some(mean) = self.small.iter_mut().find(|mean| mean.divisor == divisor) else {
            return picture;
        };
        if !std::mem::replace(&mut mean.is_made, true) {
            mean.frame.tag_like(picture);
            for (from, to) in picture.yuv().into_iter().zip(mean.frame.yuv_mut()) {
                block_means_into(self.level, from, divisor as usize, to);
            }
        }
        &mean.frame
    }
}
