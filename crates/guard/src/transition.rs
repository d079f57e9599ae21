//! From one drawing to another.

use crate::Drawing;
use backlot_kernels::{Level, blend_planes, opacity_byte};
use backlot_media::PlaneMut;

/// How one picture gives way to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transition {
    /// It becomes transparent.
    Fade,
    /// It is pushed out to the left by the other.
    Slide,
    /// It is covered from the left by the other.
    Wipe,
}

impl Drawing {
    /// Lets the other drawing of the same size take this one's place, as far as `share` says:
    /// `0.0` not at all, `1.0` wholly.
    ///
    /// # Panics
    /// If sizes differ.
    pub fn give_way(&mut self, level: Level, to: &Self, transition: Transition, share: f32) {
        let share = share.clamp(0.0, 1.0);
        let (below, top) = (self.frame_mut().yuv_mut(), to.picture().yuv());
        if transition == Transition::Fade {
            return blend_planes(level, below, top, None, opacity_byte(share));
        }
        for (mut below, top) in below.into_iter().zip(top) {
            assert_eq!((below.width(), below.height()), (top.width(), top.height()));
            let edge = (below.width() as f32 * share).round() as usize;
            for y in 0..below.height() {
                join(&mut below, y, top.row(y), edge, transition);
            }
        }
    }
}

/// Puts `edge` columns of the other picture into a row.
fn join(below: &mut PlaneMut<'_>, y: usize, top: &[u8], edge: usize, transition: Transition) {
    let row = below.row_mut(y);
    if transition == Transition::Slide {
        let width = row.len();
        row.copy_within(edge.., 0);
        row[width - edge..].copy_from_slice(&top[..edge]);
    } else {
        row[..edge].copy_from_slice(&top[..edge]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Image;
    use backlot_media::{Frame, PixelFormat, Size};

    fn drawing(value: impl Fn(usize) -> u8) -> Drawing {
        let mut frame = Frame::new(PixelFormat::I420, Size { width: 8, height: 2 });
        for mut plane in frame.yuv_mut() {
            for row in plane.rows_mut() {
                row.iter_mut().enumerate().for_each(|(x, v)| *v = value(x));
            }
        }
        Drawing::of(Image::own(frame))
    }

    fn row(transition: Transition, share: f32) -> Vec<u8> {
        let (mut from, to) = (drawing(|x| x as u8), drawing(|x| 100 + x as u8));
        from.give_way(Level::best(), &to, transition, share);
        from.picture().plane(0).row(1).to_vec()
    }

    #[test]
    fn nothing_and_all_are_the_pictures_themselves() {
        for transition in [Transition::Fade, Transition::Slide, Transition::Wipe] {
            assert_eq!(row(transition, 0.0), [0, 1, 2, 3, 4, 5, 6, 7], "{transition:?}");
            assert_eq!(row(transition, 2.0), [100, 101, 102, 103, 104, 105, 106, 107]);
        }
    }

    #[test]
    fn half_way_each_is_seen_in_its_own_way() {
        assert_eq!(row(Transition::Wipe, 0.5), [100, 101, 102, 103, 4, 5, 6, 7]);
        assert_eq!(row(Transition::Slide, 0.5), [4, 5, 6, 7, 100, 101, 102, 103]);
        assert_eq!(row(Transition::Fade, 0.5)[0], 50);
    }
}
