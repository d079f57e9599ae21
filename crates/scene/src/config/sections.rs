//! All sections except the scenes.

use super::define::{CAMERA, MATTE, OUTPUT, RUN};
use super::reader::{Node, Reader, Section, shown};
use super::{
    CameraConfig, Config, MatteConfig, Name, OutputConfig, Place, RunConfig, ViewersRule, controls,
    scenes,
};
use crate::Document;
use backlot_media::PixelFormat;
use backlot_schema::nearest;
use std::collections::BTreeMap;
use std::time::Duration;
use toml::de::{DeTable, DeValue};

/// The most virtual cameras.
const MOST_OUTPUTS: usize = 16;

/// Everything.
pub(super) fn read(reader: &mut Reader<'_>, root: &DeTable<'_>) -> Config {
    reader.check_keys("", root, &["camera", "output", "run", "matte", "scene"]);
    let mut names = Vec::new();
    let [camera_table, run_table, matte_table] =
        ["camera", "run", "matte"].map(|name| one(reader, root, name));
    let camera = camera(reader, camera_table);
    let outputs = outputs(reader, root);
    let matte = matte(reader, matte_table, &mut names);
    let scenes = scenes::read(reader, root.get("scene"), &mut names);
    let known: Vec<_> = scenes.iter().map(|scene| scene.name.as_str()).collect();
    let run = run(reader, run_table, &known);
    names.sort_by_key(|(place, _)| *place);
    let document = Document { sources: BTreeMap::new(), scenes };
    Config { camera, outputs, run, matte, document, names }
}

fn one<'d>(reader: &mut Reader<'_>, root: &'d DeTable<'d>, name: &str) -> Option<&'d DeTable<'d>> {
    root.get(name).and_then(|node| reader.table(name, node))
}

fn camera(reader: &mut Reader<'_>, table: Option<&DeTable<'_>>) -> CameraConfig {
    let mut section = Section::open(reader, &CAMERA, "camera", table);
    CameraConfig {
        device: section.text_or_default("device"),
        size: section.parsed_or_default("size"),
        rate: section.parsed_or_default("fps"),
        controls: controls::read(&mut section),
    }
}

fn outputs(reader: &mut Reader<'_>, root: &DeTable<'_>) -> Vec<OutputConfig> {
    let Some(node) = root.get("output") else { return vec![output(reader, "output", None)] };
    let DeValue::Array(several) = node.get_ref() else {
        let table = reader.table("output", node);
        return vec![output(reader, "output", table)];
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
            output(reader, &path, table)
        })
        .collect()
}

fn output(reader: &mut Reader<'_>, path: &str, table: Option<&DeTable<'_>>) -> OutputConfig {
    let mut section = Section::open(reader, &OUTPUT, path, table);
    OutputConfig {
        device: section.text_or_default("device"),
        format: match section.word("format") {
            "yu12" => PixelFormat::I420,
            "nv12" => PixelFormat::Nv12,
            _ => PixelFormat::Yuyv,
        },
        size: section.parsed("size"),
        rate: section.parsed("fps"),
        name: section.text_or_default("name"),
    }
}

fn matte(
    reader: &mut Reader<'_>,
    table: Option<&DeTable<'_>>,
    names: &mut Vec<(Place, Name)>,
) -> MatteConfig {
    let mut section = Section::open(reader, &MATTE, "matte", table);
    let model = section.text_or_default("model");
    if let (Some(node), true) = (section.given("model"), model != "auto") {
        names.push((section.reader.place(&node.span()), Name::Model(model.clone())));
    }
    MatteConfig { model, quality: section.word("quality").to_owned() }
}

fn run(reader: &mut Reader<'_>, table: Option<&DeTable<'_>>, scenes: &[&str]) -> RunConfig {
    let mut section = Section::open(reader, &RUN, "run", table);
    let scene = section.text("scene").map(|(name, node)| {
        if !scenes.contains(&name.as_str()) {
            let hint = nearest(&name, scenes.iter().copied())
                .map(|near| format!(" (did you mean '{near}'?)"))
                .unwrap_or_default();
            let name = shown(&name);
            let what = format!("there is no scene '{name}'{hint}: write a section [scene.{name}]");
            section.wrong("scene", node, &what);
        }
        name
    });
    RunConfig {
        scene,
        close_after: Duration::from_secs_f64(section.number("close_after", 0.0..=3600.0)),
        viewers: match section.word("viewers") {
            "always" => ViewersRule::Always,
            "scan" => ViewersRule::Scan,
            _ => ViewersRule::Auto,
        },
        memory: section.parsed_or_default("memory"),
    }
}
