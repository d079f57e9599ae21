//! What the user alone may look at in the panel: the camera as it is, and mattes. Both are scenes whose names
//! no request can hold, so that no virtual camera, recording or picture ever shows them.

use backlot_keys::Painted;
use backlot_scene::{
    Anchor, Border, Document, Edge, Effect, Fit, Layer, LayerId, LayerSource, Length, Place, Rgb,
    Scene, SourceSpec,
};

/// The name of the camera as it is, room and all.
pub(crate) const CAMERA: &str = "\u{1}camera";

/// What the name of all of a layer's camera begins with.
const WHOLE: &str = "\u{1}whole ";

/// What the name of a scene's matte begins with.
const MATTE: &str = "\u{1}matte ";

/// What makes a cut-out white.
const WHITE: &str = "gain:contrast=0,brightness=1,saturation=0";

/// The name of the scene of which a still of the user is taken: who is cut out, before black, in the upper left
/// quarter, and the cut in the upper right one.
pub(crate) const STILL: &str = "\u{1}still";

/// The frame around the camera's own picture: nobody is to take it for what viewers see.
const MARK: Rgb = Rgb::new([0xd0, 0x20, 0x30]);
const MARK_PERCENT: f32 = 3.0;

/// The name of the matte of a scene, or of the one that runs.
pub(crate) fn matte_of(scene: Option<&str>) -> String {
    format!("{MATTE}{}", scene.unwrap_or_default())
}

/// The name of all that a layer's camera delivers, as it lies in the camera's own picture.
pub(crate) fn whole_of(layer: &str) -> String {
    format!("{WHOLE}{layer}")
}

/// The private scene of a name, if it is one; `look` is the scene that runs.
pub(crate) fn scene(name: &str, look: &Scene, document: &Document) -> Option<Scene> {
    if name == CAMERA {
        return Some(camera(look));
    }
    if let Some(layer) = name.strip_prefix(WHOLE) {
        return Some(whole(look, layer, document));
    }
    if name == STILL {
        return Some(still(look));
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

/// All of a layer's camera, neither cropped nor turned nor mirrored, whatever its shape; the usual
/// camera's for a layer that shows none.
fn whole(look: &Scene, layer: &str, document: &Document) -> Scene {
    let found = look.layers.iter().find(|known| known.id.as_str() == layer);
    let shows_camera = |layer: &&Layer| match &layer.source {
        LayerSource::Named(_) => {
            matches!(document.source_of(layer), Some(SourceSpec::Camera { .. }))
        }
        source => *source == LayerSource::Camera,
    };
    let source = found.filter(shows_camera).map_or(LayerSource::Camera, |l| l.source.clone());
    let border = Border { width: Length::Percent(MARK_PERCENT / 3.0), color: MARK };
    let plain = Layer::new(LayerId::camera(), source);
    let layer = Layer { border: Some(border), fit: Fit::Stretch, ..plain };
    Scene { layers: vec![layer], effects: Vec::new() }
}

fn still(look: &Scene) -> Scene {
    let black = Layer::new(LayerId::background(), LayerSource::Color(Rgb::new([0; 3])));
    let mut cameras = look.layers.iter().filter(|layer| layer.source == LayerSource::Camera);
    let key = cameras.find_map(|layer| layer.key.clone().filter(|key| key.def().cuts()));
    // What always shows is a part of the room.
    let key = Painted::without_kept(&key.unwrap_or_else(backlot_keys::person));
    let half = Some(Length::Percent(50.0));
    let quarter = |anchor, decontaminate, effects| Layer {
        place: Place { anchor, width: half, height: half, ..Place::default() },
        key: Some(key.clone()),
        edge: Edge { light_wrap: 0.0, decontaminate },
        effects,
        ..Layer::new(LayerId::camera(), LayerSource::Camera)
    };
    let somebody = quarter(Anchor::TopLeft, 1.0, Vec::new());
    let white = WHITE.parse().into_iter().collect();
    let cut = Layer { id: LayerId::person(), ..quarter(Anchor::TopRight, 0.0, white) };
    Scene { layers: vec![black, somebody, cut], effects: Vec::new() }
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
        let names = [CAMERA.to_owned(), matte_of(None), matte_of(Some("calm")), whole_of("x")];
        for name in names {
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

    #[test]
    fn all_of_a_layers_camera_is_neither_cut_nor_moved() {
        let text = "[source.desk]\ncamera = \"Desk\"\n[[scene.two.layer]]\nsource = \"desk\"\nid = \"side\"\nkey = \"person\"\n\
                    crop = { left = \"20%\" }\nturn = 90\n[[scene.two.layer]]\nsource = \"navy\"\nid = \"blue\"\n";
        let document = Config::parse(text).unwrap().document;
        let look = document.scene("two").unwrap().form.scene();
        let source = |layer: &str| {
            let scene = scene(&whole_of(layer), &look, &document).unwrap();
            assert!(scene.layers.len() == 1 && scene.effects.is_empty());
            let layer = &scene.layers[0];
            assert!(layer.key.is_none() && layer.border.is_some());
            assert_eq!((layer.crop, layer.turn), (look.layers[1].crop, look.layers[1].turn));
            layer.source.to_string()
        };
        let sources = ["side", "blue", "nobody"].map(source);
        assert_eq!(sources, ["desk", "camera", "camera"]);
    }
}
