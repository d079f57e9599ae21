//! The person, from back to front.
//!
//! Coordinates are pixels of a picture 720 high; the body's origin is the pit of the neck, the
//! head's is the middle of the face. Light comes from the left.

mod body;
mod eyes;
mod face;
mod hair;
mod hand;
mod head;

pub(crate) use hand::tip as hand_tip;

use super::look::Look;
use super::pose::Pose;
use crate::paint::{Affine, Pen};

/// A person at one moment, with the place of everything.
pub(crate) struct Figure<'a> {
    pub look: &'a Look,
    pub pose: Pose,
    /// From the body's coordinates to pixels.
    pub body: Affine,
    /// From the head's coordinates to pixels.
    pub head: Affine,
    /// The same for parts nearer to the viewer, which move more as the head turns.
    pub face: Affine,
}

impl<'a> Figure<'a> {
    /// A person whose pit of the neck is at the origin of `place`.
    pub fn new(look: &'a Look, pose: Pose, place: Affine) -> Self {
        let body =
            place.moved(pose.sway, 230.0).turned(pose.lean).moved(0.0, -230.0 - 2.5 * pose.breath);
        let head = body
            .moved(pose.turn * 5.0, -40.0 + pose.nod * 3.0)
            .turned(pose.tilt)
            .moved(0.0, -146.0);
        let face = head.moved(pose.turn * 8.0, pose.nod * 4.0);
        Self { look, pose, body, head, face }
    }

    pub fn draw(&self, pen: &mut Pen) {
        pen.light = self.look.mood.person;
        hair::behind(self, pen);
        body::neck(self, pen);
        body::torso(self, pen);
        head::ears(self, pen);
        head::head(self, pen);
        face::nose(self, pen);
        face::mouth(self, pen);
        eyes::eyes(self, pen);
        face::brows(self, pen);
        hair::front(self, pen);
        eyes::glasses(self, pen);
        hand::arm(self, pen);
    }
}
