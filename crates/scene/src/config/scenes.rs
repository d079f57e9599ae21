//! The scenes of a settings file, in their short and their long form.

use super::Name;
use super::define::{LAYER, SCENE, Section};
use super::reader::{Node, Reader, value};
use super::sections::Names;
use crate::form::{Value, one_line, shown};
pub(super) use crate::layer::MOST_LAYERS;
use crate::short::WHOLE_EFFECTS;
use crate::{
    Background, Document, Layer, LayerId, LayerSource, NamedScene, Scene, SceneError, SceneForm,
    ShortScene,
};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// The most scenes.
pub(super) const MOST_SCENES: usize = 256;
/// The longest name of a scene, in characters.
pub(super) const LONGEST_NAME: usize = 64;

/// What a scene of layers has besides them.
pub(super) const WHOLE: Section<ShortScene> = Section { properties: &[WHOLE_EFFECTS], ..SCENE };

/// The table `scene`, into the document.
pub(super) fn read<'d>(
    reader: &mut Reader<'_>,
    node: Option<Node<'d>>,
    document: &mut Document,
    names: &mut Names,
) {
    let Some(node) = node else { return };
    let Some(table) = reader.table("scene", node) else { return };
    if table.len() > MOST_SCENES {
        reader.note(&node.span(), format!("there may be at most {MOST_SCENES} scenes"));
    }
    for (key, node) in table.iter().take(MOST_SCENES) {
        let (name, place) = (key.get_ref().to_string(), reader.place(&key.span()));
        check_name(reader, &name, &key.span());
        let path = format!("scene.{}", shown(&name));
        let Some(table) = reader.table(&path, node) else { continue };
        let form = form(reader, &path, table, &[], names);
        document.scenes.push(NamedScene { name, place, form });
    }
    document.scenes.sort_by_key(|scene| scene.place);
    link(reader, document, names);
    check_nested(reader, table, document, names);
}

fn check_name(reader: &mut Reader<'_>, name: &str, span: &std::ops::Range<usize>) {
    let fits = !name.trim().is_empty() && name.chars().count() <= LONGEST_NAME;
    if !fits || name.chars().any(char::is_control) {
        let what = format!("a scene's name must have 1 to {LONGEST_NAME} letters");
        reader.note(span, format!("{what}, not '{}'", shown(name)));
    }
}

/// Names of declared sources are no sets, and only cameras are cut out.
pub(super) fn link(reader: &mut Reader<'_>, document: &mut Document, names: &mut Names) {
    document.link();
    let is_source = |name: &String| document.sources.keys().any(|id| id.as_str() == name.as_str());
    let layers = document.scenes.iter().flat_map(|scene| scene.form.layers());
    let is_shown = layers.clone().any(|layer| matches!(layer.source, LayerSource::Named(_)));
    if is_shown {
        names.retain(|(_, name)| !matches!(name, Name::LayerSet(name) if is_source(name)));
    }
    names.retain(|(place, name)| {
        let Name::Keyed { source, said } = name else { return true };
        let is_camera = document.is_camera(source);
        if is_camera == Some(false) {
            reader.note_at(*place, said);
        }
        is_camera.is_none()
    });
}

/// Scenes within scenes, at the layers that show them.
fn check_nested(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    document: &Document,
    names: &mut Names,
) {
    for (key, node) in table.iter().take(MOST_SCENES) {
        let layers = node.get_ref().as_table().and_then(|table| table.get("layer"));
        let Some(layers) = layers.and_then(|layers| layers.get_ref().as_array()) else { continue };
        for (layer, number) in layers.iter().take(MOST_LAYERS).zip(1..) {
            let path = format!("scene.{}, layer {number}.source", shown(key.get_ref()));
            let Some((span, shown)) = inner_scene(layer) else { continue };
            let Err(error) = document.check_nested(key.get_ref(), shown) else { continue };
            let said = format!("{path}: {}", one_line(&error.to_string()));
            match error {
                SceneError::NoScene(name) => {
                    names.push((reader.place(&span), Name::Scene { name, said }));
                }
                _ => reader.note(&span, said),
            }
        }
    }
}

/// The scene that a layer shows, and where that stands.
fn inner_scene<'d>(layer: Node<'d>) -> Option<(std::ops::Range<usize>, &'d str)> {
    let source = layer.get_ref().as_table()?.get("source")?;
    let shown = source.get_ref().as_str()?.strip_prefix("scene:")?;
    (!shown.trim().is_empty()).then(|| (source.span(), shown))
}

/// A scene in either form; its table may have `also` these keys.
pub(super) fn form(
    reader: &mut Reader<'_>,
    path: &str,
    table: &DeTable<'_>,
    also: &[&str],
    names: &mut Names,
) -> SceneForm {
    match table.get("layer") {
        Some(layers) => {
            check_long_keys(reader, path, table, also);
            SceneForm::Layers(long(reader, path, table, layers, names))
        }
        None => {
            reader.check_keys(path, table, &[&SCENE.names(), also].concat());
            short(reader, path, table, names)
        }
    }
}

