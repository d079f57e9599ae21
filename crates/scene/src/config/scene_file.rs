//! Files of one scene: what edits are saved in, and what is handed to others.

use super::define::Section;
use super::reader::Reader;
use super::sections::{Names, sources};
use super::write::{write_form, write_sources};
use super::{MOST_BYTES, Name, scenes};
use crate::form::{Property, Takes, Value, one_line};
use crate::issue::{Issue, Issues, Place};
use crate::{Document, LayerSource, NamedScene, SceneForm, SourceId, SourceSpec};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The version of what is written.
pub const SCENE_FILE_VERSION: u32 = 1;

/// A file of one scene.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneFile {
    /// The scene's name.
    pub name: String,
    /// What it shows.
    pub form: SceneForm,
    /// The sources that it brings along.
    pub sources: BTreeMap<SourceId, SourceSpec>,
    /// Names that only the program can check.
    pub names: Names,
}

/// What stands above the layers.
#[derive(Clone, Debug, Default, PartialEq)]
struct Head {
    version: u32,
    name: String,
}

/// The keys that a scene's file has beside those of a scene.
const OWN: &[&str] = &["version", "name", "source"];

const HEAD: Section<Head> = Section {
    head: "",
    help: "",
    properties: &[
        Property {
            name: "version",
            takes: Takes::Number { min: 0.0, max: u32::MAX as f64, unit: None },
            help: "The version of the file's form.",
            example: None,
            read: |head, value| {
                head.version = value.as_number().unwrap_or_default() as u32;
                Ok(())
            },
            write: |head| Some(Value::Number(head.version.into())),
        },
        Property {
            name: "name",
            takes: Takes::Name(scenes::LONGEST_NAME),
            help: "The scene's name.",
            example: None,
            read: |head, value| {
                head.name = value.as_text().unwrap_or_default().to_owned();
                Ok(())
            },
            write: |head| Some(Value::text(&head.name)),
        },
    ],
};

impl SceneFile {
    /// Reads a file's text. One without a version is of the form that scenes had before layers
    /// had ids: it becomes one of layers.
    ///
    /// # Errors
    /// Returns every mistake, each with line, column and what was expected.
    pub fn parse(text: &str) -> Result<Self, Issues> {
        let start = Place { line: 1, column: 1 };
        if text.len() > MOST_BYTES {
            let what = format!("a scene's file may have {MOST_BYTES} bytes, not {}", text.len());
            return Err(Issues::one(Issue::new(start, what)));
        }
        let (mut reader, root) = Reader::open(text);
        let (root, span) = (root.get_ref(), root.span());
        let mut head = Head::default();
        reader.keys(&HEAD, "the scene", root, &mut head);
        if head.version > SCENE_FILE_VERSION {
            let what = format!(
                "the file is of version {}, and this program knows {SCENE_FILE_VERSION}: take a newer Backlot",
                head.version
            );
            return Err(Issues::one(Issue::new(start, what)));
        }
        if !root.contains_key("name") {
            reader
                .note(&(span.start..span.start), "the scene's name is missing: write name = \"…\"");
        }
        let mut names = Vec::new();
        let sources = sources(&mut reader, root.get("source"), &mut names);
        let form = scenes::form(&mut reader, "the scene", root, OWN, &mut names);
        let scene = NamedScene { name: head.name, place: start, form };
        let mut document = Document { sources, scenes: vec![scene], ..Document::default() };
        scenes::link(&mut reader, &mut document, &mut names);
        names.sort_by_key(|(place, _)| *place);
        if let Some(issues) = reader.finish() {
            return Err(issues);
        }
        let Document { sources, mut scenes, .. } = document;
        let Some(NamedScene { name, form, .. }) = scenes.pop() else {
            return Err(Issues::one(Issue::new(start, "there is no scene")));
        };
        let form = match head.version {
            0 => SceneForm::Layers(form.scene()),
            _ => form,
        };
        Ok(Self { name, form, sources, names })
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text =
            format!("version = {SCENE_FILE_VERSION}\nname = {}\n", Value::text(&self.name));
        write_form(&mut text, None, &self.form);
        write_sources(&mut text, &self.sources);
        text
    }

