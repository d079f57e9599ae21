//! What is drawn so far, without copying it until something has to be drawn over it.

use super::layer::LayerRun;
use super::now::Now;
use crate::inputs::Inputs;
use backlot_effects::Canvas;
use backlot_guard::{Drawing, Image};
use backlot_media::{Frame, FramePool};

/// What lies below the next layer.
#[derive(Debug)]
pub(crate) enum Ground {
    /// Nothing yet: black.
    Nothing,
    /// What never changes, drawn once.
    Baked,
    /// The picture of a layer, uncopied.
    Layer(usize),
    /// A drawing.
    Drawing(Drawing),
}

/// Where layers are drawn: the layers so far, what is baked, and memory for a drawing.
pub(crate) struct Place<'a> {
    pub canvas: &'a Canvas,
    pub layers: &'a mut [LayerRun],
    pub baked: Option<&'a Image>,
    pub inputs: &'a Inputs,
    pub pool: &'a FramePool,
    pub now: Now,
}

impl Place<'_> {
    /// Memory for a picture of this moment.
    fn memory(&self) -> Frame {
        self.now.memory(self.pool, self.canvas.color)
    }
}

impl Ground {
    /// What is drawn so far; `None` for black.
    pub fn picture<'a>(
        &'a self,
        layers: &'a [LayerRun],
        baked: Option<&'a Image>,
        inputs: &'a Inputs,
    ) -> Option<&'a Frame> {
        match self {
            Self::Nothing => None,
            Self::Drawing(drawing) => Some(drawing.picture()),
            Self::Baked => baked.map(Image::picture),
            Self::Layer(index) => layers[*index].image(inputs).map(Image::picture),
        }
    }

    fn uncopied<'a>(&self, place: &'a Place<'_>) -> Option<&'a Image> {
        match self {
            Self::Baked => place.baked,
            Self::Layer(index) => place.layers[*index].image(place.inputs),
            Self::Nothing | Self::Drawing(_) => None,
        }
    }

    /// Draws the shadow of a layer over what is there.
    pub fn shade(self, index: usize, place: &mut Place<'_>) -> Self {
        let mut drawing = self.settle(place);
        place.layers[index].cast_shadow(place.inputs, &mut drawing, place.canvas.level);
        Self::Drawing(drawing)
    }

    /// Draws a layer over what is there.
    pub fn add(self, index: usize, place: &mut Place<'_>) -> Self {
        let layer = &place.layers[index];
        let is_plain = layer.is_plain;
        let cut = layer.cut(place.inputs);
        if is_plain && cut.is_none() {
            return Self::Layer(index);
        }
        if is_plain && !matches!(self, Self::Nothing | Self::Drawing(_)) {
            return Self::Drawing(self.compose(index, place));
        }
        let mut drawing = self.settle(place);
        let layer = &place.layers[index];
        if let Some(image) = layer.image(place.inputs) {
            drawing.place(place.canvas.level, image, &layer.over(place.inputs));
            if let Some((border, over)) = layer.border(place.canvas.size) {
                drawing.paint(place.canvas.level, border.color, &border.mask, &over);
            }
        }
        Self::Drawing(drawing)
    }

    /// Draws a layer that covers the canvas, where its cut shows it, over an uncopied picture: in the
    /// layer's own memory if that is a camera's, otherwise in other memory. One pass.
    fn compose(self, index: usize, place: &mut Place<'_>) -> Drawing {
        let top = if place.layers[index].takes { place.layers[index].take_image() } else { None };
        let layer = &place.layers[index];
        let cut = layer.cut(place.inputs);
        let (Some(below), Some(cut)) = (self.uncopied(place), cut) else {
            return Drawing::black(place.memory());
        };
        match top {
            Some(top) => Drawing::under(place.canvas.level, top, below, cut),
            None => match layer.image(place.inputs) {
                Some(top) => Drawing::composed(place.canvas.level, place.memory(), below, top, cut),
                None => Drawing::copy(below, place.memory()),
            },
        }
    }

    /// Makes a drawing of what is there.
    pub fn settle(self, place: &mut Place<'_>) -> Drawing {
        if let Self::Drawing(drawing) = self {
            return drawing;
        }
        if let Self::Layer(index) = self
            && let Some(image) = place.layers[index].take_image()
        {
            return Drawing::of(image);
        }
        match self.uncopied(place) {
            Some(image) => Drawing::copy(image, place.memory()),
            None => Drawing::black(place.memory()),
        }
    }
}
