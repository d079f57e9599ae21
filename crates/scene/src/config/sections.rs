//! Everything that a settings file says, section by section.

use super::define::Section;
use super::reader::{Node, Reader};
use super::{
    Config, Files, Name, ObsWebsocketConfig, OutputConfig, PauseCard, camera, desktop, matte,
    obs_websocket, output, panel, preview, ready, run, scenes, source,
};
use crate::form::shown;
use crate::issue::Place;
use crate::layer::Declared;
use crate::{Background, Document, LayerSource, SourceId, SourceSpec};
use backlot_schema::nearest;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// The most virtual cameras.
const MOST_OUTPUTS: usize = 16;
/// The most declared sources.
const MOST_SOURCES: usize = 256;

/// Names that only the program can check, with their places.
pub(super) type Names = Vec<(Place, Name)>;

/// Everything.
pub(super) fn read(reader: &mut Reader<'_>, root: &DeTable<'_>) -> Config {
    reader.check_keys(
        "",
        root,
        &[
            "camera",
            "output",
            "run",
            "matte",
            "desktop",
            "obs_websocket",
            "panel",
            "preview",
            "source",
            "scene",
        ],
    );
    let mut names = Vec::new();
    let camera = one(reader, root, "camera", &camera::SECTION);
    let outputs = outputs(reader, root);
    let matte = one(reader, root, "matte", &matte::SECTION);
    if let (Some(node), true) = (given(root, "matte", "model"), matte.model != "auto") {
        names.push((reader.place(&node.span()), Name::Model(matte.model.clone())));
    }
    let desktop = one(reader, root, "desktop", &desktop::SECTION);
    let obs_websocket = obs_websocket(reader, root);
    let panel = one(reader, root, "panel", &panel::SECTION);
    let preview = one(reader, root, "preview", &preview::SECTION);
    let sources = sources(reader, root.get("source"), &mut names);
    let mut document = Document { sources, ready: Some(ready::document()), ..Document::default() };
    scenes::read(reader, root.get("scene"), &mut document, &mut names);
    let run = one(reader, root, "run", &run::SECTION);
    if let (Some(node), Some(name)) = (given(root, "run", "scene"), &run.scene) {
        names.extend(check_scene(reader, &document, "run.scene", name, node));
    }
    if let (Some(node), Some(away)) = (given(root, "run", "away"), &run.away) {
        names.extend(check_scene(reader, &document, "run.away", &away.scene, node));
    }
    if let (Some(node), Some(PauseCard::Picture(path))) =
        (given(root, "run", "pause_card"), &run.pause_card)
    {
        names.push((reader.place(&node.span()), Name::Picture(path.clone())));
    }
    names.extend(check_output_scenes(reader, root, &outputs, &document));
    names.sort_by_key(|(place, _)| *place);
    Config {
        camera,
        outputs,
        run,
        matte,
        desktop,
        obs_websocket,
        panel,
        preview,
        document,
        files: Files::default(),
        names,
    }
}

/// A section of which there is one.
fn one<T: Default>(
    reader: &mut Reader<'_>,
    root: &DeTable<'_>,
    name: &str,
    section: &Section<T>,
) -> T {
    let mut thing = T::default();
    let table = root.get(name).and_then(|node| reader.table(name, node));
    reader.section(section, name, table, &mut thing);
    thing
}

/// Whoever may steer it from outside must know a password.
fn obs_websocket(reader: &mut Reader<'_>, root: &DeTable<'_>) -> ObsWebsocketConfig {
    let obs = one(reader, root, "obs_websocket", &obs_websocket::SECTION);
    let given = |key| given(root, "obs_websocket", key);
    if let (true, None, Some(node)) = (obs.enabled, given("password"), given("enabled")) {
        reader.note(
            &node.span(),
            "obs_websocket.enabled needs a password: write password = \"…\" below it",
        );
    }
    obs
}

fn given<'d>(root: &'d DeTable<'d>, section: &str, key: &str) -> Option<Node<'d>> {
    root.get(section)?.get_ref().as_table()?.get(key)
}

