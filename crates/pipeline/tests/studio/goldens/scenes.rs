//! The scenes, each with a name of its own.

use crate::common::Behaviour;
use backlot_scene::{
    Background, Edge, Fit, Layer, LayerId, LayerSource, Length, Replacement, Rgb, Scene, Shadow,
};
use image::{Rgba, RgbaImage};
use std::path::Path;

/// A scene that is drawn.
pub struct Golden {
    pub name: &'static str,
    pub scene: Scene,
    /// What the finder of people does.
    pub finder: Behaviour,
}

/// Short forms: name, background, and effects on the person, the background and the whole.
const SHORT: &[(&str, &str, &str, &str, &str)] = &[
    ("color", "navy", "", "", ""),
    ("gradient", "gradient:navy,#e0a060", "", "", ""),
    ("aurora", "aurora", "", "", ""),
    ("bokeh", "bokeh", "", "", ""),
    ("hyperspace", "hyperspace", "", "", ""),
    ("room-blurred", "blur:40", "", "", ""),
    ("room-blurred-lightly", "blur:light", "", "", ""),
    ("room-in-mosaic", "mosaic:40", "", "", ""),
    ("room", "original", "", "", ""),
    ("room-mirrored", "original", "", "", "mirror"),
    ("hologram", "hyperspace", "hologram", "", ""),
    ("hologram-in-the-room", "original", "hologram", "", ""),
    ("person-blurred", "navy", "blur:20", "", ""),
    ("person-in-mosaic", "navy", "mosaic:20", "", ""),
    ("person-in-colors", "navy", "colormap", "", ""),
    ("person-mirrored", "navy", "mirror", "", ""),
    ("background-effects", "bokeh", "", "colormap mosaic:10", ""),
    ("room-blurred-in-colors", "blur:40", "", "colormap", ""),
    ("whole-in-colors", "aurora", "", "", "colormap"),
    ("whole-in-mosaic", "aurora", "", "", "mosaic:10"),
    ("all-at-once", "gradient:navy,#e0a060", "hologram mirror", "blur:10", "colormap mirror"),
    ("person-alone", "transparent", "", "", ""),
    ("person-alone-as-hologram", "transparent", "hologram", "", ""),
];

/// Every scene. Their files are made in `folder`.
pub fn all(folder: &Path) -> Vec<Golden> {
    let wide = folder.join("wide.png");
    wide_picture().save(&wide).unwrap();
    let wide = wide.to_str().unwrap();
    let mut goldens: Vec<_> = SHORT
        .iter()
        .map(|(name, background, person, back, whole)| Golden {
            name,
            scene: short(background, [person, back, whole], Replacement::default()),
            finder: Behaviour::Right,
        })
        .collect();
    goldens.extend(still_pictures(wide));
    goldens.extend(edges(wide));
    goldens.extend(shields(wide));
    goldens.extend(layers(wide));
    goldens
}

/// A picture of another shape, of which a part is transparent.
fn wide_picture() -> RgbaImage {
    RgbaImage::from_fn(320, 100, |x, y| {
        let is_hole = (x / 40 + y / 25) % 5 == 0;
        let light = if (x / 8 + y / 8) % 2 == 0 { 230 } else { 140 };
        Rgba([light, (x * 255 / 320) as u8, (y * 255 / 100) as u8, if is_hole { 60 } else { 255 }])
    })
}

fn short(background: &str, effects: [&str; 3], parts: Replacement) -> Scene {
    let background: Background = background.parse().unwrap();
    let specs = |list: &str| list.split_whitespace().map(|e| e.parse().unwrap()).collect();
    let [person_effects, background_effects, whole_effects] = effects.map(specs);
    let parts = Replacement { person_effects, background_effects, whole_effects, ..parts };
    Scene::replace(background, parts)
}

fn plain(name: &'static str, scene: Scene) -> Golden {
    Golden { name, scene, finder: Behaviour::Right }
}

fn still_pictures(wide: &str) -> impl Iterator<Item = Golden> {
    let fits = [
        ("picture-covers", Fit::Cover),
        ("picture-contained", Fit::Contain),
        ("picture-stretched", Fit::Stretch),
    ];
    fits.map(|(name, fit)| {
        plain(name, short(wide, [""; 3], Replacement { fit, ..Replacement::default() }))
    })
    .into_iter()
}

fn edges(wide: &str) -> impl Iterator<Item = Golden> {
    let edges = [
        ("edge-as-it-is", Edge { decontaminate: 0.0, light_wrap: 0.0 }),
        ("edge-cleaned", Edge { decontaminate: 1.0, light_wrap: 0.0 }),
        ("edge-wrapped", Edge { decontaminate: 1.0, light_wrap: 1.0 }),
    ];
    edges
        .map(|(name, edge)| {
            plain(name, short(wide, [""; 3], Replacement { edge, ..Replacement::default() }))
        })
        .into_iter()
}

fn shields(wide: &str) -> impl Iterator<Item = Golden> {
    let shield = |name, background, whole| Golden {
        name,
        scene: short(background, ["hologram", "", whole], Replacement::default()),
        finder: Behaviour::Fails,
    };
    [
        shield("shield-before-a-picture", wide, ""),
        shield("shield-in-the-room", "blur:light", "colormap"),
        shield("shield-of-the-person-alone", "transparent", ""),
    ]
    .into_iter()
}

fn white_wall() -> Layer {
    Layer::new(LayerId::background(), LayerSource::Color(Rgb::new([230, 225, 215])))
}

/// A layer of a width with a shadow that is seen well.
fn shaded(mut layer: Layer, width: Option<&str>) -> Layer {
    layer.id = LayerId::numbered(2);
    layer.place.width = width.map(|width| width.parse().unwrap());
    let [blur, below] = [40.0, 24.0].map(Length::Pixels);
    layer.shadow = Some(Shadow { blur, y: below, x: below, ..Shadow::default() });
    layer
}

fn layers(wide: &str) -> impl Iterator<Item = Golden> {
    let layer = |source, opacity| Layer { opacity, ..Layer::new(LayerId::background(), source) };
    let of = |layers| Scene { layers, effects: Vec::new() };
    let person =
        || Layer::new(LayerId::person(), LayerSource::Camera).keyed(backlot_keys::person());
    let white = || layer(LayerSource::Color(Rgb::new([255; 3])), 0.25);
    let picture = |opacity| layer(LayerSource::File(wide.into()), opacity);
    let mut half = person();
    half.opacity = 0.5;
    [
        plain("layers-veil-between", of(vec![picture(1.0), white(), person()])),
        plain("layers-veil-in-front", of(vec![picture(1.0), person(), white()])),
        plain("layers-person-at-half", of(vec![picture(1.0), half])),
        plain("layers-picture-over-room", of(vec![layer(LayerSource::Camera, 1.0), picture(0.5)])),
        plain("layers-picture-alone", of(vec![picture(1.0)])),
        plain("shadow-of-person", of(vec![picture(1.0), shaded(person(), None)])),
        plain("shadow-of-picture", of(vec![white_wall(), shaded(picture(1.0), Some("40%"))])),
    ]
    .into_iter()
}
