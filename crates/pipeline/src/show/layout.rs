//! Which layers of a scene are seen, and where.

use backlot_media::Size;
use backlot_scene::geometry::{Area, Placement};
use backlot_scene::{Blend, Corners, Layer};

/// A layer that is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placed {
    /// Its number in the scene.
    pub index: usize,
    /// Which part of its source lies where.
    pub placement: Placement,
    /// What of its picture lies on the canvas.
    pub seen: Area,
}

/// What of its source a layer needs to know to be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SourceFacts {
    pub size: Size,
    pub has_alpha: bool,
}

/// The layers that are seen, from back to front: not the hidden ones, not those beside the canvas,
/// and nothing that lies under something opaque.
pub(crate) fn placed(layers: &[Layer], facts: &[SourceFacts], canvas: Size) -> Vec<Placed> {
    let whole = Area::whole(canvas);
    let seen = layers.iter().zip(facts).enumerate().filter_map(|(index, (layer, facts))| {
        if !layer.visible || layer.opacity <= 0.0 {
            return None;
        }
        let placement = layer.placement(facts.size, canvas);
        let seen = placement.target.common(whole)?;
        Some(Placed { index, placement, seen })
    });
    let mut seen: Vec<_> = seen.collect();
    let covers = |placed: &Placed| {
        let (layer, facts) = (&layers[placed.index], &facts[placed.index]);
        placed.seen == whole && is_opaque(layer) && !facts.has_alpha
    };
    if let Some(first) = seen.iter().rposition(covers) {
        seen.drain(..first);
    }
    seen
}

/// Whether nothing is seen through the layer, as far as it reaches.
fn is_opaque(layer: &Layer) -> bool {
    layer.key.is_none()
        && layer.opacity >= 1.0
        && layer.blend == Blend::Normal
        && layer.corners == Corners::Square
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_scene::{LayerId, LayerSource, Length, Rgb};

    const HD: Size = Size { width: 1280, height: 720 };

    fn indices(change: impl FnOnce(&mut [Layer])) -> Vec<usize> {
        let layer =
            |number| Layer::new(LayerId::numbered(number), LayerSource::Color(Rgb::new([0; 3])));
        let mut layers = [layer(1), layer(2), layer(3)];
        change(&mut layers);
        let facts = [SourceFacts { size: HD, has_alpha: false }; 3];
        placed(&layers, &facts, HD).iter().map(|placed| placed.index).collect()
    }

    #[test]
    fn what_lies_under_something_opaque_is_dropped() {
        assert_eq!(indices(|_| ()), [2]);
        assert_eq!(indices(|layers| layers[2].opacity = 0.5), [1, 2]);
        assert_eq!(indices(|layers| layers[2].blend = Blend::Screen), [1, 2]);
        assert_eq!(indices(|layers| layers[2].corners = Corners::Circle), [1, 2]);
        assert_eq!(indices(|layers| layers[2].place.width = Some(Length::Percent(50.0))), [1, 2]);
    }

    #[test]
    fn what_is_not_seen_is_dropped() {
        assert_eq!(indices(|layers| layers[2].visible = false), [1]);
        assert_eq!(indices(|layers| layers[2].opacity = 0.0), [1]);
        let beside = |layers: &mut [Layer]| {
            layers[2].place.margin =
                backlot_scene::Margin::Each(Length::Percent(100.0), Length::Percent(0.0));
        };
        assert_eq!(indices(beside), [1]);
        let with_border = |layers: &mut [Layer]| {
            beside(layers);
            layers[2].border = Some(backlot_scene::Border::default());
        };
        assert_eq!(indices(with_border), [1]);
    }
}