fn outputs(reader: &mut Reader<'_>, root: &DeTable<'_>) -> Vec<OutputConfig> {
    let several = root.get("output").and_then(|node| Some((node, node.get_ref().as_array()?)));
    let Some((node, several)) = several else {
        return vec![one(reader, root, "output", &output::SECTION)];
    };
    if several.is_empty() || several.len() > MOST_OUTPUTS {
        let message = format!("there must be 1 to {MOST_OUTPUTS} outputs, not {}", several.len());
        reader.note(&node.span(), message);
    }
    let numbered = several.iter().take(MOST_OUTPUTS).zip(1..);
    numbered
        .map(|(node, number): (Node<'_>, usize)| {
            let path = format!("output {number}");
            let table = reader.table(&path, node);
            let mut output = OutputConfig::default();
            reader.section(&output::SECTION, &path, table, &mut output);
            output
        })
        .collect()
}

fn check_output_scenes(
    reader: &Reader<'_>,
    root: &DeTable<'_>,
    outputs: &[OutputConfig],
    document: &Document,
) -> Names {
    let nodes = root.get("output").map(|node| match node.get_ref() {
        DeValue::Array(several) => several.iter().collect(),
        _ => vec![node],
    });
    let numbered = outputs.iter().zip(nodes.unwrap_or_default()).zip(1..);
    let missing = numbered.filter_map(|((output, node), number): (_, usize)| {
        let given = node.get_ref().as_table().and_then(|table| table.get("scene"))?;
        let path = format!("output {number}.scene");
        check_scene(reader, document, &path, output.scene.as_ref()?, given)
    });
    missing.collect()
}

/// Notes a scene that the text doesn't have.
fn check_scene(
    reader: &Reader<'_>,
    document: &Document,
    key: &str,
    name: &str,
    node: Node<'_>,
) -> Option<(Place, Name)> {
    if document.scene(name).is_some() {
        return None;
    }
    let hint = nearest(name, document.scene_names());
    let hint = hint.map(|near| format!(" (did you mean '{near}'?)")).unwrap_or_default();
    let there = shown(name);
    let said = format!("{key}: there is no scene '{there}'{hint}: write a section [scene.{there}]");
    Some((reader.place(&node.span()), Name::Scene { name: name.to_owned(), said }))
}

/// The table `source`.
pub(super) fn sources(
    reader: &mut Reader<'_>,
    node: Option<Node<'_>>,
    names: &mut Names,
) -> BTreeMap<SourceId, SourceSpec> {
    let mut sources = BTreeMap::new();
    let Some(node) = node else { return sources };
    let Some(table) = reader.table("source", node) else { return sources };
    if table.len() > MOST_SOURCES {
        reader.note(&node.span(), format!("there may be at most {MOST_SOURCES} sources"));
    }
    for (key, node) in table.iter().take(MOST_SOURCES) {
        let (name, path) = (key.get_ref(), format!("source.{}", shown(key.get_ref())));
        let Some(table) = reader.table(&path, node) else { continue };
        let mut declared = Declared::default();
        reader.section(&source::SECTION, &path, Some(table), &mut declared);
        // What a mistake took away need not be missed, too.
        let given = crate::layer::KINDS.iter().filter(|kind| table.contains_key(**kind)).count();
        let is_complete = given == declared.kinds();
        let spec = match declared.spec() {
            Ok(spec) => spec,
            Err(what) => {
                if is_complete {
                    reader.note(&key.span(), format!("{path}: {what}"));
                }
                continue;
            }
        };
        let id = match source_id(name) {
            Ok(id) => id,
            Err(what) => {
                reader.note(&key.span(), format!("{path}: {what}"));
                continue;
            }
        };
        let place = |key: &str| table.get(key).map(|node| reader.place(&node.span()));
        names.extend(match &spec {
            SourceSpec::File(path) => place("file").map(|at| (at, Name::File(path.clone()))),
            SourceSpec::Set(name) => place("set").map(|at| (at, Name::Set(name.clone()))),
            _ => None,
        });
        names.push((reader.place(&key.span()), Name::Source(id.clone())));
        sources.insert(id, spec);
    }
    sources
}

/// A name that means nothing else in a layer.
fn source_id(name: &str) -> Result<SourceId, String> {
    let id: SourceId = name.parse().map_err(|error: crate::SceneError| error.to_string())?;
    let means = match name.parse() {
        Ok(LayerSource::Camera) => "the camera of the settings",
        Ok(LayerSource::Color(_)) => "a colour",
        Ok(LayerSource::Set(_)) => return Ok(id),
        _ if matches!(name.parse(), Ok(Background::Room(_))) => "an effect on the room",
        _ => "something else",
    };
    Err(format!("'{name}' already means {means}: give the source another name"))
}