    /// A scene of a document, with the declared sources that it shows itself.
    pub fn of(document: &Document, name: &str) -> Option<Self> {
        let scene = document.scene(name)?;
        let shown = scene.form.layers().iter().filter_map(|layer| match &layer.source {
            LayerSource::Named(id) => Some((id.clone(), document.source(id)?.clone())),
            _ => None,
        });
        let (sources, form) = (shown.collect(), scene.form.clone());
        Some(Self { name: name.to_owned(), form, sources, names: Vec::new() })
    }

    /// Calls a function with every file's name, to change it.
    pub fn each_file(&mut self, mut change: impl FnMut(&mut PathBuf)) {
        self.form.each_file(&mut change);
        self.sources.values_mut().for_each(|source| source.each_file(&mut change));
        for (_, name) in &mut self.names {
            if let Name::File(path) = name {
                change(path);
            }
        }
    }

    /// What a scene's file is called, without its ending: letters, digits and `-`, and another for
    /// each name.
    pub fn id(name: &str) -> String {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !name.is_empty() && name.chars().all(is_plain) && !name.starts_with('-') {
            return name.to_owned();
        }
        let letters = name.chars().map(|c| c.to_ascii_lowercase());
        let letters: String = letters.map(|c| if is_plain(c) { c } else { '-' }).collect();
        let words: Vec<_> = letters.split('-').filter(|word| !word.is_empty()).collect();
        // FNV-1a, so that names of the same letters differ.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let hash = format!("{:08x}", hash as u32);
        words.into_iter().chain([hash.as_str()]).collect::<Vec<_>>().join("-")
    }
}

impl Document {
    /// Puts a file's scene into the document, in the place of one of that name.
    ///
    /// Returns whether there was one.
    ///
    /// # Errors
    /// In one sentence, when its sources or the scenes in it are not those that the document has.
    pub fn put(&mut self, file: SceneFile) -> Result<bool, String> {
        for (id, spec) in &file.sources {
            if self.sources.get(id).is_some_and(|known| known != spec) {
                return Err(format!("the source '{id}' is declared elsewhere, and otherwise"));
            }
        }
        let before = self.sources.clone();
        self.sources.extend(file.sources);
        let (was, mut form) = (self.own_scene(&file.name).is_some(), file.form);
        form.link(&self.sources);
        let edit = crate::edit::Edit::Replace { scene: file.name, form: Some(form) };
        match self.apply(&edit) {
            Ok(_) => Ok(was),
            Err(error) => {
                self.sources = before;
                Err(one_line(&error.to_string()))
            }
        }
    }

