//! The weights: which files hold them, how many bytes they take, and their values.

use super::json::{Group, Weight, shown};
use crate::ModelError;
use crate::import::half;
use std::collections::{HashMap, HashSet};

/// The most files of weights. The largest networks have a hundred million bytes, and converters write four million into
/// each.
const MAX_SHARDS: usize = 256;
/// The most stored numbers of all weights together; BodyPix with ResNet50 has 24 million.
pub(super) const MAX_VALUES: usize = 1 << 25;
/// The most dimensions of a weight.
const MAX_DIMS: usize = 8;

/// Where a weight lies.
#[derive(Clone, Debug)]
struct Stored {
    weight: Weight,
    group: usize,
    start: usize,
    values: usize,
}

/// All weights, before or after their files were read.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    by_name: HashMap<String, Stored>,
    /// The names of all files, and how many each group has.
    shards: Vec<String>,
    counts: Vec<usize>,
    /// The bytes that each group takes.
    sizes: Vec<usize>,
    groups: Vec<Vec<u8>>,
}

impl Weights {
    /// Checks what a file says of its weights.
    pub(super) fn new(groups: Vec<Group>) -> Result<Self, ModelError> {
        let (mut by_name, mut all) = (HashMap::new(), 0);
        let (mut shards, mut counts, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
        for (index, group) in groups.into_iter().enumerate() {
            counts.push(group.paths.len());
            shards.extend(group.paths);
            let mut start = 0;
            for weight in group.weights {
                let (values, bytes) = sizes_of(&weight)?;
                all += values;
                if all > MAX_VALUES {
                    let (found, limit) = (all as u64, MAX_VALUES as u64);
                    let what = "the number of stored values";
                    return Err(ModelError::TooLarge { what, found, limit });
                }
                let (name, wrong) = (weight.name.clone(), wrong(&weight.name, "is there twice"));
                let stored = Stored { weight, group: index, start, values };
                if by_name.insert(name, stored).is_some() {
                    return Err(wrong);
                }
                start += bytes;
            }
            sizes.push(start);
        }
        check_names(&shards)?;
        Ok(Self { by_name, shards, counts, sizes, groups: Vec::new() })
    }

    /// The names of the files that hold them, in order.
    pub(super) fn shards(&self) -> &[String] {
        &self.shards
    }

    /// The bytes of all files together.
    pub(super) fn bytes(&self) -> usize {
        self.sizes.iter().sum()
    }

    /// Takes what the files hold.
    pub(super) fn fill(&mut self, shards: Vec<Vec<u8>>) -> Result<(), ModelError> {
        if shards.len() != self.shards.len() {
            let (found, expected) = (shards.len(), self.shards.len());
            return Err(ModelError::Shards { found, expected });
        }
        let (mut files, mut names) = (shards.into_iter(), &self.shards[..]);
        for (count, size) in self.counts.iter().zip(&self.sizes) {
            let group: Vec<Vec<u8>> = files.by_ref().take(*count).collect();
            let found: usize = group.iter().map(Vec::len).sum();
            let (own, rest) = names.split_at(*count);
            names = rest;
            if found != *size {
                let name = own.last().map(|name| shown(name, 60)).unwrap_or_default();
                return Err(ModelError::ShardSize { name, found, expected: *size });
            }
            self.groups.push(match <[Vec<u8>; 1]>::try_from(group) {
                Ok([only]) => only,
                Err(several) => several.concat(),
            });
        }
        Ok(())
    }

    /// The dimensions of a weight, if it is there.
    pub(super) fn dims(&self, name: &str) -> Option<&[usize]> {
        self.by_name.get(name).map(|stored| &stored.weight.shape[..])
    }

    /// A weight's bytes, each of its numbers `N` of them.
    fn numbers<const N: usize>(&self, stored: &Stored) -> &[[u8; N]] {
        let bytes = &self.groups[stored.group][stored.start..][..N * stored.values];
        bytes.as_chunks().0
    }

    /// A weight's numbers, if it has real ones.
    pub(super) fn floats(&self, name: &str) -> Option<Vec<f32>> {
        let stored = self.by_name.get(name).filter(|stored| stored.weight.dtype == "float32")?;
        let Some(quantization) = &stored.weight.quantization else {
            return Some(self.numbers(stored).iter().map(|b| f32::from_le_bytes(*b)).collect());
        };
        let (scale, min) = (quantization.scale, quantization.min);
        let value = |stored: u16| (f64::from(stored) * scale + min) as f32;
        let words = || self.numbers(stored).iter().map(|b| u16::from_le_bytes(*b));
        Some(match &quantization.dtype[..] {
            "float16" => words().map(half::to_f32).collect(),
            "uint16" => words().map(value).collect(),
            _ => self.numbers(stored).iter().map(|[b]| value(u16::from(*b))).collect(),
        })
    }

    /// A weight's numbers, if it has whole ones.
    pub(super) fn ints(&self, name: &str) -> Option<Vec<i32>> {
        let stored = self.by_name.get(name).filter(|stored| stored.weight.dtype == "int32")?;
        let is_plain = stored.weight.quantization.is_none();
        is_plain.then(|| self.numbers(stored).iter().map(|b| i32::from_le_bytes(*b)).collect())
    }
}

fn wrong(name: &str, problem: &'static str) -> ModelError {
    ModelError::Weight { name: shown(name, 60), problem }
}

/// How many numbers a weight has, and how many bytes they take.
fn sizes_of(weight: &Weight) -> Result<(usize, usize), ModelError> {
    let wrong = |problem| wrong(&weight.name, problem);
    let values = weight.shape.iter().try_fold(1_usize, |all, dim| all.checked_mul(*dim));
    let values = values.filter(|values| weight.shape.len() <= MAX_DIMS && *values <= MAX_VALUES);
    let values = values.ok_or_else(|| wrong("is larger than any network's"))?;
    let whole = match &weight.dtype[..] {
        "float32" | "int32" => 4,
        "complex64" => 8,
        "bool" => 1,
        _ => return Err(wrong("has a type that is none of float32, int32, complex64 and bool")),
    };
    let each = match &weight.quantization {
        None => whole,
        Some(how) if !(how.scale.is_finite() && how.min.is_finite()) => {
            return Err(wrong("has a scale or a least value that is no number"));
        }
        Some(how) => match &how.dtype[..] {
            "uint8" => 1,
            "uint16" | "float16" => 2,
            _ => return Err(wrong("is stored as none of uint8, uint16 and float16")),
        },
    };
    Ok((values, values * each))
}

/// Refuses everything that isn't the plain name of a file in the model's own folder.
fn check_names(shards: &[String]) -> Result<(), ModelError> {
    if shards.len() > MAX_SHARDS {
        let (found, limit) = (shards.len() as u64, MAX_SHARDS as u64);
        return Err(ModelError::TooLarge { what: "the number of its files", found, limit });
    }
    let mut seen = HashSet::new();
    for name in shards {
        let is_plain = !name.is_empty()
            && name.len() <= 255
            && !name.starts_with('.')
            && !name.contains(|c: char| matches!(c, '/' | '\\' | ':') || c.is_control());
        if !is_plain {
            return Err(ModelError::ShardName { name: shown(name, 60) });
        }
        if !seen.insert(name) {
            return Err(wrong(name, "is a file that is named twice"));
        }
    }
    Ok(())
}
