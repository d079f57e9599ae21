//! What the user alone may look at in the panel: the camera as it is, and mattes. Both are scenes whose names
//! no request can hold, so that no virtual camera, recording or picture ever shows them.

use backlot_scene::{
    Border, Document, Edge, Effect, Layer, LayerId, LayerSource, Length, Rgb, Scene,
};

/// The name of the camera as it is, room and all.
pub(crate) const CAMERA: &str = "\u{1}camera";

/// What the name of a scene's matte begins with.
const MATTE: &str = "\u{1}matte ";

/// What makes a cut-out white.
const WHITE: &str = "gain:contrast=0,brightness=1,saturation=0";

/// The frame around the camera's own picture: nobody is to take it for what viewers see.
const MARK: Rgb = Rgb::new([0xd0, 0x20, 0x30]);
const MARK_PERCENT: f32 = 3.0;

/// The name of the matte of a scene, or of the one that runs.
pub(crate) fn matte_of(scene: Option<&str>) -> String {
    format!("{MATTE}{}", scene.unwrap_or_default())
}

/// The private scene of a name, if it is one; `look` is the scene that runs.
pub(crate) fn scene(name: &str, look: &Scene, document: &Document) -> Option<Scene> {
    if name == CAMERA {
        return Some(camera(look));
    }
    match name.strip_prefix(MATTE)? {
        "" => Some(matte(look)),
        named => document.scene(named).map(|found| matte(&found.form.scene())),
    }
}

fn camera(look: &Scene) -> Scene {
    let border = Border { width: Length::Percent(MARK_PERCENT), color: MARK };
    let layer =
        Layer { border: Some(border), ..Layer::new(LayerId::camera(), LayerSource::Camera) };
    Scene { layers: vec![layer], effects: mirrored(look) }
}

/// What a scene cuts out, white on black.
fn matte(scene: &Scene) -> Scene {
    let black = Layer::new(LayerId::background(), LayerSource::Color(Rgb::new([0; 3])));
    let cut =
        scene.layers.iter().filter(|layer| layer.visible && layer.key.is_some()).map(|layer| {
            let plain = Layer::new(layer.id.clone(), layer.source.clone());
            Layer {
                place: layer.place,
                crop: layer.crop,
                fit: layer.fit,
                turn: layer.turn,
                mirror: layer.mirror,
                key: layer.key.clone(),
                edge: Edge { light_wrap: 0.0, decontaminate: 0.0 },
                effects: WHITE.parse().into_iter().collect(),
                ..plain
            }
        });
    Scene { layers: std::iter::once(black).chain(cut).collect(), effects: mirrored(scene) }
}

/// Left and right stay where the scene has them.
fn mirrored(scene: &Scene) -> Vec<Effect> {
    scene.effects.iter().filter(|effect| effect.def().name == "mirror").cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_scene::Config;

    #[test]
    fn no_request_can_name_them_and_a_matte_is_white_on_black() {
        let config =
            Config::parse("[scene.calm]\nbackground = \"navy\"\neffects = [\"hologram\"]\n");
        let document = config.unwrap().document;
        let calm = document.scene("calm").unwrap().form.scene();
        for name in [CAMERA.to_owned(), matte_of(None), matte_of(Some("calm"))] {
            assert!(document.scene(&name).is_none() && name.contains(char::is_control));
            let line =
                format!("{{\"request\":\"show-scene\",\"scene\":{}}}", serde_json::json!(name));
            assert!(backlot_protocol::read_request(line.as_bytes()).is_err());
        }
        let matte = scene(&matte_of(Some("calm")), &Scene::default(), &document).unwrap();
        assert_eq!(matte, super::matte(&calm));
        assert_eq!((matte.layers.len(), matte.layers[1].effects.len()), (2, 1));
        assert_eq!(matte.layers[1].key, calm.layers[1].key);
        assert!(scene(&matte_of(Some("nowhere")), &calm, &document).is_none());
        assert!(scene("calm", &calm, &document).is_none());
        let camera = scene(CAMERA, &calm, &document).unwrap();
        assert!(camera.layers.len() == 1 && camera.layers[0].border.is_some());
    }
}