    /// The same of several: those that show others may come before them.
    pub fn put_all(&mut self, files: &[SceneFile]) -> Vec<Result<bool, String>> {
        let mut results: Vec<_> = files.iter().map(|file| self.put(file.clone())).collect();
        let mut goes_on = true;
        while std::mem::take(&mut goes_on) {
            for (file, result) in files.iter().zip(&mut results).filter(|(_, r)| r.is_err()) {
                *result = self.put(file.clone());
                goes_on |= result.is_ok();
            }
        }
        results
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
version = 1
name = \"two of me\"
whole_effects = [\"mirror\"]

[[layer]]
id = \"back\"
source = \"navy\"

[[layer]]
id = \"me\"
source = \"desk\"
place = { width = \"40%\" }

[source.desk]
camera = \"/dev/video2\"
";

    fn wrong(text: &str) -> Vec<String> {
        let issues = SceneFile::parse(text).expect_err(text);
        issues.all().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_is_written_as_it_was_read() {
        let file = SceneFile::parse(TEXT).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((file.name.as_str(), file.sources.len()), ("two of me", 1));
        assert_eq!(file.text(), TEXT);
        let mut document = Document::default();
        assert_eq!(document.put(file.clone()), Ok(false));
        assert_eq!(document.put(file.clone()), Ok(true));
        let again = SceneFile::of(&document, "two of me").unwrap();
        assert_eq!(again.text(), TEXT);
        let other = TEXT.replace("video2", "video3");
        let said = document.put(SceneFile::parse(&other).unwrap()).unwrap_err();
        assert!(said.contains("'desk' is declared elsewhere"), "{said}");
    }

    #[test]
    fn scenes_within_scenes_may_come_later() {
        let file = |name: &str, shows: &[&str]| {
            let layers = shows.iter().map(|shown| format!("[[layer]]\nsource = \"{shown}\"\n"));
            let text = format!("version = 1\nname = \"{name}\"\n{}", layers.collect::<String>());
            SceneFile::parse(&text).unwrap_or_else(|e| panic!("{e}"))
        };
        let (mut document, whole) = (Document::default(), ["navy"]);
        let files = [
            file("a", &["scene:b", "scene:c"]),
            file("b", &["scene:c"]),
            file("round", &["scene:round"]),
            file("lost", &["scene:nowhere"]),
            file("c", &whole),
        ];
        let results = document.put_all(&files);
        let said = |index: usize| results[index].clone().unwrap_err();
        assert_eq!([&results[0], &results[1], &results[4]], [&Ok(false); 3]);
        assert!(said(2).contains("would show itself"), "{}", said(2));
        assert!(said(3).contains("nowhere") && !said(3).contains('\n'), "{}", said(3));
    }

    #[test]
    fn the_form_before_versions_becomes_layers() {
        let text = "name = \"calm\"\nbackground = \"navy\"\neffects = [\"hologram\"]\n";
        let file = SceneFile::parse(text).unwrap_or_else(|e| panic!("{e}"));
        let SceneForm::Layers(scene) = &file.form else { panic!("{file:?}") };
        assert_eq!((scene.layers.len(), scene.layers[1].effects.len()), (2, 1));
        assert!(
            file.text()
                .starts_with("version = 1\nname = \"calm\"\n\n[[layer]]\nid = \"background\"")
        );
        let again = SceneFile::parse(&file.text()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(again.form, file.form);
        let layers = "name = \"a\"\n[[layer]]\nsource = \"camera\"\n";
        assert!(SceneFile::parse(layers).is_ok());
    }

    #[test]
    fn mistakes_have_places() {
        for (text, expected) in [
            (
                "version = 2\nname = \"a\"",
                "1:1: the file is of version 2, and this program knows 1: take a newer Backlot",
            ),
            ("version = 1\n", "1:1: the scene's name is missing: write name = \"…\""),
            (
                "version = nan\nname = \"a\"",
                "1:11: the scene.version must be a number from 0 to 4294967295, not NaN",
            ),
            ("name = \"a\"\nlayer = []", "2:9: the scene must have 1 to 32 layers, not 0"),
            (
                "name = \"a\"\nbackgroud = 1",
                "2:1: the scene has no 'backgroud': did you mean 'background'?",
            ),
            (
                "name = \"a\"\n[[layer]]\nsource = \"navy\"\nopacity = 2",
                "4:11: the scene, layer 1.opacity must be a number from 0 to 1, not 2",
            ),
        ] {
            assert_eq!(wrong(text), [expected], "{text}");
        }
    }

    #[test]
    fn each_name_has_a_file_of_its_own() {
        assert_eq!(SceneFile::id("calm-2"), "calm-2");
        let ids = ["Calm", "calm.", "two of me", "Two of me", "../../etc", "ä", "-", ""]
            .map(SceneFile::id);
        for (index, id) in ids.iter().enumerate() {
            assert!(id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{id}");
            assert!(!ids[..index].contains(id), "{id}");
        }
        assert!(ids[2].starts_with("two-of-me-"), "{}", ids[2]);
    }
}