fn short(reader: &mut Reader<'_>, path: &str, table: &DeTable<'_>, names: &mut Names) -> SceneForm {
    let mut scene = ShortScene::default();
    reader.keys(&SCENE, path, table, &mut scene);
    if let Some(node) = table.get("background") {
        let place = reader.place(&node.span());
        names.extend(match &scene.background {
            Background::File(path) => Some((place, Name::File(path.clone()))),
            Background::Set(name) => Some((place, Name::Set(name.clone()))),
            Background::Room(_)
            | Background::Original
            | Background::Color(_)
            | Background::Gradient(..) => None,
            Background::Transparent => {
                let what = format!("{path}.background: a virtual camera can't hold transparency");
                reader.note(&node.span(), what);
                None
            }
        });
    }
    SceneForm::Short(Box::new(scene))
}

fn long(
    reader: &mut Reader<'_>,
    path: &str,
    table: &DeTable<'_>,
    layers: Node<'_>,
    names: &mut Names,
) -> Scene {
    let mut whole = ShortScene::default();
    reader.keys(&WHOLE, path, table, &mut whole);
    let layers = self::layers(reader, path, layers, names);
    Scene { layers, effects: whole.parts.whole_effects }
}

/// The layers of a scene.
pub(super) fn layers(
    reader: &mut Reader<'_>,
    path: &str,
    layers: Node<'_>,
    names: &mut Names,
) -> Vec<Layer> {
    let DeValue::Array(nodes) = layers.get_ref() else {
        let found = value(layers).kind();
        let what = format!("{path}.layer must be written [[{path}.layer]] for each, not {found}");
        reader.note(&layers.span(), what);
        return Vec::new();
    };
    if nodes.is_empty() || nodes.len() > MOST_LAYERS {
        let what = format!("{path} must have 1 to {MOST_LAYERS} layers, not {}", nodes.len());
        reader.note(&layers.span(), what);
    }
    let nodes = &nodes[..nodes.len().min(MOST_LAYERS)];
    let ids = ids(reader, path, nodes);
    let numbered = nodes.iter().zip(1..).zip(ids);
    let layers = numbered.filter_map(|((node, number), id): ((_, usize), _)| {
        let path = format!("{path}, layer {number}");
        let table = reader.table(&path, node)?;
        layer(reader, &path, (node, table), id, names)
    });
    layers.collect()
}

/// The id of each layer: its own, or one that no other has.
fn ids(reader: &mut Reader<'_>, path: &str, nodes: &[toml::Spanned<DeValue<'_>>]) -> Vec<LayerId> {
    let given = |node: Node<'_>| {
        let id = node.get_ref().as_table()?.get("id")?;
        Some((id.get_ref().as_str()?.parse::<LayerId>().ok()?, id.span()))
    };
    let mut first: BTreeMap<LayerId, usize> = BTreeMap::new();
    for (node, number) in nodes.iter().zip(1..) {
        let Some((id, span)) = given(node) else { continue };
        if let Some(other) = first.get(&id) {
            let what = format!(
                "{path}, layer {number}.id: '{id}' is layer {other} already: give each its own id"
            );
            reader.note(&span, what);
        } else {
            first.insert(id, number);
        }
    }
    let mut free = (1..).map(LayerId::numbered).filter(|id| !first.contains_key(id));
    let ids = nodes.iter().map(|node| {
        let given = given(node).map(|(id, _)| id);
        given.or_else(|| free.next()).unwrap_or_else(LayerId::camera)
    });
    ids.collect()
}

/// Keys of the short form get a sentence of their own.
fn check_long_keys(reader: &mut Reader<'_>, path: &str, table: &DeTable<'_>, also: &[&str]) {
    let known = ["layer", WHOLE_EFFECTS.name];
    let of_short = SCENE.names().into_iter().filter(|name| !known.contains(name));
    let of_short: Vec<_> = of_short.collect();
    for (key, _) in table.iter().filter(|(key, _)| of_short.contains(&&**key.get_ref())) {
        let name = key.get_ref();
        let what = format!("{path} has layers, so '{name}' means nothing here: remove it");
        reader.note(&key.span(), what);
    }
    reader.check_keys(path, table, &[&known[..], &of_short, also].concat());
}

fn layer(
    reader: &mut Reader<'_>,
    path: &str,
    (node, table): (Node<'_>, &DeTable<'_>),
    id: LayerId,
    names: &mut Names,
) -> Option<Layer> {
    let mut layer = Layer::new(id, LayerSource::Camera);
    reader.section(&LAYER, path, Some(table), &mut layer);
    let Some(source) = table.get("source") else {
        let what = "write source = \"camera\", a file, a colour or a set";
        reader.note(&node.span(), format!("{path}.source: is missing: {what}"));
        return None;
    };
    let place = reader.place(&source.span());
    let is_read = matches!(value(source), Value::Text(text) if text.parse::<LayerSource>().is_ok());
    match &layer.source {
        LayerSource::File(file) => names.push((place, Name::File(file.clone()))),
        LayerSource::Set(set) => names.push((place, Name::LayerSet(set.clone()))),
        _ => {}
    }
    if let (Some(key), true) = (table.get("key").filter(|_| layer.key.is_some()), is_read) {
        let (layer, source) = (layer.id.clone(), layer.source.clone());
        let error = SceneError::KeyWithoutCamera { layer, shown: source.to_string() };
        let said = format!("{path}.key: {}", one_line(&error.to_string()));
        names.push((reader.place(&key.span()), Name::Keyed { source, said }));
    }
    is_read.then_some(layer)
}
