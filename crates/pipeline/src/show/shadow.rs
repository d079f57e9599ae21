//! The shadow that a layer casts on what is below.

use backlot_effects::Canvas;
use backlot_guard::{Drawing, Over};
use backlot_kernels::{Level, ShadowMaker};
use backlot_media::{Matte, Plane, Rect, Size};
use backlot_scene::geometry::{Area, Placement};
use backlot_scene::{Layer, Length};

/// A shadow at work: what is left of the layer, blurred, at another place.
#[derive(Debug)]
pub(crate) struct Shadow {
    maker: ShadowMaker,
    mask: Matte,
    /// Where the mask lies on the canvas.
    at: Area,
    /// Where the layer's box lies in the mask.
    frame: (i32, i32),
    /// Where the layer's picture lies in its box.
    target: Rect,
    /// The box and all in it that casts a shadow, where that is not the cut alone.
    whole: Option<Matte>,
    color: [u8; 3],
    opacity: f32,
    /// Whether it is drawn, and stays as it is.
    is_final: bool,
}

impl Shadow {
    /// The shadow of a placed layer, if some of it may be seen. What lies outside the canvas casts
    /// none.
    pub fn new(layer: &Layer, placement: &Placement, canvas: &Canvas) -> Option<Self> {
        let shadow = layer.shadow.as_ref().filter(|shadow| shadow.opacity > 0.0)?;
        let Placement { frame, target, .. } = *placement;
        let sigma = placement.outline(shadow.blur) / 2.0;
        let pixels = |length: Length| placement.outline(length).round() as i32;
        let moved = Area { x: frame.x + pixels(shadow.x), y: frame.y + pixels(shadow.y), ..frame };
        let at = around(moved, ShadowMaker::reach(sigma) as i32, canvas.size)?;
        let [x, y] = [target.x - frame.x, target.y - frame.y].map(i32::unsigned_abs);
        Some(Self {
            maker: ShadowMaker::new((at.width as usize, at.height as usize), sigma),
            mask: Matte::new(Size { width: at.width, height: at.height }),
            at,
            frame: (moved.x - at.x, moved.y - at.y),
            target: Rect { x, y, width: target.width, height: target.height },
            whole: None,
            color: canvas.color.encode_rgb8(shadow.color.bytes()),
            opacity: shadow.opacity * layer.opacity,
            is_final: false,
        })
    }

    /// Follows what is left of the layer: its cut (`None`: all of its picture) and its border. One
    /// that never changes is drawn once.
    pub fn follow(
        &mut self,
        level: Level,
        cut: Option<Plane<'_>>,
        border: Option<&Matte>,
        is_final: bool,
    ) {
        if std::mem::replace(&mut self.is_final, is_final) {
            return;
        }
        let (frame, Rect { x, y, width, height }) = (self.frame, self.target);
        let (source, at) = match (cut, border) {
            (Some(cut), None) => (cut, (frame.0 + x as i32, frame.1 + y as i32)),
            _ => {
                let size =
                    border.map_or(Size { width: x + width, height: y + height }, Matte::size);
                let whole = self.whole.get_or_insert_with(|| Matte::new(size));
                let [x, y, width, height] = [x, y, width, height].map(|v| v as usize);
                let mut picture = whole.plane_mut().crop(x, y, width, height);
                match cut {
                    Some(cut) => picture.copy_from(cut),
                    None => picture.fill(255),
                }
                if let Some(border) = border {
                    add(whole, border);
                }
                (whole.plane(), frame)
            }
        };
        self.maker.draw(level, source, at, self.mask.plane_mut());
    }

    /// Draws it over what lies below the layer.
    pub fn draw(&self, level: Level, drawing: &mut Drawing) {
        let Area { x, y, width, height } = self.at;
        let (part, at) = (Rect { x: 0, y: 0, width, height }, (x.unsigned_abs(), y.unsigned_abs()));
        let over = Over { part, at, cut: None, opacity: self.opacity, blender: None };
        drawing.paint(level, self.color, &self.mask, &over);
    }
}

/// What of an area, and of as much around it, lies on a canvas; its corner is at even numbers.
fn around(area: Area, reach: i32, canvas: Size) -> Option<Area> {
    let side = |start: i32, length: u32| {
        let wide = start - reach;
        let first = wide - wide.rem_euclid(2);
        (first, (length + 2 * reach as u32 + (wide - first) as u32).next_multiple_of(2))
    };
    let ((x, width), (y, height)) = (side(area.x, area.width), side(area.y, area.height));
    Area { x, y, width, height }.common(Area::whole(canvas))
}

/// A border casts a shadow as well.
fn add(whole: &mut Matte, border: &Matte) {
    for (to, from) in whole.plane_mut().rows_mut().zip(border.plane().rows()) {
        to.iter_mut().zip(from).for_each(|(to, &from)| *to = (*to).max(from));
    }
}
