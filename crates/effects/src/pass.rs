//! What effects are compiled to.

use crate::{Layer, PointOp};
use backlot_media::Plane;
use std::fmt;

/// One way over a picture.
pub enum Pass {
    /// Changes each pixel by itself. Neighbours of this kind become one pass.
    Point(PointOp),
    /// Changes pixels by those around them, or moves them.
    Area(Box<dyn AreaPass>),
}

/// Changes pictures of one form, one after the other, and doesn't remember them.
pub trait AreaPass: Send {
    /// Changes one layer, which has the form that the pass was made for.
    fn apply(&mut self, layer: &mut Layer<'_>);

    /// Whether a quarter of the picture's width and height is enough to read.
    fn takes_quarter(&self) -> bool {
        false
    }

    /// Writes every pixel of a layer without matte by a quarter of its width and height: Y, U and V, each pixel of which
    /// is about the mean of four by four. Only for passes that take it.
    fn apply_to_quarter(&mut self, quarter: [Plane<'_>; 3], layer: &mut Layer<'_>) {
        let _ = (quarter, layer);
    }

    /// Whether of a layer that is cut out no colour counts where the matte is zero.
    fn stays_in_matte(&self) -> bool {
        false
    }
}

impl Pass {
    /// A pass that looks at more than one pixel.
    pub fn area(pass: impl AreaPass + 'static) -> Self {
        Self::Area(Box::new(pass))
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Point(op) => f.debug_tuple("Point").field(op).finish(),
            Self::Area(_) => f.debug_tuple("Area").finish_non_exhaustive(),
        }
    }
}
