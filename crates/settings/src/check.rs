//! Checks names in the settings that only the program knows: sets, networks and files.

use backlot_files::{InputKind, Intake, VideoInfo, VideoOptions, VideoSource, read_picture};
use backlot_media::Source;
use backlot_networks::{MattingChoice, NETWORKS, NetworkError, Purpose, load};
use backlot_scene::config::{Config, Issue, Name, Place};
use backlot_scene::{Document, LayerSource, SourceId};
use backlot_schema::nearest;
use std::error::Error;
use std::path::Path;
use std::time::Duration;

/// Unknown sets and networks.
pub fn unknown(config: &Config) -> Vec<Issue> {
    unknown_names(&config.names, &config.document)
}

/// The same of some names.
pub fn unknown_names(names: &[(Place, Name)], document: &Document) -> Vec<Issue> {
    let wrong = names.iter().filter_map(|(place, name)| {
        let message = match name {
            Name::Set(name) => unknown_set(name)?,
            Name::LayerSet(name) => unknown_layer_set(name, document)?,
            Name::Keyed { source, said } if shows_no_camera(source, document) => said.clone(),
            Name::Keyed { .. } => return None,
            Name::Source(id) => set_of_that_name(id.as_str())?,
            Name::Model(name) => unknown_model(name)?,
            Name::Scene { name, .. } if document.scene(name).is_some() => return None,
            Name::Scene { said, .. } => said.clone(),
            Name::File(_) | Name::Picture(_) => return None,
        };
        Some(Issue::new(*place, message))
    });
    wrong.collect()
}

/// Pictures, videos and networks that are missing or can't be read. Damaged files that can still
/// be shown go to `damaged`.
pub fn unreadable(config: &Config, damaged: &mut Vec<Issue>) -> Vec<Issue> {
    let mut wrong = Vec::new();
    for (place, name) in &config.names {
        let intake = Intake::default();
        let opened = match name {
            Name::File(path) => open_file(path, &intake),
            Name::Picture(path) => open_picture(path, &intake),
            Name::Model(model) => usable(model),
            _ => Ok(()),
        };
        wrong.extend(opened.err().map(|error| Issue::new(*place, error.to_string())));
        let notes = intake.report.take();
        damaged.extend(notes.iter().map(|note| Issue::new(*place, note.to_string())));
    }
    wrong
}

/// A network's file, or its address, if it isn't known by its name. Whether one elsewhere answers is seen once it is wanted.
fn usable(model: &str) -> Result<(), Box<dyn Error>> {
    if is_file_name(model) && MattingChoice::of(model).address()?.is_none() {
        exists(Path::new(model))?;
        load(model, Purpose::Live)?;
    }
    Ok(())
}

fn exists(path: &Path) -> Result<(), Box<dyn Error>> {
    let what = match std::fs::metadata(path) {
        Ok(found) if found.is_file() => return Ok(()),
        Ok(_) => "is not a file".to_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => "does not exist".into(),
        Err(error) => format!("can't be read: {error}"),
    };
    Err(format!("the file '{}' {what}", path.display()).into())
}

fn open_picture(path: &Path, intake: &Intake) -> Result<(), Box<dyn Error>> {
    exists(path)?;
    read_picture(path, intake)?;
    Ok(())
}

/// Opens a background as a scene would, to its first picture.
fn open_file(path: &Path, intake: &Intake) -> Result<(), Box<dyn Error>> {
    exists(path)?;
    match intake.probe(path)? {
        InputKind::Folder => {
            return Err(format!("the file '{}' is not a file", path.display()).into());
        }
        InputKind::Picture => drop(read_picture(path, intake)?),
        InputKind::Video(found) => {
            let info = VideoInfo::probed(path, found, intake)?;
            let limit = Some(Duration::from_millis(1));
            let options = VideoOptions { limit, intake: intake.clone(), ..VideoOptions::default() };
            VideoSource::open_probed(path, info, &options)?.next_frame()?;
        }
    }
    Ok(())
}

/// What is allowed, but probably not meant.
pub fn doubtful(config: &Config) -> Vec<Issue> {
    let open = config.document.scenes.iter().filter_map(|scene| {
        let doubt = scene.form.scene().barely_hidden()?;
        Some(Issue::new(scene.place, format!("scene '{}': {doubt}", scene.name)))
    });
    open.collect()
}

fn unknown_set(name: &str) -> Option<String> {
    let is_there = backlot_generators::sets().iter().any(|set| set.name == name);
    (!is_there).then(|| backlot_generators::unknown_set(name).to_string())
}

/// A layer's source that is neither a set nor declared.
fn unknown_layer_set(name: &str, document: &Document) -> Option<String> {
    unknown_set(name)?;
    if document.sources.keys().any(|id| id.as_str() == name) {
        return None;
    }
    let sets = backlot_generators::sets().iter().map(|set| set.name);
    let known = sets.chain(document.sources.keys().map(SourceId::as_str));
    let hint = nearest(name, known).map(|near| format!(" (did you mean '{near}'?)"));
    let hint = hint.unwrap_or_default();
    Some(format!(
        "there is no built-in set and no source '{name}'{hint}: 'backlot sets' lists the sets, and a section [source.{name}] declares a source"
    ))
}

/// Whether a layer shows something else than a camera; what nothing is called by may be one.
fn shows_no_camera(source: &LayerSource, document: &Document) -> bool {
    match (document.is_camera(source), source) {
        (Some(is_camera), _) => !is_camera,
        (None, LayerSource::Set(name)) => unknown_set(name).is_none(),
        _ => false,
    }
}

/// What is wrong with a source that has a set's name.
fn set_of_that_name(name: &str) -> Option<String> {
    let is_set = backlot_generators::sets().iter().any(|set| set.name == name);
    is_set.then(|| {
        format!("source.{name}: '{name}' already means a set: give the source another name")
    })
}

fn is_file_name(model: &str) -> bool {
    model.contains(['.', '/'])
}

fn unknown_model(name: &str) -> Option<String> {
    let known = || NETWORKS.iter().map(|model| model.name).chain(["auto"]);
    if is_file_name(name) || known().any(|known| known == name) {
        return None;
    }
    Some(NetworkError::unknown(name, known()).to_string())
}
