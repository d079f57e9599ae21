//! The networks that are served.

use crate::failure::{Failure, Kind};
use backlot_networks::{Matting, MattingChoice, NETWORKS, NetworkError};
use backlot_oip::{Datatype, ModelMetadata, ServerMetadata, TensorMetadata};
use std::path::Path;

/// The name of what models take, and of what they give.
pub(crate) const INPUT: &str = "image";
pub(crate) const OUTPUT: &str = "matte";
/// The only version of each.
pub(crate) const VERSION: &str = "1";

/// A network that is served.
#[derive(Debug)]
pub(crate) struct Served {
    pub name: String,
    pub matting: Matting,
}

/// All that are served.
#[derive(Debug)]
pub(crate) struct Models {
    all: Vec<Served>,
    /// That of the plain form.
    pub usual: usize,
}

impl Models {
    /// Loads those that are there, and the one that was asked for.
    ///
    /// # Errors
    /// When the latter can't be used.
    pub fn load(asked: &MattingChoice) -> Result<Self, NetworkError> {
        let served = |name: String, asked: &MattingChoice| {
            let matting = Matting::for_stills(asked)?;
            // Several threads work on a picture each: that is quicker than several on one.
            let matting = Matting { model: matting.model.with_threads(1), ..matting };
            Ok::<_, NetworkError>(Served { name, matting })
        };
        let usual = served(name_of(asked), asked)?;
        let mut all = Vec::new();
        for network in NETWORKS.iter().filter(|n| n.is_there() && n.name != usual.name) {
            let asked = MattingChoice { model: network.name.into(), ..asked.clone() };
            all.push(served(network.name.to_owned(), &asked)?);
        }
        all.push(usual);
        Ok(Self { usual: all.len() - 1, all })
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|served| served.name.as_str())
    }

    pub fn get(&self, index: usize) -> &Served {
        &self.all[index]
    }

    /// The network of a name, and of a version if one is given.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, name: &str, version: &str) -> Result<usize, Failure> {
        let Some(index) = self.names().position(|known| known == name) else {
            let known = self.names().collect::<Vec<_>>().join(", ");
            let sentence = format!("there is no such model: choose one of {known}");
            return Err(Failure::new(Kind::NotFound, sentence));
        };
        match version {
            "" | VERSION => Ok(index),
            _ => Err(Failure::new(Kind::NotFound, "the model's only version is 1")),
        }
    }

    /// What is said of the service.
    pub fn server(&self) -> ServerMetadata {
        ServerMetadata {
            name: "backlot".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            extensions: vec!["binary_tensor_data".to_owned()],
        }
    }

    /// What is said of a network.
    pub fn metadata(&self, index: usize) -> ModelMetadata {
        let tensor = |name: &str, shape: &[i64]| TensorMetadata {
            name: name.to_owned(),
            datatype: Datatype::Uint8.name().to_owned(),
            shape: shape.to_owned(),
        };
        ModelMetadata {
            name: self.get(index).name.clone(),
            versions: vec![VERSION.to_owned()],
            platform: "backlot".to_owned(),
            inputs: vec![tensor(INPUT, &[-1, -1, -1, 3])],
            outputs: vec![tensor(OUTPUT, &[-1, -1, -1])],
        }
    }
}

/// What a network is called that was asked for: a known name, or that of its file in letters that need no
/// quoting.
fn name_of(asked: &MattingChoice) -> String {
    let text = asked.model.to_string_lossy();
    if text == "auto" || NETWORKS.iter().any(|network| network.name == text) {
        return text.into_owned();
    }
    let stem = Path::new(&asked.model).file_stem().unwrap_or(&asked.model);
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    stem.to_string_lossy().chars().map(plain).collect()
}
