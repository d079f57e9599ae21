//! The scenes of a settings file, in their short and their long form.

use super::define::{LAYER, SCENE};
use super::reader::{Node, Reader, Section, kind, one_line, shown};
use super::{Name, Place};
use crate::{
    Background, Edge, Effect, Fit, Key, Layer, LayerId, LayerSource, Look, Replacement, Scene,
    SceneError,
};
use std::path::PathBuf;
use toml::de::{DeTable, DeValue};

/// The most scenes, layers of a scene, and effects in a list.
const MOST: (usize, usize, usize) = (256, 32, 32);

/// The longest name of a scene, in characters.
const LONGEST_NAME: usize = 64;

/// A scene with the name that people call it by.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedScene {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What it shows, as it was written.
    pub form: SceneForm,
}

/// The two ways to write a scene.
#[derive(Clone, Debug, PartialEq)]
pub enum SceneForm {
    /// The person before something else.
    Short(Background, Box<Replacement>),
    /// Layers.
    Layers(Scene),
}

impl SceneForm {
    /// The scene that it stands for.
    pub fn scene(&self) -> Scene {
        match self {
            Self::Short(background, parts) => Scene::replace(background.clone(), (**parts).clone()),
            Self::Layers(scene) => scene.clone(),
        }
    }

    /// The scene that it stands for, with a changed look.
    ///
    /// # Errors
    /// When the look has nothing to change in it.
    pub fn with(&self, look: &Look) -> Result<Scene, SceneError> {
        match self {
            Self::Short(background, parts) => look.of_short(background, parts),
            Self::Layers(scene) => look.of_layers(scene),
        }
    }

    /// Background and other parts of the short form.
    pub fn short_parts(&self) -> Option<(&Background, &Replacement)> {
        match self {
            Self::Short(background, parts) => Some((background, parts)),
            Self::Layers(_) => None,
        }
    }

    /// Calls a function with every file's name, to change it.
    pub(super) fn each_file(&mut self, change: impl Fn(&mut PathBuf)) {
        match self {
            Self::Short(Background::File(path), _) => change(path),
            Self::Short(..) => {}
            Self::Layers(scene) => {
                for layer in &mut scene.layers {
                    if let LayerSource::File(path) = &mut layer.source {
                        change(path);
                    }
                }
            }
        }
    }
}

type Names = Vec<(Place, Name)>;

/// The table `scene`.
pub(super) fn read<'d>(
    reader: &mut Reader<'_>,
    node: Option<Node<'d>>,
    names: &mut Names,
) -> Vec<NamedScene> {
    let Some(table) = node.and_then(|node| reader.table("scene", node)) else { return Vec::new() };
    if let (Some(node), true) = (node, table.len() > MOST.0) {
        reader.note(&node.span(), format!("there may be at most {} scenes", MOST.0));
    }
    let mut scenes: Vec<_> = table
        .iter()
        .take(MOST.0)
        .filter_map(|(key, node)| {
            let (name, place) = (key.get_ref().to_string(), reader.place(&key.span()));
            if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
                let what = format!("a scene's name must have 1 to {LONGEST_NAME} letters");
                reader.note(&key.span(), format!("{what}, not '{}'", shown(&name)));
            }
            let path = format!("scene.{}", shown(&name));
            let table = reader.table(&path, node)?;
            let form = form(reader, &path, table, names);
            Some(NamedScene { name, place, form })
        })
        .collect();
    scenes.sort_by_key(|scene| scene.place);
    scenes
}

fn form<'d>(
    reader: &mut Reader<'_>,
    path: &str,
    table: &'d DeTable<'d>,
    names: &mut Names,
) -> SceneForm {
    match table.get("layer") {
        Some(layers) => SceneForm::Layers(long(reader, path, table, layers, names)),
        None => short(reader, path, table, names),
    }
}

fn short(reader: &mut Reader<'_>, path: &str, table: &DeTable<'_>, names: &mut Names) -> SceneForm {
    let mut section = Section::open(reader, &SCENE, path, Some(table));
    let background: Background = section.parsed_or_default("background");
    if let Some(node) = section.given("background") {
        let place = section.reader.place(&node.span());
        names.extend(match &background {
            Background::File(path) => Some((place, Name::File(path.clone()))),
            Background::Set(name) => Some((place, Name::Set(name.clone()))),
            Background::Room(_)
            | Background::Original
            | Background::Color(_)
            | Background::Gradient(..) => None,
            Background::Transparent => {
                section.wrong("background", node, "a virtual camera can't hold transparency");
                None
            }
        });
    }
    let parts = Replacement {
        fit: fit(&mut section),
        edge: edge(&mut section),
        person_effects: effects(&mut section, "effects"),
        background_effects: effects(&mut section, "background_effects"),
        whole_effects: effects(&mut section, "whole_effects"),
    };
    SceneForm::Short(background, Box::new(parts))
}

fn long<'d>(
    reader: &mut Reader<'_>,
    path: &str,
    table: &'d DeTable<'d>,
    layers: Node<'d>,
    names: &mut Names,
) -> Scene {
    check_long_keys(reader, path, table);
    let DeValue::Array(nodes) = layers.get_ref() else {
        let found = kind(layers.get_ref());
        let what = format!("{path}.layer must be written [[{path}.layer]] for each, not {found}");
        reader.note(&layers.span(), what);
        return Scene::default();
    };
    if nodes.is_empty() || nodes.len() > MOST.1 {
        let what = format!("{path} must have 1 to {} layers, not {}", MOST.1, nodes.len());
        reader.note(&layers.span(), what);
    }
    let layers = nodes.iter().take(MOST.1).zip(1..).filter_map(|(node, number): (_, usize)| {
        let path = format!("{path}, layer {number}");
        let table = reader.table(&path, node)?;
        let mut section = Section::open(reader, &LAYER, &path, Some(table));
        layer(&mut section, node, number, names)
    });
    let layers = layers.collect();
    let mut whole = Section::part(reader, &SCENE, path, table);
    Scene { layers, effects: effects(&mut whole, "whole_effects") }
}

/// Keys of the short form get a sentence of their own.
fn check_long_keys(reader: &mut Reader<'_>, path: &str, table: &DeTable<'_>) {
    let known = ["layer", "whole_effects"];
    let of_short = SCENE.keys.iter().map(|key| key.name).filter(|name| !known.contains(name));
    let of_short: Vec<_> = of_short.collect();
    for (key, _) in table.iter().filter(|(key, _)| of_short.contains(&&**key.get_ref())) {
        let name = key.get_ref();
        let what = format!("{path} has layers, so '{name}' means nothing here: remove it");
        reader.note(&key.span(), what);
    }
    reader.check_keys(path, table, &[&known[..], &of_short].concat());
}

fn layer(
    section: &mut Section<'_, '_, '_>,
    node: Node<'_>,
    number: usize,
    names: &mut Names,
) -> Option<Layer> {
    let source = source(section, node, names);
    let key = match section.text("key") {
        Some((text, _)) if text == "person" => Some(Key::Person),
        Some((text, node)) => {
            section.wrong("key", node, &format!("must be \"person\", not '{}'", shown(&text)));
            None
        }
        None => None,
    };
    Some(Layer {
        fit: fit(section),
        key,
        edge: edge(section),
        effects: effects(section, "effects"),
        opacity: section.number("opacity", 0.0..=1.0) as f32,
        ..Layer::new(LayerId::numbered(number), source?)
    })
}

fn source(
    section: &mut Section<'_, '_, '_>,
    layer: Node<'_>,
    names: &mut Names,
) -> Option<LayerSource> {
    let Some(node) = section.given("source") else {
        section.wrong(
            "source",
            layer,
            "is missing: write source = \"camera\", a file, a colour or a set",
        );
        return None;
    };
    let (text, _) = section.text("source")?;
    if text == "camera" {
        return Some(LayerSource::Camera);
    }
    let place = section.reader.place(&node.span());
    match text.parse() {
        Ok(Background::Color(color)) => Some(LayerSource::Color(color)),
        Ok(Background::Gradient(top, bottom)) => Some(LayerSource::Gradient(top, bottom)),
        Ok(Background::File(path)) => {
            names.push((place, Name::File(path.clone())));
            Some(LayerSource::File(path))
        }
        Ok(Background::Set(name)) => {
            names.push((place, Name::Set(name.clone())));
            Some(LayerSource::Set(name))
        }
        Ok(Background::Room(effect)) => {
            let what = format!("write source = \"camera\" and effects = [\"{effect}\"]");
            section.wrong("source", node, &what);
            None
        }
        Ok(Background::Original) => {
            section.wrong("source", node, "write source = \"camera\"");
            None
        }
        Ok(Background::Transparent) | Err(_) => {
            let what = format!(
                "'{}' is not a source: give camera, a picture or video file, a colour, gradient:TOP,BOTTOM, or a set",
                shown(&text)
            );
            section.wrong("source", node, &what);
            None
        }
    }
}

fn fit(section: &mut Section<'_, '_, '_>) -> Fit {
    section.word("fit").parse().unwrap_or_default()
}

fn edge(section: &mut Section<'_, '_, '_>) -> Edge {
    Edge {
        decontaminate: section.number("decontaminate", 0.0..=1.0) as f32,
        light_wrap: section.number("light_wrap", 0.0..=1.0) as f32,
    }
}

/// A list of effects; a single one may stand without brackets.
fn effects(section: &mut Section<'_, '_, '_>, name: &str) -> Vec<Effect> {
    let Some(node) = section.given(name) else { return Vec::new() };
    let nodes = match node.get_ref() {
        DeValue::String(_) => std::slice::from_ref(node),
        DeValue::Array(nodes) if nodes.len() <= MOST.2 => &nodes[..],
        DeValue::Array(_) => {
            section.wrong(name, node, &format!("there may be at most {} effects", MOST.2));
            return Vec::new();
        }
        _ => {
            section.wrong_type(name, node);
            return Vec::new();
        }
    };
    let mut effects = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node.get_ref() {
            DeValue::String(text) => match text.parse::<Effect>() {
                Ok(effect) => effects.push(effect),
                Err(error) => section.wrong(name, node, &one_line(&error.to_string())),
            },
            _ => section.wrong_type(name, node),
        }
    }
    effects
}
